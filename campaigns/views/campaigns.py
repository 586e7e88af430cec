"""Campaigns: list, set up, watch, pause and end. For supervisors and admins; numbers only, no patients."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required

from .. import campaign_return, campaign_setup, campaign_status, campaign_words, changes, dry_run, figures, plan, roi_words
from ..forms.campaign import NAME_TAKEN, CampaignForm
from ..models import Campaign
from ..preview import preview, tonight
from ..standing import standing

BUSY = "Agents were saving outcomes of this campaign just now, so nothing was counted. Try again in a moment."


def _today(request):
    return request.practice.business_date(clock.now())


@require_safe
@supervisor_required
def campaigns(request, practice_slug):
    """All campaigns with what came of them, those that run first."""
    numbers, agents = figures.by_campaign(practice=request.practice), figures.agents_of(practice=request.practice)
    rows = [
        (campaign, numbers.get(campaign.pk, figures.Figures()), agents.get(campaign.pk, []))
        for campaign in request.practice.campaigns.in_order()
    ]
    build = request.practice.queuebuilds.newest()
    return render(request, "campaigns/campaigns/list.html", {"rows": rows, "today": _today(request), "build": build})


@require_safe
@supervisor_required
def campaign(request, practice_slug, campaign_id):
    """One campaign: its rule, where its patients stand, who works it, and everything that was changed."""
    shown = get_object_or_404(request.practice.campaigns.prefetch_related("agents__agent__user"), pk=campaign_id)
    places = standing(practice=request.practice, now=clock.now(), campaign=shown)
    numbers = figures.of_campaign(campaign=shown)
    context = {
        "campaign": shown,
        "today": _today(request),
        "rule": campaign_words.rule(campaign=shown),
        "figures": numbers,
        "cards": campaign_words.cards(campaign=shown, figures=numbers),
        "places": places,
        "open_work": sum(place.rows for place in places),
        "closed": figures.closed_as(campaign=shown),
        "agents": figures.agent_work(campaign=shown),
        "changes": changes.of_campaign(campaign=shown),
        "returns": roi_words.told(campaign_return.of_campaign(campaign=shown, figures=numbers, today=_today(request))),
    }
    return render(request, "campaigns/campaigns/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def campaign_new(request, practice_slug):
    """Set up a campaign; saving it enrolls at once."""
    form = CampaignForm(request.POST or None, practice=request.practice, today=_today(request))
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def campaign_edit(request, practice_slug, campaign_id):
    """Change a campaign; its enrollments follow the new rule at once."""
    edited = get_object_or_404(request.practice.campaigns, pk=campaign_id)
    if edited.status == Campaign.Status.ENDED:
        messages.warning(request, "An ended campaign can't be changed. Make a new one instead.")
        return redirect("campaigns:detail", practice_slug=practice_slug, campaign_id=campaign_id)
    form = CampaignForm(request.POST or None, instance=edited, practice=request.practice, today=_today(request))
    if request.method == "POST" and form.is_valid():
        return _saved(request, form)
    return _form_page(request, form)


@require_POST
@supervisor_required
def campaign_preview(request, practice_slug, campaign_id=None):
    """Part of the form, as it is filled in: the fields of the chosen kind, or what its rule would do today."""
    edited = get_object_or_404(request.practice.campaigns, pk=campaign_id) if campaign_id else None
    form = CampaignForm.of_draft(request.POST, instance=edited, practice=request.practice, today=_today(request))
    if request.htmx.target == "rule":
        return render(request, "campaigns/campaigns/rule.html", {"form": form})
    return render(request, "campaigns/campaigns/preview.html", {"form": form, **_preview(request, form)})


@require_POST
@supervisor_required
def campaign_dry_run(request, practice_slug, campaign_id):
    """Tonight's call lists with the campaign as it stands in the form; nothing is saved."""
    edited = get_object_or_404(request.practice.campaigns.exclude(status=Campaign.Status.ENDED), pk=campaign_id)
    form = CampaignForm(request.POST, instance=edited, practice=request.practice, today=_today(request))
    context = _tonight(request, form) if form.is_valid() else {}
    if request.htmx:
        status = 422 if form.errors else 200
        return render(request, "campaigns/campaigns/dry_run.html", {"form": form, **context}, status=status)
    return _form_page(request, form, **context)


@require_POST
@supervisor_required
def campaign_status_change(request, practice_slug, campaign_id):
    """Pause, resume or end a campaign."""
    changed = get_object_or_404(request.practice.campaigns, pk=campaign_id)
    action = ACTIONS.get(request.POST.get("action"))
    try:
        if action is None:
            messages.error(request, "Choose whether to pause, resume or end the campaign.")
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


def _form_page(request, form, **more):
    context = {
        "form": form,
        "campaign": form.instance if form.instance.pk else None,
        **_preview(request, form),
        **more,
    }
    return render(request, "campaigns/campaigns/form.html", context, status=422 if form.errors else 200)


def _preview(request, form):
    """What the rule of the form says and would do; without a Preview where it is not complete."""
    if form.is_bound and not form.rule_is_complete:
        return {"preview": None}
    rule = campaign_words.rule(campaign=form.instance)
    found = preview(campaign=form.instance, on=_today(request))
    nobody = campaign_words.nobody(campaign=form.instance, preview=found) if found.is_for_nobody else ""
    return {"preview": found, "rule": rule, "nobody": nobody}


def _tonight(request, form):
    """The comparison, or why there is none."""
    agents = form.cleaned_data["agents"]
    try:
        return {"comparison": tonight(campaign=form.instance, agents=agents, by=request.membership, now=clock.now())}
    except campaign_setup.NameTaken:
        form.add_error("name", NAME_TAKEN)
        return {}
    except dry_run.Busy:
        return {"no_comparison": BUSY}


def _saved(request, form):
    """Save what the form says and tell what it did; a rule that takes nobody is warned about at once."""
    now, saved = clock.now(), form.instance
    agents = form.cleaned_data["agents"]
    try:
        entered, left = campaign_setup.save(campaign=saved, agents=agents, by=request.membership, now=now)
    except campaign_setup.NameTaken:
        form.add_error("name", NAME_TAKEN)
        return _form_page(request, form)
    found = preview(campaign=saved, on=_today(request))
    if not saved.runs(on=_today(request)):
        messages.info(request, f"“{saved.name}” is saved. No calls today; patients are enrolled as soon as it runs.")
    elif found.is_for_nobody:
        messages.warning(request, campaign_words.saved_for_no_call(campaign=saved, preview=found))
    elif entered or saved.enrollments.open().exists():
        messages.success(request, campaign_words.saved(campaign=saved, entered=entered, left=left))
    else:
        messages.warning(request, campaign_words.saved_for_nobody(campaign=saved))
    return redirect("campaigns:detail", practice_slug=request.practice.slug, campaign_id=saved.pk)


def _pause(request, changed):
    campaign_status.pause(campaign=changed, by=request.membership)
    return campaign_words.paused(campaign=changed)


def _resume(request, changed):
    entered, left = campaign_status.resume(campaign=changed, by=request.membership, now=clock.now())
    return campaign_words.resumed(campaign=changed, entered=entered, left=left)


def _end(request, changed):
    closed = campaign_status.end(campaign=changed, by=request.membership, now=clock.now())
    return campaign_words.ended(campaign=changed, closed=closed)


ACTIONS = {"pause": _pause, "resume": _resume, "end": _end}
