"""What calling brings and costs, from the rates of a practice. Pure.

The defaults are the business in numbers of DESIGN § 2, and so are the rules:

- A dial is answered at one rate, an answered call books at the next, a booked visit is kept at the last. Who answers leaves the
  list, with a booking or without; who does not answer comes back to it, up to so many attempts.
- A month has four working weeks: the cost of an agent in DESIGN, $1,760, is 160 hours of $11. 4.33 is the calendar's average.
- Each patient gets one call a week, so an agent needs 200 × 5 = 1,000 numbers for a week. Lists are dealt for two weeks and then
  shuffled, so an agent gets two such lists, 2,000 numbers, in a month; 4,000 patients need 2 agents.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

# Input → the least and the most that makes sense.
LIMITS = {
    "dials_a_day": (1, 2_000),
    "answer_rate": (0, 100),
    "agree_rate": (0, 100),
    "show_rate": (0, 100),
    "collections_per_visit": (0, 1_000_000),
    "agent_cost_a_month": (0, 1_000_000),
    "days_a_week": (1, 7),
    "weeks_a_month": (1, 5),
    "patients": (0, 10_000_000),
    "calls_a_week": (Decimal("0.1"), 7),
    "attempts": (1, 12),
    "weeks_on_a_list": (1, 12),
}
# Points by which the rates are moved to see what hangs on them.
ANSWER_STEPS, SHOW_STEPS = (-10, -5, 0, 5, 10), (-10, 0, 10)


@dataclass(frozen=True)
class Inputs:
    """What the return follows from. Rates are percent, money is dollars. Raises ValueError outside of LIMITS.

    `collections_per_visit` is what a kept visit brings in. `weeks_on_a_list` is how long an agent keeps the same patients.
    """

    dials_a_day: Decimal = Decimal(200)
    answer_rate: Decimal = Decimal(20)
    agree_rate: Decimal = Decimal("62.5")
    show_rate: Decimal = Decimal(70)
    collections_per_visit: Decimal = Decimal(100)
    agent_cost_a_month: Decimal = Decimal(1760)
    days_a_week: Decimal = Decimal(5)
    weeks_a_month: Decimal = Decimal(4)
    patients: int = 4_000
    calls_a_week: Decimal = Decimal(1)
    attempts: int = 5
    weeks_on_a_list: Decimal = Decimal(2)

    def __post_init__(self):
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is not from {least} to {most}")


USUAL = Inputs()
# A campaign keeps what an agent costs a month, not how many dials are made in it: those of the defaults, 4,000.
DIALS_A_MONTH = USUAL.dials_a_day * USUAL.days_a_week * USUAL.weeks_a_month


@dataclass(frozen=True)
class Take:
    """What a number of dials brings and costs; everything is what is expected, so parts of a visit may occur."""

    dials: Fraction
    answered: Fraction
    bookings: Fraction
    kept: Fraction
    collections: Fraction
    cost: Fraction

    @property
    def net(self):
        return self.collections - self.cost

    @property
    def per_dollar(self):
        """Collections for each dollar of cost; None where calling costs nothing."""
        return self.collections / self.cost if self.cost else None

    def times(self, factor):
        """The same so many times over."""
        return Take(*(getattr(self, name) * factor for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Outlook:
    """What follows from Inputs.

    `week` and `month` are of one agent, `whole` is the list worked through. `break_even_visits` are the kept visits that pay an
    agent for a month, `break_even_bookings` the bookings it takes; None where no number of them would. `numbers_a_week` and
    `numbers_a_month` are the patients an agent has in hand and gets dealt; `agents` are needed for the list, which they have
    called once after `first_round_weeks` and worked through after `weeks` (whole weeks).
    """

    week: Take
    month: Take
    whole: Take
    break_even_visits: int | None
    break_even_bookings: int | None
    numbers_a_week: Fraction
    numbers_a_month: Fraction
    agents: int
    first_round_weeks: int
    weeks: int


def take(inputs, *, dials):
    """What so many dials bring at these rates. A dial costs its share of the month of an agent who makes all of theirs."""
    answered = dials * _share(inputs.answer_rate)
    bookings = answered * _share(inputs.agree_rate)
    kept = bookings * _share(inputs.show_rate)
    return Take(dials, answered, bookings, kept, kept * Fraction(inputs.collections_per_visit), dials * cost_of_a_dial(inputs))


def cost_of_a_dial(inputs):
    """Dollars: the cost of an agent's month over the dials of that month."""
    return Fraction(inputs.agent_cost_a_month) / (_dials_a_week(inputs) * Fraction(inputs.weeks_a_month))


def outlook(inputs):
    """The Outlook of these Inputs."""
    dials_a_week = _dials_a_week(inputs)
    numbers_a_week = dials_a_week / Fraction(inputs.calls_a_week)
    numbers_a_month = numbers_a_week * Fraction(inputs.weeks_a_month) / Fraction(inputs.weeks_on_a_list)
    agents = ceil(inputs.patients / numbers_a_month)
    whole = take(inputs, dials=inputs.patients * dials_per_patient(inputs))
    week = take(inputs, dials=dials_a_week)
    visits = visits_to_pay(inputs, cost=Fraction(inputs.agent_cost_a_month))
    return Outlook(
        week=week,
        month=week.times(Fraction(inputs.weeks_a_month)),
        whole=whole,
        break_even_visits=visits,
        break_even_bookings=ceil(visits / _share(inputs.show_rate)) if visits is not None and inputs.show_rate else None,
        numbers_a_week=numbers_a_week,
        numbers_a_month=numbers_a_month,
        agents=agents,
        first_round_weeks=ceil(inputs.patients / (agents * dials_a_week)) if agents else 0,
        weeks=_weeks(inputs, dials=whole.dials, agents=agents),
    )


def visits_to_pay(inputs, *, cost):
    """The fewest kept visits whose collections cover so many dollars; None if a visit brings nothing in."""
    return ceil(cost / Fraction(inputs.collections_per_visit)) if inputs.collections_per_visit else None


def dials_per_patient(inputs):
    """How many dials a patient is expected to get: until they answer, `attempts` at most."""
    answer = _share(inputs.answer_rate)
    return (1 - (1 - answer) ** inputs.attempts) / answer if answer else Fraction(inputs.attempts)


def sensitivity(inputs):
    """The net of an agent's month where both rates come out otherwise: (show rates, [(answer rate, [net, …]), …])."""
    shows = _around(inputs.show_rate, SHOW_STEPS)
    answers = _around(inputs.answer_rate, ANSWER_STEPS)
    return shows, [
        (answer, [outlook(replace(inputs, answer_rate=answer, show_rate=show)).month.net for show in shows]) for answer in answers
    ]


def _share(percent):
    return Fraction(percent) / 100


def _dials_a_week(inputs):
    return Fraction(inputs.dials_a_day) * Fraction(inputs.days_a_week)


def _weeks(inputs, *, dials, agents):
    """By the dials the agents make, and no sooner than the last attempt may follow the first."""
    if not agents:
        return 0
    attempts = 1 if inputs.answer_rate == 100 else inputs.attempts
    by_agents = dials / (agents * _dials_a_week(inputs))
    return max(ceil(by_agents), ceil(attempts / Fraction(inputs.calls_a_week)))


def _around(rate, steps):
    return [rate + step for step in steps if 0 <= rate + step <= 100]
