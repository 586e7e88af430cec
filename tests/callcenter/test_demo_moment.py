"""The moment a demo shows: within calling hours of both coasts, never in the future, never backwards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.demo.moment import demo_moment, offset_seconds

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=5 * 365)).map(lambda passed: START + passed)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("real", "shown"),
    [
        ("2026-11-24 18:00", "2026-11-24 18:00"),  # Tuesday, 10:00 in Los Angeles
        ("2026-11-24 17:30", "2026-11-24 17:30"),  # the first minute
        ("2026-11-24 17:29", "2026-11-23 21:00"),  # a minute earlier: the afternoon before
        ("2026-11-24 21:00", "2026-11-24 21:00"),  # 16:00 in New York
        ("2026-11-24 23:10", "2026-11-24 21:00"),
        ("2026-11-22 19:00", "2026-11-20 21:00"),  # Sunday
        ("2026-11-23 03:00", "2026-11-20 21:00"),  # Monday by UTC, Sunday in New York
        ("2026-11-23 12:00", "2026-11-20 21:00"),  # Monday before anybody works
        ("2026-07-14 16:30", "2026-07-14 16:30"),  # summer time: everything an hour earlier by UTC
        ("2026-07-14 20:45", "2026-07-14 20:00"),
        ("2026-10-31 12:00", "2026-10-30 20:00"),  # the weekend the clocks go back
        ("2026-11-02 17:00", "2026-10-30 20:00"),  # on the Monday after, 17:00 is 9:00 in Los Angeles
        ("2026-11-02 17:30", "2026-11-02 17:30"),
        ("2026-03-09 16:30", "2026-03-09 16:30"),  # the Monday after the clocks went forward
        ("2026-11-26 19:00", "2026-11-25 21:00"),  # Thanksgiving
        ("2026-11-27 03:00", "2026-11-25 21:00"),  # the night after it
        ("2027-12-31 19:00", "2027-12-30 21:00"),  # New Year's Day, kept on the Friday before
    ],
)
def test_moments(real, shown):
    assert demo_moment(utc(real)) == utc(shown)
    assert offset_seconds(utc(real)) == (utc(shown) - utc(real)).total_seconds()


@given(MOMENTS)
def test_both_coasts_are_at_work_and_nothing_lies_ahead(real):
    shown = demo_moment(real)
    east, west = shown.astimezone(NEW_YORK), shown.astimezone(LOS_ANGELES)
    assert real - timedelta(days=5) < shown <= real  # a holiday beside a weekend, and the hours until the coasts are at work
    assert east.isoweekday() <= 5
    assert east.date() not in holidays.UnitedStates(years=east.year)
    assert (west.hour, west.minute) >= (9, 30)
    assert (east.hour, east.minute, east.second, east.microsecond) <= (16, 0, 0, 0)


@given(MOMENTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10)))
def test_a_later_start_never_shows_an_earlier_moment(real, passed):
    first, second = real, real + passed
    assert demo_moment(first) <= demo_moment(second)
    shown = [moment.replace(microsecond=0) + timedelta(seconds=offset_seconds(moment)) for moment in (first, second)]
    assert shown[0] <= shown[1]


@given(real=MOMENTS, minutes=st.integers(1, 600))
def test_a_demo_that_ran_on_past_the_window_is_not_set_back(real, minutes):
    last_call = demo_moment(real) + timedelta(minutes=minutes)
    shown = real.replace(microsecond=0) + timedelta(seconds=offset_seconds(real, last_call=last_call))
    assert shown <= real or shown == demo_moment(real)
    if last_call <= real.replace(microsecond=0):
        assert shown >= last_call
