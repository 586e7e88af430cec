"""Saving a campaign with its agents, and enrolling by its rule at once."""

import pghistory
from django.db import IntegrityError, transaction

from . import enrollment
from .models import Campaign, CampaignAgent, Enrollment, QueueItem


class NameTaken(Exception):
    """Another campaign of the practice got this name at the same moment; nothing was saved."""


def save(*, campaign, agents, by, now):
    """Create or change a campaign. Returns how many patients (entered, left) it.

    Where its own hours changed, the times of day to avoid are forgotten: new hours may leave no other ones.

    `agents` are memberships; none means every agent of the practice. Whoever is no longer among them gives up the
    campaign's open work, which the next build deals anew. Raises NameTaken.
    """
    stored = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign.pk).first()
    if stored is None:
        campaign.created_by = by
    else:
        # Paused or ended while the form was open, or at this moment: that stands.
        campaign.status, campaign.archived_at = stored.status, stored.archived_at
    with pghistory.context(user=by.user_id):
        _write(campaign)
        _set_agents(campaign, agents)
    if stored and stored.own_hours != campaign.own_hours:
        campaign.enrollments.open().filter(avoid_clock_at__isnull=False).update(avoid_clock_at=None)
    refreshed = enrollment.refresh(campaign=campaign, now=now)
    return refreshed.entered, refreshed.left_count


def _write(campaign):
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as refused:
        if "campaign_name_in_practice" not in str(refused):
            raise
        raise NameTaken from None


def _set_agents(campaign, agents):
    chosen = {agent.pk for agent in agents}
    present = set(campaign.agents.values_list("agent_id", flat=True))
    campaign.agents.filter(agent__in=present - chosen).delete()
    for agent_id in sorted(chosen - present):
        CampaignAgent.objects.create(campaign=campaign, agent_id=agent_id)
    if chosen:
        of_others = Enrollment.objects.open().filter(campaign=campaign, assigned_agent__isnull=False)
        of_others = of_others.exclude(assigned_agent__in=chosen)
        QueueItem.objects.filter(enrollment__in=of_others, done_at__isnull=True).delete()
        of_others.update(assigned_agent=None, assigned_on=None)
