"""What follows from an outcome. Pure: the same words in, the same step out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile

from .vocabulary import LONGEST_WAIT

# The number is gone and no other is left: the enrollment closes and the patient stands on the number-repair list.
UNREACHABLE = "UNREACHABLE"
EXHAUSTED = "EXHAUSTED"
NUMBER_LOST = {"WRONG", "DISCONNECTED"}
# Repeating the hour that nobody answered wastes the next try (Weeks/Kulka 1987): other parts of the day come first, and
# never the same two hours before or after.
PARTS_BEGIN = (time(11), time(14), time(16))
APART = timedelta(hours=2)
# How far the search for another part of the day goes beyond the day it is due, before the day itself counts more.
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class NextStep:
    """Either the enrollment closes (`closes_as`), or it waits until `eligible_at` (aware).

    `avoid_clock_at` is the moment of a call nobody answered: its part of the day, and two hours around its clock time,
    are not called in next time. None where somebody answered, or where the hours leave no other time.
    """

    closes_as: str = ""
    eligible_at: datetime | None = None
    avoid_clock_at: datetime | None = None


def next_step(disposition, *, attempt_number, now, max_attempts, numbers_left, windows, unanswered=(), callback_at=None):
    """The step after attempt `attempt_number` (from 1) ended with `disposition` at `now`.

    `now`, `unanswered` (earlier calls of this enrollment that nobody answered) and `callback_at` (the promised moment)
    are aware, on the clocks by which parts of the day are told. `windows(start)` gives the (opens, closes) spans of
    calling hours from a moment on, in order. `numbers_left` counts usable numbers after the disposition's effect on the
    one dialed. A promise outlasts the cap on attempts. Where no window comes at all the moment stands: the rules of the
    minute keep anybody from calling then, and no outcome is lost.
    """
    if disposition.closes_as:
        return NextStep(closes_as=disposition.closes_as)
    if disposition.number_effect in NUMBER_LOST and numbers_left == 0:
        return NextStep(closes_as=UNREACHABLE)
    if callback_at is not None:
        return NextStep(eligible_at=_first_open(windows, callback_at))
    if attempt_number >= max_attempts:
        return NextStep(closes_as=EXHAUSTED)
    due = now + timedelta(days=wait_days(disposition, attempt_number=attempt_number))
    if not was_unanswered(disposition):
        return NextStep(eligible_at=_first_open(windows, due))
    found = _at_another_time(windows, due, [*unanswered, now])
    if found is None:
        return NextStep(eligible_at=_first_open(windows, due))
    return NextStep(eligible_at=found, avoid_clock_at=now)


def wait_days(disposition, *, attempt_number):
    """Days to wait after the 1st, 2nd, … attempt; the last figure of the disposition holds for all further ones."""
    waits = disposition.retry_after_days or [7]
    return min(waits[min(attempt_number, len(waits)) - 1], LONGEST_WAIT)


def was_unanswered(disposition):
    """Whether a dial rang out: nobody answered, and the number is not known to be at fault."""
    return not disposition.is_reached and disposition.number_effect not in NUMBER_LOST


def part_of_day(moment):
    """0 to 3: morning until 11:00, midday until 14:00, afternoon until 16:00, evening."""
    return sum(moment.time() >= begin for begin in PARTS_BEGIN)


def _first_open(windows, moment):
    for opens, closes in windows(moment):
        if closes > moment:
            return max(opens, moment)
    return moment


def _at_another_time(windows, due, unanswered):
    """The best moment from the day it is due on, or None if the hours allow no other time than the last call's.

    The first day that has one wins; on it the part of the day tried longest ago, a new one before all.
    """
    last = unanswered[-1]
    tried = {part_of_day(moment): moment for moment in sorted(unanswered)}
    # By date, not by the hour: another part of the day may be an earlier one. But always a day after the last call.
    start = max(due.replace(hour=0, minute=0, second=0, microsecond=0), last + timedelta(days=1))
    best, best_day = None, None
    for opens, closes in takewhile(lambda span: span[0] < due + LOOK_AHEAD, windows(start)):
        for moment in _fits(max(opens, start).astimezone(due.tzinfo), closes, last):
            if best_day is not None and moment.date() != best_day:
                return best
            long_ago = tried.get(part_of_day(moment))
            if best is None or _is_fresher(long_ago, tried.get(part_of_day(best))):
                best, best_day = moment, moment.date()
    return best


def _is_fresher(moment, other):
    return other is not None and (moment is None or moment < other)


def _fits(opens, closes, last):
    """The first moment in each part of the day between `opens` and `closes` that is neither near `last` nor in its part."""
    begins = [opens, *(opens.replace(hour=begin.hour, minute=0, second=0, microsecond=0) for begin in PARTS_BEGIN)]
    for moment in sorted(begin for begin in begins if opens <= begin < closes):
        part = part_of_day(moment)
        same_clock = moment.replace(hour=last.hour, minute=last.minute, second=last.second, microsecond=last.microsecond)
        if same_clock - APART < moment < same_clock + APART:
            moment = same_clock + APART
        if moment < closes and part_of_day(moment) == part != part_of_day(last):
            yield moment
