"""What every page needs to know: whose desk it is, which practice, what time it is there."""

from django.conf import settings
from django.db.models import Count, Q

from . import clock
from .models import Membership

THEMES = {"light", "dark"}


def _places(user):
    """How many practices the person belongs to, and how many of them they lead."""
    if not (user and user.is_authenticated):
        return {"memberships_count": 0, "led_count": 0}
    leads = Q(role__in=[Membership.Role.SUPERVISOR, Membership.Role.ADMIN])
    return user.memberships.active().aggregate(memberships_count=Count("pk"), led_count=Count("pk", filter=leads))


def desk(request):
    practice = getattr(request, "practice", None)
    now = clock.now()
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    return {
        "practice": practice,
        "membership": getattr(request, "membership", None),
        **_places(user),
        "local_now": practice.local(now) if practice else now,
        "clock_offset": settings.CLOCK_OFFSET_SECONDS,
        "theme": theme if theme in THEMES else "",
        "version": settings.VERSION,
    }
