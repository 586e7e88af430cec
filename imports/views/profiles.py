"""File layouts a practice is known to use: look at them, give them a name, forget them. Column names only, no patients."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import admin_required

from .. import profiles as layouts
from ..fields import BY_NAME
from ..forms import ProfileForm
from ..models import ImportProfile

PAGE = 50


@require_safe
@admin_required
def profiles(request, practice_slug):
    """All of them, those used last first; one that was just forgotten can be brought back."""
    page = Paginator(layouts.listed(practice=request.practice), PAGE).get_page(request.GET.get("page"))
    asked = request.GET.get("forgotten", "")
    gone = request.practice.importprofiles.filter(forgotten_at__isnull=False)
    forgotten = gone.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    return render(request, "imports/profiles.html", {"page": page, "forgotten": forgotten})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def profile(request, practice_slug, profile_id):
    """One layout: what each of its columns means; and its name."""
    try:
        shown = layouts.one(practice=request.practice, profile_id=profile_id)
    except ImportProfile.DoesNotExist:
        raise Http404 from None
    form = ProfileForm(request.POST if request.method == "POST" else None, initial={"name": shown.name})
    if request.method == "POST" and form.is_valid():
        layouts.rename(profile=shown, name=form.cleaned_data["name"])
        messages.success(request, "The name is saved.")
        return redirect("imports:profiles", practice_slug=practice_slug)
    columns = [(header, BY_NAME.get(shown.mapping.get(header)), shown.day_first.get(header)) for header in shown.headers]
    context = {"profile": shown, "form": form, "columns": columns}
    return render(request, "imports/profile.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def profile_forget(request, practice_slug, profile_id):
    """Ask for its columns again, the next time."""
    forgotten = get_object_or_404(request.practice.importprofiles, pk=profile_id)
    if not layouts.forget(profile=forgotten, now=clock.now()):
        messages.info(request, "This layout was forgotten before. Nothing was changed.")
    url = reverse("imports:profiles", kwargs={"practice_slug": practice_slug})
    return redirect(f"{url}?forgotten={profile_id}")


@require_POST
@admin_required
def profile_restore(request, practice_slug, profile_id):
    """Bring a forgotten layout back."""
    restored = get_object_or_404(request.practice.importprofiles, pk=profile_id)
    if layouts.bring_back(profile=restored):
        messages.success(request, "The layout is known again: its next file is read by it.")
    else:
        messages.info(request, "This layout is known already. Nothing was changed.")
    return redirect("imports:profiles", practice_slug=practice_slug)
