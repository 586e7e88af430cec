"""Claims by sixteen workers at once, rules of the minute included, against bare SELECT … FOR UPDATE SKIP LOCKED and INSERT.

Every worker is a process with a connection and an agent of its own. A claimed patient is settled at once, by the same two
updates on both sides, in the same transaction; so each claim finds another one. The floor knows no rules: it takes the next
place of the agent's list, or of the pool, that nobody holds.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from statistics import quantiles

from django.db import connection, connections

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import QueueItem
from campaigns.next_call import claim

from .database import NOW, make_practices, scratch_database

PATIENTS = 20_000
WORKERS = 16
CLAIMS = 150  # of each worker
# Calling hours are open from coast to coast, so that both sides take from the agent's own list of 200.
AFTERNOON = NOW + timedelta(hours=4)

PICK = """
WITH taken AS (
    SELECT e.id, e.patient_id FROM campaigns_queueitem q JOIN campaigns_enrollment e ON e.id = q.enrollment_id
    WHERE q.practice_id = %(practice)s AND e.practice_id = %(practice)s AND q.done_at IS NULL AND e.status = 'OPEN'
      AND q.agent_id = %(agent)s
      AND NOT EXISTS (SELECT FROM campaigns_lease l
                      WHERE l.practice_id = %(practice)s AND l.patient_id = e.patient_id AND l.closed_at IS NULL)
    ORDER BY q.position LIMIT 1 FOR NO KEY UPDATE OF e SKIP LOCKED
)
INSERT INTO campaigns_lease (
    practice_id, enrollment_id, patient_id, agent_id, source, opened_at, expires_at, closed_as, why_skipped
)
SELECT %(practice)s, id, patient_id, %(agent)s, 'QUEUE', now(), now() + interval '20 minutes', '', '' FROM taken
RETURNING id, enrollment_id
"""
SETTLE = """
UPDATE campaigns_lease SET closed_at = now(), closed_as = 'OUTCOME' WHERE practice_id = %(practice)s AND id = %(lease)s;
UPDATE campaigns_queueitem SET done_at = now() WHERE practice_id = %(practice)s AND enrollment_id = %(enrollment)s
"""


def run():
    """Claims per second both ways, and the 95th percentile of one claim of ours."""
    with scratch_database():
        (practice,) = make_practices(count=1, patients=PATIENTS)
        agents = list(Membership.objects.filter(practice=practice).values_list("pk", flat=True))[:WORKERS]
        _race(_work_by_hand, practice.pk, agents)  # warms the cache of the server for both
        floor, _ = _race(_work_by_hand, practice.pk, agents)
        ours, taken = _race(_work, practice.pk, agents)
    p95 = quantiles(taken, n=20)[-1] * 1000
    return (
        f"next_patient ours={ours:.0f}/s floor={floor:.0f}/s ratio={floor / ours:.2f} "
        f"(workers={WORKERS}, claims={WORKERS * CLAIMS}, p95={p95:.0f}ms)"
    )


def _race(work, practice_id, agents):
    """(claims per second of all workers together, seconds of each claim). Lists begin anew each time."""
    with tenancy.practice(practice_id):
        QueueItem.objects.update(done_at=None)
    connections.close_all()
    started = time.perf_counter()
    with ProcessPoolExecutor(len(agents), mp_context=get_context("fork")) as pool:
        results = [each.result() for each in [pool.submit(work, practice_id, agent) for agent in agents]]
    elapsed = max(end for _taken, end in results) - started
    taken = [seconds for one, _end in results for seconds in one]
    if len(taken) != len(agents) * CLAIMS:
        raise AssertionError("somebody found nobody to call")
    return len(taken) / elapsed, taken


def _work(practice_id, agent_id):
    with tenancy.practice(practice_id):
        agent = Membership.objects.select_related("practice", "user").get(pk=agent_id)
    return _loop(practice_id, lambda: _ids(claim(agent=agent, now=AFTERNOON)))


def _ids(lease):
    return lease and (lease.pk, lease.enrollment_id)


def _work_by_hand(practice_id, agent_id):
    def pick():
        with connection.cursor() as cursor:
            cursor.execute(PICK, {"practice": practice_id, "agent": agent_id})
            return cursor.fetchone()

    return _loop(practice_id, pick)


def _loop(practice_id, pick):
    taken = []
    for _ in range(CLAIMS):
        started = time.perf_counter()
        with tenancy.practice(practice_id):
            found = pick()
            if not found:
                break
            taken.append(time.perf_counter() - started)
            with connection.cursor() as cursor:
                cursor.execute(SETTLE, {"practice": practice_id, "lease": found[0], "enrollment": found[1]})
    return taken, time.perf_counter()
