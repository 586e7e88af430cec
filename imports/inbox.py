"""The watched folder: files that an interface engine puts into `<IMPORT_INBOX>/<slug of the practice>/`.

A file that has stopped growing is moved to `taken/`, read into the database and queued like any other; once its import
has ended it lies in `done/`, `held/` or `refused/`, with the figures beside it. Rows of InboxFile say how far each file is,
so a worker may die at any point and several may look at once. Names of files may name patients: logs tell ids alone.
"""

import json
import logging
import os
import re
from contextlib import ExitStack, suppress
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from accounts import tenancy
from accounts.models import Practice
from imports import importing
from imports.inbox_folder import Folder, name_hash, safe_name, stamp
from imports.models import FileImport, InboxFile
from imports.reading import UnreadableFile

log = logging.getLogger(__name__)

STILL_FOR = timedelta(seconds=50)
MOST_FILES = 100
MOST_TRIES = 5
BROKE_DOWN = "The file could not be read, by a fault on our side; nothing was changed. Please tell your administrator."
GAVE_UP = "Five workers stopped while they read this file; nothing was changed. Split the file and try again."
DROPPED = "An admin dropped the file; nothing was changed."

State = InboxFile.State
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,40}")


def practice_ids():
    """Ids of the practices that have a folder. Others that hold something are counted in the log."""
    if not settings.IMPORT_INBOX:
        return []
    try:
        with os.scandir(settings.IMPORT_INBOX) as entries:
            folders = {entry.name: entry.path for entry in entries if entry.is_dir(follow_symlinks=False)}
    except OSError as error:
        log.error("IMPORT_INBOX cannot be read: %s", error.strerror)
        return []
    known = dict(Practice.objects.filter(slug__in=filter(_SLUG.fullmatch, folders)).values_list("slug", "pk"))
    strange = sum(_holds_something(path) for name, path in folders.items() if name not in known)
    if strange:
        log.warning("IMPORT_INBOX: %s folders with files are named after no practice and are left alone", strange)
    return sorted(known.values())


def visit(*, practice_id, now):
    """Take files that have stopped growing, queue their imports, and sort out what has ended.

    Returns the ids of the imports that were queued; they are committed.
    """
    slug = Practice.objects.values_list("slug", flat=True).get(pk=practice_id)
    queued = []
    try:
        with Folder(os.path.join(settings.IMPORT_INBOX, slug)) as folder, folder.inner("taken") as taken:
            take(practice_id=practice_id, folder=folder, taken=taken, now=now)
            for file_id in _ids(practice_id, State.TAKEN):
                queued.append(hand_in(practice_id=practice_id, file_id=file_id, taken=taken, now=now))
            for file_id in _ids(practice_id, State.QUEUED, State.REFUSED):
                sort_out(practice_id=practice_id, file_id=file_id, folder=folder, taken=taken)
    except FileNotFoundError:
        log.info("practice %s has no watched folder any more", practice_id)
    except OSError as error:
        log.error("watched folder of practice %s: %s", practice_id, error.strerror)
    return [import_id for import_id in queued if import_id]


def take(*, practice_id, folder, taken, now):
    """Note what each file looks like, and move those aside that look as they did a while ago."""
    with tenancy.practice(practice_id):
        if not _is_only_one_here(practice_id):
            return
        watched = {}
        for row in InboxFile.objects.filter(state=State.WATCHED):
            if taken.has(row.held_name):  # a worker died between the move and its commit
                _now_taken(row)
            else:
                watched[row.name_hash] = row
        for name, its_stamp in folder.files(most=MOST_FILES):
            row = watched.pop(name_hash(name), None)
            if row is None:
                InboxFile.objects.create(
                    name_hash=name_hash(name), safe_name=safe_name(name), stamp=its_stamp, unchanged_since=now
                )
            elif row.stamp != its_stamp:
                _changed(row, its_stamp, now)
            elif row.unchanged_since <= now - STILL_FOR:
                with suppress(FileNotFoundError):  # taken back at this very moment
                    folder.move(name, taken, row.held_name)
                    _now_taken(row)
        InboxFile.objects.filter(pk__in=[row.pk for row in watched.values()]).delete()  # the sender took them back


