"""The nightly build as it really runs: beat's tick, a real worker, each practice at its own local hour."""

import json
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings as settings_of_test
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import clock, tenancy
from accounts.models import Practice
from campaigns.models import CalendarDay, QueueBuild
from campaigns.tasks import build_due_queues
from tests.conftest import make_member, make_practice
from tests.processes import eventually, running
from tests.world import make_campaign, make_patient, visited


@pytest.fixture
def empty_broker():
    """Messages that earlier tests left behind must not be worked on now."""
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()


@pytest.fixture(autouse=True)
def a_tuesday(settings, now):
    """The clock of commands and workers at NOW: on a holiday there is nobody to plan for."""
    settings.CLOCK_OFFSET_SECONDS = int((now - timezone.now()).total_seconds())


def open_all_day(practice):
    """Whatever the date of the test, its patients may be called: also on a Sunday or a holiday."""
    Practice.objects.filter(pk=practice.pk).update(call_days=[1, 2, 3, 4, 5, 6, 7])
    practice.refresh_from_db()
    for days in (-1, 0, 1):
        on = practice.business_date(clock.now()) + timedelta(days=days)
        CalendarDay.objects.create(on=on, name="Open for the test", is_closed=False)


def practice_with_one_due_patient(slug):
    practice = make_practice(slug, build_at="00:00")
    make_member(practice, "Ana Agent")
    today = practice.business_date(clock.now())
    with tenancy.practice(practice.pk):
        open_all_day(practice)
        visited(make_patient(), today - timedelta(days=800))
        make_campaign(practice, on=today)
    return practice


def queued(practice):
    with tenancy.practice(practice.pk):
        return list(QueueBuild.objects.values_list("queued", flat=True))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_tick_has_a_worker_build_every_due_practice_once(empty_broker, tmp_path):
    practices = [practice_with_one_due_patient("bayview-eye"), practice_with_one_due_patient("harbor-heart")]
    offset = {"CLOCK_OFFSET_SECONDS": str(settings_of_test.CLOCK_OFFSET_SECONDS)}
    with running("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO", log=tmp_path / "worker.log", **offset):
        build_due_queues.apply()
        build_due_queues.apply()
        eventually(lambda: all(queued(practice) == [1] for practice in practices), what="both builds")
        build_due_queues.apply()
    assert [queued(practice) for practice in practices] == [[1], [1]]


@pytest.mark.django_db
def test_the_command_builds_and_says_what_it_did(practice, agent, capsys):
    with tenancy.practice(practice.pk):
        today = practice.business_date(clock.now())
        open_all_day(practice)
        visited(make_patient(), today - timedelta(days=800))
        make_campaign(practice, on=today)
    call_command("build_queues", "--practice", practice.slug, "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["practice"], said["queued"], said["blocked"]) == (practice.slug, 1, {})


@pytest.mark.django_db
def test_the_command_refuses_an_unknown_practice():
    with pytest.raises(CommandError, match="no practice “nowhere”"):
        call_command("build_queues", "--practice", "nowhere")


@pytest.mark.django_db
def test_the_command_may_be_repeated_and_numbers_its_builds(practice, agent, capsys):
    with tenancy.practice(practice.pk):
        today = practice.business_date(clock.now())
        open_all_day(practice)
        visited(make_patient(), today - timedelta(days=800))
        make_campaign(practice, on=today)
    for _ in range(2):
        call_command("build_queues", "--practice", practice.slug)
    first, second = capsys.readouterr().out.splitlines()
    assert ("no. 1: 1 queued" in first, "entered 1, left 0, moved 0; left out: none" in first) == (True, True)
    assert ("no. 2: 1 queued" in second, "entered 0, left 0, moved 0; left out: none" in second) == (True, True)
