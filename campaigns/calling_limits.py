"""All that limits the hours of calls in one place on one date, in the order in which it is told to people.

The law comes first, then what the practice decided, then what the person asked for. Each limit leaves one window of
wall-clock time there, or none; what all of them leave is open.
"""

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

from patients.area_states import STATES
from patients.wishes import clock

from .calling_law import FEDERAL, UNKNOWN_STATE, Window, federal_holiday, forbidden_holiday, state_law

LONGEST_WORDS = 200
WEEKEND = {6: "on Saturday", 7: "on Sunday"}
NO_HOURS = None
# Of several that forbid a call, the first is told.
KINDS = ("FEDERAL", "STATE", "STATE_HOLIDAY", "CALENDAR", "HOLIDAY", "PRACTICE", "RULE", "WISH", "CAMPAIGN", "CLOCKS")


class Rule(NamedTuple):
    """A practice's own rule (HoursRule). State and times are empty as in the table."""

    state: str
    weekdays: tuple[int, ...]
    opens_at: time | None
    closes_at: time | None
    note: str


class Day(NamedTuple):
    """A date on which the practice departs from the calendar (CalendarDay)."""

    is_closed: bool
    name: str


@dataclass(frozen=True)
class Limits:
    """What a practice decided: its hours and ISO weekdays, its Rules, and its Days by date.

    With `keeps_holidays` off neither holidays nor days count: an ordinary week, to look at the hours themselves.
    """

    hours: Window
    weekdays: frozenset[int]
    rules: tuple[Rule, ...]
    days: dict
    keeps_holidays: bool = True


class Limit(NamedTuple):
    """`kind` is a code, `who` begins the sentence that says what closes, `why` ends it (a citation).

    `days` says for which days the window is, where others have another one.
    """

    kind: str
    window: Window | None
    who: str
    why: str = ""
    days: str = ""


@dataclass(frozen=True)
class Closure:
    """What forbids a call now. `kind` is the code of the limit, `words` says it with its citation.

    `zone` and `state` name the place; the state is empty where it is unknown.
    """

    kind: str
    words: str
    zone: str
    state: str

    def __str__(self):
        return self.words


def limits_at(*, state, wish, on, limits, own=None):
    """Every Limit on a date of the place's own calendar. `wish` is the person's, `own` the hours of a campaign (Wishes)."""
    weekday = on.isoweekday()
    yield Limit("FEDERAL", FEDERAL.window(weekday), "Federal law allows", FEDERAL.citation)
    law = state_law(state, on=on)
    if law is UNKNOWN_STATE:
        yield Limit("STATE", law.window(weekday), "The state is not known, and the strictest allows", days=_days(law, weekday))
    elif law:
        yield Limit("STATE", law.window(weekday), f"{law.name} allows", law.citation, _days(law, weekday))
    if limits.keeps_holidays:
        yield from _closed_days(state, law, on, limits)
    yield Limit("PRACTICE", limits.hours if weekday in limits.weekdays else NO_HOURS, "The practice makes")
    for rule in limits.rules:
        if weekday in rule.weekdays and (rule.state in ("", state) or state not in STATES):
            window = Window(rule.opens_at, rule.closes_at) if rule.opens_at else NO_HOURS
            where = f" for {STATES[rule.state].name}" if rule.state in STATES else ""
            yield Limit("RULE", window, f"A rule of the practice{where} allows", rule.note, f"on {on:%A}")
    if wish:
        window = Window(wish.starts, wish.ends) if weekday in wish.weekdays else NO_HOURS
        yield Limit("WISH", window, f"The person asked to be called {wish}")
    if own:
        window = Window(own.starts, own.ends) if weekday in own.weekdays else NO_HOURS
        yield Limit("CAMPAIGN", window, "This campaign makes")


def _days(law, weekday):
    if law.weekdays == law.saturday == law.sunday:
        return ""
    return WEEKEND.get(weekday, "Monday to Friday")


def _closed_days(state, law, on, limits):
    if name := forbidden_holiday(state, on=on):
        who = "The strictest state" if law is UNKNOWN_STATE else law.name
        yield Limit("STATE_HOLIDAY", NO_HOURS, f"Holiday: {name}. {who} allows no calls", law.citation if law.state else "")
    day = limits.days.get(on)
    if day and day.is_closed:
        yield Limit("CALENDAR", NO_HOURS, f"The practice makes no calls: {day.name}")
    elif not day and (name := federal_holiday(on)):
        yield Limit("HOLIDAY", NO_HOURS, f"Holiday: {name}")


def words_for(limit, *, on, at):
    """The sentence for a limit that forbids a call on a date at a wall-clock time; at most 200 characters."""
    if limit.kind in ("STATE_HOLIDAY", "CALENDAR", "HOLIDAY", "WISH"):
        words = limit.who
    elif limit.window is None:
        words = f"{limit.who} no calls on {on:%A}"
    elif limit.kind in ("PRACTICE", "CAMPAIGN"):
        words = f"{limit.who} calls from {clock(limit.window.opens)} to {clock(limit.window.closes)}"
    else:
        side = f"from {clock(limit.window.opens)}" if at < limit.window.opens else f"until {clock(limit.window.closes)}"
        words = " ".join(filter(None, (limit.who, "calls", side, limit.days)))
    return (f"{words} ({limit.why})" if limit.why else words)[:LONGEST_WORDS]
