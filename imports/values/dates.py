"""Dates and times as EMRs write them: the order of day and month is settled by vote over the whole column."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

NOTHING = {
    "", "-", "--", "n/a", "na", "none", "null", "nil", "never", "unknown", "unk", "not available", "tbd", "0", "\\n",
    "00/00/0000", "0000-00-00", "0001-01-01", "01/01/0001", "1/1/0001", "0000-00-00 00:00:00", "01/01/1753",
    "1753-01-01", "00/00/00", "0/0/0000", "  /  /", "/  /",
}  # fmt: skip
# What databases and spreadsheets write for no date at all.
_NO_DAYS = {dt.date(1, 1, 1), dt.date(1753, 1, 1), dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1)}
_LAST_NO_DAY = max(_NO_DAYS)
LONGEST = 60
LONGEST_PROSE = 20_000
FIRST_SERIAL = 1_830  # 1905: less is an age or a count
EXCEL_EPOCH = dt.date(1899, 12, 30)
OLDEST = dt.date(1870, 1, 1)
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {name[:end]: n for n, name in enumerate(_MONTH_NAMES, 1) for end in range(3, len(name) + 1)}
_USUAL = re.compile(r"([0-9]{1,2})([/\-])([0-9]{1,2})\2((?:19|20)[0-9]{2})").fullmatch
_NUMERIC = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{1,4})(?=$|[T ,])").match
_NAMED = re.compile(
    r"(?:[a-z]{3,9},? )?([a-z]{3,9})\.?[ \-/]?(\d{1,2})(?:st|nd|rd|th)?(?:, ?|[ \-/])(\d{4}|\d{2})(?!\d)", re.IGNORECASE
).match
_NAMED_DAY_FIRST = re.compile(
    r"(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ \-/]?([a-z]{3,9})\.?,?[ \-/]?(\d{4}|\d{2})(?!\d)", re.IGNORECASE
).match
_NAMED_YEAR_FIRST = re.compile(r"(\d{4})[ \-/]?([a-z]{3,9})\.?[ \-/]?(\d{1,2})(?!\d)", re.IGNORECASE).match
_INSIDE = re.compile(r"(?<![\d/\-])(?:\d{1,2}[/\-]\d{1,2}[/\-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?![\d/\-])")
_SEEN = re.compile(r"\bseen\b\W{0,5}(?:on\b)?", re.IGNORECASE)
_COMPACT = re.compile(r"([0-9]{8})(?:[0-9]{4,6}(?:\.[0-9]+)?)?").fullmatch
_SERIAL = re.compile(r"[0-9]{1,5}(?:\.[0-9]+)?").fullmatch
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*([ap])?\.?(?:m\b\.?)?", re.IGNORECASE)
_FRACTION = re.compile(r"0?\.\d{1,17}")
_BARE_CLOCK = re.compile(r"^(\d{1,2})(\d{2})\s*([ap])?m?$|^(\d{1,2})\s*([ap])\.?m?\.?$", re.IGNORECASE)
_OFFSET = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$")


@dataclass(frozen=True)
class DateFormat:
    """How a column writes numeric dates: `order` is MDY or DMY, `compact` YMD, MDY or DMY for eight digits.

    `decided` is true when some value told day from month, `ambiguous` when there were such dates and none told.
    """

    order: str = "MDY"
    compact: str = "YMD"
    ambiguous: bool = False
    decided: bool = False


def _parts(text):
    match = _NUMERIC(text)
    return (int(match[1]), int(match[3]), int(match[4]), len(match[1]), len(match[4])) if match else None


def vote(values):
    """Settle the DateFormat of a column from its values (any iterable of strings)."""
    orders, compacts, numeric = Counter(), Counter(), 0
    for text in _dates_among(values):
        if parts := _parts(text):
            a, b, _, long_first, _ = parts
            if long_first == 4:
                continue
            numeric += 1
            orders["MDY"] += a <= 12 < b <= 31
            orders["DMY"] += b <= 12 < a <= 31
        elif match := _COMPACT(text):
            for order in ("YMD", "MDY", "DMY"):
                compacts[order] += _real(match[1], order)
    order = "DMY" if orders["DMY"] > orders["MDY"] else "MDY"
    best = max(("YMD", "MDY", "DMY"), key=lambda o: compacts[o])
    return DateFormat(order, best, ambiguous=bool(numeric) and not orders.total(), decided=bool(orders.total()))


def _dates_among(values):
    """Cells that begin with a date as they are, and the dates inside those that do not ("Seen 1/2/2024 for …")."""
    for value in values:
        text = value.strip()
        if len(text) <= LONGEST:
            yield text
        if text[:1].isalpha():
            yield from _INSIDE.findall(text[:LONGEST_PROSE])


def _real(digits, order):
    try:
        year, month, day = _split_compact(digits, order)
        return OLDEST <= dt.date(year, month, day) <= dt.date(2100, 1, 1)
    except ValueError:
        return False


def _split_compact(digits, order):
    if order == "YMD":
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return (year, first, second) if order == "MDY" else (year, second, first)


def read_date(text, form, *, today, birth=False):
    """The date in a cell, or None when the cell says there is none ("Never", 0000-00-00).

    Two-digit years of birth never lie in the future; other two-digit years mean 1970 to 2069. Raises ValueError with the reason.
    """
    if found := _usual_date(text, form, today):
        return found
    text = text.strip()
    if not text or text.lower() in NOTHING:
        return None
    year, month, day = _numbers(text.lstrip("'"), form, today, birth)
    if not day and not month:
        return None
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise ValueError("there is no such date") from None
    if found in _NO_DAYS:
        return None
    if not OLDEST <= found <= dt.date(2200, 1, 1):
        raise ValueError("the year is out of range")
    if birth and found > today:
        if re.search(r"\d{4}", text):
            raise ValueError("a date of birth in the future")
        found = found.replace(year=found.year - 100)
    return found


def _usual_date(text, form, today):
    """The past date of a cell in the usual form, the short way; None for any other, which is read with care."""
    if usual := _USUAL(text):
        month, day, year = usual.group(1, 3, 4) if form.order == "MDY" else usual.group(3, 1, 4)
        try:
            found = dt.date(int(year), int(month), int(day))
        except ValueError:
            return None
        if _LAST_NO_DAY < found < today:
            return found
    return None


def dates_in(text, form, *, today):
    """Every date of past visits in a cell of prose ("Seen 1/2/2024 for …; Seen …"), each once; () for a blank.

    Where the cell says "seen", only the dates right behind that word count. Raises ValueError when no date is in it.
    """
    text = text[:LONGEST_PROSE].strip()
    if text.lower() in NOTHING:
        return ()
    behind = [match.end() for match in _SEEN.finditer(text)]
    spans = [text[start : start + 30] for start in behind] or [text]
    found = {}
    for span in spans:
        for written in _INSIDE.findall(span)[: 1 if behind else None]:
            found[read_date(written, form, today=today)] = None
    found.pop(None, None)
    if not found:
        raise ValueError("no date in it")
    return tuple(found)


def _numbers(text, form, today, birth):
    if len(text) > LONGEST:
        raise ValueError("not a date")
    if parts := _parts(text):
        return _ordered(parts, form, today, birth)
    if text.isdecimal() or _SERIAL(text):
        return _digits_only(text, form)
    text = " ".join(text.split())
    if match := _NAMED(text):
        return _named(match[3], match[1], match[2], today, birth)
    if match := _NAMED_DAY_FIRST(text):
        return _named(match[3], match[2], match[1], today, birth)
    if match := _NAMED_YEAR_FIRST(text):
        return _named(match[1], match[2], match[3], today, birth)
    if match := _COMPACT(text):
        return _split_compact(match[1], form.compact)
    raise ValueError("not a date")


def _digits_only(text, form):
    """Eight digits are a date without separators, up to five are a day as spreadsheets count them."""
    if match := _COMPACT(text):
        return _split_compact(match[1], form.compact)
    number = int(float(text)) if len(text) < 20 else 0
    if 1900 <= number <= 2100:
        raise ValueError("only a year, not a date")
    if number < FIRST_SERIAL or number > 99_999:
        raise ValueError("not a date")
    found = EXCEL_EPOCH + dt.timedelta(days=number)
    return found.year, found.month, found.day


def _ordered(parts, form, today, birth):
    a, b, c, first_width, last_width = parts
    if first_width == 4:
        return a, b, c
    if first_width == 3 or last_width == 3:
        raise ValueError("the year has three digits")
    month, day = (a, b) if form.order == "MDY" else (b, a)
    if day <= 12 < month <= 31:
        raise ValueError("day and month are swapped in this cell")
    return (c if last_width == 4 else _century(c, today, birth)), month, day


def _named(year, month, day, today, birth):
    number = _MONTHS.get(month.lower())
    if number is None:
        raise ValueError("not a date")
    return (int(year) if len(year) == 4 else _century(int(year), today, birth)), number, int(day)


def _century(two, today, birth):
    if birth:
        return 2000 + two if 2000 + two <= today.year else 1900 + two
    return 2000 + two if two < 70 else 1900 + two


def read_time(text):
    """The time of day in a cell, rounded to the minute, or None when none is recorded (blank, midnight).

    Exports write 09:59:59.999 for ten o'clock and 00:00 for "not recorded". Raises ValueError for words.
    """
    text = text.strip()
    if text.lower() in NOTHING:
        return None
    if len(text) > LONGEST:
        raise ValueError("not a time")
    if _FRACTION.fullmatch(text):  # of a day, as spreadsheets keep times
        minutes = round(float(text) * 1440) % 1440
        return dt.time(minutes // 60, minutes % 60) if minutes else None
    clock = _CLOCK.search(text)
    if clock:
        hour, minute, second, meridiem = int(clock[1]), int(clock[2]), int(clock[3] or 0), (clock[5] or "").lower()
    elif bare := _BARE_CLOCK.match(text):
        hour, minute, second = int(bare[1] or bare[4]), int(bare[2] or 0), 0
        meridiem = (bare[3] or bare[5] or "").lower()
    else:
        raise ValueError("not a time")
    if meridiem:
        hour = hour % 12 + 12 * (meridiem == "p")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("there is no such time")
    total = hour * 60 + minute + (second >= 30)
    return None if total % 1440 == 0 else dt.time(total % 1440 // 60, total % 60)


def read_datetime(text, form, *, today, zone):
    """(date, time or None) of a cell that may hold both. An instant with an offset is turned into the zone's wall clock."""
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError("not a date")
    if (text[-1:] == "Z" or "+" in text or "-" in text[16:]) and _OFFSET.search(text):
        try:
            instant = dt.datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "T", 1).replace(" ", ""))
            local = instant.astimezone(zone)
            return local.date(), local.time().replace(second=0, microsecond=0)
        except ValueError:
            raise ValueError("not a date and time") from None
    day = read_date(text, form, today=today)
    if day is None:
        return None, None
    if ":" in text:
        return day, read_time(text)
    if _SERIAL(text) and "." in text:
        minutes = round(float("0." + text.split(".")[1]) * 1440) % 1440
        return day, dt.time(minutes // 60, minutes % 60) if minutes else None
    return day, None
