"""What became of an import: its rejected rows, what it changed, and taking it back."""

from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import admin_required
from audit import access

from .. import changes, rejected, undo_outlook
from .handing import hand_over, to_detail

PAGE = 50


@require_safe
@admin_required
def rejected_rows(request, practice_slug, import_id):
    """Every rejected row with its cell and reason."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    page = Paginator(file_import.noted_rows.rejected().order_by("line", "pk"), PAGE).get_page(request.GET.get("page"))
    access.note(subject=f"import:{import_id}")
    return render(request, "imports/rejected.html", {"file_import": file_import, "page": page})


@require_safe
@admin_required
def rejected_file(request, practice_slug, import_id):
    """The rejected rows as a file to correct and upload again."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    access.note(subject=f"import:{import_id}")
    return FileResponse(
        rejected.as_file(file_import=file_import),
        as_attachment=True,
        filename=f"rejected-rows-of-import-{import_id}.csv",
        content_type="text/csv; charset=utf-8",
    )


@require_safe
@admin_required
def changed(request, practice_slug, import_id):
    """What the import changed of records that were there before, or what an undo left alone."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    page = Paginator(changes.listed(file_import=file_import), PAGE).get_page(request.GET.get("page"))
    context = {"file_import": file_import, "page": page, "changes": changes.differences(page.object_list)}
    return render(request, "imports/changed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def undo(request, practice_slug, import_id):
    """What taking the import back would do, in numbers; and doing it."""
    file_import = get_object_or_404(request.practice.fileimports, pk=import_id)
    if not file_import.is_done:
        return to_detail(request, import_id)
    if request.method == "POST":
        if file_import.undo(by=request.membership):
            hand_over(request, file_import)
        return to_detail(request, import_id)
    outlook = undo_outlook.of(file_import=file_import)
    return render(request, "imports/undo.html", {"file_import": file_import, "outlook": outlook})
