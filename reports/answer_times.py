"""When patients answer, as the heat map shows it: shades, and the best windows in words."""

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma

from campaigns.figures import share

from .calls import FEWEST, WEEKDAYS
from .heat_map import HeatCell, heat_map
from .sheet import RATE, TEXT, Column, Row, Sheet

SHADES = 5
BEST = 3


@dataclass(frozen=True)
class Shaded:
    """A cell of the heat map with its shade: 1, the palest, to 5; 0 for too few dials, None for none at all."""

    cell: HeatCell
    shade: int | None


@dataclass(frozen=True)
class Shades:
    """The heat map of a page. `hours` are (name, cells from Monday to Sunday); `key` tells the rates of each
    shade; `best` are the best windows as (name, words)."""

    hours: list
    key: list
    best: list
    days = tuple(day[:3] for day in WEEKDAYS)


def span_name(hour):
    """An hour of the clock from its beginning to its end, as in “9–10 AM”."""
    first, last = (hour - 1) % 12 + 1, hour % 12 + 1
    noon_or_midnight = (hour < 12) != (hour + 1 < 12 or hour == 23)
    half = ("AM" if hour < 12 else "PM", "AM" if hour + 1 < 12 or hour == 23 else "PM")
    return f"{first} {half[0]}–{last} {half[1]}" if noon_or_midnight else f"{first}–{last} {half[0]}"


def answer_times(filters):
    """The table behind the heat map: a row for each hour of each weekday that was dialed in."""
    return sheet(heat_map(filters=filters))


def shades(found):
    """The Shades of a HeatMap."""
    steps = _steps(sorted(cell.rate for row in found.rows for cell in row if cell.is_sure))
    hours = [
        (span_name(hour), [Shaded(row[place], _shade(row[place], steps)) for row in found.rows])
        for place, hour in enumerate(found.hours)
    ]
    return Shades(hours, _key(steps), [_said(cell) for cell in best_windows(found)])


def _steps(rates):
    """The lowest rate of each shade: five equal steps from the lowest to the highest rate there is."""
    if not rates:
        return []
    low, high = rates[0], rates[-1]
    return [low + (high - low) * step / SHADES for step in range(SHADES)]


def _shade(cell, steps):
    if not cell.dials:
        return None
    return sum(cell.rate >= step for step in steps) if cell.is_sure else 0


def _key(steps):
    """(shade, words) of the shades there are."""
    if not steps:
        return []
    if steps[0] == steps[-1]:
        return [(SHADES, f"{steps[0]:.1f}%")]
    return [(shade, f"from {step:.1f}%") for shade, step in enumerate(steps, start=1)]


def best_windows(found):
    """The up to three cells with the highest sure answer rate: by the lower end of their interval, so that luck does not win."""
    sure = [cell for row in found.rows for cell in row if cell.is_sure]
    return sorted(sure, key=lambda cell: (-cell.low, cell.weekday, cell.hour))[:BEST]


def _said(cell):
    return (
        f"{WEEKDAYS[cell.weekday]}, {span_name(cell.hour)}",
        f"{cell.rate}% answered: {intcomma(cell.reached)} of {intcomma(cell.dials)} dials, with 95% confidence {cell.low}% to "
        f"{cell.high}%",
    )


def sheet(found):
    """The table of a HeatMap."""
    columns = (
        Column("Weekday", TEXT), Column("Hour", TEXT), Column("Dials"), Column("Reached"), Column("Answer rate", RATE),
        Column("At least", RATE), Column("At most", RATE), Column("Enough dials", TEXT),
    )  # fmt: skip
    rows = [
        Row(
            (
                WEEKDAYS[cell.weekday], span_name(cell.hour), cell.dials, cell.reached, cell.rate, cell.low, cell.high,
                "yes" if cell.is_sure else f"no, under {FEWEST}",
            ),
            tone="" if cell.is_sure else "quiet",
        )
        for row in found.rows
        for cell in row
        if cell.dials
    ]  # fmt: skip
    note = (
        "Answered dials by weekday and hour on the patients’ own clocks. Each cell tells the answer rate, the dials it is made "
        f"of, and between which rates the true one lies with 95% confidence. Gray: fewer than {FEWEST} dials, too few to go by."
    )
    best = best_windows(found)
    average = share(sum(cell.reached for row in found.rows for cell in row), found.placed)
    remarks = ()
    if not best:
        remarks = (f"No hour has {FEWEST} dials yet: take a longer period to see when patients answer.",)
    elif best[0].low <= average:
        remarks = (f"No hour is surely better than the average of {average}% yet: a longer period tells more.",)
    if found.unplaced:
        remarks += (f"{intcomma(found.unplaced)} dials are left out: the clocks of those patients are not known for sure.",)
    return Sheet("answer_times", "When patients answer", columns, rows, note, remarks)
