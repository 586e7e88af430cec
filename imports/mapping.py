"""Which column means what: a guess from the header and from the values, with its reason, for the admin to correct.

A mapping is plain data, {column header: field name}; '' means the column is not used.
"""

import re
from dataclasses import dataclass

from imports import fields
from imports.fields import BY_NAME
from imports.reading import UnreadableFile
from imports.values import codes, dates, phones

SAMPLE_ROWS = 300
SAMPLES_SHOWN = 3
_EMAIL = re.compile(r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$")
_SSN = re.compile(r"^\d{3}-\d{2}-\d{4}$")
_MBI = re.compile(r"^[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}$")
_CARD = re.compile(r"^\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}$")
_COMMA_NAME = re.compile(r"^[^\W\d_][^\d,@:/]+,\s*[^\W\d_][^\d,@:/]*,?\s*[^\d,@:/]*$")
_ID = re.compile(r"^[A-Za-z]{0,4}[-.]?\d[\w\-.]*$")
_ZIP = re.compile(r"^\d{5}(-?\d{4})?$")
_TIME = re.compile(r"^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]\.?m\.?)?$", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?!\d)|[A-Za-z]{3,9} \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}")
_STRONG = 0.8

# What the values of a kind must look like for a header's promise to be kept: the share of filled cells, at least.
_PROMISES = {"PHONE": 0.3, "BIRTH_DATE": 0.3, "DATE": 0.3, "EMAIL": 0.3, "SEX": 0.5, "STATE": 0.5, "ZIP": 0.3, "TIME": 0.3}
_NEVER_DATES = {"TEXT", "NAME", "FULL_NAME", "STATUS", "ID", "LANGUAGE", "PATIENT_STATUS"}


@dataclass(frozen=True)
class Guess:
    """What we think of one column: the field ('' for none), why, up to three values of it, and what it holds if refused."""

    header: str
    field: str
    reason: str
    samples: tuple = ()
    refused: str = ""


def guess(table, rows=None):
    """One Guess per column of a Table, in its order. `rows` are sample rows if they were read already."""
    rows = table.sample(SAMPLE_ROWS) if rows is None else rows
    columns = [[row.cells[n] for row in rows if not row.problem and row.cells[n]] for n in range(len(table.header))]
    looks = [_Looks(values) for values in columns]
    found = {}
    for n, header in enumerate(table.header):
        found[n] = _refusal(header, looks[n]) or _by_header(header, looks[n])
    _by_values(found, looks, columns)
    _settle_status(found, columns)
    _settle_rivals(found)
    return [
        Guess(header, name, reason, () if refused else _samples(columns[n]), refused)
        for n, header in enumerate(table.header)
        for name, _, reason, refused in (found[n],)
    ]


def as_mapping(guesses):
    """The mapping that a list of guesses stands for."""
    return {guess.header: guess.field for guess in guesses if not guess.refused}


def not_stored(guesses):
    """Headers of the columns that may not be kept."""
    return [guess.header for guess in guesses if guess.refused]


def kind_of(mapping):
    """PATIENTS, APPOINTMENTS or BOTH, by the fields a mapping fills. Raises UnreadableFile when it fills too few of them."""
    filled = set(mapping.values())
    named = "full_name" in filled or {"last_name", "first_name"} <= filled
    visits = bool(filled & {"encounter_on", "last_visit", "next_visit"})
    if "appointment_on" in filled:
        if named:
            return "BOTH"
        if "mrn" in filled:
            return "APPOINTMENTS"
        raise UnreadableFile("No column says whose appointment it is: map the chart number or the patient's name.")
    if named or ("mrn" in filled and visits):
        return "PATIENTS" if named else "APPOINTMENTS"
    raise UnreadableFile("No usable column was found: map at least the patient's name, or chart number and appointment date.")


def problems(mapping):
    """What is wrong with a mapping the admin made, as sentences; an empty list when nothing is."""
    found, seen = [], {}
    for header, name in mapping.items():
        field = BY_NAME.get(name)
        if name and field is None:
            found.append(f"“{header}” is mapped to a field that does not exist.")
        elif field and not field.many and name in seen:
            found.append(f"{field.label} comes from both “{seen[name]}” and “{header}”: choose one.")
        seen.setdefault(name, header)
    try:
        kind_of(mapping)
    except UnreadableFile as unusable:
        found.append(str(unusable))
    return found


class _Looks:
    """What the filled cells of a column look like, each kind as a share of them."""

    def __init__(self, values):
        self.values = values
        self.form = dates.vote(values)
        self.distinct = len(set(values)) / len(values) if values else 0

    def share(self, test):
        return sum(bool(test(value)) for value in self.values) / len(self.values) if self.values else 0

    def of_kind(self, kind):
        return self.share(_TESTS[kind])

    def births(self):
        """Whether the dates are years of birth: none lies ahead and they reach back over decades."""
        years = [int(year) for value in self.values for year in re.findall(r"\b(?:19|20)\d\d\b", value)[:1]]
        return bool(years) and min(years) < 1975 and max(years) - min(years) > 15


def _is_date(value):
    return bool(_DATE.match(value))


def _is_phone(value):
    try:
        return bool(phones.read_phones(value)) and len(re.sub(r"\D", "", value)) >= 10
    except ValueError:
        return False


