"""Saved views of the tracker: kept, renamed, shared, brought up to date, deleted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.access import supervisor_required
from campaigns import saved_views
from campaigns.models import SavedView

from ..forms.tracker import ViewForm
from .tracker import Asked, tracker_page, tracker_url


@require_POST
@supervisor_required
def view_new(request, practice_slug):
    """Keep what is shown under a name."""
    asked, form = Asked(request), ViewForm(request.POST)

    def change(name, is_shared):
        kept = asked.arrangement.address
        return saved_views.save(by=request.membership, name=name, query=kept, is_shared=is_shared, now=clock.now())

    return _named(request, asked, form, change)


@require_POST
@supervisor_required
def view_rename(request, practice_slug, view_id):
    """Give a view another name, or share it or not; what it shows stays."""
    view, asked, form = _view(request, view_id), Asked(request), ViewForm(request.POST)

    def change(name, is_shared):
        return saved_views.rename(view=view, by=request.membership, name=name, is_shared=is_shared, now=clock.now())

    return _named(request, asked, form, change)


@require_POST
@supervisor_required
def view_update(request, practice_slug, view_id):
    """Let a view show what is shown now."""
    view, asked = _view(request, view_id), Asked(request)
    try:
        saved_views.update(view=view, by=request.membership, query=asked.arrangement.address, now=clock.now())
    except saved_views.ViewRefused as refused:
        return tracker_page(request, asked, status=422, problem=str(refused))
    messages.success(request, f"“{view.name}” now shows this.")
    return redirect(tracker_url(request, f"view={view.pk}"))


@require_POST
@supervisor_required
def view_delete(request, practice_slug, view_id):
    """Delete a view; the enrollments it showed stay as they are."""
    view, asked = _view(request, view_id), Asked(request)
    try:
        saved_views.delete(view=view, by=request.membership)
    except saved_views.ViewRefused as refused:
        return tracker_page(request, asked, status=422, problem=str(refused))
    messages.success(request, f"The view “{view.name}” is deleted.")
    return redirect(tracker_url(request, asked.query(view=None)))


def _named(request, asked, form, change):
    """Do what the form asks and open the view, or say on the page what is wrong."""
    if form.is_valid():
        try:
            view = change(**form.cleaned_data)
        except saved_views.ViewRefused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"Saved as “{view.name}”.")
            return redirect(tracker_url(request, asked.query(view=view.pk)))
    problem = " ".join(error for errors in form.errors.values() for error in errors)
    return tracker_page(request, asked, status=422, problem=problem, view_form=form)


def _view(request, view_id):
    return get_object_or_404(SavedView.objects.seen_by(request.membership).select_related("owner__user"), pk=view_id)
