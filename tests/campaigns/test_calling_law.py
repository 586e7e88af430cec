"""The law's hours as data: the figures of the published tables, their doubts, and what follows for an unknown place."""

from datetime import date, time

import pytest

from campaigns import calling_law
from campaigns.calling_law import BY_STATE, FEDERAL, NOTES, UNKNOWN_STATE, Window, forbidden_holiday, state_law
from patients.area_states import STATES
from tests.campaigns.calling_oracle import D2, NONE

ON = date(2026, 11, 17)


def window(hours):
    return None if hours == NONE else Window(time(hours[0]), time(hours[1]))


@pytest.mark.parametrize("state", sorted(D2))
def test_the_hours_of_the_published_tables(state):
    row = state_law(state, on=ON)
    assert [row.weekdays, row.saturday, row.sunday] == [window(hours) for hours in D2[state]]


def test_no_row_is_missing_or_left_over():
    assert set(BY_STATE) == set(D2)


def test_federal_hours_are_eight_to_nine_every_day():
    assert [FEDERAL.window(weekday) for weekday in range(1, 8)] == [Window(time(8), time(21))] * 7


def test_a_state_without_a_row_has_the_federal_hours_only():
    assert state_law("NY", on=ON) is None


@pytest.mark.parametrize("state", ["", "FM", "XX"])
def test_an_unknown_state_is_held_to_the_intersection_of_all(state):
    law = state_law(state, on=ON)
    assert law is UNKNOWN_STATE
    assert (law.weekdays, law.saturday, law.sunday) == (Window(time(10), time(18)), Window(time(10), time(17)), None)
    assert law.no_holidays
    assert law.most_in_a_day == 3


def test_calls_in_a_day_are_capped_in_three_states():
    assert {state: row.most_in_a_day for state, row in BY_STATE.items() if row.most_in_a_day} == {"FL": 3, "MD": 3, "OK": 3}


def test_three_states_forbid_calls_on_holidays():
    assert {state for state, row in BY_STATE.items() if row.no_holidays} == {"AL", "LA", "RI"}


def test_every_row_names_its_source_and_the_doubtful_ones_the_doubt():
    assert all(row.citation for row in [FEDERAL, *BY_STATE.values(), *NOTES.values()])
    assert {state for state, row in BY_STATE.items() if row.conflict} == {"CT", "MI", "MN", "NV", "UT"}
    assert {state for state, row in BY_STATE.items() if row.verify} == {"PA"}


def test_rules_about_devices_are_on_record_and_take_no_hours_away():
    assert set(NOTES) == {"IN", "ME", "NJ"}
    assert all(note.note.startswith(("Automated", "No unsolicited")) for note in NOTES.values())
    assert [state_law(state, on=ON) for state in NOTES] == [None, None, None]


def test_pennsylvania_has_no_sunday_from_the_day_that_is_reported():
    assert state_law("PA", on=date(2026, 10, 17)) is None
    assert state_law("PA", on=date(2026, 10, 18)).sunday is None


def test_every_state_of_the_table_is_known_by_name():
    assert set(BY_STATE) | set(NOTES) <= set(STATES)
    assert calling_law.VERSION == "2026-10"


@pytest.mark.parametrize(
    ("state", "on", "name"),
    [
        ("LA", date(2027, 2, 9), "Mardi Gras"),
        ("LA", date(2027, 3, 26), "Good Friday"),
        ("RI", date(2027, 8, 9), "Victory Day"),
        ("AL", date(2026, 11, 26), "Thanksgiving Day"),
        ("AL", date(2027, 10, 11), "Columbus Day"),
        ("", date(2027, 2, 9), "Mardi Gras"),
        ("RI", date(2027, 2, 9), None),
        ("NY", date(2026, 11, 26), None),
        ("LA", date(2027, 2, 10), None),
    ],
)
def test_holidays_on_which_the_law_forbids_calls(state, on, name):
    assert forbidden_holiday(state, on=on) == name