def hand_in(*, practice_id, file_id, taken, now):
    """Read a taken file into the database and queue its import, both or neither. Returns the import's id, if it is queued."""
    if not _count_the_try(practice_id, file_id):
        return None
    with tenancy.practice(practice_id):
        row = _locked(file_id, State.TAKEN)
        if row is None:
            return None
        try:
            with taken.open(row.held_name) as stream:
                row.file_import, row.refusal = _read(row, stream, now)
        except FileNotFoundError:
            log.warning("inbox file %s of practice %s was taken away", row.pk, practice_id)
            row.delete()
            return None
        except OSError as error:
            log.error("inbox file %s of practice %s cannot be read: %s", row.pk, practice_id, error.strerror)
            return None
        if row.file_import or row.refusal:
            row.state = State.QUEUED if row.file_import else State.REFUSED
            row.save(update_fields=["state", "file_import", "refusal"])
        return row.file_import_id


def sort_out(*, practice_id, file_id, folder, taken):
    """Put a file whose import has ended where its sender looks for it, with the figures beside it."""
    with tenancy.practice(practice_id), ExitStack() as opened:
        row = _locked(file_id, State.QUEUED, State.REFUSED)
        if row is None or (row.file_import and row.file_import.is_under_way):
            return
        name, result = _ending(row)
        target = opened.enter_context(folder.inner(name))
        target.write(f"{row.held_name}.result.json", json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        if taken.has(row.held_name):
            taken.move(row.held_name, target, row.held_name)
        row.delete()


def _read(row, stream, now):
    """(import, "") of a file that can be read, (None, why) of one that cannot, (None, "") of one that still grows."""
    if stamp(os.fstat(stream.fileno())) != row.stamp:
        _changed(row, stamp(os.fstat(stream.fileno())), now)
        return None, ""
    if row.unchanged_since > now - STILL_FOR:
        return None, ""
    if row.tries > MOST_TRIES:
        return None, GAVE_UP
    try:
        with transaction.atomic():
            file_import = importing.take_in(practice_id=row.practice_id, stream=stream, name=row.safe_name, now=now)
            file_import.queue(skips_the_look=True)
            grown = stamp(os.fstat(stream.fileno()))
            if grown == row.stamp:
                return file_import, ""
            transaction.set_rollback(True)
    except UnreadableFile as refusal:
        return None, str(refusal)
    except (OSError, DatabaseError):
        raise
    except Exception as error:
        log.error("inbox file %s: %s", row.pk, type(error).__name__)  # its words may quote a patient
        return None, BROKE_DOWN
    _changed(row, grown, now)
    return None, ""


def _ending(row):
    """(folder, result) of a file whose import has ended."""
    if row.refusal:
        return "refused", {"refused": row.refusal}
    if row.file_import is None:
        return "refused", {"refused": DROPPED}
    if row.file_import.has_failed:
        return "refused", {"import": row.file_import_id, "refused": row.file_import.failure}
    figures = importing.figures(row.file_import)
    del figures["file"]
    waits = row.file_import.state in (FileImport.State.UPLOADED, FileImport.State.CHECKED)
    return "held" if waits else "done", {"import": row.file_import_id, **figures}


def _count_the_try(practice_id, file_id):
    """Committed before the file is read: one that kills its workers is given up in the end."""
    with tenancy.practice(practice_id):
        row = _locked(file_id, State.TAKEN)
        return bool(row and InboxFile.objects.filter(pk=row.pk).update(tries=F("tries") + 1))


def _ids(practice_id, *states):
    with tenancy.practice(practice_id):
        return list(InboxFile.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))


def _locked(file_id, *states):
    rows = InboxFile.objects.select_for_update(of=("self",), skip_locked=True).select_related("file_import")
    return rows.filter(pk=file_id, state__in=states).first()


def _is_only_one_here(practice_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"imports.inbox:{practice_id}"])
        return cursor.fetchone()[0]


def _now_taken(row):
    row.state = State.TAKEN
    row.save(update_fields=["state"])


def _changed(row, new_stamp, now):
    row.stamp, row.unchanged_since, row.tries = new_stamp, now, 0
    row.save(update_fields=["stamp", "unchanged_since", "tries"])


def _holds_something(path):
    try:
        with os.scandir(path) as entries:
            return any(True for _ in entries)
    except OSError:
        return False
