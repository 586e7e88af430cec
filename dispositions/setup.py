"""Setting up the dispositions of a practice: saving one, and their order on the screen."""

import pghistory
from django.db import transaction

from .contradictions import contradictions


class Refused(Exception):
    """The disposition contradicts itself or another one; nothing was saved. `errors` maps a field to a sentence."""

    def __init__(self, errors):
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


def save(*, disposition, by):
    """Create a disposition, as the last on the screen, or change it. Raises Refused.

    It holds for outcomes saved from now on. The key of one that is no longer active goes to who asks for it.
    """
    practice = disposition.practice
    with transaction.atomic(), pghistory.context(user=by.user_id):
        others = [other for other in _locked(practice) if other.pk != disposition.pk]
        errors = contradictions(disposition, others=others, daily_call_cap=practice.daily_call_cap)
        if errors:
            raise Refused(errors)
        if disposition.pk is None:
            disposition.position = max((other.position for other in others), default=0) + 1
        if disposition.hotkey:
            practice.dispositions.filter(is_active=False, hotkey__iexact=disposition.hotkey).exclude(pk=disposition.pk).update(
                hotkey=""
            )
        disposition.save()


def place(*, disposition, position, by):
    """Put a disposition on the place `position` (from 1) of the screen; the others keep their order around it."""
    with transaction.atomic(), pghistory.context(user=by.user_id):
        order = _locked(disposition.practice)
        moved = next(one for one in order if one.pk == disposition.pk)
        order.remove(moved)
        order.insert(max(position, 1) - 1, moved)
        for number, one in enumerate(order, start=1):
            if one.position != number:
                one.position = number
                one.save(update_fields=["position"])


def _locked(practice):
    """All dispositions of the practice in the order of the screen, kept from other changes until the transaction ends."""
    list(practice.dispositions.select_for_update().order_by("pk").values_list("pk"))
    # Read anew: what was made while this waited for the locks is not among the locked ones.
    return list(practice.dispositions.order_by("position", "pk"))
