"""Agents compared fairly: bookings against what anybody would have won with the same list.

Indirect standardization: each dial is expected to bring what dials of its campaign and attempt number brought in the whole
practice in the period. An agent who was dealt fourth attempts is not held against one who had fresh patients.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

from .calls import LATER, WON, dials_by
from .tallies import Tally

Z = 1.959964
BOOKED = "booked"
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
    everybody = replace(filters, agent=None)
    of_kind, of_agent = defaultdict(Tally), defaultdict(Counter)
    for (agent_id, campaign_id, number), each in dials_by(everybody, "agent", "campaign", "number", only=WON).items():
        kind = campaign_id, min(number, LATER)
        of_kind[kind] += each
        of_agent[agent_id].update({kind: each.dials, BOOKED: each.booked})
    names = dict(filters.practice.memberships.filter(pk__in=list(of_agent)).values_list("pk", "user__full_name"))
    found = [_compared(pk, names[pk], counts, of_kind) for pk, counts in of_agent.items()]
    chosen = [each for each in found if filters.agent is None or each.agent_id == filters.agent.pk]
    return sorted(chosen, key=lambda each: (not each.is_sure, -(each.index or 0), -each.dials, each.name, each.agent_id))


def _compared(agent_id, name, counts, of_kind):
    won = counts.pop(BOOKED)
    # Summed exactly, so that no order of the rows changes a digit.
    expected = float(sum(dials * Fraction(of_kind[kind].booked, of_kind[kind].dials) for kind, dials in counts.items()))
    dials = counts.total()
    if expected < FEWEST_EXPECTED:
        return Compared(agent_id, name, dials, won, round(expected, 1), None, None, None)
    index, low, high = (round(count / expected, 2) for count in (won, *byar(won)))
    return Compared(agent_id, name, dials, won, round(expected, 1), index, low, high)


def byar(count):
    """(low, high) of a Poisson count with 95 % confidence, by Byar's approximation.

    Breslow and Day 1987, Statistical Methods in Cancer Research II, IARC, p. 69.
    """
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
