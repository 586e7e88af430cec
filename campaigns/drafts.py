"""What is typed on a call page and not saved yet: kept on the server, so that no crash, reload or second machine loses it."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from .models import CallAttempt, CallDraft, Lease
from .moments import Unreadable, read, written

# A draft is text on its way, longer than an outcome may be: what is too long is said when it is saved.
LONGEST_FIELD = 10_000
MOST_FIELDS = 30
KEPT = timedelta(days=7)


class Overtaken(Exception):
    """Another page of the same agent has written since this one read. `draft` is what it wrote."""

    def __init__(self, draft):
        super().__init__("another page wrote since")
        self.draft = draft


def of_lease(lease):
    """The draft for a hold, which may have been typed under an earlier one of the same agent; or None."""
    return CallDraft.objects.filter(agent=lease.agent_id, enrollment=lease.enrollment_id).first()


def as_meant(draft, *, zone):
    """Its fields, with “in two hours” as the moment that was two hours ahead when it was typed. `zone` is the patient's."""
    fields = dict(draft.fields)
    with suppress(Unreadable):  # what is no moment is shown as it was typed
        fields["callback_when"] = written(read(fields.get("callback_when", ""), now=draft.saved_at.astimezone(zone)))
    return fields


def unsaved(*, agent):
    """Drafts of calls that the agent no longer holds: an outcome that is still to be saved or to be discarded."""
    drafts = CallDraft.objects.filter(agent=agent).exclude(lease__closed_at__isnull=True)
    return drafts.select_related("lease__patient").order_by("-saved_at")


def keep(*, lease, fields, based_on, now):
    """Keep what is typed; returns the version kept, or None once the outcome is saved.

    `based_on` is the version the page last read or wrote, 0 for none; a field `page` names the page. Raises Overtaken, and
    keeps what is there, where another page has written since.
    """
    fields = {_clean(name)[:40]: _clean(value)[:LONGEST_FIELD] for name, value in list(fields.items())[:MOST_FIELDS]}
    with transaction.atomic():
        # One after the other with the saving of the outcome, so that none is left over after it.
        held = Lease.objects.select_for_update(no_key=True).get(pk=lease.pk)
        if CallAttempt.objects.filter(key=held.key).exists():
            return None
        typed = {"lease": held, "fields": fields, "saved_at": now}
        # Two holds of one agent may write the first one at the same instant.
        draft, is_new = CallDraft.objects.select_for_update(no_key=True).get_or_create(
            agent_id=held.agent_id, enrollment_id=held.enrollment_id, defaults=typed
        )
        if is_new:
            return draft.version
        if draft.version != based_on and draft.fields.get("page") != fields.get("page"):
            raise Overtaken(draft)
        draft.lease, draft.fields, draft.saved_at, draft.version = held, fields, now, draft.version + 1
        draft.save()
        return draft.version


def _clean(text):
    """Text as PostgreSQL takes it."""
    return str(text).replace("\0", "")


def replace(*, lease, fields, now):
    """Let this be what is typed, whatever was there: what was entered before an outcome was taken back."""
    values = {"lease": lease, "fields": fields, "saved_at": now}
    CallDraft.objects.update_or_create(
        agent_id=lease.agent_id,
        enrollment_id=lease.enrollment_id,
        defaults={**values, "version": F("version") + 1},
        create_defaults=values,
    )


def forget(*, now):
    """Drop what nobody has come back to for days: it is a note about a patient, and no record of a call."""
    CallDraft.objects.filter(saved_at__lt=now - KEPT).delete()


def discard(*, lease):
    """Forget what was typed."""
    CallDraft.objects.filter(agent=lease.agent_id, enrollment=lease.enrollment_id).delete()
