"""The page of one call, and how its parts are looked up. Shared by the views that answer with it."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from campaigns import agent_state, day, drafts, live_call, ring_back
from campaigns.call_sheet import call_sheet, chosen_of, numbers_of
from campaigns.calling_hours import local_zone
from campaigns.forms.outcome import OutcomeForm, SkipForm
from campaigns.idle import why_idle
from campaigns.outcome import offered

# An outcome that had to wait for its connection so long is still saved by its page.
STILL_SAVED = timedelta(hours=24)


def _leases(request):
    return request.practice.leases.select_related("enrollment__campaign", "enrollment__missed_appointment", "patient")


def lease_of(request, lease_id):
    """A hold of the agent's own that is open or ended not long ago, or under which something is typed and not saved."""
    # At most one draft lies under a hold, so the join repeats no row.
    is_recent = Q(closed_at__isnull=True) | Q(closed_at__gt=Now() - STILL_SAVED) | Q(drafts__isnull=False)
    return get_object_or_404(_leases(request).filter(is_recent), pk=lease_id, agent=request.membership)


def numbers_shown(lease):
    return numbers_of(lease.patient, campaign=lease.enrollment.campaign_id)


def outcome_form(request, lease, *, numbers, check, now, data=None, initial=None):
    return OutcomeForm(
        data,
        initial=initial,
        dispositions=offered(rang_back=lease.is_ring_back),
        numbers=numbers,
        patient=lease.patient,
        practice=request.practice,
        check=check,
        now=now,
    )


def call_page(request, lease, *, now, lanes=None, form=None, number=None, typed=None, status=200):
    """The page of a lease. `number` was denied, and says so; `typed` is what the page sent of a form not saved yet.

    `lanes` are the agent's holds (ring_back.lanes) where they were read before.
    """
    draft = None if form or typed else drafts.of_lease(lease)
    initial = typed or (_as_meant(draft, lease, practice=request.practice) if draft else {})
    chosen = (form["phone_id"].value() if form else initial.get("phone_id")) or (str(number.pk) if number else "")
    sheet = _sheet(request, lease, chosen=chosen, initial=initial, denied=number, now=now)
    context = {
        **_of_agent(request, now=now, lanes=lanes),
        "sheet": sheet,
        "lease": lease,
        "numbers": sheet.numbers,
        "household": sheet.household,
        "live": live_call.look(is_held=not lease.is_lost(at=timezone.now()), numbers=sheet.numbers),
        "form": form or outcome_form(request, lease, numbers=sheet.numbers, check=sheet.check, now=now, initial=initial),
        "draft": draft,
        "dialed": _dialed(sheet, chosen),
        "skip_form": SkipForm(),
        "day": day.so_far(agent=request.membership, practice=request.practice, now=now),
        "last": day.last_attempt(agent=request.membership, practice=request.practice, now=now),
    }
    context["reminders"] = [one for one in context["reminders"] if one.enrollment_id != lease.enrollment_id]
    answer = render(request, "campaigns/desk/call.html", context, status=status)
    if status == 422:
        answer.headers["HX-Push-Url"] = "false"  # the address of the form answers no GET
    return answer


def page_without_patient(request, *, now, lanes):
    """On break, or why nobody is open."""
    context, agent, practice = _of_agent(request, now=now, lanes=lanes), request.membership, request.practice
    context |= {
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "unsaved": drafts.unsaved(agent=agent),
    }
    if context["spell"] and context["spell"].is_break:
        return render(request, "campaigns/desk/break.html", context)
    context["idle"] = why_idle(agent=agent, practice=practice, now=now)
    return render(request, "campaigns/desk/idle.html", context)


def _as_meant(draft, lease, *, practice):
    return drafts.as_meant(draft, zone=local_zone(practice=practice, zone_key=lease.patient.zone_key))


def _sheet(request, lease, *, chosen, initial, denied, now):
    """The sheet in the language chosen on the page; the number that was denied says so."""
    language = request.POST.get("language") or initial.get("language", "")
    member = {"practice": request.practice, "agent": request.membership}
    sheet = call_sheet(lease=lease, now=now, chosen=chosen, language=language, **member)
    for each in sheet.numbers:
        each.denied = denied.denied if each == denied else None
    return sheet


def _dialed(sheet, chosen):
    """The id, as text, of the number that counts as dialed."""
    dialed = chosen_of(sheet.numbers, lease=sheet.lease, chosen=chosen)
    return str(dialed.pk) if dialed else ""


def _of_agent(request, *, now, lanes):
    """What every page of the desk says of the agent."""
    agent, practice = request.membership, request.practice
    return {
        "lanes": ring_back.lanes(agent=agent) if lanes is None else lanes,
        "spell": agent_state.current(agent=agent, now=now),
        "reminders": list(day.callbacks_today(agent=agent, practice=practice, now=now)),
        "today": practice.business_date(now),
        "now": now,
    }
