"""Taken back, an outcome leaves no trace but its history; corrected, it leaves what saving the other at once would have left."""

from contextlib import contextmanager
from datetime import date, time, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.utils import timezone

from campaigns import callbacks, day, household, next_call, opt_out, taking_back, tasks
from campaigns.attempts import TakenBack
from campaigns.merging import merge
from campaigns.models import AttemptEffects, CallAttempt, CallAttemptEvent, Callback, Enrollment, Lease, QueueItem
from campaigns.outcome import Outcome, OutcomeRefused
from campaigns.plan import build
from campaigns.taking_back import TakingBackRefused, correct, undo
from patients.models import Appointment, OptOut, PhoneNumber, PossibleDouble
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, reasons, say

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SHARED = "+16465550777"
WATCHED = (Appointment, CallAttempt, Callback, Enrollment, Lease, OptOut, PhoneNumber, PossibleDouble, QueueItem)
# A hold that is opened again ends later and counts its turns; ids and the moment of writing come from the database's clock.
ASIDE = {"expires_at", "turn"}
MADE_ANEW = {"id", "created_at"}
OUTCOMES = {
    "DONE": {"appointment_on": date(2026, 12, 1), "appointment_at": time(9, 30), "provider": "Rivera", "location": "Main St"},
    "NOANS": {},
    "LVM": {},
    "CBACK": {},
    "UNAVLBL": {},
    "HUNGUP": {},
    "RECONFIRMED": {"appointment_on": date(2026, 12, 1)},
    "LOST": {},
    "DNC": {"opt_out_number": True, "opt_out_words": "Never again"},
    "WNUM": {},
    "DCONN": {},
    "DUPLICATE": {},
}


@pytest.fixture
def calling(inside, agent, desk_clock):
    """Ida is open on the agent's desk: she has a promise, a second enrollment, a likely double, and a number that Uwe has too."""
    first, second = (make_campaign(inside, "NO_ENCOUNTER", on=TODAY, name=name) for name in ("Never seen", "Never seen either"))
    ida, uwe, twin = (make_patient(name, "Keller", phones=2, born_on="1951-04-07") for name in ("Ida", "Uwe", "Ida"))
    PhoneNumber.objects.filter(patient__in=[ida, uwe], position=1).update(e164=SHARED)
    enrollment = enroll(first, ida, desk_clock - timedelta(days=30))
    for one, patient in ((second, ida), (first, uwe), (first, twin)):
        enroll(one, patient, desk_clock - timedelta(days=30))
    call(enrollment, agent, desk_clock - timedelta(days=20), say("CBACK", callback_at=desk_clock - 5 * MINUTE))
    build(practice=inside, now=desk_clock)
    lease = next_call.claim(agent=agent, now=desk_clock)
    assert lease.enrollment == enrollment
    return lease


def said(lease, code, now, **fields):
    wished = {"callback_at": now + timedelta(days=2)} if code == "CBACK" else {}
    return Outcome(
        code=code, phone_id=lease.patient.phones.get(position=1).pk, note="As heard", **OUTCOMES[code], **wished, **fields
    )


def save(lease, outcome, now):
    return call(
        lease.enrollment, lease.agent, now, outcome, key=lease.key, source=lease.source, lease_id=lease.pk, turn=lease.turn
    )


def rows(*models, aside=ASIDE):
    """Every row of the tables that an outcome touches, or of these."""
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name not in aside} for row in model.objects.values()), key=str
        )
        for model in models or WATCHED
    }


@contextmanager
def whatever_is_done_taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("code", OUTCOMES)
def test_taken_back_everything_is_as_before(calling, agent, now, code):
    before = rows()
    attempt = save(calling, said(calling, code, now), now)
    assert rows() != before
    lease = undo(attempt=attempt, by=agent, now=now + 9 * SECOND)
    assert rows() == before
    assert (lease.pk, lease.turn, next_call.current(agent=agent)) == (calling.pk, 2, calling)
    assert taking_back.entered(lease=lease) == said(calling, code, now).plain()
    gone = CallAttemptEvent.objects.get()
    assert (gone.pgh_label, gone.outcome, gone.note) == ("delete", code, "As heard")


