"""What a practice is called, where it is, when its nights are, and how long copies of files are kept."""

import pghistory
from django.db import transaction

from accounts.models import Practice

from . import call_totals

COLUMNS = (
    "name",
    "specialty",
    "phone",
    "time_zone",
    "build_at",
    "unconfirmed_days",
    "rejected_rows_days",
    "waiting_rows_days",
)  # fmt: skip


class ZoneNotAgreed(Exception):
    """The time zone would change, and nobody has said yes to what follows from that; nothing was saved."""


def save(*, practice, values, zone_agreed, by):
    """Store `values`, which holds COLUMNS. Returns the names of those that changed; said again it changes nothing.

    `zone_agreed` is the time zone that the person has said yes to. Raises ZoneNotAgreed where another one would be stored.
    """
    with transaction.atomic(), pghistory.context(user=by.user_id):
        stored = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        changed = [name for name in COLUMNS if getattr(stored, name) != values[name]]
        if "time_zone" in changed and values["time_zone"] != zone_agreed:
            raise ZoneNotAgreed
        for name in changed:
            setattr(stored, name, values[name])
        if changed:
            stored.save(update_fields=changed)
        if "time_zone" in changed:
            call_totals.rebuild(practice=stored)
    return changed
