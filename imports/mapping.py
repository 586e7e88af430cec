"""Which column means what: a guess from the header and from the values, with its reason, for the admin to correct.

A mapping is plain data, {column header: field name}; '' means the column is not used.
"""

import datetime as dt
from dataclasses import dataclass

from imports import fields, headers
from imports.by_values import Finder
from imports.claims import Claim
from imports.fields import BY_NAME
from imports.looks import Look
from imports.reading import UnreadableFile
from imports.refused import NOT_NEEDED, secret_in
from imports.settling import settle

SAMPLE_ROWS = 300
SAMPLES_SHOWN = 3

# What the values of a kind must look like for a header's promise to be kept: the share of filled cells, at least.
_PROMISES = {
    "PHONE": ("HAS_NUMBER", 0.3), "BIRTH_DATE": ("ANY_DATE", 0.3), "DATE": ("ANY_DATE", 0.3), "EMAIL": ("EMAIL", 0.3),
    "SEX": ("ANY_SEX", 0.5), "STATE": ("STATE", 0.5), "ZIP": ("ZIP", 0.3), "TIME": ("ANY_TIME", 0.3),
    "STATUS": ("STATUS", 0.3), "EXTENSION": ("EXTENSION", 0.3), "PROSE_DATE": ("DATE_INSIDE", 0.3),
}  # fmt: skip
# What no value of a kind looks like, more than the share given.
_NEVER = {
    "ID": (("DATE", 0.8), ("EMAIL", 0.8), ("NO_DIGIT", 0.9), ("PHONE", 0.8)),
    "FULL_NAME": (("DATE", 0.8), ("ID", 0.8), ("EMAIL", 0.8), ("NO_LETTER", 0.5)),
    "NAME": (("DATE", 0.8), ("ID", 0.8), ("EMAIL", 0.8), ("COMMA_NAME", 0.6), ("NO_LETTER", 0.5)),
    "STATUS": (("DATE", 0.8), ("YES_NO", 0.95)),
    "PATIENT_STATUS": (("DATE", 0.8),),
    "LANGUAGE": (("DATE", 0.8), ("ID", 0.8)),
    "TEXT": (("DATE", 0.8),),
}
_DENIALS = {"DATE": "but the values are dates", "YES_NO": "but the values only say yes or no"}
_NO_CODES = {"provider", "location", "city", "visit_type", "address"}


@dataclass(frozen=True)
class Guess:
    """What we think of one column: the field ('' for none), why, up to three values of it, and what it holds if refused."""

    header: str
    field: str
    reason: str
    samples: tuple = ()
    refused: str = ""


