"""An agent's own results: dials against an even pace, conversions with their base, promises kept, and the week."""

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import Membership
from campaigns import day, pace, week
from campaigns.models import CallAttempt, Callback
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, say

NINE_TO_SIX = {"starts": time(9), "ends": time(18), "weekdays": [1, 2, 3, 4, 5]}


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("00:00", 0), ("08:59", 0), ("09:00", 0), ("09:02", 0), ("09:03", 1), ("13:30", 100), ("17:59", 199), ("18:00", 200),
        ("23:59", 200),
    ],
)  # fmt: skip
def test_an_even_pace_spreads_the_target_over_the_shift(clock, expected):
    local = datetime.combine(TODAY, time.fromisoformat(clock), UTC)
    assert pace.expected(target=200, local=local, **NINE_TO_SIX) == expected


def test_nothing_is_expected_on_a_day_off_or_without_a_target():
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert pace.expected(target=200, local=sunday, **NINE_TO_SIX) is None
    assert pace.expected(target=0, local=sunday - timedelta(days=2), **NINE_TO_SIX) == 0


@pytest.mark.django_db
def test_the_pace_goes_by_the_practices_clocks(inside, agent, now):
    agent.shift_starts, agent.shift_ends, agent.daily_capacity = time(9), time(13), 200
    assert day.of_agent(agent=agent, practice=inside, now=now).expected == 100
    inside.time_zone = "America/Los_Angeles"
    assert day.of_agent(agent=agent, practice=inside, now=now).expected == 0


@pytest.mark.django_db
def test_nothing_is_expected_of_those_who_work_no_list(inside, supervisor, now):
    assert day.of_agent(agent=supervisor, practice=inside, now=now).expected is None


@pytest.mark.parametrize(
    ("dials", "expected", "words"),
    [
        (84, 84, "on pace: 84 expected by now"),
        (80, 92, "12 behind pace: 92 expected by now"),
        (90, 84, "6 ahead of pace: 84 expected by now"),
        (0, 0, "on pace: 0 expected by now"),
        (3, None, "not on shift today"),
    ],
)
def test_the_pace_in_words(dials, expected, words):
    figures = {
        "reached": 0,
        "booked": 0,
        "conversations": 0,
        "converted": 0,
        "booked_by_dial": 0,
        "assisted": 0,
        "listed": 0,
        "left": 0,
        "target": 200,
    }
    found = day.Day(dials=dials, expected=expected, **figures)
    assert (found.pace_words, found.is_behind) == (words, "behind" in words)


@pytest.mark.django_db
def test_the_page_shows_each_result_with_its_base(listed, agent, now, sign_in, url):
    first, second, third, fourth = listed(4)
    Membership.objects.filter(pk=agent.pk).update(shift_starts=time(9), shift_ends=time(13), daily_capacity=10)
    call(first, agent, now, "NOANS")
    call(second, agent, now, say("DONE", appointment_on=TODAY, appointment_at="09:00", provider="Rivera"))
    call(third, agent, now, say("LOST"))
    for enrollment, status, minutes in ((fourth, "KEPT", -90), (third, "CANCELLED", -80), (first, "PENDING", -70)):
        due_at = now + timedelta(minutes=minutes)
        Callback.objects.create(
            enrollment=enrollment, patient=enrollment.patient, owner=agent, due_at=due_at, status=status,
            window_ends_at=due_at + timedelta(hours=1),
        )  # fmt: skip
    page = text(sign_in(agent).get(url("desk")))
    for words in (
        "of 10 planned", "2 behind pace: 5 expected by now", "67% of 3 dials", "33% of 3 dials", "50% of 2 conversations",
        "of 2 due", "1 overdue", "3 dials, 1 booked (33% of dials) · 0 and 0 by this time last week",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.django_db
def test_a_day_without_anything_says_something_useful(inside, agent, desk_clock, sign_in, url):
    page = text(sign_in(agent).get(url("desk")))
    for words in (
        "no dials yet",
        "no conversation yet",
        "none due",
        "no calls yet, nor by this time last week",
        "once a call is saved",
    ):
        assert words in page, words


@pytest.mark.django_db
def test_the_week_counts_what_the_calls_say(inside, agent, now):
    """Calls at all hours of two weeks and a day, also around midnight, counted a second time by hand."""
    campaign, bo = make_campaign(inside, on=TODAY), make_member(inside, "Bo Agent")
    enrollments = [enroll(campaign, make_patient(f"Ida{number}"), now - timedelta(days=30)) for number in range(40)]
    for place, hours in enumerate(range(1, 16 * 24, 3)):
        outcome = say("DONE", appointment_on=TODAY, appointment_at="09:00", provider="Rivera") if place % 5 == 0 else "NOANS"
        one = enrollments[place % 40]
        call(one, bo if place % 4 == 0 else agent, now - timedelta(hours=hours), outcome)
    made = [
        (inside.local(attempt.ended_at), attempt.is_success)
        for attempt in CallAttempt.objects.all()
        if attempt.agent_id == agent.pk
    ]

    def count(on, until=None):
        of_day = [success for moment, success in made if moment.date() == on and (until is None or moment.time() <= until)]
        return len(of_day), sum(of_day)

    monday, tuesday = TODAY - timedelta(days=1), TODAY
    found = week.of_agent(agent=agent, practice=inside, now=now)
    assert [(one.on, one.dials, one.booked, one.dials_before, one.booked_before) for one in found.days] == [
        (on, *count(on), *count(on - timedelta(days=7))) for on in (monday, tuesday)
    ]
    whole, part = count(monday - timedelta(days=7)), count(tuesday - timedelta(days=7), until=inside.local(now).time())
    assert (found.dials_before, found.booked_before) == (whole[0] + part[0], whole[1] + part[1])
    assert part[0] < count(tuesday - timedelta(days=7))[0]
    assert found.dials == count(monday)[0] + count(tuesday)[0] > 0
    assert found.booked > 0


@pytest.mark.django_db
def test_on_sunday_the_week_has_seven_days(inside, agent, now):
    found = week.of_agent(agent=agent, practice=inside, now=now + timedelta(days=5))
    assert [one.on.isoweekday() for one in found.days] == [1, 2, 3, 4, 5, 6, 7]
    assert found.days[0].on == TODAY - timedelta(days=1)
