"""The plan of the day is built while agents work, twice at once, and by a worker that is killed in the middle."""

import os
import random
import signal
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import pytest
from celery import current_app
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from accounts import clock, tenancy
from campaigns import plan
from campaigns.models import CallAttempt, Enrollment, Lease, QueueBuild, QueueItem
from campaigns.outcome import Outcome
from campaigns.tasks import build_due_queues, build_queue
from tests.conftest import NOW, make_member, make_practice
from tests.processes import eventually, running
from tests.stress.crowd import IS_FULL, TODAY, at_once, dials, make_crowd, work_through
from tests.world import make_campaign, make_patient, visited

AGENTS = 20
PATIENTS = 4_000 if IS_FULL else 400
WORKER = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")
# Sessions of the test database that wait for a lock.
WAITERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)
"""
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def waiters():
    with connections["owner"].cursor() as cursor:
        cursor.execute(WAITERS)
        return cursor.fetchone()[0]


def outcomes(seed):
    """What comes of an agent's calls, one after the other: mostly nothing, but each kind that changes more than its own rows."""
    luck = random.Random(seed)

    def say(lease):
        phone = lease.patient.phones.first().pk
        kind = luck.choice(["NOANS"] * 6 + ["DNC", "CBACK", "DONE", "WNUM"])
        more = {
            "DNC": {"opt_out_number": True},
            "CBACK": {"callback_at": NOW + timedelta(days=1)},
            "DONE": {"appointment_on": TODAY + timedelta(days=20), "appointment_at": "09:30", "provider": "Rivera"},
        }
        return Outcome(code=kind, phone_id=phone, **more.get(kind, {}))

    return say


def called_and_waiting(practice):
    """Enrollments that were called today and have an open place in the queue all the same."""
    with tenancy.practice(practice.pk):
        called = CallAttempt.objects.filter(ended_at__gte=practice.midnight(TODAY)).values("enrollment")
        waiting = QueueItem.objects.filter(done_at__isnull=True)
        return list(waiting.filter(enrollment__in=called).values_list("enrollment", flat=True))


def test_no_hold_is_lost_and_nobody_returns_when_lists_are_built_under_twenty_agents():
    """People in two campaigns and numbers of two people are among them: these share rows between agents and builds."""
    practice, agents = make_crowd(agents=AGENTS, patients=PATIENTS, capacity=PATIENTS // AGENTS // 2, campaigns=2, sharing=10)
    over, built, returned, broken = Event(), [], [], []

    def build_again():
        try:
            while not over.is_set():
                with tenancy.practice(practice.pk):
                    built.append(plan.build(practice=practice, now=NOW))
                returned.extend(called_and_waiting(practice))
        except DatabaseError as error:
            broken.append(error)
        finally:
            connection.close()

    builder = Thread(target=build_again)
    builder.start()
    try:
        days = at_once(lambda agent, seed: work_through(practice, agent, say=outcomes(seed)), agents, range(AGENTS))
    finally:
        over.set()
        builder.join()

    assert broken == []
    assert [*returned, *called_and_waiting(practice)] == []
    assert len(built) >= 3
    assert [pk for day in days for pk in day.lost] == []
    offered = [enrollment_id for day in days for enrollment_id in day.offered]
    assert len(offered) == len(set(offered))
    assert dials(practice) == dict.fromkeys(offered, 1)
    with tenancy.practice(practice.pk):
        assert Lease.objects.open().count() == 0
        # One call a day for a person, over both campaigns.
        called = list(CallAttempt.objects.values_list("patient", flat=True))
        assert len(called) == len(set(called))


@pytest.fixture
def practice(settings):
    """A practice with one patient to call. Its clock, also that of workers, stands at NOW: the night's build is due."""
    settings.CLOCK_OFFSET_SECONDS = int((NOW - timezone.now()).total_seconds())
    practice = make_practice("bayview-eye")
    make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        visited(make_patient(), TODAY - timedelta(days=800))
        make_campaign(practice, on=TODAY - timedelta(days=2))
    return practice


def worker(settings, log):
    """A real worker whose clock of calls is that of the test."""
    return running(*WORKER, log=log, CLOCK_OFFSET_SECONDS=str(settings.CLOCK_OFFSET_SECONDS))


def builds(practice):
    with tenancy.practice(practice.pk):
        return list(QueueBuild.objects.order_by("pk").values_list("business_date", "number"))


def test_of_two_builds_at_once_the_one_that_does_not_wait_is_told_so(practice):
    refused = []

    def build_without_waiting(_):
        try:
            with tenancy.practice(practice.pk):
                plan.build(practice=practice, now=NOW, waits=False)
        except plan.BuildRuns:
            refused.append(True)

    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=NOW)
        at_once(build_without_waiting, [1])
    assert (refused, builds(practice)) == ([True], [(TODAY, 1)])
    at_once(build_without_waiting, [1])
    assert (refused, builds(practice)) == ([True], [(TODAY, 1), (TODAY, 2)])


