"""The plan of an import, second part: encounters and appointments, once the patients of the lines are known."""

# Encounters the patient did not have.
CHANGED_ENCOUNTERS = """
UPDATE imports_incomingperson i SET changed = true
FROM imports_incomingencounter e
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND NOT i.is_new AND i.patient_id IS NOT NULL
  AND e.practice_id = %(practice)s AND e.import_id = %(import)s AND e.line = i.line
  AND NOT EXISTS (SELECT FROM patients_encounter known
    WHERE known.practice_id = %(practice)s AND known.patient_id = i.patient_id AND known."on" = e."on"
      AND (known.provider = e.provider OR known.provider = '' OR e.provider = ''))
"""

BRINGS_ENCOUNTERS = """
WITH first AS (
  SELECT DISTINCT ON (i.patient_id, e."on", e.provider) e.line FROM imports_incomingencounter e
  JOIN imports_incomingperson i ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = e.line
  WHERE e.practice_id = %(practice)s AND e.import_id = %(import)s AND i.patient_id IS NOT NULL
  ORDER BY i.patient_id, e."on", e.provider, e.line
)
UPDATE imports_incomingperson i SET brings = true FROM first
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = first.line AND NOT i.leads
"""

WHOSE_VISITS = """
UPDATE imports_incomingvisit v SET patient_id = i.patient_id, appointment_id = NULL, is_first = false, wins = false,
  is_news = false
FROM imports_incomingperson i
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s
  AND i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = v.line
"""

# A number that several patients carry is no number of an appointment.
DROP_SHARED_NUMBERS = """
UPDATE imports_incomingvisit v SET external_id = '' FROM (
  SELECT external_id FROM (
    SELECT external_id, patient_id FROM imports_incomingvisit
      WHERE practice_id = %(practice)s AND import_id = %(import)s AND external_id <> '' AND patient_id IS NOT NULL
    UNION SELECT a.external_id, a.patient_id FROM imports_incomingvisit f
      JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.external_id = f.external_id
      WHERE f.practice_id = %(practice)s AND f.import_id = %(import)s AND f.external_id <> '' AND f.patient_id IS NOT NULL
  ) carried GROUP BY external_id HAVING count(DISTINCT patient_id) > 1
) shared WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.external_id = shared.external_id
"""

# `is_first`: nothing further up says the same. `wins`: of several lines about one appointment the last one is the news.
RANK_VISITS = """
UPDATE imports_incomingvisit v SET wins = ranked.from_below = 1, is_first = ranked.same = 1
FROM (
  SELECT line, place,
    row_number() OVER (PARTITION BY patient_id, external_id,
                         CASE WHEN external_id = '' THEN concat_ws('|', "on", "at", provider) END
                       ORDER BY implied, line DESC, place DESC) AS from_below,
    row_number() OVER (PARTITION BY patient_id, external_id, "on", "at", status, provider, location, visit_type
                       ORDER BY line, place) AS same
  FROM imports_incomingvisit
  WHERE practice_id = %(practice)s AND import_id = %(import)s AND patient_id IS NOT NULL
) ranked
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND ranked.line = v.line AND ranked.place = v.place;
UPDATE imports_incomingvisit v SET wins = false
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.implied AND EXISTS (
  SELECT FROM imports_incomingvisit plain WHERE plain.practice_id = %(practice)s AND plain.import_id = %(import)s
    AND plain.patient_id = v.patient_id AND plain."on" = v."on" AND NOT plain.implied)
"""

MATCH_BY_NUMBER = """
UPDATE imports_incomingvisit v SET appointment_id = a.id FROM patients_appointment a
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND a.practice_id = %(practice)s
  AND a.patient_id = v.patient_id AND v.external_id <> '' AND a.external_id = v.external_id
"""

