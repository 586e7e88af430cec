"""When an agent is reminded of what they promised."""

from datetime import timedelta

from django import template

register = template.Library()
REMINDED_AHEAD = timedelta(minutes=5)


@register.filter
def reminded_in(due_at, now):
    """Seconds until the reminder of a promised moment shows; 0 or less: it shows already."""
    return int((due_at - REMINDED_AHEAD - now).total_seconds())
