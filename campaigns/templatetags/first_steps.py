"""How far a new practice is, for pages that have nothing to show yet."""

from django import template

from campaigns import first_steps

register = template.Library()


@register.simple_tag(takes_context=True)
def steps_done(context):
    """“5 of 9” of the way to the first call; empty once all of it is done."""
    first = first_steps.of(practice=context["practice"], now=context["local_now"])
    return "" if first.is_complete else f"{first.done} of {len(first.steps)}"