@pytest.mark.parametrize("code", OUTCOMES)
def test_corrected_everything_is_as_if_the_other_had_been_saved_at_once(calling, supervisor, now, code):
    compared = [model for model in WATCHED if model is not Lease]  # its end is told by the clock of the database
    aside = MADE_ANEW | {"body_hash", "corrected_at", "corrected_by_id", "why_changed", "recorded_by_id", "appointment_id"}
    for other in OUTCOMES.keys() - {code}:
        with whatever_is_done_taken_back():
            save(calling, said(calling, other, now), now)
            wanted = rows(*compared, aside=aside)
        with whatever_is_done_taken_back():
            attempt = save(calling, said(calling, code, now), now)
            corrected = correct(
                attempt=attempt, outcome=said(calling, other, now), why="Wrong key", by=supervisor, now=now + HOUR
            )
            assert (other, rows(*compared, aside=aside)) == (other, wanted)
            assert (corrected.pk, corrected.corrected_by, corrected.why_changed) == (attempt.pk, supervisor, "Wrong key")
            assert corrected.appointment_id == Appointment.objects.values_list("pk", flat=True).first()
            former = CallAttemptEvent.objects.get()
            assert (former.pgh_label, former.outcome, former.corrected_at) == ("update", code, None)


def refusal(change):
    """What the refusal says; nothing may have changed."""
    before = rows()
    with pytest.raises(TakingBackRefused) as refused:
        change()
    assert rows() == before
    return str(refused.value)


