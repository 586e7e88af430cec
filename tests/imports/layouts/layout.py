"""What a layout is: one or several files of an EMR, and what must be stored once they are in."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

LAYOUTS = {}


@dataclass(frozen=True)
class Stored:
    """The people a practice must have afterwards: one tuple of `columns` for each."""

    columns: tuple
    people: Counter


@dataclass(frozen=True)
class Export:
    """Files in their order of arrival; `figures` are those of the last one, and only those a reader of it could name."""

    files: tuple
    figures: dict
    stored: Stored
    refused: frozenset = frozenset()
    secrets: tuple = field(default=())


def layout(name):
    """Register a function that makes an Export under a name."""

    def register(make: Callable[[], Export]):
        assert name not in LAYOUTS
        LAYOUTS[name] = make
        return make

    return register


def stored(people, names, **special):
    """What is kept of each person: attributes by name, and whatever `special` computes."""
    columns = {name: attrgetter(name) for name in names.split()} | special
    return Stored(tuple(columns), Counter(tuple(get(person) for get in columns.values()) for person in people))


def figures(people, rows=None, **other):
    """A file of `people`, one row each unless told, that leaves nobody out."""
    return {"rows": len(people) if rows is None else rows, "create": len(people), "patients": len(people)} | {
        "skipped": 0,
        "rejected": 0,
        "duplicate": 0,
    } | other  # fmt: skip


def booked(people, **other):
    """A file of one row an appointment: rows, people and our statuses."""
    statuses = Counter(booking.status for person in people for booking in person.bookings)
    counts = {"rows": statuses.total(), "create": len(people), "patients": len(people), "skipped": 0, "rejected": 0}
    return counts | {"duplicate": 0, "appointments": dict(statuses)} | other


def phones(**kinds):
    """(E.164, kind) of the columns a layout has: phones(home="HOME", mobile="MOBILE")."""
    return lambda person: frozenset((e164(getattr(person, name)), kind) for name, kind in kinds.items() if getattr(person, name))


def numbers(*names):
    """E.164 of the columns a layout has, where the file does not say what kind of phone it is."""
    return lambda person: frozenset(e164(getattr(person, name)) for name in names if getattr(person, name))


def appointments(person):
    return frozenset((booking.on, booking.status) for booking in person.bookings)


def upcoming(person):
    """The appointment a “next visit” column makes."""
    return frozenset({(person.next_on, "SCHEDULED")} if person.next_on else ())


def initialed(person):
    """First and middle name together: where one cell holds both, nobody knows which of two words is which."""
    return f"{person.first} {person.middle[:1]}".strip()


def last_visit(person):
    return frozenset(person.visits[:1])


def all_visits(person):
    return frozenset(person.visits)


def e164(digits):
    return f"+1{digits}"


def delimited(rows, *, delimiter=",", encoding="utf-8", eol="\r\n", quoting=csv.QUOTE_MINIMAL, above="", below=""):
    """Rows (the header among them) as the bytes of a text file, with text above and below as it stands."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=eol, quoting=quoting).writerows(rows)
    return (above + text.getvalue() + below).encode(encoding)


def table(columns, people):
    """Header and rows from {header: person → cell}."""
    return [list(columns), *([cell(person) for cell in columns.values()] for person in people)]


def constant(text):
    return lambda _: text


def booking_table(columns, people):
    """Header and rows from {header: (person, booking) → cell}, one row an appointment, in order of the day."""
    pairs = sorted(((p, b) for p in people for b in p.bookings), key=lambda pair: (pair[1].on, pair[0].mrn))
    return [list(columns), *([cell(*pair) for cell in columns.values()] for pair in pairs)]
