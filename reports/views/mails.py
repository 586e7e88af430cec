"""Summaries by e-mail: each who leads chooses for themselves, sees what comes, and asks for one now; admins see who gets them."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock, report_mails
from accounts.access import supervisor_required
from accounts.models import ReportChoice, ReportMail

from .. import tasks
from ..mailing import compose

Kind = ReportMail.Kind


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def mails(request, practice_slug):
    """The choice, a preview, and what became of the mails so far."""
    member, practice, now = request.membership, request.practice, clock.now()
    if request.method == "POST":
        report_mails.choose(member=member, daily="daily" in request.POST, weekly="weekly" in request.POST)
        messages.success(request, "Your choice is saved.")
        return redirect("reports:mails", practice_slug=practice_slug)
    kind = Kind.WEEKLY if request.GET.get("preview") == "weekly" else Kind.DAILY
    context = {
        "choice": ReportChoice.objects.of(member),
        "kind": kind,
        "kinds": Kind,
        "preview": compose(practice=practice, kind=kind, on=practice.business_date(now), now=now),
        "latest": report_mails.latest(member=member),
        "recipients": report_mails.recipients(practice=practice) if member.is_admin else None,
        "send_from": report_mails.SEND_FROM,
    }
    return render(request, "reports/mails.html", context)


@require_POST
@supervisor_required
def mail_now(request, practice_slug):
    """Make a mail to oneself that goes out at once."""
    kind = request.POST.get("kind")
    try:
        if kind not in Kind.values:
            messages.error(request, "Choose the daily or the weekly summary.")
        else:
            report_mails.ask(member=request.membership, kind=kind, now=clock.now())
            transaction.on_commit(lambda: tasks.send_mails.ring(request.practice.pk), robust=True)
            messages.success(request, f"It goes to {request.user.email} within a minute; what became of it stands below.")
    except report_mails.AskRefused as refused:
        messages.warning(request, str(refused))
    return redirect("reports:mails", practice_slug=practice_slug)
