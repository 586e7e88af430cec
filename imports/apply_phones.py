"""Numbers of patients: those the file lists and nobody had. What calls taught about a number is left alone."""

from imports import ledger

# A person on several lines has the numbers of the first line first.
CREATE = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state, import_id)
SELECT %(practice)s, i.patient_id, f.e164, f.extension, f.kind, f.place, 'UNVERIFIED', %(import)s
FROM imports_incomingphone f JOIN imports_incomingperson i
  ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = f.line
WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND {which} AND NOT EXISTS (
  SELECT FROM patients_phonenumber n
  WHERE n.practice_id = %(practice)s AND n.patient_id = i.patient_id AND n.e164 = f.e164)
"""
CREATE_OF_LEADS = CREATE.format(which="i.leads")
CREATE_OF_OTHERS = CREATE.format(which="NOT i.leads AND i.patient_id IS NOT NULL") + "ORDER BY f.line ON CONFLICT DO NOTHING"

# A kind or an extension is filled in only where it was unknown.
COMPLETE = f"""
WITH before AS (
  SELECT DISTINCT ON (n.id) n.id, n.patient_id, n.kind, n.extension, i.line,
    CASE WHEN n.kind = 'OTHER' THEN f.kind ELSE n.kind END AS new_kind,
    CASE WHEN n.extension = '' THEN f.extension ELSE n.extension END AS new_extension
  FROM imports_incomingphone f
  JOIN imports_incomingperson i ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = f.line
  JOIN patients_phonenumber n ON n.practice_id = %(practice)s AND n.patient_id = i.patient_id AND n.e164 = f.e164
  WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND i.changed AND n.import_id IS DISTINCT FROM %(import)s
    AND ((n.kind = 'OTHER' AND f.kind <> 'OTHER') OR (n.extension = '' AND f.extension <> ''))
  ORDER BY n.id, f.line, f.place
), done AS (
  UPDATE patients_phonenumber n SET kind = new_kind, extension = new_extension FROM before
  WHERE n.practice_id = %(practice)s AND n.id = before.id
)
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PHONE', id, patient_id, line,
  jsonb_build_object('kind', kind, 'extension', extension),
  jsonb_build_object('kind', new_kind, 'extension', new_extension), ''
FROM before
"""  # noqa: S608 constants

# A patient with a new number is called first on what the EMR now lists, in its order.
ORDER = f"""
WITH listed AS (
  SELECT i.patient_id, f.e164, min(f.line) AS line, min(f.place) AS place
  FROM imports_incomingphone f JOIN imports_incomingperson i
    ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = f.line
  WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND i.patient_id IN (
    SELECT patient_id FROM imports_incomingperson
    WHERE practice_id = %(practice)s AND import_id = %(import)s AND patient_id IS NOT NULL AND (changed OR NOT leads))
  GROUP BY i.patient_id, f.e164
), ranked AS (
  SELECT n.id, n.patient_id, n.import_id, n.position,
    row_number() OVER (PARTITION BY n.patient_id ORDER BY l.line NULLS LAST, l.place, n.position, n.id) AS place
  FROM patients_phonenumber n LEFT JOIN listed l ON l.patient_id = n.patient_id AND l.e164 = n.e164
  WHERE n.practice_id = %(practice)s AND n.patient_id IN (
    SELECT added.patient_id FROM patients_phonenumber added JOIN listed ON listed.patient_id = added.patient_id
    WHERE added.practice_id = %(practice)s AND added.import_id = %(import)s)
), done AS (
  UPDATE patients_phonenumber n SET position = ranked.place FROM ranked
  WHERE n.practice_id = %(practice)s AND n.id = ranked.id AND ranked.position <> ranked.place
)
{ledger.INTO}
SELECT %(practice)s, %(import)s, 'PHONE', id, patient_id, NULL, jsonb_build_object('position', position),
  jsonb_build_object('position', place), ''
FROM ranked WHERE position <> place AND import_id IS DISTINCT FROM %(import)s
{ledger.TOGETHER}
"""  # noqa: S608 constants


def write(cursor, params):
    """Write the numbers of the lines that are being applied."""
    for statement in (COMPLETE, CREATE_OF_LEADS, CREATE_OF_OTHERS, ORDER):
        cursor.execute(statement, params)
