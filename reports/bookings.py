"""What bookings come to: the funnel, no-shows by how far ahead was booked, revenue and cost."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from campaigns.figures import share
from campaigns.models import Campaign, Enrollment
from campaigns.roi import DIALS_A_MONTH
from patients.models import Appointment

from .tallies import tallies

Status = Appointment.Status
# Days from the call to the visit; the last has no end. Past 14 days more patients stay away (DESIGN § 6).
LEADS = ((0, 7), (8, 14), (15, 21), (22, None))
LONG_LEAD = 14
FATES = {Status.KEPT: "kept", Status.NO_SHOW: "no_show", Status.SCHEDULED: "unknown"}
CENT = Decimal("0.01")
# The call that booked a visit first counts for it.
VISITS = """
SELECT campaign_id, days, status, count(*) FROM (
    SELECT DISTINCT ON (c.appointment_id) c.campaign_id, c.agent_id, c.location, a.status,
           a."on" - (c.ended_at AT TIME ZONE %(zone)s)::date AS days
    FROM patients_appointment a
    JOIN campaigns_callattempt c ON c.practice_id = %(practice)s AND c.appointment_id = a.id
        AND c.is_success AND c.appointment_id IS NOT NULL
    WHERE a.practice_id = %(practice)s AND a."on" BETWEEN %(first)s AND %(last)s
    ORDER BY c.appointment_id, c.id
) visits
WHERE (%(campaign)s IS NULL OR campaign_id = %(campaign)s) AND (%(agent)s IS NULL OR agent_id = %(agent)s)
  AND (%(location)s = '' OR location = %(location)s)
GROUP BY 1, 2, 3
"""
# In steps, each from an index alone: how few rows the wall leaves is more than the planner can guess.
FUNNEL = """
WITH cohort AS MATERIALIZED (
    SELECT id, first_reached_at, first_booked_at FROM campaigns_enrollment
    WHERE practice_id = %(practice)s AND enrolled_at BETWEEN %(starts_at)s AND %(ends_at)s
      AND (%(campaign)s IS NULL OR campaign_id = %(campaign)s) AND (%(agent)s IS NULL OR assigned_agent_id = %(agent)s)
      AND (%(location)s = '' OR location = %(location)s)
), won AS MATERIALIZED (
    SELECT c.enrollment_id, c.appointment_id FROM cohort
    JOIN campaigns_callattempt c ON c.practice_id = %(practice)s AND c.enrollment_id = cohort.id
      AND c.is_success AND c.appointment_id IS NOT NULL
    WHERE cohort.first_booked_at IS NOT NULL
), kept AS MATERIALIZED (
    SELECT id FROM patients_appointment WHERE practice_id = %(practice)s AND status = 'KEPT'
)
SELECT count(*), count(*) FILTER (WHERE first_reached_at IS NOT NULL OR first_booked_at IS NOT NULL), count(first_booked_at),
       (SELECT count(DISTINCT enrollment_id) FROM won JOIN kept ON kept.id = won.appointment_id)
FROM cohort
"""


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

    A dial costs an agent's month ÷ 4,000 dials, as on the page of the campaign (campaigns/roi.py).
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
    params = _params(filters) | {"starts_at": filters.period.starts_at, "ends_at": filters.period.ends_at}
    with connection.cursor() as cursor:
        cursor.execute(FUNNEL, params)
        return Funnel(*cursor.fetchone())


def enrollments_of(filters):
    """The enrollments that the filters choose, of all times."""
    rows = Enrollment.objects.filter(practice=filters.practice)
    return filters.choose(rows, agent="assigned_agent").order_by()


def fates(*, filters, found=None):
    """The Fates of all visits booked by calls whose day came in the period. `found`: its `visits`, if asked for already."""
    return summed(no_show_by_lead_time(filters=filters, found=found))


def summed(leads):
    """The Fates of the visits of these LeadTimes together."""
    return Fates(**{name: sum(getattr(each.fates, name) for each in leads) for name in Fates.__dataclass_fields__})


def no_show_by_lead_time(*, filters, found=None):
    """Four LeadTimes: visits whose day came in the period, by how many days ahead they were booked.

    The call counts that booked the visit first; its campaign, agent and location are what the filters choose by.
    `found`: the `visits` of the filters, if asked for already.
    """
    leads = {lead: Counter() for lead in LEADS}
    for _campaign_id, days, status, count in visits(filters=filters) if found is None else found:
        lead = next(lead for lead in LEADS if lead[1] is None or days <= lead[1])
        leads[lead][FATES.get(status, "called_off")] += count
    return [LeadTime(*lead, Fates(**counts)) for lead, counts in leads.items()]


def visits(*, filters):
    """(campaign id, days from the call to the visit, status, how many) of the visits whose day came in the period."""
    dates = {"first": filters.period.first_on, "last": filters.period.last_on, "zone": filters.practice.time_zone}
    with connection.cursor() as cursor:
        cursor.execute(VISITS, _params(filters) | dates)
        return cursor.fetchall()


def _params(filters):
    return {
        "practice": filters.practice.pk,
        "campaign": filters.campaign and filters.campaign.pk,
        "agent": filters.agent and filters.agent.pk,
        "location": filters.location,
    }


def money(*, filters, found=None):
    """The Money of the period: dials and bookings made in it, visits kept in it. `found`: its `visits`, if asked for already."""
    calls, kept = tallies(filters, "campaign"), Counter()
    for campaign_id, _days, status, count in visits(filters=filters) if found is None else found:
        kept[campaign_id] += count if status == Status.KEPT else 0
    revenue = cost = Decimal(0)
    for campaign in Campaign.objects.filter(practice=filters.practice):
        dials = calls[campaign.pk].dials if campaign.pk in calls else 0
        revenue += kept[campaign.pk] * campaign.revenue_per_visit
        cost += dials * campaign.agent_cost_per_month / DIALS_A_MONTH
    return Money(
        dials=sum(each.dials for each in calls.values()),
        booked=sum(each.booked for each in calls.values()),
        kept=kept.total(),
        revenue=revenue.quantize(CENT),
        cost=cost.quantize(CENT),
    )
