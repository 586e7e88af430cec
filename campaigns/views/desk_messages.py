"""Messages on the agent's desk: asked for by each page of it now and then, and closed."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import desk_messages


@member_required
@require_safe
def messages(request, practice_slug):
    return _shown(request)


@member_required
@require_POST
def close(request, practice_slug, message_id):
    """The agent has read a message of their own."""
    message = get_object_or_404(request.practice.deskmessages, pk=message_id, agent=request.membership)
    desk_messages.close(message=message, now=clock.now())
    return _shown(request) if request.htmx else redirect("campaigns:desk", practice_slug=practice_slug)


def _shown(request):
    return render(request, "campaigns/desk/messages_list.html", {"desk_messages": desk_messages.unread(agent=request.membership)})
