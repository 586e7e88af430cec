"""Giving an agent's work back to the practice when their access ends or their role changes."""

from . import agent_state
from .models import Lease, QueueItem
from .next_call import let_go


def give_back(*, agent):
    """Free the patient the agent holds and put the rest of today's list into the pool.

    The next plan deals their enrollments to others; their due callbacks go to colleagues by themselves.
    """
    let_go(agent=agent)
    QueueItem.objects.filter(agent=agent, done_at__isnull=True).update(agent=None)
    agent_state.leave(agent=agent)


def release(*, lease):
    """Free the patient of a hold, as a supervisor does. Returns False if the hold had ended before.

    Locked while it is open: what the agent holds is this patient, and not one they have opened meanwhile.
    """
    held = Lease.objects.open().select_for_update(of=("self",)).filter(pk=lease.pk).select_related("agent").first()
    if held is not None:
        let_go(agent=held.agent)
    return held is not None
