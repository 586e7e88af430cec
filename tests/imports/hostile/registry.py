"""Hostile files by name: what is uploaded under which file name, made only when it is needed."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.imports.layouts import plain
from tests.imports.layouts.layout import delimited
from tests.imports.layouts.people import PEOPLE

HOSTILE = {}
# Enough people for a column to have a look, few enough for hundreds of files.
FEW = PEOPLE[:12]


@dataclass(frozen=True)
class Hostile:
    """`survivors` are the chart numbers that must come in whatever becomes of the rest; empty where that is open."""

    file_name: str
    make: Callable[[], bytes]
    survivors: frozenset = frozenset()


def hostile(name, make, *, file_name="patients.csv", survivors=()):
    """Register a file: bytes, text, rows of cells, or a function that makes one of them."""
    assert name not in HOSTILE
    HOSTILE[name] = Hostile(file_name, lambda: as_bytes(make() if callable(make) else make), frozenset(survivors))


def hostiles(prefix, contents, **how):
    """Register several files under names that start alike."""
    for name, make in contents.items():
        hostile(f"{prefix}-{name}", make, **how)


def as_bytes(content):
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else delimited(content)


def rows(people=FEW, **how):
    """The ordinary list, a fresh copy each time."""
    return plain.rows(people, **how)


def text():
    return delimited(rows()).decode()


def with_cells(header, cells, people=FEW):
    """The ordinary list with one column replaced or added: the cells given, over and over."""
    lines = rows(people)
    place = lines[0].index(header) if header in lines[0] else len(lines[0])
    for line, cell in zip(lines, [header, *(cells[n % len(cells)] for n in range(len(people)))], strict=True):
        line[place : place + 1] = [cell]
    return lines
