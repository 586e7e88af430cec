"""Calls of a period and what came of them: whole, over time, by campaign, agent, outcome and attempt.

Everything counts by the flags that were copied to the calls when they were recorded, so a disposition edited later changes
no report. No function reads a patient.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DurationField, F, Q, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, Least, TruncDate, TruncMonth, TruncWeek

from campaigns.figures import DIALED, share
from campaigns.models import CallAttempt, Campaign
from dispositions.models import Disposition

# Few campaigns allow more than five dials to a patient: later ones are told together.
LATER = 6
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LATER: "6th and later"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Fewer dials than that say little about a rate.
FEWEST = 30
# An agent's month: 200 dials a day (DESIGN § 2) on 21 working days.
DIALS_A_MONTH = 200 * 21
HANDLED = Sum(F("ended_at") - F("started_at"), filter=DIALED, output_field=DurationField())
# Patients who rang back count for bookings alone: rates are about dials.
COUNTS = {
    "dials": Count("pk", filter=DIALED),
    "reached": Count("pk", filter=DIALED & Q(is_reached=True)),
    "right_party": Count("pk", filter=DIALED & Q(is_right_party=True)),
    "booked": Count("pk", filter=Q(is_success=True)),
    "booked_by_dial": Count("pk", filter=DIALED & Q(is_success=True)),
    "converted": Count("pk", filter=DIALED & Q(is_success=True, is_right_party=True)),
    "handled": HANDLED,
}


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


@dataclass(frozen=True)
class Mix:
    """Dials by outcome over time. `codes` are (code, label), the most frequent first; `spans` one for each date or week."""

    codes: list
    spans: list


@dataclass(frozen=True)
class MixSpan:
    """One date or week of a Mix, named by its first date; `dials` tells how many ended with each code."""

    on: date
    dials: dict


@dataclass(frozen=True)
class AttemptReturn:
    """What the dials of one attempt number brought and cost, in dollars per dial."""

    number: int
    dials: int
    booked: int
    brings: Decimal
    costs: Decimal
    pays: bool

    @property
    def is_sure(self):
        """Whether there are enough dials to go by."""
        return self.dials >= FEWEST


@dataclass(frozen=True)
class RecommendedCap:
    """How many dials to a patient pay, or None where that can't be told yet; `why` says it in a sentence."""

    attempts: int | None
    why: str
    returns: list


def calls_of(filters):
    """The calls of the period that the filters choose."""
    period = filters.period
    calls = CallAttempt.objects.filter(practice=filters.practice, ended_at__gte=period.starts_at, ended_at__lte=period.ends_at)
    if filters.campaign:
        calls = calls.filter(campaign=filters.campaign)
    if filters.agent:
        calls = calls.filter(agent=filters.agent)
    if filters.location:
        calls = calls.filter(location=filters.location)
    return calls.order_by()


def _tallies(calls, **group):
    """One Tally for each value of the expression `group`; further expressions are fixed by it."""
    return [Tally(**row) for row in calls.values(**group).annotate(**COUNTS)]


def _assisted(filters):
    """Agent id → bookings that colleagues took after this agent's dial."""
    calls = calls_of(replace(filters, agent=None)).assisted()
    if filters.agent:
        calls = calls.filter(prompted_by__agent=filters.agent)
    return dict(calls.values_list("prompted_by__agent").annotate(Count("pk")))


def totals(*, filters):
    """All calls of the period together. `assisted` are the bookings shared by two agents."""
    return replace(Tally(**calls_of(filters).aggregate(**COUNTS)), assisted=sum(_assisted(filters).values()))


def by_day(*, filters):
    """One tally for each date of the period, by the practice's calendar; `group` is the date."""
    on = TruncDate("ended_at", tzinfo=filters.practice.zone)
    found = {each.group: each for each in _tallies(calls_of(filters), group=on)}
    return [found.get(on, Tally(group=on)) for on in filters.period.dates]


def by_week(*, filters):
    """One tally for each calendar week, Monday to Sunday, that the period touches; `group` is its Monday."""
    return _by_span(filters, TruncWeek, lambda on: on - timedelta(days=on.weekday()))


def by_month(*, filters):
    """One tally for each calendar month that the period touches; `group` is its first date."""
    return _by_span(filters, TruncMonth, lambda on: on.replace(day=1))


def _by_span(filters, trunc, first_of):
    found = {
        each.group.date(): each for each in _tallies(calls_of(filters), group=trunc("ended_at", tzinfo=filters.practice.zone))
    }
    spans = dict.fromkeys(first_of(on) for on in filters.period.dates)
    return [replace(found[on], group=on) if on in found else Tally(group=on) for on in spans]


def by_weekday(*, filters):
    """Seven tallies, Monday to Sunday, by the practice's calendar; `group` is the ISO weekday."""
    weekday = ExtractIsoWeekDay("ended_at", tzinfo=filters.practice.zone)
    found = {each.group: each for each in _tallies(calls_of(filters), group=weekday)}
    return [replace(found.get(day, Tally(group=day)), name=name) for day, name in enumerate(WEEKDAYS, start=1)]


def by_hour(*, filters):
    """One tally for each hour of the practice's clock between the first and the last call; `group` is the hour."""
    hour = ExtractHour("ended_at", tzinfo=filters.practice.zone)
    found = {each.group: each for each in _tallies(calls_of(filters), group=hour)}
    return [found.get(hour, Tally(group=hour)) for hour in range(min(found), max(found) + 1)] if found else []


