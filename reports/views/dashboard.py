"""The tabs of the dashboard and their tables as files. For supervisors and admins; numbers only, no patients."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from .. import files, filters, tabs


@require_safe
@supervisor_required
def dashboard(request, practice_slug, tab=tabs.OVERVIEW):
    """One tab, by the filters of the address."""
    return _page(request, tab)


@require_safe
@supervisor_required
def dashboard_later(request, practice_slug, tab):
    """What a tab shows last, for its page; the whole page with it where there are no scripts."""
    later = tabs.TABS[tab].later
    if not request.htmx:
        return _page(request, tab, later)
    chosen, _problems = filters.read(request.GET, practice=request.practice, now=clock.now())
    return render(request, f"reports/dashboard/{tab}_later.html", later(chosen) | {"filters": chosen})


@require_safe
@supervisor_required
def dashboard_file(request, practice_slug):
    """One table as a CSV or Excel file; where the filters are not understood, the page that says so instead."""
    table, kind = request.GET.get("table"), request.GET.get("as", "csv")
    if table not in tabs.TABLES or kind not in files.TYPES:
        raise Http404
    now = clock.now()
    chosen, problems = filters.read(request.GET, practice=request.practice, now=now)
    if problems:
        return _page(request, tabs.OVERVIEW)
    sheet = tabs.TABLES[table](chosen)
    content = files.written(sheet=sheet, head=tabs.head(sheet=sheet, filters=chosen, by=request.membership, now=now), kind=kind)
    name = f"{request.practice.slug}-{table}-{chosen.period.first_on}-{chosen.period.last_on}.{kind}"
    return HttpResponse(content, files.TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(request, tab, later=None):
    now = clock.now()
    chosen, problems = filters.read(request.GET, practice=request.practice, now=now)
    tab = tabs.TABS[tab]
    context = (
        tabs.shown(tab=tab, filters=chosen)
        | (later(chosen) if later else {})
        | {
            "choices": filters.choices(practice=request.practice),
            "period_is_whole": chosen.period.is_whole(practice=request.practice),
            "described": tabs.described(chosen),
            "cleared": chosen.query(campaign=None, agent=None, location=None),
            "problems": problems,
            "now": now,
        }
    )
    return render(request, tab.template, context, status=422 if problems else 200)
