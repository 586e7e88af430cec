"""The piece of every page that tells a person that an import they started is through."""

from django import template

from imports import watching

register = template.Library()


@register.inclusion_tag("imports/watch.html", takes_context=True)
def watch_imports(context):
    """Asks for news now and then, where this person waits for an import of the practice; else nothing, and no query."""
    request, practice = context.get("request"), context.get("practice")
    session = getattr(request, "session", None)
    watched = watching.watched_ids(session, practice=practice) if session is not None else []
    return {"practice": practice, "watched": watched}
