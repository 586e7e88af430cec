"""An outcome taken back a moment after it was saved, or corrected later on the same day. What followed from it goes with it.

An outcome is recorded at once and never held back (docs/decisions/0012-outcomes-are-saved-at-once.md); both ways to mend it
rest on the ledger that `attempts.record` keeps. What others have changed since is left as it is.
"""

from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Now

from patients.models import Appointment, Merge, OptOut

from . import attempts, ledger, next_call, verification
from .models import AttemptEffects, CallAttempt, CallAttemptEvent, Callback, Enrollment, Lease, QueueItem
from .opt_out import lock_enrollments

# The page offers it for ten seconds; a slow network has some more.
UNDO_OFFERED, UNDO_WITHIN = timedelta(seconds=10), timedelta(seconds=15)
# A date of the practice has 25 hours at most: later nothing of it can be corrected.
KEPT = timedelta(hours=25)
CORRECT_IT = "Correct the outcome under “My calls today” instead."
CALLED_AGAIN = "The patient was called again since."
GONE = "This outcome was taken back already."


class TakingBackRefused(Exception):
    """The outcome can't be taken back or corrected; the text tells the user why. Nothing was changed."""


def undo(*, attempt, by, now):
    """Take back the latest outcome of an agent, a moment after it was saved. Returns the Lease, open again, if it had one.

    Everything is as before, and what was entered stands on the page of the hold again (`entered`). Raises TakingBackRefused
    later than UNDO_WITHIN, for another's call or an earlier one, and where the agent has dialed the next patient.
    """
    with transaction.atomic():
        attempt, effects = _locked(attempt)
        _refuse_undo(attempt, by=by, now=now)
        _refuse_if_followed(attempt, effects)
        lease = _reopen(effects.lease, by=by) if effects.lease_id else None
        QueueItem.objects.filter(enrollment=attempt.enrollment_id, done_at=attempt.ended_at).update(done_at=None)
        AttemptEffects.objects.filter(pk=effects.pk).update(attempt=None)
        attempt.delete()
        _take_back(effects, attempt.enrollment)
    return lease


def correct(*, attempt, outcome, why, by, now):
    """Give a call of today another outcome, as if that had been saved at once. Returns the CallAttempt.

    The attempt stays the same one, with its number, agent and times; its former version is kept by trigger, and `why` with the
    new one. Raises TakingBackRefused where `why_not` has an answer or something has followed since, OutcomeRefused when the
    outcome lacks something.
    """
    with transaction.atomic():
        attempt, effects = _locked(attempt)
        refusal = _why_not(attempt, effects, by=by, now=now) or (not why.strip() and "Say in a few words why.")
        if refusal:
            raise TakingBackRefused(refusal)
        _refuse_if_followed(attempt, effects)
        if _meant(outcome.plain()) == _meant(effects.said):
            raise TakingBackRefused("This is what was saved: there is nothing to correct.")
        enrollment = attempt.enrollment
        with _appointment_may_go():
            _take_back(effects, enrollment)
            disposition, phone = attempts.checked(
                attempt.patient, enrollment, outcome, lease=effects.lease, rang_back=not attempt.is_dial, now=now
            )
            followed = attempts.restate(
                attempt=attempt, enrollment=enrollment, outcome=outcome, disposition=disposition, phone=phone,
                lease=effects.lease, by=by,
                corrected_at=now, corrected_by=by, why_changed=why.strip(),
            )  # fmt: skip
        effects.said, effects.entries = outcome.plain(), followed.entries
        effects.save(update_fields=["said", "entries"])
    return attempt


def entered(*, lease):
    """The fields of the Outcome that was taken back from a hold, for its page to show again; empty if none was."""
    if lease.turn == 1:
        return {}
    taken_back = AttemptEffects.objects.filter(lease=lease, attempt__isnull=True).order_by("-pk").first()
    return taken_back.said if taken_back else {}


def check_of(*, attempt, numbers):
    """Who was verified in the call (verification.Check); None where its hold is not known."""
    effects = AttemptEffects.objects.filter(attempt=attempt).select_related("lease__patient").first()
    return verification.check_of(lease=effects.lease, numbers=numbers) if effects and effects.lease else None


