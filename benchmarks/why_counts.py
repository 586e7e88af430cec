"""The panel of a campaign, why its open enrollments are not on a list, against one hand-written count of the same."""

from statistics import median

from django.db import connection

from accounts import tenancy
from campaigns import eligibility
from campaigns.models import Enrollment
from campaigns.standing import standing

from .database import NOW, make_practices, scratch_database, seconds

PATIENTS = 200_000
RUNS = 5

# One pass with hand-written joins, each enrollment counted under the first of the rules that holds it back.
FLOOR = """
SELECT CASE
    WHEN o.patient_id IS NOT NULL THEN 'OPTED_OUT'
    WHEN p.is_deceased OR p.is_inactive OR p.is_test OR p.merged_into_id IS NOT NULL THEN 'INACTIVE'
    WHEN c.status <> 'ACTIVE' OR c.starts_on > %(on)s THEN 'CAMPAIGN_OFF'
    WHEN d.newer_id IS NOT NULL THEN 'POSSIBLE_DOUBLE'
    WHEN n.patient_id IS NULL THEN 'NO_NUMBER'
    WHEN a.first_on <= %(on)s::date + c.appointment_horizon_days THEN 'FUTURE_APPOINTMENT'
    WHEN e.attempts_made >= c.max_attempts THEN 'ATTEMPTS_USED'
    WHEN b.enrollment_id IS NOT NULL THEN 'CALLBACK'
    WHEN e.next_eligible_at > %(now)s THEN 'COOLING_DOWN'
    WHEN elsewhere.dues > coalesce((e.next_eligible_at > %(now)s)::int, 0) THEN 'CALLED_ELSEWHERE'
    WHEN called.last_at > %(day_ago)s OR called.dials >= 3 OR n.numbers = n.dialed THEN 'CALLED_OFTEN'
    WHEN NOT (p.zone_key || p.wish_key = ANY (%(open_keys)s)) THEN 'OUT_OF_HOURS'
    WHEN q.enrollment_id IS NOT NULL THEN 'ON_LIST'
    WHEN listed.patient_id IS NOT NULL THEN 'OTHER_CAMPAIGN'
    WHEN n.shares THEN 'SAME_NUMBER'
    ELSE 'NEXT_BUILD' END, count(*)
FROM campaigns_enrollment e
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id
JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id
LEFT JOIN (SELECT DISTINCT patient_id FROM patients_optout WHERE practice_id = %(practice)s) o ON o.patient_id = e.patient_id
LEFT JOIN (
    SELECT newer_id FROM patients_possibledouble WHERE practice_id = %(practice)s AND status = 'OPEN'
    UNION SELECT d.older_id FROM patients_possibledouble d
    JOIN patients_optout o ON o.practice_id = %(practice)s AND o.patient_id = d.newer_id
    WHERE d.practice_id = %(practice)s AND d.status = 'OPEN'
) d ON d.newer_id = e.patient_id
LEFT JOIN (
    SELECT f.patient_id, count(*) AS numbers, count(*) FILTER (WHERE t.last_at > %(day_ago)s OR t.dials >= 3) AS dialed,
           bool_or(at_list.e164 IS NOT NULL) AS shares
    FROM patients_phonenumber f
    LEFT JOIN (
        SELECT e164, max(ended_at) AS last_at, count(*) AS dials FROM campaigns_callattempt
        WHERE practice_id = %(practice)s AND ended_at > %(week_ago)s GROUP BY e164
    ) t ON t.e164 = f.e164
    LEFT JOIN (
        SELECT DISTINCT s.e164 FROM campaigns_queueitem i
        JOIN patients_phonenumber s ON s.practice_id = %(practice)s AND s.patient_id = i.patient_id
        WHERE i.practice_id = %(practice)s AND i.done_at IS NULL AND s.state IN ('UNVERIFIED', 'VERIFIED')
    ) at_list ON at_list.e164 = f.e164
    WHERE f.practice_id = %(practice)s AND f.state IN ('UNVERIFIED', 'VERIFIED') GROUP BY f.patient_id
) n ON n.patient_id = e.patient_id
LEFT JOIN (
    SELECT patient_id, min("on") AS first_on FROM patients_appointment
    WHERE practice_id = %(practice)s AND status = 'SCHEDULED' AND "on" >= %(on)s GROUP BY patient_id
) a ON a.patient_id = e.patient_id
LEFT JOIN (
    SELECT enrollment_id FROM campaigns_callback WHERE practice_id = %(practice)s AND status = 'PENDING'
) b ON b.enrollment_id = e.id
LEFT JOIN (
    SELECT patient_id, max(ended_at) AS last_at, count(*) AS dials FROM campaigns_callattempt
    WHERE practice_id = %(practice)s AND ended_at > %(week_ago)s GROUP BY patient_id
) called ON called.patient_id = e.patient_id
LEFT JOIN (
    SELECT patient_id, count(*) AS dues FROM campaigns_enrollment
    WHERE practice_id = %(practice)s AND status = 'OPEN' AND next_eligible_at > %(now)s GROUP BY patient_id
) elsewhere ON elsewhere.patient_id = e.patient_id
LEFT JOIN (
    SELECT enrollment_id FROM campaigns_queueitem WHERE practice_id = %(practice)s AND done_at IS NULL
) q ON q.enrollment_id = e.id
LEFT JOIN (
    SELECT DISTINCT patient_id FROM campaigns_queueitem WHERE practice_id = %(practice)s AND done_at IS NULL
) listed ON listed.patient_id = e.patient_id
WHERE e.practice_id = %(practice)s AND e.status = 'OPEN' AND (%(campaign)s IS NULL OR e.campaign_id = %(campaign)s)
GROUP BY 1
"""


def run():
    """The panel of all open work of a practice of 200,000 patients."""
    with scratch_database():
        (practice,) = make_practices(count=1, patients=PATIENTS)
        with tenancy.practice(practice.pk):
            rows = Enrollment.objects.open().count()
            mine, ours = _timed(lambda: {place.code: place.rows for place in standing(practice=practice, now=NOW)})
            theirs, floor = _timed(lambda: _by_hand(practice))
    if mine != theirs:
        raise AssertionError(f"the floor counts otherwise: {mine} {theirs}")
    return (
        f"why_counts ours={ours * 1000:.0f}ms floor={floor * 1000:.0f}ms ratio={ours / floor:.2f} "
        f"(open={rows:,}, median of {RUNS})"
    )


def _by_hand(practice):
    params = eligibility.today(practice=practice, now=NOW).params
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, params | {"campaign": None})
        return dict(cursor.fetchall())


def _timed(work):
    answer = work()
    return answer, median(seconds(work) for _ in range(RUNS))
