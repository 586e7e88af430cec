"""The moment a demo shows: one at which both practices may call, whatever the hour of whoever looks at it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# From half past nine in Los Angeles to four in New York all agents are at work; four hours of calling are still ahead.
OPENS = (time(9, 30), ZoneInfo("America/Los_Angeles"))
CLOSES = (time(16, 0), ZoneInfo("America/New_York"))
DAY = timedelta(days=1)


def demo_moment(real):
    """The latest moment not after `real` (aware) from Monday to Friday within both windows. Never runs backwards."""
    on = real.astimezone(CLOSES[1]).date()
    while on.weekday() > 4 or real < datetime.combine(on, *OPENS):
        on -= DAY
    return min(real, datetime.combine(on, *CLOSES).astimezone(real.tzinfo))


def offset_seconds(real, *, last_call=None):
    """Whole seconds to add to the clock so that it shows `demo_moment`; 0 when now is one.

    A demo that ran on past the window is not set back: the clock goes on from its `last_call` (aware, or None).
    """
    real = real.replace(microsecond=0)
    shown = demo_moment(real)
    if last_call is not None and shown < last_call <= real:
        shown = last_call.replace(microsecond=0) + timedelta(seconds=1)
    return int((shown - real).total_seconds())
