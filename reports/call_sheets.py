"""Tables of what was dialed and what came of it: over time, by campaign, agent, outcome and attempt."""

from dataclasses import replace

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse

from campaigns.figures import share

from . import calls
from .calls import FEWEST, MIX_DAYS, MIX_WEEKS
from .comparison import FEWEST_EXPECTED, agent_comparison
from .sheet import EXPECTED, INDEX, MONEY, RATE, SECONDS, TEXT, Column, Row, Sheet, drawn
from .tallies import Tally

WORK = (
    Column("Dials"), Column("Reached"), Column("Answer rate", RATE), Column("Right party"), Column("Right-party rate", RATE),
    Column("Booked"), Column("Booked per dial", RATE), Column("Booked per contact", RATE),
    Column("Average handle time", SECONDS),
)  # fmt: skip
# Beyond so many days they are told week by week, and so many bars are too thin to read.
MOST_DAYS = 62
MOST_BARS = 31
# Colors of a chart that can be told apart; the rarest outcomes are drawn as one.
MOST_COLORS = 6


def volume(filters):
    """Dials and bookings by hour of one day, by date up to two months, else by week."""
    if filters.period.is_one_day:
        found = [replace(each, name=hour_name(each.group)) for each in calls.by_hour(filters=filters)]
        return _over_time("volume", "Dials and bookings by hour", "Hour", found, "By the practice’s clock.")
    if filters.period.days <= MOST_DAYS:
        name = "%a %-m/%-d" if filters.period.days <= 7 else "%-m/%-d"
        found = [replace(each, name=f"{each.group:{name}}") for each in calls.by_day(filters=filters)]
        return _over_time("volume", "Dials and bookings by day", "Date", found, "By the practice’s calendar.")
    return replace(weeks(filters), code="volume", title="Dials and bookings by week")


def hour_name(hour):
    return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}"


def weeks(filters):
    found = [replace(each, name=f"{each.group:%-m/%-d/%y}") for each in calls.by_week(filters=filters)]
    note = "Monday to Sunday, named by the Monday; the first and the last week have the dates of the period alone."
    return _over_time("weeks", "Volume by week", "Week of", found, note, [f"{each.group:%-m/%-d}" for each in found])


def months(filters):
    found = [replace(each, name=f"{each.group:%b %Y}") for each in calls.by_month(filters=filters)]
    return _over_time(
        "months", "Volume by month", "Month", found, "The first and the last month have the dates of the period alone."
    )


def weekdays(filters):
    found = calls.by_weekday(filters=filters)
    days = [each.name[:3] for each in found]
    return _over_time("weekdays", "Volume by weekday", "Weekday", found, "By the practice’s calendar.", days)


def hours(filters):
    found = [replace(each, name=hour_name(each.group)) for each in calls.by_hour(filters=filters)]
    return _over_time("hours", "Volume by hour", "Hour", found, "By the practice’s clock, when the outcome was saved.")


def _over_time(code, title, first, tallies, note, labels=None):
    columns, rows = (Column(first, TEXT), *WORK), _work_rows(tallies)
    kind = "bar" if len(tallies) <= MOST_BARS else "line"
    chart = drawn(columns, rows, kind=kind, series=("Dials", "Reached", "Booked"), labels=labels)
    return Sheet(code, title, columns, rows, note, chart=chart)


def _work_rows(tallies, links=None):
    """A row for each tally, and one that adds them up if there are several."""
    rows = [Row((each.name, *_work(each)), (links or {}).get(each.group, "")) for each in tallies]
    if len(rows) > 1:
        rows.append(Row(("All", *_work(sum(tallies, Tally()))), tone="total"))
    return rows


def _work(tally):
    handled = tally.average_handled
    return (
        tally.dials, tally.reached, tally.answer_rate, tally.right_party, tally.right_party_rate, tally.booked,
        tally.conversion, tally.conversion_per_conversation, None if handled is None else round(handled.total_seconds()),
    )  # fmt: skip


def campaigns(filters):
    """What was done for each campaign, with the way to its page."""
    found = calls.by_campaign(filters=filters)
    slug = filters.practice.slug
    links = {each.group: reverse("campaigns:detail", kwargs={"practice_slug": slug, "campaign_id": each.group}) for each in found}
    columns, rows = (Column("Campaign", TEXT), *WORK), _work_rows(found, links)
    return Sheet("campaigns", "Campaigns", columns, rows, "The campaigns that were called for, and those that run.")


def agents(filters):
    """What each agent did, with the bookings that colleagues took after their call."""
    found = calls.by_agent(filters=filters)
    assisted = [each.assisted for each in found]
    assisted += [sum(assisted)] if len(found) > 1 else []
    rows = [replace(row, cells=(*row.cells, count)) for row, count in zip(_work_rows(found), assisted, strict=True)]
    columns = (Column("Agent", TEXT), *WORK, Column("Assisted"))
    chart = drawn(columns, rows, kind="hbar", series=("Dials", "Booked"))
    note = (
        "Assisted: booked with a colleague when the patient rang back after this agent’s call. "
        "The colleague’s Booked has them already."
    )
    return Sheet("agents", "What each agent did", columns, rows, note, chart=chart)


