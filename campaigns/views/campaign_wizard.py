"""A new campaign, step by step. What is typed lies in a draft on the server, for its owner alone, until the campaign is made."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.access import supervisor_required

from .. import campaign_drafts, campaign_facts, campaign_setup, campaign_words
from ..campaign_drafts import STEPS
from ..forms.campaign import ALL_RULES, NAME_TAKEN, PARTS, CampaignForm, as_typed
from ..models import Campaign
from ..preview import by_kind, preview
from .campaign_edit import answer_dry_run, answer_examples, beside, to_saved, today

ORDER = list(STEPS)
FIRST, LAST = ORDER[0], ORDER[-1]
BESIDE = ("rules", "script", "agents", "hours", "cost")


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def campaign_new(request, practice_slug):
    """The first step, before there is a draft: choosing a kind makes one."""
    typed = as_typed(campaign=_blank(request), practice=request.practice, today=today(request))
    if request.method != "POST":
        form = _form(request, typed)
        form.keep_errors_of(None)
        drafts = [(draft, STEPS[draft.reached]) for draft in campaign_drafts.of(owner=request.membership)]
        return _step_page(request, None, FIRST, form, key=uuid.uuid4(), drafts=drafts)
    typed |= _posted(request, FIRST)
    form = _form(request, typed)
    form.keep_errors_of(FIRST)
    key = _key(request)
    if form.errors:
        return _step_page(request, None, FIRST, form, key=key)
    draft = campaign_drafts.start(owner=request.membership, key=key, fields=typed, now=clock.now())
    if draft.campaign_id is None:
        campaign_drafts.keep(draft=draft, fields=_posted(request, FIRST), now=clock.now(), reached="rules")
    return _to(request, draft, "rules")


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def campaign_draft(request, practice_slug, draft_id, step):
    """One step. Going on checks its fields; going back, or leaving, keeps whatever was typed."""
    draft = _draft(request, draft_id, step)
    if draft.campaign_id:
        return redirect("campaigns:detail", practice_slug=practice_slug, campaign_id=draft.campaign_id)
    if request.method != "POST":
        return _draft_page(request, draft, step)
    campaign_drafts.keep(draft=draft, fields=_posted(request, step), now=clock.now())
    to = request.POST.get("to", "")
    if to == "leave":
        messages.info(request, "The draft is kept. Go on with it under New campaign.")
        return redirect("campaigns:list", practice_slug=practice_slug)
    to = to if to in STEPS else step
    if ORDER.index(to) > ORDER.index(step):
        form = _form(request, draft.fields)
        form.keep_errors_of(step)
        if form.errors:
            return _step_page(request, draft, step, form)
        campaign_drafts.keep(draft=draft, fields={}, now=clock.now(), reached=to)
    return _to(request, draft, to)


@require_POST
@supervisor_required
def draft_beside(request, practice_slug, draft_id, step):
    """What stands beside a step, as its form is filled in. Nothing is saved."""
    if step not in BESIDE:
        raise Http404
    draft = _draft(request, draft_id, step)
    form = _form(request, draft.fields | _posted(request, step))
    context = {"form": form, "draft": draft, **beside(request, form, step)}
    return render(request, f"campaigns/wizard/beside_{step}.html", context)


@require_POST
@supervisor_required
def draft_examples(request, practice_slug, draft_id):
    """Patients whom the rule in the form takes, and some whom it leaves out."""
    draft = _draft(request, draft_id, "rules")
    return answer_examples(request, _form(request, draft.fields | _posted(request, "rules")), _rules_page(draft))


@require_POST
@supervisor_required
def draft_dry_run(request, practice_slug, draft_id):
    """Tonight's call lists with the campaign, as if it were made now."""
    draft = _draft(request, draft_id, "rules")
    return answer_dry_run(request, _form(request, draft.fields | _posted(request, "rules")), _rules_page(draft))


@require_POST
@supervisor_required
def draft_create(request, practice_slug, draft_id):
    """Make the campaign of a draft, once."""
    draft = campaign_drafts.locked(owner=request.membership, draft_id=draft_id)
    if draft is None:
        raise Http404
    if draft.campaign_id:
        return redirect("campaigns:detail", practice_slug=practice_slug, campaign_id=draft.campaign_id)
    form = _form(request, draft.fields)
    if form.is_valid():
        agents = form.cleaned_data["agents"]
        try:
            moved = campaign_drafts.make(
                draft=draft, campaign=form.instance, agents=agents, by=request.membership, now=clock.now()
            )
        except campaign_setup.NameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            return to_saved(request, form.instance, moved)
    return _step_page(request, draft, LAST, form)


