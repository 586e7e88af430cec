"""The tracker as a file, however many rows it has, in memory that does not grow with them.

PostgreSQL writes the rows (COPY), and they go to an unnamed file on the disk first: a file that fails half way is an error
and not half a file, a slow reader keeps no transaction open, and how many rows were taken along is known and written down in
the same statement. A workbook is made of the same rows, with numbers and dates typed.
"""

import csv
import io
from datetime import date, datetime
from tempfile import TemporaryDirectory, TemporaryFile

import xlsxwriter

from audit import access
from campaigns.tracker_choice import condition

from . import tracker_sql
from .files import FORMULA
from .tracker import moment, on_clocks_of
from .tracker_columns import DATE, LONG, MOMENT, NUMBER, PATIENT

CSV, XLSX = "csv", "xlsx"
# What a sheet and a cell of a workbook hold at most.
SHEET_ROWS, CELL_CHARACTERS = 1_048_576, 32_767
_FORMULA = FORMULA.replace("'", "''")
WIDTHS = {DATE: 11, MOMENT: 16, NUMBER: 8, LONG: 48}


def safe(column):
    """The expression of a column in a file: text can't act as a formula, dates are written one way."""
    if column.kind == MOMENT:
        return f"to_char({column.value}, 'YYYY-MM-DD HH24:MI')"
    if column.kind in (DATE, NUMBER):
        return column.value
    return f"CASE WHEN {column.value} ~ '{_FORMULA}' THEN '''' || {column.value} ELSE nullif({column.value}, '') END"


def written(*, kind, practice, arrangement, by, page, now):
    """A file of all rows of a tracker.Arrangement, open at its beginning.

    Who took whose data along, by which filter, is recorded in the same statement. `page` is the name of the URL pattern.
    """
    rows = TemporaryFile()  # noqa: SIM115 whoever asked for it closes it
    _copy(rows, kind=kind, practice=practice, arrangement=arrangement, by=by, page=page, now=now)
    rows.seek(0)
    if kind == CSV:
        return rows
    with rows:
        return _workbook(rows, columns=[PATIENT, *arrangement.shown])


def _copy(rows, *, kind, practice, arrangement, by, page, now):
    chosen = condition(choice=arrangement.choice, practice=practice, now=now)
    statement = tracker_sql.everything(
        condition=chosen,
        columns=arrangement.shown,
        sort=arrangement.sort,
        written=safe,
        recorded=access.RECORD.format(of="picked"),
    )
    params = chosen.params | moment(practice=practice, now=now)
    params |= {"user": by.user_id, "page": page, "method": "GET", "subject": f"{kind}?{arrangement.address}"}
    rows.write(b"\xef\xbb\xbf")  # by this spreadsheet programs know the encoding
    with on_clocks_of(practice) as cursor:
        copied = cursor.mogrify(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, HEADER)", params)
        cursor.copy_expert(copied, rows)


def _workbook(rows, *, columns):
    """The rows as an Excel workbook, in as many sheets as they need."""
    file = TemporaryFile()  # noqa: SIM115 as above
    with TemporaryDirectory() as parts:
        options = {"constant_memory": True, "tmpdir": parts, "in_memory": False}
        with xlsxwriter.Workbook(file, options) as book:
            _fill(book, csv.reader(io.TextIOWrapper(rows, encoding="utf-8-sig", newline="")), columns=columns)
    file.seek(0)
    return file


def _fill(book, lines, *, columns):
    head = book.add_format({"bold": True, "bottom": 1})
    writes = [_write(column.kind, book) for column in columns]
    labels, sheet, number = next(lines), None, SHEET_ROWS
    for line in lines:
        if number == SHEET_ROWS:
            sheet, number = _sheet(book, labels, columns=columns, head=head), 1
        for place, text in enumerate(line):
            if text:
                writes[place](sheet, number, place, text)
        number += 1
    if sheet is None:
        _sheet(book, labels, columns=columns, head=head)


def _sheet(book, labels, *, columns, head):
    sheet = book.add_worksheet(f"Tracker {len(book.worksheets()) + 1}")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.kind, 22))
    for place, label in enumerate(labels):
        sheet.write_string(0, place, label, head)
    return sheet


def _write(kind, book):
    """How a cell of this kind is written: write(sheet, row, column, text)."""
    if kind == NUMBER:
        return lambda sheet, row, place, text: sheet.write_number(row, place, int(text))
    if kind == DATE:
        shape = book.add_format({"num_format": "yyyy-mm-dd"})
        return lambda sheet, row, place, text: sheet.write_datetime(row, place, date.fromisoformat(text), shape)
    if kind == MOMENT:
        shape = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        return lambda sheet, row, place, text: sheet.write_datetime(row, place, datetime.fromisoformat(text), shape)
    return lambda sheet, row, place, text: sheet.write_string(row, place, text[:CELL_CHARACTERS])
