"""The columns of a call list: those of the tracker (DESIGN § 5) and what helps to choose whom to call."""

from dataclasses import dataclass

# How many dials a row shows one by one.
CALLS_SHOWN = 5


@dataclass(frozen=True)
class Column:
    """`sort` names one of desk_choice.SORTS. A column of dates shows nothing else. `is_usual`: shown until chosen otherwise."""

    code: str
    label: str
    sort: str = ""
    is_date: bool = False
    is_usual: bool = True


COLUMNS = [
    Column("place", "Place", sort="place"),
    Column("status", "Status"),
    Column("time", "Patient’s time", sort="time"),
    Column("callback", "Callback"),
    Column("attempts", "Calls", sort="attempts"),
    Column("why", "Why this place"),
    Column("disposition", "Disposition"),
    Column("appointment", "Appointment date", is_date=True),
    Column("remarks", "Remarks"),
    Column("called", "Call date", is_date=True),
    Column("last_call", "Last call", sort="last_call", is_date=True),
    *(
        Column(f"call_{number}", f"{words} call", is_date=True)
        for number, words in zip(range(1, CALLS_SHOWN + 1), ("1st", "2nd", "3rd", "4th", "5th"), strict=True)
    ),
    Column("last_encounter", "Last encounter", sort="last_encounter", is_date=True),
    Column("last_appointment", "Last appointment"),
    Column("next_appointment", "Next appointment", sort="next_appointment", is_date=True),
    Column("assigned", "Assigned", sort="assigned", is_date=True),
    Column("source_data", "EMR data of", is_date=True),
    Column("language", "Language", is_usual=False),
    Column("emr_note", "Note for the EMR"),
]
BY_CODE = {column.code: column for column in COLUMNS}
USUAL = [column.code for column in COLUMNS if column.is_usual]


def shown(codes, *, among=COLUMNS):
    """The columns with these codes, in this order, each once; the usual ones if none of the codes is known."""
    by_code = {column.code: column for column in among}
    known = [by_code[code] for code in dict.fromkeys(codes) if code in by_code]
    return known or [column for column in among if column.is_usual]


def others(columns, *, among=COLUMNS):
    """The columns that are not among these."""
    return [column for column in among if column not in columns]


def moved(before, *, places):
    """The codes of `before` in a new order. `places` are codes → wanted places from 1; a code without one stays where it is.

    A code that was moved goes before the one whose place it takes when it goes up, and behind it when it goes down.
    """

    def rank(code):
        stood = before.index(code) + 1
        wanted = places.get(code, stood)
        return wanted - 0.5 if wanted < stood else wanted + 0.5 if wanted > stood else wanted

    return sorted(before, key=rank)
