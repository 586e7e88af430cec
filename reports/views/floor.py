"""The floor for those who lead: the page, its part that is asked for every few seconds, one agent, and what alarms."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.access import admin_required, supervisor_required
from campaigns import agent_state, desk_messages, moving_work
from campaigns.agent_campaigns import choices

from ..floor import floor as read_floor
from ..floor import has_team
from ..floor_counts import open_holds
from ..forms.floor import AlertsForm, CampaignsForm, MessageForm

TEAMS = ("mine", "all")


@require_safe
@supervisor_required
def floor(request, practice_slug):
    """The whole page: the supervisor's own team first, or everybody."""
    context = _now(request)
    context["last_move"] = moving_work.just_moved(by=request.membership, now=context["now"])
    known = request.GET.get("team", "all") in TEAMS
    return render(request, "reports/floor/page.html", context | {"bad_team": not known}, status=200 if known else 422)


@require_safe
@supervisor_required
def floor_now(request, practice_slug):
    """What changes from minute to minute."""
    return render(request, "reports/floor/now.html", _now(request))


@require_safe
@supervisor_required
def floor_agent(request, practice_slug, membership_id):
    """One agent: state, messages, holds, campaigns. No patient is read."""
    return agent_page(request, member_of(request, membership_id))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def floor_settings(request, practice_slug):
    form = AlertsForm(request.POST or None, instance=request.practice)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. The floor alarms by these from now on.")
        return redirect("reports:floor", practice_slug=practice_slug)
    return render(request, "reports/floor/settings.html", {"form": form}, status=422 if form.errors else 200)


def member_of(request, membership_id):
    """A member of the practice of the request, or 404."""
    return get_object_or_404(request.practice.memberships.select_related("user", "practice"), pk=membership_id)


def agent_page(request, member, *, message_form=None, campaigns_form=None, status=200):
    """The page of an agent, with the form that was refused."""
    now = clock.now()
    context = {
        "agent": member,
        "spell": agent_state.current(agent=member, now=now),
        "load": moving_work.loads(practice=request.practice).get(member.pk, moving_work.Load()),
        "holds": open_holds(practice=request.practice).get(member.pk, []),
        "sent": desk_messages.latest(agent=member),
        "message_form": message_form or MessageForm(),
        "campaigns_form": campaigns_form or CampaignsForm(agent=member),
        "form": message_form or campaigns_form,
        "works": [each.campaign.name for each in choices(agent=member) if each.is_worked],
        "now": now,
    }
    return render(request, "reports/floor/agent.html", context, status=status)


def _now(request):
    """The floor with the team chosen in the address."""
    now, viewer = clock.now(), request.membership
    leads_some = has_team(viewer=viewer)
    asked = request.GET.get("team")
    everybody = asked == "all" or (asked != "mine" and not leads_some)
    return {
        "floor": read_floor(practice=request.practice, viewer=viewer, everybody=everybody, now=now),
        "leads_some": leads_some,
        "team": "all" if everybody else "mine",
        "now": now,
    }
