"""Possible doubles, for those who lead: the list, the pair side by side, and what they decide."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.access import supervisor_required
from patients import doubles as pairs
from patients.models import PossibleDouble

from .. import merging
from ..forms.doubles import KeepForm, SuspectForm
from ..pair_file import evidence_of, last_merge, moved_by, pair_file

ROWS = 50
MERGES_SHOWN = 20


@require_safe
@supervisor_required
def doubles(request, practice_slug):
    """Pairs to be decided, the most alike first, and the latest merges."""
    waiting = _pairs(request).filter(status=PossibleDouble.Status.OPEN).order_by("-score", "pk")
    page = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    merges = request.practice.merges.select_related("kept", "absorbed", "merged_by__user", "undone_by__user")
    context = {
        "page": page,
        "rows": [(pair, evidence_of(pair)) for pair in page.object_list],
        "merges": merges.order_by("-merged_at", "-pk")[:MERGES_SHOWN],
    }
    return render(request, "campaigns/doubles/list.html", context)


@require_safe
@supervisor_required
def double(request, practice_slug, pair_id):
    """Both records side by side; once they are merged, what was moved and the way back."""
    return _page(request, get_object_or_404(_pairs(request), pk=pair_id))


@require_POST
@supervisor_required
def merge(request, practice_slug, pair_id):
    """Same person. Who presses a second time, or after somebody else, is told so and nothing more happens."""
    pair, now, by = get_object_or_404(_pairs(request), pk=pair_id), clock.now(), request.membership
    form = KeepForm(request.POST, pair=pair)
    if not form.is_valid():
        return _page(request, pair, form=form, status=422)
    keep = form.cleaned_data["keep"]
    try:
        made = merging.merge(keep=keep, absorb=pair.newer if keep == pair.older else pair.older, by=by, now=now)
    except merging.MergeRefused as refused:
        messages.warning(request, str(refused))
    else:
        if made.merged_at == now:
            messages.success(request, "Merged: the two records are one now.")
        else:
            messages.info(request, "These records were merged before. Nothing more was done.")
    return redirect("campaigns:double", practice_slug=practice_slug, pair_id=pair_id)


@require_POST
@supervisor_required
def part(request, practice_slug, pair_id):
    """Different people, for good: the pair does not come back to the list."""
    pair = get_object_or_404(_pairs(request), pk=pair_id)
    if pairs.part(pair=pair, by=request.membership, now=clock.now()):
        messages.success(request, "Noted: they are different people. The pair will not be asked about again.")
        return redirect("campaigns:doubles", practice_slug=practice_slug)
    messages.info(request, "This pair was decided before. Nothing was changed.")
    return redirect("campaigns:double", practice_slug=practice_slug, pair_id=pair_id)


@require_POST
@supervisor_required
def undo(request, practice_slug, merge_id):
    """Part two merged records again."""
    made = get_object_or_404(request.practice.merges, pk=merge_id)
    was_undone = made.undone_at is not None
    try:
        merging.undo(merge=made, by=request.membership, now=clock.now())
    except merging.MergeRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(
            request, "This merge was undone before." if was_undone else "The merge is undone: they are two records again."
        )
    return redirect("campaigns:doubles", practice_slug=practice_slug)


@require_POST
@supervisor_required
def suspect(request, practice_slug, patient_id):
    """Put a patient and another record, named by its chart number, side by side."""
    patient = get_object_or_404(request.practice.patients, pk=patient_id).standing
    form = SuspectForm(request.POST, patient=patient)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["mrn"]))
        return redirect("campaigns:patient", practice_slug=practice_slug, patient_id=patient.pk)
    pair = pairs.add(patient=patient, other=form.other, source=PossibleDouble.Source.PERSON, now=clock.now())
    return redirect("campaigns:double", practice_slug=practice_slug, pair_id=pair.pk)


def _pairs(request):
    return request.practice.possibledoubles.select_related("older", "newer", "decided_by__user")


def _page(request, pair, *, form=None, status=200):
    made = last_merge(pair=pair)
    if made is not None:
        context = {"pair": pair, "merge": made, "moved": moved_by(made)}
        return render(request, "campaigns/doubles/merged.html", context, status=status)
    if pair.older.merged_into_id or pair.newer.merged_into_id:
        messages.info(request, "One of these records was merged with a third one.")
        return redirect("campaigns:doubles", practice_slug=request.practice.slug)
    file = pair_file(pair=pair)
    form = form or KeepForm(pair=pair, initial={"keep": file.keep})
    context = {"pair": pair, "file": file, "form": form, "chosen": str(form["keep"].value())}
    return render(request, "campaigns/doubles/pair.html", context, status=status)
