"""Agents compared fairly: bookings against what anybody would have won with the same list.

Indirect standardization: each dial is expected to bring what dials of its campaign and attempt number brought in the whole
practice in the period. An agent who was dealt fourth attempts is not held against one who had fresh patients.
"""

from dataclasses import dataclass, replace
from math import sqrt

from django.db.models import Count, F, Q
from django.db.models.functions import Least

from .calls import LATER, calls_of

Z = 1.959964
# With fewer expected bookings the interval is so wide that it only invites wrong conclusions.
FEWEST_EXPECTED = 5


@dataclass(frozen=True)
class Compared:
    """An agent's dials and what they won, beside what the practice wins with such dials.

    `index` is won ÷ expected (1 is as everybody); `low` and `high` bound it with 95 % confidence. All three are None where
    too little is expected to tell.
    """

    agent_id: int
    name: str
    dials: int
    booked: int
    expected: float
    index: float | None
    low: float | None
    high: float | None

    @property
    def is_sure(self):
        return self.index is not None

    @property
    def words(self):
        """What the figures say: whether chance explains the difference."""
        if not self.is_sure:
            return "too few to tell"
        if self.low > 1:
            return "above the others"
        return "below the others" if self.high < 1 else "as the others"


def agent_comparison(*, filters):
    """One Compared for each person with dials, the highest index first and those with too little to tell last.

    Where an agent is chosen, they alone, still against everybody.
    """
    everybody = calls_of(replace(filters, agent=None)).dials()
    counts = {"dials": Count("pk"), "won": Count("pk", filter=Q(is_success=True))}
    rows = list(
        everybody.values(
            "campaign", who=F("agent"), name=F("agent__user__full_name"), attempt=Least(F("number"), LATER)
        ).annotate(**counts)
    )  # fmt: skip
    rates = {}
    for row in rows:
        dials, won = rates.get((row["campaign"], row["attempt"]), (0, 0))
        rates[row["campaign"], row["attempt"]] = dials + row["dials"], won + row["won"]
    agents = {}
    for row in rows:
        dials, won = rates[row["campaign"], row["attempt"]]
        agents.setdefault((row["who"], row["name"]), []).append((row["dials"], row["won"], row["dials"] * won / dials))
    found = [_compared(who, name, of_agent) for (who, name), of_agent in agents.items()]
    chosen = [each for each in found if filters.agent is None or each.agent_id == filters.agent.pk]
    return sorted(chosen, key=lambda each: (not each.is_sure, -(each.index or 0), -each.dials, each.name, each.agent_id))


def _compared(agent_id, name, rows):
    dials, won, expected = (sum(column) for column in zip(*sorted(rows), strict=True))
    if expected < FEWEST_EXPECTED:
        return Compared(agent_id, name, dials, won, round(expected, 1), None, None, None)
    low, high = byar(won)
    index, low, high = (round(count / expected, 2) for count in (won, low, high))
    return Compared(agent_id, name, dials, won, round(expected, 1), index, low, high)


def byar(count):
    """(low, high) of a Poisson count with 95 % confidence, by Byar's approximation.

    Breslow and Day 1987, Statistical Methods in Cancer Research II, IARC, p. 69.
    """
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
