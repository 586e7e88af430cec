"""What those who lead do from the floor. Each is one call into campaigns, told in words, and safe to send twice."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.access import supervisor_required
from campaigns import agent_campaigns, desk_messages, moving_work, next_call
from campaigns.models import Lease, WorkMove

from ..floor_words import gave_back, moved_words
from ..forms.floor import CampaignsForm, MessageForm, MoveForm
from .floor import agent_page, member_of


@require_POST
@supervisor_required
def floor_message(request, practice_slug, membership_id):
    """Send a message to an agent's desk."""
    member, form = member_of(request, membership_id), MessageForm(request.POST)
    if not form.is_valid():
        return agent_page(request, member, message_form=form, status=422)
    desk_messages.send(agent=member, by=request.membership, now=clock.now(), **form.cleaned_data)
    messages.success(request, f"Sent to {member.name}. The floor says when it was read.")
    return redirect("reports:floor", practice_slug=practice_slug)


@require_POST
@supervisor_required
def floor_release(request, practice_slug, lease_id):
    """Take the patient of one hold out of an agent's hands, without looking at who it is."""
    get_object_or_404(request.practice.leases.values("pk"), pk=lease_id)
    if next_call.hand_back(lease=Lease(pk=lease_id)):
        messages.success(request, "Released: anybody may open this patient now. The agent’s page says so.")
    else:
        messages.info(request, "The agent had handed this patient back before. Nothing was changed.")
    return redirect("reports:floor", practice_slug=practice_slug)


@require_POST
@supervisor_required
def floor_campaigns(request, practice_slug, membership_id):
    """Name an agent in campaigns, or take the name out."""
    member = member_of(request, membership_id)
    form = CampaignsForm(request.POST, agent=member)
    if form.is_valid():
        try:
            added, gone = agent_campaigns.change(agent=member, campaigns=form.cleaned_data["campaigns"], by=request.membership)
        except agent_campaigns.ChangeRefused as refused:
            form.add_error("campaigns", str(refused))
    if form.errors:
        return agent_page(request, member, campaigns_form=form, status=422)
    said = [f"works {', '.join(added)} from now on"] * bool(added) + [f"no longer works {', '.join(gone)}"] * bool(gone)
    messages.success(request, f"{member.name} {' and '.join(said)}." if said else "Nothing was changed.")
    return redirect("reports:floor", practice_slug=practice_slug)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def floor_move(request, practice_slug):
    """Move work between agents, and undo what was moved today."""
    initial = {"from_agent": request.GET.get("from", ""), "to": request.GET.get("to", "")}
    form = MoveForm(request.POST or None, initial=initial, practice=request.practice)
    if request.method == "POST" and form.is_valid():
        try:
            moved = moving_work.move(by=request.membership, now=clock.now(), **form.move)
        except moving_work.MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            undo = reverse("reports:floor_move", kwargs={"practice_slug": practice_slug})
            told = format_html('{} <a href="{}#moves">Moves of today, with undo</a>', moved_words(moved), undo)
            (messages.success if moved.enrollment_ids or moved.callback_ids else messages.warning)(request, told)
            return redirect("reports:floor", practice_slug=practice_slug)
    context = {"form": form, "moves": _moves_today(request)}
    return render(request, "reports/floor/move.html", context, status=422 if form.errors else 200)


@require_POST
@supervisor_required
def floor_move_undo(request, practice_slug, move_id):
    """Put back what a move of today took, as far as nobody has worked on it since."""
    moved = get_object_or_404(_moves(request), pk=move_id)
    try:
        back = moving_work.undo(moved=moved, by=request.membership, now=clock.now())
    except moving_work.MoveRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, gave_back(moved, *back))
    return redirect("reports:floor", practice_slug=practice_slug)


def _moves(request):
    related = ("from_agent__user", "to_agent__user", "campaign", "moved_by__user")
    return WorkMove.objects.filter(practice=request.practice).select_related(*related)


def _moves_today(request):
    today = request.practice.midnight(request.practice.business_date(clock.now()))
    moves = list(_moves(request).filter(moved_at__gte=today).order_by("-moved_at", "-pk")[:50])
    for moved in moves:
        moved.words = moved_words(moved)
    return moves
