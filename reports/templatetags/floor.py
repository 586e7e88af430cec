"""Links of alerts, and the stamp of a page that is asked for again and again."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def link_url(link, practice):
    """The address of a floor_alerts.Link."""
    url = reverse(link.page, kwargs={"practice_slug": practice.slug, **link.path})
    return f"{url}?{urlencode(link.query)}" if link.query else url


@register.filter
def second(moment, practice):
    """A moment to the second on the practice's clocks, as in 10:42:05 AM EST."""
    local = practice.local(moment)
    return f"{local:%I:%M:%S %p}".lstrip("0") + f" {local:%Z}"


@register.filter
def percent_of(part, whole):
    """A share for a bar, at most 100."""
    return min(100, round(100 * part / whole)) if whole else 0
