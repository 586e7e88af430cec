"""What former members left behind, on the page about users: accounts stand below the apps that hold work."""

from django import template

from campaigns.left_work import of_former

register = template.Library()


@register.inclusion_tag("campaigns/setup/left_work.html", takes_context=True)
def left_work(context):
    """A notice for each former member with promises to keep or outcomes that were never saved."""
    practice = context["practice"]
    return {"left": of_former(practice=practice), "practice": practice, "csrf_token": context["csrf_token"]}
