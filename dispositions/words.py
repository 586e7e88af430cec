"""What the screens say about a disposition."""

from .next_step import NUMBER_LOST
from .vocabulary import CLOSES_AS, NUMBER_EFFECTS

CLOSED = dict(CLOSES_AS)
EFFECTS = dict(NUMBER_EFFECTS)


def what_follows(disposition):
    """What comes after this outcome, as in “Again after 7, 7, then 14 days”."""
    if disposition.closes_as:
        return f"Closes as “{CLOSED[disposition.closes_as]}”"
    if disposition.requires == "CALLBACK":
        return "Again at the promised time"
    again = _again(disposition.retry_after_days or [7])
    if disposition.number_effect in NUMBER_LOST:
        return f"{again}, on the next number; closes as “Unreachable” if there is none"
    return again


def flags(disposition):
    """What the outcome counts as, in a word each."""
    named = [
        (disposition.is_reached, "Reached"),
        (disposition.is_right_party, "Right party"),
        (disposition.is_success, "Booking won"),
    ]
    return [word for holds, word in named if holds]


def number_effect(disposition):
    """What the outcome says about the number dialed; empty for nothing."""
    return EFFECTS.get(disposition.number_effect, "")


def _again(waits):
    *first, last = [str(days) for days in waits]
    if waits == [0]:
        return "Again on the same day"
    return f"Again after {', '.join(first)}{', then ' if first else ''}{last} day{'' if waits == [1] else 's'}"
