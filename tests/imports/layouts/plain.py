"""One ordinary list of patients, for layouts that are odd in one thing only."""

from . import writing as w
from .layout import Export, delimited, figures, last_visit, phones, stored, table
from .people import EVERYBODY

FIELDS = "mrn last first middle born_on sex email city state zip_code"
KINDS = phones(home="HOME", mobile="MOBILE")


def columns(*, date=w.us, phone=w.brackets, **other):
    """Header → cell of the ordinary list; `other` replaces or adds columns by header, spaces written as “_”."""
    return {
        "Chart Number": lambda p: p.mrn,
        "Last Name": lambda p: p.last,
        "First Name": lambda p: p.first,
        "Middle Name": lambda p: p.middle,
        "Date of Birth": lambda p: date(p.born_on),
        "Gender": lambda p: p.sex or "U",
        "Home Phone": lambda p: phone(p.home),
        "Cell Phone": lambda p: phone(p.mobile),
        "Email": lambda p: p.email,
        "Address": lambda p: p.street,
        "City": lambda p: p.city,
        "State": lambda p: p.state,
        "Zip": lambda p: p.zip_code,
        "Last Visit": lambda p: date(p.last_visit),
    } | {header.replace("_", " "): cell for header, cell in other.items()}


def rows(people=EVERYBODY, **how):
    return table(columns(**how), people)


def as_stored(people=EVERYBODY, fields=FIELDS, **other):
    return stored(people, fields, **({"phones": KINDS, "visits": last_visit} | other))


def export(content, people=EVERYBODY, *, name="patients.csv", expect=None, counts=None, **other):
    """An Export of the ordinary list; `content` is bytes, or rows to be written with commas."""
    return Export(
        files=((name, content if isinstance(content, bytes) else delimited(content)),),
        figures=figures(people) | (counts or {}),
        stored=expect or as_stored(people),
        **other,
    )
