"""Which campaigns an agent works, changed from the agent's side. A campaign that names nobody is worked by all."""

from dataclasses import dataclass

import pghistory
from django.db.models import Count, Exists, OuterRef

from .models import Campaign, CampaignAgent, Enrollment, QueueItem


class ChangeRefused(Exception):
    """The change would do something else than it says; the text tells the user. Nothing was changed."""


@dataclass(frozen=True)
class Choice:
    """A campaign that has not ended: `named` of its agents are named, 0 for one that all work."""

    campaign: Campaign
    named: int
    is_worked: bool

    @property
    def is_for_all(self):
        return not self.named


def choices(*, agent):
    """A Choice for each campaign of the agent's practice that has not ended, by name."""
    mine = CampaignAgent.objects.filter(campaign=OuterRef("pk"), agent=agent)
    found = Campaign.objects.filter(practice=agent.practice_id).exclude(status=Campaign.Status.ENDED).order_by("name")
    found = found.annotate(named=Count("agents"), is_mine=Exists(mine))
    return [Choice(each, each.named, each.is_mine or not each.named) for each in found]


def change(*, agent, campaigns, by):
    """Name the agent in these campaigns and in no others of those that name anybody. Returns (names added, names given up).

    What the agent had open of a campaign given up is dealt anew by the next build; what is on today's list goes into the pool.
    Raises ChangeRefused where that would open a campaign to all agents, or close one to all others.
    """
    chosen = {campaign.pk for campaign in campaigns}
    # Two who change a campaign at once come one after the other.
    list(Campaign.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    naming = [each for each in choices(agent=agent) if each.named]
    for_all = [each.campaign.name for each in choices(agent=agent) if each.is_for_all and each.campaign.pk in chosen]
    if for_all:
        raise ChangeRefused(f"All agents work “{for_all[0]}”: naming one here would keep the others out.")
    added = [each.campaign for each in naming if each.campaign.pk in chosen and not each.is_worked]
    given_up = [each.campaign for each in naming if each.campaign.pk not in chosen and each.is_worked]
    alone = [each.campaign.name for each in naming if each.campaign in given_up and each.named == 1]
    if alone:
        raise ChangeRefused(f"{agent.name} is the only one named in “{alone[0]}”: without a name all agents would work it.")
    with pghistory.context(user=by.user_id):
        for campaign in added:
            CampaignAgent.objects.create(campaign=campaign, agent=agent)
        CampaignAgent.objects.filter(agent=agent, campaign__in=given_up).delete()
    _give_up(agent, given_up)
    return [campaign.name for campaign in added], [campaign.name for campaign in given_up]


def _give_up(agent, campaigns):
    """Enrollments before places, as outcomes and builds lock them."""
    work = Enrollment.objects.open().filter(campaign__in=campaigns, assigned_agent=agent)
    work.update(assigned_agent=None, assigned_on=None)
    QueueItem.objects.filter(agent=agent, enrollment__campaign__in=campaigns, done_at__isnull=True).update(agent=None)
