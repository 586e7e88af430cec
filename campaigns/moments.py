"""A moment as people say it at the phone, “tue 3pm” or “in 2 hours”, read as a wall time. Pure: no ORM, no zone of its own."""

import re
from datetime import date, datetime, time, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Where only a part of the day is said. Chosen within calling hours; lunch and after work are when people answer.
PARTS = {
    "noon": time(12), "midday": time(12), "lunch": time(12), "lunchtime": time(12),
    "morning": time(10), "afternoon": time(14), "evening": time(17, 30), "tonight": time(18),
}  # fmt: skip
# Which half of the day a bare figure beside them belongs to; lunch and noon lie in both.
HALVES = {"morning": "am", "afternoon": "pm", "evening": "pm", "tonight": "pm"}
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
EXAMPLES = "Write it as in “tue 3pm”, “tomorrow 9:30”, “dec 14 2pm” or “in 2 hours”."
# Before this hour a bare figure means the afternoon: nobody is called at 3 at night.
FIRST_MORNING_HOUR = 8

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
_RELATIVE = re.compile(r"\bin (an?|\d{1,3}) ?(min|h|d|w)(?:utes?|ours?|rs?|ays?|eeks?|ks?|s)?\b")
_DATES = (
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?\b"),
    re.compile(rf"\b(?P<month>{_MONTH})[a-z]* (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: (?P<year>\d{{4}})\b)?(?![:\d]| ?[ap]m?\b)"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})[a-z]*\b(?: (?P<year>\d{{4}})\b)?"),
)
_NEXT_WEEK = re.compile(r"\bnext (?:week|wk)\b")
_DAY = re.compile(rf"\b(?:(?P<next>next) |this )?(?P<weekday>{_WEEKDAY})(?:s|nes|rs|ur|urs)?(?:day)?\b")
_NEAR = re.compile(r"\b(today|tonight|tomorrow|tmrw|tmr|tom)\b")
_CLOCKS = (
    re.compile(r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>am|pm|a|p)\b"),
    re.compile(r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})\b"),
    re.compile(r"\b(?P<hour>\d{1,2})\b"),
)
_PART = re.compile(rf"\b({'|'.join(PARTS)})\b")
_FILLERS = re.compile(r"\b(?:at|on|the|around|about|in|o'?clock)\b")


class Unreadable(Exception):
    """The words are no moment. The text says so to the agent, with examples."""


def read(words, *, now):
    """The wall time that `words` mean, without a zone. `now` is the present wall time of whoever is called.

    A day alone means its morning, a time alone its next occurrence, a bare 1 to 7 the afternoon. A date without a year is
    the next such date. Raises Unreadable; whether the moment suits (past, too far, calling hours) others say.
    """
    said = _plain(words)
    now = now.replace(tzinfo=None, second=0, microsecond=0)
    try:
        relative, said = _take(_RELATIVE, said)
        if relative:
            return _after(relative, said, now)
        on, said = _day_of(said, now.date())
        at, said = _clock_of(said)
        if _FILLERS.sub(" ", said).strip() or (on is None and at is None):
            raise Unreadable(f"“{' '.join(words.split())[:40]}” is no day and time. {EXAMPLES}")
        return _put_together(on, at, now)
    except (ValueError, OverflowError) as wrong:
        raise Unreadable(f"There is no such day or time. {EXAMPLES}") from wrong


def written(moment):
    """A wall time in words that `read` takes: Nov 24 2026 3:00 PM."""
    return f"{moment:%b} {moment.day} {moment.year} {moment:%I:%M %p}".replace(" 0", " ")


def _plain(words):
    said = " ".join(words.lower().replace(",", " ").split())
    return re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", said)


def _take(pattern, said):
    found = pattern.search(said)
    if found is None:
        return None, said
    return found, f"{said[: found.start()]} {said[found.end() :]}"


def _after(relative, rest, now):
    count, unit = relative.groups()
    wait = UNITS[unit] * (1 if count in ("a", "an") else int(count))
    at, rest = _clock_of(rest)
    if _FILLERS.sub(" ", rest).strip():
        raise Unreadable(f"“{' '.join(rest.split())[:40]}” was not understood. {EXAMPLES}")
    if at is not None and wait < UNITS["d"]:
        raise Unreadable(f"A time beside hours or minutes was not understood. {EXAMPLES}")
    moment = now + wait
    return moment if at is None else datetime.combine(moment.date(), at)


def _day_of(said, today):
    """(date or None, what was said beside it)."""
    written_on = weekday = None
    for pattern in _DATES:
        found, said = _take(pattern, said)
        if found:
            written_on = _date(found, today)
            break
    week_later, said = _take(_NEXT_WEEK, said)
    weekday, said = _take(_DAY, said)
    if written_on is not None:
        if weekday and WEEKDAYS.index(weekday["weekday"]) != written_on.weekday():
            raise Unreadable(f"{written_on:%B} {written_on.day} is a {written_on:%A}. Which of the two is meant?")
        return written_on, said
    if weekday:
        return _weekday(weekday, today, week_later=bool(week_later)), said
    if week_later:
        return today + timedelta(weeks=1), said
    near, rest = _take(_NEAR, said)
    if near is None:
        return None, said
    if near[1] == "tonight":
        return today, said  # a part of the day, too: it is left in for the clock
    return today + timedelta(days=near[1] != "today"), rest


def _date(found, today):
    month = MONTHS.index(found["month"]) + 1 if found["month"] in MONTHS else int(found["month"])
    year = int(found["year"] or 0)
    if year:
        return date(year if year > 99 else 2000 + year, month, int(found["day"]))
    on = date(today.year, month, int(found["day"]))
    return on if on >= today else on.replace(year=today.year + 1)


def _weekday(found, today, *, week_later):
    index = WEEKDAYS.index(found["weekday"])
    if found["next"] or week_later:
        return today + timedelta(days=7 - today.weekday() + index)
    return today + timedelta(days=(index - today.weekday()) % 7)


def _clock_of(said):
    """(time or None, what was said beside it)."""
    part, said = _take(_PART, said)
    for pattern in _CLOCKS:
        found, rest = _take(pattern, said)
        if found:
            return _clock(found, part), rest
    return (PARTS[part[1]] if part else None), said


def _clock(found, part):
    said = {"minute": None, "half": None} | found.groupdict()
    hour, minute = int(said["hour"]), int(said["minute"] or 0)
    half = said["half"] or (part and HALVES.get(part[1]))
    if (half and not 1 <= hour <= 12) or (part and part[1] == "morning" and hour == 12):
        raise ValueError("not on a clock of twelve hours")
    if half:
        return time(hour % 12 + (12 if half.startswith("p") else 0), minute)
    is_afternoon = 1 <= hour < FIRST_MORNING_HOUR and not said["hour"].startswith("0")
    return time(hour + 12 if is_afternoon else hour, minute)


def _put_together(on, at, now):
    if on is None:
        moment = datetime.combine(now.date(), at)
        return moment if moment > now else moment + timedelta(days=1)
    if at is None:
        if on == now.date():
            raise Unreadable(f"Say the time, too. {EXAMPLES}")
        return datetime.combine(on, PARTS["morning"])
    return datetime.combine(on, at)
