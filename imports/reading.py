"""Bytes in, table out: opens an EMR export of any kind and walks its rows.

Nothing here knows what a column means beyond telling a header from a value; `mapping` does that.
The file is never held in memory whole: rows come from a stream that is walked as often as asked.
What characters, lines, records, zip files and workbooks are made of is known in `files`.
"""

import io
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from imports.decoding import CHOICES, encoding_of, first_bad_line, kind_of_binary
from imports.files import containers, layout, markup, workbook
from imports.files.characters import CELL_END, mended
from imports.files.records import blocks
from imports.files.rows import Row, UnreadableFile, trimmed
from imports.files.sources import Source
from imports.files.unusual import Judge

__all__ = ["Row", "Table", "UnreadableFile", "open_table"]

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Rows of a workbook are written out once; its XML is a multiple of what it says.
_UNPACKED = 6


@dataclass
class Table:
    """An opened file. `header_line` is 0 when the file has no header row and columns go by number.

    `delimiter` is "" for a workbook; `more_sheets` counts its other sheets that hold a table, of which nothing is read.
    """

    source: Source
    encoding: str
    delimiter: str
    header: tuple
    header_line: int
    title_lines: tuple = ()
    more_sheets: int = 0
    left_out: Counter = field(default_factory=Counter)

    def blocks(self):
        """Walk the data rows from the top, in lists of up to a few thousand.

        `left_out` then counts the empty, footer, section and repeated header rows.
        """
        self.left_out = Counter()
        walk = _Walk(self)
        for block in blocks(self.source):
            if rows := walk.rows_of(block):
                yield rows

    def rows(self):
        """The same rows one by one."""
        for block in self.blocks():
            yield from block

    def sample(self, count):
        """The first `count` data rows."""
        return list(islice(self.rows(), count))


class _Walk:
    """One walk through a table: turns blocks of records into rows and keeps the section they stand in."""

    def __init__(self, table):
        self.table, self.section = table, ""
        self.judge = Judge(table.header, table.header_line, table.title_lines)

    def rows_of(self, block):
        """The data rows of a block. Rows with enough cells filled, nearly all, take the short way."""
        judge, problems, odd, header = self.judge, block.problems, block.odd, self.table.header
        width, name, section, before = len(header), header[0], self.section, judge.rows_seen
        sparse, new, strip, rows = max(1, width - judge.few), tuple.__new__, str.strip, []
        above = block.lines[0] <= self.table.header_line
        for n, (line, cells) in enumerate(zip(block.lines, block.cells, strict=True)):
            cells, problem = tuple(map(strip, cells)), ""
            if odd or problems:
                cells, unreadable = mended(cells) if odd else (cells, "")
                problem = problems.get(n) or unreadable
            if len(cells) != width and not any(cells[width:]):
                cells = cells[:width] + ("",) * (width - len(cells))
            if problem or above or len(cells) != width or cells.count("") >= sparse or cells[0] == name:
                judge.rows_seen = before + len(rows)
                row = self._unusual(line, cells, problem)
                section = self.section
                if row:
                    rows.append(row)
            else:
                rows.append(new(Row, (line, cells, section, "")))
        judge.rows_seen = before + len(rows)
        return rows

    def _unusual(self, line, cells, problem):
        """The Row of a record that asks for a second look, or None when it is no data row."""
        if line <= self.table.header_line:
            return None
        width = len(self.table.header)
        kind = "" if problem else self.judge.kind(cells, line)
        if kind == "section":
            self.section = " ".join(filter(None, cells))
        if kind:
            self.table.left_out[kind] += 1
            return None
        if not problem and len(cells) > width:
            problem = f"has {len(trimmed(cells))} cells where the header has {width}"
        return Row(line, (*cells[:width], *[""] * (width - len(cells))), self.section, problem)


def open_table(stream, *, limit_bytes, encoding=""):
    """Open a seekable binary stream as a Table; `encoding` is the admin's word where the guess was wrong.

    Raises UnreadableFile. Reads the file once through to tell its encoding, and no more than needed to find the header.
    """
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise UnreadableFile("The file is empty.")
    if size > limit_bytes:
        raise UnreadableFile(
            f"The file has {size / 1e6:.1f} MB, the limit is {limit_bytes / 1e6:.0f} MB: split it or ask for a higher limit."
        )
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(_ZIP):
        package = containers.opened(stream)
        if not containers.is_workbook(package):
            return _unpacked(containers.table_in(package, limit_bytes=limit_bytes), limit_bytes, encoding)
        containers.check_workbook(package, limit_bytes=limit_bytes * _UNPACKED)
        return _workbook(stream, limit_bytes)
    if head.startswith(_OLE):
        return _workbook(stream, limit_bytes)
    what = kind_of_binary(head)
    if what:
        raise UnreadableFile(f"This is {what}, not a text table: save it as CSV and upload that.")
    return _text(stream, encoding)


def _unpacked(stream, limit_bytes, encoding):
    """The table of a zip file, which may be a workbook but no other zip file."""
    stream.seek(0)
    if stream.read(4).startswith(_ZIP) and not containers.is_workbook(containers.opened(stream)):
        raise UnreadableFile("The zip file holds another zip file: upload the table itself.")
    return open_table(stream, limit_bytes=limit_bytes, encoding=encoding)


def _text(stream, encoding):
    """A Table of a text file or web page."""
    errors = "strict"
    if encoding:
        if encoding not in {codec for codec, _ in CHOICES}:
            raise UnreadableFile("This encoding is not one of those offered: choose another.")
        line = first_bad_line(stream, encoding)
        if line:
            label = dict(CHOICES)[encoding]
            raise UnreadableFile(f"Row {line} of the file cannot be read as {label}: choose another encoding.")
    else:
        encoding, errors = encoding_of(stream)
    if not encoding:
        raise UnreadableFile("This is not a text file: export the list from the EMR as CSV and upload that.")
    stream.seek(0)
    if markup.is_markup(stream.read(8192).decode(encoding, "ignore")):
        rows = markup.rows_of(stream, encoding, errors)
        return _table(layout.find(Source(rows, "utf-8", CELL_END)), encoding)
    return _table(layout.find(Source(stream, encoding, "", errors)), encoding)


def _workbook(stream, limit_bytes):
    """A Table of the sheet that looks most like one."""
    found, why = [], UnreadableFile("The workbook is empty.")
    for part in workbook.sheets_of(stream, limit_bytes=limit_bytes * _UNPACKED):
        try:
            found.append((_in_sheet(part), part.seek(0, io.SEEK_END)))
        except UnreadableFile as error:
            why = error
    if not found:
        raise why
    best = max(found, key=lambda pair: (pair[0].score, pair[1]))[0]
    return _table(best, "workbook", more_sheets=len(found) - 1)


def _in_sheet(part):
    """The layout of one sheet; a sheet of one column may hold the lines of a text file."""
    try:
        return layout.find(Source(part, "utf-8", CELL_END))
    except UnreadableFile:
        return layout.find(Source(part, "utf-8", ""))


def _table(found, encoding, more_sheets=0):
    delimiter = "" if found.source.delimiter == CELL_END or encoding == "workbook" else found.source.delimiter
    return Table(found.source, encoding, delimiter, found.header, found.header_line, found.titles, more_sheets)
