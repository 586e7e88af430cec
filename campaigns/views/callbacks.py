"""Callbacks: what was promised and not yet kept, and what those who lead do about it."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required, supervisor_required
from campaigns import callbacks as promises
from campaigns.callback_history import of_callback
from campaigns.callback_list import DAYS_COUNTED, DAYS_WORDS, in_state, tally
from campaigns.forms.callback import CallOffForm, FilterForm, MoveForm, ReassignForm
from campaigns.models import Callback
from campaigns.templatetags.desk import day_and_clock

ROWS = 50


@member_required
@require_safe
def callbacks(request, practice_slug):
    """An agent's own, or the whole practice's for those who lead, who may look at a part of it."""
    now, practice = clock.now(), request.practice
    owner = None if request.membership.leads else request.membership
    form = FilterForm(request.GET if request.membership.leads else {}, practice=practice)
    page = Paginator(_shown(request, form, owner=owner, now=now), ROWS).get_page(request.GET.get("page"))
    since = practice.midnight(practice.business_date(now) - timedelta(days=DAYS_COUNTED - 1))
    context = {
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "tally": tally(practice=practice, since=since, until=now, now=now, owner=owner),
        "days_words": DAYS_WORDS,
        "page": page,
        "callbacks": page.object_list,
        "now": now,
    }
    return render(request, "campaigns/callbacks/list.html", context)


@supervisor_required
@require_safe
def callback(request, practice_slug, callback_id):
    return _page(request, _callback(request, callback_id))


@supervisor_required
@require_POST
def move(request, practice_slug, callback_id):
    found, now = _callback(request, callback_id), clock.now()
    form = MoveForm(request.POST, callback=found, practice=request.practice, now=now)

    def change(callback_when):
        moved = promises.move(callback=found, due_at=callback_when, by=request.membership, now=now)
        words = f"Moved to {day_and_clock(moved.due_at, form.zone)} for the patient."
        return (
            words
            if moved.due_at == callback_when
            else f"{words} Calls are not allowed at the time you chose; this is the next possible one."
        )

    return _change(request, found, change, move_form=form)


@supervisor_required
@require_POST
def reassign(request, practice_slug, callback_id):
    found, now = _callback(request, callback_id), clock.now()
    form = ReassignForm(request.POST, callback=found)

    def change(to):
        given = promises.reassign(callback=found, to=to, by=request.membership, now=now)
        words = f"{to.name} keeps this callback now."
        return (
            words
            if to.works_at(given.due_at)
            else f"{words} They are off then, so a colleague on shift gets it 15 minutes before."
        )

    return _change(request, found, change, reassign_form=form)


@supervisor_required
@require_POST
def call_off(request, practice_slug, callback_id):
    found, now = _callback(request, callback_id), clock.now()

    def change(why):
        promises.call_off(callback=found, why=why, by=request.membership, now=now)
        return "Called off. The patient is called in the normal order again."

    return _change(request, found, change, call_off_form=CallOffForm(request.POST))


def _shown(request, form, *, owner, now):
    """The pending callbacks that the filters leave. What names nothing of this practice is not found."""
    if not form.is_valid():
        raise Http404
    wanted = form.cleaned_data
    pending = request.practice.callbacks.pending().order_by("due_at", "pk")
    pending = pending.select_related("patient", "enrollment__campaign", "owner__user", "promised_by__user")
    if owner or wanted["owner"]:
        pending = pending.filter(owner=owner or wanted["owner"])
    if wanted["campaign"]:
        pending = pending.filter(enrollment__campaign=wanted["campaign"])
    return pending.filter(in_state(wanted["state"], practice=request.practice, now=now)) if wanted["state"] else pending


def _callback(request, callback_id):
    related = ("patient", "enrollment__campaign__practice", "owner__user", "promised_by__user")
    return get_object_or_404(request.practice.callbacks.select_related(*related), pk=callback_id)


def _change(request, found, change, **form):
    """Do what the form asks and go back to the list with the sentence `change` returns."""
    [bound] = form.values()
    if bound.is_valid():
        try:
            messages.success(request, change(**bound.cleaned_data))
        except promises.AlreadySo as already:
            messages.warning(request, str(already))
        except promises.CallbackRefused as refused:
            bound.add_error(None, str(refused))
    return _page(request, found, status=422, **form) if bound.errors else redirect(_list_url(request))


def _list_url(request):
    """The list with the filters the person came from, which travel along in the address."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("campaigns:callbacks", args=[request.practice.slug]) + query


def _page(request, found, *, status=200, **bound):
    now = clock.now()
    forms = {
        "move_form": MoveForm(callback=found, practice=request.practice, now=now),
        "reassign_form": ReassignForm(callback=found),
        "call_off_form": CallOffForm(),
        **bound,
    }
    context = {
        **forms,
        "bound": next(iter(bound.values()), None),
        "callback": found,
        "is_pending": found.status == Callback.Status.PENDING,
        "changes": of_callback(callback=found, practice=request.practice),
        "back_url": _list_url(request),
        "query": request.GET.urlencode(),
        "now": now,
    }
    return render(request, "campaigns/callbacks/detail.html", context, status=status)
