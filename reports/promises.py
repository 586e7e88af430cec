"""Callbacks: what was promised in the period, and what became of promises."""

from dataclasses import dataclass

from django.db.models import Count, Q

from campaigns.figures import share
from campaigns.models import Callback

Status = Callback.Status


@dataclass(frozen=True)
class Promises:
    """`made` in the period; `kept`, `missed` and `called_off` settled in it, whenever made.

    Of those that are pending now: `due` within their hour, `overdue` past it, `coming` later.
    """

    made: int
    kept: int
    missed: int
    called_off: int
    due: int
    overdue: int
    coming: int

    @property
    def settled(self):
        """Those that could be kept or missed: the base of `kept_rate`."""
        return self.kept + self.missed

    @property
    def kept_rate(self):
        """Promises kept of those kept or missed, in percent."""
        return share(self.kept, self.settled)


def promises(*, filters):
    """The Promises of the period and of this minute."""
    period, now, pending = filters.period, filters.now, Q(status=Status.PENDING)
    settled = Q(settled_at__gte=period.starts_at, settled_at__lte=period.ends_at)
    rows = Callback.objects.filter(practice=filters.practice)
    rows = filters.choose(rows, campaign="enrollment__campaign", agent="owner", location="enrollment__location")
    return Promises(
        **rows.aggregate(
            made=Count("pk", filter=Q(created_at__gte=period.starts_at, created_at__lte=period.ends_at)),
            kept=Count("pk", filter=settled & Q(status=Status.KEPT)),
            missed=Count("pk", filter=settled & Q(status=Status.MISSED)),
            called_off=Count("pk", filter=settled & Q(status=Status.CANCELLED)),
            due=Count("pk", filter=pending & Q(due_at__lte=now, window_ends_at__gte=now)),
            overdue=Count("pk", filter=pending & Q(window_ends_at__lt=now)),
            coming=Count("pk", filter=pending & Q(due_at__gt=now)),
        )
    )
