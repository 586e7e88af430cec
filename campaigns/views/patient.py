"""The patient's page, for those who lead: everything known, and why the patient is (not) called."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required
from campaigns import opt_out as opt_outs
from campaigns.forms.opt_out import OptOutForm
from campaigns.patient_file import patient_file


@supervisor_required
@require_safe
def patient(request, practice_slug, patient_id):
    found = get_object_or_404(request.practice.patients.select_related("merged_into"), pk=patient_id)
    if found.merged_into:
        messages.info(request, "That record was merged into this one: it is the same person.")
        return redirect("campaigns:patient", practice_slug=practice_slug, patient_id=found.merged_into_id)
    return _page(request, found, form=OptOutForm(numbers=found.phones.all()))


@supervisor_required
@require_POST
def opt_out(request, practice_slug, patient_id):
    found = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = OptOutForm(request.POST, numbers=found.phones.all())
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    opt_outs.register(patient=found, by=request.membership, now=clock.now(), **form.cleaned_data)
    messages.success(request, "Noted. It holds from this second.")
    return redirect("campaigns:patient", practice_slug=practice_slug, patient_id=found.pk)


def _page(request, found, *, form, status=200):
    now = clock.now()
    file = patient_file(patient=found, practice=request.practice, now=now)
    context = {"file": file, "patient": found, "form": form, "now": now, "today": request.practice.business_date(now)}
    return render(request, "campaigns/desk/patient.html", context, status=status)
