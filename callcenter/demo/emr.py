"""The EMR of a demo practice, played in memory: charts, visits, and what happens to them from day to day.

Patients come, stay away, cancel, book by themselves and now and then die. The product learns of it only through the
files that `exports` writes; what its agents book is entered here as the front desk would.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

# Odds of staying away by days between booking and visit, after the studies that facts on no-shows are drawn from:
# the farther ahead, the worse. Another 7 % cancel.
STAYS_AWAY = ((3, 0.15), (7, 0.20), (14, 0.24), (21, 0.33), (365, 0.40))
CANCELS = 0.07
# Days ahead that a visit is booked for: (from, to, weight).
LEADS = ((1, 3, 20), (4, 7, 35), (8, 14, 30), (15, 21, 9), (22, 35, 6))
REASONS_TO_CANCEL = ("Transportation", "Work", "Felt unwell", "Family matter", "Weather", "Provider out")
# Each day, of a thousand charts in care: so many book a visit by themselves, so many die.
BOOK_BY_THEMSELVES, DIE = 0.9, 0.06


@dataclass
class Visit:
    """An appointment as the EMR keeps it; `status` is one of patients.Appointment.Status."""

    number: int
    chart: "Chart"
    on: date
    at: time
    provider: str
    office: str
    reason: str
    made_on: date
    changed_on: date
    status: str = "SCHEDULED"
    cancel_reason: str = ""


@dataclass
class Chart:
    """A patient as the EMR keeps them. `status` is A, I or D; telephone numbers are ten digits."""

    mrn: str
    first_name: str
    middle_name: str
    last_name: str
    born: str
    sex: str
    language: str
    email: str
    address: str
    city: str
    state: str
    zip_code: str
    cell: str
    home: str
    work: str
    provider: str
    registered_on: date
    changed_on: date
    status: str = "A"
    is_twin: bool = False
    visits: list[Visit] = field(default_factory=list)

    def last_kept_on(self):
        """The day of the latest visit that took place, or None."""
        return max((visit.on for visit in self.visits if visit.status == "KEPT"), default=None)

    def next_visit(self, on):
        """The first visit that stands on or after a day, or None."""
        ahead = [visit for visit in self.visits if visit.status == "SCHEDULED" and visit.on >= on]
        return min(ahead, key=lambda visit: visit.on, default=None)


class Emr:
    """All charts of a practice. `lines` says of each telephone number whether it is OK, WRONG or GONE."""

    def __init__(self, *, providers, offices, reasons, rng):
        self.providers, self.reasons, self.rng = providers, reasons, rng
        self.office_of = dict(zip(providers, offices, strict=True))
        self.charts, self.lines = {}, {}
        self._visits = 0

    def add_visit(self, chart, *, on, made_on, at=None, status="SCHEDULED", provider=""):
        """Enter a visit; time and provider are chosen where they are not given."""
        self._visits += 1
        provider = provider or chart.provider
        visit = Visit(
            number=400_000 + self._visits,
            chart=chart,
            on=on,
            at=at or self.free_time(),
            provider=provider,
            office=self.office_of[provider],
            reason=self.rng.choice(self.reasons),
            made_on=made_on,
            changed_on=made_on if status == "SCHEDULED" else on,
            status=status,
            cancel_reason=self.rng.choice(REASONS_TO_CANCEL) if status == "CANCELLED" else "",
        )
        chart.visits.append(visit)
        return visit

    def free_day(self, after):
        """A weekday on which the practice has a place: mostly within the week, as it should be."""
        first, last, _ = self.rng.choices(LEADS, weights=[weight for *_, weight in LEADS])[0]
        day = after + timedelta(days=self.rng.randint(first, last))
        return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)

    def free_time(self):
        """A quarter of an hour of the practice's day."""
        return time(self.rng.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16)), self.rng.choice((0, 15, 30, 45)))

    def pass_day(self, on):
        """Let one day happen: the visits of that day, bookings that patients make by themselves, deaths."""
        for chart in self.charts.values():
            for visit in chart.visits:
                if visit.status == "SCHEDULED" and visit.on <= on:
                    self._settle(visit, on)
            if chart.status == "A" and not chart.is_twin:
                self._live(chart, on)

    def changed_since(self, day):
        """(charts, visits) that are new or changed on or after a day."""
        charts = [chart for chart in self.charts.values() if chart.changed_on >= day]
        visits = [visit for chart in self.charts.values() for visit in chart.visits if visit.changed_on >= day]
        return charts, visits

    def _settle(self, visit, on):
        lead = (visit.on - visit.made_on).days
        stays_away = next(odds for days, odds in STAYS_AWAY if lead <= days)
        luck = self.rng.random()
        visit.changed_on = on
        if visit.chart.status == "D" or luck < CANCELS:
            visit.status, visit.cancel_reason = "CANCELLED", self.rng.choice(REASONS_TO_CANCEL)
        else:
            visit.status = "NO_SHOW" if luck < CANCELS + stays_away else "KEPT"

    def _live(self, chart, on):
        luck = self.rng.random() * 1000
        if luck < DIE:
            chart.status, chart.changed_on = "D", on
        elif luck < DIE + BOOK_BY_THEMSELVES and on.weekday() < 5 and chart.next_visit(on) is None:
            self.add_visit(chart, on=self.free_day(on), made_on=on)


def moment_of(visit):
    """Date and time of a visit as the EMR prints them, without a zone."""
    return datetime.combine(visit.on, visit.at)
