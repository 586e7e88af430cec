"""How alike two records of people are, from 0 to 100, and what speaks for and against one person. Pure.

| agrees | points |
|---|---|
| last name, first name | 25, 20; seven tenths where they are similar, one begins with the other, or both are swapped |
| date of birth | 30; 12 where day and month are transposed or one digit differs; −25 where it differs otherwise |
| a phone number | 20 |
| e-mail | 15 |
| ZIP | 5 |

What is missing speaks neither way, so it earns a part where the rest agrees: with the same name and date of birth 10 points
where one side lists no number; with the same or a similar name and a shared number 20 where neither side has a date of
birth (two rows of one layout), 10 where one side has it.

Merging two people is worse than asking once more. So a pair is SURE only with the very same name, no date of birth that
differs, no other middle initial and no other chart number; and it is listed at all, where one part of the name is another,
only with the same date of birth and a shared number or e-mail (a married name, a nickname; twins too, who are told apart
by a person). Households share numbers, common names share birthdays: neither alone lists a pair.
"""

from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import JaroWinkler

from .names import plain

# At SURE and above two records are one person; from UNSURE on a person decides; below they are two.
SURE = 85
UNSURE = 55

LAST_NAME, FIRST_NAME, SIMILAR = 25, 20, 0.7
BIRTH, SIMILAR_BIRTH, OTHER_BIRTH = 30, 12, -25
NO_BIRTHS, ONE_BIRTH = 20, 10
PHONE, NO_PHONE = 20, 10
EMAIL, ZIP = 15, 5
# Smyth for Smith is 0.89, Jonson for Johnson 0.96; Anna and Ida are 0.
ALIKE = 0.88
# “Jo” begins too many names; “Jon” is Jonathan's.
SHORTEST_NICKNAME = 3

EVIDENCE = {
    "SAME_NAME": "Same name",
    "SIMILAR_NAME": "Similar name",
    "SWAPPED_NAME": "First and last name swapped",
    "OTHER_FIRST_NAME": "Other first name",
    "OTHER_LAST_NAME": "Other last name",
    "OTHER_MIDDLE_NAME": "Other middle name",
    "SAME_BIRTH": "Same date of birth",
    "SIMILAR_BIRTH": "Similar date of birth",
    "OTHER_BIRTH": "Other date of birth",
    "SHARED_PHONE": "Shared phone number",
    "SAME_EMAIL": "Same e-mail",
    "SAME_ZIP": "Same ZIP",
    "OTHER_CHART": "Other chart number",
}
# What speaks against one person.
AGAINST = {"OTHER_FIRST_NAME", "OTHER_LAST_NAME", "OTHER_MIDDLE_NAME", "OTHER_BIRTH", "OTHER_CHART"}


@dataclass(frozen=True)
class Likeness:
    """Points from 0 to 100 and codes of EVIDENCE; unpacks as (score, evidence)."""

    score: int
    evidence: tuple[str, ...]

    def __iter__(self):
        return iter((self.score, self.evidence))

    @property
    def is_sure(self):
        return self.score >= SURE

    @property
    def is_unsure(self):
        return UNSURE <= self.score < SURE


@dataclass(frozen=True)
class Traits:
    """What two records are compared by. Empty strings, None and an empty set mean unknown."""

    first_name: str
    last_name: str
    middle_name: str = ""
    born_on: date | None = None
    e164s: frozenset[str] = frozenset()
    zip_code: str = ""
    email: str = ""
    mrn: str = ""


def likeness(a, b):
    """Compare two Traits; the same answer whichever comes first."""
    last, first, names = _names(a, b)
    birth, births = _birth(a.born_on, b.born_on)
    shared = bool(a.e164s & b.e164s)
    same_email = bool(a.email) and a.email.casefold() == b.email.casefold()
    same_zip = bool(a.zip_code) and a.zip_code[:5] == b.zip_code[:5]
    points = LAST_NAME * last + FIRST_NAME * first + birth + PHONE * shared + EMAIL * same_email + ZIP * same_zip
    if last and first:
        points += _for_what_is_missing(a, b, births=births, shared=shared, same_name="SAME_NAME" in names)
    other_chart = bool(a.mrn and b.mrn) and a.mrn != b.mrn
    evidence = [*names, *births]
    evidence += [code for code, holds in _rest(shared, same_email, same_zip, other_chart) if holds]
    if not (last and first) and not (births == ["SAME_BIRTH"] and (last or first) and (shared or same_email)):
        points = min(points, UNSURE - 1)
    if names != ["SAME_NAME"] or "SIMILAR_BIRTH" in births or "OTHER_BIRTH" in births or other_chart:
        points = min(points, SURE - 1)
    return Likeness(max(0, min(100, int(points))), tuple(evidence))


def _names(a, b):
    """How far last and first name agree (1, SIMILAR or 0), and the evidence codes."""
    last_a, first_a, last_b, first_b = plain(a.last_name), plain(a.first_name), plain(b.last_name), plain(b.first_name)
    last, first = _alike(last_a, last_b), _alike(first_a, first_b)
    if not (last and first) and last_a and first_a and (last_a, first_a) == (first_b, last_b):
        return SIMILAR, SIMILAR, ["SWAPPED_NAME"]
    if last == first == 1:
        codes = ["SAME_NAME"]
    elif last and first:
        codes = ["SIMILAR_NAME"]
    else:
        codes = [code for code, part in (("OTHER_LAST_NAME", last), ("OTHER_FIRST_NAME", first)) if not part]
    middle_a, middle_b = plain(a.middle_name)[:1], plain(b.middle_name)[:1]
    if middle_a and middle_b and middle_a != middle_b:
        codes.append("OTHER_MIDDLE_NAME")
    return last, first, codes


def _alike(a, b):
    if not a or not b:
        return 0
    if a == b:
        return 1
    short, long = sorted((a, b), key=len)
    if len(short) >= SHORTEST_NICKNAME and long.startswith(short):
        return SIMILAR
    return SIMILAR if JaroWinkler.similarity(a, b) >= ALIKE else 0


def _birth(a, b):
    if a is None or b is None:
        return 0, []
    if a == b:
        return BIRTH, ["SAME_BIRTH"]
    transposed = (a.year, a.month, a.day) == (b.year, b.day, b.month)
    digits = sum(one != other for one, other in zip(a.isoformat(), b.isoformat(), strict=True))
    return (SIMILAR_BIRTH, ["SIMILAR_BIRTH"]) if transposed or digits == 1 else (OTHER_BIRTH, ["OTHER_BIRTH"])


def _for_what_is_missing(a, b, *, births, shared, same_name):
    if births == ["SAME_BIRTH"]:
        return NO_PHONE if same_name and not (a.e164s and b.e164s) else 0
    if not births and shared:
        return NO_BIRTHS if a.born_on is None and b.born_on is None else ONE_BIRTH
    return 0


def _rest(shared, same_email, same_zip, other_chart):
    return [("SHARED_PHONE", shared), ("SAME_EMAIL", same_email), ("SAME_ZIP", same_zip), ("OTHER_CHART", other_chart)]
