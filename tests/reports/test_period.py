from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Practice
from reports.period import Period

NEW_YORK = Practice(time_zone="America/New_York")
HONOLULU = Practice(time_zone="Pacific/Honolulu")
# 11:00 in New York, 6:00 in Honolulu
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)


def test_today_begins_at_the_practices_midnight():
    period = Period.named("today", practice=NEW_YORK, now=NOW)
    assert (period.first_on, period.last_on) == (date(2026, 11, 17), date(2026, 11, 17))
    assert period.starts_at == datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
    assert period.ends_at == NOW


def test_the_date_is_that_of_the_practice():
    late = datetime(2026, 11, 17, 4, 0, tzinfo=UTC)  # still the 16th in New York
    assert Period.named("today", practice=NEW_YORK, now=late).last_on == date(2026, 11, 16)
    assert Period.named("today", practice=HONOLULU, now=late).starts_at == datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


def test_thirty_days_reach_over_the_end_of_daylight_saving_time():
    period = Period.named("30", practice=NEW_YORK, now=NOW)
    assert period.first_on == date(2026, 10, 19)
    assert period.starts_at == datetime(2026, 10, 19, 4, 0, tzinfo=UTC)  # UTC-4 then, UTC-5 now
    assert period.dates == [date(2026, 10, 19) + timedelta(days=offset) for offset in range(30)]


@pytest.mark.parametrize(("key", "days"), [("today", 1), ("7", 7), ("30", 30)])
def test_the_period_before_ends_at_the_same_time_of_day(key, days):
    before = Period.named(key, practice=NEW_YORK, now=NOW).before(practice=NEW_YORK)
    assert before.last_on == date(2026, 11, 17) - timedelta(days=days)
    assert before.first_on == before.last_on - timedelta(days=days - 1)
    assert NEW_YORK.local(before.ends_at).strftime("%H:%M") == "11:00"
    assert NEW_YORK.local(before.starts_at).strftime("%H:%M") == "00:00"
