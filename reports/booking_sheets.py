"""Tables of what becomes of bookings: the funnel, no-shows by how far ahead was booked, money."""

from django.contrib.humanize.templatetags.humanize import intcomma

from campaigns.figures import share

from . import bookings
from .bookings import LONG_LEAD
from .calls import FEWEST
from .sheet import MONEY, RATE, TEXT, Column, Row, Sheet, drawn


def funnel(filters):
    """Enrolled → reached → booked → kept."""
    found = bookings.funnel(filters=filters)
    columns = (Column("Stage", TEXT), Column("Patients"), Column("Of the enrolled", RATE), Column("Of the stage before", RATE))
    rows = [Row(stage) for stage in found.stages]
    labels = [label if count == found.enrolled else f"{label} ({of_all}%)" for label, count, of_all, _of_before in found.stages]
    chart = drawn(columns, rows, kind="funnel", series=("Patients",), labels=labels)
    note = "Enrollments that began in the period, and how far each has come by now. The latest ones are still under way."
    return Sheet("funnel", "From enrolled to kept", columns, rows, note, chart=chart)


def lead_times(filters, found=None):
    """No-show rate of visits by how many days ahead they were booked; over 14 days marked. `found`: if asked for already."""
    found = found or bookings.no_show_by_lead_time(filters=filters)
    columns = (
        Column("Booked ahead", TEXT), Column("Due"), Column("Kept"), Column("No-show"), Column("Canceled or moved"),
        Column("Not known yet"), Column("No-show rate", RATE), Column("Kept rate", RATE),
    )  # fmt: skip
    rows = [Row((_ahead(each), *_fates(each.fates)), tone="warn" if each.is_long else "") for each in found]
    whole = bookings.summed(found)
    labels = [f"{each.label} ({intcomma(each.fates.known)})" for each in found]
    marked = [each.is_long for each in found]
    chart = drawn(columns, rows, kind="bar", series=("No-show rate",), labels=labels, marked=marked)
    rows.append(Row(("All", *_fates(whole)), tone="total"))
    note = (
        "Visits booked by calls whose day came in the period, by days from the call to the visit. Rates are of those kept or "
        f"missed; in brackets, how many. Marked: over {LONG_LEAD} days ahead, when more patients stay away."
    )
    return Sheet("lead_times", "No-shows by lead time", columns, rows, note, _long_leads(found), chart)


def _ahead(lead):
    return f"{lead.label} (long)" if lead.is_long else lead.label


def _fates(fates):
    return (
        fates.due, fates.kept, fates.no_show, fates.called_off, fates.unknown, fates.no_show_rate, fates.kept_rate,
    )  # fmt: skip


def _long_leads(found):
    """The difference that a long lead makes, in a sentence; none where either side has too little to go by."""
    parts = [[each.fates for each in found if each.is_long is long] for long in (False, True)]
    (missed, known), (long_missed, long_known) = (
        (sum(each.no_show for each in part), sum(each.known for each in part)) for part in parts
    )
    if min(known, long_known) < FEWEST:
        return (
            f"Too few to compare: {known} visits booked up to {LONG_LEAD} days ahead were kept or missed, and {long_known} "
            f"booked later; it takes {FEWEST} of each.",
        )
    return (
        f"Booked over {LONG_LEAD} days ahead, {share(long_missed, long_known)}% did not show ({long_missed} of {long_known}); "
        f"booked sooner, {share(missed, known)}% ({missed} of {known}).",
    )


def money(filters, found=None):
    """What the period brought and cost, in dollars. `found`: if asked for already."""
    found = found or bookings.money(filters=filters)
    columns = (Column("Of the period", TEXT), Column("Count"), Column("Dollars", MONEY), Column("Dollars each", MONEY))
    rows = [
        Row(("Visits kept, and their revenue", found.kept, found.revenue, _each(found.revenue, found.kept))),
        Row(("Dials, and their cost", found.dials, found.cost, _each(found.cost, found.dials))),
        Row(("Bookings, at the cost of the dials", found.booked, found.cost, found.cost_per_booking)),
        Row(("Revenue less cost", None, found.revenue - found.cost, None), tone="total"),
    ]
    note = (
        "Revenue: visits kept in the period at each campaign’s revenue per visit. Cost: dials at an agent’s month ÷ 4,000, as "
        "the campaign has it. Bookings of the period are kept later, so compare long periods."
    )
    return Sheet("money", "What it brings and costs", columns, rows, note)


def _each(dollars, count):
    return round(dollars / count, 2) if count else None
