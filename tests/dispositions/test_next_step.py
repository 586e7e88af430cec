"""The step after an outcome, as properties over all dispositions and moments."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispositions.defaults import DEFAULTS
from dispositions.models import Disposition
from dispositions.next_step import next_step
from dispositions.vocabulary import CLOSES_AS

DISPOSITIONS = [Disposition(practice_id=1, position=position, **row) for position, row in enumerate(DEFAULTS)]
BY_CODE = {disposition.code: disposition for disposition in DISPOSITIONS}
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)

steps = {
    "disposition": st.sampled_from(DISPOSITIONS),
    "attempt_number": st.integers(1, 12),
    "max_attempts": st.integers(1, 12),
    "numbers_left": st.integers(0, 3),
    "callback_at": st.none() | st.integers(1, 5000).map(lambda hours: NOW + timedelta(hours=hours)),
}


def step(disposition, **options):
    given = {"attempt_number": 1, "max_attempts": 5, "numbers_left": 1, "now": NOW} | options
    return next_step(disposition, **given)


@given(**steps)
def test_it_closes_or_waits_never_both_and_never_into_the_past(disposition, **options):
    result = step(disposition, **options)
    assert bool(result.closes_as) != bool(result.eligible_at)
    if result.eligible_at:
        assert result.eligible_at > NOW


@given(**steps)
def test_a_closing_disposition_closes_whatever_the_rest(disposition, **options):
    if disposition.closes_as:
        assert step(disposition, **options).closes_as == disposition.closes_as


@given(**steps)
def test_used_attempts_end_it_unless_a_callback_was_promised(disposition, **options):
    result = step(disposition, **options)
    if options["attempt_number"] >= options["max_attempts"] and not disposition.closes_as:
        assert bool(result.closes_as) == (options["callback_at"] is None or result.closes_as == "UNREACHABLE")


def test_the_design_table_of_closings():
    assert {code: d.closes_as for code, d in BY_CODE.items() if d.closes_as} == {
        "DONE": "WON",
        "RECONFIRMED": "ALREADY_BOOKED",
        "LOST": "LOST",
        "DNC": "OPTED_OUT",
        "DUPLICATE": "DUPLICATE",
    }
    assert len(DEFAULTS) == 12
    assert set(dict(CLOSES_AS)) >= {d.closes_as for d in DISPOSITIONS if d.closes_as}


@pytest.mark.parametrize(
    ("code", "earliest", "latest"),
    [("NOANS", 6, 8), ("LVM", 6, 8), ("HUNGUP", 14, 15), ("UNAVLBL", 1, 2), ("WNUM", 1, 2), ("DCONN", 0.5, 2)],
)
def test_the_design_table_of_waits(code, earliest, latest):
    days = (step(BY_CODE[code]).eligible_at - NOW) / timedelta(days=1)
    assert earliest <= days <= latest


def test_a_lost_number_closes_when_it_was_the_last():
    assert step(BY_CODE["WNUM"], numbers_left=0).closes_as == "UNREACHABLE"
    assert step(BY_CODE["WNUM"], numbers_left=1).closes_as == ""
