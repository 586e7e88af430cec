"""Setting a practice up, for its admins: first steps, its details, and what former members left. Numbers only, no patients."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import admin_required

from .. import changes, left_work, practice_settings, retention
from .. import first_steps as steps
from ..forms.practice import PracticeForm

CHANGES_SHOWN = 12


@require_safe
@admin_required
def first_steps(request, practice_slug):
    """From nothing to the first call: what is done, what is next, and one way to each."""
    return render(request, "campaigns/setup/first_steps.html", {"first": steps.of(practice=request.practice, now=clock.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def practice(request, practice_slug):
    """Details of the practice, and what is kept how long."""
    form = PracticeForm(request.POST if request.method == "POST" else None, practice=request.practice)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        return redirect("campaigns:practice", practice_slug=practice_slug)
    context = {
        "form": form,
        "kept": retention.rules(practice=request.practice),
        "changes": changes.of_practice(practice=request.practice, most=CHANGES_SHOWN),
    }
    return render(request, "campaigns/setup/practice.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def hand_on(request, practice_slug, membership_id):
    """Give the promises of somebody whose access ended to colleagues."""
    member = get_object_or_404(request.practice.memberships.select_related("user"), pk=membership_id)
    if member.is_active:
        messages.info(request, f"{member.name} may sign in and keeps their callbacks. Nothing was changed.")
        return redirect("accounts:users", practice_slug=practice_slug)
    handed, left = left_work.hand_on(member=member, by=request.membership, now=clock.now())
    if handed:
        messages.success(request, f"{handed} callback{'' if handed == 1 else 's'} of {member.name} went to colleagues.")
    if left:
        messages.warning(
            request,
            f"{left} of {handed + left} stay{'s' if left == 1 else ''} with {member.name}: nobody who may take them is on shift "
            "at their minute. Whoever is at the desk then is offered them all the same.",
        )
    if not handed and not left:
        messages.info(request, f"{member.name} has no callbacks to hand on.")
    return redirect("accounts:users", practice_slug=practice_slug)


def _save(request, form):
    """Save what the form says and tell it. False where it has to ask about the time zone first."""
    values, agreed = form.values, form.cleaned_data["zone_agreed"]
    try:
        changed = practice_settings.save(practice=request.practice, values=values, zone_agreed=agreed, by=request.membership)
    except practice_settings.ZoneNotAgreed:
        form.ask_about_zone()
        return False
    if not changed:
        messages.info(request, "This is what was saved before. Nothing was changed.")
    elif "time_zone" in changed:
        messages.success(request, f"Saved. The practice’s clocks show {values['time_zone'].replace('_', ' ')} from now on.")
    else:
        messages.success(request, "Saved.")
    return True
