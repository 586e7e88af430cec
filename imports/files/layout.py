"""Where in a file its table is: the delimiter, the header or that there is none, and the lines above it."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, takewhile

from imports import fields
from imports.files.characters import CELL_END
from imports.files.records import blocks
from imports.files.rows import HEADER_LIMIT, UnreadableFile, trimmed, unique
from imports.files.sources import Source

DELIMITERS = (",", "\t", "|", ";")
HEADER_WITHIN = 50
_LONG = 20_000
PROBE_RECORDS = 120
# One below the number of fields that Django takes in one form, for the form of the columns carries a token too.
MAX_COLUMNS = 999
NO_TABLE = "No table was found in the file: it needs columns with a name on top of each."
_VALUE = re.compile(r"^[\W\d]+$|\d{3,}|@")
# What stands in cells and never in a header: dates, phone numbers, ids, amounts, times.
_STRICT_VALUE = re.compile(r"^(?=(\D*\d){3})[A-Za-z]{0,3}[\d\s()+./:,$-]+([ap]\.?m\.?)?$|^\S+@\S+\.\S+$", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r'^"?sep=(.?)"?$', re.IGNORECASE)
_WHOLLY_QUOTED = re.compile(r'^\s*"(?:[^"]|"")*"[\s,;]*$')
_SPLIT_QUOTES = re.compile(r'[^"]"\s*[,;|\t]\s*"[^",;|\t]|","')


@dataclass(frozen=True)
class Layout:
    """What was found: the source to read on with, distinct column names, the header's line (0: none), the lines above."""

    source: Source
    header: tuple
    header_line: int
    titles: tuple
    score: float


def find(source):
    """The Layout of a source whose delimiter is unknown (or CELL_END). Raises UnreadableFile when it holds no table."""
    best = None
    for candidate in _candidates(source):
        records = _top(candidate)
        skipped = bool(records and _SEPARATOR_LINE.match("".join(records[0][1])))
        score, index = _score(records[skipped:])
        if best is None or score > best[0]:
            best = (score, index, candidate, records[skipped:])
    score, index, chosen, records = best
    if not score:
        raise UnreadableFile(NO_TABLE)
    if index is None:
        width = max(len(trimmed(cells)) for _, cells, _ in records)
        header, line = tuple(f"Column {n}" for n in range(1, width + 1)), 0
        titles = _titles(takewhile(lambda cells: sum(map(bool, cells)) < 2 < width, (cells for _, cells, _ in records)))
    else:
        line, cells, _ = records[index]
        header, chosen = unique(trimmed(cells)), replace(chosen, width=len(cells))
        titles = _titles(cells for _, cells, _ in records[:index])
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(f"The table has {len(header)} columns, more than the {MAX_COLUMNS} we read.")
    return Layout(chosen, header, line, titles, score)


def _titles(rows):
    return tuple(filter(None, (" ".join(filter(None, cells)) for cells in rows)))


def _candidates(source):
    """The source with each delimiter it may have, and first with whole lines in quotes where the top of the file has those."""
    if source.delimiter == CELL_END:
        return [source]
    lines = [line.strip() for line in islice(_lines(source), PROBE_RECORDS) if line.strip()]
    told = _SEPARATOR_LINE.match(lines[0]) if lines else None
    marks = (told[1],) if told and told[1] else DELIMITERS
    plain = [replace(source, delimiter=mark) for mark in marks]
    return [replace(source, delimiter=mark, wrapped=True) for mark in _wrapped_marks(lines) if mark in marks] + plain


def _wrapped_marks(lines):
    """The delimiters that may stand between cells inside a single quoted cell a line, or a single one for the whole table."""
    most = len(lines) * 0.6
    lines = [line for line in lines if len(line) < _LONG]
    quoted = sum(bool(_WHOLLY_QUOTED.match(line)) and not _SPLIT_QUOTES.search(line) for line in lines)
    in_one = lines and lines[0].startswith('"') and lines[0].count('"') == 1 and sum(line.count('"') for line in lines) <= 2
    if in_one or quoted > most:
        return DELIMITERS
    # A spreadsheet pads its lines with its own mark, the header as well: a note may be nothing but a semicolon.
    marked = [line.endswith((",", ";")) for line in lines if "|" in line or "\t" in line]
    return ("|", "\t") if sum(marked) > most and marked[0] else ()


