"""Each rule blocks what it names, and the first that holds is the one that is told."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from campaigns import dialing
from campaigns.eligibility import LABELS, RULES
from campaigns.models import Callback, Campaign
from campaigns.next_call import claim, let_go
from patients import doubles
from patients.models import Appointment, OptOut, PhoneNumber, PossibleDouble
from tests.world import booked, call, enroll, make_campaign, make_patient, reasons, say

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)


@pytest.fixture
def enrollment(inside, now):
    return enroll(make_campaign(inside, on=TODAY), make_patient(phones=2), now)


def blocked_by(enrollment, now):
    return next(iter(reasons(enrollment, now)), "")


def test_nothing_blocks_a_fresh_enrollment(enrollment, now):
    assert blocked_by(enrollment, now) == ""


def test_a_person_or_their_record_may_forbid_calls(enrollment, now):
    patient = enrollment.patient
    patient.is_inactive = True
    patient.save()
    assert blocked_by(enrollment, now) == "INACTIVE"
    OptOut.objects.create(patient=patient, opted_out_at=now)
    assert blocked_by(enrollment, now) == "OPTED_OUT"


def test_the_newer_of_two_possible_doubles_waits_for_a_decision(enrollment, supervisor, now):
    newer = enroll(enrollment.campaign, make_patient(), now)
    pair = doubles.add(patient=newer.patient, other=enrollment.patient, source=PossibleDouble.Source.PERSON, now=now)
    assert (blocked_by(enrollment, now), blocked_by(newer, now)) == ("", "POSSIBLE_DOUBLE")
    # Told before the rules about numbers, so that it is decided first.
    newer.patient.phones.all().delete()
    assert blocked_by(newer, now) == "POSSIBLE_DOUBLE"
    doubles.part(pair=pair, by=supervisor, now=now)
    assert blocked_by(newer, now) == "NO_NUMBER"


def test_the_older_one_waits_too_while_the_newer_has_asked_not_to_be_called(enrollment, now):
    newer = make_patient()
    doubles.add(patient=newer, other=enrollment.patient, source=PossibleDouble.Source.PERSON, now=now)
    OptOut.objects.create(patient=newer, opted_out_at=now)
    assert blocked_by(enrollment, now) == "POSSIBLE_DOUBLE"


def test_a_record_that_was_merged_away_is_not_called(enrollment, now):
    enrollment.patient.merged_into = make_patient()
    enrollment.patient.save()
    assert blocked_by(enrollment, now) == "INACTIVE"


@pytest.mark.parametrize(
    ("change", "blocked"),
    [
        ({"status": Campaign.Status.PAUSED}, "CAMPAIGN_OFF"),
        ({"status": Campaign.Status.ENDED}, "CAMPAIGN_OFF"),
        ({"starts_on": TODAY + timedelta(days=1)}, "CAMPAIGN_OFF"),
        ({"ends_on": TODAY - timedelta(days=1)}, "CAMPAIGN_OFF"),
        ({"ends_on": TODAY}, ""),
    ],
)
def test_a_campaign_runs_within_its_dates(enrollment, now, change, blocked):
    Campaign.objects.update(**change)
    assert blocked_by(enrollment, now) == blocked


def test_a_number_that_is_wrong_or_refused_by_anybody_is_no_number(enrollment, now):
    first, second = PhoneNumber.objects.order_by("position")
    first.state = PhoneNumber.State.WRONG
    first.save()
    assert blocked_by(enrollment, now) == ""
    somebody_else = make_patient("Else")
    OptOut.objects.create(patient=somebody_else, e164=second.e164, opted_out_at=now)
    assert blocked_by(enrollment, now) == "NO_NUMBER"


@pytest.mark.parametrize(
    ("days", "status", "blocked"),
    [
        (0, "SCHEDULED", "FUTURE_APPOINTMENT"),
        (28, "SCHEDULED", "FUTURE_APPOINTMENT"),
        (29, "SCHEDULED", ""),
        (5, "CANCELLED", ""),
        (-1, "SCHEDULED", ""),
    ],
)
def test_a_live_appointment_within_the_horizon_blocks(enrollment, now, days, status, blocked):
    booked(enrollment.patient, TODAY + timedelta(days=days), status)
    assert blocked_by(enrollment, now) == blocked


@pytest.mark.parametrize(
    ("days", "data", "blocked"),
    [
        (-1, -1, "FUTURE_APPOINTMENT"),
        (-1, -3, "FUTURE_APPOINTMENT"),
        (-14, -20, "FUTURE_APPOINTMENT"),
        (-15, -20, ""),
        (-2, -1, ""),
        (-1, None, ""),
    ],
)
def test_a_visit_of_whose_day_the_data_can_not_tell_yet_blocks_for_two_weeks(enrollment, now, days, data, blocked):
    patient = enrollment.patient
    patient.source_data_on = None if data is None else TODAY + timedelta(days=data)
    patient.save()
    booked(patient, TODAY + timedelta(days=days))
    assert blocked_by(enrollment, now) == blocked
    visits = Appointment.objects.awaited(on=TODAY, data_on=F("patient__source_data_on"))
    assert visits.exists() == bool(blocked)


@pytest.mark.parametrize(
    ("match", "provider", "blocked"),
    [("ANY", "Feldman", "FUTURE_APPOINTMENT"), ("PROVIDER", "Feldman", ""), ("PROVIDER", "Rivera", "FUTURE_APPOINTMENT")],
)
def test_a_campaign_may_count_the_same_provider_only(inside, now, match, provider, blocked):
    campaign = make_campaign(inside, Campaign.Kind.NO_SHOW, on=TODAY, appointment_match=match)
    patient = make_patient()
    missed = booked(patient, TODAY - timedelta(days=9), "NO_SHOW", provider="Rivera")
    booked(patient, TODAY + timedelta(days=9), provider=provider)
    assert blocked_by(enroll(campaign, patient, now, missed_appointment=missed), now) == blocked


def test_who_was_not_reached_is_left_alone_for_the_week_by_other_campaigns_too(inside, agent, enrollment, now):
    other = enroll(make_campaign(inside, Campaign.Kind.REVIEW, on=TODAY), enrollment.patient, now)
    call(enrollment, agent, now, "NOANS")
    assert reasons(enrollment, now) == ["COOLING_DOWN", "CALLED_OFTEN", "SAME_TIME"]
    assert reasons(other, now) == ["CALLED_ELSEWHERE", "CALLED_OFTEN"]
    assert reasons(other, now + timedelta(days=6)) == ["CALLED_ELSEWHERE"]
    assert reasons(other, now + timedelta(days=7)) == []


def test_a_dial_blocks_for_a_day_even_where_its_campaign_is_done_with_the_patient(inside, agent, enrollment, now):
    other = enroll(make_campaign(inside, Campaign.Kind.REVIEW, on=TODAY), enrollment.patient, now)
    call(enrollment, agent, now, "LOST")
    assert reasons(other, now) == ["CALLED_OFTEN"]
    assert reasons(other, now + timedelta(hours=24)) == []


def test_three_dials_in_a_week_are_enough(inside, agent, now):
    patient = make_patient()
    for days in (6, 4, 2):
        call(enroll(make_campaign(inside, on=TODAY), patient, now), agent, now - timedelta(days=days), "LOST")
    fresh = enroll(make_campaign(inside, on=TODAY), patient, now)
    assert blocked_by(fresh, now) == "CALLED_OFTEN"
    assert blocked_by(fresh, now + timedelta(days=1, minutes=1)) == ""


def test_a_promise_blocks_all_but_the_callback_itself(enrollment, agent, now):
    call(enrollment, agent, now, say("CBACK", callback_at=now + timedelta(days=3)))
    assert reasons(enrollment, Callback.objects.get().due_at) == ["CALLBACK"]
    assert {rule.name for rule in RULES if rule.yields} == {
        "ATTEMPTS_USED",
        "CALLBACK",
        "COOLING_DOWN",
        "CALLED_ELSEWHERE",
        "CAMPAIGN_HOURS",
        "SAME_TIME",
    }


def test_used_attempts_block(enrollment, now):
    enrollment.attempts_made = 5
    enrollment.save()
    assert blocked_by(enrollment, now) == "ATTEMPTS_USED"


def test_a_wish_about_one_campaign_leaves_the_others_alone(inside, enrollment, now):
    other = enroll(make_campaign(inside, on=TODAY), enrollment.patient, now)
    OptOut.objects.create(patient=enrollment.patient, scope="CAMPAIGN", campaign=enrollment.campaign, opted_out_at=now)
    assert (blocked_by(enrollment, now), blocked_by(other, now)) == ("OPTED_OUT", "")


def at_number(campaign, e164, now, **fields):
    """Somebody else of the household: another patient with the same number, and no other."""
    patient = make_patient("Uwe", phones=0, **fields)
    PhoneNumber.objects.create(patient=patient, e164=e164)
    return enroll(campaign, patient, now)


def test_a_number_is_dialed_once_a_day_whoever_was_asked_for(enrollment, agent, now):
    first, second = enrollment.patient.phones.order_by("position")
    sharing, apart = at_number(enrollment.campaign, first.e164, now), at_number(enrollment.campaign, second.e164, now)
    call(enrollment, agent, now - timedelta(hours=1), say("NOANS", phone_id=first.pk))
    assert (blocked_by(sharing, now), blocked_by(apart, now)) == ("CALLED_OFTEN", "")
    assert blocked_by(sharing, now + timedelta(hours=23, minutes=1)) == ""


def test_who_has_another_number_is_called_on_that(enrollment, agent, now):
    first = enrollment.patient.phones.get(position=1)
    sharing = at_number(enrollment.campaign, first.e164, now)
    PhoneNumber.objects.create(patient=sharing.patient, e164="+12125559999", position=2)
    call(enrollment, agent, now - timedelta(hours=1), say("NOANS", phone_id=first.pk))
    assert blocked_by(sharing, now) == ""


def test_a_call_that_the_patient_made_does_not_count_as_a_dial(inside, enrollment, agent, now):
    other = enroll(make_campaign(inside, on=TODAY), enrollment.patient, now)
    call(enrollment, agent, now, "LOST", source="RING_BACK")
    assert blocked_by(other, now) == ""


def test_the_practice_may_allow_more_than_one_dial_a_day(inside, enrollment, agent, now):
    inside.daily_call_cap = 2
    inside.save()
    other = enroll(make_campaign(inside, on=TODAY), enrollment.patient, now)
    call(enrollment, agent, now - timedelta(hours=3), "LOST")
    assert blocked_by(other, now) == ""
    call(other, agent, now - timedelta(hours=1), "LOST")
    assert blocked_by(enroll(make_campaign(inside, on=TODAY), enrollment.patient, now), now) == "CALLED_OFTEN"


def test_out_of_hours_is_told_by_the_minute(enrollment, now):
    night = now + timedelta(hours=10)  # 21:00 in New York
    assert (reasons(enrollment, now), reasons(enrollment, night)) == ([], ["OUT_OF_HOURS"])


def test_nobody_is_tried_at_the_hour_or_in_the_part_of_day_that_was_not_answered(enrollment, agent, now):
    call(enrollment, agent, now - timedelta(days=9), "NOANS")  # at 11:00, midday
    at = {hour: blocked_by(enrollment, now.replace(hour=hour + 5)) for hour in (9, 10, 11, 12, 13, 14, 15, 16)}
    assert {hour for hour, blocked in at.items() if blocked == "SAME_TIME"} == {10, 11, 12, 13}
    assert {hour for hour, blocked in at.items() if blocked == ""} == {9, 14, 15, 16}


def test_all_reasons_are_told_in_their_order(enrollment, agent, now):
    call(enrollment, agent, now - timedelta(minutes=5), "NOANS")
    booked(enrollment.patient, TODAY + timedelta(days=9))
    Campaign.objects.update(status="PAUSED", max_attempts=1)
    assert reasons(enrollment, now) == [
        "CAMPAIGN_OFF", "FUTURE_APPOINTMENT", "ATTEMPTS_USED", "COOLING_DOWN", "CALLED_OFTEN", "SAME_TIME",
    ]  # fmt: skip


def test_every_rule_has_words():
    assert [*(rule.name for rule in RULES), "OTHER_CAMPAIGN", "SAME_NUMBER"] == list(LABELS)


def test_a_dial_that_was_handed_back_without_an_outcome_counts_too(listed, agent, now):
    enrollment = listed(1)[0]
    lease = claim(agent=agent, now=now)
    number = enrollment.patient.phones.get(position=1)
    sharing = at_number(enrollment.campaign, number.e164, now)
    assert dialing.ask(lease=lease, phone=number, now=now) is None
    let_go(agent=agent)
    assert (reasons(enrollment, now), reasons(sharing, now)) == (["CALLED_OFTEN"], ["CALLED_OFTEN"])
    assert claim(agent=agent, now=now + timedelta(hours=23)) is None
    assert reasons(enrollment, now + timedelta(hours=24, minutes=1)) == []
