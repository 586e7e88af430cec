"""Claiming the next patient, rule checks included, against a bare SELECT … FOR UPDATE SKIP LOCKED and INSERT."""

from statistics import median, quantiles

from django.db import connection

from accounts import tenancy
from accounts.models import Membership
from campaigns import plan
from campaigns.models import Lease
from campaigns.next_call import claim

from .database import NOW, make_practice, seconds

PATIENTS = 20_000
CLAIMS = 200

PICK = """
SELECT e.id, e.patient_id FROM campaigns_enrollment e
JOIN campaigns_queueitem q ON q.enrollment_id = e.id
WHERE q.agent_id = %s AND q.done_at IS NULL AND e.status = 'OPEN'
  AND NOT EXISTS (SELECT FROM campaigns_lease l WHERE l.patient_id = e.patient_id AND l.closed_at IS NULL)
ORDER BY q.position LIMIT 1 FOR UPDATE OF e SKIP LOCKED
"""
HOLD = """
INSERT INTO campaigns_lease (
    practice_id, enrollment_id, patient_id, agent_id, source, opened_at, expires_at, closed_as, why_skipped
)
VALUES (%s, %s, %s, %s, 'QUEUE', now(), now() + interval '20 minutes', '', '')
"""


def run():
    """Claim and let go in turn, the same agents by both ways; medians of one claim."""
    practice = make_practice(patients=PATIENTS)
    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=NOW)
    agents = list(Membership.objects.filter(practice=practice).select_related("practice", "user"))
    ours = [_timed(practice, agents[turn % len(agents)], _claim) for turn in range(CLAIMS)]
    floor = [_timed(practice, agents[turn % len(agents)], _by_hand) for turn in range(CLAIMS)]
    p95 = quantiles(ours, n=20)[-1] * 1000
    ratio = median(ours) / median(floor)
    return (
        f"next_patient ours={median(ours) * 1000:.1f}ms floor={median(floor) * 1000:.1f}ms ratio={ratio:.2f} "
        f"(claims={CLAIMS}, p95={p95:.1f}ms)"
    )


def _timed(practice, agent, way):
    def one_claim():
        with tenancy.practice(practice.pk):
            way(practice, agent)

    taken = seconds(one_claim)
    with tenancy.practice(practice.pk):
        if not Lease.objects.open().filter(agent=agent).update(closed_at=NOW, closed_as="RELEASED"):
            raise AssertionError("nobody was claimed")
    return taken


def _claim(practice, agent):
    claim(agent=agent, now=NOW)


def _by_hand(practice, agent):
    with connection.cursor() as cursor:
        cursor.execute(PICK, [agent.pk])
        enrollment_id, patient_id = cursor.fetchone()
        cursor.execute(HOLD, [practice.pk, enrollment_id, patient_id, agent.pk])