_TESTS = {
    "PHONE": _is_phone,
    "BIRTH_DATE": lambda value: _is_date(value) or re.fullmatch(r"\d{5}(\.0)?|\d{8}", value) or value.lower() in dates.NOTHING,
    "DATE": lambda value: _is_date(value) or re.fullmatch(r"\d{5}(\.\d+)?|\d{8}", value) or value.lower() in dates.NOTHING,
    "TIME": lambda value: _TIME.match(value) or re.fullmatch(r"\d{3,4}|.*\d:\d\d.*", value) or value.lower() in dates.NOTHING,
    "EMAIL": _EMAIL.match,
    "SEX": lambda value: value.upper()[:1] in set("FMUXOWNI"),
    "STATE": lambda value: value.upper() in codes.STATE_CODES or value.lower() in codes.STATES,
    "ZIP": lambda value: re.fullmatch(r"[\d\- ]{3,10}(\.0)?", value),
}


def _refusal(header, looks):
    what = fields.refused(header)
    if what:
        return "", 0, f"Never stored: {what}.", what
    for pattern, name in ((_SSN, "Social Security number"), (_MBI, "Medicare id"), (_CARD, "payment data")):
        if looks.values and looks.share(pattern.match) >= 0.5:
            return "", 0, f"Never stored: the values look like a {name}.", name
    return None


def _by_header(header, looks):
    """(field, score, reason, '') from the column's name, unless its values deny it."""
    name, score = fields.field_for(header)
    if not name:
        return "", 0, "Its name is none we know.", ""
    kind, label = BY_NAME[name].kind, _in_a_sentence(BY_NAME[name].label)
    if not looks.values:
        return name, score - 500, f"The name says {label}; the column is empty.", ""
    if kind in _PROMISES and looks.of_kind(kind) < _PROMISES[kind]:
        return "", 0, f"The name says {label}, the values do not look like it.", ""
    if kind in _NEVER_DATES and looks.share(_is_date) >= _STRONG:
        return "", 0, f"The name says {label}, but the values are dates.", ""
    return name, score, f"The name says {label}.", ""


def _by_values(found, looks, columns):
    """Guess the columns whose names say nothing, by their values; a name that speaks always wins."""
    for n, look in enumerate(looks):
        if found[n][0] or found[n][3] or len(look.values) < 3 or not found[n][2].startswith("Its name is none"):
            continue
        taken = {name for name, *_ in found.values()}
        name, seen = _seen_in(look, taken)
        if name:
            found[n] = (name, 50, f"The values look like {seen}.", "")


def _seen_in(look, taken):
    """The field that a column's values point at, with the words for it; only what can be told with confidence."""
    unnamed = not taken & {"last_name", "full_name"}
    if look.share(_EMAIL.match) >= _STRONG and "email" not in taken:
        return "email", "e-mail addresses"
    if look.share(_is_phone) >= _STRONG:
        return "phone_other", "phone numbers"
    if look.share(_is_date) >= _STRONG:
        return ("born_on", "dates of birth") if "born_on" not in taken and look.births() else ("", "")
    if look.share(_COMMA_NAME.match) >= _STRONG and unnamed and look.distinct > 0.5:
        return "full_name", "names, last name first"
    if look.share(lambda v: v.upper() in ("M", "F", "U", "MALE", "FEMALE")) >= 0.95 and "sex" not in taken:
        return "sex", "codes for sex"
    if look.share(lambda v: v in codes.STATE_CODES) >= 0.95 and "state" not in taken:
        return "state", "states"
    if look.share(_ID.match) >= 0.95 and look.distinct > 0.3 and "mrn" not in taken and not look.share(_ZIP.match) > 0.95:
        return "mrn", "chart numbers"
    if look.share(_ZIP.match) >= 0.95 and "zip_code" not in taken and "state" in taken:
        return "zip_code", "ZIP codes"
    return ("status", "appointment statuses") if "status" not in taken and _is_status_column(look) else ("", "")


def _is_status_column(look):
    words = set(look.values)
    if len(words) > 15 or len(words) < 2 or len(look.values) < 10:
        return False
    read = set()
    for word in words:
        try:
            read.add(codes.read_status(word))
        except ValueError:
            return False
    return bool(read & {"CANCELLED", "NO_SHOW"})


def _settle_status(found, columns):
    """“Status” in a file without appointments is the status of the chart."""
    has_dates = any(name in ("appointment_on", "appointment_time") for name, *_ in found.values())
    has_chart_status = any(name == "patient_status" for name, *_ in found.values())
    for n, (name, score, _, _) in list(found.items()):
        if name != "status" or has_dates:
            continue
        known = columns[n] and all(codes.read_patient_status(value) for value in columns[n])
        if known and not has_chart_status:
            found[n] = ("patient_status", score, "The values say active, inactive or deceased.", "")
        else:
            found[n] = ("", 0, "A status without appointment dates is not used.", "")


def _settle_rivals(found):
    """Of several columns for one single-valued field the one whose name says it best keeps it."""
    best = {}
    for n, (name, score, *_) in found.items():
        if name and not BY_NAME[name].many and (name not in best or score > found[best[name]][1]):
            best[name] = n
    for n, (name, *_) in list(found.items()):
        if name in best and best[name] != n:
            found[n] = ("", 0, f"Another column says {_in_a_sentence(BY_NAME[name].label)} more plainly.", "")
    names = {name for name, *_ in found.values()}
    if {"last_name", "first_name"} <= names:
        for n, (name, *_) in list(found.items()):
            if name == "full_name":
                found[n] = ("", 0, "The name is in columns of its own.", "")


def _in_a_sentence(label):
    """A label in lower case, abbreviations excepted."""
    return " ".join(word if word.strip("()").isupper() else word.lower() for word in label.split())


def _samples(values):
    return tuple(value[:60] for value in list(dict.fromkeys(values))[:SAMPLES_SHOWN])
