"""What several pages of an import do: hand it to the workers, and lead to its page."""

from django.db import transaction
from django.shortcuts import redirect

from .. import watching
from ..tasks import run_import


def hand_over(request, file_import):
    """Ring for a worker, and tell this person when it is through. If the broker is away, the minute tick finds the row."""
    practice_id, import_id = request.practice.pk, file_import.pk
    transaction.on_commit(lambda: run_import.ring(practice_id, import_id=import_id))
    watching.watch(request.session, file_import=file_import)


def to_detail(request, import_id):
    """To the page of an import, which shows whatever state it is in."""
    return redirect("imports:detail", practice_slug=request.practice.slug, import_id=import_id)