def said(*, attempt):
    """The fields of the Outcome that was saved for a call of today; empty where that is not known any more."""
    effects = AttemptEffects.objects.filter(attempt=attempt).first()
    return effects.said if effects else {}


def own_call(*, attempt_id, by):
    """The agent's CallAttempt. Raises TakingBackRefused if they took it back before, CallAttempt.DoesNotExist for another's."""
    gone = CallAttemptEvent.objects.filter(pgh_obj_id=attempt_id, agent=by, pgh_label="delete")
    if gone.exists():
        raise TakingBackRefused(GONE)
    return CallAttempt.objects.get(pk=attempt_id, agent=by)


def seconds_left(*, attempt, now):
    """For how many more seconds the page offers to take it back."""
    return max(0, round((attempt.ended_at + UNDO_OFFERED - now).total_seconds()))


def with_outlook(calls, *, by, now):
    """Give each of these attempts `why_not`: a sentence where it can't be corrected by this member now, else empty.

    Some more is looked at as the correction is saved: what was promised, and records merged since. Returns the list.
    """
    calls = list(calls)
    known = {effects.attempt_id: effects for effects in AttemptEffects.objects.filter(attempt__in=calls)}
    later = _called_again(calls)
    for call in calls:
        call.why_not = _why_not(call, known.get(call.pk), by=by, now=now) or (call.pk in later and CALLED_AGAIN) or ""
    return calls


def with_corrections(calls):
    """Give each of these attempts `corrections`: pairs of a version and the one before it, the latest first. Returns the list.

    Each version says when, by whom and why it was made (`corrected_at`, `corrected_by`, `why_changed`).
    """
    versions = {call.pk: [call] for call in calls}
    corrected = [call.pk for call in calls if call.corrected_at]
    former = CallAttemptEvent.objects.filter(pgh_obj__in=corrected, pgh_label="update").order_by("-pgh_id")
    for version in former.select_related("disposition", "corrected_by__user"):
        versions[version.pgh_obj_id].append(version)
    for call in calls:
        call.corrections = list(pairwise(versions[call.pk]))
    return calls


def forget(*, now):
    """Drop what nobody may take back or correct any more."""
    AttemptEffects.objects.filter(made_at__lt=now - KEPT).delete()


def _locked(attempt):
    """(CallAttempt, AttemptEffects) as they stand now that nobody else saves anything for the person."""
    lock_enrollments(patient=Enrollment.objects.select_related("patient").get(pk=attempt.enrollment_id).patient)
    of_call = CallAttempt.objects.select_related(
        "agent", "disposition", "patient", "enrollment__campaign__practice", "enrollment__patient"
    )
    stored = of_call.filter(pk=attempt.pk).first()
    if stored is None:
        raise TakingBackRefused(GONE)
    return stored, AttemptEffects.objects.filter(attempt=stored).select_related("lease").first()


def _refuse_undo(attempt, *, by, now):
    if attempt.agent_id != by.pk:
        raise TakingBackRefused("Another agent made this call.")
    if now - attempt.ended_at > UNDO_WITHIN:
        raise TakingBackRefused(f"It is too late to undo. {CORRECT_IT}")
    if CallAttempt.objects.filter(agent=by, pk__gt=attempt.pk).exists():
        raise TakingBackRefused(f"You have saved another outcome since. {CORRECT_IT}")


def _why_not(attempt, effects, *, by, now):
    """Why this call can't be corrected by this member now; empty if it can."""
    practice = by.practice
    if practice.business_date(attempt.ended_at) != practice.business_date(now):
        return "Only outcomes of today can be corrected."
    if effects is None:
        return "What followed from it is not known."
    if by.leads:
        return ""
    age = now - attempt.ended_at
    if attempt.agent_id != by.pk:
        return "Another agent made this call."
    if not practice.correction_minutes:
        return "Only supervisors correct outcomes here. Tell yours."
    if age > timedelta(minutes=practice.correction_minutes):
        return f"More than {practice.correction_minutes} minutes have passed. Tell your supervisor."
    if age > UNDO_WITHIN and _made(effects, OptOut):
        return "Only a supervisor lifts a wish not to be called. Tell yours."
    return ""


