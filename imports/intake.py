"""Taking a file in: read it, guess its columns, keep the cleaned copy. Nothing of a patient changes here."""

import hashlib
import re
from itertools import islice

from django.conf import settings

from imports import content, mapping
from imports.models import FileImport
from imports.reading import UnreadableFile, open_table
from imports.values import dates

_TITLE_DATE = re.compile(r"\b\d{1,4}[/-]\d{1,2}[/-]\d{2,4}\b")
_PERSON = {"mrn", "full_name", "last_name", "first_name", "born_on", "phone_mobile", "phone_home", "phone_other"}


def receive(*, stream, name, practice, by, now):
    """Make a FileImport of a file (a seekable binary stream), waiting for its columns to be confirmed.

    Raises UnreadableFile, with nothing written, when it is no table we can use.
    """
    table = open_table(stream, limit_bytes=settings.IMPORT_MAX_MB * 1_000_000)
    guesses = mapping.guess(table)
    if len({guess.field for guess in guesses} & _PERSON) < 2:
        mapping.kind_of(mapping.as_mapping(guesses))  # raises; where a person can be made out, the admin maps the rest
    refused = set(mapping.not_stored(guesses))
    packed, rows = content.pack(table, refused=refused)
    if not rows:
        raise UnreadableFile("The table has a header but no rows.")
    chosen = mapping.as_mapping(guesses)
    return FileImport.objects.create(
        practice=practice,
        file_name=name[-200:],
        file_hash=_hash(stream),
        content=packed,
        kind=_kind_or_blank(chosen),
        encoding=table.encoding,
        delimiter=table.delimiter,
        headers=[header for header in table.header if header not in refused],
        mapping=chosen,
        not_stored=mapping.not_stored(guesses),
        source_data_on=data_date(table.title_lines, today=practice.business_date(now)),
        rows_total=rows,
        left_out=dict(table.left_out),
        uploaded_by=by,
        created_at=now,
    )


def guesses_for(file_import):
    """The guesses for an import that waits, with samples, from its cleaned copy."""
    copy = content.Content(file_import.content)
    return mapping.guess(copy, list(islice(copy.rows(), mapping.SAMPLE_ROWS)))


def data_date(title_lines, *, today):
    """The date of the EMR data: one that stands in the title ("Printed 11/23/2026"), else today."""
    for text in title_lines:
        for found in _TITLE_DATE.findall(text):
            try:
                day = dates.read_date(found, dates.DateFormat(), today=today)
            except ValueError:
                continue
            if day and day <= today and (today - day).days < 366:
                return day
    return today


def _kind_or_blank(chosen):
    try:
        return mapping.kind_of(chosen)
    except UnreadableFile:
        return ""


def _hash(stream):
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()
