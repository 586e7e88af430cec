"""What every page needs to know: whose desk it is, which practice, what time it is there."""

from django.conf import settings

from . import clock

THEMES = {"light", "dark"}


def desk(request):
    practice = getattr(request, "practice", None)
    now = clock.now()
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    return {
        "practice": practice,
        "membership": getattr(request, "membership", None),
        "memberships_count": user.memberships.active().count() if user and user.is_authenticated else 0,
        "local_now": practice.local(now) if practice else now,
        "clock_offset": settings.CLOCK_OFFSET_SECONDS,
        "theme": theme if theme in THEMES else "",
        "version": settings.VERSION,
    }
