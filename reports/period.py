"""The dates a report looks at, by the practice's calendar, and how an address names them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DEFAULT = "7"
# What an address may say, and what the screens call it.
CHOICES = {
    "today": "Today",
    "yesterday": "Yesterday",
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "365": "A year",
    "month": "This month",
    "last-month": "Last month",
    "custom": "Other dates",
}
MOST_DAYS = 3 * 366
EARLIEST = date(2000, 1, 1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Period:
    """The dates `first_on` to `last_on` of a practice; one that ends today lasts up to the present minute.

    `starts_at` and `ends_at` are its first and last moment; both belong to it. `key` is one of CHOICES.
    """

    key: str
    first_on: date
    last_on: date
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, first_on, last_on, *, practice, now, key="custom"):
        """These dates, both of them included, up to `now`."""
        ends_at = min(now, practice.midnight(last_on + timedelta(days=1)) - INSTANT)
        return cls(key, first_on, last_on, practice.midnight(first_on), ends_at)

    @classmethod
    def named(cls, key, *, practice, now):
        """The period that one of CHOICES means at this moment; not for `custom`."""
        today = practice.business_date(now)
        last_on = today
        if key == "yesterday":
            last_on = first_on = today - timedelta(days=1)
        elif key == "month":
            first_on = today.replace(day=1)
        elif key == "last-month":
            last_on = today.replace(day=1) - timedelta(days=1)
            first_on = last_on.replace(day=1)
        else:
            first_on = today - timedelta(days=1 if key == "today" else int(key)) + timedelta(days=1)
        return cls.of(first_on, last_on, practice=practice, now=now, key=key)

    @property
    def days(self):
        """How many dates it has."""
        return (self.last_on - self.first_on).days + 1

    def before(self, *, practice):
        """As many dates just before, up to the same minute of the clock: a day half over is compared with half a day."""
        back = timedelta(days=self.days)
        first_on, last_on = self.first_on - back, self.last_on - back
        if self.is_whole(practice=practice):
            ends_at = practice.midnight(last_on + timedelta(days=1)) - INSTANT
        else:
            ends_at = datetime.combine(last_on, practice.local(self.ends_at).time(), practice.zone)
        return Period("custom", first_on, last_on, practice.midnight(first_on), ends_at)

    def is_whole(self, *, practice):
        """Whether its last date is over."""
        return self.ends_at == practice.midnight(self.last_on + timedelta(days=1)) - INSTANT

    @property
    def name(self):
        """As screens call it: "7 days", "Nov 3 to Nov 9, 2026"."""
        return self.dates_in_words if self.key == "custom" else CHOICES[self.key]

    @property
    def dates_in_words(self):
        """As in "Nov 3 to Nov 9, 2026"."""
        last = f"{self.last_on:%b} {self.last_on.day}, {self.last_on.year}"
        if self.days == 1:
            return last
        first = f"{self.first_on:%b} {self.first_on.day}"
        return f"{first} to {last}" if self.first_on.year == self.last_on.year else f"{first}, {self.first_on.year} to {last}"

    @property
    def name_before(self):
        """What `before` is called beside it: "yesterday", "the 30 days before"."""
        if self.key == "today":
            return "yesterday"
        return "the day before" if self.days == 1 else f"the {self.days} days before"

    @property
    def is_one_day(self):
        return self.days == 1

    @property
    def dates(self):
        """Every date of the period, in order."""
        return [self.first_on + timedelta(days=offset) for offset in range(self.days)]


def read(query, *, practice, now):
    """(Period, sentence about what was wrong or ""): the period an address asks for by `period`, `from` and `to`.

    `from` and `to` are ISO dates and alone mean `custom`. What can't be shown falls back to seven days.
    """
    key = query.get("period") or ("custom" if query.get("from") or query.get("to") else DEFAULT)
    usual = Period.named(DEFAULT, practice=practice, now=now)
    if key not in CHOICES:
        return usual, "This period is not known. The last 7 days are shown."
    if key != "custom":
        return Period.named(key, practice=practice, now=now), ""
    first_on, last_on = _date(query.get("from")), _date(query.get("to"))
    problem = wrong(first_on, last_on, today=practice.business_date(now))
    if problem:
        return usual, f"{problem} The last 7 days are shown."
    return Period.of(first_on, last_on, practice=practice, now=now), ""


def wrong(first_on, last_on, *, today):
    """What keeps two dates from being a period, in a sentence; empty: nothing does."""
    if first_on is None or last_on is None:
        return "Give both the first and the last date of the period."
    if first_on > last_on:
        return "The period ends before it begins."
    if first_on < EARLIEST:
        return "The period begins before the year 2000."
    if last_on > today:
        return "The period ends in the future."
    if (last_on - first_on).days >= MOST_DAYS:
        return "The period is longer than three years."
    return ""


def _date(words):
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None
