"""How many dials an even pace would have made by now. Pure."""

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


def expected(*, target, starts, ends, weekdays, local):
    """Dials that a steady pace from `starts` to `ends` (clock times) has made by `local`, rounded down; None on a day off.

    `local` is a moment on the clocks the shift is in, `weekdays` are ISO weekdays. 0 before the shift, all of `target` after it.
    Breaks are not known, so they are not taken out.
    """
    if local.isoweekday() not in weekdays:
        return None
    # On the wall clock, so that a day on which the clocks change has the shift that was planned.
    begin, end, at = (datetime.combine(local.date(), clock) for clock in (starts, ends, local.time()))
    worked = min(max(at - begin, timedelta(0)), end - begin)
    return int(target * (worked / MINUTE) / ((end - begin) / MINUTE))


def words(*, dials, expected):
    """As in “12 behind pace”, “3 ahead of pace” or “on pace”."""
    apart = abs(dials - expected)
    if not apart:
        return "on pace"
    return f"{apart} {'behind' if dials < expected else 'ahead of'} pace"
