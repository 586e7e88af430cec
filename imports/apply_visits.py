"""The visits of an import: encounters and appointments of patients who are known by now (see `apply`)."""

ENCOUNTERS = """
INSERT INTO imports_incomingencounter (practice_id, row_id, patient_id, "on", provider, is_added)
SELECT DISTINCT ON (i.patient_id, e."on", e.provider) %(practice)s, i.row_id, i.patient_id, e."on", e.provider, NOT EXISTS (
  SELECT FROM patients_encounter known
  WHERE known.practice_id = %(practice)s AND known.patient_id = i.patient_id AND known."on" = e."on"
    AND (known.provider = e.provider OR known.provider = '' OR e.provider = ''))
FROM imports_incomingrow i JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = i.row_id,
  jsonb_to_recordset(r.values -> 'encounters') AS e("on" date, provider text)
WHERE i.practice_id = %(practice)s AND i.patient_id IS NOT NULL
ORDER BY i.patient_id, e."on", e.provider, i.line;
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider)
SELECT %(practice)s, patient_id, "on", provider FROM imports_incomingencounter WHERE practice_id = %(practice)s AND is_added;
UPDATE imports_incomingrow i SET changed = true FROM imports_incomingencounter f
WHERE i.practice_id = %(practice)s AND f.practice_id = %(practice)s AND f.row_id = i.row_id AND f.is_added
"""

LOAD_VISITS = """
INSERT INTO imports_incomingvisit (practice_id, row_id, line, patient_id, external_id, "on", "at", status, provider, location,
  visit_type, specialty, cancel_reason, implied, is_first, wins)
SELECT %(practice)s, i.row_id, i.line, i.patient_id, v.*, false, false
FROM imports_incomingrow i JOIN imports_importrow r ON r.practice_id = %(practice)s AND r.id = i.row_id,
  jsonb_to_recordset(r.values -> 'appointments') AS v(external_id text, "on" date, "at" time, status text, provider text,
    location text, visit_type text, specialty text, cancel_reason text, implied boolean)
WHERE i.practice_id = %(practice)s AND i.patient_id IS NOT NULL
"""

# A number that several patients carry is no number of an appointment.
DROP_SHARED_NUMBERS = """
UPDATE imports_incomingvisit v SET external_id = '' FROM (
  SELECT external_id FROM (
    SELECT external_id, patient_id FROM imports_incomingvisit WHERE practice_id = %(practice)s AND external_id <> ''
    UNION SELECT a.external_id, a.patient_id FROM imports_incomingvisit f
      JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.external_id = f.external_id
      WHERE f.practice_id = %(practice)s AND f.external_id <> ''
  ) carried GROUP BY external_id HAVING count(DISTINCT patient_id) > 1
) shared WHERE v.practice_id = %(practice)s AND v.external_id = shared.external_id
"""

# `is_first`: nothing further up says the same. `wins`: of several rows about one appointment the last one is the news.
RANK_VISITS = """
UPDATE imports_incomingvisit v SET wins = ranked.from_below = 1, is_first = ranked.same = 1
FROM (
  SELECT id,
    row_number() OVER (PARTITION BY patient_id, external_id,
                         CASE WHEN external_id = '' THEN concat_ws('|', "on", "at", provider) END
                       ORDER BY implied, line DESC, id) AS from_below,
    row_number() OVER (PARTITION BY patient_id, external_id, "on", "at", status, provider, location, visit_type
                       ORDER BY line, id) AS same
  FROM imports_incomingvisit WHERE practice_id = %(practice)s
) ranked WHERE v.practice_id = %(practice)s AND ranked.id = v.id;
UPDATE imports_incomingvisit v SET wins = false WHERE v.practice_id = %(practice)s AND v.implied AND EXISTS (
  SELECT FROM imports_incomingvisit plain WHERE plain.practice_id = %(practice)s AND plain.patient_id = v.patient_id
    AND plain."on" = v."on" AND NOT plain.implied)
"""

MATCH_BY_NUMBER = """
UPDATE imports_incomingvisit v SET appointment_id = a.id FROM patients_appointment a
WHERE v.practice_id = %(practice)s AND a.practice_id = %(practice)s AND a.patient_id = v.patient_id
  AND v.external_id <> '' AND a.external_id = v.external_id
"""