def by_campaign(*, filters):
    """One tally for each campaign that was called for, is running or is chosen; `group` is the campaign's id."""
    found = _tallies(calls_of(filters), group=F("campaign"), name=F("campaign__name"))
    called = {each.group for each in found}
    told = Campaign.objects.filter(practice=filters.practice)
    told = told.filter(pk=filters.campaign.pk) if filters.campaign else told.running(on=filters.period.last_on)
    found += [Tally(name=name, group=pk) for pk, name in told.values_list("pk", "name") if pk not in called]
    return sorted(found, key=lambda each: (-each.dials, each.name))


def by_agent(*, filters):
    """One tally for each person who called or should have: all active agents are told, also those without a call.

    Where an agent is chosen, they alone.
    """
    found = _tallies(calls_of(filters), group=F("agent"), name=F("agent__user__full_name"))
    called, assisted = {each.group for each in found}, _assisted(filters)
    members = filters.practice.memberships.order_by()
    if filters.agent:
        members = members.filter(pk=filters.agent.pk)
    else:
        members = members.filter(Q(pk__in=members.active().agents()) | Q(pk__in=list(assisted)))
    told = members.values_list("pk", "user__full_name")
    found += [Tally(name=name, group=pk) for pk, name in told if pk not in called]
    found = [replace(each, assisted=assisted.get(each.group, 0)) for each in found]
    return sorted(found, key=lambda each: (-each.booked, -each.dials, each.name, each.group))


def labels(*, practice):
    """Disposition code → label, as the practice calls its outcomes today."""
    return dict(Disposition.objects.filter(practice=practice).values_list("code", "label"))


def by_disposition(*, filters):
    """One tally for each outcome that occurred, the most frequent first; `group` is its code."""
    names = labels(practice=filters.practice)
    found = [replace(each, name=names.get(each.group, each.group)) for each in _tallies(calls_of(filters), group=F("outcome"))]
    return sorted(found, key=lambda each: (-each.dials, each.group))


def disposition_mix(*, filters):
    """The Mix of outcomes of dials, day by day up to 31 days, else week by week (from Monday)."""
    zone, period = filters.practice.zone, filters.period
    of_week = period.days > 31
    on = TruncWeek("ended_at", tzinfo=zone) if of_week else TruncDate("ended_at", tzinfo=zone)
    spans = dict.fromkeys(each - timedelta(days=each.weekday()) if of_week else each for each in period.dates)
    dials = {span: {} for span in spans}
    whole = {}
    for span, code, count in calls_of(filters).dials().values_list(on, "outcome").annotate(Count("pk")):
        dials[span.date() if of_week else span][code] = count
        whole[code] = whole.get(code, 0) + count
    names = labels(practice=filters.practice)
    codes = sorted(whole, key=lambda code: (-whole[code], code))
    return Mix([(code, names.get(code, code)) for code in codes], [MixSpan(on, found) for on, found in dials.items()])


def by_attempt(*, filters):
    """One tally for the 1st to the 5th dial of an enrollment, and one for all later ones if there are any."""
    found = {each.group: each for each in _tallies(calls_of(filters).dials(), group=Least(F("number"), LATER))}
    told = [number for number in ORDINALS if number < LATER or number in found]
    return [replace(found.get(number, Tally(group=number)), name=ORDINALS[number]) for number in told]


def recommended_cap(*, filters):
    """How many dials to a patient pay for themselves: the RecommendedCap.

    The last attempt number, counted from the 1st, whose dials bring at least what they cost: bookings per dial × expected show
    rate × revenue of a visit against an agent's monthly cost ÷ 4,200 dials (200 a day on 21 days), each campaign with its own
    figures (DESIGN § 2). It ends at the first number of which there are fewer than 30 dials.
    """
    returns = _returns(filters)
    paying = 0
    for each in returns:
        if not (each.is_sure and each.pays and each.number == paying + 1):
            break
        paying += 1
    after = next((each for each in returns if each.number == paying + 1), None)
    return RecommendedCap(paying if paying or (after and after.is_sure) else None, _why(paying, after), returns)


def _returns(filters):
    rows = calls_of(filters).dials().values("number", "campaign").annotate(
        dials=Count("pk"), booked=Count("pk", filter=Q(is_success=True))
    )  # fmt: skip
    worth = {
        campaign.pk: (
            campaign.revenue_per_visit * campaign.expected_show_rate / 100,
            campaign.agent_cost_per_month / DIALS_A_MONTH,
        )
        for campaign in Campaign.objects.filter(practice=filters.practice)
    }
    found = {}
    for row in rows:
        dials, booked, brings, costs = found.get(row["number"], (0, 0, Decimal(0), Decimal(0)))
        of_booking, of_dial = worth[row["campaign"]]
        found[row["number"]] = (
            dials + row["dials"],
            booked + row["booked"],
            brings + row["booked"] * of_booking,
            costs + row["dials"] * of_dial,
        )
    cent = Decimal("0.01")
    return [
        AttemptReturn(number, dials, booked, (brings / dials).quantize(cent), (costs / dials).quantize(cent), brings >= costs)
        for number, (dials, booked, brings, costs) in sorted(found.items())
    ]


def _why(paying, after):
    """The sentence of a RecommendedCap; `after` is the first number that does not count, if it was dialed at all."""
    if after is not None and after.is_sure:
        costs = f"brings ${after.brings} a dial and costs ${after.costs}"
        if not paying:
            return f"Not even the 1st attempt pays: it {costs}."
        return f"Up to attempt {paying} a dial brings more than it costs; attempt {after.number} {costs}."
    if not paying:
        return f"There are too few dials to tell: at least {FEWEST} of an attempt are needed."
    rest = f"of attempt {paying + 1} there are only {after.dials} dials" if after else "later ones were not dialed"
    return f"Up to attempt {paying} a dial brings more than it costs; {rest}."