def guess(table, rows=None, *, today=None):
    """One Guess per column of a Table, in its order.

    `rows` are sample rows if they were read already. `today` is the practice's date, which tells dates ahead from dates past.
    """
    rows = table.sample(SAMPLE_ROWS) if rows is None else rows
    rows = [row for row in rows if not row.problem]
    today = today or dt.datetime.now(tz=dt.UTC).date()
    looks = [Look([row.cells[n] for row in rows]) for n in range(len(table.header))]
    claims = [_refusal(header, look) or _by_header(header, look, today) for header, look in zip(table.header, looks, strict=True)]
    settle(table.header, claims, looks, today=today, is_last=False)
    Finder(table.header, claims, looks, today=today).find()
    settle(table.header, claims, looks, today=today)
    return [
        Guess(header, claim.field, claim.reason, () if claim.refused else _samples(look), claim.refused)
        for header, claim, look in zip(table.header, claims, looks, strict=True)
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
    visits = bool(filled & {"encounter_on", "encounter_text", "last_visit", "next_visit"})
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
        if field is None or field.many:
            continue
        place = (name, fields.group_of(header) if field.repeats else "")
        if place in seen:
            found.append(f"{field.label} comes from both “{seen[place]}” and “{header}”: choose one.")
        seen.setdefault(place, header)
    try:
        kind_of(mapping)
    except UnreadableFile as unusable:
        found.append(str(unusable))
    return found


def appointment_columns(header, mapping):
    """The places of the columns of each appointment in a row, [{field: place}]: one, or several set side by side.

    With several columns of appointment dates, columns belong together by the number in their names; those without a
    number are for every appointment of the row.
    """
    places = [(n, mapping.get(name, "")) for n, name in enumerate(header)]
    places = [(n, field, fields.group_of(header[n])) for n, field in places if field and BY_NAME[field].repeats]
    groups = [group for _, field, group in places if field == "appointment_on"]
    if len(groups) < 2:
        return [{field: n for n, field, _ in reversed(places)}] if groups else []
    shared = {field: n for n, field, group in places if group not in groups}
    return [shared | {field: n for n, field, mine in places if mine == group} for group in dict.fromkeys(groups)]


def extension_columns(header, mapping):
    """{place of a phone column: place of its extensions}, by the kind both names speak of, else the phone before."""
    phones = [
        n for n, name in enumerate(header) if mapping.get(name, "").startswith("phone_") and mapping[name] != "phone_extension"
    ]
    found = {}
    for n, name in enumerate(header):
        if mapping.get(name) != "phone_extension":
            continue
        words = headers.spelled(name)[0].replace("office", "work")
        kind = next((kind for kind in ("home", "work", "mobile") if kind in words), "")
        same = [m for m in phones if mapping[header[m]] == f"phone_{kind}" and m not in found]
        before = [m for m in phones if m < n and m not in found]
        if same or (before and not kind):
            found[same[0] if same else before[-1]] = n
    return found


def _refusal(header, look):
    what = fields.refused(header)
    if what == NOT_NEEDED:
        return Claim(reason="Not needed to call a patient, not stored.", refused=what)
    if what:
        return Claim(reason=f"Never stored: {what}.", refused=what)
    what = secret_in(look.values)
    return Claim(reason=f"Never stored: the values look like a {what}.", refused=what) if what else None


def _by_header(header, look, today):
    """What the column's name says, unless its values plainly deny it."""
    if headers.spelled(header)[0] == "patient" and look.values:
        if look.share("NO_DIGIT") > 0.5 or look.share("NAME_FIRST") > 0.8:
            return Claim("full_name", 900, "The name says the patient and the values look like names.")
        if look.share("ID") >= 0.9:
            return Claim("mrn", 900, "The values look like chart numbers.")
    name, score = fields.field_for(header)
    if not name:
        if not fields.speaks(header):
            return Claim(is_open=True)
        return Claim(reason="Its name says something we do not use.", is_spare=not fields.is_of_others(header))
    label = BY_NAME[name].in_a_sentence
    if not look.values:
        return Claim(name, score - 500, f"The name says {label}; the column is empty.")
    if name == "encounter_text" and look.share("ANY_DATE") >= 0.8:
        return Claim("encounter_on", score, "The name says encounter and the values are dates.")
    denial = _denial(name, look) or _ahead(name, look, today)
    if denial:
        return Claim(reason=f"The name says {label}, {denial}.", is_open=BY_NAME[name].kind != "TEXT")
    return Claim(name, score, f"The name says {label}.")


def _denial(name, look):
    """How the values plainly deny that a column is what its name says, or ''."""
    kind = BY_NAME[name].kind
    test, least = _PROMISES.get(kind, ("", 0))
    if test and look.share(test) < least:
        return "the values do not look like it"
    for test, most in _NEVER.get(kind, ()):
        if look.share(test) >= most:
            return _DENIALS.get(test, "the values do not look like it")
    return "but the values are only numbers" if name in _NO_CODES and look.share("ID") >= 0.9 else ""


def _ahead(name, look, today):
    """The same of a last visit whose days are mostly yet to come."""
    days = [day for day in look.days(today=today) if day] if name == "last_visit" else []
    return "but most of the dates lie ahead" if sum(day > today for day in days) > 0.5 * len(days) else ""


def _samples(look):
    return tuple(value[:60] for value in list(dict.fromkeys(filter(None, look.cells)))[:SAMPLES_SHOWN])