def test_two_builds_at_once_that_wait_give_the_queue_of_one():
    practice, _ = make_crowd(agents=3, patients=60, capacity=10)

    def build(_):
        with tenancy.practice(practice.pk):
            plan.build(practice=practice, now=NOW)
            return list(QueueItem.objects.order_by("enrollment").values_list("enrollment", "agent", "position"))

    first, second = at_once(build, range(2))
    assert first == second
    assert len(first) == 60


def test_a_nightly_task_that_comes_twice_builds_the_day_once(practice):
    """At once, when the second sees no build of the day as the first has not ended; and after it."""

    def night(_):
        build_queue.apply(headers={"practice_id": practice.pk}, throw=True)

    with tenancy.practice(practice.pk):
        plan.build_due(practice=practice, now=clock.now())
        at_once(night, [1])
    build_queue.apply(headers={"practice_id": practice.pk}, throw=True)
    assert builds(practice) == [(TODAY, 1)]


def queue(practice):
    with tenancy.practice(practice.pk):
        return list(QueueItem.objects.order_by("pk").values_list("pk", "enrollment", "agent", "position", "done_at"))


def test_a_worker_killed_in_a_build_leaves_the_old_queue_and_the_next_makes_it_up(practice, settings, tmp_path):
    with current_app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()
    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=NOW - timedelta(days=1))
    yesterday, queue_before = builds(practice), queue(practice)
    assert len(queue_before) == 1

    with worker(settings, tmp_path / "killed.log") as process, tenancy.practice(practice.pk):
        # A new place points at its enrollment: the build stops there until this transaction ends.
        list(Enrollment.objects.select_for_update())
        build_due_queues.apply()
        eventually(waiters, what="the build in the middle")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    assert (builds(practice), queue(practice)) == (yesterday, queue_before)

    killed_at = monotonic()
    current_app.control.purge()
    with worker(settings, tmp_path / "next.log"):
        build_due_queues.apply()
        eventually(lambda: len(builds(practice)) == 2, seconds=120, what="the missed build")
    assert monotonic() - killed_at < 120
    assert builds(practice) == [*yesterday, (TODAY, 1)]
    assert [row[1] for row in queue(practice)] == [row[1] for row in queue_before]


def test_a_build_waits_for_nobody_whose_outcome_is_being_saved():
    """An outcome locks all that a person has, in one order: had a build some of it in hand and waited, one of them would fail."""
    practice, (agent,) = make_crowd(agents=1, patients=3, capacity=10)
    with tenancy.practice(practice.pk):
        Enrollment.objects.update(assigned_agent=None, assigned_on=None)
        saved, *others = Enrollment.objects.order_by("pk").values_list("pk", flat=True)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as saving:
        saving.execute("SELECT set_config('app.practice', %s, true)", [str(practice.pk)])
        saving.execute("SELECT FROM campaigns_enrollment WHERE id = %s FOR NO KEY UPDATE", [saved])
        with tenancy.practice(practice.pk), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', '2s', true)")
            plan.build(practice=practice, now=NOW)
    with tenancy.practice(practice.pk):
        dealt = dict(Enrollment.objects.values_list("pk", "assigned_agent"))
        assert dealt == {saved: None} | dict.fromkeys(others, agent.pk)
        assert dict(QueueItem.objects.values_list("enrollment", "agent")) == dealt
