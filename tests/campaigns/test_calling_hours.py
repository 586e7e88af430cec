"""Nobody is called out of hours, whatever the place, the evidence, the date or the change of clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accounts import tenancy
from accounts.models import Practice
from campaigns.calling_hours import ALL_ZONES, OWN_ROWS_AND_KEYS, Hours, NeverOpen, end_of_calling, local_zone
from campaigns.calling_limits import Day, Rule
from campaigns.models import CalendarDay, HoursRule
from patients.models import Patient
from patients.wishes import wish_key
from tests.campaigns.calling_oracle import ANYWHERE, D2, may_call

MINUTE = timedelta(minutes=1)
WIDEST = Practice(slug="x", calls_open=time(8), calls_close=time(21), call_days=[1, 2, 3, 4, 5, 6, 7])
USUAL = Practice(slug="x", calls_open=time(9), calls_close=time(20), call_days=[1, 2, 3, 4, 5, 6])
TUESDAY = datetime(2026, 11, 17, 16, tzinfo=UTC)  # 11:00 in New York
NEW_YORK, RHODE_ISLAND = "America/New_York@NY", "America/New_York@RI"

# Each zone of the country with a state in it that has hours of its own, where there is one.
ZONES = [
    ("America/New_York", "RI"), ("America/New_York", "PA"), ("America/New_York", "CT"), ("America/Detroit", "MI"),
    ("America/Kentucky/Louisville", "KY"), ("America/Kentucky/Monticello", "KY"), ("America/Indiana/Indianapolis", "IN"),
    ("America/Indiana/Vincennes", "IN"), ("America/Indiana/Winamac", "IN"), ("America/Indiana/Marengo", "IN"),
    ("America/Indiana/Petersburg", "IN"), ("America/Indiana/Vevay", "IN"), ("America/Indiana/Tell_City", "IN"),
    ("America/Indiana/Knox", "IN"), ("America/Menominee", "MI"), ("America/Chicago", "TX"), ("America/Chicago", "LA"),
    ("America/Chicago", "AL"), ("America/North_Dakota/Center", "ND"), ("America/North_Dakota/New_Salem", "ND"),
    ("America/North_Dakota/Beulah", "ND"), ("America/Denver", "UT"), ("America/Denver", "SD"), ("America/Boise", "ID"),
    ("America/Phoenix", "AZ"), ("America/Los_Angeles", "NV"), ("America/Los_Angeles", "WA"), ("America/Anchorage", "AK"),
    ("America/Juneau", "AK"), ("America/Sitka", "AK"), ("America/Metlakatla", "AK"), ("America/Yakutat", "AK"),
    ("America/Nome", "AK"), ("America/Adak", "AK"), ("Pacific/Honolulu", "HI"), ("America/Puerto_Rico", "PR"),
    ("America/St_Thomas", "VI"), ("Pacific/Guam", "GU"), ("Pacific/Saipan", "MP"), ("Pacific/Pago_Pago", "AS"),
    ("America/Toronto", ""), ("America/St_Johns", ""),
]  # fmt: skip


def changes(year):
    """The Sundays on which the clocks of the country change: the second of March, the first of November."""
    march, november = date(year, 3, 8), date(year, 11, 1)
    return [on + timedelta(days=(6 - on.weekday()) % 7) for on in (march, november)]


def first_difference(hours, key, minutes, **rules):
    """The first minute on which the engine and the oracle differ, or None."""
    return next((each for each in minutes if hours.is_open(key, each) != may_call(each, **rules)), None)


def minutes_around_changes():
    for year in range(2024, 2038):
        for sunday in changes(year):
            # Three days of every zone from Saipan to Samoa.
            start = datetime.combine(sunday - timedelta(days=1), time(0), UTC) - timedelta(hours=11)
            yield from (start + n * MINUTE for n in range((72 + 22) * 60))


@pytest.mark.parametrize(("zone", "state"), ZONES)
def test_every_minute_around_every_change_of_clocks_is_offered_only_within_the_hours(zone, state):
    differs = first_difference(
        Hours(WIDEST), f"{zone}@{state}", minutes_around_changes(), places=[(zone, state)], practice=WIDEST
    )
    assert differs is None


def test_hours_off_by_one_would_be_found():
    """The control: an engine whose practice closes an hour later than the oracle's is caught at the first such minute."""
    later = Practice(slug="x", calls_open=time(9), calls_close=time(20), call_days=USUAL.call_days)
    earlier = Practice(slug="x", calls_open=time(9), calls_close=time(19), call_days=USUAL.call_days)
    differs = first_difference(
        Hours(later), NEW_YORK, minutes_around_changes(), places=[("America/New_York", "NY")], practice=earlier
    )
    assert differs == datetime(2024, 3, 9, 0, 0, tzinfo=UTC)  # 19:00 EST on the Friday


