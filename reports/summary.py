"""A practice in a few totals: what its calls came to in a period, and how it stands now. Never rows, never a patient."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Practice
from campaigns import agent_state
from campaigns.models import Callback, Enrollment, QueueItem

from . import calls as tallies
from .filters import Filters
from .lists import data_as_of
from .period import Period
from .promises import promises

# EMR data older than so many days make lists call people who have been seen since.
STALE_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Calls:
    """The calls of a period and of the one before it (calls.Tally), by campaign, and the promises kept and missed in it."""

    period: Period
    totals: tallies.Tally
    before: tallies.Tally
    campaigns: list
    kept: int
    missed: int


@dataclass(frozen=True)
class Standing:
    """A practice at this minute. `left` is what is left of today's call lists; None if none were built today."""

    practice: Practice
    at_work: int
    on_shift: int
    overdue: int
    open_work: int
    left: int | None
    data_as_of: date | None
    today: date

    @property
    def alerts(self):
        """What somebody should look at, in words."""
        found = []
        if self.on_shift and not self.at_work:
            found.append("Nobody at work")
        if self.overdue:
            found.append("Callbacks overdue")
        if self.left is None and self.open_work and self.on_shift:
            found.append("No call lists today")
        if self.data_as_of and self.today - self.data_as_of > STALE_AFTER:
            found.append(f"EMR data {(self.today - self.data_as_of).days} days old")
        return found


def whole_days(*, practice, last_on, days, now):
    """The Period of so many whole dates that ends with one."""
    return Period.of(last_on - timedelta(days=days - 1), last_on, practice=practice, now=now)


def so_far(*, practice, days, now):
    """The Tally of so many dates that end today."""
    today = practice.business_date(now)
    period = whole_days(practice=practice, last_on=today, days=days, now=now)
    return tallies.totals(filters=Filters(practice, period, now))


def calls(*, practice, period, now):
    """The Calls of a period that is over. Campaigns without a call or booking in it are left out."""
    filters = Filters(practice, period, now)
    kept = promises(filters=filters)
    return Calls(
        period=period,
        totals=tallies.totals(filters=filters),
        before=tallies.totals(filters=filters.before),
        campaigns=[each for each in tallies.by_campaign(filters=filters) if each.dials or each.booked],
        kept=kept.kept,
        missed=kept.missed,
    )


def standing(*, practice, now):
    """The Standing of a practice, by counts alone."""
    today = practice.business_date(now)
    build = practice.queuebuilds.newest()
    is_built = build is not None and build.business_date == today
    agents = practice.memberships.active().agents().select_related("practice")
    return Standing(
        practice=practice,
        at_work=len(agent_state.at_work(practice=practice, now=now)),
        on_shift=sum(agent.works_at(now) for agent in agents),
        overdue=Callback.objects.pending().filter(practice=practice, window_ends_at__lt=now).count(),
        open_work=Enrollment.objects.open().filter(practice=practice).count(),
        left=QueueItem.objects.filter(practice=practice, done_at__isnull=True).count() if is_built else None,
        data_as_of=data_as_of(practice=practice),
        today=today,
    )
