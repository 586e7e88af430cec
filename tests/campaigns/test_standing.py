"""Where open work stands: every open enrollment in one place, and the places of the dashboard's call lists."""

from datetime import timedelta

import pytest

from campaigns import campaign_status, plan
from campaigns.models import Enrollment
from campaigns.standing import standing
from reports.lists import queue_state
from tests.conftest import NOW
from tests.world import call, enroll, make_campaign, make_patient, visited

LONG_AGO = timedelta(days=800)


@pytest.fixture
def today(inside):
    return inside.business_date(NOW)


@pytest.fixture
def campaign(inside, today):
    return make_campaign(inside, on=today)


def overdue(today, **fields):
    patient = make_patient(**fields)
    visited(patient, today - LONG_AGO)
    return patient


def places(inside, **more):
    return {place.code: place.rows for place in standing(practice=inside, now=NOW, **more)}


def test_every_open_enrollment_stands_in_one_place(inside, today, campaign, agent):
    for _ in range(3):
        overdue(today)
    overdue(today, phones=0)
    plan.build(practice=inside, now=NOW)
    late = overdue(today)
    enroll(campaign, late, NOW)
    found = places(inside)
    assert found == {"ON_LIST": 3, "NEXT_BUILD": 1, "NO_NUMBER": 1}
    assert sum(found.values()) == Enrollment.objects.open().count()


def test_who_is_on_the_list_for_one_campaign_is_held_back_in_another(inside, today, campaign, agent):
    overdue(today)
    second = make_campaign(inside, on=today)
    plan.build(practice=inside, now=NOW)
    assert places(inside) == {"ON_LIST": 1, "OTHER_CAMPAIGN": 1}
    assert places(inside, campaign=campaign) | places(inside, campaign=second) == {"ON_LIST": 1, "OTHER_CAMPAIGN": 1}


def test_queued_is_called_and_left_and_dropped(inside, today, campaign, agent, supervisor):
    other = make_campaign(inside, on=today, months_since_visit=30)
    for _ in range(5):
        overdue(today)
    gone = make_patient()
    visited(gone, today - timedelta(days=1000))
    plan.build(practice=inside, now=NOW)
    worked = Enrollment.objects.open().filter(campaign=campaign, queue_items__isnull=False)
    call(worked[0], agent, NOW, "NOANS")
    call(worked[1], agent, NOW, "DNC")
    campaign_status.end(campaign=other, by=supervisor, now=NOW)
    state = queue_state(practice=inside, now=NOW)
    assert state.queued == 6
    assert state.queued == state.done + state.left + state.dropped
    assert state.done == 2
    assert state.open_work == Enrollment.objects.open().count() == sum(place.rows for place in state.places)


def test_yesterdays_lists_are_not_called_todays(inside, today, campaign, agent):
    overdue(today)
    plan.build(practice=inside, now=NOW - timedelta(days=1))
    assert queue_state(practice=inside, now=NOW).is_of_today is False
    plan.build(practice=inside, now=NOW)
    assert queue_state(practice=inside, now=NOW).is_of_today is True


def test_nothing_was_ever_built(inside):
    state = queue_state(practice=inside, now=NOW)
    assert (state.build, state.queued, state.places) == (None, 0, [])
