"""The wallboard: six numbers on a screen that everybody sees, so without a name of a patient or an agent."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from ..wallboard import numbers


@require_safe
@supervisor_required
def wallboard(request, practice_slug):
    """The page: dark unless the person has chosen a theme."""
    context = _now(request)
    theme = request.COOKIES.get("theme")
    return render(request, "reports/wallboard.html", context | {"theme": theme if theme in ("light", "dark") else "dark"})


@require_safe
@supervisor_required
def wallboard_now(request, practice_slug):
    """What changes from minute to minute."""
    return render(request, "reports/wallboard_now.html", _now(request))


def _now(request):
    now = clock.now()
    return {"numbers": numbers(practice=request.practice, now=now), "now": now}
