"""The cleaned copy of an uploaded file: kept columns only, with the true line number of each row, in compressed chunks.

It stands in the database, so that web and worker share nothing but PostgreSQL; in chunks, so that a file of any length
passes through a worker of any size.
"""

import csv
import io
import zlib

from imports.files.characters import without_ids
from imports.reading import Row

CHUNK_ROWS = 5_000


def chunks(table, *, refused):
    """Yield (compressed bytes, rows) of a Table without the refused columns, CHUNK_ROWS at a time.

    A row that cannot be trusted keeps no cell at all: what was refused may have slipped into another column of it.
    """
    kept = [n for n, name in enumerate(table.header) if name not in refused]
    everything = len(kept) == len(table.header)
    waiting = []
    for block in table.blocks():
        for line, cells, section, problem in block:
            if problem:
                waiting.append((line, section, problem, *[""] * len(kept)))
            else:
                waiting.append((line, section, "", *(cells if everything else [cells[n] for n in kept])))
        while len(waiting) >= CHUNK_ROWS:
            yield _pack(waiting[:CHUNK_ROWS]), CHUNK_ROWS
            del waiting[:CHUNK_ROWS]
    if waiting:
        yield _pack(waiting), len(waiting)


def unpack(packed):
    """The Rows of a chunk."""
    text = zlib.decompress(bytes(packed)).decode()
    return [
        Row(int(line), tuple(cells), section, problem)
        for line, section, problem, *cells in csv.reader(io.StringIO(text, newline=""))
    ]


def _pack(rows):
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    # Secret ids go from every cell, whatever its column is called.
    return zlib.compress(without_ids(written.getvalue()).encode(), 1)
