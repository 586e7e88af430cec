"""The plan of an import: what each line would do, worked out set by set without touching a patient.

The dry run shows it, and `apply` carries it out after working it out anew in its own transaction, so both come to the same
numbers unless something changed in between. Opt-outs, and what calls taught about a number, are no part of it.
"""

from collections import Counter

from django.db import connection
from django.db.models import Count

from accounts.planner import hash_only
from imports import content, matching, plan_visits
from imports.models import ImportRow, IncomingMatch, IncomingPerson, IncomingRow

UNKNOWN_CHART = "waits for its chart: no patient with this number yet"
OTHER_PERSON = "this chart number belongs to somebody with another name and date of birth"

# A line without chart number is about the one charted person of the file who has its name, birth and number.
CHARTLESS = """
WITH loose AS MATERIALIZED (
  SELECT line, name_key, born_on FROM imports_incomingrow
  WHERE practice_id = %(practice)s AND import_id = %(import)s AND mrn = '' AND born_on IS NOT NULL AND name_key <> ''
), charted AS MATERIALIZED (
  SELECT r.line, r.person, r.name_key, r.born_on FROM imports_incomingrow r
  JOIN (SELECT DISTINCT name_key, born_on FROM loose) l ON l.name_key = r.name_key AND l.born_on = r.born_on
  WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.mrn <> ''
), listed AS MATERIALIZED (
  SELECT f.line, f.e164 FROM imports_incomingphone f
  WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s
    AND f.line IN (SELECT line FROM loose UNION SELECT line FROM charted)
), fits AS (
  SELECT l.line, min(c.person) AS person
  FROM loose l JOIN charted c ON c.name_key = l.name_key AND c.born_on = l.born_on
  LEFT JOIN listed mine ON mine.line = l.line LEFT JOIN listed theirs ON theirs.line = c.line
  WHERE mine.e164 = theirs.e164 OR mine.e164 IS NULL OR theirs.e164 IS NULL
  GROUP BY l.line HAVING count(DISTINCT c.person) = 1
)
UPDATE imports_incomingrow r SET person = fits.person FROM fits
WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = fits.line
"""

# Lines of one person get one patient: the one we know, else a new one made from the first line that names the person.
# A chart number is not believed where the first name says otherwise, and so does the date of birth or, where that is unknown,
# the last name: a married name and a corrected birth are the same person, first and last name swapped too.
PERSONS = """
INSERT INTO imports_incomingperson (
  practice_id, import_id, line, patient_id, leads, is_new, fault, changed, changes_patient, brings)
SELECT %(practice)s, %(import)s, line,
  CASE WHEN other OR NOT (named OR known IS NOT NULL) THEN NULL
       WHEN known IS NOT NULL THEN known
       WHEN place = 1 THEN nextval(%(ids)s::regclass) END,
  place = 1 AND NOT other AND (named OR known IS NOT NULL), place = 1 AND known IS NULL AND named AND NOT other,
  CASE WHEN other THEN 'OTHER_PERSON' WHEN known IS NULL AND NOT named THEN 'WAITS' ELSE '' END,
  false, false, false
FROM (
  SELECT each.*, row_number() OVER (PARTITION BY key, other ORDER BY name_key = '', line) AS place,
    bool_or(name_key <> '') OVER (PARTITION BY key) AS named
  FROM (
    SELECT line, name_key, known, key,
      coalesce(name_key <> '' AND first_key <> '' AND split_part(name_key, ' ', 2) <> split_part(first_key, ' ', 2)
        AND coalesce(born_on <> first_born, split_part(name_key, ' ', 1) <> split_part(first_key, ' ', 1))
        AND name_key <> split_part(first_key, ' ', 2) || ' ' || split_part(first_key, ' ', 1), false) AS other
    FROM (
      SELECT r.line, r.name_key, r.born_on, max(coalesce(p.merged_into_id, p.id, m.patient_id)) OVER whole AS known,
        coalesce('p' || max(coalesce(p.merged_into_id, p.id, m.patient_id)) OVER whole, r.person) AS key,
        coalesce(p.born_on, first_value(r.born_on) OVER same) AS first_born,
        coalesce(p.name_key, first_value(r.name_key) OVER same) AS first_key
      FROM imports_incomingrow r
      LEFT JOIN patients_patient p ON p.practice_id = %(practice)s AND r.mrn <> '' AND p.mrn = r.mrn
      LEFT JOIN imports_incomingmatch m
        ON m.practice_id = %(practice)s AND m.import_id = %(import)s AND m.line = r.line AND m.is_sure
      WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s
      WINDOW whole AS (PARTITION BY r.person),
        same AS (PARTITION BY r.person ORDER BY r.born_on IS NULL, r.name_key = '', r.line)
    ) known
  ) each
) ranked
"""

