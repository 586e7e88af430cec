"""The law's calling hours, read from calling_law.toml: what each place allows on each day.

Sources and doubts stand in that file. A person whose state is unknown is held to the intersection of all rows.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import cache, reduce
from pathlib import Path

import holidays

from patients.area_states import STATES

SATURDAY, SUNDAY = 6, 7  # ISO


@dataclass(frozen=True)
class Window:
    """Wall-clock times of the person called: open from `opens`, until just before `closes`."""

    opens: time
    closes: time

    def __and__(self, other):
        """What both allow, or None."""
        opens, closes = max(self.opens, other.opens), min(self.closes, other.closes)
        return Window(opens, closes) if opens < closes else None


@dataclass(frozen=True)
class Law:
    """One row of the table. A window of None means that no calls are allowed on these days.

    `state` is empty for the federal row and for the intersection of all. `most_in_a_day` is the most calls in 24 hours,
    or None. `conflict` and `verify` say what is in doubt. Before `since` the row has no effect.
    """

    state: str
    name: str
    weekdays: Window | None
    saturday: Window | None
    sunday: Window | None
    citation: str
    no_holidays: bool = False
    most_in_a_day: int | None = None
    conflict: str = ""
    verify: str = ""
    note: str = ""
    since: date | None = None

    def window(self, weekday):
        """The hours on an ISO weekday, or None."""
        return {SATURDAY: self.saturday, SUNDAY: self.sunday}.get(weekday, self.weekdays)


@dataclass(frozen=True)
class Note:
    """A rule that is on record and takes no hours away."""

    state: str
    citation: str
    note: str


def _window(text):
    if text == "none":
        return None
    opens, closes = text.split("-")
    return Window(time.fromisoformat(opens), time.fromisoformat(closes))


def _row(state, name, row):
    windows = {days: _window(row[days]) for days in ("weekdays", "saturday", "sunday")}
    return Law(state, name, **(row | windows))


def _both(one, other):
    return one & other if one and other else None


def _strictest(rows):
    """The intersection of all rows: what is allowed wherever the person may be."""
    return Law(
        state="",
        name="The strictest state",
        weekdays=reduce(_both, [row.weekdays for row in rows]),
        saturday=reduce(_both, [row.saturday for row in rows]),
        sunday=reduce(_both, [row.sunday for row in rows]),
        citation="all of calling_law.toml",
        no_holidays=any(row.no_holidays for row in rows),
        most_in_a_day=min((row.most_in_a_day for row in rows if row.most_in_a_day), default=None),
    )


_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
VERSION, AS_OF = _TABLE["version"], _TABLE["as_of"]
FEDERAL = _row("", "Federal law", _TABLE["federal"])
BY_STATE = {state: _row(state, STATES[state].name, row) for state, row in _TABLE["states"].items()}
NOTES = {state: Note(state, **row) for state, row in _TABLE["notes"].items()}
UNKNOWN_STATE = _strictest([FEDERAL, *BY_STATE.values()])


def state_law(state, *, on):
    """The row of a state on a date, or None where only the federal one holds. An unknown state is held to all of them."""
    if state not in STATES:
        return UNKNOWN_STATE
    row = BY_STATE.get(state)
    return row if row and (row.since is None or on >= row.since) else None


def federal_holiday(on):
    """The name of the federal holiday on a date, or None. A holiday on a weekend is also kept on the day it is observed."""
    return _holidays("", on.year).get(on)


def forbidden_holiday(state, *, on):
    """The name of the holiday on which the state's law forbids calls, or None. Its own holidays and the federal ones count."""
    law = state_law(state, on=on)
    if law is None or not law.no_holidays:
        return None
    return federal_holiday(on) or next(
        (name for one in _without_holidays(state) if (name := _holidays(one, on.year).get(on))), None
    )


def _without_holidays(state):
    return [state] if state in STATES else [row.state for row in BY_STATE.values() if row.no_holidays]


@cache
def _holidays(state, year):
    """Date → name. Read for whole years and kept: the library's own calendars fill themselves, which threads would upset."""
    return dict(holidays.UnitedStates(subdiv=state or None, years=year, observed=True))
