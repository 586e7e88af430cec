"""Recording the outcome of a call: one transaction, idempotent by the key the page made."""

from datetime import timedelta

from django.db.models.functions import Now

from dispositions.models import Disposition
from dispositions.next_step import NUMBER_LOST
from patients import doubles
from patients.models import Appointment, OptOut, PhoneNumber

from . import opt_out
from .calling_hours import Hours, hour_of_week
from .eligibility import callable_numbers
from .ledger import Ledger
from .models import AttemptEffects, CallAttempt, Callback, CallDraft, Enrollment, Lease, QueueItem
from .opt_out import lock_enrollments
from .outcome import OutcomeRefused, missing
from .retry import step_after

CALLBACK_WINDOW = timedelta(hours=1)
# A patient who rings back and books within this time after a dial was won by it, too. Most ring within days of a voicemail;
# a month is what recall programs count, and later a letter or a talk at the practice is as likely the reason.
PROMPTED_WITHIN = timedelta(days=30)
# We stopped calling, the patient never answered: whoever books all the same, as after the last voicemail, was won.
GIVEN_UP = {Enrollment.ClosedAs.EXHAUSTED, Enrollment.ClosedAs.UNREACHABLE}
Source = CallAttempt.Source


class KeyReused(Exception):
    """The key already stands for another outcome; nothing was recorded."""


class TakenBack(Exception):
    """The page was made before its outcome was taken back: this may be a late repeat. Nothing was recorded."""


def record(*, enrollment_id, agent, key, outcome, now, started_at, source=Source.QUEUE, lease_id=None, turn=None):
    """Record one call and everything that follows from it; return the CallAttempt.

    A patient who rang back (the source RING_BACK) was not dialed: it is no attempt, and no cap counts it.

    The same `key` with the same outcome returns the attempt made before; with another outcome it raises KeyReused.
    Raises OutcomeRefused when something the disposition requires is missing, Enrollment.DoesNotExist for an
    enrollment of another practice, and TakenBack where `turn`, the Lease.turn the page was made for, is over. An agent
    whose hold ran out is recorded all the same: the call took place.
    """
    of_person = Enrollment.objects.select_related("campaign__practice", "patient")
    lock_enrollments(patient=of_person.get(pk=enrollment_id).patient)
    enrollment = of_person.get(pk=enrollment_id)
    # Locked too: whoever takes the outcome back, or keeps what is typed, comes before or after.
    lease = Lease.objects.select_for_update(no_key=True).get(pk=lease_id) if lease_id else None
    if turn is not None and lease.turn != turn:
        raise TakenBack("this outcome was taken back")
    earlier = CallAttempt.objects.filter(key=key).first()
    if earlier is not None:
        if earlier.body_hash != outcome.body_hash() or earlier.enrollment_id != enrollment.pk:
            raise KeyReused("this key stands for another outcome")
        CallDraft.objects.filter(agent=agent, enrollment=enrollment).delete()
        return earlier
    patient = enrollment.patient.standing  # the record may have been merged since it was opened
    rang_back = source == Source.RING_BACK
    disposition, phone = checked(patient, enrollment, outcome, lease=lease, rang_back=rang_back, now=now)
    ledger = Ledger()
    attempt = CallAttempt.objects.create(
        **_columns(patient, disposition, outcome, phone=phone, ledger=ledger),
        enrollment=enrollment,
        campaign=enrollment.campaign,
        patient=patient,
        agent=agent,
        number=enrollment.attempts_made + (0 if rang_back else 1),
        lease_id=lease and (lease.household_of_id or lease.pk),  # of another person of the household: the dial that reached them
        source=source,
        location=enrollment.location,
        patient_hour=hour_of_week(zone_key=patient.zone_key, moment=now),
        started_at=min(started_at, now),
        ended_at=now,
        prompted_by=_prompt(patient, now=now) if rang_back and disposition.is_success else None,
        key=key,
        body_hash=outcome.body_hash(),
    )
    _advance(attempt, enrollment, outcome, ledger, lease=lease)
    _leave_desk(enrollment, agent=agent, lease_id=lease_id, now=now)
    _tell_others(attempt, enrollment, outcome, ledger, by=agent)
    AttemptEffects.objects.create(
        attempt=attempt, patient=patient, lease=lease, said=outcome.plain(), entries=ledger.entries, made_at=now
    )
    return attempt


