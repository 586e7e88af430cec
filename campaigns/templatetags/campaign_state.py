"""What state a campaign is in, in a word, and how its rates and reasons are written."""

from django import template

from accounts.templatetags.ui import badge
from campaigns.figures import percent
from campaigns.models import Campaign
from campaigns.plan_words import with_dates

register = template.Library()
register.filter(percent)
register.filter(with_dates)


@register.simple_tag
def campaign_badge(campaign, today):
    """The status as a badge. An active campaign outside of its dates says so: no calls are made for it."""
    if campaign.status == Campaign.Status.PAUSED:
        return badge("Paused", "warn", "player-pause")
    if campaign.archived_at:
        return badge("Archived", "neutral", "archive")
    if campaign.status == Campaign.Status.ENDED:
        return badge("Ended", "neutral", "flag")
    if campaign.starts_on > today:
        return badge(f"Starts {campaign.starts_on:%b %-d}", "info", "calendar-time")
    if not campaign.runs(on=today):
        return badge("Past its last day", "warn", "calendar-off")
    return badge("Active", "success", "player-play")
