"""Staging: the rows of a file, read through its mapping, written down chunk by chunk. No patient changes here.

Each chunk is a transaction of its own, so that progress shows and pages stay quick; staging can stop after any chunk
and go on from there.
"""

from itertools import islice

from django.db.models import Max

from imports.content import Content
from imports.interpret import VOTING_ROWS, Interpreter, Rejection, vote
from imports.models import ImportRow
from patients.names import name_key
from patients.zones import zone_key

CHUNK_ROWS = 1_000
TEST_PATIENT = "a made-up chart entry of the EMR"


def interpreter_for(file_import, copy, *, now):
    """The Interpreter of an import's cleaned copy."""
    practice = file_import.practice
    rows = islice(copy.rows(), VOTING_ROWS)
    return Interpreter(
        copy.header,
        file_import.mapping,
        formats=vote(copy.header, file_import.mapping, rows),
        today=practice.business_date(now),
        zone=practice.zone,
    )


def chunks(file_import, *, now):
    """The ImportRows that are not staged yet, unsaved, in lists of CHUNK_ROWS."""
    copy = Content(file_import.content)
    interpreter = interpreter_for(file_import, copy, now=now)
    last = file_import.staged_rows.aggregate(last=Max("line"))["last"] or 0
    rows = copy.rows(after_line=last)
    while chunk := [_staged(interpreter.read(row), file_import) for row in islice(rows, CHUNK_ROWS)]:
        yield chunk


def preview(file_import, *, count, now):
    """The first rows as they would come in: Records and Rejections."""
    copy = Content(file_import.content)
    interpreter = interpreter_for(file_import, copy, now=now)
    return [interpreter.read(row) for row in islice(copy.rows(), count)]


def _staged(read, file_import):
    row = ImportRow(file_import=file_import, practice_id=file_import.practice_id, line=read.line)
    if isinstance(read, Rejection):
        row.verdict, row.column, row.reason, row.values = ImportRow.Verdict.REJECTED, read.column, read.reason, read.source
    elif read.is_test:
        row.verdict, row.reason, row.values = ImportRow.Verdict.SKIPPED, TEST_PATIENT, {}
    else:
        row.values = read.as_values() | {
            "name_key": name_key(first_name=read.first_name, last_name=read.last_name),
            "zone_key": zone_key(zip_code=read.zip_code, e164s=[phone[0] for phone in read.phones]),
        }
        if read.warnings:
            row.column, row.reason = read.warnings[0]
    return row
