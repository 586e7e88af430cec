"""How the desk behaves: the practice's settings, for admins, and what each member has chosen for themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import admin_required, member_required

from ..forms.desk_settings import DeskSettingsForm
from ..models import DeskPreferences


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def desk_settings(request, practice_slug):
    form = DeskSettingsForm(request.POST or None, instance=request.practice)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds from the next page an agent opens.")
        return redirect("campaigns:desk_settings", practice_slug=practice_slug)
    return render(request, "campaigns/desk_settings.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@require_POST
def preferences(request, practice_slug):
    """Keep whether single keys act and reminders sound."""
    chosen = {"single_keys": request.POST.get("singleKeys") != "no", "sounds": request.POST.get("sounds") == "yes"}
    DeskPreferences.objects.remember(agent=request.membership, **chosen)
    return HttpResponse(status=204)
