"""Calls of a period and what came of them: whole, over time, by campaign, agent, outcome and attempt.

Everything counts by the flags that were copied to the calls when they were recorded, so a disposition edited later changes
no report. No function reads a patient.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DateField, Q
from django.db.models.functions import ExtractHour, TruncDate, TruncWeek

from campaigns.models import Campaign
from campaigns.roi import DIALS_A_MONTH
from dispositions.models import Disposition

from .tallies import COUNTS, Tally, calls_of, tallies

# Few campaigns allow more than five dials to a patient: later ones are told together.
LATER = 6
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LATER: "6th and later"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Fewer dials than that say little about a rate.
FEWEST = 30
WON = ("dials", "booked_by_dial")
# A mix of outcomes is told by days, weeks or months.
MIX_DAYS, MIX_WEEKS = 31, 92


@dataclass(frozen=True)
class Mix:
    """Dials by outcome over time. `codes` are (code, label), the most frequent first; `spans` are dates, weeks or months."""

    codes: list
    spans: list


@dataclass(frozen=True)
class MixSpan:
    """One date, week or month of a Mix, named by its first date; `dials` tells how many ended with each code."""

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


def _assisted(filters):
    """Agent id → bookings that colleagues took after this agent's dial."""
    calls = calls_of(replace(filters, agent=None)).assisted()
    if filters.agent:
        calls = calls.filter(prompted_by__agent=filters.agent)
    return dict(calls.values_list("prompted_by__agent").annotate(calls=Count("*")))


def totals(*, filters):
    """All calls of the period together. `assisted` are the bookings shared by two agents."""
    whole = tallies(filters).get((), Tally())
    return replace(whole, group=None, assisted=sum(_assisted(filters).values()))


def by_day(*, filters):
    """One tally for each date of the period, by the practice's calendar; `group` is the date."""
    return _over(filters, lambda on: on)


def by_week(*, filters, days=None):
    """One tally for each calendar week, Monday to Sunday, that the period touches; `group` is its Monday.

    `days`: the answer of `by_day` for the same filters, if asked for already; also below.
    """
    return _over(filters, monday_of, days)


def by_month(*, filters, days=None):
    """One tally for each calendar month that the period touches; `group` is its first date."""
    return _over(filters, lambda on: on.replace(day=1), days)


def by_weekday(*, filters, days=None):
    """Seven tallies, Monday to Sunday, by the practice's calendar; `group` is the ISO weekday."""
    found = {each.group: each for each in _over(filters, date.isoweekday, days)}
    return [replace(found.get(day, Tally(group=day)), name=name) for day, name in enumerate(WEEKDAYS, start=1)]


def _over(filters, group_of, days=None):
    """One tally for each group of the dates of the period, in their order."""
    found = {group_of(on): Tally(group=group_of(on)) for on in filters.period.dates}
    counted = tallies(filters, "on") if days is None else {each.group: each for each in days}
    for on, each in counted.items():
        found[group_of(on)] += each
    return list(found.values())


def monday_of(on):
    """The first date of the week of a date."""
    return on - timedelta(days=on.weekday())


def by_hour(*, filters):
    """One tally for each hour of the practice's clock between the first and the last call; `group` is the hour."""
    hour = ExtractHour("ended_at", tzinfo=filters.practice.zone)
    rows = calls_of(filters).values(group=hour).annotate(**COUNTS)
    found = {row["group"]: Tally(**row) for row in rows if row["dials"] or row["booked"]}
    return [found.get(hour, Tally(group=hour)) for hour in range(min(found), max(found) + 1)] if found else []


def by_campaign(*, filters):
    """One tally for each campaign that was called for, is running or is chosen; `group` is the campaign's id."""
    found = tallies(filters, "campaign")
    told = Campaign.objects.filter(practice=filters.practice)
    wanted = told.filter(pk=filters.campaign.pk) if filters.campaign else told.running(on=filters.period.last_on)
    names = dict(told.filter(Q(pk__in=wanted.order_by().values("pk")) | Q(pk__in=list(found))).values_list("pk", "name"))
    told = [replace(found.get(pk, Tally(group=pk)), name=name) for pk, name in names.items()]
    return sorted(told, key=lambda each: (-each.dials, each.name))


