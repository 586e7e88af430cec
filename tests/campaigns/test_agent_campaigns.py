"""The campaigns of an agent, changed from the agent's side: names added and given up, and what is refused."""

import pytest

from campaigns import agent_campaigns
from campaigns.agent_campaigns import ChangeRefused
from campaigns.models import CampaignAgent, CampaignAgentEvent, Enrollment, QueueItem
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo(practice):
    return make_member(practice, "Bo Agent")


@pytest.fixture
def named(inside, bo):
    """A campaign that names Bo."""
    campaign = make_campaign(inside, on=TODAY, name="Named")
    CampaignAgent.objects.create(campaign=campaign, agent=bo)
    return campaign


def works(agent):
    return {each.campaign.name: (each.named, each.is_worked) for each in agent_campaigns.choices(agent=agent)}


def test_an_agent_is_named_and_the_others_stay(named, agent, bo, supervisor):
    assert works(agent) == {"Named": (1, False)}
    assert agent_campaigns.change(agent=agent, campaigns=[named], by=supervisor) == (["Named"], [])
    assert works(agent) == works(bo) == {"Named": (2, True)}
    assert agent_campaigns.change(agent=agent, campaigns=[named], by=supervisor) == ([], [])
    assert CampaignAgentEvent.objects.get(agent_id=agent.pk).pgh_context["user"] == supervisor.user_id


def test_what_is_given_up_goes_into_the_pool_and_is_dealt_anew(listed, agent, bo, supervisor):
    listed(1)
    QueueItem.objects.update(agent=agent)
    Enrollment.objects.update(assigned_agent=agent)
    one = Enrollment.objects.get()
    for each in (agent, bo):
        CampaignAgent.objects.create(campaign=one.campaign, agent=each)
    assert agent_campaigns.change(agent=agent, campaigns=[], by=supervisor) == ([], ["Never seen"])
    assert QueueItem.objects.get().agent is None
    assert Enrollment.objects.get().assigned_agent is None


def test_the_last_name_is_not_taken_out(named, bo, supervisor):
    with pytest.raises(ChangeRefused, match="the only one named in “Named”"):
        agent_campaigns.change(agent=bo, campaigns=[], by=supervisor)
    assert works(bo) == {"Named": (1, True)}


def test_a_campaign_of_all_is_not_narrowed_to_one(inside, agent, supervisor):
    free = make_campaign(inside, on=TODAY, name="For all")
    with pytest.raises(ChangeRefused, match="All agents work “For all”"):
        agent_campaigns.change(agent=agent, campaigns=[free], by=supervisor)
    assert CampaignAgent.objects.count() == 0


def test_an_ended_campaign_is_left_alone(named, agent, supervisor):
    type(named).objects.update(status="ENDED")
    assert works(agent) == {}
    assert agent_campaigns.change(agent=agent, campaigns=[named], by=supervisor) == ([], [])
