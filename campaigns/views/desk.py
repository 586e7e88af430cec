"""The agent's desk: today's list, the call at hand, what was promised."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import attempts, day, desk_list, next_call
from campaigns.call_sheet import call_sheet, callback_choices
from campaigns.forms.outcome import OutcomeForm, SkipForm
from campaigns.idle import why_idle
from campaigns.models import Callback, QueueBuild
from campaigns.outcome import OutcomeRefused
from dispositions.models import Disposition

ROWS = 50
SHOWN = {"left": Q(done_at__isnull=True), "done": Q(done_at__isnull=False), "all": Q()}


@member_required
@require_safe
def desk(request, practice_slug):
    now, practice = clock.now(), request.practice
    agent = _agent_shown(request)
    is_mine = agent == request.membership
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "left"
    places = desk_list.places(agent=agent, today=practice.business_date(now)).filter(SHOWN[shown])
    page = Paginator(places, ROWS).get_page(request.GET.get("page"))
    context = {
        "agent": agent,
        "is_mine": is_mine,
        "day": day.of_agent(agent=agent, practice=practice, now=now),
        "callbacks": day.callbacks_today(agent=agent, practice=practice, now=now),
        "held": next_call.current(agent=agent) if is_mine else None,
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "page": page,
        "rows": desk_list.rows(page.object_list, practice=practice, now=now),
        "shown": shown,
        "build": QueueBuild.objects.newest(),
        "agents": _agents(practice) if request.membership.leads else [],
        "today": practice.business_date(now),
        "now": now,
    }
    return render(request, "campaigns/desk/list.html", context)


@member_required
@require_POST
def next_patient(request, practice_slug):
    """Claim the next patient; the call page shows them, or why there is nobody."""
    next_call.claim(agent=request.membership, now=clock.now())
    return redirect("campaigns:call", practice_slug=practice_slug)


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
        }
        return render(request, "campaigns/desk/idle.html", context)
    return _call_page(request, _leases(request).get(pk=held.pk), now=now)


@member_required
@require_POST
def outcome(request, practice_slug, lease_id):
    """Save what came of the call. The key is that of the lease: one hold is one attempt, however often it is sent."""
    now, agent = clock.now(), request.membership
    lease = get_object_or_404(_leases(request), pk=lease_id, agent=agent)
    form = _outcome_form(request, lease, numbers=lease.patient.phones.all(), data=request.POST)
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
            return _saved(request, lease, now=now)
    return _call_page(request, lease, now=now, form=form, status=422)


@member_required
@require_POST
def skip(request, practice_slug, lease_id):
    lease = get_object_or_404(request.practice.leases, pk=lease_id, agent=request.membership)
    form = SkipForm(request.POST)
    if form.is_valid():
        next_call.skip(lease=lease, why=form.cleaned_data["why"])
        next_call.claim(agent=request.membership, now=clock.now())
    else:
        messages.error(request, "Choose a reason to skip this patient.")
    return redirect("campaigns:call", practice_slug=practice_slug)


@member_required
@require_POST
def hold(request, practice_slug, lease_id):
    """Keep the patient for another while. 409: the hold is over; what the agent enters is saved all the same."""
    lease = get_object_or_404(request.practice.leases, pk=lease_id, agent=request.membership)
    return HttpResponse(status=204 if next_call.extend(lease=lease) else 409)


@member_required
@require_safe
def callbacks(request, practice_slug):
    """What was promised and not yet kept: an agent's own, or the whole practice's for those who lead."""
    pending = Callback.objects.pending().select_related("patient", "enrollment__campaign", "owner__user").order_by("due_at")
    if not request.membership.leads:
        pending = pending.filter(owner=request.membership)
    page = Paginator(pending, ROWS).get_page(request.GET.get("page"))
    return render(request, "campaigns/desk/callbacks.html", {"page": page, "callbacks": page.object_list, "now": clock.now()})


def _agent_shown(request):
    """Whose list: one's own, or, for those who lead, that of the agent named in the address."""
    wanted = request.GET.get("agent")
    if not wanted or wanted == str(request.membership.pk):
        return request.membership
    if not request.membership.leads:
        raise PermissionDenied
    members = request.practice.memberships.select_related("user")
    return get_object_or_404(members, pk=int(wanted) if wanted.isdecimal() else None)


def _agents(practice):
    left = Count("queue", filter=Q(queue__done_at__isnull=True))
    return practice.memberships.active().agents().select_related("user").annotate(left=left).order_by("user__full_name")


def _leases(request):
    return request.practice.leases.select_related("enrollment__campaign", "enrollment__missed_appointment", "patient")


def _key(lease):
    return uuid.uuid5(uuid.NAMESPACE_OID, f"lease {lease.practice_id} {lease.pk}")


def _outcome_form(request, lease, *, numbers, data=None):
    return OutcomeForm(
        data,
        dispositions=Disposition.objects.active(),
        numbers=numbers,
        patient=lease.patient,
        practice=request.practice,
    )


def _call_page(request, lease, *, now, form=None, status=200):
    practice, agent = request.practice, request.membership
    sheet = call_sheet(lease=lease, practice=practice, agent=agent, now=now)
    form = form or _outcome_form(request, lease, numbers=sheet.numbers)
    promised = day.callbacks_today(agent=agent, practice=practice, now=now)
    context = {
        "sheet": sheet,
        "form": form,
        "dialed": form["phone_id"].value() or str(sheet.first_usable.pk if sheet.first_usable else ""),
        "skip_form": SkipForm(),
        "day": day.of_agent(agent=agent, practice=practice, now=now),
        "next_callback": promised.exclude(enrollment=lease.enrollment_id).first(),
        "last": day.last_attempt(agent=agent, practice=practice, now=now),
        "callback_choices": callback_choices(practice=practice, zone_key=lease.patient.zone_key, now=now),
        "held_seconds": int((timezone.now() - lease.opened_at).total_seconds()),
        "today": practice.business_date(now),
        "now": now,
    }
    return render(request, "campaigns/desk/call.html", context, status=status)


def _saved(request, lease, *, now):
    """Where to go after an outcome. `lease` is as it was before."""
    if lease.is_lost(at=timezone.now()):
        messages.warning(
            request,
            "The outcome is saved. Your hold on that patient had ended before, so a colleague may have called them too.",
        )
    if request.POST.get("then") == "stop":
        return redirect("campaigns:desk", practice_slug=request.practice.slug)
    next_call.claim(agent=request.membership, now=now)
    return redirect("campaigns:call", practice_slug=request.practice.slug)
