"""The calculator of the return on investment. For supervisors and admins; numbers only, no patients."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.access import supervisor_required

from .. import campaign_return, roi, roi_words
from ..forms.roi import RoiForm


@require_safe
@supervisor_required
def roi_page(request, practice_slug):
    """What calling brings and costs by the numbers in the address, or the practice's own; a part of it for the open page."""
    own = campaign_return.own_numbers(practice=request.practice, now=clock.now()) if "own" in request.GET else None
    form = RoiForm.asked(request.GET, measured=roi_words.measured(own) if own else None)
    context = {"form": form, "own": roi_words.own(own) if own else None, "today": request.practice.business_date(clock.now())}
    if form.is_valid():
        context |= _results(form.inputs)
    name = "results" if request.htmx.target == "roi-results" else "roi"
    return render(request, f"campaigns/roi/{name}.html", context, status=422 if form.errors else 200)


def _results(inputs):
    outlook = roi.outlook(inputs)
    return {
        "cards": roi_words.cards(inputs, outlook),
        "agents": outlook.agents,
        "agent_rows": roi_words.agent_rows(inputs, outlook),
        "list_rows": roi_words.list_rows(inputs, outlook),
        "sensitivity": roi_words.sensitivity(inputs),
        "sentence": roi_words.sentence(inputs),
    }
