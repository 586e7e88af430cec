"""How the tracker shows the state of an enrollment."""

from django import template

from campaigns.models import Enrollment

register = template.Library()
ClosedAs = Enrollment.ClosedAs
TONES = {
    "Open": "info",
    ClosedAs.WON.label: "success",
    ClosedAs.ALREADY_BOOKED.label: "success",
    ClosedAs.OPTED_OUT.label: "danger",
}
ICONS = {"Open": "phone", ClosedAs.OPTED_OUT.label: "phone-off"}


@register.filter
def state_tone(words):
    """The color of a state; its word always stands with it."""
    return TONES.get(words, "neutral")


@register.filter
def state_icon(words):
    """The icon of a state that the color alone would not say."""
    return ICONS.get(words, "")
