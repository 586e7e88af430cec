"""The calling rules written a second time, minute by minute and without the engine's tables, to hold the engine against.

Hours are (from, until) on the clock of the person called, per weekday group, copied by hand from calling-rules D2.
"""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter

NONE = (0, 0)
FEDERAL = [(8, 21)] * 3
# State: Monday to Friday, Saturday, Sunday.
D2 = {
    "AL": [(8, 20), (8, 20), NONE],
    "CT": [(9, 20), (9, 20), (9, 20)],
    "FL": [(8, 20), (8, 20), (8, 20)],
    "KY": [(10, 21), (10, 21), (10, 21)],
    "LA": [(8, 20), (8, 20), NONE],
    "MD": [(8, 20), (8, 20), (8, 20)],
    "MA": [(8, 20), (8, 20), (8, 20)],
    "MS": [(8, 20), (8, 20), NONE],
    "NV": [(9, 20), (9, 20), (9, 20)],
    "NM": [(9, 21), (9, 21), (9, 21)],
    "OK": [(8, 20), (8, 20), (8, 20)],
    "RI": [(9, 18), (10, 17), NONE],
    "SD": [(9, 21), (9, 21), NONE],
    "TX": [(9, 21), (9, 21), (12, 21)],
    "WA": [(8, 20), (8, 20), (8, 20)],
    "WY": [(8, 20), (8, 20), (8, 20)],
    "MI": [(9, 21), (9, 21), (9, 21)],
    "MN": [(9, 21), (9, 21), (9, 21)],
    "UT": [(8, 21), (8, 21), NONE],
    "PA": [(8, 21), (8, 21), NONE],
}
PENNSYLVANIA_SINCE = date(2026, 10, 18)
UNKNOWN = [(10, 18), (10, 17), NONE]
NO_HOLIDAYS = ("AL", "LA", "RI")
ANYWHERE = (
    "America/Puerto_Rico", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Adak", "Pacific/Honolulu",
)  # fmt: skip


def nth(year, month, weekday, n):
    """The n-th (or, from the end, minus n-th) weekday of a month; Monday is 0."""
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    days = [day for day in days if day.month == month and day.weekday() == weekday]
    return days[n - 1] if n > 0 else days[n]


@cache
def federal_holidays(year):
    found = {
        nth(year, 1, 0, 3), nth(year, 2, 0, 3), nth(year, 5, 0, -1), nth(year, 9, 0, 1), nth(year, 10, 0, 2), nth(year, 11, 3, 4),
    }  # fmt: skip
    fixed = [(year, 1, 1), (year, 6, 19), (year, 7, 4), (year, 11, 11), (year, 12, 25), (year + 1, 1, 1)]
    for day in (date(*each) for each in fixed):
        found |= {day, day - timedelta(days=day.weekday() == 5), day + timedelta(days=day.weekday() == 6)}
    return found


@cache
def own_holidays(state, year):
    return {
        "AL": {nth(year, 4, 0, 4), nth(year, 6, 0, 1)},
        "LA": {easter(year) - timedelta(days=47), easter(year) - timedelta(days=2)} | elections(year),
        "RI": {nth(year, 8, 0, 2)},
    }[state]


def elections(year):
    return {nth(year, 11, 0, 1) + timedelta(days=1)} if year % 2 == 0 else set()


def may_call(moment, *, places, practice, rules=(), days=None, wish=None):
    """Whether every rule allows the minute. `places` are (zone, state); `rules` (state, weekdays, from, until) with times."""
    return all(_allowed(moment.astimezone(ZoneInfo(zone)), state, practice, rules, days or {}, wish) for zone, state in places)


def _allowed(local, state, practice, rules, days, wish):
    on, hour, weekday = local.date(), local.hour, local.isoweekday()
    group = {6: 1, 7: 2}.get(weekday, 0)
    law = D2.get(state, FEDERAL) if state else UNKNOWN
    if state == "PA" and on < PENNSYLVANIA_SINCE:
        law = FEDERAL
    for starts, ends in (FEDERAL[group], law[group]):
        if hour < starts or hour >= ends:
            return False
    is_federal = on in federal_holidays(on.year)
    for each in NO_HOLIDAYS:
        if state in ("", each) and (is_federal or on in own_holidays(each, on.year)):
            return False
    if days.get(on, is_federal):
        return False
    wall = local.time()
    if weekday not in practice.call_days or wall < practice.calls_open or wall >= practice.calls_close:
        return False
    for about, weekdays, opens, closes in rules:
        if (about in ("", state) or not state) and weekday in weekdays and (opens is None or wall < opens or wall >= closes):
            return False
    return wish is None or (weekday in wish[0] and wish[1] <= wall < wish[2])