def test_hours_of_the_wrong_state_would_be_found():
    differs = first_difference(
        Hours(WIDEST), NEW_YORK, minutes_around_changes(), places=[("America/New_York", "RI")], practice=WIDEST
    )
    assert differs == datetime(2024, 3, 8, 13, 0, tzinfo=UTC)  # 8:00 EST on the Friday


states = st.sampled_from(["", *sorted(D2), "NY", "CA", "PR"])
zones = st.sampled_from(["America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu"])
places = st.lists(st.tuples(zones, states), min_size=0, max_size=3, unique=True)
clock_times = st.integers(0, 24 * 4 - 1).map(lambda n: time(n // 4, n % 4 * 15))
moments = st.integers(0, 14 * 365 * 24 * 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + n * MINUTE)
weekdays = st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)


@st.composite
def situations(draw):
    """(hours, key, what the oracle takes): a practice with rules and a calendar, and somebody with places and a wish."""
    opens, closes = sorted(draw(st.lists(st.integers(8 * 4, 21 * 4), min_size=2, max_size=2, unique=True)))
    practice = Practice(
        slug="x",
        calls_open=time(opens // 4, opens % 4 * 15),
        calls_close=time(closes // 4, closes % 4 * 15),
        call_days=draw(weekdays),
    )
    found, rules = draw(places), []
    for _ in range(draw(st.integers(0, 2))):
        starts, ends = sorted(draw(st.lists(clock_times, min_size=2, max_size=2, unique=True)))
        is_ban = draw(st.booleans())
        rules.append((draw(states), draw(weekdays), None if is_ban else starts, None if is_ban else ends))
    days = draw(st.dictionaries(st.dates(date(2024, 1, 1), date(2037, 12, 31)), st.booleans(), max_size=3))
    wish, key = None, "|".join(sorted(f"{zone}@{state}" for zone, state in found))
    if draw(st.booleans()):
        starts, ends = sorted(draw(st.lists(clock_times, min_size=2, max_size=2, unique=True)))
        wish = (draw(weekdays), starts, ends)
        key += wish_key(weekdays=wish[0], starts=starts, ends=ends)
    hours = Hours(
        practice,
        rules=[Rule(state, tuple(about), starts, ends, "why") for state, about, starts, ends in rules],
        days={on: Day(is_closed, "a day") for on, is_closed in days.items()},
    )
    rules = {"rules": rules, "days": days, "wish": wish, "practice": practice}
    return hours, key, rules | {"places": found or [(zone, "") for zone in ANYWHERE]}


@settings(max_examples=400)
@given(situation=situations(), moment=moments)
def test_open_means_that_every_rule_allows_it_everywhere_the_person_may_be(situation, moment):
    hours, key, rules = situation
    assert hours.is_open(key, moment) == may_call(moment, **rules)
    assert (hours.closed_by(key, moment) is None) == hours.is_open(key, moment)


@settings(max_examples=60, deadline=None)
@given(situation=situations(), moment=moments)
def test_spans_hold_exactly_the_minutes_that_are_open(situation, moment):
    hours, key, rules = situation
    spans = list(hours.spans(key, moment, days=3))
    for minute in (moment + n * MINUTE for n in range(3 * 24 * 60)):
        assert any(opens <= minute < closes for opens, closes in spans) == may_call(minute, **rules)
    assert spans == sorted(spans)


@settings(max_examples=80, deadline=None)
@given(situation=situations(), moment=moments)
def test_the_next_opening_is_the_first_open_minute(situation, moment):
    hours, key, rules = situation
    try:
        found = hours.next_open(key, moment)
    except NeverOpen:
        assert not any(may_call(moment + n * 15 * MINUTE, **rules) for n in range(7 * 24 * 4))
        return
    assert may_call(found, **rules)
    assume(found > moment)
    assert not may_call(found - MINUTE, **rules)
    step = max(MINUTE, (found - moment) / 500)
    assert not any(may_call(moment + n * step, **rules) for n in range(500) if moment + n * step < found)


@settings(max_examples=80)
@given(situation=situations(), moment=moments)
def test_the_end_of_an_open_span_is_the_first_closed_minute(situation, moment):
    hours, key, rules = situation
    ends = hours.closes_at(key, moment)
    assert (ends is not None) == may_call(moment, **rules)
    if ends:
        assert may_call(ends - MINUTE, **rules)
        assert not may_call(ends, **rules)


def test_a_patient_without_evidence_is_called_only_when_every_place_is_open():
    hours = Hours(USUAL)
    weekday = [hour for hour in range(24) if hours.is_open("", datetime(2026, 11, 17, hour, tzinfo=UTC))]
    saturday = [hour for hour in range(24) if hours.is_open("", datetime(2026, 11, 21, hour, tzinfo=UTC))]
    assert weekday == [20, 21]  # 10:00 in Honolulu to 18:00 in Puerto Rico
    assert saturday == [20]
    assert set(ALL_ZONES) == set(ANYWHERE)


def test_a_moment_within_a_minute_counts_to_its_second():
    hours = Hours(USUAL)
    assert hours.is_open(NEW_YORK, datetime(2026, 11, 18, 0, 59, 59, 999999, tzinfo=UTC))
    assert not hours.is_open(NEW_YORK, datetime(2026, 11, 18, 1, 0, tzinfo=UTC))
    within = datetime(2026, 11, 17, 16, 0, 30, tzinfo=UTC)
    assert hours.next_open(NEW_YORK, within) == within


def test_hours_that_never_open_are_said_not_searched_forever():
    never = Practice(slug="x", calls_open=time(9), calls_close=time(20), call_days=[])
    with pytest.raises(NeverOpen):
        Hours(never).next_open(NEW_YORK, TUESDAY)


def test_a_wish_that_no_two_places_have_in_common_never_opens():
    with pytest.raises(NeverOpen):
        Hours(USUAL).next_open("America/Los_Angeles@CA|America/New_York@NY#2/0900-1100", TUESDAY)


@pytest.mark.parametrize(
    ("key", "utc", "kind", "words"),
    [
        (NEW_YORK, "2026-11-17T12:30", "FEDERAL", "Federal law allows calls from 8:00 AM (47 CFR 64.1200(c)(1))"),
        (
            RHODE_ISLAND,
            "2026-11-17T23:00",
            "STATE",
            "Rhode Island allows calls until 6:00 PM Monday to Friday (R.I. Gen. Laws 5-61-2(2), 5-61-3.6)",
        ),
        (
            RHODE_ISLAND,
            "2026-11-21T14:30",
            "STATE",
            "Rhode Island allows calls from 10:00 AM on Saturday (R.I. Gen. Laws 5-61-2(2), 5-61-3.6)",
        ),
        (
            RHODE_ISLAND,
            "2026-11-22T16:00",
            "STATE",
            "Rhode Island allows no calls on Sunday (R.I. Gen. Laws 5-61-2(2), 5-61-3.6)",
        ),
        ("America/Chicago@FL", "2026-11-18T02:30", "STATE", "Florida allows calls until 8:00 PM (Fla. Stat. 501.616(6))"),
        (
            "America/New_York@",
            "2026-11-17T23:00",
            "STATE",
            "The state is not known, and the strictest allows calls until 6:00 PM Monday to Friday",
        ),
        (
            "America/Chicago@LA",
            "2027-02-09T16:00",
            "STATE_HOLIDAY",
            "Holiday: Mardi Gras. Louisiana allows no calls (LPSC R-29617; La. R.S. 45:811)",
        ),
        (NEW_YORK, "2026-11-26T16:00", "HOLIDAY", "Holiday: Thanksgiving Day"),
        (NEW_YORK, "2026-11-17T13:30", "PRACTICE", "The practice makes calls from 9:00 AM to 8:00 PM"),
        (NEW_YORK, "2026-11-22T16:00", "PRACTICE", "The practice makes no calls on Sunday"),
        (NEW_YORK + "#13/0900-1200", "2026-11-17T16:00", "WISH", "The person asked to be called Mon, Wed, 9:00 AM–12:00 PM"),
    ],
)
def test_what_forbids_a_call_is_said_with_its_source(key, utc, kind, words):
    closure = Hours(USUAL).closed_by(key, datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert (closure.kind, str(closure)) == (kind, words)


def test_where_there_are_several_places_the_one_that_is_closed_is_named():
    closure = Hours(USUAL).closed_by("America/Los_Angeles@CA|America/New_York@NY", datetime(2026, 11, 17, 15, tzinfo=UTC))
    words = "Federal law allows calls from 8:00 AM (47 CFR 64.1200(c)(1)). The patient may be in California, where it is 7:00 AM"
    assert str(closure) == words
    assert (closure.zone, closure.state) == ("America/Los_Angeles", "CA")


def test_the_words_fit_the_column_of_denied_dials():
    rule = Rule("", (2,), time(10), time(11), "x" * 120)
    key = "America/Los_Angeles@CA|America/New_York@NY"
    assert len(str(Hours(USUAL, rules=[rule]).closed_by(key, TUESDAY + timedelta(hours=4)))) <= 200


@pytest.mark.parametrize(
    ("key", "zone"),
    [
        ("America/Chicago@IL", "America/Chicago"),
        ("America/Chicago@IL|America/Chicago@IN#1/0900-1000", "America/Chicago"),
        ("America/Chicago@IL|America/New_York@NY", "America/Denver"),
        ("", "America/Denver"),
        ("#1/0900-1000", "America/Denver"),
    ],
)
def test_times_are_shown_in_the_patients_zone_where_it_is_one(key, zone):
    assert local_zone(practice=Practice(time_zone="America/Denver"), zone_key=key).key == zone


def test_the_end_of_calling_is_that_of_the_westernmost_place():
    assert end_of_calling(practice=USUAL, on=date(2026, 11, 17)) == datetime(
        2026, 11, 18, 7, tzinfo=UTC
    )  # 20:00 in American Samoa


# What the practice's own rows do


def rule(state="", weekdays=(1, 2, 3, 4, 5, 6, 7), opens=None, closes=None, note="Counsel"):
    return HoursRule.objects.create(state=state, weekdays=list(weekdays), opens_at=opens, closes_at=closes, note=note)


def test_a_rule_takes_hours_away_in_its_state_only(inside):
    rule("NY", [2], time(12), time(15), "Counsel's advice")
    hours = Hours.of(inside)
    assert not hours.is_open(NEW_YORK, TUESDAY)
    assert hours.is_open("America/New_York@NJ", TUESDAY)
    assert not hours.is_open("America/New_York@", TUESDAY)  # it may be New York
    assert hours.is_open(NEW_YORK, TUESDAY + timedelta(days=1))
    assert str(hours.closed_by(NEW_YORK, TUESDAY)) == (
        "A rule of the practice for New York allows calls from 12:00 PM on Tuesday (Counsel's advice)"
    )


def test_a_rule_without_hours_forbids_its_days(inside):
    rule("", [2])
    assert str(Hours.of(inside).closed_by(NEW_YORK, TUESDAY)) == "A rule of the practice allows no calls on Tuesday (Counsel)"


def test_no_rule_widens_the_hours(inside):
    rule("", range(1, 8), time(0), time(23, 59))
    assert Hours.of(inside).closes_at(NEW_YORK, TUESDAY) == datetime(2026, 11, 18, 1, tzinfo=UTC)


def test_a_calendar_day_closes_a_date_and_opens_a_holiday_but_not_where_the_law_forbids_it(inside):
    CalendarDay.objects.create(on=date(2026, 11, 17), name="Staff day")
    CalendarDay.objects.create(on=date(2026, 11, 26), name="Thanksgiving, open", is_closed=False)
    hours = Hours.of(inside)
    thanksgiving = datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert str(hours.closed_by(NEW_YORK, TUESDAY)) == "The practice makes no calls: Staff day"
    assert hours.is_open(NEW_YORK, thanksgiving)
    assert hours.closed_by(RHODE_ISLAND, thanksgiving).kind == "STATE_HOLIDAY"
    assert hours.closed_by("America/New_York@", thanksgiving).kind == "STATE_HOLIDAY"


def test_hours_are_read_in_one_query_and_only_the_practices_own(practice, other_practice, django_assert_num_queries):
    with tenancy.practice(other_practice.pk):
        rule("", [2])
        CalendarDay.objects.create(on=date(2026, 11, 17), name="Closed")
        Patient.objects.create(first_name="A", last_name="B", zone_key="Pacific/Guam@GU")
    with tenancy.practice(practice.pk):
        Patient.objects.create(first_name="A", last_name="B", zone_key=NEW_YORK)
        with django_assert_num_queries(1):
            hours = Hours.of(practice, with_keys=True)
            assert hours.open_keys(TUESDAY) == [NEW_YORK]
            assert hours.keys_open_on(date(2026, 11, 17)) == [NEW_YORK]


def patients(*keys):
    Patient.objects.bulk_create(
        Patient(first_name="A", last_name="B", name_key="b a", zone_key=zone_key, wish_key=wish) for zone_key, wish in keys
    )


def test_keys_are_told_once_each_with_their_wishes(inside):
    wish = wish_key(weekdays=[2], starts=time(10), ends=time(11, 30))
    patients(*[(NEW_YORK, ""), (NEW_YORK, wish), ("", ""), (RHODE_ISLAND, ""), ("Pacific/Guam@GU", "")] * 3)
    hours = Hours.of(inside, with_keys=True)
    assert hours.open_keys(TUESDAY) == [NEW_YORK, NEW_YORK + wish, RHODE_ISLAND]
    assert hours.open_keys(TUESDAY + timedelta(hours=1)) == [NEW_YORK, RHODE_ISLAND]
    assert hours.keys_open_on(date(2026, 11, 17)) == ["", NEW_YORK, NEW_YORK + wish, RHODE_ISLAND, "Pacific/Guam@GU"]
    # Sunday in New York is Monday in Guam from 18:00 on.
    assert hours.keys_open_on(date(2026, 11, 22)) == ["Pacific/Guam@GU"]


def test_nobody_has_no_keys(inside):
    assert Hours.of(inside, with_keys=True).open_keys(TUESDAY) == []


def test_keys_are_found_by_the_index_not_by_reading_all_patients(inside):
    """As the runtime role, for the wall keeps PostgreSQL from using an index below some operators."""
    patients(*[(NEW_YORK, ""), (RHODE_ISLAND, "")] * 500)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {OWN_ROWS_AND_KEYS}", {"practice": inside.pk})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("using patient_by_hours") == 2
    assert "AND (ROW(zone_key, wish_key) > ROW(" in plan
    assert not any("Filter:" in scan.partition("->")[0] for scan in plan.split("using patient_by_hours")[1:])
