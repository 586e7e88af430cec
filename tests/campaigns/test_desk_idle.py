"""When nobody can be called, the page says why and what to do."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Practice
from campaigns.idle import why_idle
from campaigns.models import Enrollment
from campaigns.plan import build
from patients.models import OptOut, Patient
from tests.world import call

pytestmark = pytest.mark.django_db


def idle(agent, now):
    return why_idle(agent=agent, practice=agent.practice, now=now)


def test_there_is_work_and_nobody_has_pressed_the_button(listed, agent, now, sign_in, url):
    listed(1)
    assert idle(agent, now).because == "READY"
    assert "Ready when you are" in sign_in(agent).get(url("call")).content.decode()


def test_no_list_has_been_built(inside, agent, desk_clock, sign_in, url):
    assert idle(agent, desk_clock).because == "NOT_BUILT"
    assert "not built yet" in sign_in(agent).get(url("call")).content.decode()


def test_the_build_found_nobody(inside, agent, desk_clock):
    build(practice=inside, now=desk_clock)
    assert idle(agent, desk_clock).because == "NOTHING_QUEUED"


def test_everybody_has_been_called(listed, agent, now, sign_in, url):
    [enrollment] = listed(1)
    call(enrollment, agent, now, "NOANS")
    assert idle(agent, now).because == "ALL_DONE"
    assert "All done" in sign_in(agent).get(url("call")).content.decode()


def test_outside_calling_hours_it_says_until_when(listed, agent, now, sign_in, url, settings):
    listed(2)
    night = now + timedelta(hours=10)
    settings.CLOCK_OFFSET_SECONDS = (night - timezone.now()).total_seconds()
    found = idle(agent, night)
    assert (found.because, found.waiting_for_hours) == ("CLOSED", 2)
    assert agent.practice.local(found.opens_at).isoformat() == "2026-11-18T09:00:00-05:00"
    assert "Wed Nov 18, 9:00 AM EST" in sign_in(agent).get(url("call")).content.decode()


def test_on_a_day_without_calls_it_says_which(listed, agent, now, sign_in, url, settings):
    listed(1)
    thanksgiving = now + timedelta(days=9)
    settings.CLOCK_OFFSET_SECONDS = (thanksgiving - timezone.now()).total_seconds()
    assert "No calls are made today: Thanksgiving Day." in sign_in(agent).get(url("call")).content.decode()


def test_the_rules_that_hold_patients_back_are_counted(listed, agent, now, sign_in, url):
    first, second, third = listed(3)
    OptOut.objects.create(patient=first.patient, opted_out_at=now)
    Patient.objects.filter(pk__in=[second.patient_id, third.patient_id]).update(is_inactive=True)
    found = idle(agent, now)
    assert (found.because, found.left) == ("BLOCKED", 3)
    assert found.blocked == [("Deceased, inactive or a test record", 2), ("Asked not to be called", 1)]
    assert "Asked not to be called" in sign_in(agent).get(url("call")).content.decode()


def test_what_the_build_left_out_is_counted_too(listed, agent, now):
    [enrollment] = listed(1)
    call(enrollment, agent, now - timedelta(days=2), "HUNGUP")
    build(practice=agent.practice, now=now)
    found = idle(agent, now)
    assert (found.because, found.open_work) == ("NOTHING_QUEUED", 1)
    assert [(row.label, row.rows) for row in found.at_build] == [("Cooling down after the last call", 1)]


def test_the_reasons_add_up_to_what_is_left(listed, agent, now, sign_in, url, settings):
    enrollments = listed(4)
    OptOut.objects.create(patient=enrollments[0].patient, opted_out_at=now)
    call(enrollments[1], agent, now, "NOANS")
    night = now + timedelta(hours=10)
    settings.CLOCK_OFFSET_SECONDS = (night - timezone.now()).total_seconds()
    found = idle(agent, night)
    assert (found.left, found.waiting_for_hours, found.blocked) == (3, 2, [("Asked not to be called", 1)])
    shown = " ".join(sign_in(agent).get(url("call")).content.decode().split())
    assert "Outside calling hours; the first of them until" in shown
    assert shown.count('<th scope="row">All of them</th><td></td><td class="num">3</td>') == 1
    assert shown.count('<th scope="row">All open enrollments</th><td></td><td class="num">4</td>') == 1


def test_called_earlier_that_day_has_its_words_too(listed, agent, now):
    called, _other = listed(2)
    call(called, agent, now - timedelta(hours=1), "NOANS")
    Enrollment.objects.filter(pk=called.pk).update(next_eligible_at=None)
    Practice.objects.filter(pk=agent.practice_id).update(daily_call_cap=3)
    agent.practice.refresh_from_db()
    build(practice=agent.practice, now=now)
    assert ("Called earlier that day", 1) in [(row.label, row.rows) for row in idle(agent, now).at_build]


def test_the_call_page_has_the_styles_of_the_pages_that_saving_swaps_in(listed, sign_in, agent, url):
    """The page that follows brings its body alone."""
    listed(1)
    client = sign_in(agent)
    sheets = {}
    for name in ("desk", "call"):
        sheets[name] = set(re.findall(r'rel="stylesheet" href="(.*?)"', client.get(url(name)).content.decode()))
    client.post(url("next"))
    opened = client.get(url("call")).content.decode()
    assert 'id="outcome-form"' in opened
    assert sheets["desk"] | sheets["call"] <= set(re.findall(r'rel="stylesheet" href="(.*?)"', opened))