@require_POST
@supervisor_required
def draft_discard(request, practice_slug, draft_id):
    """Throw a draft away. One that is gone already is gone."""
    deleted, _models = campaign_drafts.of(owner=request.membership).filter(pk=draft_id).delete()
    if not deleted:
        raise Http404
    messages.success(request, "The draft is discarded.")
    return redirect("campaigns:list", practice_slug=practice_slug)


@require_POST
@supervisor_required
def campaign_copy(request, practice_slug, campaign_id):
    """Begin a draft that is set up as a campaign is, to run from today."""
    copied = get_object_or_404(request.practice.campaigns, pk=campaign_id)
    typed = as_typed(campaign=copied, practice=request.practice, today=today(request))
    typed |= {"name": [campaign_drafts.name_of_copy(campaign=copied)], "starts_on": [today(request).isoformat()], "ends_on": []}
    draft = campaign_drafts.start(owner=request.membership, key=_key(request), fields=typed, now=clock.now())
    if draft.campaign_id is None:
        campaign_drafts.keep(draft=draft, fields={}, now=clock.now(), reached=LAST)
    return _to(request, draft, FIRST)


def _blank(request, kind=Campaign.Kind.REACTIVATION):
    return Campaign(practice=request.practice, kind=kind, starts_on=today(request))


def _key(request):
    """The key that came with the page, so that a second click finds the first one's draft."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _draft(request, draft_id, step):
    if step not in STEPS:
        raise Http404
    return get_object_or_404(request.practice.campaigndrafts, owner=request.membership, pk=draft_id)


def _posted(request, step):
    """What the form of a step sent, also what was left empty. Fields of other kinds of rules are not on its page and stay."""
    names = [name for name in PARTS.get(step, []) if name in request.POST or name not in ALL_RULES]
    return {name: request.POST.getlist(name) for name in names}


def _form(request, fields):
    return CampaignForm.of_draft(fields, practice=request.practice, today=today(request))


def _to(request, draft, step):
    return redirect("campaigns:new_step", practice_slug=request.practice.slug, draft_id=draft.pk, step=step)


def _rules_page(draft):
    return lambda request, form, **more: _step_page(request, draft, "rules", form, **more)


def _draft_page(request, draft, step):
    form = _form(request, draft.fields)
    if step != LAST:
        form.keep_errors_of(None)
    return _step_page(request, draft, step, form)


def _step_page(request, draft, step, form, **more):
    """The page of a step. The review says what is wrong with any of them, though nobody asked yet."""
    place = ORDER.index(step)
    context = {
        "form": form,
        "draft": draft,
        "step": step,
        "number": place + 1,
        "steps": campaign_drafts.progress(step=step, reached=draft.reached if draft else FIRST),
        "back": ORDER[place - 1] if place else "",
        "next": ORDER[place + 1] if step != LAST else "",
        **_shown_with(request, form, step),
        **more,
    }
    is_refused = form.errors and request.method == "POST"
    return render(request, f"campaigns/wizard/{step}.html", context, status=422 if is_refused else 200)


def _shown_with(request, form, step):
    if step == LAST:
        return _review(request, form)
    if step == FIRST:
        counts = by_kind(practice=request.practice, on=today(request)) if request.GET.get("counts") else {}
        kinds = [
            (kind, label, campaign_words.rule(campaign=_blank(request, kind)), counts.get(kind))
            for kind, label in Campaign.Kind.choices
        ]
        return {"kinds": kinds, "are_counted": bool(counts)}
    return beside(request, form, step)


def _review(request, form):
    """Everything in words and what making it does, or the steps that are not in order."""
    if form.errors:
        return {"at_fault": [(part, STEPS[part], _sentences(form, part)) for part in form.parts_at_fault()]}
    found = preview(campaign=form.instance, on=today(request))
    return {
        "parts": [
            (STEPS[part.step], part) for part in campaign_facts.parts(campaign=form.instance, agents=form.cleaned_data["agents"])
        ],
        "preview": found,
        "nobody": campaign_words.nobody(campaign=form.instance, preview=found) if found.is_for_nobody else "",
        "follows": campaign_facts.on_making(campaign=form.instance, preview=found, now=clock.now()),
    }


def _sentences(form, part):
    return [f"{form[name].label}: {error}" for name in PARTS[part] if name in form.fields for error in form[name].errors]
