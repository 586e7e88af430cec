"""The words every part of reading speaks: a row, the names of its columns, and the refusal of a file."""

from collections import Counter
from typing import NamedTuple

from imports.files.characters import safe_name

HEADER_LIMIT = 190


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


def unique(cells):
    """Header names made distinct: an empty one goes by its number, a repeated one by its count."""
    names, repeats = {}, Counter()
    for number, cell in enumerate(cells, 1):
        name = first = safe_name(cell)[:HEADER_LIMIT] or f"Column {number}"
        while name in names:
            repeats[first] += 1
            name = f"{first} ({repeats[first] + 1})"
        names[name] = number
    return tuple(names)


def trimmed(cells):
    """The cells without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])
