"""A new practice: its row, the default dispositions and a first admin. Platform staff do this; it reads no patient."""

from django.db import transaction

from accounts import tenancy
from accounts.models import Membership, Practice
from accounts.people import invite
from dispositions.defaults import create_defaults


def create_practice(*, slug, name, time_zone, admin_email, admin_name, **fields):
    """Create a practice with what it needs to begin. Returns (practice, membership of the first admin).

    `fields` are further columns of Practice. The admin has no password yet; somebody who works elsewhere has still to join.
    Raises ValidationError when the slug is taken or a value is not allowed.
    """
    practice = Practice(slug=slug, name=name, time_zone=time_zone, **fields)
    practice.full_clean()
    with transaction.atomic():
        practice.save()
        with tenancy.practice(practice.pk):
            create_defaults(practice=practice)
            admin = invite(practice=practice, email=admin_email, full_name=admin_name, role=Membership.Role.ADMIN)
    return practice, admin
