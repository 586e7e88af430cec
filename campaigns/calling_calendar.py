"""The calling calendar of the year ahead: federal holidays, days the practice opens or closes, and holidays by a state's law."""

from dataclasses import dataclass
from datetime import date, timedelta

from patients.area_states import STATES

from .calling_law import BY_STATE, federal_holiday, forbidden_holiday
from .calling_reach import UNKNOWN

DAYS_AHEAD = 365
# Their laws forbid calls on holidays; no practice can open those.
STRICT = tuple(state for state, law in BY_STATE.items() if law.no_holidays)


@dataclass(frozen=True)
class Day:
    """A date on which something departs from an ordinary week.

    `kind`: CLOSED by the practice, OPENED by it though a holiday, HOLIDAY, or STATE where only a state's law forbids calls.
    `still_closed` names where no calls are made whatever the practice decides, `patients` how many may be there.
    """

    on: date
    name: str
    kind: str
    is_calling_day: bool
    still_closed: str = ""
    patients: int = 0


def last_day(today):
    """The last date the calendar shows and takes."""
    return today + timedelta(days=DAYS_AHEAD)


def why_closed(*, practice, on):
    """Why the practice makes no calls on a date, as in "Thanksgiving Day"; "" where it makes some."""
    row = practice.calendardays.filter(on=on).first()
    if row is not None:
        return row.name if row.is_closed else ""
    return federal_holiday(on) or ("" if on.isoweekday() in practice.call_days else f"{on:%A}")


def year_ahead(*, practice, today, people):
    """Each Day from today on, in order. Holidays of a state's own are told where patients of the practice may be."""
    rows = {row.on: row for row in practice.calendardays.filter(on__range=(today, last_day(today)))}
    dates = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    return [day for on in dates if (day := _day(practice, on, rows.get(on), people))]


def still_closed(*, on, people):
    """(where no calls are made on a holiday whatever a practice decides, how many of its patients may be there)."""
    states = [state for state in STRICT if forbidden_holiday(state, on=on)]
    words = [STATES[state].name for state in states]
    if states and people.by_state[UNKNOWN]:
        states, words = [*states, UNKNOWN], [*words, "places not known"]
    return ", ".join(words), people.maybe_in(states)


def _day(practice, on, row, people):
    holiday, is_calling_day = federal_holiday(on), on.isoweekday() in practice.call_days
    if row and row.is_closed:
        return Day(on, row.name, "CLOSED", is_calling_day)
    if row:
        return Day(on, row.name, "OPENED", is_calling_day, *still_closed(on=on, people=people))
    if holiday:
        return Day(on, holiday, "HOLIDAY", is_calling_day)
    own = [state for state in STRICT if people.by_state[state] and forbidden_holiday(state, on=on)]
    if not own:
        return None
    names = dict.fromkeys(forbidden_holiday(state, on=on) for state in own)
    return Day(
        on, ", ".join(names), "STATE", is_calling_day, ", ".join(STATES[state].name for state in own), people.maybe_in(own)
    )
