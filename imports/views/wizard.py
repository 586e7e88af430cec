"""The way of a file in, for admins: upload it, settle its columns, look at the dry run, let it be saved or drop it."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import clock
from accounts.access import admin_required
from audit import access

from .. import date_columns, staging
from ..forms import ColumnsForm, ConfirmForm, UploadForm
from .detail import render_check
from .handing import hand_over, to_detail


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def upload(request, practice_slug):
    """Take a file in. Nothing of a patient is written yet; a layout we know goes straight on to be checked."""
    now = clock.now()
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        received = form.receive(practice=request.practice, by=request.membership, now=now)
        if received is not None:
            return _next_step(request, received, today=request.practice.business_date(now))
    return render(request, "imports/upload.html", {"form": form}, status=422 if form.errors else 200)


def _next_step(request, received, *, today):
    step = "columns"
    asks = date_columns.open_questions(file_import=received, today=today)
    if received.known_layout and received.kind and not asks and received.queue():
        hand_over(request, received)
        step = "detail"
    url = reverse(f"imports:{step}", kwargs={"practice_slug": request.practice.slug, "import_id": received.pk})
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def columns(request, practice_slug, import_id):
    """What each column means: our guess with its reason, for the admin to correct."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_waiting:
        return to_detail(request, import_id)
    today = request.practice.business_date(clock.now())
    form = ColumnsForm(request.POST if request.method == "POST" else None, file_import=file_import, today=today)
    if request.method == "POST" and form.is_valid():
        form.save()
        if file_import.queue():
            hand_over(request, file_import)
        return to_detail(request, import_id)
    access.note(subject=f"import:{import_id}")
    context = {"form": form, "file_import": file_import}
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def reopen(request, practice_slug, import_id):
    """Back to the columns from the dry run, which is forgotten."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.reopen():
        return to_detail(request, import_id)
    staging.restart(file_import)
    return redirect("imports:columns", practice_slug=practice_slug, import_id=import_id)


@require_POST
@admin_required
def confirm(request, practice_slug, import_id):
    """Let the workers save it; one that is held only with the word that somebody has looked."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_checked:
        return to_detail(request, import_id)
    form = ConfirmForm(request.POST, file_import=file_import)
    if not form.is_valid():
        return render_check(request, file_import, form=form, status=422)
    if file_import.confirm(by=request.membership):
        hand_over(request, file_import)
    return to_detail(request, import_id)


@require_POST
@admin_required
@transaction.atomic
def discard(request, practice_slug, import_id):
    """Drop a file that is not saved."""
    file_import = get_object_or_404(request.practice.fileimports.select_for_update(of=("self",)), pk=import_id)
    if not (file_import.is_waiting or file_import.is_checked):
        messages.warning(request, "This import is under way or over, so it can't be dropped.")
        return to_detail(request, import_id)
    staging.forget(file_import)
    file_import.delete()
    messages.info(request, "The file was dropped. Nothing was changed.")
    return redirect("imports:list", practice_slug=practice_slug)