# Further lines of a new person.
FOLLOWERS = """
UPDATE imports_incomingperson i SET patient_id = lead.patient_id
FROM imports_incomingrow r, imports_incomingrow first, imports_incomingperson lead
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.patient_id IS NULL AND i.fault = ''
  AND r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
  AND first.practice_id = %(practice)s AND first.import_id = %(import)s AND first.person = r.person
  AND lead.practice_id = %(practice)s AND lead.import_id = %(import)s AND lead.line = first.line AND lead.is_new
"""

# Whoever is deceased or inactive by one line of several is so, and a wish on a further line is news.
WHOLE_PERSONS = """
UPDATE imports_incomingrow v SET deceased = said.deceased, inactive = said.inactive
FROM imports_incomingperson i, (
  SELECT i.patient_id, bool_or(r.deceased) AS deceased, bool_or(r.inactive) AS inactive
  FROM imports_incomingperson i JOIN imports_incomingrow r
    ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
  WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.patient_id IS NOT NULL
  GROUP BY i.patient_id HAVING count(*) > 1
) said
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.leads AND i.patient_id = said.patient_id
  AND v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line;
WITH first AS (
  SELECT DISTINCT ON (i.patient_id) i.line FROM imports_incomingperson i JOIN imports_incomingrow r
    ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
  WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.patient_id IS NOT NULL AND r.do_not_call
  ORDER BY i.patient_id, i.line
)
UPDATE imports_incomingperson i SET brings = true FROM first
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = first.line AND NOT i.leads
"""

# What a file says of a patient we know: (column, its value by the file, or else as it was). A blank erases nothing; flags
# change only where the file has such a column.
NEWS = (
    ("mrn", "coalesce(nullif(p.mrn, ''), v.mrn)"),
    ("first_name", "CASE WHEN v.last_name <> '' THEN v.first_name ELSE p.first_name END"),
    ("middle_name", "coalesce(nullif(v.middle_name, ''), p.middle_name)"),
    ("last_name", "coalesce(nullif(v.last_name, ''), p.last_name)"),
    ("name_key", "CASE WHEN v.last_name <> '' THEN v.name_key ELSE p.name_key END"),
    ("born_on", "coalesce(v.born_on, p.born_on)"),
    *((name, f"coalesce(nullif(v.{name}, ''), p.{name})")
      for name in ("sex", "language", "email", "address", "city", "state", "zip_code", "provider")),
    ("is_deceased", "coalesce(v.deceased, p.is_deceased)"),
    ("is_inactive", "coalesce(v.inactive, p.is_inactive)"),
)  # fmt: skip
_COMPARED = [(name, value) for name, value in NEWS if name != "name_key"]  # it follows from the names

CHANGED_PATIENTS = f"""
UPDATE imports_incomingperson i SET changed = true, changes_patient = true
FROM imports_incomingrow v, patients_patient p
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.leads AND NOT i.is_new
  AND v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line
  AND p.practice_id = %(practice)s AND p.id = i.patient_id
  AND ({", ".join(f"p.{name}" for name, _ in _COMPARED)}) IS DISTINCT FROM ({", ".join(value for _, value in _COMPARED)})
"""  # noqa: S608 constants