# Without a number on both sides: same patient and day, times that do not contradict. Best fits pair off first.
# This is also how an appointment that our agent booked is found again in the EMR's file.
MATCH_BY_SLOT = """
WITH pairs AS (
  SELECT v.id AS visit, a.id,
    row_number() OVER (PARTITION BY v.id ORDER BY fit.score DESC, a.id) AS for_visit,
    row_number() OVER (PARTITION BY a.id ORDER BY fit.score DESC, v.id) AS for_appointment
  FROM imports_incomingvisit v
  JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.patient_id = v.patient_id AND a."on" = v."on"
  CROSS JOIN LATERAL (SELECT (a."at" IS NOT DISTINCT FROM v."at")::int * 2 + (a.provider = v.provider)::int AS score) fit
  WHERE v.practice_id = %(practice)s AND v.wins AND v.appointment_id IS NULL
    AND (a.external_id = '' OR v.external_id = '')
    AND (NOT v.implied OR a.status IN ('SCHEDULED', 'KEPT'))
    AND (a."at" = v."at" OR a."at" IS NULL OR v."at" IS NULL)
    AND NOT EXISTS (SELECT FROM imports_incomingvisit taken
                    WHERE taken.practice_id = %(practice)s AND taken.appointment_id = a.id)
)
UPDATE imports_incomingvisit v SET appointment_id = pairs.id FROM pairs
WHERE v.practice_id = %(practice)s AND pairs.visit = v.id AND pairs.for_visit = 1 AND pairs.for_appointment = 1
"""

# A "next visit" column only implies an appointment: it may add one, never change what is known of it.
UPDATE_APPOINTMENTS = """
WITH done AS (
  UPDATE patients_appointment a SET external_id = coalesce(nullif(v.external_id, ''), a.external_id), "on" = v."on",
    "at" = CASE WHEN v."at" IS NULL AND a."on" = v."on" THEN a."at" ELSE v."at" END, status = v.status,
    provider = coalesce(nullif(v.provider, ''), a.provider), location = coalesce(nullif(v.location, ''), a.location),
    visit_type = coalesce(nullif(v.visit_type, ''), a.visit_type),
    specialty = coalesce(nullif(v.specialty, ''), a.specialty),
    cancel_reason = coalesce(nullif(v.cancel_reason, ''), a.cancel_reason)
  FROM imports_incomingvisit v
  WHERE v.practice_id = %(practice)s AND a.practice_id = %(practice)s AND a.id = v.appointment_id AND v.wins AND NOT v.implied
    AND ((v.external_id <> '' AND v.external_id <> a.external_id) OR a."on" <> v."on" OR a.status <> v.status
      OR (v."at" IS NOT NULL AND a."at" IS DISTINCT FROM v."at")
      OR (v.provider <> '' AND v.provider <> a.provider) OR (v.location <> '' AND v.location <> a.location)
      OR (v.visit_type <> '' AND v.visit_type <> a.visit_type) OR (v.specialty <> '' AND v.specialty <> a.specialty)
      OR (v.cancel_reason <> '' AND v.cancel_reason <> a.cancel_reason))
  RETURNING v.row_id
)
UPDATE imports_incomingrow i SET changed = true FROM done WHERE i.practice_id = %(practice)s AND done.row_id = i.row_id
"""

CREATE_APPOINTMENTS = """
INSERT INTO patients_appointment (
  practice_id, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason,
  source, created_at)
SELECT %(practice)s, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason,
  'EMR', %(now)s
FROM imports_incomingvisit WHERE practice_id = %(practice)s AND wins AND appointment_id IS NULL;
UPDATE imports_incomingrow i SET changed = true FROM imports_incomingvisit v
WHERE i.practice_id = %(practice)s AND v.practice_id = %(practice)s AND v.row_id = i.row_id AND v.wins
  AND v.appointment_id IS NULL
"""


STATEMENTS = (
    ENCOUNTERS, LOAD_VISITS, DROP_SHARED_NUMBERS, RANK_VISITS, MATCH_BY_NUMBER, MATCH_BY_SLOT, UPDATE_APPOINTMENTS,
    CREATE_APPOINTMENTS,
)  # fmt: skip


def write(cursor, params):
    """Write the encounters and appointments of the rows that are being applied, and mark the rows that changed something."""
    for statement in STATEMENTS:
        cursor.execute(statement, params)