def _lines(source):
    for lines in source.lines():
        yield from lines


def _top(source):
    """The first records of a source as (line, cells, problem), cells stripped."""
    top = []
    for block in blocks(source):
        for n, (line, cells) in enumerate(zip(block.lines, block.cells, strict=True)):
            top.append((line, [cell.strip() for cell in cells] or [""], block.problems.get(n, "")))
            if len(top) == PROBE_RECORDS:
                return top
    return top


def _score(records):
    """How much the rows look like one table (0: not at all), and the index of the likely header or None."""
    widths = Counter(len(cells) for _, cells, _ in records if len(cells) > 1 and any(cells))
    if not widths:
        return 0, None
    width = max(widths, key=lambda w: (widths[w] * min(w, 30), w))
    if width > MAX_COLUMNS * 2:
        return min(width, 30), 0  # refused for its width, so that nobody need look at all its names
    named, index = _header_by_names(records, width)
    if index is None:
        index = _header_by_looks(records, width)
    filled = sum(any(cells) for _, cells, _ in records)
    return named * 100 + min(width, 30) * widths[width] / filled, index


def _header_by_names(records, width):
    """(names known, index) of the row with most names of columns we know, if it is no row of data; else (0, None)."""
    best, index = 1, None
    for i, (_, cells, problem) in enumerate(records[:HEADER_WITHIN]):
        named = _names_known(cells)
        if named <= best or problem or sum(map(bool, cells)) < width * 0.4:
            continue
        others = [row for _, row, _ in records if len(row) > 1 and row != cells]
        if not _is_data(cells, named, others):
            best, index = named, i
    return (best, index) if index is not None else (0, None)


def _is_data(cells, named, others):
    """Whether a row that holds names we know is a row like the others: "Home", "Office" and "Active" are values too."""
    if not others:
        return False
    filled = sum(map(bool, cells))
    columns = [[row[n] for row in others if n < len(row) and row[n]] for n in range(len(cells))]
    again = sum(bool(cell) and cell in column for cell, column in zip(cells, columns, strict=True))
    if again and again >= named / 2:
        return True
    return named < filled * 0.6 and any(
        _strict(cell) and column and sum(_strict(value) for value in column) > len(column) * 0.6
        for cell, column in zip(cells, columns, strict=True)
    )


def _strict(cell):
    """Whether a cell is a date, number, phone or address of mail and never a name of a column."""
    return len(cell) <= HEADER_LIMIT and _STRICT_VALUE.match(cell) is not None


def _names_known(cells):
    """How many cells are names of columns we know, none of them a value by its looks."""
    if len(cells) < 2 or sum(bool(_VALUE.search(cell[:HEADER_LIMIT])) for cell in cells if cell) > len(cells) * 0.3:
        return 0
    named = (cell for cell in cells if 0 < len(cell) <= HEADER_LIMIT)  # what is longer is no name, and slow to search
    return len({cell for cell in named if _known(cell)})


@lru_cache(maxsize=4_096)
def _known(cell):
    return bool(fields.field_for(cell)[0] or fields.refused(cell))


def _header_by_looks(records, width):
    """A row of distinct words, one over each column of values, is a header though we know none of its names."""
    for i, (_, cells, problem) in enumerate(records[:HEADER_WITHIN]):
        words = [cell for cell in cells if cell]
        if problem or len(words) < max(2, width * 0.8):
            continue
        below = [row for _, row, _ in records[i + 1 :] if len(row) >= len(words)]
        if len(set(words)) < len(words) or any(_VALUE.search(word[:HEADER_LIMIT]) for word in words):
            if any(_strict(word) for word in words):
                return None
            continue
        return i if _stands_over_values(cells, below) else None
    return None


def _stands_over_values(cells, below):
    columns = [[row[n] for row in below if n < len(row) and row[n]] for n in range(len(cells))]
    valued = [
        n
        for n, column in enumerate(columns)
        if column and sum(bool(_VALUE.search(v[:HEADER_LIMIT])) for v in column) > len(column) * 0.8
    ]
    return bool(valued) and all(cells[n] for n in valued)
