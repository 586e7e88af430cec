"""The call at hand: save what came of it, skip the patient, or hand them back."""

import re
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, attempts, directory, drafts, household, next_call, ring_back, verification
from campaigns.forms.outcome import SkipForm
from campaigns.models import AgentSpell, Callback
from campaigns.outcome import OutcomeRefused
from campaigns.templatetags.desk import day_and_clock

from .agent_state import begin_break, open_next
from .call_page import call_page, lease_of, numbers_shown, outcome_form, page_without_patient

# An outcome that comes in late must not make a call of days.
LONGEST_CALL = timedelta(hours=2)
# As the buttons of household.html send it: an id of PostgreSQL's has at most 19 digits.
GO_ON = re.compile(r"household-([0-9]{1,19})")
TURN = re.compile(r"[0-9]{1,4}")
# As the buttons of break_menu.html send it.
BREAK = re.compile(f"break-({'|'.join(AgentSpell.Reason.values)})")


@member_required
@require_safe
def call(request, practice_slug):
    now, lanes = clock.now(), ring_back.lanes(agent=request.membership)
    if not lanes or lanes[0].is_ring_back:
        return page_without_patient(request, now=now, lanes=lanes)
    return call_page(request, lanes[0], now=now, lanes=lanes)


@member_required
@require_safe
def one_call(request, practice_slug, lease_id):
    """A patient who rang back, beside the call at hand; also a call that is over and whose typed outcome is still to be saved."""
    lease = lease_of(request, lease_id)
    if lease.closed_at is not None and drafts.of_lease(lease) is None:
        return redirect("campaigns:call", practice_slug=practice_slug)
    return call_page(request, lease, now=clock.now())


@member_required
@require_POST
def outcome(request, practice_slug, lease_id):
    """Save what came of the call. The key is that of the hold's turn: it is one attempt, however often it is sent."""
    now, lease = clock.now(), lease_of(request, lease_id)
    numbers = numbers_shown(lease)
    check = verification.check_of(lease=lease, numbers=numbers, matched=request.POST.getlist("matched"))
    form = outcome_form(request, lease, numbers=numbers, check=check, now=now, data=request.POST)
    is_saved = form.is_valid() and _record(request, lease, form, now=now)
    verification.keep(lease=lease, check=check)
    if is_saved:
        return _saved(request, lease, form, now=now)
    return call_page(request, lease_of(request, lease_id), now=now, form=form, status=422)


def _record(request, lease, form, *, now):
    """Whether the outcome is recorded; if not, the form says why."""
    try:
        attempts.record(
            enrollment_id=lease.enrollment_id,
            agent=request.membership,
            key=lease.key,
            outcome=form.outcome(),
            now=now,
            started_at=now - min(timezone.now() - lease.opened_at, LONGEST_CALL),
            source=lease.source,
            lease_id=lease.pk,
            turn=_turn(request),
        )
    except OutcomeRefused as refused:
        form.refuse(refused.errors)
    except attempts.TakenBack:
        form.add_error(None, "You took this outcome back. Save it again if it is right.")
    except attempts.KeyReused:
        form.add_error(None, "This call has an outcome already, and it says something else. It was not changed.")
    return not form.errors


@member_required
@require_POST
def skip(request, practice_slug, lease_id):
    lease = lease_of(request, lease_id)
    form = SkipForm(request.POST)
    if form.is_valid():
        next_call.skip(lease=lease, why=form.cleaned_data["why"])
        open_next(request, now=clock.now())
    else:
        messages.error(request, "Choose a reason to skip this patient.")
    return redirect("campaigns:call", practice_slug=practice_slug)


@member_required
@require_POST
def hand_back(request, practice_slug, lease_id):
    """Let the patient go: they keep their place in the list. A page of an earlier call lets nobody go."""
    lease = lease_of(request, lease_id)
    if next_call.hand_back(lease=lease):
        agent_state.follow(agent=request.membership, now=clock.now())
        done = "Closed without an outcome" if lease.is_ring_back else "Handed back. The patient keeps the place in the list"
        messages.success(request, f"{done}; nothing was recorded.")
    return redirect("campaigns:call" if lease.is_ring_back else "campaigns:desk", practice_slug=practice_slug)


def _turn(request):
    """The turn of the hold that the page was made for."""
    posted = request.POST.get("turn", "")
    return int(posted) if TURN.fullmatch(posted) else 1


def _saved(request, lease, form, *, now):
    """Where to go after an outcome. `lease` is as it was before."""
    slug, then = request.practice.slug, request.POST.get("then", "")
    _say_what_was_saved(request, lease, form)
    if then == "stop":
        agent_state.follow(agent=request.membership, now=now)
        return redirect("campaigns:desk", practice_slug=slug)
    if lease.is_ring_back:  # back to the call at hand
        agent_state.follow(agent=request.membership, now=now)
        return redirect("campaigns:call", practice_slug=slug)
    if asked := BREAK.fullmatch(then):
        begin_break(request, asked[1], now=now)
        return redirect("campaigns:call", practice_slug=slug)
    if other := GO_ON.fullmatch(then):
        try:
            household.go_on_with(enrollment_id=int(other[1]), lease=lease, now=now)
        except household.HouseholdRefused as refused:
            messages.warning(request, f"The outcome is saved. {refused}")
    open_next(request, now=now)
    return redirect("campaigns:call", practice_slug=slug)


def _say_what_was_saved(request, lease, form):
    if lease.is_lost(at=timezone.now()):
        messages.warning(
            request,
            "The outcome is saved. Your hold on that patient had ended before, so a colleague may have called them too.",
        )
    if form.cleaned_data.get("appointment_on"):
        for doubt in directory.doubts(practice=request.practice, outcome=form.outcome()):
            messages.warning(request, f"Booked. {doubt}")
    wished = form.cleaned_data.get("callback_at")
    promised = wished and Callback.objects.pending().filter(enrollment=lease.enrollment_id).first()
    if wished and not promised:
        messages.warning(
            request,
            "The outcome is saved, but the enrollment is closed: no callback is kept. Tell your supervisor of a promise.",
        )
    if promised and promised.due_at != wished:
        messages.warning(
            request,
            f"Promised for {day_and_clock(promised.due_at, form.zone)}, the first moment in calling hours. "
            "Tell the patient if they are still on the line.",
        )
