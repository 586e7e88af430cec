"""Each rule blocks what it names, and the first that holds is the one that is told."""

from datetime import date, timedelta

import pytest

from campaigns.eligibility import LABELS, open_work, rules
from campaigns.models import Callback, Campaign
from patients import doubles
from patients.models import OptOut, PhoneNumber, PossibleDouble
from tests.world import booked, call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)


@pytest.fixture
def enrollment(inside, now):
    return enroll(make_campaign(inside, on=TODAY), make_patient(phones=2), now)


def blocked_by(enrollment, now, **options):
    return open_work(practice=enrollment.campaign.practice, now=now, **options).get(pk=enrollment.pk).blocked_by


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
    ("match", "provider", "blocked"),
    [("ANY", "Feldman", "FUTURE_APPOINTMENT"), ("PROVIDER", "Feldman", ""), ("PROVIDER", "Rivera", "FUTURE_APPOINTMENT")],
)
def test_a_campaign_may_count_the_same_provider_only(inside, now, match, provider, blocked):
    campaign = make_campaign(inside, Campaign.Kind.NO_SHOW, on=TODAY, appointment_match=match)
    patient = make_patient()
    missed = booked(patient, TODAY - timedelta(days=9), "NO_SHOW", provider="Rivera")
    booked(patient, TODAY + timedelta(days=9), provider=provider)
    assert blocked_by(enroll(campaign, patient, now, missed_appointment=missed), now) == blocked


def test_a_dial_blocks_for_a_day_even_in_another_campaign(inside, agent, enrollment, now):
    other = enroll(make_campaign(inside, Campaign.Kind.REVIEW, on=TODAY), enrollment.patient, now)
    call(enrollment, agent, now, "NOANS")
    assert blocked_by(enrollment, now) == "COOLING_DOWN"
    assert blocked_by(other, now) == "CALLED_OFTEN"
    assert blocked_by(other, now + timedelta(hours=24)) == ""


def test_three_dials_in_a_week_are_enough(inside, agent, now):
    patient = make_patient()
    for days in (6, 4, 2):
        call(enroll(make_campaign(inside, on=TODAY), patient, now), agent, now - timedelta(days=days), "NOANS")
    fresh = enroll(make_campaign(inside, on=TODAY), patient, now)
    assert blocked_by(fresh, now) == "CALLED_OFTEN"
    assert blocked_by(fresh, now + timedelta(days=1, minutes=1)) == ""


def test_a_promise_blocks_until_it_is_the_callback_itself(enrollment, agent, now):
    call(enrollment, agent, now, say("CBACK", callback_at=now + timedelta(days=3)))
    due = Callback.objects.get().due_at
    assert blocked_by(enrollment, due) == "CALLBACK"
    assert blocked_by(enrollment, due, leave_out=("CALLBACK",)) == ""


def test_used_attempts_block(enrollment, now):
    enrollment.attempts_made = 5
    enrollment.save()
    assert blocked_by(enrollment, now) == "ATTEMPTS_USED"


def test_every_rule_has_words(inside, now):
    names = [rule.name for rule in rules(practice=inside, now=now, on=TODAY)]
    assert [*names, "OTHER_CAMPAIGN"] == list(LABELS)
