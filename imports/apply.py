"""Applying: what was planned becomes patients, numbers, encounters and appointments, set by set, all or nothing.

Runs in one transaction of the caller, right after `plan.work_out`. What a row said before is written down in
ImportChange, and what is new carries the import's number, so that all of it can be undone.
"""

from django.db import connection
from django.db.models.functions import Now

from imports import apply_phones, apply_visits, following, ledger, plan, staging
from imports.models import FileImport
from patients.zones import zone_key

CREATE_PATIENTS = """
INSERT INTO patients_patient (
  id, practice_id, mrn, first_name, middle_name, last_name, name_key, born_on, sex, language, email, address, city,
  state, zip_code, zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, source_data_on,
  import_id, created_at)
SELECT i.patient_id, %(practice)s, v.mrn, v.first_name, v.middle_name, v.last_name, v.name_key, v.born_on, v.sex,
  coalesce(nullif(v.language, ''), 'en'), v.email, v.address, v.city, v.state, v.zip_code, v.zone_key, v.provider,
  coalesce(v.deceased, false), coalesce(v.inactive, false), false, true, v.note, %(data_on)s, %(import)s, %(now)s
FROM imports_incomingperson i
JOIN imports_incomingrow v ON v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.is_new
"""

UPDATE_PATIENTS = f"""
WITH before AS (
  SELECT p.*, i.line FROM patients_patient p JOIN imports_incomingperson i
    ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.patient_id = p.id AND i.leads AND i.changes_patient
  WHERE p.practice_id = %(practice)s
), done AS (
  UPDATE patients_patient p SET {", ".join(f"{name} = {value}" for name, value in plan.NEWS)}
  FROM imports_incomingrow v, before
  WHERE p.practice_id = %(practice)s AND v.practice_id = %(practice)s AND v.import_id = %(import)s
    AND p.id = before.id AND v.line = before.line
  RETURNING p.*
)
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PATIENT', before.id, before.id, before.line, said.former, said.latter, ''
FROM before JOIN done ON done.id = before.id
{ledger.DIFFERENCE}
"""  # noqa: S608 the insertion is a constant

# All that the lines of a person say beside the person, such as the sections of a report they stand in.
WRITE_NOTES = f"""
WITH said AS (
  SELECT i.patient_id, min(i.line) AS line, string_agg(DISTINCT r.note, '; ' ORDER BY r.note) AS note
  FROM imports_incomingrow r JOIN imports_incomingperson i
    ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = r.line
  WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.note <> '' AND i.patient_id IS NOT NULL
  GROUP BY i.patient_id
), before AS (
  SELECT p.id, p.emr_note, p.import_id, said.line, said.note FROM patients_patient p JOIN said ON said.patient_id = p.id
  WHERE p.practice_id = %(practice)s AND p.emr_note <> said.note
), done AS (
  UPDATE patients_patient p SET emr_note = before.note FROM before WHERE p.practice_id = %(practice)s AND p.id = before.id
)
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PATIENT', id, id, line, jsonb_build_object('emr_note', emr_note),
  jsonb_build_object('emr_note', note), ''
FROM before WHERE import_id IS DISTINCT FROM %(import)s
{ledger.TOGETHER}
"""  # noqa: S608 constants

# What the file confirms is as fresh as the file, also where nothing changed.
REFRESH_DATA_DATE = """
UPDATE patients_patient p SET source_data_on = %(data_on)s FROM imports_incomingperson i
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.leads AND NOT i.is_new
  AND p.practice_id = %(practice)s AND p.id = i.patient_id
  AND (p.source_data_on IS NULL OR p.source_data_on < %(data_on)s)
"""

# A wish in the file is kept like one told to an agent, and beside one: that may be taken back as a mistake of the call. It is
# never lifted, whatever a later file says.
OPT_OUTS = """
INSERT INTO patients_optout (practice_id, patient_id, e164, channel, words, opted_out_at)
SELECT DISTINCT %(practice)s, i.patient_id, '', 'EMR', '', %(now)s::timestamptz
FROM imports_incomingrow v JOIN imports_incomingperson i
  ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = v.line
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.do_not_call AND i.patient_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM patients_optout o
                  WHERE o.practice_id = %(practice)s AND o.patient_id = i.patient_id AND o.channel = 'EMR')
"""

# The unsure ones: both records stay, and a person looks at them.
POSSIBLE_DOUBLES = """
INSERT INTO patients_possibledouble (
  practice_id, newer_id, older_id, source, score, evidence, import_id, status, created_at)
SELECT DISTINCT ON (i.patient_id, m.patient_id) %(practice)s, i.patient_id, m.patient_id, 'IMPORT', m.score, m.evidence,
  %(import)s, 'OPEN', %(now)s::timestamptz
FROM imports_incomingmatch m JOIN imports_incomingperson i
  ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = m.line
WHERE m.practice_id = %(practice)s AND m.import_id = %(import)s AND NOT m.is_sure AND i.is_new
ON CONFLICT DO NOTHING
"""

