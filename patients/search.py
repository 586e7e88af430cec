"""Finding a patient by phone, name, date of birth or MRN, in milliseconds among a million, behind the wall.

Row-level security lets PostgreSQL use an index only below operators that leak nothing: text is compared by = and by its
order, never by LIKE, lower() or likeness. So every key is kept as it is looked up (name_key, given_key, e164_reversed), and a
beginning is a span of the order. What is like a name is told in Python, among few.
"""

from dataclasses import dataclass, replace

from django.db.models import F
from django.db.models.functions import Coalesce
from rapidfuzz import fuzz

from .models import Patient, PhoneNumber
from .search_terms import parse

# Read of each way of looking; the best of them are shown.
CANDIDATES = 100
# Whom a misspelled name is compared with, of each way, and how like it must be (100: the same). Two letters exchanged in a name
# of ten are 90.
COMPARED = 1000
ALIKE = 80
# Sorts after every letter.
LAST = "\U0010ffff"
# How well it fits: what was typed names this person; the name as a whole; the beginning of a name; nearly.
SURE, WHOLE, BEGINS, NEARLY = range(4)
PERSON = Coalesce("merged_into_id", "id")


@dataclass(frozen=True)
class Candidate:
    """A record that stands for a person and fits what was typed: the lower `rank` the better."""

    patient_id: int
    rank: int
    name_key: str


def candidates(text, *, today):
    """Who fits, the best first: at most some hundreds. Raises search_terms.TooShort.

    A record merged into another one is found, too, and tells the one that stands for the person.
    """
    terms = parse(text, today=today)
    found = [*_by_chart(terms), *_by_phone(terms), *_by_birth_and_name(terms)]
    if not found and terms.names:
        found = _by_likeness(terms)
    best = {}
    for one in sorted(found, key=lambda one: (one.rank, one.name_key, one.patient_id)):
        best.setdefault(one.patient_id, one)
    return list(best.values())


def _begins(field, prefix):
    return {f"{field}__gte": prefix, f"{field}__lt": prefix + LAST}


def by_chart(chart):
    """The record of an MRN, in whatever case it was typed."""
    return Patient.objects.exclude(mrn="").filter(mrn__in={chart, chart.upper(), chart.lower()})


def by_beginning_of_chart(chart):
    return Patient.objects.exclude(mrn="").filter(**_begins("mrn", chart)).order_by("mrn")


def by_number(digits):
    """Numbers with all of these digits: American ones with or without their 1."""
    return PhoneNumber.objects.filter(e164__in=[f"+1{digits}", f"+{digits}"])


def by_last_digits(digits):
    return PhoneNumber.objects.filter(**_begins("e164_reversed", digits[::-1])).order_by("e164_reversed")


def by_birth(born_on):
    return Patient.objects.filter(born_on=born_on).order_by("name_key")


def by_name(names, **more):
    """One queryset for each way of reading the parts of a name: which is the first name, and which belong together."""
    found = []
    for first, last in readings(names):
        if first and last:
            found.append(Patient.objects.filter(**_begins("name_key", last), **_begins("given_key", first), **more))
        else:
            field = "name_key" if last else "given_key"
            found.append(Patient.objects.filter(**_begins(field, first or last), **more).order_by(field))
    return found


def readings(names):
    """(first, last) as they may be meant: “garcia lopez maria”, “mary ann van dyke”, “keller ida”; "" for not said."""
    together = "".join(names)
    found = [("", together), (together, "")]
    for at in range(1, len(names)):
        one, other = "".join(names[:at]), "".join(names[at:])
        found += [(one, other), (other, one)]
    if len(names) > 2:  # a middle name beside them
        found += [(names[0], names[-1]), (names[1], names[0])]
    return list(dict.fromkeys(found))


def _by_chart(terms):
    if terms.chart:
        yield from _patients([by_chart(terms.chart)], rank=SURE)
        yield from _patients([by_beginning_of_chart(one) for one in {terms.chart, terms.chart.upper()}], rank=BEGINS)


def _by_phone(terms):
    if not terms.digits:
        return []
    whole = _owners(by_number(terms.digits), rank=SURE) if len(terms.digits) >= 10 else []
    found = whole or _owners(by_last_digits(terms.digits), rank=WHOLE)
    return [one for one in found if _fits(terms.names, one.name_key)] if terms.names else found


def _by_birth_and_name(terms):
    if terms.names and terms.born_on:
        return _patients(by_name(terms.names, born_on=terms.born_on), rank=SURE)
    if terms.names and not terms.digits:
        named = _patients(by_name(terms.names), rank=BEGINS)
        return [replace(one, rank=WHOLE) if _is_whole(terms.names, one.name_key) else one for one in named]
    return _patients([by_birth(terms.born_on)], rank=WHOLE) if terms.born_on else []


def _is_whole(names, name_key):
    """Whether what was said of a name, the first or the last or both, was said to its end."""
    last, _space, first = name_key.partition(" ")
    return any(said_first in ("", first) and said_last in ("", last) for said_first, said_last in readings(names))


def _by_likeness(terms):
    """Who has nearly this name: within a day of birth or a number, or else with the same beginnings of both names."""
    if terms.born_on:
        near = [by_birth(terms.born_on)]
    elif len(terms.names) > 1 and not terms.digits:
        near = []
        for first, last in readings(terms.names):
            if first and last:
                near.append(Patient.objects.filter(**_begins("name_key", last[:3]), **_begins("given_key", first[:1])))
                near.append(Patient.objects.filter(**_begins("given_key", f"{first} {last[:1]}")))
    else:
        return []
    return [one for one in _patients(near, rank=NEARLY, most=COMPARED) if _fits(terms.names, one.name_key)]


def _fits(names, name_key):
    """Whether a name is what was typed, or nearly."""
    last, _space, first = name_key.partition(" ")
    for said_first, said_last in readings(names):
        if last.startswith(said_last) and first.startswith(said_first):
            return True
        if said_first and said_last and fuzz.ratio(f"{said_last} {said_first}", name_key) >= ALIKE:
            return True
    return False


def _patients(ways, *, rank, most=CANDIDATES):
    """The candidates of several querysets of patients, in one query."""
    rows = [way.annotate(person=PERSON).values_list("person", "name_key")[:most] for way in ways]
    found = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    return [Candidate(person, rank, key) for person, key in found]


def _owners(numbers, *, rank):
    rows = numbers.annotate(person=Coalesce("patient__merged_into_id", "patient_id"), name_key=F("patient__name_key"))
    return [Candidate(person, rank, key) for person, key in rows.values_list("person", "name_key")[:CANDIDATES]]