def restate(*, attempt, enrollment, outcome, disposition, phone, lease, by, **corrected):
    """Give a recorded dial another outcome and everything that follows from that. Returns the ledger.

    What followed from the former one must have been taken back. `disposition` and `phone` come from `checked`; `corrected`
    holds further columns. All moments are those of the call, as if this had been said at once.
    """
    ledger, patient = Ledger(), attempt.patient
    rang_back = attempt.source == Source.RING_BACK
    values = {**_columns(patient, disposition, outcome, phone=phone, ledger=ledger), **corrected}
    values["prompted_by"] = _prompt(patient, now=attempt.ended_at) if rang_back and disposition.is_success else None
    for name, value in values.items():
        setattr(attempt, name, value)
    attempt.save(update_fields=list(values))
    _advance(attempt, enrollment, outcome, ledger, lease=lease)
    _tell_others(attempt, enrollment, outcome, ledger, by=by)
    return ledger


def checked(patient, enrollment, outcome, *, lease, rang_back, now):
    """(Disposition, PhoneNumber or None) of an outcome that can be recorded. Raises OutcomeRefused for one that can't."""
    disposition = _disposition(outcome)
    phone = _dialed(patient, disposition, outcome, lease=lease)
    today = enrollment.campaign.practice.business_date(now)
    is_wish = disposition.closes_as == Enrollment.ClosedAs.OPTED_OUT  # for others at the number it matters only then
    shared = opt_out.shared_with(patient=patient, e164=phone.e164) if phone and is_wish else 0
    errors = missing(disposition, outcome, phone=phone, now=now, today=today, shared=shared, rang_back=rang_back)
    if errors:
        raise OutcomeRefused(errors)
    return disposition, phone


def _columns(patient, disposition, outcome, *, phone, ledger):
    """The columns of an attempt that say what came of the call."""
    return {
        "phone": phone,
        "e164": phone.e164 if phone else "",
        "disposition": disposition,
        "outcome": disposition.code,
        "is_reached": disposition.is_reached,
        "is_right_party": disposition.is_right_party,
        "is_success": disposition.is_success,
        "note": outcome.note,
        "appointment": _appointment(patient, disposition, outcome, ledger),
    }


def _dialed(patient, disposition, outcome, *, lease):
    """The number the outcome names; where it names none, that of the hold: a dial counts for its number, said or not.

    Which number is lost must be said.
    """
    numbers = PhoneNumber.objects.filter(patient=patient)
    if outcome.phone_id is not None or lease is None or disposition.number_effect in NUMBER_LOST:
        return numbers.filter(pk=outcome.phone_id).first()
    return numbers.filter(e164=lease.dialed_e164 or lease.e164).first()


def _prompt(patient, *, now):
    """The dial after which the patient rang back: the latest one, if it is not too long ago."""
    dials = CallAttempt.objects.dials().filter(patient=patient, ended_at__gt=now - PROMPTED_WITHIN, ended_at__lte=now)
    return dials.order_by("-ended_at", "-pk").first()


def _disposition(outcome):
    disposition = Disposition.objects.active().filter(code=outcome.code).first()
    if disposition is None:
        raise OutcomeRefused({"code": "Choose an outcome."})
    return disposition


def _appointment(patient, disposition, outcome, ledger):
    if disposition.requires not in ("APPOINTMENT", "APPOINTED_ON"):
        return None
    known = Appointment.objects.live().filter(patient=patient, on=outcome.appointment_on).first()
    if known is not None:
        return known
    return ledger.make(
        Appointment(
            patient=patient,
            on=outcome.appointment_on,
            at=outcome.appointment_at,
            provider=outcome.provider,
            location=outcome.location,
            visit_type=outcome.visit_type,
            source=Appointment.Source.DESK,
        )
    )


def _advance(attempt, enrollment, outcome, ledger, *, lease):
    """All that follows for the number, the promise and the enrollment."""
    _mark_number(attempt, ledger)
    promises = list(Callback.objects.pending().filter(enrollment=enrollment))
    # An outcome that comes in late, of a hold before the one that made the promise: the patient has been spoken to since.
    is_late = lease is not None and any(promise.created_at > lease.opened_at for promise in promises)
    if is_late and not (attempt.is_right_party or attempt.disposition.closes_as):
        ledger.change(enrollment, _counted(attempt))
        return
    _settle_callbacks(promises, attempt, ledger)
    _take_step(attempt, enrollment, outcome, ledger)


def _counted(attempt):
    return {
        "attempts_made": attempt.number, "last_attempt_at": attempt.ended_at, "last_outcome": attempt.disposition.code,
    }  # fmt: skip


