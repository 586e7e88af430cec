"""The dashboard and its tables as files. For supervisors and admins; numbers only, no patients."""

import csv

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from ..dashboard import dashboard as numbers
from ..period import CHOICES, DEFAULT_DAYS, Period
from ..tables import TABLES, rows


def _days(request):
    """The chosen number of days and whether the choice could be understood."""
    chosen = request.GET.get("days", str(DEFAULT_DAYS))
    known = chosen in {str(days) for days in CHOICES}
    return int(chosen) if known else DEFAULT_DAYS, known


@require_safe
@supervisor_required
def dashboard(request, practice_slug):
    """Today, 7 or 30 days of calls, and where today's lists stand."""
    days, known = _days(request)
    context = numbers(practice=request.practice, now=clock.now(), days=days)
    context |= {"choices": [(days, name) for days, (name, _before) in CHOICES.items()], "bad_period": not known}
    return render(request, "reports/dashboard.html", context, status=200 if known else 422)


@require_safe
@supervisor_required
def dashboard_file(request, practice_slug):
    """One table of the dashboard as a CSV file."""
    table = request.GET.get("table", "agents")
    days, known = _days(request)
    if table not in TABLES or not known:
        raise Http404
    period = Period.until(clock.now(), practice=request.practice, days=days)
    tallies = TABLES[table](practice=request.practice, period=period)
    name = f"{table}_{period.first_on}_{period.last_on}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows(rows(tallies))
    return response
