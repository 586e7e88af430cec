"""Numbers, preferred times and holds on the patient's page, and the list of those who need a number; for those who lead."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required
from accounts.planner import without_loops
from campaigns import next_call, number_repair, numbers, preferred_times
from campaigns.forms.numbers import AddNumberForm, MoveForm, NumberForm, WishForm
from patients import wishes

from .patient import patient_page

ROWS = 25
NEVER_OPEN = "Saved, but calls are now never possible: these times lie outside of the calling hours. Please choose wider ones."


@require_POST
@supervisor_required
def add(request, practice_slug, patient_id):
    """A new number, behind those the patient has."""
    patient = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = AddNumberForm(request.POST, auto_id="id_new_%s")
    if not _add(request, patient, form):
        return patient_page(request, patient, status=422, number_form=form)
    return _to_patient(request, patient)


@require_POST
@supervisor_required
def change(request, practice_slug, phone_id):
    """Kind, extension, state and voicemail of one number."""
    number = get_object_or_404(_numbers(request), pk=phone_id)
    form = NumberForm(request.POST, number=number)
    if form.is_valid():
        try:
            _tell(request, numbers.change(number=number, now=clock.now(), **form.cleaned_data))
        except numbers.NumberRefused as refused:
            form.add_error("state", str(refused))
    if form.errors:
        return patient_page(request, number.patient, status=422, changed=(number.pk, form))
    return _to_patient(request, number.patient)


@require_POST
@supervisor_required
def move(request, practice_slug, phone_id):
    """Try a number earlier or later."""
    number, form = get_object_or_404(_numbers(request), pk=phone_id), MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a place from 1 on.")
    elif numbers.move(number=number, **form.cleaned_data):
        messages.success(request, "The order of the numbers is changed.")
    return _to_patient(request, number.patient)


@require_POST
@supervisor_required
def wish(request, practice_slug, patient_id):
    """The days and hours a person asked to be called in, or none."""
    patient = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = WishForm(request.POST)
    if not form.is_valid():
        return patient_page(request, patient, status=422, wish_form=form)
    if not preferred_times.keep(patient=patient, wish_key=form.key):
        messages.info(request, "These are the times noted before. Nothing was changed.")
    elif preferred_times.ever_open(patient=patient, practice=request.practice, now=clock.now()):
        kept = wishes.parse(form.key)
        messages.success(request, f"Noted: calls only {kept}, in the patient’s time." if kept else "Noted: no preferred times.")
    else:
        messages.warning(request, NEVER_OPEN)
    return _to_patient(request, patient)


@require_POST
@supervisor_required
def release(request, practice_slug, lease_id):
    """Take a patient out of an agent's hands. A second click, or one after the call has ended, changes nothing."""
    lease = get_object_or_404(request.practice.leases.select_related("patient__merged_into"), pk=lease_id)
    if next_call.hand_back(lease=lease):
        messages.success(request, "Released: anybody may open this patient now. The agent is told.")
    else:
        messages.info(request, "The agent had handed this patient back before. Nothing was changed.")
    return _to_patient(request, lease.patient.standing)


@require_safe
@supervisor_required
def repair(request, practice_slug):
    """Patients whom the campaigns would call if there were a number."""
    return _repair_page(request)


@require_POST
@supervisor_required
def repair_add(request, practice_slug, patient_id):
    """A number for a patient of the list, without leaving it."""
    patient = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = AddNumberForm(request.POST, auto_id=f"id_{patient.pk}_%s")
    if not _add(request, patient, form):
        return _repair_page(request, status=422, refused=(patient.pk, form))
    return redirect(f"{_list_url(practice_slug)}?{request.GET.urlencode()}".rstrip("?"))


def _numbers(request):
    """Numbers of records that stand for a person; one left with a merged record is no longer anybody's."""
    return request.practice.phonenumbers.filter(patient__merged_into__isnull=True).select_related("patient")


def _add(request, patient, form):
    """Save the form's number and say what follows. Returns False with the reason on the form."""
    if form.is_valid():
        try:
            _tell(request, numbers.add(patient=patient, now=clock.now(), **form.values))
        except numbers.NumberRefused as refused:
            form.add_error("number", str(refused))
    return not form.errors


def _tell(request, saved):
    if saved.reopened:
        places = "1 campaign" if saved.reopened == 1 else f"{saved.reopened} campaigns"
        messages.success(request, f"Saved. Back in {places}: on a call list from the next build on.")
    elif saved.is_callable or saved.number.state not in saved.number.USABLE:
        messages.success(request, "Saved.")
    else:
        messages.warning(request, "Saved, but nobody is called on this number: its owner asked us not to.")


def _to_patient(request, patient):
    return redirect("campaigns:patient", practice_slug=request.practice.slug, patient_id=patient.pk)


def _list_url(practice_slug):
    return reverse("campaigns:number_repair", kwargs={"practice_slug": practice_slug})


def _repair_page(request, *, status=200, refused=(None, None)):
    """The list, or its part for one campaign. `refused` is (patient id, form) of a number that could not be saved."""
    practice, now, chosen = request.practice, clock.now(), request.GET.get("campaign", "")
    campaign = get_object_or_404(practice.campaigns, pk=chosen) if chosen.isdecimal() and len(chosen) < 20 else None
    with without_loops():
        waiting = number_repair.waiting(practice=practice, now=now, campaign=campaign)
        page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
        rows = number_repair.with_reasons(page.object_list, practice=practice, now=now)
        choices = number_repair.choices(practice=practice, now=now)
        base = number_repair.base(practice=practice, now=now, campaign=campaign)
    for patient in rows:
        patient.form = refused[1] if refused[0] == patient.pk else AddNumberForm(auto_id=f"id_{patient.pk}_%s")
    context = {"page": page, "rows": rows, "campaign": campaign, "choices": choices, "base": base, "form": refused[1]}
    return render(request, "campaigns/numbers/repair.html", context, status=status)
