"""The dashboard and its tables as files. For supervisors and admins; numbers only, no patients."""

import csv

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from ..dashboard import dashboard as numbers
from ..filters import read
from ..period import CHOICES
from ..tables import TABLES, rows


@require_safe
@supervisor_required
def dashboard(request, practice_slug):
    """The calls of a period, and where today's lists stand."""
    filters, problems = read(request.GET, practice=request.practice, now=clock.now())
    context = numbers(filters=filters) | {"choices": list(CHOICES.items())[:-1], "problems": problems}
    return render(request, "reports/dashboard.html", context, status=422 if problems else 200)


@require_safe
@supervisor_required
def dashboard_file(request, practice_slug):
    """One table of the dashboard as a CSV file."""
    table = request.GET.get("table", "agents")
    filters, problems = read(request.GET, practice=request.practice, now=clock.now())
    if table not in TABLES or problems:
        raise Http404
    tallies = TABLES[table](filters=filters)
    name = f"{table}_{filters.period.first_on}_{filters.period.last_on}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows(rows(tallies))
    return response
