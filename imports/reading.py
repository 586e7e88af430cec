"""Bytes in, table out: finds encoding, delimiter and header of an EMR export and walks its rows.

Nothing here knows what a column means beyond telling a header from a value; `mapping` does that.
The file is never held in memory whole: rows come from a stream that is walked as often as asked.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from imports import fields
from imports.decoding import decodes, encoding_of, kind_of_binary

DELIMITERS = (",", "\t", "|", ";")
HEADER_WITHIN = 40
PROBE_RECORDS = 120
BLOCK_ROWS = 2_000
LINE_LIMIT = 1_000_000
CELL_LIMIT = csv.field_size_limit()
TOO_LONG = "a cell is too long to be read"
RECORD_LINES = 500
# One below the number of fields that Django takes in one form, for the form of the columns carries a token too.
MAX_COLUMNS = 999
HEADER_LIMIT = 190
_SECTION = re.compile(r"^([^:]{2,40}):\s*(\S.*)$", re.DOTALL)
_FOOTER = re.compile(
    r"^\W*(grand |sub ?|report )?totals?\b|^\W*(row|record|patient|appointment)?s? ?count\b|^\W*(number|no\.?|#) of\b"
    r"|^\W*end of\b|^\W*page \d|^\W*printed\b|^\W*(report )?(generated|run|created)\b|^\W*\d+ (rows?|records?|patients?)\b"
    r"|^\W*average\b|^\W*confidential\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"^[\W\d]+$|\d{3,}|@")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableFile(Exception):
    """The file as a whole cannot be read. The message is one sentence for the admin and quotes nothing of the file."""


class Row(NamedTuple):
    """One data row: its cells padded to the header, and the physical line it begins on (first line is 1).

    `problem` says why the row cannot be trusted ("" when it can); `section` is the label of the section row above it.
    """

    line: int
    cells: tuple
    section: str = ""
    problem: str = ""


@dataclass
class Table:
    """An opened file. `header_line` is 0 when the file has no header row and columns go by number."""

    stream: object
    encoding: str
    delimiter: str
    header: tuple
    header_line: int
    title_lines: tuple = ()
    left_out: Counter = field(default_factory=Counter)

    def blocks(self):
        """Walk the data rows as `rows` does, but as lists of up to BLOCK_ROWS: the fast way through a large file."""
        rows = self.rows()
        while block := list(islice(rows, BLOCK_ROWS)):
            yield block

    def rows(self):
        """Walk the data rows from the top; `left_out` then counts the empty, footer, section and repeated header rows."""
        self.left_out = Counter()
        section = ""
        for line, cells, problem in _records(self.stream, self.encoding, self.delimiter):
            if line <= self.header_line:
                continue
            filled = [cell for cell in cells if cell]
            kind = _kind(filled, len(self.header), problem)
            if kind == "section":
                section = filled[0]
            elif not kind and not problem and cells[0] == self.header[0] and _unique(_trimmed(cells)) == self.header:
                kind = "repeated_header"
            if kind:
                self.left_out[kind] += 1
                continue
            yield self._row(line, cells, section, problem)

    def _row(self, line, cells, section, problem):
        width = len(self.header)
        if not problem and any(cells[width:]):
            problem = f"has {len(_trimmed(cells))} cells where the header has {width}"
        padded = tuple(cells[:width]) + ("",) * (width - len(cells))
        return Row(line, padded, section, problem)

    def sample(self, count):
        """The first `count` data rows."""
        return list(islice(self.rows(), count))


def open_table(stream, *, limit_bytes, encoding=""):
    """Open a seekable binary stream as a Table. Raises UnreadableFile; reads at most what it needs to find the header."""
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise UnreadableFile("The file is empty.")
    if size > limit_bytes:
        raise UnreadableFile(
            f"The file has {size / 1e6:.1f} MB, the limit is {limit_bytes / 1e6:.0f} MB: split it or ask for a higher limit."
        )
    stream.seek(0)
    what = kind_of_binary(stream.read(4096))
    if what:
        raise UnreadableFile(f"This is {what}, not a text table: save it as CSV and upload that.")
    if encoding and not decodes(stream, encoding):
        raise UnreadableFile("The file cannot be read in the chosen encoding: choose another.")
    encoding = encoding or encoding_of(stream)
    if not encoding:
        raise UnreadableFile("This is not a text file: export the list from the EMR as CSV and upload that.")
    delimiter, header_index, records = _layout(stream, encoding)
    if header_index is None:
        header, header_line, above = _numbered(records), 0, ()
    else:
        header_line, cells, _ = records[header_index]
        header = _unique(_trimmed(cells))
        above = tuple(" ".join(filter(None, row)) for _, row, _ in records[:header_index])
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(f"The table has {len(header)} columns, more than the {MAX_COLUMNS} we read.")
    return Table(stream, encoding, delimiter, header, header_line, above)


def _layout(stream, encoding):
    """The delimiter under which the top of the file looks most like a table, the index of its header, and the top rows."""
    best = None
    for delimiter in DELIMITERS:
        records = list(islice(_records(stream, encoding, delimiter), PROBE_RECORDS))
        score, header_index = _score(records)
        if best is None or score > best[0]:
            best = (score, delimiter, header_index, records)
    score, delimiter, header_index, records = best
    if not score:
        raise UnreadableFile("No table was found in the file: it needs columns with a name on top of each.")
    return delimiter, header_index, records


def _score(records):
    """How much the rows look like one table (0: not at all), and the index of the likely header or None."""
    widths = Counter(len(cells) for _, cells, _ in records if len(cells) > 1 and any(cells))
    if not widths:
        return 0, None
    width = max(widths, key=lambda w: (widths[w] * min(w, 30), w))
    best, index = 0, None
    for i, (_, cells, problem) in enumerate(records[:HEADER_WITHIN]):
        named = _names_known(cells)
        if not problem and named > best:
            best, index = named, i
    if best < 2:
        best, index = 0, _header_by_looks(records, width)
    filled = sum(any(cells) for _, cells, _ in records)
    return best * 100 + min(width, 30) * widths[width] / filled, index


def _names_known(cells):
    """How many cells are names of columns we know, none of them a value by its looks."""
    if len(cells) < 2 or sum(bool(_VALUE.search(cell)) for cell in cells if cell) > len(cells) * 0.3:
        return 0
    named = (cell for cell in cells if 0 < len(cell) <= HEADER_LIMIT)  # what is longer is no name, and slow to search
    return len({cell for cell in named if fields.field_for(cell)[0] or fields.refused(cell)})


def _header_by_looks(records, width):
    """A first full-width row of distinct words above rows that hold values is a header, though we know none of its names."""
    for i, (_, cells, _) in enumerate(records[:HEADER_WITHIN]):
        if len(_trimmed(cells)) < max(2, width * 0.8):
            continue
        words = [cell for cell in cells if cell]
        below = [row for _, row, _ in records[i + 1 :] if len(row) == len(cells)]
        has_values = any(_VALUE.search(cell) for row in below for cell in row if cell)
        if len(set(words)) == len(words) and not any(_VALUE.search(w) for w in words) and has_values:
            return i
        return None
    return None


def _numbered(records):
    width = max(len(cells) for _, cells, _ in records)
    return tuple(f"Column {n}" for n in range(1, width + 1))


def _unique(cells):
    """Header names made distinct: an empty one goes by its number, a repeated one by its count."""
    names, repeats = {}, Counter()
    for number, cell in enumerate(cells, 1):
        name = first = " ".join(cell.split())[:HEADER_LIMIT] or f"Column {number}"
        while name in names:
            repeats[first] += 1
            name = f"{first} ({repeats[first] + 1})"
        names[name] = number
    return tuple(names)


def _trimmed(cells):
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])


def _kind(filled, width, problem):
    """Why a row is no data row ("empty", "footer", "section"), or ''."""
    if not filled:
        return "" if problem else "empty"
    few = len(filled) <= max(1, min(4, width // 4))
    if few and _FOOTER.search(filled[0]):
        return "footer"
    return "section" if len(filled) == 1 and width >= 3 and _SECTION.match(filled[0]) else ""


def _records(stream, encoding, delimiter):
    """Every record as (line, cells, problem). A broken record costs itself alone, never the rows after it."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        lines = _Lines(text)
        width = 0
        while (record := lines.next_record(delimiter, width)) is not None:
            line, cells, problem = record
            width = width or (len(cells) if len(cells) > 1 else 0)
            yield line, [cell.strip() for cell in cells], problem
    finally:
        text.detach()


