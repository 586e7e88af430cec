"""Recording the outcome of a call: one transaction, idempotent by the key the page made."""

from datetime import timedelta

from django.db.models.functions import Now

from dispositions.models import Disposition
from dispositions.next_step import NUMBER_LOST
from patients import doubles
from patients.models import Appointment, OptOut, PhoneNumber

from . import opt_out
from .calling_hours import Hours
from .eligibility import callable_numbers
from .models import CallAttempt, Callback, Enrollment, Lease, QueueItem
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


def record(*, enrollment_id, agent, key, outcome, now, started_at, source=Source.QUEUE, lease_id=None):
    """Record one call and everything that follows from it; return the CallAttempt.

    A patient who rang back (the source RING_BACK) was not dialed: it is no attempt, and no cap counts it.

    The same `key` with the same outcome returns the attempt made before; with another outcome it raises KeyReused.
    Raises OutcomeRefused when something the disposition requires is missing, Enrollment.DoesNotExist for an
    enrollment of another practice. An agent whose hold ran out is recorded all the same: the call took place.
    """
    of_person = Enrollment.objects.select_related("campaign__practice", "patient")
    lock_enrollments(patient=of_person.get(pk=enrollment_id).patient)
    enrollment = of_person.get(pk=enrollment_id)
    earlier = CallAttempt.objects.filter(key=key).first()
    if earlier is not None:
        if earlier.body_hash != outcome.body_hash() or earlier.enrollment_id != enrollment.pk:
            raise KeyReused("this key stands for another outcome")
        return earlier
    disposition = _disposition(outcome)
    patient = enrollment.patient.standing  # the record may have been merged since it was opened
    phone = _dialed(patient, disposition, outcome, lease_id=lease_id)
    today = enrollment.campaign.practice.business_date(now)
    shared = opt_out.shared_with(patient=patient, e164=phone.e164) if phone else 0
    rang_back = source == Source.RING_BACK
    errors = missing(disposition, outcome, phone=phone, now=now, today=today, shared=shared, rang_back=rang_back)
    if errors:
        raise OutcomeRefused(errors)
    attempt = CallAttempt.objects.create(
        enrollment=enrollment,
        campaign=enrollment.campaign,
        patient=patient,
        agent=agent,
        number=enrollment.attempts_made + (0 if rang_back else 1),
        phone=phone,
        e164=phone.e164 if phone else "",
        disposition=disposition,
        outcome=disposition.code,
        is_reached=disposition.is_reached,
        is_right_party=disposition.is_right_party,
        is_success=disposition.is_success,
        lease_id=_dial_of(lease_id),
        source=source,
        started_at=min(started_at, now),
        ended_at=now,
        note=outcome.note,
        appointment=_appointment(patient, disposition, outcome),
        prompted_by=_prompt(patient, now=now) if rang_back and disposition.is_success else None,
        key=key,
        body_hash=outcome.body_hash(),
    )
    _mark_number(phone, disposition, now=now)
    _settle_callback(enrollment, now=now)
    _advance(enrollment, attempt, disposition, outcome, now=now)
    _leave_desk(enrollment, agent=agent, lease_id=lease_id, now=now)
    if disposition.closes_as == Enrollment.ClosedAs.OPTED_OUT:
        _opt_out(patient, enrollment, agent=agent, phone=phone, outcome=outcome, now=now)
    if disposition.closes_as == Enrollment.ClosedAs.DUPLICATE:
        doubles.suspect(patient=patient, now=now)
    return attempt


def _dialed(patient, disposition, outcome, *, lease_id):
    """The number the outcome names; where it names none, that of the hold: a dial counts for its number, said or not.

    Which number is lost must be said.
    """
    numbers = PhoneNumber.objects.filter(patient=patient)
    if outcome.phone_id is not None or lease_id is None or disposition.number_effect in NUMBER_LOST:
        return numbers.filter(pk=outcome.phone_id).first()
    lease = Lease.objects.get(pk=lease_id)
    return numbers.filter(e164=lease.dialed_e164 or lease.e164).first()


def _prompt(patient, *, now):
    """The dial after which the patient rang back: the latest one, if it is not too long ago."""
    return (
        CallAttempt.objects.dials()
        .filter(patient=patient, ended_at__gt=now - PROMPTED_WITHIN)
        .order_by("-ended_at", "-pk")
        .first()
    )


def _dial_of(lease_id):
    """The hold whose dial this was: for another person of the household, that of the one who was called."""
    lease = Lease.objects.filter(pk=lease_id).first() if lease_id else None
    return lease and (lease.household_of_id or lease.pk)


def _disposition(outcome):
    disposition = Disposition.objects.active().filter(code=outcome.code).first()
    if disposition is None:
        raise OutcomeRefused({"code": "Choose an outcome."})
    return disposition


