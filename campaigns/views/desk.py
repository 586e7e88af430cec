"""The agent's desk: today's list, and the next patient on it."""

from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, day, drafts, next_call, week
from campaigns.models import QueueBuild

from .agent_state import open_next
from .desk_list import agent_shown, listing


@member_required
@require_safe
def desk(request, practice_slug):
    now, practice = clock.now(), request.practice
    agent = agent_shown(request)
    is_mine = agent == request.membership
    context = {
        "agent": agent,
        "is_mine": is_mine,
        "day": day.of_agent(agent=agent, practice=practice, now=now),
        "kept": day.callbacks_kept(agent=agent, practice=practice, now=now),
        "week": week.of_agent(agent=agent, practice=practice, now=now),
        "callbacks": day.callbacks_today(agent=agent, practice=practice, now=now),
        "spell": agent_state.current(agent=agent, now=now),
        "held": next_call.current(agent=agent) if is_mine else None,
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "unsaved": drafts.unsaved(agent=agent) if is_mine else (),
        "build": QueueBuild.objects.newest(),
        "agents": _agents(practice) if request.membership.leads else [],
        "today": practice.business_date(now),
        "now": now,
        **listing(request, agent=agent, now=now),
    }
    return render(request, "campaigns/desk/list.html", context)


@member_required
@require_POST
def next_patient(request, practice_slug):
    """Claim the next patient; the call page shows them, or why there is nobody. Ends a break."""
    open_next(request, now=clock.now())
    return redirect("campaigns:call", practice_slug=practice_slug)


def _agents(practice):
    left = Count("queue", filter=Q(queue__done_at__isnull=True))
    return practice.memberships.active().agents().select_related("user").annotate(left=left).order_by("user__full_name")
