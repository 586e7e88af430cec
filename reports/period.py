"""The days a report looks at, by the practice's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DEFAULT_DAYS = 7
# Days → what the screens call the period, and the one it is compared with.
CHOICES = {1: ("Today", "yesterday"), 7: ("7 days", "the 7 days before"), 30: ("30 days", "the 30 days before")}


@dataclass(frozen=True)
class Period:
    """`days` dates of a practice that end today, up to the present minute.

    `starts_at` and `ends_at` are its first and last moment; both belong to it.
    """

    days: int
    first_on: date
    last_on: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def until(cls, now, *, practice, days=DEFAULT_DAYS):
        """The period of so many days that ends at `now`."""
        last_on = practice.business_date(now)
        first_on = last_on - timedelta(days=days - 1)
        return cls(days, first_on, last_on, practice.midnight(first_on), now)

    def before(self, *, practice):
        """As many days just before, up to the same minute of the clock: a day half over is compared with half a day."""
        ends_at = practice.local(self.ends_at)
        ends_on = ends_at.date() - timedelta(days=self.days)
        first_on, last_on = (each - timedelta(days=self.days) for each in (self.first_on, self.last_on))
        return Period(
            self.days,
            first_on,
            last_on,
            practice.midnight(first_on),
            datetime.combine(ends_on, ends_at.time(), practice.zone),
        )

    @property
    def name(self):
        return CHOICES[self.days][0]

    @property
    def name_before(self):
        return CHOICES[self.days][1]

    @property
    def is_today(self):
        return self.days == 1

    @property
    def dates(self):
        """Every date of the period, in order."""
        return [self.first_on + timedelta(days=offset) for offset in range(self.days)]
