"""Tables of the lists: how far they are worked, how old the work is and where it stands; of promises; of numbers."""

from campaigns.figures import share

from .lists import ages, penetration, queue_state
from .numbers import number_quality, number_states
from .promises import promises
from .sheet import RATE, TEXT, Column, Row, Sheet, drawn

NOBODY_WAITS = (
    "Nobody is waiting for a call: no campaign is running, or all its patients are done. Start a campaign, or import fresh data."
)


def worked(filters, found=None):
    """How many of the listed were ever dialed, and how many reached. `found`: if asked for already, also below."""
    found = found or penetration(filters=filters)
    steps = [("On a list in the period", found.listed), ("Dialed so far", found.dialed), ("Reached so far", found.reached)]
    columns = (Column("Enrollments", TEXT), Column("Patients"), Column("Of the listed", RATE))
    rows = [Row((label, count, share(count, found.listed))) for label, count in steps]
    chart = drawn(columns, rows, kind="hbar", series=("Patients",))
    note = "Enrollments that were on a list in the period, and how many of them were ever dialed and reached."
    return Sheet("worked", "How far the lists are worked", columns, rows, note, chart=chart, size="flat")


def age(filters):
    """Open work by days since its enrollment."""
    found = ages(filters=filters)
    columns = (Column("Enrolled ago", TEXT), Column("Open"), Column("Never dialed"), Column("Never dialed, of the open", RATE))
    rows = [Row((each.label, each.enrollments, each.undialed, share(each.undialed, each.enrollments))) for each in found]
    whole, undialed = (sum(getattr(each, name) for each in found) for name in ("enrollments", "undialed"))
    chart = drawn(columns, rows, kind="bar", series=("Open", "Never dialed"))
    rows.append(Row(("All open", whole, undialed, share(undialed, whole)), tone="total"))
    note = "All open enrollments as they stand now, whatever the period, by days since they were enrolled."
    return Sheet("age", "Age of the open work", columns, rows, note, chart=chart, empty=NOBODY_WAITS)


def standing(filters, queue=None):
    """Where every open enrollment of the practice stands today; the rows add up. `queue`: its QueueState, if known already."""
    queue = queue or queue_state(practice=filters.practice, now=filters.now)
    rows = [Row((place.label, place.rows, share(place.rows, queue.open_work))) for place in queue.places]
    rows.append(Row(("All open enrollments", queue.open_work, share(queue.open_work, queue.open_work)), tone="total"))
    columns = (Column("Open enrollments", TEXT), Column("Patients"), Column("Of all", RATE))
    note = (
        "Of the whole practice, whatever the filters. Every open enrollment stands in one row: the first rule that holds it "
        "back is the one told."
    )
    return Sheet("standing", "Who can be called today, and who not", columns, rows, note, empty=NOBODY_WAITS)


def callbacks(filters, found=None):
    """Promises made and settled in the period, and those that are open now."""
    found = found or promises(filters=filters)
    counts = [
        ("Promised in this period", found.made, None),
        ("Kept in this period", found.kept, found.kept_rate),
        ("Missed in this period", found.missed, share(found.missed, found.settled)),
        ("Called off in this period", found.called_off, None),
        ("Due now", found.due, None),
        ("Overdue now", found.overdue, None),
        ("Still to come", found.coming, None),
    ]
    columns = (Column("Callbacks", TEXT), Column("Promises"), Column("Of kept and missed", RATE))
    rows = [Row(each, tone="warn" if each[0] == "Overdue now" and each[1] else "") for each in counts]
    note = (
        "Kept is called within an hour of the promised minute; missed is called later or not at all. What was settled in the "
        "period may have been promised before it."
    )
    return Sheet("callbacks", "Callback promises", columns, rows, note)


def quality(filters, found=None):
    """What the dials of the period found of the numbers, and wishes not to be called."""
    found = found or number_quality(filters=filters)
    columns = (Column("Dials that found", TEXT), Column("Dials"), Column("Of all dials", RATE), Column("Of contacts", RATE))
    rows = [
        Row(("A wrong number", found.wrong, found.wrong_rate, None)),
        Row(("A disconnected number", found.disconnected, found.disconnected_rate, None)),
        Row(("A wish not to be called", found.opted_out, found.opt_out_rate, found.opt_out_rate_per_contact)),
        Row(("All dials", found.dials, share(found.dials, found.dials), None), tone="total"),
    ]
    note = "Contacts are dials in which the right party was spoken to. A number found wrong is passed over for the next one."
    return Sheet("quality", "Number quality and opt-outs", columns, rows, note)


def numbers(filters):
    """All telephone numbers of the practice as they stand now."""
    found = number_states(practice=filters.practice)
    whole = sum(each.numbers for each in found)
    columns = (Column("State", TEXT), Column("Numbers"), Column("Of all numbers", RATE))
    rows = [Row((each.label, each.numbers, each.of_all)) for each in found]
    chart = drawn(columns, rows, kind="hbar", series=("Numbers",))
    rows.append(Row(("All numbers", whole, share(whole, whole)), tone="total"))
    note = "All numbers of the practice’s patients as they stand now, whatever the period and the filters."
    empty = "No patient has a telephone number yet: import a file that brings them."
    return Sheet("numbers", "Telephone numbers", columns, rows, note, chart=chart, size="flat", empty=empty)
