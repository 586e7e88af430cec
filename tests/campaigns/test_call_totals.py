"""The sums that reports read equal the calls, whatever is done to these, and take no agent's time."""

from datetime import time, timedelta
from importlib import import_module

import pytest
from django.db import connections

from accounts import tenancy
from accounts.models import Practice
from campaigns import call_totals, next_call
from campaigns.merging import merge
from campaigns.merging import undo as part
from campaigns.models import CallAttempt, CallTotal, Enrollment
from campaigns.plan import build
from campaigns.taking_back import correct, undo
from patients.models import Merge
from tests.campaigns.conftest import TODAY
from tests.campaigns.counting import assert_sums_agree, kept_firsts, kept_sums
from tests.conftest import NOW
from tests.world import booked, call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BOOKED = say("DONE", appointment_on=TODAY + 9 * DAY, appointment_at=time(9, 30), provider="Rivera")
migration = import_module("campaigns.migrations.0016_figures")


@pytest.fixture
def called(inside, agent):
    """Two months of calls for two campaigns and two locations."""
    for name, location in (("One", "Main St"), ("Two", "")):
        campaign = make_campaign(inside, "NO_ENCOUNTER", on=TODAY, name=name)
        for code in ("NOANS", "LVM", "HUNGUP", "WNUM"):
            enrollment = enroll(campaign, make_patient(phones=2), NOW - 70 * DAY, location=location)
            for days in (60, 33, 16, 2):
                call(enrollment, agent, NOW - days * DAY, code if days == 2 else "NOANS")
    return inside


def test_calls_are_summed_up_as_they_are_saved(called):
    assert len(kept_sums(called)) > 20
    assert_sums_agree(called)


def test_a_call_taken_back_leaves_no_trace_in_them(inside, agent, desk_clock):
    campaign = make_campaign(inside, "NO_ENCOUNTER", on=TODAY)
    enroll(campaign, make_patient(), desk_clock - 30 * DAY)
    build(practice=inside, now=desk_clock)
    lease = next_call.claim(agent=agent, now=desk_clock)
    attempt = call(lease.enrollment, agent, desk_clock, "HUNGUP", key=lease.key, lease_id=lease.pk, turn=lease.turn)
    assert kept_firsts(inside) == {lease.enrollment_id: (desk_clock, desk_clock, None)}
    undo(attempt=attempt, by=agent, now=desk_clock + timedelta(seconds=5))
    assert (kept_sums(inside), kept_firsts(inside)) == ({}, {lease.enrollment_id: (None, None, None)})


@pytest.mark.parametrize(
    ("zone_key", "hour"),
    [
        ("America/New_York@NY", 24 + 11),  # Tuesday, 11:00
        ("America/New_York@NY|America/Toronto@", 24 + 11),
        ("Pacific/Kiritimati@", 2 * 24 + 6),  # Wednesday, 6:00
        ("America/New_York@NY|America/Los_Angeles@CA", None),
        ("", None),
    ],
)
def test_a_call_keeps_its_location_and_the_hour_on_the_patients_clocks(inside, agent, zone_key, hour):
    patient = make_patient()
    patient.zone_key = zone_key
    patient.save()
    enrollment = enroll(make_campaign(inside, on=TODAY), patient, NOW, location="Main St")
    attempt = call(enrollment, agent, NOW, "NOANS")
    assert (attempt.location, attempt.patient_hour) == ("Main St", hour)


def test_a_corrected_call_counts_as_what_it_is_now(called, agent, supervisor):
    enrollment = enroll(called.campaigns.first(), make_patient(), NOW - DAY, location="Main St")
    attempt = call(enrollment, agent, NOW, "NOANS")
    for minute, outcome in enumerate((BOOKED, say("HUNGUP"), say("LVM")), start=1):
        correct(attempt=attempt, outcome=outcome, why="Wrong key", by=supervisor, now=NOW + timedelta(minutes=minute))
        assert_sums_agree(called)
    assert kept_firsts(called)[enrollment.pk] == (NOW, None, None)


def test_two_records_made_one_and_parted_again_count_the_same(called, agent, supervisor):
    first, second = (enrollment.patient for enrollment in Enrollment.objects.order_by("pk")[:2])
    before = kept_sums(called)
    merge(keep=first, absorb=second, by=supervisor, now=NOW)
    assert_sums_agree(called)
    part(merge=Merge.objects.get(), by=supervisor, now=NOW)
    assert_sums_agree(called)
    assert kept_sums(called) == before


def test_a_patient_who_rings_back_counts_for_the_booking_alone(called, agent):
    enrollment = Enrollment.objects.open().first()
    call(enrollment, agent, NOW, say("HUNGUP"), source="RING_BACK")
    assert_sums_agree(called)
    call(enrollment, agent, NOW, BOOKED, source="RING_BACK")
    assert_sums_agree(called)
    assert sum(total.booked - total.booked_by_dial for total in CallTotal.objects.filter(kind="DAY")) == 1


def test_with_another_time_zone_calls_fall_on_other_dates(called, agent):
    late = enroll(called.campaigns.first(), make_patient(), NOW - 40 * DAY)
    call(late, agent, NOW - 17 * DAY + timedelta(hours=12, minutes=30), "NOANS")  # November in New York, October in Honolulu
    before = kept_sums(called)
    Practice.objects.filter(pk=called.pk).update(time_zone="Pacific/Honolulu")
    called.refresh_from_db()
    call_totals.rebuild(practice=called)
    assert kept_sums(called) != before
    assert_sums_agree(called)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_calls_of_former_versions_are_summed_up_by_the_migration(practice, other_practice, agent):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, "NO_SHOW", on=TODAY)
        patient, other = make_patient(), make_patient(zip_code="")
        missed = booked(patient, TODAY - 40 * DAY, status="NO_SHOW", location="Main St")
        booked(patient, TODAY - 20 * DAY, status="CANCELLED", location="Elsewhere")
        booked(other, TODAY - 30 * DAY, status="KEPT", location="Old office")
        booked(other, TODAY - 10 * DAY, status="KEPT", location="New office")
        for one, visit in ((patient, missed), (other, None)):
            enrollment = enroll(campaign, one, NOW - 30 * DAY, missed_appointment=visit)
            call(enrollment, agent, NOW - 20 * DAY, "NOANS")
            call(enrollment, agent, NOW, "HUNGUP")
        wanted = kept_firsts(practice)
        CallTotal.objects.all().delete()
        Enrollment.objects.update(first_dialed_at=None, first_reached_at=None, first_booked_at=None)
    with connections["owner"].schema_editor(atomic=True) as editor:
        migration.sum_up(None, editor)
    with tenancy.practice(practice.pk):
        assert kept_firsts(practice) == wanted
        assert_sums_agree(practice)
        assert list(Enrollment.objects.order_by("pk").values_list("location", flat=True)) == ["Main St", "New office"]
        hours = list(CallAttempt.objects.order_by("pk").values_list("location", "patient_hour"))
        wednesday_noon, tuesday_at_eleven = 2 * 24 + 12, 24 + 11  # in New York; of the other patient no clock is known
        assert hours == [
            ("Main St", wednesday_noon), ("Main St", tuesday_at_eleven), ("New office", None), ("New office", None),
        ]  # fmt: skip
