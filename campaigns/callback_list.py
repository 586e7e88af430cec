"""What the page of callbacks shows: which of them, and what became of those promised before."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from .models import Callback

STATES = {"overdue": "Overdue", "today": "Today", "later": "After today"}
# The figures on top count so many days, today the last of them.
DAYS_COUNTED = 7
DAYS_WORDS = f"for the last {DAYS_COUNTED} days"

Status = Callback.Status


@dataclass(frozen=True)
class Tally:
    """Callbacks promised for moments of a period, by what became of them. The parts add up to `promised`.

    `overdue` and `waiting` are still promised: past their hour, and within it or not due yet.
    """

    promised: int
    kept: int
    missed: int
    called_off: int
    overdue: int
    waiting: int

    @property
    def settled(self):
        """Those that were kept or missed: the base of the share that was kept."""
        return self.kept + self.missed

    @property
    def due(self):
        """Those that were not called off."""
        return self.promised - self.called_off

    @property
    def due_words(self):
        return f"of {self.due} due" if self.due else "none due"

    @property
    def overdue_words(self):
        """As in “1 overdue”; empty if none is."""
        return f"{self.overdue} overdue" if self.overdue else ""

    @property
    def settled_words(self):
        return f"of {self.settled} settled"

    @property
    def promised_words(self):
        return f"of {self.promised} promised"


def tally(*, practice, since, until, now, owner=None):
    """Count the promises for moments from `since` up to before `until`; with `owner` only theirs."""
    promised = Callback.objects.filter(practice=practice, due_at__gte=since, due_at__lt=until)
    if owner is not None:
        promised = promised.filter(owner=owner)
    pending = Q(status=Status.PENDING)
    return Tally(
        **promised.aggregate(
            promised=Count("pk"),
            kept=Count("pk", filter=Q(status=Status.KEPT)),
            missed=Count("pk", filter=Q(status=Status.MISSED)),
            called_off=Count("pk", filter=Q(status=Status.CANCELLED)),
            overdue=Count("pk", filter=pending & Q(window_ends_at__lt=now)),
            waiting=Count("pk", filter=pending & Q(window_ends_at__gte=now)),
        )
    )


def in_state(state, *, practice, now):
    """The condition for one of STATES: past its hour, else due by the end of the practice's day, else later."""
    tomorrow = practice.midnight(practice.business_date(now) + timedelta(days=1))
    return {
        "overdue": Q(window_ends_at__lt=now),
        "today": Q(window_ends_at__gte=now, due_at__lt=tomorrow),
        "later": Q(window_ends_at__gte=now, due_at__gte=tomorrow),
    }[state]
