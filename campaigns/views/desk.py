"""The agent's desk: today's list, and the next patient on it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, day, desk_list, next_call
from campaigns.models import QueueBuild
from campaigns.views.agent_state import open_next

ROWS = 50
SHOWN = {"left": Q(done_at__isnull=True), "done": Q(done_at__isnull=False), "all": Q()}


@member_required
@require_safe
def desk(request, practice_slug):
    now, practice = clock.now(), request.practice
    agent = _agent_shown(request)
    is_mine = agent == request.membership
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "left"
    places = desk_list.places(agent=agent, today=practice.business_date(now)).filter(SHOWN[shown])
    page = Paginator(places, ROWS).get_page(request.GET.get("page"))
    context = {
        "agent": agent,
        "is_mine": is_mine,
        "day": day.of_agent(agent=agent, practice=practice, now=now),
        "callbacks": day.callbacks_today(agent=agent, practice=practice, now=now),
        "spell": agent_state.current(agent=agent, now=now),
        "held": next_call.current(agent=agent) if is_mine else None,
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "page": page,
        "rows": desk_list.rows(page.object_list, practice=practice, now=now),
        "shown": shown,
        "build": QueueBuild.objects.newest(),
        "agents": _agents(practice) if request.membership.leads else [],
        "today": practice.business_date(now),
        "now": now,
    }
    return render(request, "campaigns/desk/list.html", context)


@member_required
@require_POST
def next_patient(request, practice_slug):
    """Claim the next patient; the call page shows them, or why there is nobody. Ends a break."""
    open_next(request, now=clock.now())
    return redirect("campaigns:call", practice_slug=practice_slug)


def _agent_shown(request):
    """Whose list: one's own, or, for those who lead, that of the agent named in the address."""
    wanted = request.GET.get("agent")
    if not wanted or wanted == str(request.membership.pk):
        return request.membership
    if not request.membership.leads:
        raise PermissionDenied
    members = request.practice.memberships.select_related("user")
    return get_object_or_404(members, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 20 else None)


def _agents(practice):
    left = Count("queue", filter=Q(queue__done_at__isnull=True))
    return practice.memberships.active().agents().select_related("user").annotate(left=left).order_by("user__full_name")
