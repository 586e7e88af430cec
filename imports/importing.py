"""A file imported in one go, without a worker: for the shell, the watched folder, the demo and tests."""

from pathlib import PurePath

from django.db import transaction

from accounts import tenancy
from accounts.models import Practice
from imports import intake, mapping, running
from imports.models import FileImport, ImportRow
from imports.reading import UnreadableFile

NOT_ALONE = "Another import of this practice is under way: wait for it to end."


def import_file(*, practice_id, stream, name, now, by=None, kind=None):
    """Import a file (a seekable binary stream) with remembered or guessed columns. Returns what `figures` says.

    An alarm holds it: `held` is not empty then, nothing was changed, and its page waits for an admin. `kind` ("patients" or
    "appointments") says what the file must be. Raises UnreadableFile, with nothing changed, when it can't be read or
    another import of the practice is under way.
    """
    with tenancy.practice(practice_id):
        if FileImport.objects.filter(state__in=FileImport.UNDER_WAY).exists():
            raise UnreadableFile(NOT_ALONE)
        file_import = take_in(practice_id=practice_id, stream=stream, name=name, by=by, kind=kind, now=now)
        file_import.queue(skips_the_look=True)
    running.run(practice_id=practice_id, import_id=file_import.pk, now=now)
    with tenancy.practice(practice_id):
        ended = FileImport.objects.select_for_update().get(pk=file_import.pk)
        came_second = ended.state == FileImport.State.QUEUED
        if came_second:
            ended.delete()
    if came_second:
        raise UnreadableFile(NOT_ALONE)
    if not (ended.is_done or ended.is_checked):
        raise UnreadableFile(ended.failure or "The import has not ended: see its page.")
    return figures(ended)


def rehearse_file(*, practice_id, stream, name, now, kind=None):
    """What importing a file would do, counted and taken back: nothing is kept, not even the upload."""
    with tenancy.practice(practice_id), transaction.atomic():
        file_import = take_in(practice_id=practice_id, stream=stream, name=name, kind=kind, now=now)
        for field, value in running.rehearse(file_import=file_import, now=now).items():
            setattr(file_import, field, value)
        transaction.set_rollback(True)
    return figures(file_import)


def take_in(*, practice_id, stream, name, now, by=None, kind=None, encoding=""):
    """Receive a file and settle its columns as remembered or guessed; the caller queues it. Returns the FileImport.

    Raises UnreadableFile, with nothing written, also where the file is not of the `kind` it must be.
    """
    practice = Practice.objects.get(pk=practice_id)
    with transaction.atomic():
        name = PurePath(name).name
        file_import = intake.receive(stream=stream, name=name, practice=practice, by=by, now=now, encoding=encoding)
        found = mapping.kind_of(file_import.mapping)
        if kind and found not in (kind.upper(), FileImport.Kind.BOTH):
            raise UnreadableFile(f"This is no file of {kind}: its columns tell of {found.lower()}.")
        file_import.choose(mapping=file_import.mapping, kind=found)
    return file_import


def figures(file_import):
    """The result of an import as plain data; `rows` is the sum of the six verdicts."""
    counts = {verdict.lower(): file_import.counts.get(verdict, 0) for verdict in ImportRow.Verdict.values}
    return {
        "file": file_import.file_name,
        "kind": file_import.kind,
        "rows": sum(counts.values()),
        **counts,
        "reasons": file_import.reasons,
        "warnings": file_import.warnings,
        "left_out": file_import.left_out,
        "patients": file_import.found.get("patients", 0),
        "appointments": file_import.found.get("appointments", {}),
        "mapping": {header: file_import.mapping[header] for header in file_import.headers if file_import.mapping.get(header)},
        "not_stored": file_import.not_stored,
        "encoding": file_import.encoding,
        "delimiter": file_import.delimiter,
        "data_on": file_import.source_data_on.isoformat(),
        "held": [] if file_import.is_done else file_import.alarms,
    }
