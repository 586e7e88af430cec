"""Running an import: claim it, stage it chunk by chunk, work its plan out, and, once it may, save it in one transaction.

PostgreSQL is the truth: a worker that dies leaves a row whose heartbeat stops, and the minute tick finds it. What was
staged stays and is gone on from; what was saved is all there or not at all.
"""

import logging
from datetime import timedelta
from traceback import format_tb

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Now

from accounts import tenancy
from imports import alarms, apply, plan, profiles, staging, undo, waiting
from imports.models import FileImport, ImportRow
from patients.joining import take_a_turn

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=2)
MOST_CLAIMS = 5
BROKE_DOWN = "The import broke down on our side; nothing was changed. Please tell your administrator."
GAVE_UP = "Five workers stopped while they worked on this file; nothing was changed. Split the file and try again."
NOT_UNDONE = "The undo broke down on our side; what was imported stands as before. Please tell your administrator."

State = FileImport.State


class Superseded(Exception):
    """Another worker has taken the import up; this one must stop."""


def run(*, practice_id, import_id, now):
    """Take an import as far as it may go, if it is due and no other one of the practice runs. Returns whether it was run.

    A queued one is staged and checked, and saved too if it needs no look; a confirmed one is saved; one that is to be
    undone is undone.
    """
    claim = _claim(practice_id, import_id)
    if claim is None:
        return False
    try:
        _look_for_losses(practice_id, import_id, claim)
        _stage(practice_id, import_id, claim, now)
        with tenancy.practice(practice_id):
            _settle(import_id, claim, now)
    except Superseded:
        return False
    except OperationalError:
        raise  # the database is away: the row stays due
    except Exception as error:
        # The exception's words may quote a patient; its kind and its place in the code do not.
        log.error("import %s failed: %s\n%s", import_id, type(error).__name__, "".join(format_tb(error.__traceback__)))
        _fail(practice_id, import_id, claim, now)
    return True


def rehearse(*, file_import, now):
    """What an import would do, counted in a transaction that is taken back. Returns the result as fields of FileImport."""
    with transaction.atomic():
        reading = staging.Reading(file_import, now=now)
        while reading.next_chunk():
            pass
        result = plan.work_out(file_import=file_import)
        result["alarms"] = alarms.of(file_import=file_import, result=result)
        transaction.set_rollback(True)
    return result


def due_ids(*, now):
    """Ids of the practice's imports that a worker should take up. Also ends those that nobody will: see MOST_CLAIMS."""
    kept = ExpressionWrapper(F("practice__unconfirmed_days") * Value(timedelta(days=1)), DurationField())
    too_long_ago = ExpressionWrapper(Value(now, DateTimeField()) - kept, DateTimeField())
    waiting_long = FileImport.objects.waiting().filter(created_at__lt=too_long_ago).select_related("practice")
    for forgotten in waiting_long.select_for_update(of=("self",), skip_locked=True):
        days = f"{forgotten.practice.unconfirmed_days} day{'' if forgotten.practice.unconfirmed_days == 1 else 's'}"
        _drop(forgotten, f"Nobody confirmed the import within {days}, so the file was dropped.", now)
    due = FileImport.objects.due(stale_before=Now() - STALE_AFTER)
    for hopeless in due.filter(claim__gte=MOST_CLAIMS).select_for_update(skip_locked=True):
        _end(hopeless, GAVE_UP, now)
    return list(due.values_list("pk", flat=True))


def forget_cells(*, practice, now):
    """Drop what a practice keeps for a time only: cells of rejected rows, rows that wait for a chart that never came, and
    layouts that were put aside."""
    old = FileImport.objects.filter(finished_at__lt=now - timedelta(days=practice.rejected_rows_days))
    ImportRow.objects.rejected().filter(file_import__in=old).exclude(cells={}).update(cells={})
    waiting.expire(practice=practice, now=now)
    profiles.drop_forgotten(now=now)


