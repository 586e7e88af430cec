"""When a patient may be called: in hours in every time zone there is evidence for.

The practice's hours lie within the federal 8:00–21:00 of the called party (47 CFR 64.1200(c)(1)) by a database
constraint. The default of 9:00–20:00, Monday to Saturday, is also within the hours of all states but Kentucky
(from 10:00) and Rhode Island (until 18:00, Saturday 10:00–17:00); their rows come with the table of state hours.
"""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from patients.models import Patient

# A patient without any evidence is called only when all of these are open: from Puerto Rico to Hawaii.
ALL_ZONES = (
    "America/Puerto_Rico",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
STEP = timedelta(minutes=15)
LOOK_AHEAD = timedelta(days=8)


class NeverOpen(Exception):
    """The practice's hours leave no minute in which a patient of these zones could be called."""


def zones_of(zone_key):
    """The zones a stored key stands for; all of them when nothing is known."""
    return tuple(zone_key.split("|")) if zone_key else ALL_ZONES


def is_open(*, practice, zone_key, now):
    """Whether a patient with this zone key may be called at this minute."""
    return all(_is_open_in(practice, zone, now) for zone in zones_of(zone_key))


def open_zone_keys(*, practice, now):
    """The zone keys, of those that patients of the practice have, that may be called at this minute."""
    keys = Patient.objects.order_by("zone_key").values_list("zone_key", flat=True).distinct()
    return [key for key in keys if is_open(practice=practice, zone_key=key, now=now)]


def next_open(*, practice, zone_key, moment):
    """`moment` itself if calls are allowed then, else the next quarter of an hour at which they are.

    Raises NeverOpen when no such moment comes within eight days.
    """
    if is_open(practice=practice, zone_key=zone_key, now=moment):
        return moment
    candidate = _next_quarter(moment)
    while candidate < moment + LOOK_AHEAD:
        if is_open(practice=practice, zone_key=zone_key, now=candidate):
            return candidate
        candidate += STEP
    raise NeverOpen("the calling hours of this practice never open for this patient")


def closes_at(*, practice, zone_key, now):
    """When calls to this patient end today, if they are allowed now; else None."""
    if not is_open(practice=practice, zone_key=zone_key, now=now):
        return None
    return min(
        now.astimezone(_zone(zone)).replace(
            hour=practice.calls_close.hour, minute=practice.calls_close.minute, second=0, microsecond=0
        )
        for zone in zones_of(zone_key)
    )


def local_zone(*, practice, zone_key):
    """The zone to show a patient's time in: theirs where there is one answer, else the practice's."""
    zones = zones_of(zone_key)
    return ZoneInfo(zones[0]) if len(zones) == 1 else practice.zone


def _is_open_in(practice, zone, now):
    local = now.astimezone(_zone(zone))
    return local.isoweekday() in practice.call_days and practice.calls_open <= local.time() < practice.calls_close


def _next_quarter(moment):
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + STEP


@cache
def _zone(name):
    return ZoneInfo(name)


def end_of_calling(*, practice, on):
    """The last moment at which anybody could be called on a practice date: closing time in the westernmost zone."""
    return datetime.combine(on, practice.calls_close, ZoneInfo("Pacific/Honolulu"))
