"""A campaign with hours of its own: planned, claimed and dialed within them alone, never outside of the law."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns import dialing, eligibility, next_call, plan, why
from campaigns.calling_hours import ALL_ZONES, Hours
from campaigns.idle import why_idle
from campaigns.models import Campaign, Enrollment
from campaigns.standing import standing
from tests.conftest import NOW
from tests.world import call, enroll, make_campaign, make_patient, reasons, say, visited

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # a Tuesday
EVENING = "~1234567/1700-1900"
NEW_YORK, CALIFORNIA = "10001", "90001"


@pytest.fixture
def evening(inside):
    return make_campaign(inside, on=TODAY, name="Evenings", own_hours=EVENING)


def at(hour, minute=0):
    """That clock time in New York on TODAY."""
    return NOW + timedelta(hours=hour - 11, minutes=minute)


@pytest.mark.parametrize(("hour", "minute", "held_back"), [
    (16, 59, ["CAMPAIGN_HOURS"]),
    (17, 0, []),
    (18, 59, []),
    (19, 0, ["CAMPAIGN_HOURS"]),
    (20, 30, ["OUT_OF_HOURS", "CAMPAIGN_HOURS"]),
])  # fmt: skip
def test_the_hours_are_those_of_the_patients_clocks(evening, hour, minute, held_back):
    near, far = (enroll(evening, make_patient(zip_code=code), NOW) for code in (NEW_YORK, CALIFORNIA))
    moment = at(hour, minute)
    assert reasons(near, moment) == held_back
    three_hours_west = moment + timedelta(hours=3)
    assert reasons(far, three_hours_west) == held_back


def test_a_campaign_without_hours_of_its_own_is_called_all_day(inside, evening):
    plain = make_campaign(inside, on=TODAY)
    patient = make_patient()
    assert (reasons(enroll(plain, patient, NOW), NOW), reasons(enroll(evening, patient, NOW), NOW)) == ([], ["CAMPAIGN_HOURS"])


def test_hours_wider_than_the_law_and_the_practice_open_nothing(inside):
    wide = make_campaign(inside, on=TODAY, own_hours="~1234567/0600-2300")
    enrollment = enroll(wide, make_patient(), NOW)
    assert [reasons(enrollment, at(hour)) for hour in (7, 8, 12, 20)] == [
        ["OUT_OF_HOURS", "CAMPAIGN_HOURS"], ["OUT_OF_HOURS", "CAMPAIGN_HOURS"], [], ["OUT_OF_HOURS", "CAMPAIGN_HOURS"],
    ]  # fmt: skip


def test_a_wish_of_the_patient_narrows_them_further(evening):
    enrollment = enroll(evening, make_patient(wish_key="#1234567/1800-2000"), NOW)
    assert [reasons(enrollment, at(hour)) for hour in (17, 18, 19)] == [
        ["OUT_OF_HOURS", "CAMPAIGN_HOURS"], [], ["CAMPAIGN_HOURS"],
    ]  # fmt: skip


def test_the_plan_queues_them_on_a_day_of_theirs_and_on_no_other(inside, agent):
    tuesdays = make_campaign(inside, on=TODAY, name="Tuesdays", own_hours="~2/1700-1900")
    wednesdays = make_campaign(inside, on=TODAY, name="Wednesdays", own_hours="~3/1700-1900")
    for number in (1, 2):
        visited(make_patient(f"Ida{number}"), TODAY - timedelta(days=900))
    build = plan.build(practice=inside, now=NOW)
    queued = {place.enrollment.campaign_id for place in agent.queue.all()}
    assert (queued, build.queued, build.blocked) == ({tuesdays.pk}, 2, {"CAMPAIGN_HOURS": 2})
    places = {place.code: place.rows for place in standing(practice=inside, now=NOW, campaign=wednesdays)}
    assert places == {"CAMPAIGN_HOURS": 2}
    plan.build(practice=inside, now=NOW + timedelta(days=1))
    assert {place.enrollment.campaign_id for place in agent.queue.all()} == {wednesdays.pk}


def test_a_claim_passes_them_over_until_their_hour(inside, evening, agent):
    plain = make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY)
    late = [make_patient(f"Late{number}") for number in range(6)]
    for patient in late:
        visited(patient, TODAY - timedelta(days=900))
    soon = make_patient("Soon")
    plan.build(practice=inside, now=NOW)
    assert agent.queue.count() == 7
    lease = next_call.claim(agent=agent, now=NOW)
    assert (lease.patient_id, lease.enrollment.campaign_id) == (soon.pk, plain.pk)
    next_call.hand_back(lease=lease)
    Enrollment.objects.filter(campaign=plain).update(status="CLOSED", closed_as="LOST", closed_at=NOW)
    assert next_call.claim(agent=agent, now=NOW) is None
    assert not next_call.is_anybody_left(agent=agent, now=NOW)
    assert next_call.claim(agent=agent, now=at(17)).enrollment.campaign_id == evening.pk


def test_a_dial_outside_of_them_is_denied_with_the_reason(inside, evening, agent):
    patient = make_patient()
    visited(patient, TODAY - timedelta(days=900))
    plan.build(practice=inside, now=NOW)
    lease = next_call.claim(agent=agent, now=at(18, 50))
    phone = patient.phones.get()
    denied = dialing.ask(lease=lease, phone=phone, now=at(19))
    assert (denied.rule, denied.detail) == ("CAMPAIGN_HOURS", "This campaign makes calls from 5:00 PM to 7:00 PM")
    assert dialing.ask(lease=lease, phone=phone, now=at(18, 59)) is None


def test_why_says_until_when_they_wait(inside, evening):
    patient = make_patient()
    enroll(evening, patient, NOW)
    [answer] = why.of_patient(patient=patient, practice=inside, now=NOW)
    [reason] = answer.reasons
    assert (reason.label, reason.detail, reason.ends_at) == (
        "Outside the campaign's own hours", "This campaign makes calls from 5:00 PM to 7:00 PM; from", at(17),
    )  # fmt: skip


def test_hours_that_the_law_never_opens_are_told_as_never(inside):
    night = make_campaign(inside, on=TODAY, own_hours="~1234567/2130-2230")
    patient = make_patient()
    enroll(night, patient, NOW)
    [answer] = why.of_patient(patient=patient, practice=inside, now=NOW)
    assert [(reason.rule, reason.detail, reason.ends_at) for reason in answer.reasons] == [
        ("CAMPAIGN_HOURS", "This campaign makes calls from 9:30 PM to 10:30 PM; never within calling hours", None),
    ]  # fmt: skip


def test_a_call_the_patient_asked_for_is_made_at_its_minute(inside, evening, agent):
    enrollment = enroll(evening, make_patient(), NOW)
    promised_at = at(14)
    call(enrollment, agent, at(18) - timedelta(days=1), say("CBACK", callback_at=promised_at))
    assert enrollment.callbacks.get().due_at == promised_at
    lease = next_call.claim(agent=agent, now=promised_at)
    assert (lease.enrollment_id, lease.source) == (enrollment.pk, "CALLBACK")
    assert dialing.ask(lease=lease, phone=enrollment.patient.phones.get(), now=promised_at) is None


def test_after_no_answer_the_next_try_lies_within_them_and_can_be_made(inside, evening, agent):
    enrollment = enroll(evening, make_patient(), NOW)
    call(enrollment, agent, at(17, 30), "NOANS")
    enrollment.refresh_from_db()
    again = enrollment.next_eligible_at
    assert again == at(17, 30) + timedelta(days=7)
    assert reasons(enrollment, again) == []


def test_an_empty_desk_says_when_they_open(inside, evening, agent):
    visited(make_patient(), TODAY - timedelta(days=900))
    plan.build(practice=inside, now=NOW)
    idle = why_idle(agent=agent, practice=inside, now=NOW)
    assert (idle.because, idle.waiting_for_hours, idle.opens_at) == ("CLOSED", 1, at(17))


def test_without_such_a_campaign_nothing_is_worked_out_for_them(inside):
    make_campaign(inside, on=TODAY)
    make_campaign(inside, on=TODAY, own_hours=EVENING, status="ENDED")
    make_patient()
    for moment in (eligibility.at_the_minute(practice=inside, now=NOW), eligibility.today(practice=inside, now=NOW)):
        assert (moment.params["own_campaigns"], moment.params["own_open"], moment.hours.own) == ([], [], {})


@pytest.mark.parametrize(
    "key", ["America/New_York@NY", "America/Los_Angeles@CA|America/New_York@NY", "", "America/Chicago@IL#24/1000-1800"]
)
def test_own_hours_only_take_time_away(inside, key):
    hours, own = Hours.of(inside), "~2356/1000-1130"
    moments = [NOW + timedelta(minutes=15 * step) for step in range(8 * 24 * 4)]
    open_then = [moment for moment in moments if hours.is_open(key + own, moment)]
    places = [ZoneInfo(place.partition("@")[0]) for place in key.partition("#")[0].split("|") if place] or [
        ZoneInfo(zone) for zone in ALL_ZONES
    ]

    def is_meant(moment):
        local = [moment.astimezone(zone) for zone in places]
        return all(each.isoweekday() in (2, 3, 5, 6) and time(10) <= each.time() < time(11, 30) for each in local)

    assert open_then == [moment for moment in moments if hours.is_open(key, moment) and is_meant(moment)]
