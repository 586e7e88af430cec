"""Giving an agent's work back to the practice when their access ends or their role changes."""

from . import agent_state
from .models import QueueItem
from .next_call import let_go


def give_back(*, agent):
    """Free the patients the agent holds and put the rest of today's list into the pool.

    The next plan deals their enrollments to others; their due callbacks go to colleagues by themselves.
    """
    let_go(agent=agent)
    QueueItem.objects.filter(agent=agent, done_at__isnull=True).update(agent=None)
    agent_state.leave(agent=agent)
