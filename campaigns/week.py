"""An agent's week so far, day by day, beside their week before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from .figures import DIALED
from .models import CallAttempt

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeekDay:
    """Calls of one date of the practice, and of the same weekday a week before. `booked_by_dial` are those a dial won."""

    on: date
    dials: int
    booked: int
    booked_by_dial: int
    dials_before: int
    booked_before: int


@dataclass(frozen=True)
class Week:
    """Monday to today. `dials_before` and `booked_before` count the week before only up to this weekday and time of day.

    `longest` is the most dials of any of the days, for the length of bars.
    """

    days: list[WeekDay]
    dials_before: int
    booked_before: int

    @property
    def dials(self):
        return sum(day.dials for day in self.days)

    @property
    def booked(self):
        return sum(day.booked for day in self.days)

    @property
    def words(self):
        """As in “142 dials, 18 booked (13% of dials) · 150 and 17 by this time last week”."""
        if not any((self.dials, self.booked, self.dials_before, self.booked_before)):
            return "no calls yet, nor by this time last week"
        by_dial = sum(day.booked_by_dial for day in self.days)
        share = f" ({round(100 * by_dial / self.dials)}% of dials)" if self.dials else ""
        before = f"{self.dials_before} and {self.booked_before} by this time last week"
        return f"{self.dials} dial{'' if self.dials == 1 else 's'}, {self.booked} booked{share} · {before}"

    @property
    def longest(self):
        return max(max(day.dials, day.dials_before) for day in self.days)


def of_agent(*, agent, practice, now):
    """The agent's Week, in one query. Days are those of the practice."""
    local = practice.local(now)
    today = local.date()
    monday = today - timedelta(days=today.isoweekday() - 1)
    then = datetime.combine(today - WEEK, local.time(), practice.zone)
    counts = {
        "dials": Count("pk", filter=DIALED),
        "booked": Count("pk", filter=Q(is_success=True)),
        "booked_by_dial": Count("pk", filter=DIALED & Q(is_success=True)),
        "dials_by_then": Count("pk", filter=DIALED & Q(ended_at__lte=then)),
        "booked_by_then": Count("pk", filter=Q(is_success=True, ended_at__lte=then)),
    }
    made = CallAttempt.objects.filter(agent=agent, ended_at__gte=practice.midnight(monday - WEEK), ended_at__lte=now)
    dated = made.order_by().annotate(on=TruncDate("ended_at", tzinfo=practice.zone))
    found = {row["on"]: row for row in dated.values("on").annotate(**counts)}

    def count(on, name):
        return found.get(on, {}).get(name, 0)

    dates = [monday + timedelta(days=day) for day in range(today.isoweekday())]
    return Week(
        days=[
            WeekDay(
                on=on,
                dials=count(on, "dials"),
                booked=count(on, "booked"),
                booked_by_dial=count(on, "booked_by_dial"),
                dials_before=count(on - WEEK, "dials"),
                booked_before=count(on - WEEK, "booked"),
            )
            for on in dates
        ],
        dials_before=sum(count(on - WEEK, "dials_by_then") for on in dates),
        booked_before=sum(count(on - WEEK, "booked_by_then") for on in dates),
    )