# Two charts of one file with the same name, birth and a number in common: the EMR itself may have somebody twice.
DOUBLES_WITHIN = """
WITH namesakes AS MATERIALIZED (
  SELECT name_key, born_on FROM patients_patient
  WHERE practice_id = %(practice)s AND import_id = %(import)s AND born_on IS NOT NULL AND name_key <> ''
  GROUP BY name_key, born_on HAVING count(*) BETWEEN 2 AND 10
), same AS MATERIALIZED (
  SELECT p.id, p.mrn, p.name_key, p.born_on, n.e164 FROM namesakes s
  JOIN patients_patient p ON p.practice_id = %(practice)s AND p.import_id = %(import)s
    AND p.name_key = s.name_key AND p.born_on = s.born_on
  JOIN patients_phonenumber n ON n.practice_id = %(practice)s AND n.patient_id = p.id
)
INSERT INTO patients_possibledouble (
  practice_id, newer_id, older_id, source, score, evidence, import_id, status, created_at)
SELECT DISTINCT ON (b.id, a.id) %(practice)s, b.id, a.id, 'IMPORT', 84,
  CASE WHEN a.mrn <> '' AND b.mrn <> '' THEN '["SAME_NAME", "SAME_BIRTH", "SHARED_PHONE", "OTHER_CHART"]'::jsonb
       ELSE '["SAME_NAME", "SAME_BIRTH", "SHARED_PHONE"]' END, %(import)s, 'OPEN', %(now)s::timestamptz
FROM same a JOIN same b ON b.name_key = a.name_key AND b.born_on = a.born_on AND b.e164 = a.e164 AND b.id > a.id
ON CONFLICT DO NOTHING
"""

# Only where several lines, or lines and earlier records, speak of one patient may the evidence have changed.
ZONE_EVIDENCE = """
SELECT p.id, p.zip_code, p.state, p.zone_key, coalesce(array_agg(n.e164) FILTER (WHERE n.id IS NOT NULL), '{}')
FROM patients_patient p
LEFT JOIN patients_phonenumber n ON n.practice_id = p.practice_id AND n.patient_id = p.id
WHERE p.practice_id = %(practice)s AND p.id IN (
  SELECT patient_id FROM imports_incomingperson
  WHERE practice_id = %(practice)s AND import_id = %(import)s AND (changed OR (NOT leads AND brings)))
GROUP BY p.id
"""

NEW_ZONES = f"""
WITH news AS (
  SELECT p.id, p.zone_key, p.import_id, new.zones
  FROM unnest(%(ids)s::bigint[], %(zones)s::text[]) AS new(id, zones)
  JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = new.id
), done AS (
  UPDATE patients_patient p SET zone_key = news.zones FROM news WHERE p.practice_id = %(practice)s AND p.id = news.id
)
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PATIENT', id, id, NULL, jsonb_build_object('zone_key', zone_key),
  jsonb_build_object('zone_key', zones), ''
FROM news WHERE import_id IS DISTINCT FROM %(import)s
{ledger.TOGETHER}
"""  # noqa: S608 constants


def write(*, file_import, now):
    """Carry out the plan that stands in the working tables, and empty them. Returns what followed (see `following`)."""
    params = plan.params_of(file_import) | {"data_on": file_import.source_data_on, "now": now}
    with connection.cursor() as cursor:
        for statement in (CREATE_PATIENTS, UPDATE_PATIENTS, WRITE_NOTES, REFRESH_DATA_DATE, OPT_OUTS, POSSIBLE_DOUBLES):
            cursor.execute(statement, params)
        apply_visits.write(cursor, params)
        # Enrollments first, then numbers: an agent's outcome takes them in this order too.
        effects = following.settle(file_import=file_import, now=now)
        apply_phones.write(cursor, params)
        _write_zones(cursor, params)
        cursor.execute(DOUBLES_WITHIN, params)
    # An undo tells by it what people edited afterwards: the history of rows has this very moment for all that is saved here.
    FileImport.objects.filter(pk=file_import.pk, finished_at__isnull=True).update(started_at=Now())
    staging.forget(file_import)
    return effects


def _write_zones(cursor, params):
    """The places of everyone whose ZIP, state or numbers are new; a join of the evidence that only Python can read."""
    cursor.execute(ZONE_EVIDENCE, params)
    changed = []
    for patient_id, zip_code, state, known, e164s in cursor.fetchall():
        zones = zone_key(zip_code=zip_code, e164s=e164s, state=state)
        if zones != known:
            changed.append((patient_id, zones))
    if changed:
        ids, zones = zip(*changed, strict=True)
        cursor.execute(NEW_ZONES, params | {"ids": list(ids), "zones": list(zones)})