def _claim(practice_id, import_id):
    """The fencing number of this run, or None where the import is not ours to run now."""
    with tenancy.practice(practice_id):
        due = FileImport.objects.due(stale_before=Now() - STALE_AFTER).filter(claim__lt=MOST_CLAIMS)
        if due.filter(pk__lt=import_id).exists():
            return None  # files come in in the order in which they were handed in: the later one is the news
        row = due.filter(pk=import_id).select_for_update(skip_locked=True).first()
        if row is None:
            return None
        in_hand = {State.QUEUED: State.STAGING, State.CONFIRMED: State.APPLYING, State.UNDOING: State.UNDOING}
        news = {"claim": F("claim") + 1, "heartbeat_at": Now(), "state": in_hand.get(row.state, row.state)}
        if row.state == State.QUEUED or not row.started_at:
            news["started_at"] = Now()
        try:
            with transaction.atomic():
                FileImport.objects.filter(pk=import_id).update(**news)
        except IntegrityError:  # one_import_runs_in_practice: another file comes first
            return None
        return row.claim + 1


def _look_for_losses(practice_id, import_id, claim):
    """Begin again where staged rows are missing: a crash of the database itself empties the working tables."""
    with tenancy.practice(practice_id):
        file_import = FileImport.objects.get(pk=import_id)
        if file_import.state in FileImport.IN_HAND and plan.rows_missing(file_import=file_import):
            staging.restart(file_import)
            FileImport.objects.filter(pk=import_id, claim=claim).update(state=State.STAGING, rows_staged=0)


def _stage(practice_id, import_id, claim, now):
    """Read what is not read yet, a chunk a transaction."""
    with tenancy.practice(practice_id):
        file_import = FileImport.objects.select_related("practice").get(pk=import_id)
        if file_import.state != State.STAGING:
            return
        reading = staging.Reading(file_import, now=now)
        FileImport.objects.filter(pk=import_id, claim=claim, state=State.STAGING).update(day_first=reading.day_first)
    while True:
        with tenancy.practice(practice_id):
            rows = reading.next_chunk()
            if not rows:
                return
            ours = FileImport.objects.filter(pk=import_id, claim=claim, state=State.STAGING)
            if not ours.update(rows_staged=F("rows_staged") + rows, heartbeat_at=Now()):
                raise Superseded


def _settle(import_id, claim, now):
    """Work out and save, under a lock on the import: while it is held, the tick knows that the worker lives."""
    locked = FileImport.objects.select_for_update(of=("self",), skip_locked=True).select_related("practice")
    file_import = locked.filter(pk=import_id, claim=claim, state__in=[*FileImport.IN_HAND, State.UNDOING]).first()
    if file_import is None:
        raise Superseded
    take_a_turn(practice_id=file_import.practice_id)
    if file_import.state == State.UNDOING:
        undo.undo(file_import=file_import, now=now)
        return
    result = plan.work_out(file_import=file_import)
    if file_import.state == State.STAGING:
        result["alarms"] = alarms.of(file_import=file_import, result=result)
        if not file_import.confirmed_by_id and (result["alarms"] or not file_import.skips_the_look):
            FileImport.objects.filter(pk=import_id).update(state=State.CHECKED, claim=0, **result)
            return
    share = alarms.known_share(file_import=file_import)
    effects = apply.write(file_import=file_import, now=now)
    waiting.join(file_import=file_import, carry_out=apply.write, now=now)
    profiles.remember(file_import=file_import, known_share=share, now=now)
    if not waiting.any_in(file_import):
        file_import.chunks.all().delete()
    FileImport.objects.filter(pk=import_id).update(state=State.DONE, finished_at=now, effects=effects, **result)


def _drop(file_import, failure, now):
    staging.restart(file_import)
    file_import.chunks.all().delete()
    file_import.fail(failure=failure, now=now)


def _end(file_import, failure, now):
    """What is not in yet is dropped; what was to be undone stands as it came in."""
    if file_import.state == State.UNDOING:
        file_import.state, file_import.failure = State.DONE, NOT_UNDONE
        file_import.save(update_fields=["state", "failure"])
    else:
        _drop(file_import, failure, now)


def _fail(practice_id, import_id, claim, now):
    with tenancy.practice(practice_id):
        ours = FileImport.objects.select_for_update().filter(pk=import_id, claim=claim).first()
        if ours is None:
            return
        if ours.is_under_way:
            _end(ours, BROKE_DOWN, now)
