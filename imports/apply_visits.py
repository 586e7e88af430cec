"""Encounters and appointments: those the file adds, and what it changes of those we know."""

from imports import ledger

CREATE_ENCOUNTERS = """
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider, import_id)
SELECT DISTINCT %(practice)s, i.patient_id, e."on", e.provider, %(import)s::bigint
FROM imports_incomingencounter e JOIN imports_incomingperson i
  ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = e.line
WHERE e.practice_id = %(practice)s AND e.import_id = %(import)s AND i.patient_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM patients_encounter known
  WHERE known.practice_id = %(practice)s AND known.patient_id = i.patient_id AND known."on" = e."on"
    AND (known.provider = e.provider OR known.provider = '' OR e.provider = ''))
ON CONFLICT DO NOTHING
"""

UPDATE_APPOINTMENTS = f"""
WITH before AS (
  SELECT a.*, v.line FROM patients_appointment a JOIN imports_incomingvisit v
    ON v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.appointment_id = a.id AND v.is_news
  WHERE a.practice_id = %(practice)s
), done AS (
  UPDATE patients_appointment a SET external_id = coalesce(nullif(v.external_id, ''), a.external_id), "on" = v."on",
    "at" = CASE WHEN v."at" IS NULL AND a."on" = v."on" THEN a."at" ELSE v."at" END, status = v.status,
    provider = coalesce(nullif(v.provider, ''), a.provider), location = coalesce(nullif(v.location, ''), a.location),
    visit_type = coalesce(nullif(v.visit_type, ''), a.visit_type),
    specialty = coalesce(nullif(v.specialty, ''), a.specialty),
    cancel_reason = coalesce(nullif(v.cancel_reason, ''), a.cancel_reason)
  FROM imports_incomingvisit v
  WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.is_news
    AND a.practice_id = %(practice)s AND a.id = v.appointment_id
  RETURNING a.*
)
{ledger.INTO}
SELECT DISTINCT ON (before.id) %(practice)s, %(import)s, 'APPOINTMENT', before.id, before.patient_id, before.line,
  said.former, said.latter, ''
FROM before JOIN done ON done.id = before.id
{ledger.DIFFERENCE}
"""  # noqa: S608 constants

CREATE_APPOINTMENTS = """
INSERT INTO patients_appointment (
  practice_id, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason,
  source, import_id, created_at)
SELECT %(practice)s, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason,
  'EMR', %(import)s, %(now)s
FROM imports_incomingvisit
WHERE practice_id = %(practice)s AND import_id = %(import)s AND is_news AND appointment_id IS NULL
"""


def write(cursor, params):
    """Write the encounters and appointments of the lines that are being applied."""
    for statement in (CREATE_ENCOUNTERS, UPDATE_APPOINTMENTS, CREATE_APPOINTMENTS):
        cursor.execute(statement, params)
