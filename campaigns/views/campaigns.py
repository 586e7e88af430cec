"""Campaigns: list, watch, pause, end and archive. For supervisors and admins; numbers only, no patients."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required

from .. import campaign_facts, campaign_return, campaign_status, campaign_words, changes, figures, plan, roi_words
from ..standing import standing
from .campaign_edit import today


@require_safe
@supervisor_required
def campaigns(request, practice_slug):
    """All campaigns with what came of them, those that run first; archived ones on demand."""
    campaigns, with_archived = request.practice.campaigns, request.GET.get("archived") == "yes"
    archived = campaigns.exclude(pk__in=campaigns.listed()).count()
    numbers, agents = figures.by_campaign(practice=request.practice), figures.agents_of(practice=request.practice)
    rows = [
        (campaign, numbers.get(campaign.pk, figures.Figures()), agents.get(campaign.pk, []))
        for campaign in (campaigns if with_archived else campaigns.listed()).in_order()
    ]
    context = {
        "rows": rows,
        "today": today(request),
        "build": request.practice.queuebuilds.newest(),
        "archived": archived,
        "with_archived": with_archived,
    }
    return render(request, "campaigns/campaigns/list.html", context)


@require_safe
@supervisor_required
def campaign(request, practice_slug, campaign_id):
    """One campaign: its rule, where its patients stand, who works it, and everything that was changed."""
    shown = get_object_or_404(request.practice.campaigns.prefetch_related("agents__agent__user"), pk=campaign_id)
    places = standing(practice=request.practice, now=clock.now(), campaign=shown)
    numbers = figures.of_campaign(campaign=shown)
    context = {
        "campaign": shown,
        "today": today(request),
        "rule": campaign_words.rule(campaign=shown),
        "figures": numbers,
        "cards": campaign_words.cards(campaign=shown, figures=numbers),
        "places": places,
        "open_work": sum(place.rows for place in places),
        "closed": figures.closed_as(campaign=shown),
        "agents": figures.agent_work(campaign=shown),
        "changes": changes.of_campaign(campaign=shown),
        "parts": campaign_facts.parts(campaign=shown, agents=[each.agent for each in shown.agents.all()]),
        "copy_key": uuid.uuid4(),
        "returns": roi_words.told(campaign_return.of_campaign(campaign=shown, figures=numbers, today=today(request))),
    }
    return render(request, "campaigns/campaigns/detail.html", context)


@require_POST
@supervisor_required
def campaign_status_change(request, practice_slug, campaign_id):
    """Pause, resume, end, archive a campaign or bring it back."""
    changed = get_object_or_404(request.practice.campaigns, pk=campaign_id)
    action = ACTIONS.get(request.POST.get("action"))
    try:
        if action is None:
            messages.error(request, "Choose whether to pause, resume, end or archive the campaign.")
        else:
            messages.success(request, action(request, changed))
    except campaign_status.StatusRefused as refused:
        messages.error(request, str(refused))
    return redirect("campaigns:detail", practice_slug=practice_slug, campaign_id=campaign_id)


@require_POST
@supervisor_required
def build(request, practice_slug):
    """Build today's call lists again and go back to where the button was."""
    try:
        built = plan.build(practice=request.practice, now=clock.now(), by=request.membership, waits=False)
    except plan.BuildRuns:
        messages.info(request, "The call lists are being built at this moment. Look again in a minute.")
    else:
        url = reverse("campaigns:build_detail", kwargs={"practice_slug": practice_slug, "build_id": built.pk})
        messages.success(request, format_html('{} <a href="{}">What changed and why</a>', campaign_words.built(build=built), url))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("campaigns:list", kwargs={"practice_slug": practice_slug})
    return redirect(back)


def _pause(request, changed):
    campaign_status.pause(campaign=changed, by=request.membership)
    return campaign_words.paused(campaign=changed)


def _resume(request, changed):
    entered, left = campaign_status.resume(campaign=changed, by=request.membership, now=clock.now())
    return campaign_words.resumed(campaign=changed, entered=entered, left=left)


def _end(request, changed):
    closed = campaign_status.end(campaign=changed, by=request.membership, now=clock.now())
    return campaign_words.ended(campaign=changed, closed=closed)


def _archive(request, changed):
    campaign_status.archive(campaign=changed, by=request.membership, now=clock.now())
    return campaign_words.archived(campaign=changed)


def _unarchive(request, changed):
    campaign_status.unarchive(campaign=changed, by=request.membership)
    return campaign_words.unarchived(campaign=changed)


ACTIONS = {"pause": _pause, "resume": _resume, "end": _end, "archive": _archive, "unarchive": _unarchive}
