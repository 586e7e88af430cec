"""Where a promised call stands, and when an agent is reminded of it."""

from dataclasses import dataclass

from django import template

from campaigns.callback_start import EARLY

register = template.Library()


@dataclass(frozen=True)
class Phase:
    """What a promise is called from one moment to another: seconds from now, None where it has no end."""

    words: str
    tone: str
    icon: str
    starts: int
    ends: int | None

    @property
    def is_now(self):
        return self.starts <= 0 and (self.ends is None or self.ends > 0)


@register.filter
def reminded_in(due_at, now):
    """Seconds until the reminder of a promised moment shows; 0 or less: it shows already."""
    return int((due_at - EARLY - now).total_seconds())


@register.filter
def due_in(due_at, now):
    """Seconds until a promised moment."""
    return int((due_at - now).total_seconds())


@register.filter
def phases(callback, now):
    """What the promise is called over time: the page shows one of them, and the next when its moment comes."""
    soon, due = reminded_in(callback.due_at, now), due_in(callback.due_at, now)
    over = due_in(callback.window_ends_at, now)
    return [
        Phase("Promised", "info", "clock", min(0, soon), soon),
        Phase("Within 5 minutes", "warn", "bell", soon, due),
        Phase("Due now", "warn", "bell-ringing", due, over),
        Phase("Overdue", "danger", "alarm", over, None),
    ]


@register.filter
def hour_of(moment, zone):
    """A moment on the clocks of a zone without its name, as the title of a tab has room for: 2:30 PM."""
    return f"{moment.astimezone(zone):%I:%M %p}".lstrip("0")
