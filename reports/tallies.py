"""Calls added up. Whole dates and months come from the sums that are kept (campaigns/models/call_total.py), the rest of a
period, such as the day at hand up to this minute, from the calls themselves; both count alike.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DateField, DurationField, F, IntegerField, Q, Sum
from django.db.models.functions import Cast, TruncDate, TruncMonth

from campaigns.figures import DIALED, share
from campaigns.models import CallAttempt, CallTotal

from .period import INSTANT

Kind = CallTotal.Kind
# Patients who rang back count for bookings alone: rates are about dials. Rows are counted by a column that the index of calls by
# time holds, so that none of them is fetched.
COUNTS = {
    "dials": Count("practice", filter=DIALED),
    "reached": Count("practice", filter=DIALED & Q(is_reached=True)),
    "right_party": Count("practice", filter=DIALED & Q(is_right_party=True)),
    "booked": Count("practice", filter=Q(is_success=True)),
    "booked_by_dial": Count("practice", filter=DIALED & Q(is_success=True)),
    "converted": Count("practice", filter=DIALED & Q(is_success=True, is_right_party=True)),
    "handled": Sum(F("ended_at") - F("started_at"), filter=DIALED, output_field=DurationField()),
}
# What calls can be told apart by: the kind of sum that alone knows it, and how a sum and a call say it.
GROUPS = {
    "on": (Kind.DAY, F("first_on"), lambda zone: TruncDate("ended_at", tzinfo=zone)),
    "month": (Kind.OUTCOME, F("first_on"), lambda zone: TruncMonth("ended_at", tzinfo=zone, output_field=DateField())),
    "outcome": (Kind.OUTCOME, F("value"), lambda _zone: F("outcome")),
    "number": (Kind.NUMBER, Cast("value", IntegerField()), lambda _zone: F("number")),
    "campaign": (None, F("campaign_id"), lambda _zone: F("campaign_id")),
    "agent": (None, F("agent_id"), lambda _zone: F("agent_id")),
}
# Of so many days there are fewer sums of months by attempt number, and of the days around these fewer calls, than sums of dates.
MANY_DAYS = 92


@dataclass(frozen=True)
class Tally:
    """What came of a number of dials. `handled` is the time from opening the patient to saving the outcome, summed.

    `booked` are all bookings, also of patients who rang back; `assisted`, told of agents alone, are those that a colleague
    took after this agent's dial: they are among the colleague's `booked`.
    """

    name: str = ""
    group: object = None
    dials: int = 0
    reached: int = 0
    right_party: int = 0
    booked: int = 0
    booked_by_dial: int = 0
    converted: int = 0
    handled: timedelta | None = None
    assisted: int | None = None

    def __add__(self, other):
        """Both together, under the name and group of the first."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTS if name != "handled"}
        times = [each.handled for each in (self, other) if each.handled is not None]
        return Tally(self.name, self.group, **sums, handled=sum(times, timedelta(0)) if times else None)

    @property
    def answer_rate(self):
        """Dials that a person answered, in percent."""
        return share(self.reached, self.dials)

    @property
    def right_party_rate(self):
        """Dials in which the patient, or who may speak for them, was spoken to, in percent."""
        return share(self.right_party, self.dials)

    @property
    def conversion(self):
        """Dials that won a booking, in percent."""
        return share(self.booked_by_dial, self.dials)

    @property
    def conversion_per_conversation(self):
        """Bookings per dial in which the right party was spoken to, in percent."""
        return share(self.converted, self.right_party)

    @property
    def average_handled(self):
        """Average handle time of a dial, or None without dials."""
        return (self.handled or timedelta(0)) / self.dials if self.dials else None


def calls_of(filters):
    """The calls of the period that the filters choose."""
    period = filters.period
    calls = CallAttempt.objects.filter(practice=filters.practice, ended_at__gte=period.starts_at, ended_at__lte=period.ends_at)
    return filters.choose(calls).order_by()


def tallies(filters, *names, only=tuple(COUNTS)):
    """What the calls of the period add up to: a Tally by key, one for each that any dial or booking has.

    `names` of GROUPS say by what; the key is one value, or a tuple of several, in their order. Without names the key is ().
    `only` names the counts that are wanted, `dials` among them: the others are left at zero.
    """
    counts = {name: COUNTS[name] for name in only}
    kinds = {GROUPS[name][0] for name in names} - {None}
    kind = kinds.pop() if kinds else Kind.NUMBER if filters.period.days > MANY_DAYS else Kind.DAY
    whole, rests = _spans(filters, kind)
    found = {}
    if whole:
        sums = CallTotal.objects.filter(practice=filters.practice, kind=kind, first_on__gte=whole[0], first_on__lt=whole[1])
        keys = {f"by_{name}": GROUPS[name][1] for name in names}
        _add(found, filters.choose(sums), keys, {name: Sum(name) for name in only})
    for first, last in rests:
        calls = CallAttempt.objects.filter(practice=filters.practice, ended_at__gte=first, ended_at__lte=last)
        keys = {f"by_{name}": GROUPS[name][2](filters.practice.zone) for name in names}
        _add(found, filters.choose(calls), keys, counts)
    return found


def _add(found, rows, keys, counts):
    """Add the sums of rows to those found, by key."""
    rows = rows.order_by().values(**keys).annotate(**counts) if keys else [rows.aggregate(**counts)]
    for row in rows:
        if not row["dials"] and not row.get("booked"):
            continue
        key = tuple(row.pop(name) for name in keys)
        key = key[0] if len(key) == 1 else key
        # No dials, no time; sums that were taken back leave a zero.
        tally = Tally(group=key, **(row if row["dials"] else row | {"handled": None}))
        found[key] = found[key] + tally if key in found else tally


def _spans(filters, kind):
    """((first date, date after the last) that sums of this kind cover or None, [(first, last moment) of the rest])."""
    practice, period = filters.practice, filters.period
    first_on = period.first_on
    after = period.last_on + timedelta(days=1 if period.is_whole(practice=practice) else 0)
    if kind != Kind.DAY:
        first_on, after = _month(first_on, later=first_on.day > 1), _month(after)
    if first_on >= after:
        return None, [(period.starts_at, period.ends_at)]
    rests = []
    if first_on > period.first_on:
        rests.append((period.starts_at, practice.midnight(first_on) - INSTANT))
    if practice.midnight(after) <= period.ends_at:
        rests.append((practice.midnight(after), period.ends_at))
    return (first_on, after), rests


def _month(on, *, later=False):
    """The first of the month of a date, or of the one after."""
    first = on.replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) if later else first
