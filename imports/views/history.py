"""Every import of a practice, and the news of those that a person waits for."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import admin_required

from .. import watching

PAGE = 50
STOP_POLLING = 286  # htmx


@require_safe
@admin_required
def imports(request, practice_slug):
    """Every import of the practice, newest first."""
    history = request.practice.fileimports.select_related("uploaded_by__user").order_by("-pk")
    page = Paginator(history, PAGE).get_page(request.GET.get("page"))
    return render(request, "imports/list.html", {"page": page})


@require_POST
@admin_required
def news(request, practice_slug):
    """Which of the imports this person waits for have ended. Each is told of once."""
    ended = watching.take_ended(request.session, practice=request.practice)
    left = watching.watched_ids(request.session, practice=request.practice)
    return render(request, "imports/news.html", {"ended": ended}, status=200 if left else STOP_POLLING)
