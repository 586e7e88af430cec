"""Lines in, records out, a block at a time: the fast way where every line is a record, carefully where one is not.

A broken record costs itself alone: what a stray quotation mark would swallow is given back and read again.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from imports.files.characters import CELL_END, LINE_IN_CELL, damaged
from imports.files.lines import LINE_LIMIT

CELL_LIMIT = csv.field_size_limit()
TOO_LONG = "a cell is too long to be read"
LINE_TOO_LONG = "the line is longer than a million characters"
NEVER_CLOSED = "a quotation mark is opened and never closed"
MISPLACED = "a quotation mark stands in the wrong place"
RECORD_LINES = 500
RECORD_CHARACTERS = 4_000_000
BLOCK_RECORDS = 4_000
RUNS = 8
_OWN_ROWS = 20
_LOOKED_AT = 300


class Block(NamedTuple):
    """Records of one stretch of the file: their cells, the line each begins on, and problems by place in the block.

    `odd`: some cell may hold a damaged character or a mark of Excel's for text (an apostrophe, ="0012").
    `cells` can be walked once: lists that live for one row only are no work for the garbage collector.
    """

    cells: Iterable
    lines: object
    problems: dict
    odd: bool


def blocks(source):
    """Every record of the source, in Blocks of up to a few thousand."""
    return _Reader(source).blocks()


class _Reader:
    """Lines waiting to be read as records. `number` is the physical line number of the first of them."""

    def __init__(self, source):
        self.delimiter, self.quoting = source.delimiter, source.delimiter != CELL_END
        self.incoming, self.waiting, self.number, self.width, self.odd = source.lines(), [], 1, source.width, False
        self._apostrophe = re.compile(rf"(^|[{re.escape(self.delimiter)}\"\n])[ ]*'")

    def blocks(self):
        while self.waiting or self._extend():
            self.width = self.width or self._likely_width()
            text = "".join(self.waiting)
            self.odd = ("'" in text and self._apostrophe.search(text) is not None) or '="' in text or damaged(text)
            if not self.quoting:
                lines = [line.replace(LINE_IN_CELL, "\n") for line in self.waiting] if LINE_IN_CELL in text else self.waiting
                yield self._split(lines)
            elif '"' in text:
                yield self._quoted()
            else:
                yield self._split(self.waiting)

    def _extend(self):
        lines = next(self.incoming, None)
        if lines is None:
            return False
        self.waiting.extend(lines)
        return True

    def _likely_width(self):
        """The number of cells most lines have: what a whole row looks like when a quote has gone astray."""
        lines, covered, counts = self.waiting[:_LOOKED_AT], 0, Counter()
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                counts[len(cells)] += 1
                covered = reader.line_num
        except csv.Error:
            pass  # a record that goes on below, or a slip
        if covered < len(lines) / 2:
            counts = Counter(len(self._alone(line)) for line in lines)
        counts.pop(0, None)
        counts.pop(1, None)
        return max(counts, key=counts.get) if counts else 0

    def _alone(self, line):
        """The cells of a line taken for a record of its own."""
        if '"' in line and len(line) <= CELL_LIMIT:
            return next(csv.reader([line], delimiter=self.delimiter))
        return line.split(self.delimiter)

    def _taken(self, cells, problems, count):
        lines = range(self.number, self.number + count)
        self.waiting, self.number = self.waiting[count:], self.number + count
        return Block(cells, lines, problems, self.odd)

    def _split(self, lines):
        delimiter, problems = self.delimiter, {}
        cells = (line.split(delimiter) for line in lines)
        if max(map(len, lines)) > CELL_LIMIT:
            cells = list(cells)
            for n, line in enumerate(lines):
                if len(line) > CELL_LIMIT:
                    problem = _too_long(line, cells[n])
                    if problem:
                        cells[n], problems[n] = [], problem
        return self._taken(cells, problems, len(lines))

    def _quoted(self):
        try:
            cells = list(csv.reader(self.waiting, delimiter=self.delimiter, strict=True))
        except csv.Error:
            cells = ()
        if len(cells) == len(self.waiting):
            return self._taken(cells, {}, len(cells))
        return self._carefully()

    def _carefully(self):
        """Record by record where needed; in between, runs of good records at full speed, as long as such runs pay."""
        cells, numbers, problems, at, runs = [], [], {}, 0, 0
        while at < len(self.waiting) and len(cells) < BLOCK_RECORDS:
            if runs < RUNS:
                at = self._run(at, cells, numbers)
                runs += 1
                if at >= len(self.waiting):
                    break
            record, problem, after = self._record(at)
            if problem:
                problems[len(cells)] = problem
            cells.append(record)
            numbers.append(self.number + at)
            at = after
        self.waiting, self.number = self.waiting[at:], self.number + at
        return Block(cells, numbers, problems, self.odd)

    def _run(self, at, cells, numbers):
        """Add records from line `at` on up to the first doubtful one, and say where that begins."""
        reader = csv.reader(islice(self.waiting, at, None), delimiter=self.delimiter, strict=True)
        begin = at
        try:
            for record in reader:
                end = at + reader.line_num
                if end - begin > 1 and self._swallows(self.waiting[begin:end], record):
                    break
                cells.append(record)
                numbers.append(self.number + begin)
                begin = end
        except csv.Error:
            pass  # whoever reads on from here says what is wrong
        return begin

    def _record(self, at):
        """(cells, problem, line after it) of the record that begins at line `at`."""
        first = self.waiting[at]
        if len(first) > LINE_LIMIT:
            return [], LINE_TOO_LONG, at + 1
        if '"' not in first:
            cells = first.split(self.delimiter)
            problem = _too_long(first, cells)
            return [] if problem else cells, problem, at + 1
        taken = []
        try:
            cells = next(csv.reader(self._feed(at, taken), delimiter=self.delimiter, strict=True))
        except (csv.Error, StopIteration):
            cells = None
        if cells is not None and not (len(taken) > 1 and self._swallows(taken, cells)):
            return cells, "", at + len(taken)
        parts = first.split(self.delimiter)
        bare = [part.replace('"', "") for part in parts]
        if cells is not None or len(taken) > 1:
            return bare, NEVER_CLOSED, at + 1
        if len(first) > CELL_LIMIT and max(map(len, parts)) > CELL_LIMIT:
            return [], TOO_LONG, at + 1
        by_edges = _by_edges(parts, self.delimiter)
        for cells in (by_edges, bare):
            if len(cells) == self.width:
                return cells, "", at + 1
        return by_edges, MISPLACED, at + 1

    def _feed(self, at, taken):
        """The lines a record may need, noted in `taken`; stops where they are plainly rows of their own."""
        own = size = 0
        while len(taken) < RECORD_LINES and size < RECORD_CHARACTERS and own < _OWN_ROWS:
            place = at + len(taken)
            if place >= len(self.waiting) and not self._extend():
                return
            line = self.waiting[place]
            own = own + 1 if taken and self._own_row(line, taken[0]) else 0
            size += len(line)
            taken.append(line)
            yield line

    def _swallows(self, taken, cells):
        """Whether a record over several lines has eaten rows that are whole by themselves: then its quote is a slip."""
        if self.width < 2:
            return False
        following = taken[1:]
        if len(cells) != self.width:
            return any(self._own_row(line, taken[0]) for line in following)
        return self._own_row(taken[0], taken[0]) and all(self._own_row(line, taken[0]) for line in following)

    def _own_row(self, line, first):
        """Whether a line would be a whole row by itself, and begins like the one above."""
        cells = line.split(self.delimiter)
        if len(cells) != self.width:
            cells = self._alone(line)
        return len(cells) == self.width and _shape(cells[0]) == _shape(first.split(self.delimiter, 1)[0])


def _by_edges(parts, delimiter):
    """Cells of a line whose quotes break the rules: one counts only where a cell begins or ends, so "Lee "Bob"" is one."""
    cells, at, closing = [], 0, [n for n, part in enumerate(parts) if part.rstrip().endswith('"')]
    closing.reverse()
    while at < len(parts):
        end = at
        if parts[at].lstrip().startswith('"'):
            lone = parts[at].strip() == '"'
            while closing and closing[-1] < at + lone:
                closing.pop()
            end = closing[-1] if closing else at
        cell = delimiter.join(parts[at : end + 1]).strip()
        cells.append(cell[1:-1].replace('""', '"') if end > at or cell[:1] == cell[-1:] == '"' else cell.strip('"'))
        at = end + 1
    return cells


def _shape(cell):
    begin = cell.strip(' "')[:1]
    return "9" if begin.isdigit() else "a" if begin.isalpha() else begin


def _too_long(line, cells):
    if len(line) > LINE_LIMIT:
        return LINE_TOO_LONG
    return TOO_LONG if len(line) > CELL_LIMIT and max(map(len, cells)) > CELL_LIMIT else ""
