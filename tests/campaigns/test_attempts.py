"""An outcome is recorded once, whole, with everything that follows from it."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from campaigns.attempts import KeyReused
from campaigns.models import CallAttempt, Callback, Enrollment, Lease, QueueItem
from campaigns.next_call import claim
from campaigns.outcome import OutcomeRefused
from campaigns.plan import build
from patients.models import Appointment, OptOut
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)


@pytest.fixture
def enrollment(inside, now):
    patient = make_patient(phones=2)
    visited(patient, TODAY - timedelta(days=800))
    return enroll(make_campaign(inside, on=TODAY), patient, now)


def after(enrollment):
    enrollment.refresh_from_db()
    return enrollment.status, enrollment.closed_as


@pytest.mark.parametrize(
    ("code", "days", "number_state"),
    [("NOANS", 7, "UNVERIFIED"), ("LVM", 7, "UNVERIFIED"), ("HUNGUP", 14, "UNVERIFIED"), ("UNAVLBL", 1, "VERIFIED")],
)
def test_unsettled_outcomes_come_back_after_their_days(enrollment, agent, now, code, days, number_state):
    call(enrollment, agent, now, code)
    assert after(enrollment) == ("OPEN", "")
    assert (enrollment.next_eligible_at.date() - now.date()).days == days
    assert enrollment.patient.phones.get(position=1).state == number_state


def test_no_answer_comes_back_in_another_part_of_the_day(enrollment, agent, now):
    call(enrollment, agent, now, "NOANS")
    enrollment.refresh_from_db()
    hours_apart = abs((enrollment.next_eligible_at - now) % timedelta(days=1) - timedelta(days=1))
    assert min(hours_apart, timedelta(days=1) - hours_apart) >= timedelta(hours=2)


def test_done_books_and_wins(enrollment, agent, now):
    attempt = call(
        enrollment,
        agent,
        now,
        say("DONE", appointment_on=date(2026, 12, 1), appointment_at=time(9, 30), provider="Rivera", location="Main St"),
    )
    appointment = Appointment.objects.get()
    assert after(enrollment) == ("CLOSED", "WON")
    assert (attempt.appointment, attempt.is_success) == (appointment, True)
    assert (appointment.on, appointment.at, appointment.provider, appointment.source, appointment.status) == (
        date(2026, 12, 1), time(9, 30), "Rivera", "DESK", "SCHEDULED",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "closed_as"),
    [
        (say("RECONFIRMED", appointment_on=date(2026, 12, 1)), "ALREADY_BOOKED"),
        (say("LOST"), "LOST"),
        (say("DUPLICATE"), "DUPLICATE"),
    ],
)
def test_settled_outcomes_close_without_counting_as_won(enrollment, agent, now, outcome, closed_as):
    attempt = call(enrollment, agent, now, outcome)
    assert after(enrollment) == ("CLOSED", closed_as)
    assert attempt.is_success is False


@pytest.mark.parametrize(("code", "state"), [("WNUM", "WRONG"), ("DCONN", "DISCONNECTED")])
def test_a_lost_number_moves_on_to_the_next_until_none_is_left(enrollment, agent, now, code, state):
    first, second = enrollment.patient.phones.order_by("position")
    call(enrollment, agent, now, say(code, phone_id=first.pk))
    assert after(enrollment) == ("OPEN", "")
    call(enrollment, agent, now + timedelta(days=1), say(code, phone_id=second.pk))
    assert after(enrollment) == ("CLOSED", "UNREACHABLE")
    assert set(enrollment.patient.phones.values_list("state", flat=True)) == {state}


def test_do_not_call_ends_everything_about_the_person_at_once(inside, agent, now):
    patient, stays = make_patient(), make_patient("Stays")
    visited(patient, TODAY - timedelta(days=800))
    visited(stays, TODAY - timedelta(days=800))
    first = enroll(make_campaign(inside, on=TODAY), patient, now)
    second = enroll(make_campaign(inside, on=TODAY), patient, now)
    enroll(first.campaign, stays, now)
    build(practice=inside, now=now)
    call(second, agent, now - timedelta(days=3), say("CBACK", callback_at=now + timedelta(days=1)))
    number = patient.phones.get()
    call(first, agent, now, say("DNC", phone_id=number.pk, opt_out_words="Never again"))
    wish = OptOut.objects.get()
    assert (wish.patient, wish.e164, wish.words, wish.recorded_by) == (patient, number.e164, "Never again", agent)
    assert (after(first), after(second)) == (("CLOSED", "OPTED_OUT"), ("CLOSED", "OPTED_OUT"))
    assert [callback.status for callback in Callback.objects.all()] == ["CANCELLED"]
    assert patient not in [item.patient for item in QueueItem.objects.filter(done_at=None)]
    assert [item.enrollment for item in QueueItem.objects.exclude(done_at=None)] == [first]


def test_a_callback_is_promised_in_hours_and_settled_by_the_next_call(enrollment, agent, now):
    at_night = now + timedelta(days=1, hours=12)  # 23:00 in New York
    call(enrollment, agent, now, say("CBACK", callback_at=at_night))
    promise = Callback.objects.get()
    assert promise.due_at.isoformat() == "2026-11-19T14:00:00+00:00"  # 9:00 the morning after
    assert (promise.owner, promise.status) == (agent, "PENDING")
    call(enrollment, agent, promise.due_at + timedelta(minutes=5), "NOANS")
    assert Callback.objects.get().status == "KEPT"


def test_a_callback_made_too_late_is_missed(enrollment, agent, now):
    call(enrollment, agent, now, say("CBACK", callback_at=now + timedelta(hours=20)))
    call(enrollment, agent, now + timedelta(days=2), "NOANS")
    assert Callback.objects.get().status == "MISSED"


def test_five_attempts_exhaust_but_a_promise_outlasts_them(enrollment, agent, now):
    for week in range(4):
        call(enrollment, agent, now + timedelta(weeks=week), "NOANS")
    promise = say("CBACK", callback_at=now + timedelta(weeks=6))
    call(enrollment, agent, now + timedelta(weeks=5), promise)
    assert after(enrollment) == ("OPEN", "")
    call(enrollment, agent, now + timedelta(weeks=6), "NOANS")
    assert after(enrollment) == ("CLOSED", "EXHAUSTED")
    assert list(CallAttempt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("outcome", "fields"),
    [
        (say("DONE"), {"appointment_on", "appointment_at", "provider"}),
        (say("DONE", appointment_on=date(2026, 11, 16), appointment_at=time(9), provider="X"), {"appointment_on"}),
        (say("RECONFIRMED"), {"appointment_on"}),
        (say("CBACK"), {"callback_at"}),
        (say("WNUM"), {"phone_id"}),
        (say("NONSENSE"), {"code"}),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(enrollment, agent, now, outcome, fields):
    with pytest.raises(OutcomeRefused) as refused:
        call(enrollment, agent, now, outcome)
    assert set(refused.value.errors) == fields
    assert (CallAttempt.objects.count(), Appointment.objects.count()) == (0, 0)


def test_the_same_key_is_the_same_attempt(enrollment, agent, now):
    key = uuid.uuid4()
    first = call(enrollment, agent, now, say("NOANS", note="rang out"), key=key)
    again = call(enrollment, agent, now + timedelta(minutes=1), say("NOANS", note="rang out"), key=key)
    assert (again, CallAttempt.objects.count()) == (first, 1)
    with pytest.raises(KeyReused):
        call(enrollment, agent, now, say("LVM"), key=key)


def test_an_attempt_stays_as_it_was_written(enrollment, agent, now):
    attempt = call(enrollment, agent, now, "NOANS")
    call(enrollment, agent, now + timedelta(days=8), "NOANS")
    one = CallAttempt.objects.filter(pk=attempt.pk)
    for change in (lambda: one.update(outcome="DONE"), lambda: one.update(note="x"), lambda: one._raw_delete("default")):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            change()
    attempt.refresh_from_db()
    assert attempt.outcome == "NOANS"


def test_a_late_outcome_is_kept_though_another_agent_has_the_patient(inside, enrollment, agent, now):
    ben = make_member(inside, "Ben Agent")
    build(practice=inside, now=now)
    QueueItem.objects.update(agent=agent)
    late = claim(agent=agent, now=now)
    Lease.objects.update(expires_at=late.opened_at)
    QueueItem.objects.update(agent=ben)
    assert claim(agent=ben, now=now).enrollment == enrollment
    attempt = call(enrollment, agent, now, "NOANS", lease_id=late.pk)
    enrollment.refresh_from_db()
    assert (attempt.number, attempt.agent, enrollment.attempts_made) == (1, agent, 1)
    assert Lease.objects.open().get().agent == ben


def test_a_closed_enrollment_is_not_reopened_by_a_late_outcome(enrollment, agent, now):
    call(enrollment, agent, now, "LOST")
    call(enrollment, agent, now + timedelta(minutes=1), "NOANS")
    assert after(enrollment) == ("CLOSED", "LOST")
    assert Enrollment.objects.get().attempts_made == CallAttempt.objects.count() == 2