# Without a number on both sides: same patient and day, times that do not contradict. Best fits pair off first.
# This is also how an appointment that our agent booked is found again in the EMR's file.
MATCH_BY_SLOT = """
WITH pairs AS (
  SELECT v.line, v.place, a.id,
    row_number() OVER (PARTITION BY v.line, v.place ORDER BY fit.score DESC, a.id) AS for_visit,
    row_number() OVER (PARTITION BY a.id ORDER BY fit.score DESC, v.line, v.place) AS for_appointment
  FROM imports_incomingvisit v
  JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.patient_id = v.patient_id AND a."on" = v."on"
  CROSS JOIN LATERAL (SELECT (a."at" IS NOT DISTINCT FROM v."at")::int * 2 + (a.provider = v.provider)::int AS score) fit
  WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.wins AND v.appointment_id IS NULL
    AND (a.external_id = '' OR v.external_id = '')
    AND (NOT v.implied OR a.status IN ('SCHEDULED', 'KEPT'))
    AND (a."at" = v."at" OR a."at" IS NULL OR v."at" IS NULL)
    AND NOT EXISTS (SELECT FROM imports_incomingvisit taken
      WHERE taken.practice_id = %(practice)s AND taken.import_id = %(import)s AND taken.appointment_id = a.id)
)
UPDATE imports_incomingvisit v SET appointment_id = pairs.id FROM pairs
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND pairs.line = v.line AND pairs.place = v.place
  AND pairs.for_visit = 1 AND pairs.for_appointment = 1
"""

# A "next visit" column only implies an appointment: it may add one, never change what is known of it.
NEWS = """
UPDATE imports_incomingvisit v SET is_news = true FROM patients_appointment a
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.wins AND NOT v.implied AND %(may_change)s
  AND a.practice_id = %(practice)s AND a.id = v.appointment_id
  AND ((v.external_id <> '' AND v.external_id <> a.external_id) OR a."on" <> v."on" OR a.status <> v.status
    OR (v."at" IS NOT NULL AND a."at" IS DISTINCT FROM v."at")
    OR (v.provider <> '' AND v.provider <> a.provider) OR (v.location <> '' AND v.location <> a.location)
    OR (v.visit_type <> '' AND v.visit_type <> a.visit_type) OR (v.specialty <> '' AND v.specialty <> a.specialty)
    OR (v.cancel_reason <> '' AND v.cancel_reason <> a.cancel_reason));
UPDATE imports_incomingvisit v SET is_news = true
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.wins AND v.appointment_id IS NULL
  AND v.patient_id IS NOT NULL;
UPDATE imports_incomingperson i SET changed = true FROM imports_incomingvisit v
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND NOT i.is_new
  AND v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line AND v.is_news;
UPDATE imports_incomingperson i SET brings = true FROM imports_incomingvisit v
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND NOT i.leads
  AND v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line AND v.is_first
"""

FOUND = """
SELECT status, count(DISTINCT (coalesce('p' || v.patient_id, r.person), CASE WHEN external_id <> '' THEN external_id
                               ELSE concat_ws('|', "on", "at", v.provider) END))
FROM imports_incomingvisit v
JOIN imports_incomingrow r ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = v.line
JOIN imports_incomingperson i ON i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.line = v.line
WHERE v.practice_id = %(practice)s AND v.import_id = %(import)s AND i.fault <> 'OTHER_PERSON'
  AND (v.wins OR v.patient_id IS NULL)
GROUP BY status ORDER BY status
"""


def work_out(cursor, params):
    """Match what is known of encounters and appointments, and mark the lines that add to it or change it."""
    for table, statements in (
        ("imports_incomingencounter", (CHANGED_ENCOUNTERS, BRINGS_ENCOUNTERS)),
        (
            "imports_incomingvisit",
            (WHOSE_VISITS, DROP_SHARED_NUMBERS, RANK_VISITS, MATCH_BY_NUMBER, MATCH_BY_SLOT, NEWS),
        ),
    ):
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {table} WHERE practice_id = %(practice)s AND import_id = %(import)s)",  # noqa: S608
            params,
        )
        if cursor.fetchone()[0]:
            for statement in statements:
                cursor.execute(statement, params)


def found(cursor, params):
    """Appointments in the file: our status → how many, each once."""
    cursor.execute(FOUND, params)
    return dict(cursor.fetchall())