# The note is all that the lines of a person say, for the same person may stand in several sections of a report.
CHANGED_NOTES = """
UPDATE imports_incomingperson i SET changed = true, changes_patient = true
FROM patients_patient p, (
  SELECT i.patient_id, string_agg(DISTINCT r.note, '; ' ORDER BY r.note) AS note
  FROM imports_incomingrow r JOIN imports_incomingperson i
    ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = r.line
  WHERE r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.note <> '' AND i.patient_id IS NOT NULL
  GROUP BY i.patient_id
) said
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.leads AND NOT i.is_new
  AND said.patient_id = i.patient_id AND p.practice_id = %(practice)s AND p.id = i.patient_id AND p.emr_note <> said.note
"""

CHANGED_BY_REFUSAL = """
UPDATE imports_incomingperson i SET changed = true FROM imports_incomingrow v
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND NOT i.is_new AND i.patient_id IS NOT NULL
  AND v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line AND v.do_not_call
  AND NOT EXISTS (SELECT FROM patients_optout o
                  WHERE o.practice_id = %(practice)s AND o.patient_id = i.patient_id AND o.e164 = '')
"""

# A number the patient did not have, or one whose kind or extension was unknown.
CHANGED_PHONES = """
UPDATE imports_incomingperson i SET changed = true
FROM imports_incomingphone f
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND NOT i.is_new AND i.patient_id IS NOT NULL
  AND f.practice_id = %(practice)s AND f.import_id = %(import)s AND f.line = i.line
  AND NOT EXISTS (
    SELECT FROM patients_phonenumber n
    WHERE n.practice_id = %(practice)s AND n.patient_id = i.patient_id AND n.e164 = f.e164
      AND (n.kind <> 'OTHER' OR f.kind = 'OTHER') AND (n.extension <> '' OR f.extension = ''))
"""

# Whether a further line of a person says something that no line above it says.
BRINGS_PHONES = """
WITH first AS (
  SELECT DISTINCT ON (i.patient_id, f.e164) f.line FROM imports_incomingphone f
  JOIN imports_incomingperson i ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = f.line
  WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND i.patient_id IS NOT NULL
  ORDER BY i.patient_id, f.e164, f.line
)
UPDATE imports_incomingperson i SET brings = true FROM first
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = first.line AND NOT i.leads
"""

VERDICTS = """
SELECT CASE WHEN is_new THEN 'CREATE' WHEN NOT leads AND NOT brings THEN 'DUPLICATE'
            WHEN changed OR NOT leads AND lead_is_new THEN 'UPDATE' ELSE 'UNCHANGED' END, count(*)
FROM (
  SELECT i.*, lead.patient_id IS NOT NULL AS lead_is_new FROM imports_incomingperson i
  LEFT JOIN (SELECT patient_id FROM imports_incomingperson
             WHERE practice_id = %(practice)s AND import_id = %(import)s AND is_new) lead ON lead.patient_id = i.patient_id
  WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.fault = ''
) each GROUP BY 1
"""

# Lines that come to nothing, with the chart number that the waiting ones wait for.
NOTE_FAULTS = """
INSERT INTO imports_importrow (practice_id, file_import_id, line, verdict, reason, "column", cells)
SELECT %(practice)s, %(import)s, i.line, CASE i.fault WHEN 'WAITS' THEN 'SKIPPED' ELSE 'REJECTED' END,
  CASE i.fault WHEN 'WAITS' THEN %(waits)s ELSE %(other)s END,
  CASE i.fault WHEN 'WAITS' THEN '' ELSE %(mrn_column)s END,
  CASE i.fault WHEN 'WAITS' THEN jsonb_build_object('mrn', r.mrn) ELSE '{}' END
FROM imports_incomingperson i
JOIN imports_incomingrow r ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.fault <> ''
"""

FOUND = """
SELECT count(DISTINCT coalesce('p' || i.patient_id, r.person)) FROM imports_incomingperson i
JOIN imports_incomingrow r ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.fault <> 'OTHER_PERSON'
"""


def params_of(file_import):
    """The parameters that every statement of an import takes."""
    return {"practice": file_import.practice_id, "import": file_import.pk}


def mrn_column(file_import):
    """The header of the chart number, or ''."""
    return next((header for header, name in file_import.mapping.items() if name == "mrn"), "")


def other_person(file_import):
    """The reason of rows that name somebody else under a chart number we know, as the figures word it."""
    return f"{mrn_column(file_import)}: {OTHER_PERSON}"


