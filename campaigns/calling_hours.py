"""When a person may be called: open by the law, by the practice and by the person's wish, in every place they may be in.

A person's places and wish stand in one word, `patient.hours_key`: `America/Chicago@IL|America/New_York@NY#135/0900-1200`.
Behind it may stand the hours of a campaign (own_hours.py), which narrow it: `…~12345/1700-1900`.
What the law says is in calling_law.toml, what limits a place on a date in calling_limits.py; here is the clock.
"""

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.db import connection

from patients.area_states import STATES
from patients.wishes import clock, parse

from .calling_law import Window
from .calling_limits import KINDS, LONGEST_WORDS, Closure, Day, Limits, Rule, limits_at, words_for
from .own_hours import meant

# Nothing is known of the person: they may be anywhere from Puerto Rico to Hawaii. Guam and American Samoa are left out,
# because no minute would be left; whoever lives there is known by the ZIP or the area code.
ALL_ZONES = (
    "America/Puerto_Rico",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
)
WESTERNMOST = ZoneInfo("Pacific/Pago_Pago")
LOOK_AHEAD = 60  # days
RULES_KEPT = 100
_of_thread = threading.local()
# Zones stand differently to each other in winter and in summer.
WEEKS = (datetime(2027, 1, 11, tzinfo=UTC), datetime(2027, 7, 12, tzinfo=UTC))

_OWN_ROWS = """
  (SELECT coalesce(json_agg(json_build_array(state, weekdays, opens_at, closes_at, note) ORDER BY id), '[]')
   FROM campaigns_hoursrule WHERE practice_id = %(practice)s),
  (SELECT coalesce(json_agg(json_build_array("on", is_closed, name)), '[]')
   FROM campaigns_calendarday WHERE practice_id = %(practice)s),
  (SELECT coalesce(json_agg(json_build_array(id, own_hours) ORDER BY id), '[]')
   FROM campaigns_campaign WHERE practice_id = %(practice)s AND own_hours <> '' AND status <> 'ENDED')
"""
OWN_ROWS = f"SELECT {_OWN_ROWS}, NULL"
# With the keys that patients of the practice have. PostgreSQL does not skip through an index by itself: each step looks up
# the next key, so some hundred keys cost some hundred look-ups, however many patients there are.
OWN_ROWS_AND_KEYS = f"""
WITH RECURSIVE keys AS (
  (SELECT zone_key, wish_key FROM patients_patient WHERE practice_id = %(practice)s ORDER BY zone_key, wish_key LIMIT 1)
  UNION ALL
  SELECT after.zone_key, after.wish_key FROM keys CROSS JOIN LATERAL (
    SELECT p.zone_key, p.wish_key FROM patients_patient p
    WHERE p.practice_id = %(practice)s AND (p.zone_key, p.wish_key) > (keys.zone_key, keys.wish_key)
    ORDER BY p.zone_key, p.wish_key LIMIT 1
  ) after
)
SELECT {_OWN_ROWS}, (SELECT coalesce(array_agg(zone_key || wish_key), '{{}}') FROM keys)
"""  # noqa: S608 constants


class NeverOpen(Exception):
    """The hours leave no minute within sixty days in which the person could be called."""


