"""The agents of a day: their state now and their time in each. For supervisors and admins; no patients."""

from datetime import date, timedelta

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from ..agent_day import agent_days, sums


@require_safe
@supervisor_required
def agents(request, practice_slug):
    """Today, or the date in the address."""
    now, practice = clock.now(), request.practice
    today = practice.business_date(now)
    on, known = _date(request.GET.get("on"), today=today)
    days = agent_days(practice=practice, on=on, now=now)
    context = {
        "on": on,
        "today": today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "days": days,
        "sums": sums(days),
        "bad_date": not known,
        "now": now,
    }
    return render(request, "reports/agents.html", context, status=200 if known else 422)


def _date(asked, *, today):
    """The date asked for and whether it can be shown: it can be read, and is not to come."""
    if not asked:
        return today, True
    try:
        on = date.fromisoformat(asked)
    except ValueError:
        return today, False
    return (on, True) if date(2000, 1, 1) <= on <= today else (today, False)
