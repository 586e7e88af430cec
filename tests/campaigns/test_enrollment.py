"""Who enters a campaign by its rule, who leaves, and what the record says of it."""

from datetime import date, timedelta

import pytest

from campaigns.enrollment import candidates, refresh, settle_after_import
from campaigns.models import Callback, Campaign, Enrollment, QueueItem
from campaigns.plan import build
from patients.models import Appointment, OptOut
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db


def went(campaign, now):
    """How many (entered, left) as the campaign followed its rule."""
    refreshed = refresh(campaign=campaign, now=now)
    return refreshed.entered, refreshed.left_count


TODAY = date(2026, 11, 17)
Kind = Campaign.Kind
Status = Appointment.Status


def ago(days):
    return TODAY - timedelta(days=days)


def ahead(days):
    return TODAY + timedelta(days=days)


def taken(campaign):
    return {patient.first_name: patient.why for patient in candidates(campaign=campaign, on=TODAY)}


def test_reactivation_takes_those_not_seen_for_months_and_not_booked(inside):
    visited(make_patient("Long"), ago(800))
    booked(make_patient("Kept"), ago(400), Status.KEPT)
    visited(make_patient("Recent"), ago(100))
    overdue_but_booked = make_patient("Booked")
    visited(overdue_but_booked, ago(800))
    booked(overdue_but_booked, ahead(60))
    make_patient("Never")
    assert taken(make_campaign(inside, Kind.REACTIVATION, on=TODAY)) == {
        "Long": "Last visit on 2024-09-08",
        "Kept": "Last visit on 2025-10-13",
    }


def test_no_shows_are_taken_until_they_come_or_book_again(inside):
    booked(make_patient("Missed"), ago(30), Status.NO_SHOW)
    came_later = make_patient("Came")
    booked(came_later, ago(30), Status.NO_SHOW)
    visited(came_later, ago(10))
    rebooked = make_patient("Rebooked")
    booked(rebooked, ago(30), Status.NO_SHOW)
    booked(rebooked, ahead(5))
    booked(make_patient("Ancient"), ago(300), Status.NO_SHOW)
    booked(make_patient("Canceled"), ago(30), Status.CANCELLED)
    assert taken(make_campaign(inside, Kind.NO_SHOW, on=TODAY)) == {"Missed": "No-show on 2026-10-18"}


def test_canceled_takes_the_latest_canceled_visit(inside):
    patient = make_patient("Twice")
    booked(patient, ago(90), Status.CANCELLED)
    latest = booked(patient, ago(20), Status.CANCELLED)
    campaign = make_campaign(inside, Kind.CANCELLED, on=TODAY)
    assert taken(campaign) == {"Twice": "Canceled visit of 2026-10-28"}
    assert [row.missed for row in candidates(campaign=campaign, on=TODAY)] == [latest.pk]


def test_never_seen_and_reviews_look_at_visits_alone(inside):
    make_patient("Never")
    visited(make_patient("Lately"), ago(3))
    visited(make_patient("Long"), ago(400))
    assert taken(make_campaign(inside, Kind.NO_ENCOUNTER, on=TODAY)) == {"Never": "Registered, never seen"}
    assert taken(make_campaign(inside, Kind.REVIEW, on=TODAY, lookback_days=14)) == {"Lately": "Visit on 2026-11-14"}


@pytest.mark.parametrize("state", ["is_deceased", "is_inactive", "is_test"])
def test_records_that_allow_no_call_are_never_taken(inside, state):
    visited(make_patient(**{state: True}), ago(800))
    assert taken(make_campaign(inside, on=TODAY)) == {}


def test_who_asked_not_to_be_called_is_never_taken(inside, now):
    patient = make_patient()
    visited(patient, ago(800))
    OptOut.objects.create(patient=patient, opted_out_at=now)
    assert taken(make_campaign(inside, on=TODAY)) == {}


def test_refresh_enrolls_once_and_keeps_the_reason(inside, now):
    patient = make_patient(source_data_on=TODAY)
    visited(patient, ago(800))
    campaign = make_campaign(inside, on=TODAY)
    assert went(campaign, now) == (1, 0)
    assert went(campaign, now) == (0, 0)
    enrollment = Enrollment.objects.get()
    assert (enrollment.patient, enrollment.why, enrollment.source_data_on, enrollment.enrolled_at) == (
        patient,
        "Last visit on 2024-09-08",
        TODAY,
        now,
    )


