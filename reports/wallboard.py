"""At most six numbers of the day, to be read from across a room, beside the same time of yesterday and of a week ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Q

from campaigns import agent_state
from campaigns.figures import CALLED, CONTACTS, share
from campaigns.models import CallAttempt, Callback

from .floor import goal_of_day


@dataclass(frozen=True)
class Trend:
    """Against one earlier day at this time: `words` say by how much, `way` is up, down or even; no words without calls then."""

    words: str
    way: str


@dataclass(frozen=True)
class Number:
    label: str
    icon: str
    value: str
    base: str = ""
    trends: tuple = ()
    tone: str = ""


@dataclass(frozen=True)
class Calls:
    """What came of the calls of a day up to a minute."""

    dials: int
    reached: int
    contacts: int
    booked: int


def numbers(*, practice, now):
    """The six Numbers of today so far."""
    today, before = _today(practice, now), {
        "yesterday": _until(practice, now, days=1),
        f"last {practice.local(now):%A}": _until(practice, now, days=7),
    }  # fmt: skip
    goals = [goal_of_day(campaign, practice=practice) for campaign in practice.campaigns.running(on=practice.business_date(now))]
    goal = sum(filter(None, goals))
    promised = Callback.objects.due(now=now).filter(practice=practice)
    promised = promised.aggregate(due=Count("pk"), overdue=Count("pk", filter=Q(window_ends_at__lt=now)))
    at_work = agent_state.at_work(practice=practice, now=now)
    agents = practice.memberships.active().agents().count()
    return [
        Number("Dials", "phone-outgoing", intcomma(today.dials), trends=_counts(today, before, "dials")),
        Number("Contacts", "messages", intcomma(today.contacts), trends=_counts(today, before, "contacts")),
        Number(
            "Bookings", "calendar-check", intcomma(today.booked), f"of {intcomma(goal)} for today" if goal else "no goal set",
            _counts(today, before, "booked"), "success" if goal and today.booked >= goal else "",
        ),
        Number(
            "Answer rate", "phone-check", _whole(share(today.reached, today.dials)),
            f"{intcomma(today.reached)} of {intcomma(today.dials)} dials", _rates(today, before),
        ),
        Number(
            "Callbacks due", "calendar-time", intcomma(promised["due"]),
            f"{intcomma(promised['overdue'])} of them overdue", tone="danger" if promised["overdue"] else "",
        ),
        Number("At work", "users", intcomma(len(at_work)), f"of {intcomma(agents)} agents"),
    ]  # fmt: skip


def _whole(rate):
    """A rate to be read from afar: without a decimal."""
    return "–" if rate is None else f"{rate:.0f}%"


def _today(practice, now):
    return _calls(practice, practice.midnight(practice.business_date(now)), now)


def _until(practice, now, *, days):
    """An earlier day up to the same minute of the clock."""
    local = practice.local(now)
    on = local.date() - timedelta(days=days)
    return _calls(practice, practice.midnight(on), datetime.combine(on, local.time(), practice.zone))


def _calls(practice, starts_at, ends_at):
    made = CallAttempt.objects.filter(practice=practice, ended_at__gte=starts_at, ended_at__lte=ends_at)
    return Calls(**made.aggregate(**{name: CALLED[name] for name in ("dials", "reached", "booked")}, contacts=CONTACTS))


def _counts(today, before, name):
    """Trends of a count, against days that had any calls."""
    return tuple(
        _trend(getattr(today, name) - getattr(then, name), against)
        for against, then in before.items()
        if then.dials or then.booked
    )


def _rates(today, before):
    """Trends of the answer rate, in points."""
    rate = share(today.reached, today.dials)
    known = {against: share(then.reached, then.dials) for against, then in before.items()}
    apart = {against: round(rate - then) for against, then in known.items() if None not in (rate, then)}
    return tuple(_trend(points, against, " pt" if abs(points) == 1 else " pts") for against, points in apart.items())


def _trend(apart, against, unit=""):
    if not apart:
        return Trend(f"as {against}", "even")
    return Trend(f"{'+' if apart > 0 else '−'}{intcomma(abs(apart))}{unit} on {against}", "up" if apart > 0 else "down")
