"""What the agent says of themselves: call ended, on break, back to work; and a callback begun by its owner."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, callback_start, next_call, ring_back
from campaigns.forms.agent_state import StateForm
from campaigns.models import AgentSpell

State = AgentSpell.State


@member_required
@require_POST
def state(request, practice_slug):
    """Enter the state posted; without one it is a sign of life. Scripts get the state as a piece of the page."""
    now, agent, form = clock.now(), request.membership, StateForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That is no state. Nothing was changed.")
    elif form.cleaned_data["state"] == State.WRAP_UP:
        lease = get_object_or_404(request.practice.leases.select_related("agent"), pk=form.cleaned_data["lease"], agent=agent)
        agent_state.end_call(lease=lease, now=now)
    elif form.cleaned_data["state"] == State.BREAK:
        begin_break(request, form.cleaned_data["reason"], now=now)
    elif form.cleaned_data["state"]:
        agent_state.follow(agent=agent, now=now)
    else:
        agent_state.seen(agent=agent, now=now)
    if not request.htmx:
        return redirect("campaigns:call", practice_slug=practice_slug)
    lanes = ring_back.lanes(agent=agent)
    posted = form.cleaned_data.get("lease") if form.is_valid() else None
    held = next((lease for lease in lanes if lease.pk == posted), lanes[0] if lanes else None)
    context = {"spell": agent_state.current(agent=agent, now=now), "lease": held, "now": now}
    return render(request, "campaigns/desk/state.html", context)


@member_required
@require_POST
def start_callback(request, practice_slug, callback_id):
    """Open the patient of an own callback at once; the call page shows them, or why not."""
    now, agent = clock.now(), request.membership
    callback = get_object_or_404(request.practice.callbacks, pk=callback_id, owner=agent)
    try:
        callback_start.start_callback(callback=callback, agent=agent, now=now)
    except callback_start.StartRefused as refused:
        messages.warning(request, f"The callback was not started. {refused}")
    else:
        agent_state.follow(agent=agent, now=now)
    return redirect("campaigns:call", practice_slug=practice_slug)


def open_next(request, *, now):
    """Open the agent's next patient, if there is one; a break ends."""
    next_call.claim(agent=request.membership, now=now)
    agent_state.follow(agent=request.membership, now=now)


def begin_break(request, reason, *, now):
    """Begin a break, or say why not."""
    try:
        agent_state.take_break(agent=request.membership, reason=reason, now=now)
    except agent_state.StateRefused as refused:
        messages.warning(request, str(refused))
