"""Applying: what was staged becomes patients, numbers, visits and appointments, set by set, all or nothing.

Runs in one transaction of the caller. Every statement names the practice besides the wall. Opt-outs and what calls
taught about a number are never touched: the tables of opt-outs are not even read here.

Order: load the staged rows, know the persons (by chart number, else by name, birth and phone), write the patients,
their numbers, encounters and appointments, then give each row its verdict.
"""

from collections import Counter

from django.db import connection
from django.db.models import Count

from imports import apply_visits
from imports.models import ImportRow
from patients.zones import zone_key

# The fields of an accepted row, as staging wrote them.
FIELDS = """
jsonb_to_record(r.values) AS v(
  mrn text, first_name text, middle_name text, last_name text, name_key text, born_on date, sex text, language text,
  email text, address text, city text, state text, zip_code text, zone_key text, provider text, deceased boolean,
  inactive boolean)
"""

LOAD = f"""
INSERT INTO imports_incomingrow (
  practice_id, row_id, line, mrn, name_key, born_on, person, leads, is_new, is_unknown, changed, brings)
SELECT %(practice)s, r.id, r.line, v.mrn, v.name_key, v.born_on, '', false, false, false, false, false
FROM imports_importrow r, {FIELDS}
WHERE r.practice_id = %(practice)s AND r.file_import_id = %(import)s AND r.verdict = ''
"""  # noqa: S608 the insertion is a constant

MATCH_BY_MRN = """
UPDATE imports_incomingrow i SET patient_id = p.id FROM patients_patient p
WHERE i.practice_id = %(practice)s AND p.practice_id = %(practice)s AND i.mrn <> '' AND p.mrn = i.mrn
"""

# Name and birth alone are not enough where both sides have numbers and share none: that may be another person.
MATCH_BY_PERSON = """
WITH candidate AS MATERIALIZED (
  SELECT i.row_id, i.born_on, p.id, p.mrn
  FROM imports_incomingrow i JOIN patients_patient p ON p.practice_id = %(practice)s AND p.name_key = i.name_key
  WHERE i.practice_id = %(practice)s AND i.patient_id IS NULL AND i.name_key <> '' AND (i.mrn = '' OR p.mrn = '')
    AND p.born_on IS NOT DISTINCT FROM i.born_on
), known AS (
  SELECT c.row_id, c.id, c.born_on, c.mrn, r.values -> 'phones' = '[]' AS lists_none, count(n.id) AS numbers,
    count(n.id) FILTER (WHERE r.values -> 'phones' @> jsonb_build_array(jsonb_build_array(n.e164))) AS shared
  FROM candidate c
  JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = c.row_id
  LEFT JOIN patients_phonenumber n ON n.practice_id = %(practice)s AND n.patient_id = c.id
  GROUP BY c.row_id, c.id, c.born_on, c.mrn, r.values
), found AS (
  SELECT DISTINCT ON (row_id) row_id, id FROM known
  WHERE shared > 0 OR (born_on IS NOT NULL AND (numbers = 0 OR lists_none))
  ORDER BY row_id, shared DESC, mrn = '', id
)
UPDATE imports_incomingrow i SET patient_id = found.id FROM found WHERE i.practice_id = %(practice)s AND found.row_id = i.row_id
"""

# Two charts of the file cannot both be one patient who has no chart number yet.
PART_RIVALS = """
UPDATE imports_incomingrow i SET patient_id = NULL
FROM (SELECT patient_id, min(mrn) AS keeps FROM imports_incomingrow
      WHERE practice_id = %(practice)s AND patient_id IS NOT NULL AND mrn <> ''
      GROUP BY patient_id HAVING count(DISTINCT mrn) > 1) rival
WHERE i.practice_id = %(practice)s AND i.patient_id = rival.patient_id AND i.mrn NOT IN ('', rival.keeps)
"""

