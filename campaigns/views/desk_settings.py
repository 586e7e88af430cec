"""The practice's settings of the desk, for admins. They hold from the next page an agent opens."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import admin_required

from ..forms.desk_settings import DeskSettingsForm


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def desk_settings(request, practice_slug):
    form = DeskSettingsForm(request.POST or None, instance=request.practice)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds from the next page an agent opens.")
        return redirect("campaigns:desk_settings", practice_slug=practice_slug)
    return render(request, "campaigns/desk_settings.html", {"form": form}, status=422 if form.errors else 200)
