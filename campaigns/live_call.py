"""The call page while it is open: whether its hold stands, and whether somebody has asked not to be called meanwhile."""

from dataclasses import dataclass

from patients.models import PhoneNumber

from . import next_call
from .call_sheet import numbers_of


@dataclass(frozen=True)
class LiveCall:
    """`notice` is a code for the page: REFUSED (the person asked), NUMBER_REFUSED (one of the numbers), LOST or empty.

    `numbers` are the patient's as on the call page; once somebody asked and the hold is gone none of them is dialable.
    """

    is_held: bool
    notice: str
    numbers: list[PhoneNumber]


def keep(*, lease, shown=()):
    """Prolong the hold and say what became of it. `shown` are the ids of numbers that the page offers to dial.

    While the hold stands a notice is given only where the page offers a number that may not be dialed any more.
    """
    is_held = next_call.extend(lease=lease)
    numbers = numbers_of(lease.patient, campaign=lease.enrollment.campaign_id)
    if is_held:
        gone = [number for number in numbers if str(number.pk) in set(shown) and not number.is_dialable]
        if not gone:
            return LiveCall(is_held, "", numbers)
    return look(is_held=is_held, numbers=numbers)


def look(*, is_held, numbers):
    """The same without touching the hold. `numbers` as from call_sheet.numbers_of."""
    if any(number.is_person_refused for number in numbers):
        notice = "REFUSED"
    elif any(number.is_number_refused for number in numbers):
        notice = "NUMBER_REFUSED"
    else:
        notice = "" if is_held else "LOST"
    if notice and notice != "LOST" and not is_held:
        for number in numbers:
            number.is_dialable = False
    return LiveCall(is_held, notice, numbers)
