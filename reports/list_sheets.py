"""Tables of the lists: how old the open work is and where it stands; of promises; and of telephone numbers."""

from campaigns.figures import share

from .lists import ages as found_ages
from .lists import penetration as found_penetration
from .numbers import number_quality, number_states
from .promises import promises as found_promises
from .sheet import RATE, TEXT, Column, Row, Sheet, drawn


def penetration(filters):
    found = found_penetration(filters=filters)
    steps = [("On a list in the period", found.listed), ("Dialed at least once", found.dialed), ("Reached at least once", found.reached)]
    columns = (Column("Enrollments", TEXT), Column("Patients"), Column("Of the listed", RATE))
    rows = [Row((label, count, share(count, found.listed))) for label, count in steps]
    chart = drawn(columns, rows, kind="hbar", series=("Patients",))
    note = "Enrollments that were on a list in the period, and how far they have come by now. One never dialed brings nothing."
    return Sheet("penetration", "How far the lists are worked", columns, rows, note, chart=chart, size="flat")
