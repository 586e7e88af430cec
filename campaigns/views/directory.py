"""Locations, providers and visit types of a practice, for its admins. No patients; names found in files with their counts."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import admin_required
from patients.models import Location, Provider, VisitType

from .. import directory as names
from ..forms.directory import FORMS, NAME_TAKEN


@dataclass(frozen=True)
class Words:
    """How a kind of entry is called on the page; `slug` begins the names of its URLs."""

    slug: str
    one: str
    many: str
    icon: str
    why: str


WORDS = {
    Location: Words("location", "location", "Locations", "map-pin", "Where visits take place, and when it is open."),
    Provider: Words("provider", "provider", "Providers", "stethoscope", "Who sees patients, and where."),
    VisitType: Words("visit_type", "visit type", "Visit types", "calendar-event", "Kinds of visits, and how long they take."),
}  # fmt: skip


@require_safe
@admin_required
def directory(request, practice_slug):
    """All entries, and names that files brought and nobody has added yet."""
    parts = []
    for kind, words in WORDS.items():
        found = names.found(practice=request.practice, kind=kind)
        listed = list(names.entries(practice=request.practice, kind=kind))
        parts.append({"words": words, "entries": listed, "found": found[: names.FOUND_SHOWN], "found_count": len(found)})
    return render(request, "campaigns/directory/list.html", {"parts": parts})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def entry_new(request, practice_slug, kind):
    """Add an entry by hand."""
    return _form_page(request, kind(practice=request.practice), kind)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def entry_edit(request, practice_slug, kind, entry_id):
    """Change an entry. Visits that name it keep the name they have."""
    return _form_page(request, get_object_or_404(kind, practice=request.practice, pk=entry_id), kind)


@require_POST
@admin_required
def entry_offer(request, practice_slug, kind, entry_id):
    """Offer an entry no longer, or again."""
    entry = get_object_or_404(kind, practice=request.practice, pk=entry_id)
    wanted = request.POST.get("offered") == "yes"
    if not names.put_aside(entry=entry, is_active=wanted):
        messages.info(request, f"“{entry.name}” is so already. Nothing was changed.")
    elif wanted:
        messages.success(request, f"“{entry.name}” is offered again.")
    else:
        messages.success(request, f"“{entry.name}” is no longer offered. Visits that name it stay as they are.")
    return _to_list(request, kind)


@require_POST
@admin_required
def add_found(request, practice_slug, kind):
    """Add the names of files that were checked."""
    added = names.add_found(practice=request.practice, kind=kind, names=request.POST.getlist("names"))
    words = WORDS[kind]
    if added:
        messages.success(request, f"{added} {words.one if added == 1 else words.many.lower()} added.")
    else:
        messages.info(request, "Nothing was added: check names that are not in the list yet.")
    return _to_list(request, kind)


def _form_page(request, entry, kind):
    is_new, words = entry.pk is None, WORDS[kind]
    form = FORMS[kind](request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        try:
            names.save(entry=form.instance, locations=form.locations)
        except names.NameTaken:
            form.add_error("name", NAME_TAKEN)
        else:
            messages.success(request, f"“{entry.name}” is {'added' if is_new else 'saved'}.")
            return _to_list(request, kind)
    context = {"form": form, "words": words, "is_new": is_new}
    return render(request, "campaigns/directory/form.html", context, status=422 if form.errors else 200)


def _to_list(request, kind):
    url = reverse("campaigns:directory", kwargs={"practice_slug": request.practice.slug})
    return redirect(f"{url}#{WORDS[kind].slug}")