def comparison(filters):
    """Agents against what anybody would have won with the same list."""
    rows = [
        Row(
            (each.name, each.dials, each.booked, each.expected, each.index, each.low, each.high, each.words),
            tone="" if each.is_sure else "quiet",
        )
        for each in agent_comparison(filters=filters)
    ]
    columns = (
        Column("Agent", TEXT), Column("Dials"), Column("Booked by dials"), Column("Expected of this list", EXPECTED),
        Column("Index", INDEX), Column("At least", INDEX), Column("At most", INDEX), Column("In words", TEXT),
    )  # fmt: skip
    remarks = (
        "Expected is what anybody in the practice would have booked with the same dials: each counts as dials of its campaign "
        "and attempt number do. An agent who was dealt fourth attempts is not held against one who had fresh patients.",
        "Index is booked ÷ expected: 1 is as everybody, 1.25 is a quarter more. With 95% confidence the true index lies "
        "between the two values beside it; only where both lie on one side of 1 is the difference more than luck.",
        f"Too few to tell: fewer than {FEWEST_EXPECTED} bookings were expected of the agent’s dials.",
    )
    note = "Corrected for the list they had. No ranking: look here whom to ask how they do it, and whom to help."
    return Sheet("comparison", "Agents compared", columns, rows, note, remarks)


def outcomes(filters):
    """Dials by the outcome they ended with."""
    found = [each for each in calls.by_disposition(filters=filters) if each.dials]
    whole = sum(each.dials for each in found)
    rows = [Row((each.name, each.dials, share(each.dials, whole))) for each in found]
    if len(rows) > 1:
        rows.append(Row(("All", whole, share(whole, whole)), tone="total"))
    columns = (Column("Outcome", TEXT), Column("Dials"), Column("Of all dials", RATE))
    chart = drawn(columns, rows, kind="hbar", series=("Dials",))
    return Sheet("outcomes", "Dials by outcome", columns, rows, chart=chart, size="tall")


def mix(filters):
    """The share of each outcome in the dials of each date or week."""
    found = calls.disposition_mix(filters=filters)
    first, name, note = _spans(filters.period.days)
    columns = (Column(first, TEXT), Column("Dials"), *(Column(label, RATE) for _code, label in found.codes))
    rows = []
    for span in found.spans:
        dials = sum(span.dials.values())
        shares = (share(span.dials.get(code, 0), dials) for code, _label in found.codes)
        rows.append(Row((f"{span.on:{name}}", dials, *shares)))
    chart = _stack(found.codes, rows) if rows and found.codes else None
    return Sheet("mix", "Outcomes over time", columns, rows, f"Each outcome in percent of the dials of the {note}.", chart=chart)


def _spans(days):
    """What the spans of a mix over so many days are: the head of their column, how they are named, and said in a sentence."""
    if days <= MIX_DAYS:
        return "Date", "%-m/%-d", "date"
    if days <= MIX_WEEKS:
        return "Week of", "%-m/%-d/%y", "week, Monday to Sunday"
    return "Month", "%b %Y", "month"


def _stack(codes, rows):
    """The chart of the mix: the most frequent outcomes, and all others as one."""
    shares = [row.cells[2:] for row in rows]
    few = len(codes) if len(codes) <= MOST_COLORS else MOST_COLORS - 1
    series = [{"name": codes[place][1], "values": [cells[place] for cells in shares]} for place in range(few)]
    if few < len(codes):
        rare = [None if None in cells else round(sum(cells[few:]), 1) for cells in shares]
        series.append({"name": "All others", "values": rare})
    return {"kind": "stack", "unit": "%", "labels": [row.cells[0] for row in rows], "series": series}


def attempts(filters):
    """Rates by attempt number, each with the dials it is made of: a high bar over few dials means little."""
    found = calls.by_attempt(filters=filters)
    columns = (Column("Attempt", TEXT), *WORK)
    rows = _work_rows(found)
    labels = [f"{each.name} ({intcomma(each.dials)})" for each in found]
    chart = drawn(columns, rows, kind="bar", series=("Answer rate", "Booked per dial"), labels=labels)
    note = "1st is the first dial to a patient in a campaign; in brackets, how many dials."
    return Sheet("attempts", "Conversion by attempt", columns, rows, note, chart=chart)


def attempts_pay(filters):
    """What a dial of each attempt number brings and costs, and the cap that follows."""
    cap = calls.recommended_cap(filters=filters)
    rows = [
        Row(
            (f"Attempt {each.number}", each.dials, each.booked, each.brings, each.costs, _pays(each)),
            tone="" if each.is_sure else "quiet",
        )
        for each in cap.returns
    ]
    columns = (
        Column("Attempt", TEXT), Column("Dials"), Column("Booked by dials"), Column("A dial brings", MONEY),
        Column("A dial costs", MONEY), Column("In words", TEXT),
    )  # fmt: skip
    note = (
        "A dial brings bookings per dial × expected show rate × revenue of a visit; it costs an agent’s month ÷ 4,000 dials. "
        "Both as the campaigns have them."
    )
    return Sheet("attempts_pay", "How many attempts pay", columns, rows, note, (cap_in_words(cap),))


def _pays(each):
    if not each.is_sure:
        return f"too few to tell: fewer than {FEWEST} dials"
    return "pays" if each.pays else "does not pay"


def cap_in_words(cap):
    """The recommendation in words. Where the next attempt was hardly dialed, it is not known to be one too many."""
    if cap.attempts is None:
        return cap.why
    following = next((each for each in cap.returns if each.number == cap.attempts + 1), None)
    bound = "at most" if following and following.is_sure else "at least"
    times = f"{bound} {cap.attempts} {'attempt' if cap.attempts == 1 else 'attempts'}" if cap.attempts else "no attempt"
    return f"Recommended for a patient: {times}. {cap.why}"
