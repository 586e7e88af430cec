"""A campaign that exists is changed, and what its form would do is shown. The wizard for new ones shares these pieces."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.access import supervisor_required
from patients.wishes import clock as wall_clock

from .. import campaign_return, campaign_setup, campaign_words, dry_run
from ..calling_reach import reached as people_reached
from ..campaign_examples import examples
from ..forms.campaign import NAME_TAKEN, PARTS, CampaignForm
from ..models import Campaign
from ..preview import preview, to_call, tonight
from ..script_preview import of_campaign
from ..staffing import staffing

BUSY = "Agents were saving outcomes of this campaign just now, so nothing was counted. Try again in a moment."


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def campaign_edit(request, practice_slug, campaign_id):
    """Change a campaign; its enrollments follow the new rule at once."""
    edited = get_object_or_404(request.practice.campaigns, pk=campaign_id)
    if edited.status == Campaign.Status.ENDED:
        messages.warning(request, "An ended campaign can't be changed. Copy it, or make a new one instead.")
        return redirect("campaigns:detail", practice_slug=practice_slug, campaign_id=campaign_id)
    form = CampaignForm(request.POST or None, instance=edited, practice=request.practice, today=today(request))
    if request.method == "POST" and form.is_valid():
        try:
            moved = campaign_setup.save(
                campaign=edited, agents=form.cleaned_data["agents"], by=request.membership, now=clock.now()
            )
        except campaign_setup.NameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            return to_saved(request, edited, moved)
    return _page(request, form)


@require_POST
@supervisor_required
def campaign_preview(request, practice_slug, campaign_id):
    """What the rule would do today as the form stands. Nothing is saved."""
    form = _form(request, campaign_id)
    return render(request, "campaigns/campaigns/preview.html", {"form": form, **rule_of(request, form)})


@require_POST
@supervisor_required
def campaign_examples(request, practice_slug, campaign_id):
    """Patients whom the rule in the form takes, and some whom it leaves out. Nothing is saved."""
    return answer_examples(request, _form(request, campaign_id), _page)


@require_POST
@supervisor_required
def campaign_dry_run(request, practice_slug, campaign_id):
    """Tonight's call lists with the campaign as it stands in the form; nothing is saved."""
    return answer_dry_run(request, _form(request, campaign_id), _page)


def today(request):
    """The practice's date."""
    return request.practice.business_date(clock.now())


def beside(request, form, part):
    """What is shown beside a part of the form, as it stands: context for templates/campaigns/wizard/beside_*.html."""
    wrong = form.wrong
    if part == "rules":
        return rule_of(request, form)
    if part == "script" and not wrong & {"kind", "workflow"}:
        return {"said": of_campaign(campaign=form.instance, agent=request.membership, today=today(request))}
    if part == "agents" and form.rule_is_complete:
        chosen = form.cleaned_data.get("agents", [])
        return {"staffing": staffing(campaign=form.instance, agents=chosen, on=today(request))}
    if part == "hours":
        practice = request.practice
        hours = (wall_clock(practice.calls_open), wall_clock(practice.calls_close))
        reached = people_reached(practice=practice, own_hours=form.instance.own_hours)
        return {"practice_hours": hours, "reached": None if wrong & set(PARTS["hours"]) else reached}
    if part == "cost" and form.rule_is_complete and not wrong & set(PARTS["cost"]):
        patients = to_call(campaign=form.instance, on=today(request)).count()
        return {"expected": campaign_return.expected(campaign=form.instance, patients=patients)}
    return {}


def rule_of(request, form):
    """What the rule of the form says and would do; without a Preview where it is not complete."""
    if form.is_bound and not form.rule_is_complete:
        return {"preview": None}
    rule = campaign_words.rule(campaign=form.instance)
    found = preview(campaign=form.instance, on=today(request))
    nobody = campaign_words.nobody(campaign=form.instance, preview=found) if found.is_for_nobody else ""
    return {"preview": found, "rule": rule, "nobody": nobody}


def answer_examples(request, form, page):
    """The examples alone, or the whole `page(request, form, **context)` with them where there are no scripts."""
    found = examples(campaign=form.instance, on=today(request)) if form.rule_is_complete else None
    context = {"examples": found, "rule": found and campaign_words.rule(campaign=form.instance)}
    if request.htmx:
        return render(request, "campaigns/campaigns/examples.html", context)
    form.keep_errors_of(None)
    return page(request, form, **context)


def answer_dry_run(request, form, page):
    """The comparison alone, or the whole page with it."""
    context = _tonight(request, form) if form.is_valid() else {}
    if request.htmx:
        status = 422 if form.errors else 200
        return render(request, "campaigns/campaigns/dry_run.html", {"form": form, **context}, status=status)
    return page(request, form, **context)


def to_saved(request, saved, moved):
    """Tell what saving did, and go to the campaign's page; a rule that takes nobody is warned about at once."""
    entered, left = moved
    found = preview(campaign=saved, on=today(request))
    if not saved.runs(on=today(request)):
        messages.info(request, f"“{saved.name}” is saved. No calls today; patients are enrolled as soon as it runs.")
    elif found.is_for_nobody:
        messages.warning(request, campaign_words.saved_for_no_call(campaign=saved, preview=found))
    elif entered or saved.enrollments.open().exists():
        messages.success(request, campaign_words.saved(campaign=saved, entered=entered, left=left))
    else:
        messages.warning(request, campaign_words.saved_for_nobody(campaign=saved))
    return redirect("campaigns:detail", practice_slug=request.practice.slug, campaign_id=saved.pk)


def _form(request, campaign_id):
    edited = get_object_or_404(request.practice.campaigns.exclude(status=Campaign.Status.ENDED), pk=campaign_id)
    return CampaignForm(request.POST, instance=edited, practice=request.practice, today=today(request))


def _page(request, form, **more):
    context = {"form": form, "campaign": form.instance, **rule_of(request, form), **more}
    return render(request, "campaigns/campaigns/form.html", context, status=422 if form.errors else 200)


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
