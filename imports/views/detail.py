"""The page of an import in each of its states: under way, checked, done, undone, failed."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import admin_required
from audit import access
from patients.models import PossibleDouble

from .. import changes, noted, pace, running, showing, watching
from ..fields import BY_NAME
from ..forms import ConfirmForm
from ..models import ImportRow

Verdict = ImportRow.Verdict
COMES_IN = (Verdict.CREATE, Verdict.UPDATE, Verdict.UNCHANGED, Verdict.DUPLICATE)
CHANGES_SHOWN = 10


@require_safe
@admin_required
def detail(request, practice_slug, import_id):
    """How far it is, what it would do, or what became of each row."""
    imports = request.practice.fileimports.select_related("uploaded_by__user", "confirmed_by__user", "undone_by__user")
    file_import = get_object_or_404(imports, pk=import_id)
    if file_import.is_waiting:
        return redirect("imports:columns", practice_slug=practice_slug, import_id=import_id)
    if file_import.is_under_way:
        return render(request, "imports/under_way.html", _progress(file_import))
    watching.forget(request.session, practice=request.practice, import_ids=[import_id])
    if file_import.is_checked:
        return render_check(request, file_import, form=ConfirmForm(file_import=file_import))
    if file_import.has_failed:
        return render(request, "imports/failed.html", {"file_import": file_import})
    return _result(request, file_import)


@require_safe
@admin_required
def progress(request, practice_slug, import_id):
    """The moving part of the page; once the workers are through it asks for the whole page, which shows what came of it."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "imports/progress.html", _progress(file_import))


def render_check(request, file_import, *, form, status=200):
    """The dry run: what each row would do, with examples."""
    access.note(subject=f"import:{file_import.pk}")
    today = request.practice.business_date(clock.now())
    doubles, pairs = showing.possible_doubles(file_import=file_import)
    context = {
        "file_import": file_import,
        "form": form,
        "coming_in": sum(file_import.counts.get(verdict, 0) for verdict in COMES_IN),
        "new": showing.new_people(file_import=file_import) if file_import.counts.get(Verdict.CREATE) else [],
        "changed": showing.changed_people(file_import=file_import) if file_import.counts.get(Verdict.UPDATE) else [],
        "rejected": noted.groups(file_import=file_import, verdict=Verdict.REJECTED),
        "skipped": noted.groups(file_import=file_import, verdict=Verdict.SKIPPED),
        "warnings": noted.groups(file_import=file_import, verdict=""),
        "doubles": doubles,
        "pairs": pairs,
        "leaving": showing.leaving_lists(file_import=file_import, today=today),
        "used": _used(file_import),
    }
    return render(request, "imports/check.html", context, status=status)


def _result(request, file_import):
    access.note(subject=f"import:{file_import.pk}")
    now = clock.now()
    kept = timedelta(days=request.practice.rejected_rows_days)
    listed = changes.listed(file_import=file_import)
    context = {
        "file_import": file_import,
        "days_old": (request.practice.business_date(now) - file_import.source_data_on).days,
        "rejected": noted.groups(file_import=file_import, verdict=Verdict.REJECTED),
        "skipped": noted.groups(file_import=file_import, verdict=Verdict.SKIPPED),
        "warnings": noted.groups(file_import=file_import, verdict=""),
        "left_lists": changes.left_lists(file_import=file_import),
        "changes": changes.differences(listed[:CHANGES_SHOWN]),
        "changes_count": listed.count(),
        "doubles": PossibleDouble.objects.open().filter(import_id=file_import.pk).count(),
        "cells_kept": not file_import.finished_at or now - file_import.finished_at < kept,
        "used": _used(file_import),
    }
    return render(request, "imports/result.html", context)


def _used(file_import):
    return [(header, BY_NAME[name].label) for header, name in file_import.used_columns]


def _progress(file_import):
    # Heartbeats and starts are by the clock of the machine, which the demo clock does not shift.
    now = timezone.now()
    figures = pace.of(done=file_import.rows_staged, total=file_import.rows_total, started_at=file_import.started_at, now=now)
    return {
        "file_import": file_import,
        "pace": figures,
        "is_stalled": file_import.is_stalled(before=now - running.STALE_AFTER),
    }
