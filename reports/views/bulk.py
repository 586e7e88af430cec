"""Changes of many enrollments at once: chosen on the tracker, looked at, carried out, undone; and the list of all of them."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required
from campaigns import bulk, tracker_choice
from campaigns.models import BulkChange

from ..forms.bulk import FORMS
from ..tracker_log import Change, Outlook, exports, worded
from .tracker import Asked, tracker_page

ROWS = 50


@require_POST
@supervisor_required
def bulk_choose(request, practice_slug):
    """Take the rows that are ticked, or all that match, and go on to the page that asks what exactly to do."""
    asked, action, now = Asked(request), request.POST.get("action"), clock.now()
    if action not in BulkChange.Action.values:
        return tracker_page(request, asked, status=422, problem="Choose what to do with the selected rows.")
    if asked.problems:
        return tracker_page(request, asked, status=422, problem="Nothing was chosen: a filter can’t be used.")
    chosen = {"ids": [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19]}
    if "all" in request.POST:
        condition = tracker_choice.condition(choice=asked.arrangement.choice, practice=request.practice, now=now)
        chosen = {"condition": condition, "query": asked.arrangement.address}
    try:
        change = bulk.choose(action=action, by=request.membership, now=now, **chosen)
    except bulk.BulkRefused as refused:
        return tracker_page(request, asked, status=422, problem=str(refused))
    return redirect(_change_url(request, change))


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def bulk_change(request, practice_slug, change_id):
    """Before: how many it would change, and the form that does it. After: what it did, and the way back."""
    change, now, problem = _change(request, change_id), clock.now(), ""
    form = FORMS[change.action](request.POST if request.method == "POST" else None, practice=request.practice)
    if form.is_valid():
        try:
            bulk.carry_out(change=change, by=request.membership, now=now, **form.cleaned_data)
            return redirect(_change_url(request, change))
        except bulk.BulkRefused as refused:
            problem = str(refused)
    return _page(request, change, form=form, problem=problem, status=422 if form.errors or problem else 200)


@require_POST
@supervisor_required
def bulk_undo(request, practice_slug, change_id):
    change = _change(request, change_id)
    try:
        bulk.undo(change=change, by=request.membership, now=clock.now())
    except bulk.BulkRefused as refused:
        return _page(request, change, problem=str(refused), status=422)
    return redirect(_change_url(request, change))


@require_safe
@supervisor_required
def tracker_activity(request, practice_slug):
    """What was changed at once, and what was taken along as a file."""
    done = request.practice.bulkchanges.done().defer("former", "enrollment_ids")
    done = done.select_related("made_by__user", "undone_by__user", "to_agent__user").order_by("-done_at", "-pk")
    page, now = Paginator(done, ROWS).get_page(request.GET.get("page")), clock.now()
    context = {
        "page": page,
        "changes": worded(page.object_list, practice=request.practice, now=now),
        "exports": exports(practice=request.practice),
        "back_query": request.GET.urlencode(),
    }
    return render(request, "reports/tracker_activity.html", context)


def _change(request, change_id):
    """A change that was carried out, or one that the person is about to carry out themselves."""
    changes = request.practice.bulkchanges.select_related("made_by__user", "undone_by__user", "to_agent__user").defer("former")
    change = get_object_or_404(changes, pk=change_id)
    if not change.done_at and change.made_by_id != request.membership.pk:
        raise Http404
    return change


def _change_url(request, change):
    """The page of the change, with the address of the tracker to go back to."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("reports:bulk_change", args=[request.practice.slug, change.pk]) + query


def _page(request, change, *, form=None, problem="", status=200):
    context = {
        "change": Change(change, now=clock.now()),
        "form": form,
        "outlook": None if change.done_at else Outlook(bulk.outlook(change=change)),
        "problem": problem,
        "back_query": request.GET.urlencode(),
    }
    return render(request, "reports/bulk_change.html", context, status=status)
