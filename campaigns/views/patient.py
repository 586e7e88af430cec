"""The patient's page, for those who lead: everything known, and why the patient is (not) called."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required
from campaigns import numbers, taking_back
from campaigns import opt_out as opt_outs
from campaigns.forms.numbers import AddNumberForm, NumberForm, WishForm
from campaigns.forms.opt_out import OptOutForm
from campaigns.patient_file import patient_file
from campaigns.preferred_times import ever_open
from patients import wishes


@supervisor_required
@require_safe
def patient(request, practice_slug, patient_id):
    found = get_object_or_404(request.practice.patients.select_related("merged_into"), pk=patient_id)
    if found.merged_into:
        messages.info(request, "That record was merged into this one: it is the same person.")
        return redirect("campaigns:patient", practice_slug=practice_slug, patient_id=found.merged_into_id)
    return patient_page(request, found)


@supervisor_required
@require_POST
def opt_out(request, practice_slug, patient_id):
    found = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = OptOutForm(request.POST, numbers=found.phones.all())
    if not form.is_valid():
        return patient_page(request, found, status=422, form=form)
    _wish, is_new = opt_outs.tell(patient=found, by=request.membership, now=clock.now(), **form.cleaned_data)
    if is_new:
        messages.success(request, "Noted. It holds from this second.")
    else:
        messages.info(request, "This was noted before, and it holds. Nothing was changed.")
    return redirect("campaigns:patient", practice_slug=practice_slug, patient_id=found.pk)


def patient_page(request, found, *, status=200, changed=(None, None), **refused):
    """The page, with the forms that were refused. `changed` is (number id, form) of a number that could not be changed."""
    now, practice = clock.now(), request.practice
    file = patient_file(patient=found, practice=practice, now=now)
    taking_back.with_corrections(taking_back.with_outlook(file.attempts, by=request.membership, now=now))
    for number in numbers.with_sharers(file.numbers, patient=found):
        number.form = changed[1] if changed[0] == number.pk else NumberForm(number=number)
    wish = wishes.parse(found.wish_key)
    context = {
        "file": file,
        "patient": found,
        "form": OptOutForm(numbers=file.numbers),
        "number_form": AddNumberForm(auto_id="id_new_%s"),
        "wish": wish,
        "wish_form": WishForm(wish=wish),
        "is_never_open": wish is not None and not ever_open(patient=found, practice=practice, now=now),
        "now": now,
        "today": practice.business_date(now),
        **refused,
    }
    return render(request, "campaigns/desk/patient.html", context, status=status)
