"""What somebody whose access ended has left behind, and handing it on."""

from dataclasses import dataclass

from django.db.models import Count

from accounts.models import Membership

from . import callbacks
from .models import Callback, CallDraft


@dataclass
class LeftWork:
    """`callbacks` are promises still to be kept, `drafts` outcomes that were typed and never saved."""

    member: Membership
    callbacks: int
    drafts: int


def of_former(*, practice):
    """The LeftWork of everybody who left any, by name. Their list and who they held are free already (handover.py)."""
    promised = _count(Callback.objects.pending().filter(practice=practice, owner__is_active=False), "owner")
    typed = _count(CallDraft.objects.filter(practice=practice, agent__is_active=False), "agent")
    members = practice.memberships.select_related("user").filter(pk__in={*promised, *typed}) if promised or typed else []
    left = [LeftWork(member, callbacks=promised.get(member.pk, 0), drafts=typed.get(member.pk, 0)) for member in members]
    return sorted(left, key=lambda work: (work.member.name, work.member.pk))


def hand_on(*, member, by, now):
    """Give the promises of somebody whose access ended to colleagues who are on shift at their minute.

    Returns (handed over, left): where nobody is on shift the promise stays, and anybody may take it at its minute.
    """
    handed = callbacks.hand_over(practice=by.practice, now=now, owner=member)
    return len(handed), Callback.objects.pending().filter(owner=member).count()


def _count(rows, holder):
    return dict(rows.order_by().values_list(f"{holder}_id").annotate(Count("pk")))
