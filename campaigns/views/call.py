"""The call at hand: ask before dialing, hold the patient, save what came of it, or hand the patient back."""

import re
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import attempts, day, dialing, household, live_call, next_call
from campaigns.call_sheet import call_sheet, chosen_of, household_at, numbers_of
from campaigns.forms.outcome import OutcomeForm, SkipForm
from campaigns.idle import why_idle
from campaigns.models import Callback
from campaigns.outcome import OutcomeRefused, offered
from campaigns.templatetags.desk import day_and_clock

# As the buttons of household.html send it: an id of PostgreSQL's has at most 19 digits.
GO_ON = re.compile(r"household-([0-9]{1,19})")


@member_required
@require_safe
def call(request, practice_slug):
    now, agent = clock.now(), request.membership
    held = next_call.current(agent=agent)
    if held is None:
        context = {
            "idle": why_idle(agent=agent, practice=request.practice, now=now),
            "day": day.of_agent(agent=agent, practice=request.practice, now=now),
            "last": day.last_attempt(agent=agent, practice=request.practice, now=now),
            "reminders": day.callbacks_today(agent=agent, practice=request.practice, now=now),
            "now": now,
        }
        return render(request, "campaigns/desk/idle.html", context)
    return _call_page(request, _leases(request).get(pk=held.pk), now=now)


@member_required
@require_safe
def lane(request, practice_slug, lease_id):
    """A patient who rang back, beside the call at hand. That has an address of its own, and what is over has none."""
    lease = _lease(request, lease_id)
    if not lease.is_ring_back or lease.closed_at is not None:
        return redirect("campaigns:call", practice_slug=practice_slug)
    return _call_page(request, lease, now=clock.now())


@member_required
@require_POST
def dial(request, practice_slug, lease_id):
    """Ask whether a number may be dialed at this minute. 204: yes, the page dials it; 409: no, and the rule that says so.

    Without scripts the answer is the call page: with a link to dial, or with the refusal at the number.
    """
    now, lease = clock.now(), _lease(request, lease_id)
    number = _number(request.POST.get("phone_id"), lease)
    number.denied = dialing.ask(lease=lease, phone=number, now=now)
    if number.denied is None:
        return HttpResponse(status=204) if request.htmx else redirect("campaigns:call", practice_slug=practice_slug)
    if request.htmx:
        context = {"number": number, "lease": lease, "practice": request.practice}
        return render(request, "campaigns/desk/number_facts.html", context, status=409)
    return _call_page(request, lease, now=now, number=number, status=422)


@member_required
@require_POST
def hold(request, practice_slug, lease_id):
    """Keep the patient for another while. 409: the hold is over; what the agent enters is saved all the same.

    204: nothing is new. 200: somebody asked meanwhile that one of the numbers on the page not be called.
    """
    lease = _lease(request, lease_id)
    live = live_call.keep(lease=lease, shown=request.POST.getlist("shown"))
    if not live.notice:
        return HttpResponse(status=204)
    context = {"live": live, "lease": lease, "numbers": live.numbers, "dialed": request.POST.get("phone_id")}
    return render(request, "campaigns/desk/live_answer.html", context, status=200 if live.is_held else 409)


@member_required
@require_safe
def household_of(request, practice_slug, lease_id):
    """Who else is due at the number chosen on the page."""
    lease = _lease(request, lease_id)
    number = _number(request.GET.get("phone_id"), lease)
    context = {"household": household_at(number, lease=lease, now=clock.now())}
    return render(request, "campaigns/desk/household.html", context)


@member_required
@require_POST
def outcome(request, practice_slug, lease_id):
    """Save what came of the call. The key is that of the lease: one hold is one attempt, however often it is sent."""
    now, agent, lease = clock.now(), request.membership, _lease(request, lease_id)
    form = _outcome_form(request, lease, numbers=_numbers(lease), data=request.POST)
    if form.is_valid():
        try:
            attempts.record(
                enrollment_id=lease.enrollment_id,
                agent=agent,
                key=_key(lease),
                outcome=form.outcome(),
                now=now,
                started_at=now - (timezone.now() - lease.opened_at),
                source=lease.source,
                lease_id=lease.pk,
            )
        except OutcomeRefused as refused:
            form.refuse(refused.errors)
        except attempts.KeyReused:
            form.add_error(None, "This call has an outcome already, and it says something else. It was not changed.")
        else:
            return _saved(request, lease, form, now=now)
    return _call_page(request, lease, now=now, form=form, status=422)


