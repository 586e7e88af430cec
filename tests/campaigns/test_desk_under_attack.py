"""Attacks on the agent desk: wishes and promises that must stay, holds that are long over, and what no form would send."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from campaigns import opt_out, taking_back
from campaigns.models import CallAttempt, Callback, Enrollment, Lease, QueueItem
from campaigns.next_call import claim, let_go, skip
from campaigns.ring_back import open_lane
from patients.models import Appointment, OptOut
from tests.conftest import make_member
from tests.world import call, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def calling(listed, agent, now, sign_in):
    listed(2)
    return sign_in(agent), claim(agent=agent, now=now)


def post(calling, url, code, **fields):
    client, lease = calling
    data = {"code": code, "phone_id": lease.patient.phones.first().pk, "then": "stop", **fields}
    return client.post(url("outcome", lease_id=lease.pk), data)


def test_a_wish_told_again_outlives_the_outcome_that_first_told_it(calling, agent, supervisor, now):
    _client, lease = calling
    attempt = call(lease.enrollment, agent, now, say("DNC", opt_out_number=False), lease_id=lease.pk)
    told, is_new = opt_out.tell(patient=lease.patient, by=agent, now=now, channel=OptOut.Channel.CALL)
    assert is_new
    with pytest.raises(taking_back.TakingBackRefused, match="asked not to be called"):
        taking_back.correct(attempt=attempt, outcome=say("NOANS"), why="Wrong key", by=supervisor, now=now)
    assert told in OptOut.objects.filter(patient=lease.patient)
    assert Enrollment.objects.get(pk=lease.enrollment_id).closed_as == "OPTED_OUT"


def test_an_outcome_of_a_hold_that_was_lost_leaves_a_newer_promise_alone(calling, url, practice, agent, now):
    lease = calling[1]
    let_go(agent=agent)
    bo = make_member(practice, "Bo Agent")
    later = Lease.objects.create(
        enrollment=lease.enrollment, patient=lease.patient, agent=bo, opened_at=Now(), expires_at=Now() + timedelta(minutes=20)
    )
    call(lease.enrollment, bo, now, say("CBACK", callback_at=now + timedelta(hours=23)), lease_id=later.pk)
    promised = Callback.objects.get()
    assert post(calling, url, "NOANS").status_code == 302
    enrollment = Enrollment.objects.get(pk=lease.enrollment_id)
    assert (Callback.objects.get().status, enrollment.next_eligible_at, enrollment.attempts_made) == (
        "PENDING",
        promised.due_at,
        2,
    )


def test_a_correction_does_not_book_for_who_was_never_verified(calling, url, agent, supervisor, sign_in):
    client, _lease = calling
    post(calling, url, "NOANS")
    booked = {"code": "DONE", "appointment_on": "2026-12-01", "appointment_at": "09:30", "provider": "R", "why": "Wrong key"}
    address = url("correct", attempt_id=CallAttempt.objects.get().pk)
    assert client.post(address, booked).status_code == 422
    assert Appointment.objects.count() == 0
    assert sign_in(supervisor).post(address, booked).status_code == 302


def test_an_appointment_that_another_call_names_is_not_taken_back(calling, agent, supervisor, now):
    _client, lease = calling
    done = say("DONE", appointment_on=now.date() + timedelta(days=9), appointment_at="09:00", provider="R")
    attempt = call(lease.enrollment, agent, now, done, lease_id=lease.pk)
    other = Enrollment.objects.exclude(pk=lease.enrollment_id).get()
    call(other, agent, now + timedelta(seconds=1), "NOANS")
    CallAttempt.objects.filter(enrollment=other).update(corrected_at=now, appointment_id=Appointment.objects.get().pk)
    with pytest.raises(taking_back.TakingBackRefused, match="named the same appointment"):
        taking_back.correct(attempt=attempt, outcome=say("NOANS"), why="Wrong key", by=supervisor, now=now)
    assert Appointment.objects.count() == 1


def test_a_hold_of_long_ago_is_nobodys_any_more(calling, url, agent):
    client, lease = calling
    let_go(agent=agent)
    Lease.objects.filter(pk=lease.pk).update(closed_at=Now() - timedelta(days=3), opened_at=Now() - timedelta(days=3, hours=1))
    for name in ("outcome", "verify", "draft", "hold"):
        assert client.post(url(name, lease_id=lease.pk), {"code": "NOANS", "matched": ["NAME"]}).status_code == 404
    assert CallAttempt.objects.count() == 0


def test_a_late_outcome_makes_no_call_of_a_day(calling, url, agent):
    _client, lease = calling
    let_go(agent=agent)
    Lease.objects.filter(pk=lease.pk).update(opened_at=Now() - timedelta(hours=20), closed_at=Now() - timedelta(hours=19))
    post(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    assert attempt.ended_at - attempt.started_at == timedelta(hours=2)


def test_to_skip_a_patient_who_rang_back_moves_nobody_in_a_list(calling, url, practice, agent, now, sign_in):
    waiting = QueueItem.objects.exclude(enrollment=calling[1].enrollment_id).get()
    lane = open_lane(patient=waiting.patient, agent=make_member(practice, "Bo Agent"), now=now)
    skip(lease=lane, why="Sweep")
    assert (QueueItem.objects.get(pk=waiting.pk).position, Lease.objects.get(pk=lane.pk).closed_at) == (waiting.position, None)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("draft", {"note": "a\0b", "x\0y": "z"}),
        ("draft", {"note": "a", "based_on": "9" * 5000}),
        ("draft", {"note": "a", "based_on": "-1"}),
        ("verify", {"matched": ["NAME\0", "BORN'--", "NAME" * 1000]}),
    ],
)
def test_what_no_page_would_send_is_no_error(calling, url, name, fields):
    client, lease = calling
    assert client.post(url(name, lease_id=lease.pk), fields).status_code == 200


@pytest.mark.parametrize("patient_id", ["9" * 5000, "-1", "x", "", str(2**63)])
def test_a_moment_for_nobody_is_not_found(calling, url, patient_id):
    client, _lease = calling
    assert client.post(url("moment"), {"patient_id": patient_id, "callback_when": "3pm"}).status_code == 404


def test_the_note_of_the_last_call_waits_for_two_matches_too(calling, url, agent, now):
    client, lease = calling
    post(calling, url, "UNAVLBL", note="Cataract of the left eye")
    lane = open_lane(patient=lease.patient, agent=agent, now=now)
    address = url("one_call", lease_id=lane.pk)
    assert "Cataract of the left eye" not in client.get(address).content.decode()
    Lease.objects.filter(pk=lane.pk).update(matched=["NAME", "PHONE"])
    assert "Cataract of the left eye" in client.get(address).content.decode()
