"""What somebody typed into the search box, taken apart. Pure: words in, terms out."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from .names import plain

# Fewer letters or digits than this fit too many people to be of use.
SHORTEST = 3
# Of a phone number people give the last four, or all of it.
FEWEST_DIGITS, MOST_DIGITS = 4, 15
# Nobody's name has more parts than this; what follows is taken together.
MOST_PARTS = 4
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*\.?"
# Month before day, as in the US; the year first as computers write it.
_DATES = (
    re.compile(r"(?<![\w/.-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?![\w/.-])"),
    re.compile(r"(?<![\w/.-])(?P<month>\d{1,2})(?P<mark>[/.-])(?P<day>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?![\w/.-])"),
    re.compile(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<month>{_MONTH}) (?P<year>\d{{4}})\b", re.IGNORECASE),
)
_RUN_TOGETHER = re.compile(r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{4}|\d\d)").fullmatch
_PUNCTUATED = re.compile(r"[\d()+./-]+").fullmatch


class TooShort(Exception):
    """Fewer than three letters or digits were typed."""


@dataclass(frozen=True)
class Terms:
    """`names` are parts of a name as patients/names.py writes them, in the order typed; `digits` those of a phone number,
    the last ones or all; `chart` what may be an MRN.
    """

    names: tuple[str, ...] = ()
    digits: str = ""
    chart: str = ""
    born_on: date | None = None


def parse(text, *, today):
    """The Terms of what was typed. Figures that can be read in several ways are, so that each way is looked up.

    `today` tells the century of a two-digit year: nobody was born in the future. Raises TooShort.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if sum(letter.isalnum() for letter in text) < SHORTEST:
        raise TooShort
    born_on, rest = _take_date(text, today=today)
    words = [word for word in re.split(r"[\s,;#:]+", rest) if word and word.lower() != "mrn"]
    figures = [word for word in words if any(letter.isdigit() for letter in word)]
    digits = re.sub(r"\D", "", "".join(word for word in figures if _PUNCTUATED(word)))
    names = [plain(word) for word in words if word not in figures]
    if born_on is None and not any(names):
        born_on = _date(_RUN_TOGETHER(digits), today=today)
    names = [name for name in names if name]
    return Terms(
        names=(*names[: MOST_PARTS - 1], *filter(None, ["".join(names[MOST_PARTS - 1 :])])),
        digits=digits if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else "",
        chart=words[0] if words == figures and len(words) == 1 and len(words[0]) >= SHORTEST else "",
        born_on=born_on,
    )


def _take_date(text, *, today):
    """(the date, or None; the text without it)."""
    for form in _DATES:
        match = form.search(text)
        found = _date(match, today=today)
        if found:
            return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _date(match, *, today):
    if match is None:
        return None
    month, year = match["month"], int(match["year"])
    month = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
    if len(match["year"]) == 2:
        year += 2000 if 2000 + year <= today.year else 1900
    try:
        return date(year, month, int(match["day"]))
    except ValueError:
        return None
