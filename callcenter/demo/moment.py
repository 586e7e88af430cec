"""The moment a demo shows: one at which both practices may call, whatever the hour of whoever looks at it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.calling_law import federal_holiday

# From half past nine in Los Angeles to four in New York all agents are at work; four hours of calling are still ahead.
OPENS = (time(9, 30), ZoneInfo("America/Los_Angeles"))
CLOSES = (time(16, 0), ZoneInfo("America/New_York"))
DAY = timedelta(days=1)


def is_workday(on):
    """Whether both practices call on a date: Monday to Friday, but for federal holidays."""
    return on.weekday() < 5 and not federal_holiday(on)


def demo_moment(real):
    """The latest moment not after `real` (aware) on a workday within both windows. Never runs backwards."""
    on = real.astimezone(CLOSES[1]).date()
    while not is_workday(on) or real < datetime.combine(on, *OPENS):
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
