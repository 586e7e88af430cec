"""What an address asks for is read, and what can't be shown is said in a sentence and left out."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from accounts import tenancy
from reports.filters import choices, read
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient

# Tuesday, 11:00 in New York.
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
HUGE = "9" * 400
NAMED = [
    ("today", TODAY, TODAY),
    ("yesterday", date(2026, 11, 16), date(2026, 11, 16)),
    ("7", date(2026, 11, 11), TODAY),
    ("30", date(2026, 10, 19), TODAY),
    ("90", date(2026, 8, 20), TODAY),
    ("365", date(2025, 11, 18), TODAY),
    ("month", date(2026, 11, 1), TODAY),
    ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
]
WRONG_DATES = [
    ({"period": "custom"}, "Give both the first and the last date of the period."),
    ({"from": "2026-11-01"}, "Give both the first and the last date of the period."),
    ({"to": "2026-11-01"}, "Give both the first and the last date of the period."),
    ({"from": "", "to": "2026-11-01"}, "Give both the first and the last date of the period."),
    ({"from": "2026-11-31", "to": "2026-12-01"}, "Give both the first and the last date of the period."),
    ({"from": "yesterday", "to": HUGE}, "Give both the first and the last date of the period."),
    ({"from": "2026-11-\x00", "to": "2026-11-02"}, "Give both the first and the last date of the period."),
    ({"from": "2026-11-10", "to": "2026-11-09"}, "The period ends before it begins."),
    ({"from": "2026-11-10", "to": "2026-11-18"}, "The period ends in the future."),
    ({"from": "1926-11-10", "to": "2026-11-10"}, "The period begins before the year 2000."),
    ({"from": "0001-01-01", "to": "0001-01-02"}, "The period begins before the year 2000."),
    ({"from": "2022-11-10", "to": "2026-11-10"}, "The period is longer than three years."),
    ({"from": "9999-12-31", "to": "9999-12-31"}, "The period ends in the future."),
]
NOTHING = ["0", "-1", "1.5", "abc", "٣", HUGE, "9" * 18, "\x00", "1\x00", "%"]


@pytest.mark.parametrize(("key", "first_on", "last_on"), NAMED)
def test_named_periods(inside, key, first_on, last_on):
    filters, problems = read({"period": key}, practice=inside, now=NOW)
    period = filters.period
    assert (problems, period.first_on, period.last_on, period.key) == ([], first_on, last_on, key)
    assert inside.local(period.starts_at).isoformat()[11:19] == "00:00:00"
    assert period.ends_at == (
        NOW if last_on == TODAY else inside.midnight(last_on + timedelta(days=1)) - timedelta(microseconds=1)
    )


@pytest.mark.parametrize(("key", "first_on", "last_on"), NAMED)
def test_the_period_before_is_as_long_and_ends_just_before(inside, key, first_on, last_on):
    filters, _problems = read({"period": key}, practice=inside, now=NOW)
    before = filters.before.period
    assert (before.days, before.last_on) == (filters.period.days, first_on - timedelta(days=1))
    assert inside.local(before.ends_at).time() == inside.local(filters.period.ends_at).time()
    assert filters.before.before.period.last_on == before.first_on - timedelta(days=1)


def test_own_dates_are_a_period_and_stand_in_the_address(inside):
    filters, problems = read({"from": "2026-02-27", "to": "2026-03-02"}, practice=inside, now=NOW)
    assert (problems, filters.period.days, filters.period.name) == ([], 4, "Feb 27 to Mar 2, 2026")
    assert parse_qs(filters.query()) == {"period": ["custom"], "from": ["2026-02-27"], "to": ["2026-03-02"]}
    assert filters.query(period="30") == "period=30"


def test_three_years_are_the_most(inside):
    assert read({"from": "2023-11-16", "to": "2026-11-17"}, practice=inside, now=NOW)[1] == []
    too_long = read({"from": "2023-11-15", "to": "2026-11-17"}, practice=inside, now=NOW)[1]
    assert too_long == ["The period is longer than three years. The last 7 days are shown."]


@pytest.mark.parametrize(("query", "sentence"), WRONG_DATES)
def test_dates_that_are_no_period_are_told(inside, query, sentence):
    filters, problems = read(query, practice=inside, now=NOW)
    assert (problems, filters.period.key) == ([f"{sentence} The last 7 days are shown."], "7")


@pytest.mark.parametrize("key", ["8", "days", HUGE, "\x00", "TODAY", "-7"])
def test_a_period_nobody_knows_is_told(inside, key):
    filters, problems = read({"period": key}, practice=inside, now=NOW)
    assert (problems, filters.period.key) == (["This period is not known. The last 7 days are shown."], "7")


@pytest.mark.parametrize("value", NOTHING)
def test_filters_for_nothing_are_told_and_left_out(inside, value):
    filters, problems = read({"campaign": value, "agent": value, "location": value}, practice=inside, now=NOW)
    assert problems == [
        "This campaign does not exist any more. All campaigns are shown.",
        "This agent does not belong to the practice. All agents are shown.",
        "No patient of this location is or was on a list. All locations are shown.",
    ]
    assert (filters.campaign, filters.agent, filters.location, filters.is_narrowed) == (None, None, "", False)


def test_what_belongs_to_another_practice_is_as_if_it_were_not_there(practice, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        campaign = make_campaign(other_practice, on=TODAY)
        enroll(campaign, make_patient(), NOW, location="Main St")
    with tenancy.practice(practice.pk):
        query = {"campaign": str(campaign.pk), "agent": str(stranger.pk), "location": "Main St"}
        filters, problems = read(query, practice=practice, now=NOW)
        offered = choices(practice=practice)
    assert (len(problems), filters.is_narrowed) == (3, False)
    assert (offered.campaigns, offered.agents, offered.locations) == ([], [], [])


def test_an_empty_choice_means_all(inside):
    query = {"period": "", "from": "", "to": "", "campaign": "", "agent": "", "location": ""}
    assert read(query, practice=inside, now=NOW) == read({}, practice=inside, now=NOW)
    assert read({}, practice=inside, now=NOW)[1] == []


def test_choices_name_all_that_can_be_chosen_also_the_ended_and_the_gone(inside, agent, supervisor):
    gone = make_member(inside, "Gus Gone", is_active=False)
    campaigns = [make_campaign(inside, on=TODAY, name=name, status=status) for name, status in (("B", "ENDED"), ("A", "ACTIVE"))]
    enrollment = enroll(campaigns[0], make_patient(), NOW, location="Mall & Airport")
    enroll(campaigns[1], make_patient(), NOW, location="Airport")
    enroll(campaigns[1], make_patient(), NOW)
    call(enrollment, supervisor, NOW, "NOANS")
    offered = choices(practice=inside)
    assert [label for _pk, label in offered.campaigns] == ["A", "B"]
    assert offered.agents == [
        (agent.pk, "Ana Agent"), (gone.pk, "Gus Gone (inactive)"), (supervisor.pk, "Sam Supervisor"),
    ]  # fmt: skip
    assert offered.locations == [("Airport", "Airport"), ("Mall & Airport", "Mall & Airport")]
    query = {"campaign": str(campaigns[0].pk), "agent": str(gone.pk), "location": "Mall & Airport"}
    filters, problems = read(query, practice=inside, now=NOW)
    assert (problems, filters.campaign, filters.agent, filters.location) == ([], campaigns[0], gone, "Mall & Airport")
    assert read(parse_one(filters.query()), practice=inside, now=NOW)[0] == filters


def parse_one(query):
    return {name: values[0] for name, values in parse_qs(query).items()}
