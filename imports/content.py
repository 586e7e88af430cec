"""The cleaned copy of an uploaded file: kept columns only, gzipped, with the true line number of each row.

It stands in the database, so that web and worker share nothing but PostgreSQL.
"""

import csv
import gzip
import io

from imports.reading import Row

_OWN = ("line", "section", "problem")


def pack(table, *, refused):
    """(bytes, number of rows) of a Table without the refused columns. A row that cannot be trusted keeps no cell at all:
    what was refused may have slipped into another column of it."""
    kept = [n for n, name in enumerate(table.header) if name not in refused]
    packed, count = io.BytesIO(), 0
    with gzip.open(packed, "wt", encoding="utf-8", newline="", compresslevel=3) as text:
        writer = csv.writer(text)
        writer.writerow([*_OWN, *(table.header[n] for n in kept)])
        for count, row in enumerate(table.rows(), 1):  # noqa: B007 the count is read after the loop
            cells = [""] * len(kept) if row.problem else [row.cells[n] for n in kept]
            writer.writerow([row.line, row.section, row.problem, *cells])
    return packed.getvalue(), count


class Content:
    """A cleaned copy, opened: `header` and any number of walks over `rows()`."""

    def __init__(self, packed):
        self._packed = bytes(packed)
        with self._open() as text:
            self.header = tuple(next(csv.reader(text))[len(_OWN) :])

    def _open(self):
        return gzip.open(io.BytesIO(self._packed), "rt", encoding="utf-8", newline="")

    def rows(self, *, after_line=0):
        """Rows in the order of the file, from the first that begins below `after_line`."""
        with self._open() as text:
            lines = csv.reader(text)
            next(lines)
            for line, section, problem, *cells in lines:
                if int(line) > after_line:
                    yield Row(int(line), tuple(cells), section, problem)
