"""Imports, for admins: upload a file, confirm its columns, look at it, let it run, read what became of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import admin_required
from audit import access

from . import intake, running, staging
from .fields import BY_NAME
from .forms import ColumnsForm, UploadForm
from .tasks import run_import

PREVIEW_ROWS = 20
PAGE = 50


@require_safe
@admin_required
def imports(request, practice_slug):
    """Every import of the practice, newest first."""
    history = request.practice.fileimports.select_related("uploaded_by__user").order_by("-pk")
    page = Paginator(history, PAGE).get_page(request.GET.get("page"))
    return render(request, "imports/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def upload(request, practice_slug):
    """Take a file in. Nothing of a patient is written yet."""
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        received = form.receive(practice=request.practice, by=request.membership, now=clock.now())
        if received is not None:
            return redirect("imports:columns", practice_slug=practice_slug, import_id=received.pk)
    return render(request, "imports/upload.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def columns(request, practice_slug, import_id):
    """What each column means: our guess with its reason, for the admin to correct."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_waiting:
        return _to_detail(file_import)
    form = ColumnsForm(request.POST or None, file_import=file_import, guesses=intake.guesses_for(file_import))
    if request.method == "POST" and form.is_valid():
        form.save(file_import)
        return redirect("imports:preview", practice_slug=practice_slug, import_id=import_id)
    access.note(subject=f"import:{import_id}")
    context = {"form": form, "file_import": file_import}
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


@require_safe
@admin_required
def preview(request, practice_slug, import_id):
    """The first rows as they would come in."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_waiting:
        return _to_detail(file_import)
    if not file_import.kind:
        return redirect("imports:columns", practice_slug=practice_slug, import_id=import_id)
    access.note(subject=f"import:{import_id}")
    rows = staging.preview(file_import, count=PREVIEW_ROWS, now=clock.now())
    return render(request, "imports/preview.html", {"file_import": file_import, "rows": rows})


@require_POST
@admin_required
def start(request, practice_slug, import_id):
    """Hand the file to the workers. If the broker is away, the minute tick finds it."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if file_import.is_waiting and not file_import.kind:
        return redirect("imports:columns", practice_slug=practice_slug, import_id=import_id)
    if file_import.queue():
        practice_id = request.practice.pk
        transaction.on_commit(lambda: run_import.ring(practice_id, import_id=import_id))
    return _to_detail(file_import)


@require_safe
@admin_required
def detail(request, practice_slug, import_id):
    """How far it is, or what became of each row."""
    file_import = get_object_or_404(_with_uploader(request), pk=import_id)
    if file_import.is_waiting:
        return redirect("imports:columns", practice_slug=practice_slug, import_id=import_id)
    rejected = file_import.staged_rows.rejected().order_by("line")
    page = Paginator(rejected, PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        access.note(subject=f"import:{import_id}")
    context = {
        "page": page,
        "flagged": file_import.staged_rows.flagged().order_by("line")[:PAGE],
        "used": [(header, BY_NAME[name].label) for header, name in file_import.used_columns],
        **_progress(file_import),
    }
    return render(request, "imports/detail.html", context)


@require_safe
@admin_required
def progress(request, practice_slug, import_id):
    """The moving part of the page; once the import has ended it asks for the whole page, which shows the result."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "imports/progress.html", _progress(file_import))


@require_POST
@admin_required
def discard(request, practice_slug, import_id):
    """Drop a file that was not started."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_waiting:
        messages.warning(request, "This import was already started, so it can't be dropped.")
        return _to_detail(file_import)
    file_import.delete()
    messages.info(request, "The file was dropped. Nothing was changed.")
    return redirect("imports:list", practice_slug=practice_slug)


def _with_uploader(request):
    return request.practice.fileimports.select_related("uploaded_by__user")


def _progress(file_import):
    # Heartbeats are by the clock of the machine, which the demo clock does not shift.
    return {"file_import": file_import, "is_stalled": file_import.is_stalled(before=timezone.now() - running.STALE_AFTER)}


def _to_detail(file_import):
    return redirect("imports:detail", practice_slug=file_import.practice.slug, import_id=file_import.pk)
