"""What follows from an outcome. Pure: the same words in, the same step out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The number is gone and no other is left: the enrollment closes and the patient stands on the number-repair list.
UNREACHABLE = "UNREACHABLE"
EXHAUSTED = "EXHAUSTED"
NUMBER_LOST = {"WRONG", "DISCONNECTED"}
# A call at the same clock time as the one nobody answered is the least likely to be answered (Weeks/Kulka 1987).
OTHER_PART_OF_DAY = timedelta(hours=4)


@dataclass(frozen=True)
class NextStep:
    """Either the enrollment closes (`closes_as`), or it waits until `eligible_at` (aware, UTC)."""

    closes_as: str = ""
    eligible_at: datetime | None = None


def next_step(disposition, *, attempt_number, now, max_attempts, numbers_left, callback_at=None):
    """The step after attempt `attempt_number` (from 1) ended with `disposition` at `now`.

    `numbers_left` counts usable numbers after the disposition's effect on the one dialed. `callback_at` is the
    promised moment; a promise outlasts the cap on attempts.
    """
    if disposition.closes_as:
        return NextStep(closes_as=disposition.closes_as)
    if disposition.number_effect in NUMBER_LOST and numbers_left == 0:
        return NextStep(closes_as=UNREACHABLE)
    if callback_at is not None:
        return NextStep(eligible_at=callback_at)
    if attempt_number >= max_attempts:
        return NextStep(closes_as=EXHAUSTED)
    waits = disposition.retry_after_days or [7]
    days = waits[min(attempt_number, len(waits)) - 1]
    moment = now + timedelta(days=days)
    if not disposition.is_reached:
        moment -= OTHER_PART_OF_DAY
    return NextStep(eligible_at=moment)