def _appointment(patient, disposition, outcome):
    if disposition.requires not in ("APPOINTMENT", "APPOINTED_ON"):
        return None
    known = Appointment.objects.live().filter(patient=patient, on=outcome.appointment_on).first()
    if known is not None:
        return known
    return Appointment.objects.create(
        patient=patient,
        on=outcome.appointment_on,
        at=outcome.appointment_at,
        provider=outcome.provider,
        location=outcome.location,
        source=Appointment.Source.DESK,
    )


def _mark_number(phone, disposition, *, now):
    if phone is None:
        return
    if disposition.number_effect == PhoneNumber.State.DISCONNECTED:
        # Whoever has it: a line that is gone is gone for all. A wrong one is wrong for this patient alone.
        of_number = PhoneNumber.objects.filter(e164=phone.e164)
        list(of_number.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        of_number.usable().exclude(pk=phone.pk).update(state=PhoneNumber.State.DISCONNECTED, state_changed_at=now)
    changed = []
    if disposition.number_effect and phone.state != disposition.number_effect:
        phone.state, phone.state_changed_at = disposition.number_effect, now
        changed += ["state", "state_changed_at"]
    if disposition.is_right_party:
        phone.last_reached_at = now
        changed.append("last_reached_at")
    if changed:
        phone.save(update_fields=changed)


def _settle_callback(enrollment, *, now):
    """A call to the patient settles what was promised: kept within its window, missed after it, replaced before it."""
    for callback in Callback.objects.pending().filter(enrollment=enrollment):
        if now > callback.window_ends_at:
            callback.status = Callback.Status.MISSED
        elif now >= callback.due_at - CALLBACK_WINDOW:
            callback.status = Callback.Status.KEPT
        else:
            callback.status = Callback.Status.CANCELLED
        callback.settled_at = now
        callback.save(update_fields=["status", "settled_at"])


def _advance(enrollment, attempt, disposition, outcome, *, now):
    step = step_after(
        disposition=disposition,
        enrollment=enrollment,
        attempt_number=attempt.number,
        now=now,
        hours=Hours.of(enrollment.campaign.practice),
        numbers_left=_numbers_left(enrollment, disposition),
        callback_at=outcome.callback_at if disposition.requires == "CALLBACK" else None,
    )
    enrollment.attempts_made = attempt.number
    enrollment.last_attempt_at = now
    enrollment.last_outcome = disposition.code
    is_open = enrollment.status == Enrollment.Status.OPEN
    if step.closes_as and (is_open or (attempt.is_success and enrollment.closed_as in GIVEN_UP)):
        enrollment.status, enrollment.closed_at = Enrollment.Status.CLOSED, now
        enrollment.closed_as, enrollment.closed_because = step.closes_as, f"Outcome {disposition.code}"
    elif is_open:
        enrollment.next_eligible_at, enrollment.avoid_clock_at = step.eligible_at, step.avoid_clock_at
    enrollment.save(
        update_fields=[
            "attempts_made", "last_attempt_at", "last_outcome", "next_eligible_at", "avoid_clock_at",
            "status", "closed_at", "closed_as", "closed_because",
        ]
    )  # fmt: skip
    if disposition.requires == "CALLBACK" and enrollment.status == Enrollment.Status.OPEN:
        Callback.objects.create(
            enrollment=enrollment,
            patient_id=enrollment.patient_id,
            owner=attempt.agent,
            due_at=enrollment.next_eligible_at,
            window_ends_at=enrollment.next_eligible_at + CALLBACK_WINDOW,
        )


def _numbers_left(enrollment, disposition):
    """How many numbers can still be dialed. Counted only where one was just lost; else it is the one dialed, at least."""
    if disposition.number_effect not in NUMBER_LOST:
        return 1
    return callable_numbers(patient=enrollment.patient_id).count()


def _opt_out(patient, enrollment, *, agent, phone, outcome, now):
    """The wish goes with the number unless the agent says otherwise; where others share it the agent was asked."""
    opt_out.register(
        patient=patient,
        by=agent,
        now=now,
        channel=OptOut.Channel.CALL,
        words=outcome.opt_out_words,
        e164=phone.e164 if phone and outcome.opt_out_number is not False else "",
        scope=outcome.opt_out_scope,
        campaign=enrollment.campaign,
    )


def _leave_desk(enrollment, *, agent, lease_id, now):
    """Close the hold and mark the place in the queue as done."""
    held = Lease.objects.open().filter(agent=agent, enrollment=enrollment)
    if lease_id is not None:
        held = held.filter(pk=lease_id)
    held.update(closed_at=Now(), closed_as=Lease.ClosedAs.OUTCOME)
    place = QueueItem.objects.filter(enrollment=enrollment, done_at__isnull=True)
    # A build that replaces the lists at this instant lets the first update wait and find its row gone; the second finds the new.
    place.update(done_at=now) or place.update(done_at=now)
