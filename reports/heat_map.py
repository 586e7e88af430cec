"""When patients answer: the answer rate by hour and weekday, on the patients' own clocks."""

from dataclasses import dataclass
from math import sqrt

from django.db.models import Count, F, Q

from campaigns.figures import share

from .calls import FEWEST
from .tallies import calls_of

# Two-sided 95 %.
Z = 1.959964


@dataclass(frozen=True)
class HeatCell:
    """Dials that ended within one hour of one weekday (0 is Monday), and how many a person answered.

    `low` and `high` bound the answer rate in percent with 95 % confidence (Wilson's score interval); None without dials.
    """

    weekday: int
    hour: int
    dials: int
    reached: int
    low: float | None
    high: float | None

    @property
    def rate(self):
        """Dials that a person answered, in percent."""
        return share(self.reached, self.dials)

    @property
    def is_sure(self):
        """Whether there are enough dials to go by: 30."""
        return self.dials >= FEWEST


@dataclass(frozen=True)
class HeatMap:
    """Seven rows, Monday first, of a cell for each of `hours`: from the first to the last in which anybody was dialed.

    `placed` dials are in the cells; `unplaced` are those to patients whose clocks are not known for sure.
    """

    hours: list
    rows: list
    placed: int
    unplaced: int


def heat_map(*, filters):
    """The HeatMap of all dials of the period."""
    counts = {"dials": Count("*"), "reached": Count("practice", filter=Q(is_reached=True))}
    found = {row.pop("at"): row for row in calls_of(filters).dials().values(at=F("patient_hour")).annotate(**counts)}
    unplaced = found.pop(None, {"dials": 0})["dials"]
    of_day = {at % 24 for at in found}
    hours = list(range(min(of_day), max(of_day) + 1)) if of_day else []
    nothing = {"dials": 0, "reached": 0}
    rows = [[_cell(day, hour, **found.get(24 * day + hour, nothing)) for hour in hours] for day in range(7)]
    return HeatMap(hours, rows, sum(row["dials"] for row in found.values()), unplaced)


def _cell(weekday, hour, dials, reached):
    return HeatCell(weekday, hour, dials, reached, *wilson(reached, dials))


def wilson(part, whole):
    """(low, high) of a share in percent, to one decimal, with 95 % confidence; (None, None) of nothing.

    Wilson 1927, “Probable inference, the law of succession, and statistical inference”, J. Am. Stat. Assoc. 22: 209-212.
    """
    if not whole:
        return None, None
    rate, square = part / whole, Z * Z
    middle = rate + square / (2 * whole)
    reach = Z * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole))
    low, high = ((middle + sign * reach) / (1 + square / whole) for sign in (-1, 1))
    return round(100 * max(low, 0), 1), round(100 * min(high, 1), 1)
