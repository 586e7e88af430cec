"""Taking a file in: read it, guess its columns or remember them, keep the cleaned copy. No patient changes here."""

import hashlib
import re
from itertools import islice

from django.conf import settings
from django.db import transaction

from imports import collector, content, mapping, profiles
from imports.files.characters import safe_name
from imports.models import FileImport, ImportChunk
from imports.reading import UnreadableFile, open_table
from imports.values import dates

_TITLE_DATE = re.compile(r"\b\d{1,4}[/-]\d{1,2}[/-]\d{2,4}\b")
_PERSON = {"mrn", "full_name", "last_name", "first_name", "born_on", "phone_mobile", "phone_home", "phone_other"}


@transaction.atomic
def receive(*, stream, name, practice, by, now, encoding=""):
    """Make a FileImport of a file (a seekable binary stream), waiting for its columns to be confirmed.

    `encoding` is the one the admin chose, else it is recognized. Raises UnreadableFile, with nothing written, when it is
    no table we can use.
    """
    table = open_table(stream, limit_bytes=settings.IMPORT_MAX_MB * 1_000_000, encoding=encoding)
    guesses = mapping.guess(table, today=practice.business_date(now))
    refused = set(mapping.not_stored(guesses))
    kept = [header for header in table.header if header not in refused]
    known = profiles.of_layout(kept)
    chosen = profiles.mapping_of(known, kept) if known else mapping.as_mapping(guesses)
    if len(set(chosen.values()) & _PERSON) < 2:
        mapping.kind_of(chosen)  # raises; where a person can be made out, the admin maps the rest
    profile, gone, added = (None, [], []) if known else profiles.most_alike(kept)
    file_import = FileImport.objects.create(
        practice=practice,
        file_name=safe_name(name)[-200:] or "file",
        file_hash=_hash(stream),
        kind=_kind_or_blank(chosen),
        encoding=table.encoding,
        encoding_asked=encoding,
        delimiter=table.delimiter,
        headers=kept,
        layout_key=profiles.layout_key(kept),
        mapping=chosen,
        day_first=known.day_first if known else {},
        known_layout=known is not None,
        layout_news={"gone": gone, "added": added} if profile else {},
        is_correction=profiles.REASON_COLUMN in kept,
        not_stored=mapping.not_stored(guesses),
        source_data_on=data_date(table.title_lines, today=practice.business_date(now)),
        uploaded_by=by,
        created_at=now,
    )
    _keep_rows(file_import, table, refused)
    return file_import


def guesses_for(file_import):
    """The guesses for an import that waits, with samples, from its cleaned copy."""
    uploaded_on = file_import.practice.business_date(file_import.created_at)
    return mapping.guess(_Copy(file_import), today=uploaded_on)


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


class _Copy:
    """The first chunk of a cleaned copy, as the Table that guessing takes."""

    def __init__(self, file_import):
        self.header = tuple(file_import.headers)
        self._rows = content.unpack(file_import.chunks.get(number=1).content)

    def rows(self):
        return iter(self._rows)

    def sample(self, count):
        return list(islice(self._rows, count))


def _keep_rows(file_import, table, refused):
    rows, number, chunks = 0, 0, content.chunks(table, refused=refused)
    while True:
        with collector.resting():
            packed, count = next(chunks, (b"", 0))
        if not count:
            break
        rows, number = rows + count, number + 1
        ImportChunk.objects.create(
            practice_id=file_import.practice_id, file_import=file_import, number=number, rows=count, content=packed
        )
    if not rows:
        raise UnreadableFile("The table has a header but no rows.")
    sheets = {"other_sheet": table.more_sheets} if table.more_sheets else {}
    file_import.rows_total, file_import.left_out = rows, dict(table.left_out) | sheets
    file_import.save(update_fields=["rows_total", "left_out"])


def _kind_or_blank(chosen):
    try:
        return mapping.kind_of(chosen)
    except UnreadableFile:
        return ""


def _hash(stream):
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()
