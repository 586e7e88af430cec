"""Fifty agents empty the day's lists: everybody is offered once, nobody twice, nobody is left.

`STRESS=full` drains 20,000 enrollments instead of 2,000; it takes some minutes.
"""

from collections import Counter
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connections
from django.db.models.functions import Now

from accounts import tenancy
from campaigns import next_call
from campaigns.models import CallAttempt, Lease, QueueItem
from tests.conftest import NOW
from tests.stress.crowd import IS_FULL, at_once, make_crowd, no_answer, work_through

AGENTS = 50
PATIENTS = 20_000 if IS_FULL else 2_000
# Half of the work on the agents' own lists, half in the pool, for which they compete.
CAPACITY = PATIENTS // AGENTS // 2
GUARD = "one_open_lease_per_patient"
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.timeout(1800 if IS_FULL else 300),
]


def drain(practice, agents):
    """What every agent of the practice was offered, one after the other."""
    return at_once(partial(work_through, practice, say=no_answer), agents)


def test_fifty_agents_call_everybody_once_and_leave_nobody():
    practice, agents = make_crowd(agents=AGENTS, patients=PATIENTS, capacity=CAPACITY)
    days = drain(practice, agents)

    offered = [enrollment_id for day in days for enrollment_id in day.offered]
    assert len(offered) == len(set(offered)) == PATIENTS
    assert [pk for day in days for pk in day.lost] == []
    with tenancy.practice(practice.pk):
        assert QueueItem.objects.filter(done_at__isnull=True).count() == 0
        assert dict(Counter(Lease.objects.values_list("closed_as", flat=True))) == {"OUTCOME": PATIENTS}
        assert (CallAttempt.objects.count(), CallAttempt.objects.exclude(number=1).count()) == (PATIENTS, 0)


@contextmanager
def without_the_guard():
    """The unique index of open leases is gone, as if somebody had thought it of no use."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARD])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {GUARD}")
        try:
            yield
        finally:
            cursor.execute("TRUNCATE campaigns_lease CASCADE")
            cursor.execute(definition)


def take_unlocked(practice, agent):
    """Look who is free, then write it down: a claim as it is often written."""
    taken = []
    while True:
        with tenancy.practice(practice.pk):
            waiting = QueueItem.objects.filter(done_at__isnull=True)
            place = waiting.exclude(patient__in=Lease.objects.open().values("patient")).order_by("position").first()
            if place is None:
                return taken
            of_person = {"enrollment_id": place.enrollment_id, "patient_id": place.patient_id}
            Lease.objects.create(agent=agent, opened_at=Now(), expires_at=Now() + next_call.HOLD, **of_person)
            taken.append(place.enrollment_id)
        with tenancy.practice(practice.pk):
            QueueItem.objects.filter(pk=place.pk).update(done_at=NOW)
            Lease.objects.open().filter(agent=agent).update(closed_at=Now(), closed_as="OUTCOME")


def test_without_lock_and_index_a_drain_offers_people_twice():
    """The negative control: fifty agents at once do collide, and it is seen."""
    practice, agents = make_crowd(agents=AGENTS, patients=200, capacity=0)
    with without_the_guard():
        taken = [enrollment_id for each in at_once(partial(take_unlocked, practice), agents) for enrollment_id in each]
    assert len(set(taken)) == 200
    assert len(taken) > 200
