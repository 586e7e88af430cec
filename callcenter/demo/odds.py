"""How people answer the phone and what they say. Odds, not results: what a page shows is counted from recorded calls.

The shape follows studies of outreach calls: about one dial in five is answered, best early in the morning, over lunch
and after four; each further try is answered less, and of those reached fewer agree.
"""

from dataclasses import dataclass

BY_HOUR = {8: 1.1, 9: 1.18, 10: 1.02, 11: 0.88, 12: 1.12, 13: 0.98, 14: 0.78, 15: 0.82, 16: 1.16, 17: 1.26, 18: 1.24, 19: 1.05}
# Old people are at home in the morning, people with work answer at noon and in the evening.
OLD_AT = {8: 1.1, 9: 1.2, 10: 1.2, 11: 1.1, 12: 0.9, 17: 0.9, 18: 0.8, 19: 0.7}
OLD_FROM = 67
BY_WEEKDAY = (0.95, 1.0, 1.02, 1.05, 0.97, 0.9, 0.9)
BY_ATTEMPT = (1.13, 1.0, 0.90, 0.82, 0.75)
ANSWERED = 0.188
PROMISED = 0.65  # a call that the patient asked for
AGREES = (0.74, 0.66, 0.59, 0.52, 0.46)
WAITING = 0.7  # of those who were promised a call and take it
VOICEMAIL = 0.52
IS_TWIN = 0.6  # the agent notices the second chart before dialing
BOOKED_MEANWHILE = 0.04
# What those say who neither agree nor have a visit already.
REFUSALS = {"CBACK": 34, "UNAVLBL": 27, "HUNGUP": 15, "LOST": 18, "DNC": 6}
SECONDS = {
    "DONE": (190, 420), "NOANS": (35, 70), "LVM": (55, 110), "CBACK": (70, 150), "UNAVLBL": (50, 110), "HUNGUP": (25, 60),
    "RECONFIRMED": (80, 160), "LOST": (70, 190), "DNC": (45, 120), "WNUM": (40, 90), "DCONN": (20, 45), "DUPLICATE": (60, 140),
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """What the odds of a dial depend on: the practice's hour and weekday, which try it is, and who calls whom."""

    hour: int
    weekday: int
    attempt: int
    is_promised: bool
    age: int
    skill: float


class Share:
    """Says yes to a share of the questions, without the luck of dice: what was owed is paid at the next question."""

    def __init__(self, owed):
        self.owed = owed

    def says_yes(self, odds):
        self.owed += odds
        if self.owed < 1:
            return False
        self.owed -= 1
        return True


def answers(moment):
    """The odds that somebody picks up."""
    if moment.is_promised:
        return PROMISED
    age = OLD_AT.get(moment.hour, 1.0) if moment.age >= OLD_FROM else 1.0
    hour, day = BY_HOUR.get(moment.hour, 0.9), BY_WEEKDAY[moment.weekday]
    return min(0.9, ANSWERED * hour * day * age * BY_ATTEMPT[min(moment.attempt, 5) - 1])


def agrees(moment):
    """The odds that whoever picked up, and is the patient, takes a new appointment."""
    if moment.is_promised:
        return WAITING
    return min(0.95, AGREES[min(moment.attempt, 5) - 1] * moment.skill)
