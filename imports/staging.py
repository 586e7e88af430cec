"""Staging: the rows of a file, read through its mapping, written down chunk by chunk. No patient changes here.

Each chunk is a transaction of its own, so that progress shows and pages stay quick; staging can stop after any chunk
and go on from there.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from imports import arrays, collector, content
from imports.interpret import Interpreter
from imports.models import (
    ImportRow,
    IncomingEncounter,
    IncomingMatch,
    IncomingPerson,
    IncomingPhone,
    IncomingRow,
    IncomingVisit,
)
from imports.voting import VOTING_ROWS, last_first, vote

WORKING = (IncomingRow, IncomingPhone, IncomingEncounter, IncomingVisit, IncomingMatch, IncomingPerson)


class Reading:
    """An import being read: its interpreter, and how far it is. Holds no more than a chunk at a time."""

    def __init__(self, file_import, *, now):
        self.file_import = file_import
        practice = file_import.practice
        voting = list(islice(_rows(file_import), VOTING_ROWS))
        formats = vote(file_import.headers, file_import.mapping, voting, day_first=file_import.day_first)
        # Told by this file or answered before: the next file of the layout may be too short to tell.
        self.day_first = file_import.day_first | {header: form.order == "DMY" for header, form in formats.items() if form.decided}
        self.interpreter = Interpreter(
            file_import.headers,
            file_import.mapping,
            formats=formats,
            today=practice.business_date(now),
            zone=practice.zone,
            last_first=last_first(file_import.headers, file_import.mapping, voting),
        )
        self.done = _chunks_done(file_import)
        self._ahead, self._reader = None, ThreadPoolExecutor(max_workers=1)

    def next_chunk(self):
        """Stage the next chunk, in the caller's transaction. Returns its rows; 0 when there is none left.

        While PostgreSQL takes a chunk in, a thread reads the one after it: that is half of the time.
        """
        with collector.resting():
            batch, rows = (self._ahead or self._read_ahead(self.done + 1)).result()
            if not rows:
                self._reader.shutdown()
                return 0
            self._ahead = self._read_ahead(self.done + 2)
            write(self.file_import, batch)
        self.done += 1
        return rows

    def _read_ahead(self, number):
        chunk = self.file_import.chunks.filter(number=number).first()
        return self._reader.submit(lambda: (self._batch(chunk.content), chunk.rows) if chunk else (None, 0))

    def _batch(self, packed):
        return self.interpreter.read(content.unpack(packed))


def write(file_import, batch):
    """Write a Batch to the working tables, and what there is to say about rows."""
    same = {"practice_id": file_import.practice_id, "import_id": file_import.pk}
    arrays.insert(IncomingRow, same=same, columns=batch.rows)
    arrays.insert(IncomingPhone, same=same, columns=batch.phones)
    arrays.insert(IncomingEncounter, same=same, columns=batch.encounters)
    unsettled = {"is_first": False, "wins": False, "is_news": False}
    arrays.insert(IncomingVisit, same=same | unsettled, columns=batch.visits)
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                practice_id=file_import.practice_id,
                file_import=file_import,
                line=note.line,
                verdict=note.verdict,
                reason=note.reason[:200],
                column=note.column,
                cells=note.cells,
            )
            for note in batch.notes
        ],
        batch_size=1_000,
    )


def forget(file_import):
    """Empty the working tables of an import; what it noted about rows stays."""
    for model in WORKING:
        model.objects.filter(import_id=file_import.pk).delete()


def restart(file_import):
    """Forget all that was read of an import, so that it can be read again through another mapping."""
    forget(file_import)
    file_import.noted_rows.all().delete()


def _chunks_done(file_import):
    """How many chunks were staged before: all whose last row is not above the last line that was."""
    done, rows = 0, 0
    for number, size in file_import.chunks.order_by("number").values_list("number", "rows"):
        rows += size
        if rows <= file_import.rows_staged:
            done = number
    return done


def _rows(file_import):
    for number in file_import.chunks.order_by("number").values_list("number", flat=True):
        yield from content.unpack(file_import.chunks.get(number=number).content)
