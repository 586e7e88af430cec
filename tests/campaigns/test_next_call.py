"""Who is offered next, and that nobody is offered twice or out of hours."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from accounts import tenancy
from campaigns import plan
from campaigns.models import Callback, Enrollment, Lease, QueueItem
from campaigns.next_call import claim, current, extend, let_go, skip
from patients.models import OptOut
from tests.conftest import make_member, make_practice
from tests.world import call, enroll, make_campaign, make_patient, say, visited

TODAY = date(2026, 11, 17)
pytestmark = pytest.mark.django_db


def queue_of(practice, now, *names, **fields):
    campaign = make_campaign(practice, on=TODAY)
    for name in names:
        visited(make_patient(name, **fields), TODAY - timedelta(days=800))
    plan.build(practice=practice, now=now)
    return campaign


def test_the_own_queue_in_its_order(inside, agent, now):
    queue_of(inside, now, "One", "Two", "Three")
    offered = []
    for _ in range(3):
        lease = claim(agent=agent, now=now)
        offered.append(lease.enrollment_id)
        call(lease.enrollment, agent, now, "NOANS", lease_id=lease.pk)
    assert offered == list(QueueItem.objects.order_by("position").values_list("enrollment", flat=True))
    assert claim(agent=agent, now=now) is None


def test_asked_twice_the_same_patient_is_offered(inside, agent, now):
    queue_of(inside, now, "One", "Two")
    first = claim(agent=agent, now=now)
    assert claim(agent=agent, now=now) == first
    assert Lease.objects.open().count() == 1


def test_due_callbacks_come_first_and_to_their_owner(inside, agent, now):
    ben = make_member(inside, "Ben Agent")
    campaign = queue_of(inside, now, "Queued")
    promised = enroll(campaign, make_patient("Promised"), now)
    call(promised, agent, now - timedelta(days=2), say("CBACK", callback_at=now - timedelta(minutes=2)))
    assert claim(agent=ben, now=now) is None or claim(agent=ben, now=now).enrollment != promised
    let_go(agent=ben)
    lease = claim(agent=agent, now=now)
    assert (lease.enrollment, lease.source) == (promised, "CALLBACK")


def test_an_overdue_callback_is_handed_over(inside, agent, now):
    ben = make_member(inside, "Ben Agent")
    promised = enroll(make_campaign(inside, on=TODAY), make_patient("Promised"), now)
    call(promised, agent, now - timedelta(days=2), say("CBACK", callback_at=now - timedelta(minutes=11)))
    assert claim(agent=ben, now=now).enrollment == promised


def test_the_pool_comes_last(inside, agent, now):
    agent.daily_capacity = 1
    agent.save()
    queue_of(inside, now, "One", "Two")
    own = claim(agent=agent, now=now)
    call(own.enrollment, agent, now, "NOANS", lease_id=own.pk)
    pooled = claim(agent=agent, now=now)
    assert QueueItem.objects.get(enrollment=pooled.enrollment).agent is None


def test_a_campaign_with_agents_of_its_own_stays_theirs_in_the_pool_too(inside, agent, now):
    campaign = queue_of(inside, now, "One")
    QueueItem.objects.update(agent=None)
    campaign.agents.create(agent=make_member(inside, "Ben Agent"))
    assert claim(agent=agent, now=now) is None
    campaign.agents.create(agent=agent)
    assert claim(agent=agent, now=now) is not None


@pytest.mark.parametrize(
    ("moment", "offered"),
    [
        (datetime(2026, 11, 17, 13, 59, tzinfo=UTC), False),  # 8:59 in New York
        (datetime(2026, 11, 17, 14, 0, tzinfo=UTC), True),  # 9:00
        (datetime(2026, 11, 18, 0, 59, tzinfo=UTC), True),  # 19:59
        (datetime(2026, 11, 18, 1, 0, tzinfo=UTC), False),  # 20:00
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_nobody_is_offered_out_of_hours(inside, agent, now, moment, offered):
    queue_of(inside, now, "One")
    assert (claim(agent=agent, now=moment) is not None) == offered


def test_what_happened_since_the_plan_counts_at_the_minute_of_the_call(inside, agent, now):
    queue_of(inside, now, "One")
    OptOut.objects.create(patient=Enrollment.objects.get().patient, opted_out_at=now)
    assert claim(agent=agent, now=now) is None


def test_a_skipped_patient_goes_to_the_end(inside, agent, now):
    queue_of(inside, now, "One", "Two", "Three")
    first = claim(agent=agent, now=now)
    skip(lease=first, why="Chart must be checked")
    assert claim(agent=agent, now=now).enrollment != first.enrollment
    assert QueueItem.objects.order_by("-position").first().enrollment == first.enrollment
    first.refresh_from_db()
    assert (first.closed_as, first.why_skipped) == ("SKIPPED", "Chart must be checked")


def test_a_hold_runs_out_by_the_databases_clock_and_can_be_extended(inside, agent, now):
    queue_of(inside, now, "One")
    lease = claim(agent=agent, now=now)
    assert extend(lease=lease) is True
    Lease.objects.update(expires_at=Now())
    assert current(agent=agent) is None
    again = claim(agent=agent, now=now)
    assert again.pk > lease.pk
    assert extend(lease=lease) is False


def test_the_database_refuses_a_second_hold(inside, agent, now):
    queue_of(inside, now, "One", "Two")
    ben = make_member(inside, "Ben Agent")
    lease = claim(agent=agent, now=now)
    other = Enrollment.objects.exclude(pk=lease.enrollment_id).get()
    for holder, enrollment in ((ben, lease.enrollment), (agent, other)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lease.objects.create(
                agent=holder, enrollment=enrollment, patient_id=enrollment.patient_id, opened_at=Now(), expires_at=Now()
            )


def test_a_callback_runs_though_all_attempts_are_used(inside, agent, now):
    promised = enroll(make_campaign(inside, on=TODAY, max_attempts=1), make_patient(), now)
    call(promised, agent, now - timedelta(days=1), say("CBACK", callback_at=now - timedelta(minutes=1)))
    assert claim(agent=agent, now=now).enrollment == promised
    assert Callback.objects.pending().count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_agents_who_ask_at_the_same_instant_never_get_the_same_person(now):
    practice = make_practice("crowded")
    agents = [make_member(practice, f"Agent {number}", daily_capacity=1) for number in range(6)]
    with tenancy.practice(practice.pk):
        queue_of(practice, now, *[f"P{number}" for number in range(40)])

    def work(agent):
        held = []
        try:
            for _ in range(10):
                with tenancy.practice(practice.pk):
                    lease = claim(agent=agent, now=now)
                    if lease is None:
                        break
                    held.append(lease.patient_id)
                    call(lease.enrollment, agent, now, "NOANS", lease_id=lease.pk)
        finally:
            connection.close()
        return held

    with ThreadPoolExecutor(6) as pool:
        called = [patient for held in pool.map(work, agents) for patient in held]
    assert len(called) == len(set(called)) == 40