def work_out(*, file_import):
    """Fill IncomingMatch, IncomingPerson and the flags of IncomingVisit. Returns counts, reasons, warnings and found."""
    with connection.cursor() as cursor:
        _plan(file_import, cursor)
        _note_faults(file_import, cursor)
        return _figures(file_import, cursor)


def rows_missing(*, file_import):
    """How many rows that were staged are neither in the working tables nor noted as coming to nothing."""
    noted = file_import.noted_rows.exclude(verdict="").exclude(reason__in=[UNKNOWN_CHART, OTHER_PERSON]).count()
    return file_import.rows_staged - noted - IncomingRow.objects.filter(import_id=file_import.pk).count()


def verdicts_of(*, file_import):
    """Work the plan out for rows that waited; verdict → rows. They may add a visit, never change one: it is newer by now."""
    with connection.cursor() as cursor:
        _plan(file_import, cursor, may_change_visits=False)
        cursor.execute(VERDICTS, params_of(file_import))
        return dict(cursor.fetchall())


def _plan(file_import, cursor, *, may_change_visits=True):
    cursor.execute("SELECT pg_get_serial_sequence('patients_patient', 'id')")
    params = params_of(file_import) | {"ids": cursor.fetchone()[0]}
    hash_only(cursor)
    for model in (IncomingPerson, IncomingMatch):
        model.objects.filter(import_id=file_import.pk).delete()
    if IncomingRow.objects.filter(import_id=file_import.pk, mrn="").exists():
        cursor.execute(CHARTLESS, params)
    matching.match(file_import=file_import, cursor=cursor, params=params)
    for statement in (PERSONS, FOLLOWERS):
        cursor.execute(statement, params)
    has_followers = IncomingPerson.objects.filter(import_id=file_import.pk, leads=False, fault="").exists()
    if has_followers:
        cursor.execute(WHOLE_PERSONS, params)
    for statement in (CHANGED_PATIENTS, CHANGED_NOTES, CHANGED_BY_REFUSAL, CHANGED_PHONES):
        cursor.execute(statement, params)
    plan_visits.work_out(cursor, params | {"may_change": may_change_visits})
    if has_followers:
        cursor.execute(BRINGS_PHONES, params)


def _note_faults(file_import, cursor):
    """Note the lines that come to nothing, anew: of those that name somebody else the cells too, to be corrected."""
    file_import.noted_rows.filter(reason__in=[UNKNOWN_CHART, OTHER_PERSON]).delete()
    said = {"waits": UNKNOWN_CHART, "other": OTHER_PERSON, "mrn_column": mrn_column(file_import)}
    cursor.execute(NOTE_FAULTS, params_of(file_import) | said)
    others = dict(file_import.noted_rows.filter(reason=OTHER_PERSON).values_list("line", "pk"))
    if not others:
        return
    for chunk in file_import.chunks.order_by("number").iterator(chunk_size=1):
        rows = [row for row in content.unpack(chunk.content) if row.line in others]
        cells = [{name: cell for name, cell in zip(file_import.headers, row.cells, strict=True) if cell} for row in rows]
        found = [ImportRow(pk=others[row.line], cells=kept) for row, kept in zip(rows, cells, strict=True)]
        ImportRow.objects.bulk_update(found, ["cells"], batch_size=500)


def _figures(file_import, cursor):
    counts, reasons, warnings = Counter(dict.fromkeys(ImportRow.Verdict.values, 0)), Counter(), Counter()
    noted = file_import.noted_rows.order_by().values_list("verdict", "column", "reason").annotate(rows=Count("pk"))
    for verdict, column, reason, rows in noted:
        (reasons if verdict else warnings)[f"{column}: {reason}" if column else reason] += rows
        if verdict:
            counts[verdict] += rows
    params = params_of(file_import)
    cursor.execute(VERDICTS, params)
    counts.update(dict(cursor.fetchall()))
    cursor.execute(FOUND, params)
    found = {"patients": cursor.fetchone()[0], "appointments": plan_visits.found(cursor, params)}
    return {"counts": dict(counts), "reasons": dict(reasons), "warnings": dict(warnings), "found": found}
