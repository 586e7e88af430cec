"""The table of an agent's list: which part of it, in which order, with which columns, as the viewer likes it.

How it is shown stands in the address. What was asked for last by a form is remembered, and stands when the address says nothing.
"""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import member_required
from campaigns import desk_choice, desk_columns, desk_list
from campaigns.calling_hours import Hours
from campaigns.forms.desk_list import ChoiceForm, ColumnsForm
from campaigns.models import DeskPreferences

ROWS = 50
SHOWN = {"left": Q(done_at__isnull=True), "done": Q(done_at__isnull=False), "all": Q()}


@member_required
@require_POST
def arrange(request, practice_slug):
    """Filter and sort as the form says, or not at all (“clear”), and remember it."""
    asked = {"sort": request.POST.get("sort", "")} if "clear" in request.POST else request.POST
    choice = ChoiceForm(asked, facets=desk_choice.facets(agent=agent_shown(request))).choice()
    DeskPreferences.objects.remember(agent=request.membership, sort=choice.sort, filters=choice.filters)
    return redirect(_list_url(request, choice.query))


@member_required
@require_POST
def columns(request, practice_slug):
    """Choose columns, their order and the density, or go back to the usual ones (“reset”)."""
    preferences = DeskPreferences.objects.of(request.membership)
    form = ColumnsForm(request.POST, before=[column.code for column in _all_columns(preferences)])
    chosen = form.chosen() | ({"columns": []} if "reset" in request.POST else {})
    DeskPreferences.objects.remember(agent=request.membership, **chosen)
    return redirect(_list_url(request, {name: request.GET[name] for name in ChoiceForm.base_fields if name in request.GET}))


def agent_shown(request):
    """Whose list: one's own, or, for those who lead, that of the agent named in the address."""
    wanted = request.GET.get("agent")
    if not wanted or wanted == str(request.membership.pk):
        return request.membership
    if not request.membership.leads:
        raise PermissionDenied
    members = request.practice.memberships.select_related("user")
    return get_object_or_404(members, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 20 else None)


def listing(request, *, agent, now):
    """The part of the desk's context that concerns the table."""
    practice, preferences = request.practice, DeskPreferences.objects.of(request.membership)
    facets, hours = desk_choice.facets(agent=agent), Hours.of(practice)
    choice, part = _choice(request, preferences, facets), _part(request)
    asked = {"choice": choice, "facets": facets, "hours": hours, "now": now}
    places = desk_list.places(agent=agent, today=practice.business_date(now)).filter(SHOWN[part])
    page = Paginator(desk_choice.ordered(desk_choice.narrowed(places, **asked), **asked), ROWS).get_page(request.GET.get("page"))
    shown = desk_columns.shown(preferences.columns)
    return {
        "page": page,
        "rows": desk_list.rows(page.object_list, hours=hours, now=now),
        "shown": part,
        "unfiltered": places.count() if choice.filters else page.paginator.count,
        "choice": choice,
        "choice_form": ChoiceForm.showing(choice, facets=facets),
        "columns": shown,
        "all_columns": _all_columns(preferences),
        "density": preferences.density,
        "kept_preferences": preferences,
        "densities": DeskPreferences.Density.choices,
    }


def _choice(request, preferences, facets):
    """What the address asks for; where it asks for nothing, what was asked for last."""
    is_asked = any(name in request.GET for name in ChoiceForm.base_fields)
    asked = request.GET if is_asked else {"sort": preferences.sort, **preferences.filters}
    return ChoiceForm(asked, facets=facets).choice()


def _part(request):
    return request.GET.get("show") if request.GET.get("show") in SHOWN else "left"


def _all_columns(preferences):
    """Those that are shown in their order, and then the others."""
    shown = desk_columns.shown(preferences.columns)
    return shown + desk_columns.others(shown)


def _list_url(request, query):
    """The list of the same agent, at its table."""
    query = {name: request.GET[name] for name in ("agent", "show") if name in request.GET} | query
    return reverse("campaigns:desk", args=[request.practice.slug], query=query, fragment="call-list")
