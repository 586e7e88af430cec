"""Dispositions: what the outcomes of a practice's calls mean and what follows from them. For admins."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import admin_required
from dispositions import setup

from .. import changes, dry_run, replay
from ..forms.disposition import DispositionForm, PlaceForm

BUSY = "Agents were saving outcomes of such calls just now, so nothing was counted. Try again in a moment."
FORM = "campaigns/dispositions/form.html"


@require_safe
@admin_required
def dispositions(request, practice_slug):
    """All dispositions in the order of the call page, those that are not active too."""
    rows = request.practice.dispositions.order_by("position", "pk")
    return render(request, "campaigns/dispositions/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def disposition_new(request, practice_slug):
    """A disposition of the practice's own."""
    form = DispositionForm(request.POST or None, practice=request.practice)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        return redirect("campaigns:dispositions", practice_slug=practice_slug)
    return render(request, FORM, {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def disposition_edit(request, practice_slug, disposition_id):
    """Change a disposition for later outcomes."""
    edited = get_object_or_404(request.practice.dispositions, pk=disposition_id)
    form = DispositionForm(request.POST or None, instance=edited, practice=request.practice)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        return redirect("campaigns:dispositions", practice_slug=practice_slug)
    return _edit_page(request, form)


@require_POST
@admin_required
def disposition_dry_run(request, practice_slug, disposition_id):
    """Tonight's call lists with the rule as it stands in the form; nothing is saved."""
    edited = get_object_or_404(request.practice.dispositions, pk=disposition_id)
    form = DispositionForm(request.POST, instance=edited, practice=request.practice)
    context = _dry_run(request, form) if form.is_valid() else {}
    if request.htmx:
        context |= {"form": form, "disposition": edited}
        return render(request, "campaigns/dispositions/dry_run.html", context, status=422 if form.errors else 200)
    return _edit_page(request, form, **context)


@require_POST
@admin_required
def disposition_place(request, practice_slug, disposition_id):
    """Put a disposition on another place of the screen. The button names the place, so a second click changes nothing."""
    moved = get_object_or_404(request.practice.dispositions, pk=disposition_id)
    form = PlaceForm(request.POST)
    if form.is_valid():
        setup.place(disposition=moved, position=form.cleaned_data["position"], by=request.membership)
    else:
        messages.error(request, "Choose a place, from 1 on.")
    return redirect("campaigns:dispositions", practice_slug=practice_slug)


def _edit_page(request, form, **context):
    context |= {
        "form": form,
        "disposition": form.instance,
        "shown_label": form.initial["label"],
        "changes": changes.of_disposition(disposition=form.instance),
    }
    return render(request, FORM, context, status=422 if form.errors else 200)


def _save(request, form):
    """Save what the form says and tell it. False, with the reason in the form, if it contradicts what came in between."""
    try:
        setup.save(disposition=form.instance, by=request.membership)
    except setup.Refused as refused:
        form.refuse(refused.errors)
        return False
    messages.success(request, f"“{form.instance.label}” is saved. It applies to outcomes saved from now on.")
    return True


def _dry_run(request, form):
    """The comparison, or why there is none."""
    try:
        return {"comparison": replay.compare(disposition=form.instance, by=request.membership, now=clock.now())}
    except setup.Refused as refused:
        form.refuse(refused.errors)
        return {}
    except dry_run.Busy:
        return {"no_comparison": BUSY}
    except replay.TooMany as refused:
        return {"no_comparison": str(refused)}