def test_a_paused_campaign_neither_takes_nor_drops(inside, now):
    visited(make_patient(), ago(800))
    campaign = make_campaign(inside, on=TODAY, status=Campaign.Status.PAUSED)
    enroll(campaign, make_patient("Never"), now)
    assert went(campaign, now) == (0, 0)


@pytest.mark.parametrize(
    ("closed_as", "comes_back"),
    [("WON", 0), ("LOST", 0), ("OPTED_OUT", 0), ("EXHAUSTED", 0), ("UNREACHABLE", 0), ("INELIGIBLE", 1)],
)
def test_who_was_settled_does_not_come_back(inside, now, closed_as, comes_back):
    patient = make_patient()
    visited(patient, ago(800))
    campaign = make_campaign(inside, on=TODAY)
    enroll(campaign, patient, now, status="CLOSED", closed_as=closed_as, closed_at=now)
    assert went(campaign, now) == (comes_back, 0)


def test_another_missed_visit_is_another_reason_to_call(inside, now):
    patient = make_patient()
    first = booked(patient, ago(60), Status.NO_SHOW)
    campaign = make_campaign(inside, Kind.NO_SHOW, on=TODAY)
    enroll(campaign, patient, now, status="CLOSED", closed_as="EXHAUSTED", closed_at=now, missed_appointment=first)
    assert went(campaign, now) == (0, 0)
    booked(patient, ago(5), Status.NO_SHOW)
    assert went(campaign, now) == (1, 0)


def test_who_comes_back_for_the_same_reason_has_used_up_their_attempts(inside, agent, now):
    patient = make_patient()
    visited(patient, ago(800))
    campaign = make_campaign(inside, on=TODAY)
    refresh(campaign=campaign, now=now)
    call(Enrollment.objects.get(), agent, now, "NOANS")
    booking = booked(patient, ahead(40))
    assert went(campaign, now) == (0, 1)
    booking.status = Status.CANCELLED
    booking.save()
    assert went(campaign, now) == (1, 0)
    assert Enrollment.objects.open().get().attempts_made == 1


def test_news_from_the_emr_closes_the_enrollment_at_once(inside, agent, now):
    make_campaign(inside, on=TODAY)
    booked_meanwhile, died, still_due = make_patient("Booked"), make_patient("Died"), make_patient("Due")
    for patient in (booked_meanwhile, died, still_due):
        visited(patient, ago(800))
    build(practice=inside, now=now)
    call(Enrollment.objects.get(patient=booked_meanwhile), agent, now, say("CBACK", callback_at=now + timedelta(days=2)))
    booked(booked_meanwhile, ahead(9))
    died.is_deceased = True
    died.save()

    settled = settle_after_import(practice=inside, source="visits.csv", now=now)

    assert (len(settled.enrollments), settled.callbacks) == (2, [Callback.objects.get().pk])
    ended = {e.patient.first_name: (e.closed_as, e.closed_because) for e in Enrollment.objects.filter(status="CLOSED")}
    assert ended == {
        "Booked": ("ALREADY_BOOKED", f"Booked for {ahead(9)} by visits.csv"),
        "Died": ("INELIGIBLE", "Deceased by visits.csv"),
    }
    assert [item.patient for item in QueueItem.objects.filter(done_at=None)] == [still_due]
    assert [callback.status for callback in Callback.objects.all()] == ["CANCELLED"]


def test_an_enrollment_knows_where_the_missed_visit_was_else_the_latest_one(inside, now):
    on = inside.business_date(now)
    no_shows, reactivation = (make_campaign(inside, kind, on=on) for kind in ("NO_SHOW", "REACTIVATION"))
    missed, seen, nowhere = make_patient("Mia"), make_patient("Sue"), make_patient("Nia")
    booked(missed, on - timedelta(days=60), status="KEPT", location="Old office")
    booked(missed, on - timedelta(days=30), status="NO_SHOW", location="Main St")
    booked(missed, on - timedelta(days=30), status="CANCELLED", location="Elsewhere")
    booked(seen, on - timedelta(days=900), status="KEPT", location="Old office")
    booked(seen, on - timedelta(days=800), status="KEPT", location="New office")
    visited(nowhere, on - timedelta(days=800))
    for campaign in (no_shows, reactivation):
        refresh(campaign=campaign, now=now)
    found = {each.patient.first_name: each.location for each in Enrollment.objects.select_related("patient")}
    assert found == {"Mia": "Main St", "Sue": "New office", "Nia": ""}