def test_it_is_undone_within_fifteen_seconds_and_by_whoever_saved_it(calling, inside, agent, supervisor, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    late = now + 16 * SECOND
    assert "too late" in refusal(lambda: undo(attempt=attempt, by=agent, now=late))
    assert "Another agent" in refusal(lambda: undo(attempt=attempt, by=supervisor, now=now))
    assert undo(attempt=attempt, by=agent, now=now + 15 * SECOND) == calling


def test_only_the_latest_outcome_is_undone(calling, agent, now):
    first = save(calling, said(calling, "NOANS", now), now)
    following = next_call.claim(agent=agent, now=now)
    second = save(following, said(following, "LVM", now), now + SECOND)
    assert "another outcome since" in refusal(lambda: undo(attempt=first, by=agent, now=now + 2 * SECOND))
    undo(attempt=second, by=agent, now=now + 2 * SECOND)
    undo(attempt=first, by=agent, now=now + 3 * SECOND)
    assert (CallAttempt.objects.filter(ended_at__gte=now).count(), next_call.current(agent=agent)) == (0, calling)


def test_undone_twice_it_is_undone_once(calling, agent, now):
    attempt = save(calling, said(calling, "DONE", now), now)
    undo(attempt=attempt, by=agent, now=now)
    assert refusal(lambda: undo(attempt=attempt, by=agent, now=now)) == taking_back.GONE
    with pytest.raises(TakingBackRefused):
        taking_back.own_call(attempt_id=attempt.pk, by=agent)
    calling.refresh_from_db()
    assert calling.turn == 2


def test_the_next_patient_is_handed_back_unless_they_were_dialed(calling, agent, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    following = next_call.claim(agent=agent, now=now)
    Lease.objects.filter(pk=following.pk).update(dialed_at=now, dialed_e164=following.e164)
    assert "dialed the next patient" in refusal(lambda: undo(attempt=attempt, by=agent, now=now))
    Lease.objects.filter(pk=following.pk).update(dialed_at=None, dialed_e164="")
    undo(attempt=attempt, by=agent, now=now)
    following.refresh_from_db()
    assert (following.closed_as, next_call.current(agent=agent)) == ("RELEASED", calling)
    calling.refresh_from_db()
    save(calling, said(calling, "LVM", now), now)
    assert next_call.claim(agent=agent, now=now).enrollment_id == following.enrollment_id


def test_a_colleague_who_has_the_patient_by_now_keeps_them(calling, inside, agent, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    held = calling.patient.enrollments.exclude(pk=calling.enrollment_id).get()
    values = {"opened_at": now, "expires_at": timezone.now() + HOUR, "source": "RING_BACK"}
    Lease.objects.create(enrollment=held, patient=calling.patient, agent=make_member(inside, "Ben Agent"), **values)
    assert "colleague has this patient" in refusal(lambda: undo(attempt=attempt, by=agent, now=now))


def test_a_repeat_of_what_was_taken_back_records_nothing(calling, agent, now):
    first = {"key": calling.key, "lease_id": calling.pk, "turn": 1}
    attempt = save(calling, said(calling, "LOST", now), now)
    lease = undo(attempt=attempt, by=agent, now=now)
    with pytest.raises(TakenBack):
        call(calling.enrollment, agent, now, said(calling, "LOST", now), **first)
    again = save(lease, said(calling, "NOANS", now), now)
    assert (again.outcome, again.number, again.key != attempt.key) == ("NOANS", attempt.number, True)


def test_what_others_did_in_between_is_left_alone(calling, agent, supervisor, now):
    attempt = save(calling, said(calling, "DONE", now), now)
    number = calling.patient.phones.get(position=1)
    PhoneNumber.objects.filter(pk=number.pk).update(state="WRONG", state_changed_at=now)
    Appointment.objects.update(external_id="EMR-7", source="EMR")
    correct(attempt=attempt, outcome=said(calling, "NOANS", now), why="Wrong key", by=supervisor, now=now + HOUR)
    number.refresh_from_db()
    assert (number.state, Appointment.objects.get().external_id) == ("WRONG", "EMR-7")
    assert Enrollment.objects.get(pk=calling.enrollment_id).status == "OPEN"


def test_an_enrollment_closed_by_the_emr_in_between_stays_closed(calling, agent, supervisor, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    Enrollment.objects.filter(pk=calling.enrollment_id).update(status="CLOSED", closed_as="ALREADY_BOOKED", closed_at=now)
    correct(attempt=attempt, outcome=said(calling, "LVM", now), why="Wrong key", by=supervisor, now=now + HOUR)
    enrollment = Enrollment.objects.get(pk=calling.enrollment_id)
    assert (enrollment.closed_as, enrollment.last_outcome) == ("ALREADY_BOOKED", "LVM")


def test_who_asked_not_to_be_called_since_is_not_called_again_by_a_correction(calling, supervisor, now):
    attempt = save(calling, said(calling, "LOST", now), now)
    opt_out.tell(patient=calling.patient, by=supervisor, now=now, channel="WRITTEN")
    words = refusal(
        lambda: correct(attempt=attempt, outcome=said(calling, "NOANS", now), why="Wrong key", by=supervisor, now=now + HOUR)
    )
    assert "asked not to be called" in words


def test_a_wish_is_lifted_within_seconds_or_by_who_leads(calling, agent, supervisor, now):
    attempt, other = save(calling, said(calling, "DNC", now), now), said(calling, "NOANS", now)
    late = {"attempt": attempt, "outcome": other, "why": "Wrong key"}
    assert "supervisor lifts" in refusal(lambda: correct(**late, by=agent, now=now + 16 * SECOND))
    with whatever_is_done_taken_back():
        correct(**late, by=agent, now=now + 14 * SECOND)
        assert OptOut.objects.count() == 0
    told, _ = opt_out.tell(patient=calling.patient, by=supervisor, now=now - HOUR, channel="WRITTEN")
    assert "asked not to be called" in refusal(lambda: correct(**late, by=supervisor, now=now + HOUR))
    told.delete()
    correct(**late, by=supervisor, now=now + HOUR)
    assert OptOut.objects.count() == 0
    assert apps.get_model("patients.OptOutEvent").objects.filter(pgh_label="delete").count() == 2


def test_agents_correct_for_as_long_as_the_practice_allows(calling, inside, agent, supervisor, now):
    attempt = save(calling, said(calling, "NOANS", now), now)

    def change(by, after, code="LVM"):
        return lambda: correct(attempt=attempt, outcome=said(calling, code, now), why="Wrong key", by=by, now=now + after)

    assert "More than 120 minutes" in refusal(change(agent, 121 * MINUTE))
    assert "Another agent" in refusal(change(make_member(inside, "Ben Agent"), MINUTE))
    assert "of today" in refusal(change(supervisor, 13 * HOUR))
    assert change(agent, 119 * MINUTE)().outcome == "LVM"
    assert change(supervisor, 12 * HOUR, "HUNGUP")().outcome == "HUNGUP"
    agent.practice.correction_minutes = 0
    assert "Only supervisors" in refusal(change(agent, MINUTE))


def test_a_correction_says_why_and_something_else(calling, agent, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    outcome = said(calling, "LVM", now)
    assert "why" in refusal(lambda: correct(attempt=attempt, outcome=outcome, why="  ", by=agent, now=now))
    same = said(calling, "NOANS", now)
    assert "nothing to correct" in refusal(lambda: correct(attempt=attempt, outcome=same, why="Wrong key", by=agent, now=now))
    before = rows()
    with pytest.raises(OutcomeRefused):
        correct(attempt=attempt, outcome=say("DONE"), why="Wrong key", by=agent, now=now)
    assert rows() == before


def test_a_second_correction_stands_on_the_first(calling, agent, now):
    attempt = save(calling, said(calling, "DONE", now), now)
    for minutes, code in enumerate(["CBACK", "LOST", "WNUM"], start=1):
        correct(attempt=attempt, outcome=said(calling, code, now), why=f"For {code}", by=agent, now=now + minutes * MINUTE)
    [corrected] = taking_back.with_corrections([CallAttempt.objects.get(pk=attempt.pk)])
    assert [(version.why_changed, former.outcome) for version, former in corrected.corrections] == [
        ("For WNUM", "LOST"), ("For LOST", "CBACK"), ("For CBACK", "DONE"),
    ]  # fmt: skip
    assert (Appointment.objects.count(), Callback.objects.pending().count()) == (0, 0)
    assert Enrollment.objects.get(pk=calling.enrollment_id).status == "OPEN"


def test_what_came_after_a_call_must_be_settled_first(calling, inside, agent, supervisor, now):
    attempt = save(calling, said(calling, "CBACK", now), now)

    other = said(calling, "LOST", now)

    def change(after=HOUR):
        return correct(attempt=attempt, outcome=other, why="Wrong key", by=supervisor, now=now + after)

    with whatever_is_done_taken_back():
        promise = Callback.objects.pending().get()
        callbacks.move(callback=promise, due_at=now + timedelta(days=3), by=supervisor, now=now)
        assert "kept, moved or handed over" in refusal(change)
    with whatever_is_done_taken_back():
        call(calling.enrollment, agent, now + HOUR, "NOANS")
        assert "called again" in refusal(lambda: change(2 * HOUR))
    with whatever_is_done_taken_back():
        merge(keep=make_patient("Ida", "Keller"), absorb=calling.patient, by=supervisor, now=now + MINUTE)
        assert "merged or parted" in refusal(change)


def test_dials_are_counted_as_before_after_a_correction_and_not_after_an_undo(calling, agent, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    correct(attempt=attempt, outcome=said(calling, "DONE", now), why="Wrong key", by=agent, now=now + SECOND)
    counted = day.of_agent(agent=agent, practice=agent.practice, now=now + SECOND)
    assert (counted.dials, counted.reached, counted.booked) == (1, 1, 1)
    assert "CALLED_OFTEN" in reasons(calling.patient.enrollments.exclude(pk=calling.enrollment_id).get(), now + SECOND)
    undo(attempt=attempt, by=agent, now=now + 2 * SECOND)
    counted = day.of_agent(agent=agent, practice=agent.practice, now=now + 2 * SECOND)
    assert (counted.dials, counted.booked) == (0, 0)


def test_a_call_of_the_household_is_corrected_for_the_number_of_the_call(calling, agent, supervisor, now):
    uwe = Enrollment.objects.filter(patient__first_name="Uwe").earliest("pk")
    PhoneNumber.objects.filter(patient=uwe.patient, position=1).update(e164=calling.e164)
    save(calling, said(calling, "UNAVLBL", now), now)
    lease = household.go_on_with(enrollment_id=uwe.pk, lease=calling, now=now)
    attempt = save(lease, Outcome(code="NOANS"), now)
    corrected = correct(attempt=attempt, outcome=Outcome(code="LVM"), why="Wrong key", by=supervisor, now=now + HOUR)
    assert (corrected.lease_id, corrected.source, corrected.e164) == (calling.pk, "HOUSEHOLD", calling.e164)
    with whatever_is_done_taken_back():
        assert undo(attempt=attempt, by=agent, now=now) == lease


def test_the_database_writes_down_each_version_whoever_changes_it(calling, now):
    attempt = save(calling, said(calling, "NOANS", now), now)
    one = CallAttempt.objects.filter(pk=attempt.pk)
    one.update(outcome="DONE", note="Rewritten", corrected_at=now)
    AttemptEffects.objects.update(attempt=None)
    one._raw_delete("default")
    versions = CallAttemptEvent.objects.order_by("pgh_id").values_list("pgh_label", "outcome", "note")
    assert list(versions) == [("update", "NOANS", "As heard"), ("delete", "DONE", "Rewritten")]
    for change in (
        lambda: CallAttemptEvent.objects.update(note="x"),
        lambda: CallAttemptEvent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_what_is_kept_for_taking_back_goes_after_a_day(calling, now, settings):
    save(calling, said(calling, "NOANS", now), now)
    AttemptEffects.objects.filter(made_at__lt=now).delete()
    settings.CLOCK_OFFSET_SECONDS += 24 * 3600
    tasks.forget_effects()
    assert AttemptEffects.objects.count() == 1
    settings.CLOCK_OFFSET_SECONDS += 2 * 3600
    tasks.forget_effects()
    assert AttemptEffects.objects.count() == 0