def _refuse_if_followed(attempt, effects):
    """Refuse where something hangs on the outcome by now that would be left in the air."""
    if effects is None:
        raise TakingBackRefused("What followed from it is not known.")
    since = Q(merged_at__gte=attempt.ended_at) | Q(undone_at__gte=attempt.ended_at)
    if Merge.objects.filter(since, Q(kept=attempt.patient_id) | Q(absorbed=attempt.patient_id)).exists():
        raise TakingBackRefused("The patient’s record was merged or parted since.")
    if _called_again([attempt]) or attempt.prompted.exists():
        raise TakingBackRefused(CALLED_AGAIN)
    booked = [entry["id"] for entry in _made(effects, Appointment)]
    if CallAttempt.objects.filter(appointment__in=booked).exclude(pk=attempt.pk).exists():
        raise TakingBackRefused("Another call has named the same appointment since.")
    if any(not ledger.is_as_made(entry) for entry in _made(effects, Callback)):
        raise TakingBackRefused("The promised callback was kept, moved or handed over since.")


def _called_again(calls):
    """Ids of those attempts after which the enrollment was called again."""
    enrollments = {call.enrollment_id for call in calls}
    latest = CallAttempt.objects.filter(enrollment__in=enrollments).order_by().values("enrollment").annotate(last=Max("pk"))
    last = dict(latest.values_list("enrollment", "last"))
    return {call.pk for call in calls if call.pk < last.get(call.enrollment_id, 0)}


def _made(effects, model):
    return [entry for entry in effects.entries["made"] if entry["table"] == model._meta.db_table]


def _reopen(lease, *, by):
    """Let the agent have this patient again, and hand back the next one if nothing was dialed there."""
    next_call.expire()
    others = Lease.objects.open().exclude(pk=lease.pk)
    # Who rings back has a lane of their own beside the call at hand.
    is_ring_back = Q(source=CallAttempt.Source.RING_BACK)
    mine = others.filter(is_ring_back if lease.source == CallAttempt.Source.RING_BACK else ~is_ring_back, agent=by)
    mine.filter(dialed_at=None).update(closed_at=Now(), closed_as=Lease.ClosedAs.RELEASED)
    if mine.exists():
        raise TakingBackRefused(f"You have dialed the next patient already. {CORRECT_IT}")
    try:
        with transaction.atomic():
            Lease.objects.filter(pk=lease.pk).update(
                closed_at=None, closed_as="", expires_at=Now() + next_call.HOLD, turn=F("turn") + 1
            )
    except IntegrityError as held:
        raise TakingBackRefused(f"A colleague has this patient, or their number, open by now. {CORRECT_IT}") from held
    lease.refresh_from_db()
    return lease


def _take_back(effects, enrollment):
    """Undo all that followed. Raises TakingBackRefused where the enrollment it closed can't be opened again."""
    ledger.take_back(entries=effects.entries)
    enrollment.refresh_from_db()
    closed = any(
        entry["id"] == enrollment.pk and "status" in entry["fields"] and entry["table"] == Enrollment._meta.db_table
        for entry in effects.entries["changed"]
    )
    if closed and enrollment.status == Enrollment.Status.CLOSED:
        raise TakingBackRefused(
            "The enrollment can’t be opened again: its campaign ended, the patient was enrolled anew, or asked not to be called."
        )


def _meant(said):
    """The fields of an Outcome without the words a callback was typed in: “tue 3pm” and the date it comes to mean the same."""
    return {name: value for name, value in said.items() if name != "callback_words"}


@contextmanager
def _appointment_may_go():
    """Let the appointment that a call booked be deleted before the call names another one, within this block."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS campaigns_callattempt_appointment_id_practice DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS campaigns_callattempt_appointment_id_practice IMMEDIATE")
