"""Nobody is called out of hours, whatever the zone, the evidence or the change of clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Practice
from campaigns.calling_hours import ALL_ZONES, NeverOpen, is_open, next_open

PRACTICE = Practice(slug="x", calls_open=time(9), calls_close=time(20), call_days=[1, 2, 3, 4, 5, 6])
START = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 14 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
keys = st.lists(st.sampled_from(ALL_ZONES), max_size=3, unique=True).map(lambda zones: "|".join(sorted(zones)))


def in_hours(zone, moment):
    local = moment.astimezone(ZoneInfo(zone))
    return local.isoweekday() != 7 and 9 <= local.hour < 20


@given(zone_key=keys, moment=moments)
def test_open_means_open_in_every_zone_there_is_evidence_for(zone_key, moment):
    zones = zone_key.split("|") if zone_key else ALL_ZONES
    assert is_open(practice=PRACTICE, zone_key=zone_key, now=moment) == all(in_hours(zone, moment) for zone in zones)


@settings(max_examples=60)
@given(zone_key=keys, moment=moments)
def test_the_next_open_moment_is_open_and_nothing_before_it_is(zone_key, moment):
    found = next_open(practice=PRACTICE, zone_key=zone_key, moment=moment)
    assert found >= moment
    assert is_open(practice=PRACTICE, zone_key=zone_key, now=found)
    if found > moment + timedelta(minutes=15):
        assert not is_open(practice=PRACTICE, zone_key=zone_key, now=found - timedelta(minutes=15))


@pytest.mark.parametrize(
    ("zone", "utc", "expected"),
    [
        ("America/New_York", "2026-03-07T14:00", True),  # 9:00 EST, the day before clocks go forward
        ("America/New_York", "2026-03-09T13:00", True),  # 9:00 EDT, the day after the Sunday
        ("America/New_York", "2026-03-09T12:59", False),
        ("America/Phoenix", "2026-03-09T16:00", True),  # Arizona keeps its clocks
        ("America/New_York", "2026-11-02T13:59", False),  # 8:59 EST, clocks went back
        ("America/New_York", "2026-11-02T14:00", True),
    ],
)
def test_around_the_change_of_clocks(zone, utc, expected):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert is_open(practice=PRACTICE, zone_key=zone, now=moment) == expected


def test_a_patient_without_evidence_is_called_only_when_every_zone_is_open():
    open_hours = [
        hour for hour in range(24) if is_open(practice=PRACTICE, zone_key="", now=datetime(2026, 11, 17, hour, tzinfo=UTC))
    ]
    assert open_hours == [19, 20, 21, 22, 23]  # 9:00 in Honolulu to 20:00 in Puerto Rico


def test_hours_that_never_open_are_said_not_searched_forever():
    never = Practice(slug="x", calls_open=time(9), calls_close=time(20), call_days=[])
    with pytest.raises(NeverOpen):
        next_open(practice=never, zone_key="America/New_York", moment=datetime(2026, 11, 17, tzinfo=UTC))