@member_required
@require_POST
def skip(request, practice_slug, lease_id):
    lease = _lease(request, lease_id)
    form = SkipForm(request.POST)
    if form.is_valid():
        next_call.skip(lease=lease, why=form.cleaned_data["why"])
        next_call.claim(agent=request.membership, now=clock.now())
    else:
        messages.error(request, "Choose a reason to skip this patient.")
    return redirect("campaigns:call", practice_slug=practice_slug)


@member_required
@require_POST
def hand_back(request, practice_slug, lease_id):
    """Let the patient go: they keep their place in the list. A page of an earlier call lets nobody go."""
    lease = _lease(request, lease_id)
    if next_call.hand_back(lease=lease):
        done = "Closed without an outcome" if lease.is_ring_back else "Handed back. The patient keeps the place in the list"
        messages.success(request, f"{done}; nothing was recorded.")
    return redirect("campaigns:call" if lease.is_ring_back else "campaigns:desk", practice_slug=practice_slug)


def _leases(request):
    return request.practice.leases.select_related("enrollment__campaign", "enrollment__missed_appointment", "patient")


def _lease(request, lease_id):
    return get_object_or_404(_leases(request), pk=lease_id, agent=request.membership)


def _numbers(lease):
    return numbers_of(lease.patient, campaign=lease.enrollment.campaign_id)


def _number(wanted, lease):
    """One of the patient's numbers, by its id as posted."""
    found = next((number for number in _numbers(lease) if str(number.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _key(lease):
    return uuid.uuid5(uuid.NAMESPACE_OID, f"lease {lease.practice_id} {lease.pk}")


def _outcome_form(request, lease, *, numbers, data=None):
    return OutcomeForm(
        data,
        dispositions=offered(rang_back=lease.is_ring_back),
        numbers=numbers,
        patient=lease.patient,
        practice=request.practice,
    )


def _call_page(request, lease, *, now, form=None, number=None, status=200):
    """The page of a lease; `number` was denied, and says so."""
    practice, agent = request.practice, request.membership
    chosen = (form["phone_id"].value() if form else "") or (str(number.pk) if number else "")
    sheet = call_sheet(lease=lease, practice=practice, agent=agent, now=now, chosen=chosen)
    for each in sheet.numbers:
        each.denied = number.denied if each == number else None
    promised = list(day.callbacks_today(agent=agent, practice=practice, now=now).exclude(enrollment=lease.enrollment_id))
    dialed = chosen_of(sheet.numbers, lease=lease, chosen=chosen)
    context = {
        "sheet": sheet,
        "lease": lease,
        "numbers": sheet.numbers,
        "household": sheet.household,
        "live": live_call.look(is_held=not lease.is_lost(at=timezone.now()), numbers=sheet.numbers),
        "form": form or _outcome_form(request, lease, numbers=sheet.numbers),
        "dialed": str(dialed.pk) if dialed else "",
        "skip_form": SkipForm(),
        "day": day.of_agent(agent=agent, practice=practice, now=now),
        "next_callback": promised[0] if promised else None,
        "reminders": promised,
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "held_seconds": int((timezone.now() - lease.opened_at).total_seconds()),
        "today": practice.business_date(now),
        "now": now,
    }
    return render(request, "campaigns/desk/call.html", context, status=status)


def _saved(request, lease, form, *, now):
    """Where to go after an outcome. `lease` is as it was before."""
    slug, then = request.practice.slug, request.POST.get("then", "")
    _say_what_was_saved(request, lease, form)
    if then == "stop":
        return redirect("campaigns:desk", practice_slug=slug)
    if lease.is_ring_back:  # back to the call at hand
        return redirect("campaigns:call", practice_slug=slug)
    if other := GO_ON.fullmatch(then):
        try:
            household.go_on_with(enrollment_id=int(other[1]), lease=lease, now=now)
        except household.HouseholdRefused as refused:
            messages.warning(request, f"The outcome is saved. {refused}")
    next_call.claim(agent=request.membership, now=now)
    return redirect("campaigns:call", practice_slug=slug)


def _say_what_was_saved(request, lease, form):
    if lease.is_lost(at=timezone.now()):
        messages.warning(
            request,
            "The outcome is saved. Your hold on that patient had ended before, so a colleague may have called them too.",
        )
    wished = form.cleaned_data.get("callback_at")
    promised = wished and Callback.objects.pending().filter(enrollment=lease.enrollment_id).first()
    if promised and promised.due_at != wished:
        messages.warning(
            request,
            f"Promised for {day_and_clock(promised.due_at, form.zone)}, the first moment in calling hours. "
            "Tell the patient if they are still on the line.",
        )
