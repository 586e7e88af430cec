"""What the dashboard concludes from its numbers: shades, best windows, the recommended cap, the cost of long leads."""

from decimal import Decimal

import pytest

from reports import answer_times, booking_sheets, call_sheets, cards
from reports.bookings import Fates, LeadTime
from reports.calls import AttemptReturn, RecommendedCap
from reports.heat_map import HeatCell, HeatMap, wilson
from reports.sheet import RATE, TEXT, Column, Row, Sheet, drawn

HOURS = [9, 10]


def cell(day, hour, dials, reached):
    return HeatCell(day, hour, dials, reached, *wilson(reached, dials))


def heat(cells):
    """A HeatMap of two hours in which the given (weekday, hour) → (dials, reached) were dialed."""
    rows = [[cell(day, hour, *cells.get((day, hour), (0, 0))) for hour in HOURS] for day in range(7)]
    return HeatMap(HOURS, rows, sum(dials for dials, _reached in cells.values()), 0)


def test_a_cell_is_shaded_by_its_rate_and_gray_below_thirty_dials():
    shades = answer_times.shades(heat({(0, 9): (100, 10), (1, 9): (100, 20), (2, 9): (100, 35), (3, 9): (29, 29)}))
    assert [each.shade for each in shades.hours[0][1]] == [1, 3, 5, 0, None, None, None]
    assert shades.key == [
        (1, "from 10.0%"), (2, "from 15.0%"), (3, "from 20.0%"), (4, "from 25.0%"), (5, "from 30.0%")
    ]  # fmt: skip


def test_cells_of_one_rate_have_one_shade():
    shades = answer_times.shades(heat({(0, 9): (100, 10), (1, 9): (200, 20)}))
    assert ([each.shade for each in shades.hours[0][1][:2]], shades.key) == ([5, 5], [(5, "10.0%")])


def test_the_best_windows_are_not_those_of_a_few_lucky_dials():
    cells = {(0, 9): (31, 12), (1, 9): (1000, 350), (2, 9): (1000, 300), (3, 10): (29, 29), (4, 10): (1000, 100)}
    shades = answer_times.shades(heat(cells))
    assert [window for window, _words in shades.best] == ["Tuesday, 9–10 AM", "Wednesday, 9–10 AM", "Monday, 9–10 AM"]
    assert shades.best[0][1] == "35.0% answered: 350 of 1,000 dials, with 95% confidence 32.1% to 38.0%"


@pytest.mark.parametrize(
    ("cells", "remarks"),
    [
        ({(0, 9): (29, 9)}, ("No hour has 30 dials yet: take a longer period to see when patients answer.",)),
        (
            {(0, 9): (40, 9), (1, 9): (40, 10)},
            ("No hour is surely better than the average of 23.8% yet: a longer period tells more.",),
        ),
        ({(0, 9): (1000, 100), (1, 9): (1000, 400)}, ()),
    ],
)
def test_what_the_heat_map_does_not_show_is_said(cells, remarks):
    assert answer_times.sheet(heat(cells)).remarks == remarks


@pytest.mark.parametrize(
    ("hour", "name"), [(0, "12–1 AM"), (9, "9–10 AM"), (11, "11 AM–12 PM"), (12, "12–1 PM"), (20, "8–9 PM"), (23, "11 PM–12 AM")]
)
def test_hours_are_named_by_the_clock(hour, name):
    assert answer_times.span_name(hour) == name


def attempt(number, dials, pays):
    return AttemptReturn(number, dials, 1, Decimal("1.00"), Decimal("0.44"), pays)


@pytest.mark.parametrize(
    ("attempts", "returns", "words"),
    [
        (3, [attempt(n, 100, n < 4) for n in (1, 2, 3, 4)], "Recommended for a patient: at most 3 attempts. Why."),
        (1, [attempt(1, 100, True), attempt(2, 9, False)], "Recommended for a patient: at least 1 attempt. Why."),
        (2, [attempt(1, 100, True), attempt(2, 100, True)], "Recommended for a patient: at least 2 attempts. Why."),
        (0, [attempt(1, 100, False)], "Recommended for a patient: no attempt. Why."),
        (None, [], "Why."),
    ],
)
def test_the_cap_is_said_as_far_as_it_is_known(attempts, returns, words):
    assert call_sheets.cap_in_words(RecommendedCap(attempts, "Why.", returns)) == words


def leads(short, long):
    return [LeadTime(0, 7, Fates(kept=short[0], no_show=short[1])), LeadTime(22, None, Fates(kept=long[0], no_show=long[1]))]


def test_what_a_long_lead_costs_is_said_where_it_can_be_told():
    table = booking_sheets.lead_times(None, leads((80, 20), (30, 20)))
    assert table.remarks == (
        "Booked over 14 days ahead, 40.0% did not show (20 of 50); booked sooner, 20.0% (20 of 100).",
    )  # fmt: skip
    assert [row.tone for row in table.rows] == ["", "warn", "total"]
    assert table.chart["marked"] == [False, True]
    few = booking_sheets.lead_times(None, leads((80, 20), (1, 1)))
    assert few.remarks[0].startswith("Too few to compare: 100 visits booked up to 14 days ahead were kept or missed, and 2 ")


def test_a_chart_leaves_the_total_out_and_says_the_unit():
    columns = (Column("Name", TEXT), Column("Rate", RATE))
    rows = [Row(("Ana", 12.5)), Row(("Ben", None)), Row(("All", 12.5), tone="total")]
    assert drawn(columns, rows, kind="bar", series=("Rate",)) == {
        "kind": "bar", "labels": ["Ana", "Ben"], "unit": "%", "series": [{"name": "Rate", "values": [12.5, None]}],
    }  # fmt: skip


def test_a_table_of_zeros_is_empty():
    columns = (Column("Name", TEXT), Column("Dials"), Column("In words", TEXT))
    assert [Sheet("c", "T", columns, [Row(("Ana", count, "none"))]).is_empty for count in (0, None, 3)] == [True, True, False]


@pytest.mark.parametrize(
    ("now", "before", "unit", "words"),
    [
        (0, 1, " days", "−1 day"),
        (3, 1, " days", "+2 days"),
        (21.0, 20.0, " pts", "+1 pt"),
        (20.4, 20.0, " pts", "+0.4 pts"),
        (4, 5, " s", "−1 s"),
    ],
)
def test_a_difference_of_one_is_told_in_the_singular(now, before, unit, words):
    assert cards._change(now, before, unit) == (words, "neutral")
