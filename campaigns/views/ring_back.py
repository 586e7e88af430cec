"""A patient rings back: the search, the second lane, and the wish of somebody whom no campaign knows."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.access import member_required
from campaigns import agent_state, opt_out, ring_back
from campaigns.forms.opt_out import SaidForm
from patients.models import OptOut

LONGEST = 200  # letters


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request, practice_slug):
    """Who may have rung. What was typed is posted, for it must not stand in an address; a script asks for the list alone."""
    text = request.POST.get("q", "")[:LONGEST].replace("\0", "")
    found = ring_back.find(text=text, practice=request.practice, now=clock.now()) if request.method == "POST" else None
    context = {"found": found, "typed": text}
    page = "campaigns/desk/found.html" if request.htmx else "campaigns/desk/search.html"
    return render(request, page, context)


@member_required
@require_POST
def open_lane(request, practice_slug, patient_id):
    """Open the patient in the second lane, or say why not and take down a wish all the same."""
    patient = get_object_or_404(request.practice.patients.select_related("merged_into"), pk=patient_id).standing
    now = clock.now()
    try:
        lease = ring_back.open_lane(patient=patient, agent=request.membership, now=now)
    except ring_back.LaneTaken as taken:
        messages.warning(request, "This ring-back is still open: save its outcome or close it first.")
        lease = taken.lease
    except ring_back.NotOpened as refused:
        return _not_opened(request, patient, held=getattr(refused, "lease", None))
    agent_state.follow(agent=request.membership, now=now)
    return redirect("campaigns:one_call", practice_slug=practice_slug, lease_id=lease.pk)


@member_required
@require_POST
def do_not_call(request, practice_slug, patient_id):
    """A wish not to be called, from somebody who could not be opened: it must not be lost."""
    patient = get_object_or_404(request.practice.patients.select_related("merged_into"), pk=patient_id).standing
    form = SaidForm(request.POST)
    if not form.is_valid():
        return _not_opened(request, patient, form=form, status=422)
    words, now = form.cleaned_data["words"], clock.now()
    opt_out.tell(patient=patient, by=request.membership, now=now, channel=OptOut.Channel.CALL, words=words)
    messages.success(request, "Noted: nobody calls this person from this second on.")
    return redirect("campaigns:call", practice_slug=practice_slug)


def _not_opened(request, patient, *, held=None, form=None, status=200):
    context = {"patient": patient, "held": held, "form": form or SaidForm()}
    return render(request, "campaigns/desk/not_opened.html", context, status=status)
