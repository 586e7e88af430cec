"""What calls take: handle time and wrap-up."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, F, Sum

from campaigns.models import AgentSpell

from . import calls


@dataclass(frozen=True)
class Times:
    """Average handle time of a dial, from opening the patient to saving the outcome, and average wrap-up, each with its base.

    Wrap-up is known of agents alone: None where a campaign or a location is chosen.
    """

    dials: int
    handle_time: timedelta | None
    wrap_ups: int | None
    wrap_up_time: timedelta | None


def times(*, filters):
    """The Times of the period: dials saved in it, wrap-ups that ended in it."""
    whole = calls.totals(filters=filters)
    if filters.campaign or filters.location:
        return Times(whole.dials, whole.average_handled, None, None)
    period = filters.period
    spells = AgentSpell.objects.filter(
        practice=filters.practice,
        state=AgentSpell.State.WRAP_UP,
        until_at__gte=period.starts_at,
        until_at__lte=period.ends_at,
    )
    if filters.agent:
        spells = spells.filter(agent=filters.agent)
    lasted = Sum(F("until_at") - F("since_at"), output_field=DurationField())
    found = spells.aggregate(count=Count("pk"), lasted=lasted)
    average = found["lasted"] / found["count"] if found["count"] else None
    return Times(whole.dials, whole.average_handled, found["count"], average)
