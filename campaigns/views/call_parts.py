"""What the call page asks for while it is open: dial, hold, identifiers, drafts, other people at the number."""

import re

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, dialing, drafts, live_call, verification
from campaigns.call_sheet import call_sheet, household_at
from campaigns.forms.moment import MomentForm

from .call_page import call_page, lease_of, numbers_shown

# A number as PostgreSQL's ids may be.
ID = re.compile(r"[0-9]{1,18}")


@member_required
@require_POST
def dial(request, practice_slug, lease_id):
    """Ask whether a number may be dialed at this minute. 204: yes, the page dials it; 409: no, and the rule that says so.

    Without scripts the answer is the call page: with a link to dial, or with the refusal at the number.
    """
    now, lease = clock.now(), lease_of(request, lease_id)
    number = _number(request.POST.get("phone_id"), lease)
    number.denied = dialing.ask(lease=lease, phone=number, now=now)
    if number.denied is None:
        return HttpResponse(status=204) if request.htmx else redirect("campaigns:call", practice_slug=practice_slug)
    if request.htmx:
        context = {"number": number, "lease": lease, "practice": request.practice}
        return render(request, "campaigns/desk/number_facts.html", context, status=409)
    return call_page(request, lease, now=now, number=number, status=422)


@member_required
@require_POST
def hold(request, practice_slug, lease_id):
    """Keep the patient for another while. 409: the hold is over; what the agent enters is saved all the same.

    204: nothing is new. 200: somebody asked meanwhile that one of the numbers on the page not be called.
    """
    lease = lease_of(request, lease_id)
    live = live_call.keep(lease=lease, shown=request.POST.getlist("shown"))
    agent_state.seen(agent=request.membership, now=clock.now())
    if not live.notice:
        return HttpResponse(status=204)
    context = {"live": live, "lease": lease, "numbers": live.numbers, "dialed": request.POST.get("phone_id")}
    return render(request, "campaigns/desk/live_answer.html", context, status=200 if live.is_held else 409)


@member_required
@require_safe
def household_of(request, practice_slug, lease_id):
    """Who else is due at the number chosen on the page."""
    lease = lease_of(request, lease_id)
    number = _number(request.GET.get("phone_id"), lease)
    context = {"household": household_at(number, lease=lease, now=clock.now())}
    return render(request, "campaigns/desk/household.html", context)


@member_required
@require_POST
def verify(request, practice_slug, lease_id):
    """Mark which identifiers matched. Two of them open the rest of the page, and nothing of what is typed is touched."""
    now, lease = clock.now(), lease_of(request, lease_id)
    check = verification.check_of(lease=lease, numbers=numbers_shown(lease), matched=request.POST.getlist("matched"))
    verification.keep(lease=lease, check=check)
    if not request.htmx:
        return call_page(request, lease, now=now, typed=request.POST.dict())
    practice = request.practice
    language = request.POST.get("language", "")
    sheet = call_sheet(lease=lease, practice=practice, agent=request.membership, now=now, language=language)
    context = {"sheet": sheet, "today": practice.business_date(now), "now": now}
    return render(request, "campaigns/desk/verified_answer.html", context)


@member_required
@require_POST
def draft(request, practice_slug, lease_id):
    """Keep what is typed. 409: another page of the agent has written since, and the answer shows what."""
    now, lease = clock.now(), lease_of(request, lease_id)
    fields = {name: value for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "based_on")}
    based_on = request.POST.get("based_on", "")
    try:
        version = drafts.keep(lease=lease, fields=fields, based_on=int(based_on) if ID.fullmatch(based_on) else 0, now=now)
    except drafts.Overtaken as overtaken:
        return render(request, "campaigns/desk/draft_overtaken.html", {"draft": overtaken.draft}, status=409)
    return JsonResponse({"version": version, "at": f"{request.practice.local(now):%-I:%M:%S %p}"})


@member_required
@require_POST
def discard(request, practice_slug, lease_id):
    """Throw away what was typed in a call that is over."""
    drafts.discard(lease=lease_of(request, lease_id))
    return redirect("campaigns:call", practice_slug=practice_slug)


@member_required
@require_POST
def moment(request, practice_slug):
    """How a callback is understood while it is typed, and which moment would be promised."""
    patient_id = request.POST.get("patient_id", "")
    patient = get_object_or_404(request.practice.patients, pk=int(patient_id) if ID.fullmatch(patient_id) else 0)
    form = MomentForm(request.POST, patient=patient, practice=request.practice, now=clock.now())
    context = {"form": form, "is_valid": form.is_valid(), "zone": form.fields["callback_when"].zone}
    return render(request, "campaigns/desk/moment.html", context)


def _number(wanted, lease):
    """One of the patient's numbers, by its id as posted."""
    found = next((number for number in numbers_shown(lease) if str(number.pk) == wanted), None)
    if found is None:
        raise Http404
    return found
