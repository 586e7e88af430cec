"""Workbooks (xlsx, xls, ods): every sheet as a stream of plain rows, read in a process of its own."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from imports.files.rows import UnreadableFile
from imports.files.sources import spool

_READER = Path(__file__).with_name("sheets.py")
_SENTENCES = {
    "password": "The workbook is protected by a password: save it without and upload that.",
    "broken": "The workbook is damaged or no Excel or OpenDocument sheet: open it, save it as CSV and upload that.",
    "large": "The workbook is too large to be opened: save it as CSV and upload that.",
}


def sheets_of(stream, *, limit_bytes):
    """A temporary file of plain rows for each visible sheet that holds something.

    `limit_bytes` is for the rows together. Raises UnreadableFile.
    """
    stream.seek(0)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as rows:
        shutil.copyfileobj(stream, given, 1 << 20)
        given.seek(0)
        reader = subprocess.run(  # noqa: S603 our own program, its one argument a number
            [sys.executable, "-I", str(_READER), str(int(limit_bytes))],
            stdin=given,
            stdout=rows,
            stderr=subprocess.PIPE,
            check=False,
        )
        said = reader.stderr.decode("ascii", "ignore").split()
        if reader.returncode or not all(word.isdigit() for word in said):
            raise UnreadableFile(_SENTENCES.get("".join(said), _SENTENCES["large"]))
        return list(_parts(rows, [int(word) for word in said]))


def _parts(rows, ends):
    begin = 0
    rows.seek(0)
    for end in ends:
        part = spool()
        while begin < end:
            piece = rows.read(min(1 << 20, end - begin))
            begin += len(piece)
            part.write(piece)
        if part.tell():
            yield part