class _Lines:
    """Physical lines with push-back, so that a quote that never closes can be undone."""

    def __init__(self, text):
        self.text, self.pushed, self.number = text, [], 0

    def next_line(self):
        """The next physical line, or None; a line over the limit comes back as its first part and a problem."""
        if self.pushed:
            self.number += 1
            return self.pushed.pop()
        line = self.text.readline(LINE_LIMIT)
        if not line:
            return None
        self.number += 1
        if len(line) >= LINE_LIMIT and line[-1] not in "\r\n":
            while (rest := self.text.readline(LINE_LIMIT)) and rest[-1] not in "\r\n":
                pass
        return _CONTROLS.sub("", line)

    def push_back(self, lines):
        self.pushed.extend(reversed(lines))
        self.number -= len(lines)

    def next_record(self, delimiter, width):
        first = self.next_line()
        if first is None:
            return None
        line = self.number
        if len(first) >= LINE_LIMIT:
            return line, [], "the line is longer than a million characters"
        if '"' not in first:
            cells = first.rstrip("\r\n").split(delimiter)
            if len(first) > CELL_LIMIT and max(map(len, cells)) > CELL_LIMIT:
                return line, [], TOO_LONG
            return line, cells, ""
        return self._quoted_record(first, line, delimiter, width)

    def _quoted_record(self, first, line, delimiter, width):
        taken = [first]
        try:
            cells = next(csv.reader(self._feed(taken), delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration):
            cells = None
        if cells is not None and (len(taken) == 1 or len(cells) == width or not self._own_row(taken, delimiter, width)):
            return line, cells, ""
        self.push_back(taken[1:])
        lenient = first.replace('"', "").rstrip("\r\n").split(delimiter)
        if cells is None and len(taken) == 1:
            try:
                return line, next(csv.reader([first], delimiter=delimiter)), ""
            except csv.Error:
                return line, lenient, TOO_LONG
        return line, lenient, "a quotation mark is opened and never closed"

    def _feed(self, taken):
        yield taken[0]
        while len(taken) < RECORD_LINES:
            following = self.next_line()
            if following is None:
                return
            taken.append(following)
            yield following

    def _own_row(self, taken, delimiter, width):
        """Whether the second line of a record would be a whole row by itself: then the quote above it is a slip."""
        return len(next(csv.reader([taken[1]], delimiter=delimiter), [])) == width