# Rows of one person get one patient: the one we know, else a new one made from the first row that names the person.
PERSONS = """
UPDATE imports_incomingrow i SET person = CASE
  WHEN i.patient_id IS NOT NULL THEN 'p' || i.patient_id
  WHEN i.mrn <> '' THEN 'm' || i.mrn
  ELSE 'n' || i.name_key || '|' || coalesce(i.born_on::text, r.values -> 'phones' -> 0 ->> 0, '') END
FROM imports_importrow r WHERE i.practice_id = %(practice)s AND r.practice_id = %(practice)s AND r.id = i.row_id;
UPDATE imports_incomingrow i SET leads = ranked.place = 1, is_unknown = NOT ranked.named AND i.patient_id IS NULL,
  is_new = ranked.place = 1 AND ranked.named AND i.patient_id IS NULL,
  patient_id = CASE WHEN ranked.place = 1 AND ranked.named AND i.patient_id IS NULL
                    THEN nextval(pg_get_serial_sequence('patients_patient', 'id')) ELSE i.patient_id END
FROM (SELECT row_id, row_number() OVER (PARTITION BY person ORDER BY name_key = '', line) AS place,
             bool_or(name_key <> '') OVER (PARTITION BY person) AS named
      FROM imports_incomingrow WHERE practice_id = %(practice)s) ranked
WHERE i.practice_id = %(practice)s AND ranked.row_id = i.row_id;
UPDATE imports_incomingrow i SET patient_id = lead.patient_id FROM imports_incomingrow lead
WHERE i.practice_id = %(practice)s AND lead.practice_id = %(practice)s AND lead.person = i.person AND lead.leads
  AND i.patient_id IS NULL AND NOT i.is_unknown
"""

CREATE_PATIENTS = f"""
INSERT INTO patients_patient (
  id, practice_id, mrn, first_name, middle_name, last_name, name_key, born_on, sex, language, email, address, city,
  state, zip_code, zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, source_data_on, created_at)
SELECT i.patient_id, %(practice)s, v.mrn, v.first_name, v.middle_name, v.last_name, v.name_key, v.born_on, v.sex,
  coalesce(nullif(v.language, ''), 'en'), v.email, v.address, v.city, v.state, v.zip_code, v.zone_key, v.provider,
  coalesce(v.deceased, false), coalesce(v.inactive, false), false, true, '', %(data_on)s, %(now)s
FROM imports_incomingrow i JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = i.row_id, {FIELDS}
WHERE i.practice_id = %(practice)s AND i.is_new
"""  # noqa: S608 the insertion is a constant

# A blank in the file erases nothing. Flags change only where the file has such a column.
UPDATE_PATIENTS = f"""
WITH news AS (
  SELECT p.id, coalesce(nullif(v.mrn, ''), p.mrn) AS mrn, coalesce(nullif(v.first_name, ''), p.first_name) AS first_name,
    coalesce(nullif(v.middle_name, ''), p.middle_name) AS middle_name,
    coalesce(nullif(v.last_name, ''), p.last_name) AS last_name,
    CASE WHEN v.last_name <> '' THEN v.name_key ELSE p.name_key END AS name_key,
    coalesce(v.born_on, p.born_on) AS born_on, coalesce(nullif(v.sex, ''), p.sex) AS sex,
    coalesce(nullif(v.language, ''), p.language) AS language, coalesce(nullif(v.email, ''), p.email) AS email,
    coalesce(nullif(v.address, ''), p.address) AS address, coalesce(nullif(v.city, ''), p.city) AS city,
    coalesce(nullif(v.state, ''), p.state) AS state, coalesce(nullif(v.zip_code, ''), p.zip_code) AS zip_code,
    coalesce(nullif(v.provider, ''), p.provider) AS provider, coalesce(v.deceased, p.is_deceased) AS is_deceased,
    coalesce(v.inactive, p.is_inactive) AS is_inactive
  FROM imports_incomingrow i
  JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = i.row_id
  JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = i.patient_id, {FIELDS}
  WHERE i.practice_id = %(practice)s AND i.leads AND NOT i.is_new
), done AS (
  UPDATE patients_patient p SET mrn = n.mrn, first_name = n.first_name, middle_name = n.middle_name,
    last_name = n.last_name, name_key = n.name_key, born_on = n.born_on, sex = n.sex, language = n.language,
    email = n.email, address = n.address, city = n.city, state = n.state, zip_code = n.zip_code,
    provider = n.provider, is_deceased = n.is_deceased, is_inactive = n.is_inactive,
    source_data_on = greatest(p.source_data_on, %(data_on)s)
  FROM news n
  WHERE p.practice_id = %(practice)s AND p.id = n.id
    AND (p.mrn, p.first_name, p.middle_name, p.last_name, p.name_key, p.born_on, p.sex, p.language, p.email, p.address,
         p.city, p.state, p.zip_code, p.provider, p.is_deceased, p.is_inactive)
      IS DISTINCT FROM
        (n.mrn, n.first_name, n.middle_name, n.last_name, n.name_key, n.born_on, n.sex, n.language, n.email, n.address,
         n.city, n.state, n.zip_code, n.provider, n.is_deceased, n.is_inactive)
  RETURNING p.id
)
UPDATE imports_incomingrow i SET changed = true FROM done
WHERE i.practice_id = %(practice)s AND i.leads AND i.patient_id = done.id
"""  # noqa: S608 the insertion is a constant

