"""The visits of an import: encounters and appointments of patients who are known by now (see `apply`)."""

ENCOUNTERS = """
CREATE TEMP TABLE incoming_encounter ON COMMIT DROP AS
SELECT DISTINCT ON (i.patient_id, e."on", e.provider) i.row_id, i.patient_id, e."on", e.provider, false AS is_added
FROM incoming i, jsonb_to_recordset(i.encounters) AS e("on" date, provider text)
WHERE i.patient_id IS NOT NULL ORDER BY i.patient_id, e."on", e.provider, i.line;
UPDATE incoming_encounter f SET is_added = NOT EXISTS (
  SELECT FROM patients_encounter e WHERE e.practice_id = %(practice)s AND e.patient_id = f.patient_id AND e."on" = f."on"
    AND (e.provider = f.provider OR e.provider = '' OR f.provider = ''));
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider)
SELECT %(practice)s, patient_id, "on", provider FROM incoming_encounter WHERE is_added;
UPDATE incoming i SET changed = true FROM incoming_encounter f WHERE f.row_id = i.row_id AND f.is_added
"""

# `is_first`: nothing further up says the same. `wins`: of several rows about one appointment the last one is the news.
# A number that several patients carry is no number of an appointment and is dropped.
LOAD_VISITS = """
CREATE TEMP TABLE incoming_visit ON COMMIT DROP AS
SELECT i.row_id, i.line, i.patient_id, v.*, NULL::bigint AS appointment_id, false AS is_first, false AS wins,
       row_number() OVER () AS visit
FROM incoming i,
     jsonb_to_recordset(i.appointments) AS v(external_id text, "on" date, "at" time, status text, provider text,
       location text, visit_type text, specialty text, cancel_reason text, implied boolean)
WHERE i.patient_id IS NOT NULL;
UPDATE incoming_visit v SET external_id = '' FROM (
  SELECT external_id FROM (
    SELECT external_id, patient_id FROM incoming_visit WHERE external_id <> ''
    UNION SELECT a.external_id, a.patient_id FROM patients_appointment a
      JOIN incoming_visit f ON a.external_id = f.external_id
      WHERE a.practice_id = %(practice)s AND f.external_id <> ''
  ) carried GROUP BY external_id HAVING count(DISTINCT patient_id) > 1
) shared WHERE v.external_id = shared.external_id;
UPDATE incoming_visit v SET wins = ranked.from_below = 1, is_first = ranked.same = 1
FROM (
  SELECT visit,
    row_number() OVER (PARTITION BY patient_id, external_id, CASE WHEN external_id = '' THEN concat_ws('|', "on", "at", provider) END
                       ORDER BY implied, line DESC, visit) AS from_below,
    row_number() OVER (PARTITION BY patient_id, external_id, "on", "at", status, provider, location, visit_type
                       ORDER BY line, visit) AS same
  FROM incoming_visit
) ranked WHERE ranked.visit = v.visit;
UPDATE incoming_visit v SET wins = false WHERE v.implied AND EXISTS (
  SELECT FROM incoming_visit plain WHERE plain.patient_id = v.patient_id AND plain."on" = v."on" AND NOT plain.implied);
ANALYZE incoming_visit
"""

MATCH_BY_NUMBER = """
UPDATE incoming_visit v SET appointment_id = a.id FROM patients_appointment a
WHERE a.practice_id = %(practice)s AND a.patient_id = v.patient_id AND v.external_id <> '' AND a.external_id = v.external_id
"""

# Without a number on both sides: same patient and day, times that do not contradict. Best fits pair off first.
# This is also how an appointment that our agent booked is found again in the EMR's file.
MATCH_BY_SLOT = """
WITH pairs AS (
  SELECT v.visit, a.id,
    row_number() OVER (PARTITION BY v.visit ORDER BY fit.score DESC, a.id) AS for_visit,
    row_number() OVER (PARTITION BY a.id ORDER BY fit.score DESC, v.visit) AS for_appointment
  FROM incoming_visit v
  JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.patient_id = v.patient_id AND a."on" = v."on"
  CROSS JOIN LATERAL (SELECT (a."at" IS NOT DISTINCT FROM v."at")::int * 2 + (a.provider = v.provider)::int AS score) fit
  WHERE v.wins AND v.appointment_id IS NULL AND (a.external_id = '' OR v.external_id = '') AND (NOT v.implied OR a.status IN ('SCHEDULED', 'KEPT'))
    AND (a."at" = v."at" OR a."at" IS NULL OR v."at" IS NULL)
    AND NOT EXISTS (SELECT FROM incoming_visit taken WHERE taken.appointment_id = a.id)
)
UPDATE incoming_visit v SET appointment_id = pairs.id FROM pairs
WHERE pairs.visit = v.visit AND pairs.for_visit = 1 AND pairs.for_appointment = 1
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
  FROM incoming_visit v
  WHERE a.practice_id = %(practice)s AND a.id = v.appointment_id AND v.wins AND NOT v.implied
    AND ((v.external_id <> '' AND v.external_id <> a.external_id) OR a."on" <> v."on" OR a.status <> v.status
      OR (v."at" IS NOT NULL AND a."at" IS DISTINCT FROM v."at")
      OR (v.provider <> '' AND v.provider <> a.provider) OR (v.location <> '' AND v.location <> a.location)
      OR (v.visit_type <> '' AND v.visit_type <> a.visit_type) OR (v.specialty <> '' AND v.specialty <> a.specialty)
      OR (v.cancel_reason <> '' AND v.cancel_reason <> a.cancel_reason))
  RETURNING v.row_id
)
UPDATE incoming i SET changed = true FROM done WHERE done.row_id = i.row_id
"""

CREATE_APPOINTMENTS = """
INSERT INTO patients_appointment (
  practice_id, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason, source, created_at)
SELECT %(practice)s, patient_id, external_id, "on", "at", status, provider, location, visit_type, specialty, cancel_reason, 'EMR', %(now)s
FROM incoming_visit WHERE wins AND appointment_id IS NULL;
UPDATE incoming i SET changed = true FROM incoming_visit v WHERE v.row_id = i.row_id AND v.wins AND v.appointment_id IS NULL
"""


def write(cursor, params):
    """Write the encounters and appointments of the temporary table `incoming`, and mark the rows that changed something."""
    for statement in (ENCOUNTERS, LOAD_VISITS, MATCH_BY_NUMBER, MATCH_BY_SLOT, UPDATE_APPOINTMENTS, CREATE_APPOINTMENTS):
        cursor.execute(statement, params)
