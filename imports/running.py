"""Running an import: claim it, stage it chunk by chunk, apply it in one transaction, tell how it ended.

PostgreSQL is the truth: a worker that dies leaves a row whose heartbeat stops, and the minute tick finds it. What was
staged stays and is gone on from; what was applied is all there or not at all.
"""

import logging
from datetime import timedelta
from traceback import format_tb

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import tenancy
from campaigns.enrollment import settle_after_import
from imports import apply, staging
from imports.models import FileImport, ImportRow

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=2)
KEPT_UNCONFIRMED = timedelta(days=7)
MOST_CLAIMS = 5
BROKE_DOWN = "The import broke down on our side; nothing was changed. Please tell your administrator."
GAVE_UP = "Five workers stopped while they worked on this file; nothing was changed. Split the file and try again."
NOT_CONFIRMED = "Nobody confirmed the columns within seven days, so the file was dropped."

State = FileImport.State


class Superseded(Exception):
    """Another worker has taken the import up; this one must stop."""


def run(*, practice_id, import_id, now):
    """Take an import through to its end, if it is due and no other one of the practice runs. Returns whether it was run."""
    claim = _claim(practice_id, import_id)
    if claim is None:
        return False
    try:
        _stage(practice_id, import_id, claim, now)
        with tenancy.practice(practice_id):
            _apply_claimed(import_id, claim, now)
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
        for chunk in staging.chunks(file_import, now=now):
            ImportRow.objects.bulk_create(chunk)
        result = apply.apply(file_import=file_import, now=now)
        transaction.set_rollback(True)
    return result


def due_ids(*, now):
    """Ids of the practice's imports that a worker should take up. Also ends those that nobody will: see MOST_CLAIMS."""
    for forgotten in FileImport.objects.abandoned(before=now - KEPT_UNCONFIRMED).defer("content"):
        forgotten.fail(failure=NOT_CONFIRMED, now=now)
    due = FileImport.objects.due(stale_before=Now() - STALE_AFTER)
    for hopeless in due.filter(claim__gte=MOST_CLAIMS).select_for_update(skip_locked=True).defer("content"):
        hopeless.fail(failure=GAVE_UP, now=now)
    return list(due.values_list("pk", flat=True))


def _claim(practice_id, import_id):
    """The fencing number of this run, or None where the import is not ours to run now."""
    with tenancy.practice(practice_id):
        due = FileImport.objects.due(stale_before=Now() - STALE_AFTER).filter(pk=import_id, claim__lt=MOST_CLAIMS)
        row = due.select_for_update(skip_locked=True).defer("content").first()
        if row is None:
            return None
        try:
            with transaction.atomic():
                FileImport.objects.filter(pk=import_id).update(state=State.STAGING, claim=F("claim") + 1, heartbeat_at=Now())
        except IntegrityError:  # one_import_runs_in_practice: another file comes first
            return None
        return row.claim + 1


def _stage(practice_id, import_id, claim, now):
    with tenancy.practice(practice_id):
        file_import = FileImport.objects.select_related("practice").get(pk=import_id)
        chunks = staging.chunks(file_import, now=now)
    while True:
        with tenancy.practice(practice_id):
            chunk = next(chunks, None)
            _hold(import_id, claim, State.STAGING if chunk else State.APPLYING, rows=len(chunk or ()))
            if chunk is None:
                return
            ImportRow.objects.bulk_create(chunk)


def _hold(import_id, claim, state, *, rows):
    """Beat the heart and count on, if the import is still ours. Raises Superseded."""
    ours = FileImport.objects.filter(pk=import_id, claim=claim, state=State.STAGING)
    if not ours.update(state=state, rows_staged=F("rows_staged") + rows, heartbeat_at=Now()):
        raise Superseded


def _apply_claimed(import_id, claim, now):
    """Apply under a lock on the import: while it is held, the tick knows that the worker lives, however long this takes."""
    locked = FileImport.objects.select_for_update(of=("self",), skip_locked=True).select_related("practice")
    file_import = locked.defer("content").filter(pk=import_id, claim=claim, state=State.APPLYING).first()
    if file_import is None:
        raise Superseded
    result = apply.apply(file_import=file_import, now=now)
    settle_after_import(practice=file_import.practice, now=now)
    FileImport.objects.filter(pk=import_id).update(state=State.DONE, content=None, finished_at=now, **result)


def _fail(practice_id, import_id, claim, now):
    with tenancy.practice(practice_id):
        ours = FileImport.objects.select_for_update().defer("content").filter(pk=import_id, claim=claim).first()
        if ours is not None and ours.is_under_way:
            ours.fail(failure=BROKE_DOWN, now=now)