# What the file confirms is as fresh as the file, also where nothing changed.
REFRESH_DATA_DATE = """
UPDATE patients_patient p SET source_data_on = %(data_on)s FROM imports_incomingrow i
WHERE i.practice_id = %(practice)s AND p.practice_id = %(practice)s AND p.id = i.patient_id AND i.leads AND NOT i.is_new
  AND (p.source_data_on IS NULL OR p.source_data_on < %(data_on)s)
"""

LOAD_PHONES = """
INSERT INTO imports_incomingphone (practice_id, row_id, patient_id, e164, kind, extension, place, is_added)
SELECT %(practice)s, first.row_id, first.patient_id, first.e164, first.kind, first.extension,
  row_number() OVER (PARTITION BY first.patient_id ORDER BY first.line, first.place),
  NOT EXISTS (SELECT FROM patients_phonenumber n
              WHERE n.practice_id = %(practice)s AND n.patient_id = first.patient_id AND n.e164 = first.e164)
FROM (
  SELECT DISTINCT ON (i.patient_id, phone ->> 0) i.row_id, i.line, i.patient_id, phone ->> 0 AS e164, phone ->> 1 AS kind,
    left(phone ->> 2, 8) AS extension, place
  FROM imports_incomingrow i JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = i.row_id,
    jsonb_array_elements(r.values -> 'phones') WITH ORDINALITY AS list(phone, place)
  WHERE i.practice_id = %(practice)s AND i.patient_id IS NOT NULL
  ORDER BY i.patient_id, phone ->> 0, i.line, place
) first
"""

# The state of a number is left alone; a kind is filled in only where it was unknown.
WRITE_PHONES = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT %(practice)s, patient_id, e164, extension, kind, place, 'UNVERIFIED'
FROM imports_incomingphone WHERE practice_id = %(practice)s AND is_added;
WITH done AS (
  UPDATE patients_phonenumber n SET kind = CASE WHEN n.kind = 'OTHER' THEN f.kind ELSE n.kind END,
    extension = CASE WHEN n.extension = '' THEN f.extension ELSE n.extension END
  FROM imports_incomingphone f
  WHERE f.practice_id = %(practice)s AND n.practice_id = %(practice)s AND n.patient_id = f.patient_id AND n.e164 = f.e164
    AND ((n.kind = 'OTHER' AND f.kind <> 'OTHER') OR (n.extension = '' AND f.extension <> ''))
  RETURNING f.row_id
)
UPDATE imports_incomingrow i SET changed = true FROM done WHERE i.practice_id = %(practice)s AND i.row_id = done.row_id;
UPDATE imports_incomingrow i SET changed = true FROM imports_incomingphone f
WHERE i.practice_id = %(practice)s AND f.practice_id = %(practice)s AND f.row_id = i.row_id AND f.is_added
"""

# A patient with a new number is called first on what the EMR now lists, in its order.
ORDER_PHONES = """
UPDATE patients_phonenumber n SET position = ranked.place
FROM (
  SELECT n.id, row_number() OVER (PARTITION BY n.patient_id ORDER BY f.place NULLS LAST, n.position, n.id) AS place
  FROM patients_phonenumber n
  LEFT JOIN imports_incomingphone f ON f.practice_id = %(practice)s AND f.patient_id = n.patient_id AND f.e164 = n.e164
  WHERE n.practice_id = %(practice)s
    AND n.patient_id IN (SELECT patient_id FROM imports_incomingphone WHERE practice_id = %(practice)s AND is_added)
) ranked
WHERE n.practice_id = %(practice)s AND n.id = ranked.id AND n.position <> ranked.place
"""

ZONE_EVIDENCE = """
SELECT p.id, p.zip_code, p.zone_key, coalesce(array_agg(n.e164) FILTER (WHERE n.id IS NOT NULL), '{}')
FROM patients_patient p
LEFT JOIN patients_phonenumber n ON n.practice_id = p.practice_id AND n.patient_id = p.id
WHERE p.practice_id = %(practice)s
  AND p.id IN (SELECT patient_id FROM imports_incomingrow WHERE practice_id = %(practice)s AND (is_new OR changed))
GROUP BY p.id
"""

VERDICTS = """
UPDATE imports_incomingrow SET brings = true WHERE practice_id = %(practice)s AND row_id IN (
  SELECT row_id FROM imports_incomingphone WHERE practice_id = %(practice)s
  UNION ALL SELECT row_id FROM imports_incomingencounter WHERE practice_id = %(practice)s
  UNION ALL SELECT row_id FROM imports_incomingvisit WHERE practice_id = %(practice)s AND is_first);
