"""The agent's calls of today: an outcome taken back at once, or corrected."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, day, drafts, taking_back
from campaigns.call_sheet import numbers_of
from campaigns.calling_hours import local_zone
from campaigns.forms.correction import CorrectionForm, as_initial
from campaigns.models import CallAttempt
from campaigns.outcome import OutcomeRefused, offered

ROWS = 50
SHOWN = ("patient", "campaign", "disposition", "appointment", "agent__user", "corrected_by__user")


@member_required
@require_safe
def calls(request, practice_slug):
    now, practice, agent = clock.now(), request.practice, request.membership
    made = day.attempts_today(agent=agent, practice=practice, now=now).select_related(*SHOWN).order_by("-ended_at", "-pk")
    page = Paginator(made, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "calls": taking_back.with_corrections(taking_back.with_outlook(page.object_list, by=agent, now=now)),
        "today": practice.business_date(now),
    }
    return render(request, "campaigns/desk/calls.html", context)


@member_required
@require_POST
def undo(request, practice_slug, attempt_id):
    """Take back the outcome saved a moment ago; its patient is open again. Sent twice it is taken back once."""
    now, agent = clock.now(), request.membership
    try:
        attempt = taking_back.own_call(attempt_id=attempt_id, by=agent)
        lease = taking_back.undo(attempt=attempt, by=agent, now=now)
    except CallAttempt.DoesNotExist as foreign:
        raise Http404 from foreign
    except taking_back.TakingBackRefused as refused:
        messages.warning(request, str(refused))
    else:
        said = as_initial(taking_back.entered(lease=lease), patient=lease.patient, practice=request.practice)
        drafts.replace(lease=lease, fields=said, now=now)
        agent_state.follow(agent=agent, now=now)
        messages.success(request, "Taken back. The patient is open again, with what you had entered.")
        if lease.is_ring_back:
            return redirect("campaigns:one_call", practice_slug=practice_slug, lease_id=lease.pk)
    return redirect("campaigns:call", practice_slug=practice_slug)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, practice_slug, attempt_id):
    now = clock.now()
    attempt = _attempt(request, attempt_id, now=now)
    form = _form(request, attempt, now=now)
    if form.is_valid():
        try:
            taking_back.correct(
                attempt=attempt, outcome=form.outcome(), why=form.cleaned_data["why"], by=request.membership, now=now
            )
        except OutcomeRefused as refused:
            form.refuse(refused.errors)
        except taking_back.TakingBackRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Corrected. The former outcome is kept in the history.")
            return _back(request, attempt)
    return _page(request, attempt, form, now=now)


def _attempt(request, attempt_id, *, now):
    """One of the agent's own calls of today, or, for those who lead, any."""
    calls = request.practice.callattempts.all()
    if not request.membership.leads:
        calls = day.attempts_today(agent=request.membership, practice=request.practice, now=now)
    return get_object_or_404(calls.select_related("enrollment__campaign", *SHOWN), pk=attempt_id)


def _form(request, attempt, *, now):
    numbers = numbers_of(attempt.patient, campaign=attempt.campaign_id)
    return CorrectionForm(
        request.POST if request.method == "POST" else None,
        said=taking_back.said(attempt=attempt),
        dispositions=offered(rang_back=not attempt.is_dial),
        numbers=numbers,
        patient=attempt.patient,
        practice=request.practice,
        check=None if request.membership.leads else taking_back.check_of(attempt=attempt, numbers=numbers),
        now=now,
    )


def _back(request, attempt):
    if attempt.agent_id == request.membership.pk:
        return redirect("campaigns:calls", practice_slug=request.practice.slug)
    return redirect("campaigns:patient", practice_slug=request.practice.slug, patient_id=attempt.patient_id)


def _page(request, attempt, form, *, now):
    taking_back.with_corrections(taking_back.with_outlook([attempt], by=request.membership, now=now))
    context = {
        "attempt": attempt,
        "is_mine": attempt.agent_id == request.membership.pk,
        "form": form,
        "numbers": form.numbers,
        "zone": local_zone(practice=request.practice, zone_key=attempt.patient.zone_key),
        "now": now,
    }
    return render(request, "campaigns/desk/correct.html", context, status=422 if form.errors else 200)
