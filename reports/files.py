"""A sheet as a file to take along: CSV or Excel, with lines on top that say what it is and who took it."""

import csv
import io
import re

import xlsxwriter

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A cell that starts so, also after spaces or quotes, is run as a formula by spreadsheet programs; full-width signs, too.
# Python and PostgreSQL read it alike.
FORMULA = r"""^[\s"']*([-=+@＝＋－＠]|[\t\r])"""
WIDTHS = (30, 16)


def written(*, sheet, head, kind):
    """The bytes of a file of this kind ("csv" or "xlsx"): the lines of `head`, an empty one, the columns and their rows.

    No text can act as a formula: what begins like one gets a quote before it.
    """
    lines = [*head, (), [column.in_file for column in sheet.columns], *(row.cells for row in sheet.rows)]
    safe = [[f"'{cell}" if isinstance(cell, str) and re.match(FORMULA, cell) else cell for cell in line] for line in lines]
    return _csv(safe) if kind == "csv" else _xlsx(safe)


def _csv(lines):
    """In UTF-8, with the mark by which Excel knows it."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(lines):
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet()
        page.set_column(0, 0, WIDTHS[0])
        page.set_column(1, 50, WIDTHS[1])
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return file.getvalue()
