"""A practice in a few totals: what its calls came to in a period, and how it stands now. Never rows, never a patient."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Subquery, Sum

from accounts.models import Practice
from campaigns import agent_state
from campaigns.models import Callback, Enrollment, QueueItem, is_running

from . import calls as tallies
from . import floor_alerts
from .filters import Filters
from .lists import data_as_of
from .period import Period
from .promises import promises


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
    """A practice at this minute. `left` is what is left of today's call lists; None if none were built today.

    `alerts` are what somebody should look at, in words.
    """

    practice: Practice
    at_work: int
    on_shift: int
    overdue: int
    open_work: int
    left: int | None
    data_as_of: date | None
    alerts: list


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
    at_work = len(agent_state.at_work(practice=practice, now=now))
    on_shift = sum(agent.works_at(now) for agent in agents)
    overdue = Callback.objects.pending().filter(practice=practice, window_ends_at__lt=now).count()
    data_on = data_as_of(practice=practice)
    open_work, running = _work(practice, today)
    alerts = ["Nobody at work"] if on_shift and not at_work else []
    alerts += ["Callbacks overdue"] if overdue else []
    # As on the floor, by the limits that the practice has set for it.
    behind = floor_alerts.of_practice(
        practice=practice,
        now=now,
        build=build,
        runs=bool(running),
        data_on=data_on,
    )
    return Standing(
        practice=practice,
        at_work=at_work,
        on_shift=on_shift,
        overdue=overdue,
        open_work=open_work,
        left=QueueItem.objects.filter(practice=practice, done_at__isnull=True).count() if is_built else None,
        data_as_of=data_on,
        alerts=[*alerts, *(alert.short for alert in behind)],
    )


def _work(practice, today):
    """(open enrollments, campaigns that run today) of a practice, in one query."""
    ones = Enrollment.objects.open().filter(practice=practice, campaign=OuterRef("pk")).order_by().values("campaign")
    campaigns = practice.campaigns.annotate(ones=Subquery(ones.annotate(count=Count("pk")).values("count")))
    running = Count("pk", filter=is_running(on=today))
    found = campaigns.aggregate(open_work=Sum("ones", default=0), running=running)
    return found["open_work"], found["running"]
