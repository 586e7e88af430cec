"""When a person asked to be called: days and hours on their own clocks, kept on the patient as one word.

A request for confidential communication is a hard limit, not a hint (45 CFR 164.522(b)). The word is `#135/0900-1200`
for Monday, Wednesday and Friday from nine to noon, and empty when the person asked for nothing.
"""

from dataclasses import dataclass
from datetime import time

ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_BEGINS, DAY_ENDS = time(0, 0), time(23, 59)


@dataclass(frozen=True)
class Wish:
    """ISO weekdays, and from when until when on the person's clocks."""

    weekdays: tuple[int, ...]
    starts: time
    ends: time

    def __str__(self):
        """As in "Mon, Wed, Fri, 9:00 AM–12:00 PM"."""
        hours = "" if (self.starts, self.ends) == (DAY_BEGINS, DAY_ENDS) else f"{clock(self.starts)}–{clock(self.ends)}"
        days = "" if self.weekdays == ALL_DAYS else ", ".join(DAY_NAMES[day - 1] for day in self.weekdays)
        return ", ".join(filter(None, (days, hours))) or "any time"


def wish_key(*, weekdays=(), starts=None, ends=None):
    """The word for a wish; no weekdays mean all of them, no times the whole day, and nothing at all no wish.

    Raises ValueError when the hours end before they start or a weekday is not from 1 to 7.
    """
    if not weekdays and starts is None and ends is None:
        return ""
    days, starts, ends = sorted(set(weekdays or ALL_DAYS)), starts or DAY_BEGINS, ends or DAY_ENDS
    if not set(days) <= set(ALL_DAYS):
        raise ValueError("weekdays are numbers from 1 (Monday) to 7")
    if not starts < ends:
        raise ValueError("the hours must end after they start")
    return f"#{''.join(map(str, days))}/{starts:%H%M}-{ends:%H%M}"


def parse(key):
    """The Wish that a stored word stands for, or None for none. Raises ValueError for any other word."""
    if not key:
        return None
    days, _, hours = key.removeprefix("#").partition("/")
    starts, _, ends = hours.partition("-")
    return Wish(tuple(int(day) for day in days), time.fromisoformat(starts), time.fromisoformat(ends))


def clock(at):
    """A wall-clock time as people write it: 9:00 AM."""
    return f"{at:%I:%M %p}".lstrip("0")
