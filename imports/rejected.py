"""The rejected rows of an import as a file: what was kept of them, and why; corrected, it can be uploaded as it is."""

import csv
import io
import re
import tempfile

from imports.profiles import REASON_COLUMN

# What a spreadsheet would take for a formula (OWASP, CSV injection). An apostrophe makes it a text; reading drops it again.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def as_file(*, file_import):
    """A binary file, at its start, of the rejected rows: the kept columns as they came, and the reason of each row.

    Comma or the delimiter of the upload, UTF-8 with a byte order mark, by which spreadsheets know it.
    """
    headers = [header for header in file_import.headers if header != REASON_COLUMN]
    delimiter = file_import.delimiter if len(file_import.delimiter) == 1 else ","
    packed = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    text = io.TextIOWrapper(packed, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([*map(harmless, headers), REASON_COLUMN])
    for row in file_import.noted_rows.rejected().order_by("line", "pk").iterator():
        writer.writerow([*(harmless(row.cells.get(header, "")) for header in headers), why(row)])
    text.detach()
    packed.seek(0)
    return packed


def harmless(cell):
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def why(row):
    """The reason of a rejected row in one line, with its place in the uploaded file."""
    return f"Line {row.line}, {row.column}: {row.reason}" if row.column else f"Line {row.line}: {row.reason}"
