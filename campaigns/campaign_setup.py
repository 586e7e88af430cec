"""Saving a campaign with its agents, and enrolling by its rule at once."""

import pghistory

from . import enrollment
from .models import CampaignAgent, Enrollment, QueueItem


def save(*, campaign, agents, by, now):
    """Create or change a campaign. Returns how many patients (entered, left) it.

    `agents` are memberships; none means every agent of the practice. Whoever is no longer among them gives up the
    campaign's open work, which the next build deals anew.
    """
    if campaign.pk is None:
        campaign.created_by = by
    with pghistory.context(user=by.user_id):
        campaign.save()
        _set_agents(campaign, agents)
    return enrollment.refresh(campaign=campaign, now=now)


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