def _mark_number(attempt, ledger):
    phone, disposition, now = attempt.phone, attempt.disposition, attempt.ended_at
    if phone is None:
        return
    if disposition.number_effect == PhoneNumber.State.DISCONNECTED:
        # Whoever has it: a line that is gone is gone for all. A wrong one is wrong for this patient alone.
        of_number = PhoneNumber.objects.filter(e164=phone.e164)
        list(of_number.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        for other in of_number.usable().exclude(pk=phone.pk).order_by("pk"):
            ledger.change(other, {"state": PhoneNumber.State.DISCONNECTED, "state_changed_at": now})
    changes = {}
    if disposition.number_effect and phone.state != disposition.number_effect:
        changes |= {"state": disposition.number_effect, "state_changed_at": now}
    if disposition.is_right_party:
        changes["last_reached_at"] = now
    ledger.change(phone, changes)


def _settle_callbacks(promises, attempt, ledger):
    """A call to the patient settles what was promised: kept within its window, missed after it, replaced before it."""
    now = attempt.ended_at
    for callback in promises:
        if now > callback.window_ends_at:
            status = Callback.Status.MISSED
        elif now >= callback.due_at - CALLBACK_WINDOW:
            status = Callback.Status.KEPT
        else:
            status = Callback.Status.CANCELLED
        ledger.change(callback, {"status": status, "settled_at": now})


def _take_step(attempt, enrollment, outcome, ledger):
    disposition, now = attempt.disposition, attempt.ended_at
    promises = disposition.requires == "CALLBACK"
    step = step_after(
        disposition=disposition,
        enrollment=enrollment,
        attempt_number=attempt.number,
        now=now,
        hours=Hours.of(enrollment.campaign.practice),
        numbers_left=_numbers_left(enrollment, disposition),
        callback_at=outcome.callback_at if promises else None,
    )
    changes = _counted(attempt)
    is_open = enrollment.status == Enrollment.Status.OPEN
    if step.closes_as and (is_open or (attempt.is_success and enrollment.closed_as in GIVEN_UP)):
        changes |= {"status": Enrollment.Status.CLOSED, "closed_at": now, "closed_as": step.closes_as}
        changes["closed_because"] = f"Outcome {disposition.code}"
    elif is_open:
        changes |= {"next_eligible_at": step.eligible_at, "avoid_clock_at": step.avoid_clock_at}
    ledger.change(enrollment, changes)
    if promises and enrollment.status == Enrollment.Status.OPEN:
        ledger.make(
            Callback(
                enrollment=enrollment,
                patient_id=enrollment.patient_id,
                owner=attempt.agent,
                due_at=enrollment.next_eligible_at,
                window_ends_at=enrollment.next_eligible_at + CALLBACK_WINDOW,
            )
        )


def _tell_others(attempt, enrollment, outcome, ledger, *, by):
    """What follows beyond this enrollment: a wish not to be called, a pair of records to be compared."""
    if attempt.disposition.closes_as == Enrollment.ClosedAs.OPTED_OUT:
        _opt_out(attempt, enrollment, outcome, ledger, by=by)
    if attempt.disposition.closes_as == Enrollment.ClosedAs.DUPLICATE:
        for pair in doubles.suspect(patient=attempt.patient, now=attempt.ended_at):
            ledger.note_made(pair)


def _numbers_left(enrollment, disposition):
    """How many numbers can still be dialed. Counted only where one was just lost; else it is the one dialed, at least."""
    if disposition.number_effect not in NUMBER_LOST:
        return 1
    return callable_numbers(patient=enrollment.patient_id).count()


def _opt_out(attempt, enrollment, outcome, ledger, *, by):
    """The wish goes with the number unless the agent says otherwise; where others share it the agent was asked."""
    opt_out.register(
        patient=attempt.patient,
        by=by,
        now=attempt.ended_at,
        channel=OptOut.Channel.CALL,
        words=outcome.opt_out_words,
        e164=attempt.e164 if outcome.opt_out_number is not False else "",
        scope=outcome.opt_out_scope,
        campaign=enrollment.campaign,
        ledger=ledger,
    )


def _leave_desk(enrollment, *, agent, lease_id, now):
    """Close the hold and mark the place in the queue as done."""
    held = Lease.objects.open().filter(agent=agent, enrollment=enrollment)
    if lease_id is not None:
        held = held.filter(pk=lease_id)
    held.update(closed_at=Now(), closed_as=Lease.ClosedAs.OUTCOME)
    # After the hold: a draft that waits for its row finds the call over (drafts.keep).
    CallDraft.objects.filter(agent=agent, enrollment=enrollment).delete()
    place = QueueItem.objects.filter(enrollment=enrollment, done_at__isnull=True)
    # A build that replaces the lists at this instant lets the first update wait and find its row gone; the second finds the new.
    place.update(done_at=now) or place.update(done_at=now)
