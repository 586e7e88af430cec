"""What bookings come to: the funnel, no-shows by how far ahead was booked, revenue and cost."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from campaigns.figures import share
from campaigns.models import CallAttempt, Campaign, Enrollment
from patients.models import Appointment

from .calls import DIALS_A_MONTH, calls_of

Status = Appointment.Status
# Days from the call to the visit; the last has no end. Past 14 days more patients stay away (DESIGN § 6).
LEADS = ((0, 7), (8, 14), (15, 21), (22, None))
LONG_LEAD = 14
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Funnel:
    """Enrollments that began in the period, and how far each has come by now. Each stage is part of the one before."""

    enrolled: int
    reached: int
    booked: int
    kept: int

    @property
    def stages(self):
        """(label, count, percent of the enrolled, percent of the stage before)."""
        counts = [("Enrolled", self.enrolled), ("Reached", self.reached), ("Booked", self.booked), ("Kept", self.kept)]
        before = [self.enrolled] + [count for _label, count in counts]
        return [
            (label, count, share(count, self.enrolled), share(count, earlier))
            for (label, count), earlier in zip(counts, before, strict=False)
        ]


@dataclass(frozen=True)
class Fates:
    """Visits that were booked by calls and whose day came in the period, by what became of them.

    `called_off` were canceled or moved; of `unknown` the EMR has told nothing yet. Of the four none is counted twice.
    """

    kept: int = 0
    no_show: int = 0
    called_off: int = 0
    unknown: int = 0

    @property
    def due(self):
        """All of them."""
        return self.kept + self.no_show + self.called_off + self.unknown

    @property
    def known(self):
        """Those that were kept or missed: the base of both rates."""
        return self.kept + self.no_show

    @property
    def kept_rate(self):
        """Kept of those kept or missed, in percent."""
        return share(self.kept, self.known)

    @property
    def no_show_rate(self):
        """Missed of those kept or missed, in percent."""
        return share(self.no_show, self.known)


@dataclass(frozen=True)
class LeadTime:
    """The Fates of visits booked so many days ahead; `last` is None for the open end. `is_long`: over 14 days."""

    first: int
    last: int | None
    fates: Fates

    @property
    def label(self):
        return f"{self.first} to {self.last} days" if self.last is not None else f"over {self.first - 1} days"

    @property
    def is_long(self):
        return self.first > LONG_LEAD


@dataclass(frozen=True)
class Money:
    """Dollars of the period. `revenue` is that of `kept` visits at each campaign's revenue per visit; `cost` that of `dials`.

    A dial costs an agent's month ÷ 4,200 dials, as the campaign has it (DESIGN § 2).
    """

    dials: int
    booked: int
    kept: int
    revenue: Decimal
    cost: Decimal

    @property
    def cost_per_booking(self):
        """In dollars; None without a booking."""
        return (self.cost / self.booked).quantize(CENT) if self.booked else None


def funnel(*, filters):
    """The Funnel of enrollments that began in the period. Agent: who is or last was assigned."""
    period = filters.period
    rows = enrollments_of(filters).filter(enrolled_at__gte=period.starts_at, enrolled_at__lte=period.ends_at)
    calls = CallAttempt.objects.filter(practice=filters.practice, enrollment=OuterRef("pk"))
    won = calls.filter(is_success=True)
    rows = rows.annotate(
        was_kept=Exists(won.filter(appointment__status=Status.KEPT)),
        was_booked=Exists(won),
        was_reached=Exists(calls.filter(is_reached=True)) | Exists(won),
    )
    return Funnel(
        **rows.aggregate(
            enrolled=Count("pk"),
            reached=Count("pk", filter=Q(was_reached=True)),
            booked=Count("pk", filter=Q(was_booked=True)),
            kept=Count("pk", filter=Q(was_kept=True)),
        )
    )


def enrollments_of(filters):
    """The enrollments that the filters choose, of all times."""
    rows = Enrollment.objects.filter(practice=filters.practice)
    if filters.campaign:
        rows = rows.filter(campaign=filters.campaign)
    if filters.agent:
        rows = rows.filter(assigned_agent=filters.agent)
    if filters.location:
        rows = rows.filter(location=filters.location)
    return rows.order_by()


def fates(*, filters):
    """The Fates of all visits booked by calls whose day came in the period."""
    whole = [each.fates for each in no_show_by_lead_time(filters=filters)]
    return Fates(*(sum(getattr(each, name) for each in whole) for name in ("kept", "no_show", "called_off", "unknown")))


def no_show_by_lead_time(*, filters):
    """Four LeadTimes: visits whose day came in the period, by how many days ahead they were booked.

    The call counts that booked the visit first; its campaign, agent and location are what the filters choose by.
    """
    found = {}
    for visit in _visits(filters):
        days = max(0, (visit["on"] - filters.practice.business_date(visit["ended_at"])).days)
        lead = next(lead for lead in LEADS if lead[1] is None or days <= lead[1])
        name = {Status.KEPT: "kept", Status.NO_SHOW: "no_show", Status.SCHEDULED: "unknown"}.get(visit["status"], "called_off")
        found.setdefault(lead, {}).setdefault(name, 0)
        found[lead][name] += 1
    return [LeadTime(*lead, Fates(**found.get(lead, {}))) for lead in LEADS]


def _visits(filters):
    """The visits whose day came in the period, each with the call that booked it first."""
    today = filters.practice.business_date(filters.now)
    won = CallAttempt.objects.filter(practice=filters.practice, is_success=True, appointment__isnull=False)
    first = won.order_by().values("appointment").annotate(first=Min("pk")).values("first")
    rows = won.filter(
        pk__in=first,
        appointment__on__gte=filters.period.first_on,
        appointment__on__lte=min(filters.period.last_on, today),
    )
    if filters.campaign:
        rows = rows.filter(campaign=filters.campaign)
    if filters.agent:
        rows = rows.filter(agent=filters.agent)
    if filters.location:
        rows = rows.filter(location=filters.location)
    return rows.order_by().values("ended_at", "campaign", on=F("appointment__on"), status=F("appointment__status"))


def money(*, filters):
    """The Money of the period: dials and bookings made in it, visits kept in it."""
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.filter(practice=filters.practice)}
    counts = {
        "dials": Count("pk", filter=~Q(source=CallAttempt.Source.RING_BACK)),
        "booked": Count("pk", filter=Q(is_success=True)),
    }
    calls = list(calls_of(filters).values("campaign").annotate(**counts))
    kept = [visit["campaign"] for visit in _visits(filters) if visit["status"] == Status.KEPT]
    return Money(
        dials=sum(row["dials"] for row in calls),
        booked=sum(row["booked"] for row in calls),
        kept=len(kept),
        revenue=sum((campaigns[pk].revenue_per_visit for pk in kept), Decimal(0)).quantize(CENT),
        cost=sum(
            (row["dials"] * campaigns[row["campaign"]].agent_cost_per_month / DIALS_A_MONTH for row in calls), Decimal(0)
        ).quantize(CENT),
    )
