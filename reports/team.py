"""The practices a person leads, in totals side by side. Each is read behind its own wall, one after the other."""

from dataclasses import dataclass

from accounts import tenancy
from accounts.models import Membership

from . import summary
from .calls import Tally

SUMMED = ["dials", "reached", "right_party", "booked", "booked_by_dial", "converted"]
COUNTED = ["at_work", "on_shift", "overdue", "open_work"]


@dataclass(frozen=True)
class Team:
    """`rows` are (summary.Standing, Tally) of each practice, by name; the rest sums them up."""

    rows: list

    @property
    def totals(self):
        return Tally(**{name: sum(getattr(tally, name) for _place, tally in self.rows) for name in SUMMED})

    @property
    def sums(self):
        """The sums of the counts of Standing, by name; `left` is None where no lists were built today."""
        places = [place for place, _tally in self.rows]
        left = [place.left for place in places if place.left is not None]
        return {
            **{name: sum(getattr(place, name) for place in places) for name in COUNTED},
            "left": sum(left) if left else None,
            "alerts": sum(len(place.alerts) for place in places),
        }


def practices_led(*, user):
    """The practices in which the person is supervisor or admin today, by name."""
    led = user.memberships.active().filter(role__in=[Membership.Role.SUPERVISOR, Membership.Role.ADMIN])
    return [membership.practice for membership in led.select_related("practice").order_by("practice__name")]


def team(*, user, days, now):
    """The Team of a person for the last `days` dates, each by its practice's calendar.

    One transaction serves one practice, so it must be called outside of any (`transaction.non_atomic_requests`).
    """
    rows = []
    for practice in practices_led(user=user):
        with tenancy.practice(practice.pk):
            place = summary.standing(practice=practice, now=now)
            rows.append((place, summary.so_far(practice=practice, days=days, now=now)))
    return Team(rows)
