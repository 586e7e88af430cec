"""The step after an outcome, as properties over all dispositions and moments."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispositions.defaults import DEFAULTS
from dispositions.models import Disposition
from dispositions.next_step import APART, next_step, part_of_day, wait_days, was_unanswered
from dispositions.vocabulary import CLOSES_AS

DISPOSITIONS = [Disposition(practice_id=1, position=position, **row) for position, row in enumerate(DEFAULTS)]
BY_CODE = {disposition.code: disposition for disposition in DISPOSITIONS}
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 17, 11, 0, tzinfo=ZONE)

steps = {
    "disposition": st.sampled_from(DISPOSITIONS),
    "attempt_number": st.integers(1, 12),
    "max_attempts": st.integers(1, 12),
    "numbers_left": st.integers(0, 3),
    "callback_at": st.none() | st.integers(1, 5000).map(lambda hours: NOW + timedelta(hours=hours)),
}


def hours(opens, closes, days=(1, 2, 3, 4, 5, 6)):
    """Calling hours on these weekdays, as windows(start) gives them."""

    def windows(start):
        for number in range(60):
            on = start.astimezone(ZONE).date() + timedelta(days=number)
            if on.isoweekday() in days:
                begins, ends = (datetime.combine(on, clock, ZONE) for clock in (opens, closes))
                if ends > start:
                    yield max(begins, start), ends

    return windows


ALL_DAY = hours(time(9), time(20))


def step(disposition, **options):
    given = {"attempt_number": 1, "max_attempts": 5, "numbers_left": 1, "now": NOW, "windows": ALL_DAY} | options
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
    ("code", "days"),
    [("NOANS", 7), ("LVM", 7), ("HUNGUP", 14), ("UNAVLBL", 1), ("WNUM", 1), ("DCONN", 1)],
)
def test_the_design_table_of_waits(code, days):
    assert (step(BY_CODE[code]).eligible_at.date() - NOW.date()).days == days


def test_a_lost_number_closes_when_it_was_the_last():
    assert step(BY_CODE["WNUM"], numbers_left=0).closes_as == "UNREACHABLE"
    assert step(BY_CODE["WNUM"], numbers_left=1).closes_as == ""


def test_the_wait_follows_the_attempt_number_and_the_last_figure_holds_on():
    rule = Disposition(practice_id=1, retry_after_days=[2, 5, 10])
    assert [wait_days(rule, attempt_number=number) for number in range(1, 6)] == [2, 5, 10, 10, 10]
    assert wait_days(Disposition(practice_id=1, retry_after_days=[]), attempt_number=1) == 7


moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes))
calls = moments.filter(lambda moment: moment.isoweekday() != 7 and 9 <= moment.hour < 20)
unanswered = st.lists(st.integers(1, 40 * 24 * 60), max_size=4)


@given(now=calls, before=unanswered, number=st.integers(1, 4), code=st.sampled_from(["NOANS", "LVM"]))
def test_after_no_answer_it_is_another_part_of_the_day_and_never_near_the_same_hour(now, before, number, code):
    earlier = sorted(now - timedelta(minutes=minutes) for minutes in before)
    result = step(BY_CODE[code], now=now, attempt_number=number, unanswered=earlier)
    moment = result.eligible_at
    assert part_of_day(moment) != part_of_day(now)
    apart = abs(timedelta(hours=moment.hour - now.hour, minutes=moment.minute - now.minute))
    assert apart >= APART
    assert any(opens <= moment < closes for opens, closes in ALL_DAY(moment))
    assert 7 <= (moment.date() - now.date()).days <= 9
    assert result.avoid_clock_at == now


def test_a_part_of_the_day_that_was_never_tried_comes_first():
    tried = [datetime(2026, 11, 3, 9, 30, tzinfo=ZONE), datetime(2026, 11, 10, 15, 0, tzinfo=ZONE)]
    assert part_of_day(step(BY_CODE["NOANS"], unanswered=tried).eligible_at) == 3  # morning, afternoon and midday were tried
    tried = [*tried, datetime(2026, 11, 12, 17, 0, tzinfo=ZONE)]
    assert part_of_day(step(BY_CODE["NOANS"], unanswered=tried).eligible_at) == 0  # all were: the one longest ago


@given(now=calls, code=st.sampled_from(sorted(BY_CODE)), number=st.integers(1, 4))
def test_a_waiting_patient_is_due_within_calling_hours_a_day_later_at_least(now, code, number):
    result = step(BY_CODE[code], now=now, attempt_number=number)
    if result.eligible_at:
        assert result.eligible_at >= now + timedelta(days=1) - timedelta(hours=1)  # clocks go forward once a year
        assert any(opens <= result.eligible_at < closes for opens, closes in ALL_DAY(result.eligible_at))


def test_hours_too_narrow_for_another_time_keep_the_day_and_forget_the_hour():
    result = step(BY_CODE["NOANS"], windows=hours(time(11), time(13)))
    assert (result.eligible_at, result.avoid_clock_at) == (NOW + timedelta(days=7), None)


def test_hours_that_never_open_lose_no_outcome():
    assert step(BY_CODE["NOANS"], windows=hours(time(9), time(20), days=())).eligible_at == NOW + timedelta(days=7)


def test_a_promise_outside_of_the_hours_moves_to_their_next_opening():
    night = NOW.replace(hour=22)
    assert step(BY_CODE["CBACK"], callback_at=night).eligible_at == (NOW + timedelta(days=1)).replace(hour=9)
    in_time = NOW.replace(hour=15)
    assert step(BY_CODE["CBACK"], callback_at=in_time).eligible_at == in_time


def test_only_a_dial_that_rang_out_shifts_the_time_of_day():
    assert {code for code, disposition in BY_CODE.items() if was_unanswered(disposition)} == {"NOANS", "LVM", "DUPLICATE"}
    assert step(BY_CODE["UNAVLBL"]).avoid_clock_at is None
