"""An agent's state in a word, and how long it has lasted."""

from django import template

from accounts.templatetags.ui import badge
from campaigns.models import AgentSpell

register = template.Library()
State = AgentSpell.State
LOOKS = {
    State.READY: ("success", "circle-check"),
    State.IN_CALL: ("accent", "phone-call"),
    State.WRAP_UP: ("info", "writing"),
    State.BREAK: ("neutral", "coffee"),
}


@register.simple_tag
def state_badge(spell):
    """A state as word, icon and color; None is somebody who is away."""
    return badge(spell.words, *LOOKS[spell.state]) if spell else badge("Away", "neutral", "user-off")


@register.simple_tag
def break_reasons():
    """(code, label) of the reasons for a break."""
    return AgentSpell.Reason.choices


@register.filter
def lasted(spell, now):
    """Whole seconds since a spell began."""
    return spell.seconds(now=now)


@register.filter
def whole_minutes(spell, now):
    """Whole minutes since a spell began."""
    return spell.seconds(now=now) // 60


@register.filter
def minutes(seconds):
    """Seconds as minutes and seconds: 1:10; from an hour on with hours: 1:05:09."""
    hours, rest = divmod(int(seconds), 3600)
    words = f"{rest // 60}:{rest % 60:02}"
    return f"{hours}:{words.zfill(5)}" if hours else words


@register.filter
def hours(seconds):
    """Seconds as hours and minutes: 8:30 h."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02} h"
