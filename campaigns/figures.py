"""Numbers of campaigns over their whole life, by grouped queries."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from .models import CallAttempt, CampaignAgent, Enrollment, QueueItem

ClosedAs = Enrollment.ClosedAs
ENROLLED = {
    "enrolled": Count("pk"),
    "open": Count("pk", filter=Q(status=Enrollment.Status.OPEN)),
    "won": Count("pk", filter=Q(closed_as=ClosedAs.WON)),
    "closed": Count("pk", filter=Q(status=Enrollment.Status.CLOSED)),
}
# A patient who rang back was not dialed; what they book is a booking all the same.
DIALED = ~Q(source=CallAttempt.Source.RING_BACK)
CALLED = {
    "dials": Count("pk", filter=DIALED),
    "reached": Count("pk", filter=DIALED & Q(is_reached=True)),
    "booked": Count("pk", filter=Q(is_success=True)),
    "booked_by_dial": Count("pk", filter=DIALED & Q(is_success=True)),
}
# Dials in which the patient, or who may speak for them, was spoken to.
CONTACTS = Count("pk", filter=DIALED & Q(is_right_party=True))


def share(part, whole):
    """`part` of `whole` in percent, to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def percent(value):
    """A share as screens write it, as in “21.3%”; a dash where there was nothing to divide by."""
    return "–" if value is None else f"{value}%"


@dataclass(frozen=True)
class Figures:
    """Enrollments by where they are, and calls by what came of them. `booked_by_dial` are those of `booked` that a dial won."""

    enrolled: int = 0
    open: int = 0
    won: int = 0
    closed: int = 0
    dials: int = 0
    reached: int = 0
    booked: int = 0
    booked_by_dial: int = 0

    @property
    def closed_otherwise(self):
        """Closed without a booking won."""
        return self.closed - self.won

    @property
    def conversion(self):
        """Dials that won a booking, in percent to one decimal; None before the first dial."""
        return share(self.booked_by_dial, self.dials)

    @property
    def answer_rate(self):
        """Dials that a person answered, in percent to one decimal; None before the first dial."""
        return share(self.reached, self.dials)


@dataclass(frozen=True)
class AgentWork:
    """What an agent has in hand of a campaign (all open work, and today's list), and what they did for it."""

    name: str
    is_in_campaign: bool
    open: int
    on_list: int
    dials: int
    booked: int


def by_campaign(*, practice):
    """Campaign id → Figures, for every campaign of the practice that has any enrollment or call."""
    found = defaultdict(dict)
    for rows, counts in [(Enrollment.objects, ENROLLED), (CallAttempt.objects, CALLED)]:
        for row in rows.filter(practice=practice).order_by().values("campaign").annotate(**counts):
            found[row.pop("campaign")] |= row
    return {campaign_id: Figures(**row) for campaign_id, row in found.items()}


def of_campaign(*, campaign):
    """The Figures of one campaign."""
    return Figures(**campaign.enrollments.aggregate(**ENROLLED), **campaign.attempts.aggregate(**CALLED))


def closed_as(*, campaign):
    """(label, enrollments) for every way in which enrollments of the campaign ended, the most frequent first."""
    rows = campaign.enrollments.filter(status=Enrollment.Status.CLOSED).order_by().values_list("closed_as")
    return [(ClosedAs(code).label, count) for code, count in rows.annotate(count=Count("pk")).order_by("-count", "closed_as")]


def agents_of(*, practice):
    """Campaign id → names of its agents; campaigns that all agents work are absent."""
    names = defaultdict(list)
    rows = CampaignAgent.objects.filter(practice=practice).order_by("agent__user__full_name")
    for campaign_id, name in rows.values_list("campaign", "agent__user__full_name"):
        names[campaign_id].append(name)
    return dict(names)


def agent_work(*, campaign):
    """An AgentWork for everybody who works the campaign, holds open work of it or called for it; then unassigned work."""
    chosen = set(campaign.agents.values_list("agent_id", flat=True))
    open_work = _counts(campaign.enrollments.filter(status=Enrollment.Status.OPEN), "assigned_agent")
    on_list = _counts(QueueItem.objects.filter(enrollment__campaign=campaign, done_at__isnull=True), "agent")
    dials = _counts(campaign.attempts.dials(), "agent")
    booked = _counts(campaign.attempts.filter(is_success=True), "agent")
    members = campaign.practice.memberships.select_related("user").order_by("user__full_name")
    in_campaign = Q(pk__in=chosen or campaign.practice.memberships.active().agents())
    touched = (open_work.keys() | on_list.keys() | dials.keys() | booked.keys()) - {None}
    rows = members.annotate(in_campaign=in_campaign).filter(in_campaign | Q(pk__in=touched))
    work = [
        AgentWork(
            name=member.name,
            is_in_campaign=member.in_campaign,
            open=open_work.get(member.pk, 0),
            on_list=on_list.get(member.pk, 0),
            dials=dials.get(member.pk, 0),
            booked=booked.get(member.pk, 0),
        )
        for member in rows
    ]
    if open_work.get(None) or on_list.get(None):
        work.append(AgentWork("Shared pool, for all to take", True, open_work.get(None, 0), on_list.get(None, 0), 0, 0))
    return work


def _counts(rows, group):
    return dict(rows.order_by().values_list(group).annotate(Count("pk")))