UPDATE imports_importrow r SET patient_id = i.patient_id,
  verdict = CASE WHEN i.is_unknown THEN 'REJECTED' WHEN i.is_new THEN 'CREATE'
                 WHEN NOT i.leads AND NOT i.brings THEN 'DUPLICATE' WHEN i.changed THEN 'UPDATE' ELSE 'UNCHANGED' END,
  reason = CASE WHEN i.is_unknown THEN %(unknown)s WHEN NOT i.leads AND NOT i.brings THEN %(repeated)s ELSE r.reason END,
  "column" = CASE WHEN i.is_unknown THEN %(mrn_column)s WHEN NOT i.leads AND NOT i.brings THEN '' ELSE r."column" END,
  values = CASE WHEN i.is_unknown THEN r.values ELSE '{}' END
FROM imports_incomingrow i WHERE i.practice_id = %(practice)s AND r.practice_id = %(practice)s AND r.id = i.row_id
"""

WORKING_TABLES = ("imports_incomingrow", "imports_incomingphone", "imports_incomingencounter", "imports_incomingvisit")


def apply(*, file_import, now):
    """Write the staged rows of an import. Returns the result as fields of FileImport: counts, reasons, warnings, found."""
    headers = {name: header for header, name in file_import.mapping.items()}
    params = {
        "practice": file_import.practice_id,
        "import": file_import.pk,
        "data_on": file_import.source_data_on,
        "now": now,
        "unknown": "no patient with this chart number",
        "repeated": "repeats a row further up",
        "mrn_column": headers.get("mrn", ""),
    }
    with connection.cursor() as cursor:
        # Nobody could gather statistics on rows that this transaction has just written: the planner takes them for a
        # handful and would compare each with each. Plans kept from a smaller import, those of foreign keys above all, go too.
        cursor.execute("DISCARD PLANS; SET LOCAL enable_nestloop = off")
        for statement in (LOAD, MATCH_BY_MRN, MATCH_BY_PERSON, PART_RIVALS, PERSONS, CREATE_PATIENTS, UPDATE_PATIENTS):
            cursor.execute(statement, params)
        for statement in (REFRESH_DATA_DATE, LOAD_PHONES, WRITE_PHONES, ORDER_PHONES):
            cursor.execute(statement, params)
        apply_visits.write(cursor, params)
        _write_zones(cursor, params)
        cursor.execute(VERDICTS, params)
        found = _found(cursor, params)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        for table in WORKING_TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE practice_id = %(practice)s", params)  # noqa: S608 names of our own
    return {"found": found, **_counts(file_import)}


def _write_zones(cursor, params):
    """The time zones of everyone whose ZIP or numbers are new; a join of the evidence that only Python can read."""
    cursor.execute(ZONE_EVIDENCE, params)
    changed = []
    for patient_id, zip_code, known, e164s in cursor.fetchall():
        zones = zone_key(zip_code=zip_code, e164s=e164s)
        if zones != known:
            changed.append((patient_id, zones))
    if changed:
        ids, zones = zip(*changed, strict=True)
        cursor.execute(
            "UPDATE patients_patient p SET zone_key = new.zones FROM unnest(%s::bigint[], %s::text[]) AS new(id, zones)"
            " WHERE p.practice_id = %s AND p.id = new.id",
            [list(ids), list(zones), params["practice"]],
        )


def _found(cursor, params):
    cursor.execute("SELECT count(DISTINCT patient_id) FROM imports_incomingrow WHERE practice_id = %(practice)s", params)
    people = cursor.fetchone()[0]
    visits = "SELECT status, count(*) FROM imports_incomingvisit WHERE practice_id = %(practice)s AND wins GROUP BY status"
    cursor.execute(visits, params)
    return {"patients": people, "appointments": dict(cursor.fetchall())}


def _counts(file_import):
    """Rows by verdict, and by reason; each row counts once, so the verdicts sum to the rows."""
    counts = dict.fromkeys(ImportRow.Verdict.values, 0)
    reasons, warnings = Counter(), Counter()
    said = file_import.staged_rows.values_list("verdict", "column", "reason").annotate(rows=Count("pk"))
    for verdict, column, reason, rows in said.order_by():
        counts[verdict] += rows
        sentence = f"{column}: {reason}" if column else reason
        if verdict in (ImportRow.Verdict.REJECTED, ImportRow.Verdict.SKIPPED):
            reasons[sentence] += rows
        elif column:
            warnings[sentence] += rows
    return {"counts": counts, "reasons": dict(reasons), "warnings": dict(warnings)}
