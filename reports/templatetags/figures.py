"""How reports write numbers."""

from django import template

register = template.Library()

NOTHING = "–"


@register.filter
def percent(value):
    """`21.3%`; a dash where there is nothing to divide by."""
    return NOTHING if value is None else f"{value}%"


@register.filter
def clock(duration):
    """A duration in minutes and seconds, as in `3:05`."""
    if duration is None:
        return NOTHING
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
