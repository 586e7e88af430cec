"""Messages that stand on the agent's desk."""

from django import template

from campaigns import desk_messages

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_messages(context):
    """Those the member at hand has not closed yet, the oldest first."""
    return desk_messages.unread(agent=context["membership"])
