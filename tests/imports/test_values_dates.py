"""Dates in every hand EMRs write them in, the swapped cell, and dates inside prose."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from imports.values import dates

TODAY = dt.date(2026, 11, 23)
MDY, DMY = dates.DateFormat(), dates.DateFormat(order="DMY")
ZONE = ZoneInfo("America/New_York")


def read(text, form=MDY):
    return dates.read_date(text, form, today=TODAY, birth=True)


@pytest.mark.parametrize("text", [
    "Aug 15, 1942", "15-Aug-1942", "19420815", "1942-08-15T00:00:00", "8/15/1942 2:52:09 AM", "AUG 15 1942", "August 15, 1942",
    "15 Aug 1942",
    "15AUG1942", "Aug 15,1942", "AUGUST    15, 1942", "Sat, Aug 15, 1942", "Saturday, August 15, 1942",
    "1942-08-15 00:00:00.000", "08.15.1942",
    "8-15-1942", "15568", "15568.0", "1942/08/15", "1942-Aug-15", "15-Aug-42", "Aug-15-1942", "8/15/42", "August 15th, 1942",
    "'08/15/1942",
    "1942-08-15T00:00:00.000Z", "19420815000000", "Sat 15 Aug 1942",
])  # fmt: skip
def test_one_birth_in_every_hand(text):
    assert read(text) == dt.date(1942, 8, 15)


@pytest.mark.parametrize("text", [
    "", "Never", "0000-00-00", "0001-01-01", "1/1/0001 12:00:00 AM", "0001-01-01T00:00:00", "0000-00-00 00:00:00",
    "1900-01-01", "1/1/1900",
    "12/30/1899", "1753-01-01", "00/00/0000", "N/A", "none", "tbd",
])  # fmt: skip
def test_what_databases_write_for_no_date(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("35", "not a date"), ("Aug 1942", "not a date"), ("08/1942", "not a date"), ("1942", "only a year, not a date"),
        ("Marble 12, 1942", "not a date"), ("123456", "not a date"), ("02/29/1943", "there is no such date"), ("1/2/194",
        "the year has three digits"),
        ("8/15/2042", "a date of birth in the future"), ("1/1/9999", "the year is out of range"), ("²", "not a date"),
        ("1" * 500, "not a date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        read(text)


def test_a_cell_of_the_other_order_is_not_turned_silently():
    form = dates.vote(["03/24/1922", "05/31/1960", "25/12/1950"])

    assert (form.order, form.decided, form.ambiguous) == ("MDY", True, False)
    with pytest.raises(ValueError, match=r"^day and month are swapped in this cell$"):
        read("25/12/1950", form)
    with pytest.raises(ValueError, match=r"^day and month are swapped in this cell$"):
        read("12/25/1950", DMY)


@pytest.mark.parametrize(
    ("cells", "compact"),
    [(["19420815", "19501231"], "YMD"), (["08151942", "12311950"], "MDY"), (["15081942", "31121950"], "DMY")],
)
def test_eight_digits_are_told_by_vote(cells, compact):
    form = dates.vote(cells)

    assert form.compact == compact
    assert read(cells[0], form) == dt.date(1942, 8, 15)


def test_two_digit_births_are_never_ahead():
    assert [read(text).year for text in ("11/23/26", "11/24/26", "1/1/27", "1/1/99", "15-Aug-42")] == [
        2026,
        1926,
        1927,
        1999,
        1942,
    ]


def test_every_visit_in_prose_once():
    text = ("Seen 01/02/2024 for 185349003 (SNOMED-CT) - Office Visit at 10/11 Main St; Seen 03/04/2024 for x; "
            "Seen 01/02/2024 for y, born 05/06/1950")  # fmt: skip

    assert dates.dates_in(text, MDY, today=TODAY) == (dt.date(2024, 1, 2), dt.date(2024, 3, 4))
    assert dates.dates_in("1/2/2024, 3/4/2024", MDY, today=TODAY) == (dt.date(2024, 1, 2), dt.date(2024, 3, 4))
    assert dates.dates_in("never", MDY, today=TODAY) == ()
    with pytest.raises(ValueError, match=r"^no date in it$"):
        dates.dates_in("Office visit", MDY, today=TODAY)


def test_prose_votes_too():
    assert dates.vote(["Seen 24/03/2024 for x; Seen 25/04/2024 for y"]) == dates.DateFormat(order="DMY", decided=True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("05/10/2026 10:15 AM", (dt.date(2026, 5, 10), dt.time(10, 15))), ("8/17/2018 2:52:09 PM", (dt.date(2018, 8, 17),
        dt.time(14, 52))),
        ("2026-03-30T09:30:00-04:00", (dt.date(2026, 3, 30), dt.time(9, 30))), ("2026-03-30T13:30:00Z", (dt.date(2026, 3, 30),
        dt.time(9, 30))),
        ("2026-03-30 09:30:00", (dt.date(2026, 3, 30), dt.time(9, 30))), ("46111.5", (dt.date(2026, 3, 30), dt.time(12, 0))),
        ("2026-03-30", (dt.date(2026, 3, 30), None)), ("", (None, None)),
    ],
)  # fmt: skip
def test_days_with_times(text, moment):
    assert dates.read_datetime(text, MDY, today=TODAY, zone=ZONE) == moment


@pytest.mark.parametrize(
    ("text", "at"), [("0.40625", (9, 45)), (".5", (12, 0)), ("8/17/2018 2:52:09 AM", (2, 52)), ("10a", (10, 0))]
)
def test_times_of_spreadsheets(text, at):
    assert dates.read_time(text) == dt.time(*at)


@pytest.mark.parametrize("piece", ["1", " ", "1/", "Jan ", "00:00 ", "a", "1.", "Seen ", "1/2/2024 ", "0000-", "Z", "+"])
def test_hostile_cells_are_read_at_once(piece):
    started = time.monotonic()
    cell = piece * 100_000
    for act in (
        lambda: dates.read_date(cell, MDY, today=TODAY),
        lambda: dates.read_datetime(cell, MDY, today=TODAY, zone=ZONE),
        lambda: dates.read_time(cell),
        lambda: dates.dates_in(cell, MDY, today=TODAY),
        lambda: dates.vote([cell]),
    ):
        try:
            act()
        except ValueError as fault:
            assert piece * 20 not in str(fault)  # noqa: PT017

    assert time.monotonic() - started < 2
