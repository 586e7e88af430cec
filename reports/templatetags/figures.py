"""How reports write numbers."""

from django import template

from campaigns.figures import percent

register = template.Library()
register.filter(percent)


@register.filter
def clock(duration):
    """A duration in minutes and seconds, as in `3:05`."""
    if duration is None:
        return "–"
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