class Hours:
    """The calling hours of one practice, as its rows are now. Made anew for each request or task: `Hours.of(practice)`.

    `own` are the hours of campaigns that have any: campaign id → word.
    """

    def __init__(self, practice, *, rules=(), days=None, keeps_holidays=True, keys=(), own=(), worked_out=None):
        self.practice = practice
        self._limits = Limits(
            hours=Window(practice.calls_open, practice.calls_close),
            weekdays=frozenset(practice.call_days),
            rules=tuple(rules),
            days=days or {},
            keeps_holidays=keeps_holidays,
        )
        self._by_key, self._by_place = worked_out or ({}, {})
        self.keys, self.own = keys, dict(own)

    @classmethod
    def of(cls, practice, *, with_keys=False):
        """Read the practice's rules and calendar, in one query; `open_keys` and `keys_open_on` want the keys with it."""
        with connection.cursor() as cursor:
            cursor.execute(OWN_ROWS_AND_KEYS if with_keys else OWN_ROWS, {"practice": practice.pk})
            rules, days, own, keys = cursor.fetchone()
        return cls(
            practice,
            rules=[Rule(state, tuple(days), _time(opens), _time(closes), note) for state, days, opens, closes, note in rules],
            days={datetime.fromisoformat(on).date(): Day(is_closed, name) for on, is_closed, name in days},
            keys=keys,
            own=own,
            worked_out=_worked_out(practice, repr((rules, days))),
        )

    def is_open(self, hours_key, now):
        """Whether somebody with this key may be called at this minute."""
        for place in self._by_key.get(hours_key) or self._places(hours_key):
            if not place.since <= now < place.until:
                place.look(now)
            if not place.is_open:
                return False
        return True

    def closed_by(self, hours_key, now):
        """The Closure that forbids a call at this minute, the law's before the practice's; None when it is allowed."""
        if self.is_open(hours_key, now):
            return None
        closures = [found for place in self._places(hours_key) if (found := place.closed_by(now))]
        closure = min(closures, key=lambda found: KINDS.index(found.kind))
        return closure if len(self._places(hours_key)) == 1 else replace(closure, words=self._with_place(closure, now))

    def _with_place(self, closure, now):
        local = clock(now.astimezone(_zone(closure.zone)))
        where = f"in {STATES[closure.state].name}, where it is {local}" if closure.state in STATES else f"where it is {local}"
        ending = f". The patient may be {where}"
        return closure.words[: LONGEST_WORDS - len(ending)] + ending

    def spans(self, hours_key, start, *, days=LOOK_AHEAD):
        """(opens_at, closes_at) in UTC for that many days, in order. The first begins at `start` if it is open then."""
        return self._spans(hours_key, start.astimezone(UTC), start.astimezone(UTC) + timedelta(days=days))

    def next_open(self, hours_key, moment):
        """`moment` itself if calls are allowed then, else the first moment afterwards at which they are.

        Raises NeverOpen when none comes within sixty days.
        """
        if self.is_open(hours_key, moment):
            return moment
        for opens_at, _closes_at in self.spans(hours_key, moment):
            return opens_at
        raise NeverOpen("the calling hours never open for this person")

    def closes_at(self, hours_key, now):
        """When calls to this person end today, if they are allowed now; else None."""
        if not self.is_open(hours_key, now):
            return None
        return next(self.spans(hours_key, now, days=2))[1]

    def open_keys(self, now):
        """The keys, of those that patients of the practice have, that may be called at this minute."""
        return [key for key in self.keys if self.is_open(key, now)]

    def keys_open_on(self, on):
        """The keys, of those that patients of the practice have, with a minute of calling on one of the practice's dates."""
        return [key for key in self.keys if self.opens_on(key, on)]

    def opens_on(self, hours_key, on):
        """Whether there is a minute of calling on one of the practice's dates."""
        starts = self.practice.midnight(on).astimezone(UTC)
        ends = self.practice.midnight(on + timedelta(days=1)).astimezone(UTC)
        return any(self._spans(hours_key, starts, ends))

    def opens_in_a_week(self, hours_key):
        """Whether there is a minute of calling in a week of winter and in one of summer."""
        return all(any(self.spans(hours_key, monday, days=7)) for monday in WEEKS)

    def _places(self, hours_key):
        found = self._by_key.get(hours_key)
        if found is None:
            person, _, own = hours_key.partition("~")
            names, _, wish = person.partition("#")
            places = names.split("|") if names else [f"{zone}@" for zone in ALL_ZONES]
            found = tuple(self._place(name, wish, own) for name in places)
            self._by_key[hours_key] = found
        return found

    def _place(self, name, wish, own):
        found = self._by_place.get((name, wish, own))
        if found is None:
            zone, _, state = name.partition("@")
            found = self._by_place[name, wish, own] = _Place(zone, state, parse(wish), meant(own), self._limits)
        return found

    def _spans(self, hours_key, start, end):
        """What the spans of all places have in common, from `start` to `end`."""
        streams = [place.spans(start, end) for place in self._places(hours_key)]
        try:
            heads = [next(stream) for stream in streams]
            while True:
                opens_at, closes_at = max(opens for opens, _ in heads), min(closes for _, closes in heads)
                if opens_at < closes_at:
                    yield opens_at, closes_at
                heads = [next(stream) if head[1] == closes_at else head for stream, head in zip(streams, heads, strict=True)]
        except StopIteration:
            return


