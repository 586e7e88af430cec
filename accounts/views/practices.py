"""The way in: to one's own practice, or to a choice between several."""

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .. import landing, people, tenancy
from ..access import member_required
from ..models import Membership


def _memberships(user):
    return list(user.memberships.active().select_related("practice", "user").order_by("practice__name"))


@require_safe
@login_required
def home(request):
    """Send a person where their work is."""
    memberships = _memberships(request.user)
    return redirect(landing.url_of(memberships[0]) if len(memberships) == 1 else "practices")


@require_safe
@login_required
def practices(request):
    """The practices a person works for."""
    places = [(membership, landing.url_of(membership)) for membership in _memberships(request.user)]
    return render(request, "accounts/practices.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def join(request, key):
    """Take up an invitation. The link came by mail or by hand, so it shows that the address is the person's own."""
    try:
        membership = people.invitation(key=key, user=request.user)
    except (signing.BadSignature, Membership.DoesNotExist):
        raise Http404 from None
    if request.method == "POST":
        with tenancy.practice(membership.practice_id):
            people.join(membership=membership)
        return redirect(landing.url_of(membership))
    return render(request, "accounts/join.html", {"invited_to": membership})


@require_safe
@member_required
def practice(request, practice_slug):
    """The bare address of a practice leads to the first page of the person's day there."""
    return redirect(landing.url_of(request.membership))


def no_self_service(request):
    """Stands before allauth's page on which people add addresses: an address is the admin's to change."""
    raise Http404
