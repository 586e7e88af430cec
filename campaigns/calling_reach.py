"""Whom the calling hours reach: how many patients live under each state's law, and for whom no minute is left.

Counts only, read by places and wishes and never by person.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import time, timedelta
from typing import NamedTuple

from django.db.models import Count

from patients.area_states import STATES
from patients.wishes import clock

from .calling_hours import Hours
from .calling_law import BY_STATE, FEDERAL, UNKNOWN_STATE, Law, Window, state_law
from .calling_limits import Limits, Rule, limits_at

UNKNOWN = ""
# Stands for all states without hours of their own.
PLAIN_STATE = next(state for state in STATES if state not in BY_STATE)
OWN_TIMES = "Patients whose preferred times lie outside of the hours"


class Group(NamedTuple):
    """Patients who are shut out for the same reason; `words` say where they are, or what they asked for."""

    words: str
    patients: int


@dataclass(frozen=True)
class ShutOut:
    """The patients for whom an ordinary week has no minute of calling. Each stands in one group; they add up."""

    groups: list
    total: int
    is_everybody: bool

    def __bool__(self):
        return bool(self.groups)

    @property
    def patients(self):
        return sum(group.patients for group in self.groups)

    @property
    def token(self):
        """Names exactly this set, so that nobody agrees to another one than they saw."""
        return hashlib.sha256("|".join(f"{words}:{patients}" for words, patients in self.groups).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class LawRow:
    """The hours of one row of the law's table in words, and the practice's patients who may be there."""

    name: str
    law: Law
    patients: int
    starts_later: bool = False

    @property
    def weekdays(self):
        return span_words(self.law.weekdays)

    @property
    def saturday(self):
        return span_words(self.law.saturday)

    @property
    def sunday(self):
        return span_words(self.law.sunday)


class People:
    """The patients of a practice by place and wish: `groups` maps (zone_key, wish_key) to how many there are."""

    def __init__(self, groups):
        self.groups = groups
        self.total = sum(groups.values())
        self.by_state = Counter()
        for (zone_key, _wish), patients in groups.items():
            self.by_state.update(dict.fromkeys(_states(zone_key), patients))

    @classmethod
    def of(cls, practice):
        """Count them, in one query. Records merged into another one are not counted."""
        patients = practice.patients.filter(merged_into__isnull=True).order_by()
        counted = patients.values_list("zone_key", "wish_key").annotate(patients=Count("pk"))
        return cls({(zone_key, wish_key): number for zone_key, wish_key, number in counted})

    @property
    def with_wishes(self):
        """Those who asked to be called on certain days or hours."""
        return sum(patients for (_zones, wish_key), patients in self.groups.items() if wish_key)

    def maybe_in(self, states):
        """Patients who may be in one of the states, each counted once."""
        return sum(patients for (zone_key, _), patients in self.groups.items() if _states(zone_key) & set(states))


def rules_of(practice):
    """The practice's rules, as the hours read them."""
    return [as_rule(row) for row in practice.hoursrules.order_by("pk")]


def as_rule(row):
    return Rule(row.state, tuple(row.weekdays), row.opens_at, row.closes_at, row.note)


def shut_out(*, practice, rules, people):
    """The ShutOut of a practice's hours, as the columns of `practice` (saved or not) and the Rules have them.

    A practice without patients is asked about all states; then the groups have no patients.
    """
    hours, groups = Hours(practice, rules=rules, keeps_holidays=False), Counter()
    for (zone_key, wish_key), patients in people.groups.items():
        if not hours.opens_in_a_week(zone_key + wish_key):
            groups[_reason(hours, zone_key, wish_key)] += patients
    if not people.total:
        places = {state: "|".join(f"{zone}@{state}" for zone in row.zones) for state, row in STATES.items()}
        groups.update({STATES[state].name: 0 for state, key in places.items() if not hours.opens_in_a_week(key)})
    everybody = sum(groups.values()) == people.total if people.total else len(groups) == len(STATES)
    ordered = sorted(groups.items(), key=lambda group: (-group[1], group[0]))
    return ShutOut([Group(*group) for group in ordered], people.total, bool(groups) and everybody)


def reached(*, practice, own_hours=""):
    """(patients with a minute of calling in an ordinary week of winter and summer, all patients), for a campaign's own hours."""
    people, hours = People.of(practice), Hours(practice, rules=rules_of(practice), keeps_holidays=False)
    open_for = (number for keys, number in people.groups.items() if hours.opens_in_a_week("".join(keys) + own_hours))
    return sum(open_for), people.total


def changes_nothing(*, practice, rule, others, on):
    """Whether a Rule takes no minute away that the law, the practice's hours and its other Rules leave in the week from `on`."""
    without, with_it = (_limits(practice, rules) for rules in (others, [*others, rule]))
    states = {rule.state, UNKNOWN} if rule.state else {UNKNOWN, PLAIN_STATE, *BY_STATE, *(other.state for other in others)}
    dates = [on + timedelta(days=ahead) for ahead in range(7)]
    return all(_window(state, day, without) == _window(state, day, with_it) for state in states for day in dates)


def law_rows(*, people, on):
    """The law's table: states with hours of their own, those with most patients first, then all others and the unknown."""
    rows = [
        LawRow(law.name, law, people.by_state[state], starts_later=state_law(state, on=on) is None)
        for state, law in BY_STATE.items()
    ]
    rows.sort(key=lambda row: (-row.patients, row.name))
    plain = people.maybe_in(set(STATES) - set(BY_STATE))
    return [
        *rows,
        LawRow("All other states", FEDERAL, plain),
        LawRow("State not known", UNKNOWN_STATE, people.by_state[UNKNOWN]),
    ]


def span_words(window):
    """A Window as people write it."""
    return f"{clock(window.opens)}–{clock(window.closes)}" if window else "No calls"


def _reason(hours, zone_key, wish_key):
    if wish_key and hours.opens_in_a_week(zone_key):
        return OWN_TIMES
    closed = [place for place in zone_key.split("|") if place and not hours.opens_in_a_week(place)]
    names = [STATES[state].name if state in STATES else "State not known" for state in _in_order(closed or zone_key.split("|"))]
    return " with ".join(dict.fromkeys(names))


def _in_order(places):
    return [place.partition("@")[2] for place in places]


def _states(zone_key):
    return {state if state in STATES else UNKNOWN for state in _in_order(zone_key.split("|"))}


def _limits(practice, rules):
    hours, weekdays = Window(practice.calls_open, practice.calls_close), frozenset(practice.call_days)
    return Limits(hours=hours, weekdays=weekdays, rules=tuple(rules), days={}, keeps_holidays=False)


def _window(state, on, limits):
    window = Window(time.min, time.max)
    for limit in limits_at(state=state, wish=None, on=on, limits=limits):
        window = window and limit.window and window & limit.window
    return window
