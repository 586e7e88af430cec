"""The nightly plan of a practice against a bare INSERT … SELECT with row_number over the same rows and joins."""

from statistics import median

from django.db import connection

from accounts import tenancy
from campaigns import plan
from campaigns.models import QueueItem

from .database import NOW, make_practice, rolled_back, seconds

PATIENTS = 100_000
RUNS = 3

# The same answer by hand: who is dealt to whom is known, every rule that could block is looked at, and the queue is
# emptied and filled in one statement each.
FLOOR = """
INSERT INTO campaigns_queueitem (practice_id, build_id, enrollment_id, patient_id, agent_id, position)
SELECT practice_id, %(build)s, id, patient_id, CASE WHEN place <= 200 THEN assigned_agent_id END, place
FROM (
    SELECT e.*, row_number() OVER (
        PARTITION BY e.assigned_agent_id
        ORDER BY e.attempts_made, e.enrolled_at DESC, hashtextextended(concat_ws(':', e.id, %(on)s::date), 0)
    ) AS place
    FROM campaigns_enrollment e
    JOIN patients_patient p ON p.id = e.patient_id
    JOIN campaigns_campaign c ON c.id = e.campaign_id
    WHERE e.status = 'OPEN' AND c.status = 'ACTIVE' AND e.attempts_made < c.max_attempts
      AND NOT p.is_inactive AND NOT p.is_deceased AND NOT p.is_test
      AND (e.next_eligible_at IS NULL OR e.next_eligible_at <= %(now)s)
      AND NOT EXISTS (SELECT FROM patients_optout o WHERE o.patient_id = e.patient_id)
      AND EXISTS (SELECT FROM patients_phonenumber n WHERE n.patient_id = e.patient_id
                  AND n.state IN ('UNVERIFIED', 'VERIFIED'))
      AND NOT EXISTS (SELECT FROM patients_appointment a WHERE a.patient_id = e.patient_id
                      AND a.status = 'SCHEDULED' AND a."on" BETWEEN %(on)s AND %(on)s::date + c.appointment_horizon_days)
      AND NOT EXISTS (SELECT FROM campaigns_callback b WHERE b.enrollment_id = e.id AND b.status = 'PENDING')
      AND NOT EXISTS (SELECT FROM campaigns_callattempt t WHERE t.patient_id = e.patient_id AND t.ended_at > %(now)s)
) ranked
"""


def run():
    """Build the plan once (enrollment and dealing included), then time building it again against the floor."""
    practice = make_practice(patients=PATIENTS)
    with tenancy.practice(practice.pk):
        first = seconds(lambda: plan.build(practice=practice, now=NOW))
        built = plan.build(practice=practice, now=NOW)
        mine = _queue()
    ours, floor = [], []
    for _ in range(RUNS):
        with rolled_back(practice):
            ours.append(seconds(lambda: plan.build(practice=practice, now=NOW)))
        with rolled_back(practice):
            floor.append(seconds(lambda: _by_hand(built)))
            same = _queue() == mine
    if not same:
        raise AssertionError("the floor gives another queue than the plan")
    ratio = median(ours) / median(floor)
    return (
        f"queue_rebuild ours={median(ours):.2f}s floor={median(floor):.2f}s ratio={ratio:.2f} "
        f"(rows={built.queued}, first build with enrollment {first:.2f}s)"
    )


def _by_hand(built):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_queueitem")
        cursor.execute(FLOOR, {"build": built.pk, "on": built.business_date, "now": NOW})


def _queue():
    return sorted(QueueItem.objects.values_list("enrollment_id", "position"))
