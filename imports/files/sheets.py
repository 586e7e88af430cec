"""A program of its own: a workbook on standard input, its sheets as plain rows on standard output.

It runs apart from the worker, with its memory and time limited, because a workbook of two cells can claim seventeen
billion. Nothing but the standard library and the reader is imported, and nothing of the file is ever printed in an error.

Output: rows as lines with CELL_END between cells and LINE_IN_CELL for line ends in them; standard error has for each
sheet where it ends in the output, or nothing but one word for what is wrong.
"""

import datetime
import io
import os
import re
import resource
import sys

CELL_END, LINE_IN_CELL = "\x1f", "\x02"
MEMORY, MAX_SHEETS = 1_500_000_000, 60
# A real workbook needs a third of a second for each megabyte; a small one that needs many seconds lies about its size.
CPU_SECONDS, CPU_SECONDS_A_MEGABYTE = 10, 2
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]|_x000D_")
# How the directory of an encrypted workbook names its one stream.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LINE_ENDS = re.compile("\r\n?|[\n\x85\u2028\u2029]")


def text_of(value):
    """A cell as text: dates as ISO, whole numbers without a point, times without the date a spreadsheet adds."""
    if isinstance(value, str):
        if value.isprintable() and "_x000D_" not in value:
            return value
        return _LINE_ENDS.sub(LINE_IN_CELL, _UNWANTED.sub("", value.replace("_x000D_\n", "\n").replace("\r", "\n")))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return "" if value is None else str(value)


def write_sheets(content, out, index):
    """Write the rows of every visible worksheet to `out`, and the place where each ends to `index`."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    every = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet for sheet in every if sheet.visible == SheetVisibleEnum.Visible] or every
    for sheet in shown[:MAX_SHEETS]:
        blank = 0  # rows that are only formatted go on to the end of some sheets, a million of them
        for row in workbook.get_sheet_by_name(sheet.name).iter_rows():
            line = CELL_END.join(map(text_of, row)).rstrip(CELL_END)
            if line:
                out.write(b"\n" * blank + line.encode("utf-8", "replace") + b"\n")
            blank = 0 if line else blank + 1
        index.write(f"{out.tell()}\n")


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
    index, content = io.StringIO(), b""
    try:
        with open(1, "wb") as out:
            content = sys.stdin.buffer.read()
            seconds = CPU_SECONDS + len(content) // 1_000_000 * CPU_SECONDS_A_MEGABYTE
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            write_sheets(content, out, index)
        said = index.getvalue()
    except (MemoryError, OSError):
        said = "large"
    except BaseException as error:  # a panic of the reader is no Exception
        said = "password" if type(error).__name__ == "PasswordError" or _ENCRYPTED in content else "broken"
    os.write(2, said.encode())
    os._exit(0)


if __name__ == "__main__":
    main()