def by_agent(*, filters):
    """One tally for each person who called or should have: all active agents are told, also those without a call.

    Where an agent is chosen, they alone.
    """
    found, assisted = tallies(filters, "agent"), _assisted(filters)
    members = filters.practice.memberships.order_by()
    wanted = Q(pk=filters.agent.pk) if filters.agent else Q(pk__in=members.active().agents().values("pk"))
    names = members.filter(wanted | Q(pk__in=[*found, *assisted])).values_list("pk", "user__full_name")
    told = [replace(found.get(pk, Tally(group=pk)), name=name, assisted=assisted.get(pk, 0)) for pk, name in names]
    return sorted(told, key=lambda each: (-each.booked, -each.dials, each.name, each.group))


def labels(*, practice):
    """Disposition code → label, as the practice calls its outcomes today."""
    return dict(Disposition.objects.filter(practice=practice).values_list("code", "label"))


def by_disposition(*, filters):
    """One tally for each outcome that any dial or booking had, the most frequent first; `group` is its code."""
    names = labels(practice=filters.practice)
    found = [replace(each, name=names.get(code, code)) for code, each in tallies(filters, "outcome").items()]
    return sorted(found, key=lambda each: (-each.dials, each.group))


def disposition_mix(*, filters):
    """The Mix of outcomes of dials: day by day up to 31 days, week by week (from Monday) up to 92, else month by month."""
    zone, period = filters.practice.zone, filters.period
    if period.days > MIX_WEEKS:
        span_of, found = (lambda on: on.replace(day=1)), tallies(filters, "month", "outcome")
        rows = [(span, code, each.dials) for (span, code), each in found.items() if each.dials]
    else:
        span_of = monday_of if period.days > MIX_DAYS else lambda on: on
        of_call = TruncWeek("ended_at", tzinfo=zone, output_field=DateField()) if period.days > MIX_DAYS else None
        of_call = of_call or TruncDate("ended_at", tzinfo=zone)
        rows = calls_of(filters).dials().values_list(of_call, "outcome").annotate(calls=Count("*"))
    dials, whole = {span_of(on): {} for on in period.dates}, defaultdict(int)
    for span, code, count in rows:
        dials[span][code] = count
        whole[code] += count
    names = labels(practice=filters.practice)
    codes = sorted(whole, key=lambda code: (-whole[code], code))
    return Mix([(code, names.get(code, code)) for code in codes], [MixSpan(on, found) for on, found in dials.items()])


def by_attempt(*, filters):
    """One tally for the 1st to the 5th dial of an enrollment, and one for all later ones if there are any."""
    found = {}
    for number, each in dials_by(filters, "number").items():
        group = min(number, LATER)
        found[group] = found.get(group, Tally(group=group)) + each
    told = [number for number in ORDINALS if number < LATER or number in found]
    return [replace(found.get(number, Tally(group=number)), name=ORDINALS[number]) for number in told]


def dials_by(filters, *names, only=tuple(COUNTS)):
    """`tallies` of dials alone, as attempts count them: their `booked` leaves out patients who rang back."""
    found = tallies(filters, *names, only=only)
    return {key: replace(each, booked=each.booked_by_dial) for key, each in found.items() if each.dials}


def recommended_cap(*, filters):
    """How many dials to a patient pay for themselves: the RecommendedCap.

    The last attempt number, counted from the 1st, whose dials bring at least what they cost: bookings per dial × expected show
    rate × revenue of a visit against an agent's monthly cost ÷ 4,000 dials (campaigns/roi.py), each campaign with its own
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
    worth = {
        campaign.pk: (
            campaign.revenue_per_visit * campaign.expected_show_rate / 100,
            campaign.agent_cost_per_month / DIALS_A_MONTH,
        )
        for campaign in Campaign.objects.filter(practice=filters.practice)
    }
    found = {}
    for (number, campaign_id), each in dials_by(filters, "number", "campaign", only=WON).items():
        of_booking, of_dial = worth[campaign_id]
        former = found.get(number, (0, 0, Decimal(0), Decimal(0)))
        new = (each.dials, each.booked, each.booked * of_booking, each.dials * of_dial)
        found[number] = tuple(map(sum, zip(former, new, strict=True)))
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