def _worked_out(practice, rows):
    """What this thread has worked out for the same rules before: each claim asks anew, and the answer holds for hours.

    Kept by the rules themselves, so that a changed one begins anew. Not shared between threads, for a place moves as it
    is asked.
    """
    known = _of_thread.__dict__.setdefault("known", {})
    rules = (practice.calls_open, practice.calls_close, tuple(practice.call_days), practice.time_zone, rows)
    if rules not in known and len(known) >= RULES_KEPT:
        known.clear()
    return known.setdefault(rules, ({}, {}))


class _Place:
    """One place with one wish and the hours of one campaign.

    `is_open` holds from `since` until just before `until`; `look` moves them to a moment."""

    __slots__ = ("days", "is_open", "limits", "own", "since", "state", "until", "wish", "zone")

    def __init__(self, zone, state, wish, own, limits):
        self.zone, self.state, self.wish, self.own, self.limits = _zone(zone), state, wish, own, limits
        self.days = {}
        self.since = self.until = datetime.max.replace(tzinfo=UTC)
        self.is_open = False

    def look(self, now):
        on = now.astimezone(self.zone).date()
        span = self.span(on)
        begins, ends = _utc(on, time.min, self.zone, min), _utc(on + timedelta(days=1), time.min, self.zone, min)
        if span is None:
            self.since, self.until, self.is_open = begins, ends, False
        elif now < span[0]:
            self.since, self.until, self.is_open = begins, span[0], False
        elif now < span[1]:
            self.since, self.until, self.is_open = *span, True
        else:
            self.since, self.until, self.is_open = span[1], ends, False

    def span(self, on):
        """(opens_at, closes_at) in UTC on a date of the place, or None."""
        if on not in self.days:
            self.days[on] = self._work_out(on)
        return self.days[on]

    def spans(self, start, end):
        on, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while on <= last:
            span = self.span(on)
            if span and span[1] > start and span[0] < end:
                yield max(span[0], start), min(span[1], end)
            on += timedelta(days=1)

    def closed_by(self, now):
        """The Closure of the first limit that forbids a call now, or None."""
        self.look(now)
        if self.is_open:
            return None
        local = now.astimezone(self.zone)
        on, at = local.date(), local.time()
        for limit in self._limits_on(on):
            if limit.window is None or not limit.window.opens <= at < limit.window.closes:
                return Closure(limit.kind, words_for(limit, on=on, at=at), self.zone.key, self.state)
        return Closure("CLOCKS", "The clocks change at this hour", self.zone.key, self.state)

    def _limits_on(self, on):
        return limits_at(state=self.state, wish=self.wish, own=self.own, on=on, limits=self.limits)

    def _work_out(self, on):
        window = Window(time.min, time.max)
        for limit in self._limits_on(on):
            window = window & limit.window if limit.window else None
            if window is None:
                return None
        # Where the clocks change within the window's edge, the time that exists twice or not at all is left out.
        opens_at, closes_at = _utc(on, window.opens, self.zone, max), _utc(on, window.closes, self.zone, min)
        return (opens_at, closes_at) if opens_at < closes_at else None


def local_zone(*, practice, zone_key):
    """The zone to show a patient's time in: theirs where there is one answer, else the practice's. Takes hours keys too."""
    names = zone_key.partition("#")[0]
    zones = {place.partition("@")[0] for place in names.split("|")} - {""}
    return _zone(zones.pop()) if len(zones) == 1 else practice.zone


def hour_of_week(*, zone_key, moment):
    """Hours since Monday midnight on the clocks of all places of a zone key; None where they differ or none is known."""
    zones = {place.partition("@")[0] for place in zone_key.split("|")}
    clocks = [moment.astimezone(_zone(name)) for name in zones if name]
    hours = {24 * clock.weekday() + clock.hour for clock in clocks}
    return hours.pop() if len(hours) == 1 and len(clocks) == len(zones) else None


def end_of_calling(*, practice, on):
    """The last moment at which anybody could be called on a practice date: closing time in the westernmost zone."""
    return datetime.combine(on, practice.calls_close, WESTERNMOST)


def _utc(on, at, zone, pick):
    """A wall-clock time in UTC. Where the clocks change it may stand for two moments: `pick` chooses (max or min)."""
    return pick(datetime.combine(on, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _time(text):
    return text and time.fromisoformat(text)


@cache
def _zone(name):
    return ZoneInfo(name)
