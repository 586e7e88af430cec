"""The first page of a person's day. Accounts stand below the apps with pages, so an app above may name another one here."""

from django.urls import reverse

from . import tenancy
from .models import Membership

Role = Membership.Role
PAGES = {
    Role.AGENT: "campaigns:desk",
    Role.SUPERVISOR: "reports:floor",
    Role.ADMIN: "reports:dashboard",
}

_choosers = []


def when_arriving(choose):
    """Register who may name another first page: `choose(membership=membership)` returns a URL name or None.

    It runs inside the practice of the membership.
    """
    _choosers.append(choose)


def url_of(membership):
    """The address of the first page of a person's day in that practice."""
    with tenancy.practice(membership.practice_id):
        chosen = [page for choose in _choosers if (page := choose(membership=membership))]
    page = chosen[0] if chosen else PAGES[membership.role]
    return reverse(page, kwargs={"practice_slug": membership.practice.slug})
