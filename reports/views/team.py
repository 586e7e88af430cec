"""The practices a person leads, side by side. Outside of any practice; totals only."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock

from ..team import team as totals

# Days of calls → what the screen calls them.
CHOICES = {1: "Today", 7: "7 days", 30: "30 days"}


@require_safe
@transaction.non_atomic_requests
@login_required
def team(request):
    """Each practice on a line, with a sum: now, and today or the last 7 or 30 days."""
    asked = request.GET.get("days", "1")
    known = asked in {str(days) for days in CHOICES}
    days = int(asked) if known else 1
    context = {
        "team": totals(user=request.user, days=days, now=clock.now()),
        "days": days,
        "choices": list(CHOICES.items()),
        "bad_period": not known,
    }
    return render(request, "reports/team.html", context, status=200 if known else 422)
