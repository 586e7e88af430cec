"""The tracker: a page of rows as the address says, its columns, and all that match as a file."""

from urllib.parse import urlencode

from django.http import FileResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import Role, role_required, supervisor_required
from campaigns import bulk
from campaigns.models import BulkChange, SavedView

from .. import files, tracker_file
from ..forms.tracker import DENSITIES, ArrangementForm, ColumnsForm, ViewForm
from ..tracker import Rows
from ..tracker_columns import others

# What the address says besides the arrangement.
BESIDE = {"view", "page"}
export_required = role_required(
    Role.ADMIN, says="Only admins take rows of patients along as a file. Ask one of your practice for it."
)


class Asked:
    """What an address asks of the tracker: a saved view, an arrangement, and what of it can't be used.

    An address that names a view alone asks for what the view says; whatever else it says counts instead of that.
    """

    def __init__(self, request):
        self.view = _view(request)
        self.is_bare = self.view is not None and not request.GET.keys() - BESIDE
        self.said = QueryDict(self.view.query) if self.is_bare else request.GET
        self.form = ArrangementForm(self.said, practice=request.practice)
        self.arrangement = self.form.arrangement()
        self.problems = self.form.problems()

    @property
    def is_view_outdated(self):
        """Whether all that can't be used stands so in the view: it was right when it was saved."""
        kept = QueryDict(self.view.query) if self.view else {}
        return bool(self.problems) and all(kept.get(name) == self.said.get(name) for name in self.form.errors)

    def is_view_changed(self, *, practice):
        """Whether something else is shown than the view says."""
        return self.arrangement.address != ArrangementForm(QueryDict(self.view.query), practice=practice).arrangement().address

    @property
    def unfiltered(self):
        """The same without filters."""
        return self.query(**dict.fromkeys(self.arrangement.choice.query))

    def query(self, **changes):
        """The address of what is shown, with these parts of it changed."""
        said = {"view": self.view.pk if self.view else None, "sort": self.arrangement.sort, **self.arrangement.query, **changes}
        return urlencode({name: value for name, value in said.items() if value is not None}, safe=",")


@require_safe
@supervisor_required
def tracker(request, practice_slug):
    """A page of the rows that match, in the order asked for."""
    asked = Asked(request)
    if not asked.problems and (asked.is_bare or "" in request.GET.values()):
        return redirect(tracker_url(request, asked.query(page=request.GET.get("page"))))
    return tracker_page(request, asked, status=422 if asked.problems and not asked.is_view_outdated else 200)


@require_POST
@supervisor_required
def tracker_columns(request, practice_slug):
    """Choose columns, their order and the density, or go back to the usual ones (“reset”)."""
    asked = Asked(request)
    columns, density = ColumnsForm(request.POST, before=[column.code for column in _all_columns(asked)]).chosen()
    codes = None if "reset" in request.POST else ",".join(columns)
    return redirect(tracker_url(request, asked.query(columns=codes, density=density)))


@require_safe
@export_required
def tracker_csv(request, practice_slug):
    return _file(request, tracker_file.CSV)


@require_safe
@export_required
def tracker_xlsx(request, practice_slug):
    return _file(request, tracker_file.XLSX)


def tracker_page(request, asked, *, status=200, problem="", view_form=None):
    """The page with what was asked for; `problem` says why something else was refused."""
    now, rows = clock.now(), Rows(practice=request.practice, arrangement=asked.arrangement, now=clock.now())
    page = rows.get_page(request.GET.get("page", "1"))
    views = list(SavedView.objects.seen_by(request.membership).select_related("owner__user").order_by("name"))
    context = {
        "asked": asked,
        "arrangement": asked.arrangement,
        "page": page,
        "rows": page.object_list,
        "all_columns": _all_columns(asked),
        "densities": DENSITIES,
        "own_views": [view for view in views if view.owner_id == request.membership.pk],
        "shared_views": [view for view in views if view.owner_id != request.membership.pk],
        "is_changed": asked.view is not None and asked.is_view_changed(practice=request.practice),
        "view_form": view_form or ViewForm(),
        "actions": BulkChange.Action,
        "problem": problem,
        "now": now,
        "most": bulk.MOST,
    }
    return render(request, "reports/tracker.html", context, status=status)


def tracker_url(request, query=""):
    """The tracker with a query."""
    url = reverse("reports:tracker", args=[request.practice.slug])
    return f"{url}?{query}" if query else url


def _file(request, kind):
    asked, now = Asked(request), clock.now()
    if asked.problems:
        return tracker_page(request, asked, status=422, problem="No file was made: a filter can’t be used.")
    file = tracker_file.written(
        kind=kind, practice=request.practice, arrangement=asked.arrangement, by=request.membership,
        page=request.resolver_match.view_name, now=now,
    )  # fmt: skip
    name = f"tracker_{request.practice.slug}_{request.practice.business_date(now)}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=files.TYPES[kind])


def _view(request):
    """The view that the address names. A view of nobody's, or of somebody who does not share it, is not found."""
    asked = request.GET.get("view")
    if not asked:
        return None
    seen = SavedView.objects.seen_by(request.membership).select_related("owner__user")
    return get_object_or_404(seen, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else None)


def _all_columns(asked):
    """Those that are shown in their order, and then the others."""
    shown = asked.arrangement.shown
    return shown + others(shown)
