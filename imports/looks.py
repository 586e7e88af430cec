"""What the cells of a column look like, whatever its name: phones, dates, names, numbers. It is `mapping` that decides."""

import datetime as dt
import re
from collections import Counter
from functools import cached_property

import phonenumbers
import zipcodes

from imports.values import codes, dates, given, names, phones

CLIP = 200
LOOKED_AT = 40
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_COMMA_NAME = re.compile(r"[^\W\d_][^\d,@:/]{0,60},\s*[^\W\d_][^\d,@:/]{0,60},?[^\d,@:/]{0,20}")
_PLAIN_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?: [^\W\d_][^\W\d_'’.\-]*){1,4}")
_ONE_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:[ \-'’][^\W\d_][^\W_]*){0,3}\d{0,4}")
_ID = re.compile(r"[A-Za-z]{0,5}[-.#]?\d[\w\-.]{0,39}|\d[\w\-]{0,20}:\s*[^\W\d_].{0,60}")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?")
_LONG_KEY = re.compile(r"(?=[^-]*\d)[\w]{4,}(?:-[\w]{2,}){2,6}")
_MONEY = re.compile(r"-?\$?\d[\d,]*\.\d{1,2}")
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?(?:\.0)?|\d{4}(?:\.0)?")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:[ap]\.?m?\.?)?", re.IGNORECASE)
_ANY_TIME = re.compile(r".*\d:\d\d.*|\d{1,2} ?[ap]\.?m?\.?|\d{3,4}(?: ?[ap]m?)?|0?\.\d+|0", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(
    r"\d{1,4}([/.\-])\d{1,2}\1\d{1,4}(?!\d)|(?:[a-z]{3,9},? )?[a-z]{3,9}\.? ?\d{1,2}(?:st|nd|rd|th)?,? \d{2,4}\b"
    r"|\d{1,2}[ \-][a-z]{3,9}\.?,?[ \-]\d{2,4}\b",
    re.IGNORECASE,
)
_DATE_INSIDE = re.compile(r"(?<!\d)(?:\d{1,2}[/\-]\d{1,2}[/\-]\d{2,4}|\d{4}-\d{2}-\d{2})(?!\d)")
_DIGIT_DATE = re.compile(r"\d{5}(?:\.\d+)?|(?:19|20)\d{6}|\d{4}(?:19|20)\d{2}")
_STREET = re.compile(r"\d+[A-Za-z]?(?: \S{1,30}){2,8}|p\.? ?o\.? ?box.{1,}", re.IGNORECASE)
_CREDENTIALS = re.compile(
    r"\b(?:MD|DO|OD|NP|PA-C|PA|DPM|DDS|DMD|RN|APRN|FNP|PhD|FACC|CRNA)\b\.?|\bM\.D\.|\bD\.O\.|^Dr\b", re.IGNORECASE
)
_SEXES = {"M", "F", "U", "X", "O", "MALE", "FEMALE", "UNKNOWN", "OTHER", "MAN", "WOMAN", "NON-BINARY", "NONBINARY"}


class Look:
    """The cells of one column, by row; what they look like as shares of those that say something."""

    def __init__(self, cells):
        self.cells = [cell[:CLIP].strip() for cell in cells]
        self.values = [cell for cell in self.cells if cell and cell.lower() not in dates.NOTHING]
        self.filled = len(self.values) / len(self.cells) if self.cells else 0
        self.counts = Counter(self.values)
        self._shares = {}

    @cached_property
    def form(self):
        """How the column writes its dates."""
        return dates.vote(self.values)

    @cached_property
    def spread(self):
        """Some of the different cells from all over the column: a test that none of them passes need not be put to the rest."""
        different = list(self.counts)
        return different[:: len(different) // LOOKED_AT + 1]

    def share(self, test):
        """The part of the cells that pass a test (a name of this module's TESTS, or a function), from 0 to 1."""
        if test not in self._shares:
            passes = TESTS.get(test, test)
            passed = 0
            if len(self.spread) == len(self.counts) or any(map(passes, self.spread)):
                passed = sum(count for value, count in self.counts.items() if passes(value))
            self._shares[test] = passed / len(self.values) if self.values else 0
        return self._shares[test]

    @property
    def distinct(self):
        """How many of the cells are different ones, as a part of all."""
        return len(self.counts) / len(self.values) if self.values else 0

    def days(self, *, today, birth=False):
        """The date of each row, None where there is none to be read."""
        return [_day(cell, self.form, today, birth) for cell in self.cells]

    def are_births(self, *, today):
        """Whether the dates are of birth: none lies ahead and they reach back over decades, most of them beyond 18 years."""
        days = [day for day in self.days(today=today, birth=True) if day]
        if len(days) < 0.8 * len(self.values) or not days or sum(day > today for day in days) > _odd(days):
            return False
        ages = sorted((today - day).days / 365.25 for day in days)
        return ages[-1] > 40 and ages[len(ages) // 2] > 18 and (len(set(days)) < 4 or ages[-1] - ages[0] > 12)

    @cached_property
    def statuses(self):
        """The appointment statuses that the cells say; words that are none left out."""
        return {status for status in map(_status, self.counts) if status}

    @cached_property
    def is_counter(self):
        """Whether the cells just count the rows."""
        return len(self.cells) > 2 and all(cell == str(n) for n, cell in enumerate(self.cells, 1))

    @cached_property
    def given(self):
        """The part of common given names among the different values."""
        return given.share_given(list(self.counts))

    @cached_property
    def surnames(self):
        """The part of common surnames among the different values."""
        return given.share_surnames(list(self.counts))

    def is_plain_number(self, kinds=("ID",)):
        """Whether the cells are identifiers and nothing that only looks like one."""
        return self.share("ID") >= 0.95 and self.share("DATE_LIKE") < 0.5 and self.share("MONEY") < 0.5 and not self.is_counter


def _day(cell, form, today, birth):
    try:
        return dates.read_date(cell, form, today=today, birth=birth) if cell else None
    except ValueError:
        return None


def _has_number(cell):
    return phones.refuses(cell) or (len(re.sub(r"\D", "", cell)) >= 7 and not is_date(cell))


def is_phone(cell):
    """Whether a cell is a full phone number by its looks; ten bare digits must begin with an area code in use."""
    if not 10 <= sum(map(str.isdigit, cell)) <= 30 or is_date(cell):
        return False
    try:
        found = phones.read_phones(cell)
    except ValueError:
        return False
    if not found:
        return False
    return not cell.isdigit() or phonenumbers.is_valid_number(phonenumbers.parse(found[0][0]))


def is_date(cell):
    """Whether a cell begins with a written date."""
    return bool(_DATE.match(cell))


def is_id(cell):
    """Whether a cell is an identifier: a number with or without letters before it, or a GUID."""
    return bool(_ID.fullmatch(cell) or _GUID.fullmatch(cell) or (len(cell) > 20 and _LONG_KEY.fullmatch(cell)))


def _is_state(cell):
    return cell.upper() in codes.STATE_CODES or cell.lower() in codes.STATES


def _status(cell):
    try:
        return codes.read_status(cell)
    except ValueError:
        return ""


def _is_status(cell):
    try:
        return bool(codes.read_status(cell)) or codes.read_patient_status(cell)
    except ValueError:
        return False


def _is_real_zip(cell):
    return bool(_ZIP.fullmatch(cell)) and len(cell) > 4 and zipcodes.is_real(cell[:5])


def _is_language(cell):
    return len(cell) > 2 and cell.replace(" ", "").isalpha() and bool(codes.read_language(cell))


def _is_person(cell):
    """A full name of two to five words without comma, one of its ends a common given name."""
    if not _PLAIN_NAME.fullmatch(cell):
        return False
    words = cell.split()
    return given.plain(words[0]) in given.GIVEN or given.plain(words[1]) in given.GIVEN


TESTS = {
    "PHONE": is_phone,
    "HAS_NUMBER": _has_number,
    "DATE": is_date,
    "DATE_LIKE": lambda cell: is_date(cell) or bool(re.fullmatch(r"(?:19|20)\d{6}", cell)),
    "ANY_DATE": lambda cell: is_date(cell) or bool(_DIGIT_DATE.fullmatch(cell)),
    "DATE_INSIDE": _DATE_INSIDE.search,
    "TIME": _TIME.fullmatch,
    "ANY_TIME": _ANY_TIME.fullmatch,
    "EMAIL": _EMAIL.fullmatch,
    "SEX": lambda cell: cell.upper() in _SEXES,
    "ANY_SEX": lambda cell: codes.label_of(cell).upper()[:1] in set("FMUXOWNID"),
    "STATE": _is_state,
    "ZIP": lambda cell: bool(re.fullmatch(r"[\d\- ]{3,10}(\.0)?", cell)),
    "REAL_ZIP": _is_real_zip,
    "ID": is_id,
    "SHORT": lambda cell: len(cell) < 4,
    "MONEY": _MONEY.fullmatch,
    "COMMA_NAME": _COMMA_NAME.fullmatch,
    "PERSON": _is_person,
    "ONE_NAME": _ONE_NAME.fullmatch,
    "INITIAL": re.compile(r"[^\W\d_]\.?").fullmatch,
    "STATUS": _is_status,
    "LANGUAGE": _is_language,
    "STREET": _STREET.fullmatch,
    "CREDENTIALS": _CREDENTIALS.search,
    "YES_NO": lambda cell: cell.upper() in {"Y", "N", "YES", "NO", "LM", "TRUE", "FALSE", "0", "1", "T", "F"},
    "EXTENSION": lambda cell: bool(re.fullmatch(r"(?:x|ext\.?)? ?\d{1,8}(?:\.0)?", cell, re.IGNORECASE)),
    "CHART_STATUS": lambda cell: bool(codes.read_patient_status(cell)),
    "NAME_FIRST": re.compile(r"[^\W\d_][^\d,]+, ?[^\W\d_].*").fullmatch,
    "NO_LETTER": lambda cell: not any(character.isalpha() for character in cell),
    "NO_DIGIT": lambda cell: not any(character.isdigit() for character in cell),
    "TEST_NAME": lambda cell: names.is_test(*names.split_full_name(cell)[:2]),
}


def _odd(days):
    """How many cells of a column may be slips of the pen without saying anything about it."""
    return len(days) // 20


def recent(days, *, today, back=11_000):
    """Whether the dates, but for slips of the pen, lie within thirty years (or `back` days) and three ahead."""
    return sum(not today - dt.timedelta(back) < day < today + dt.timedelta(1_100) for day in days) <= _odd(days)


def ahead(days, *, today):
    """How many dates lie ahead; slips of the pen do not count."""
    count = sum(day > today for day in days)
    return count if count > _odd(days) or count > 1 else 0
