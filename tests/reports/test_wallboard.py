"""The wallboard: six numbers that agree with the rows, their trends at the same time of day, and no name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.wallboard import numbers
from tests.conftest import NOW, make_member
from tests.reports.busy_floor import TODAY, calls_of, promise, spell
from tests.world import make_campaign

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, on=TODAY, name="Recall", goal=40, ends_on=TODAY + timedelta(days=11))


def told(practice, now=NOW):
    return {
        number.label: (number.value, number.base, [trend.words for trend in number.trends], number.tone)
        for number in numbers(practice=practice, now=now)
    }


def test_the_numbers_agree_with_the_rows_and_trends_stop_at_this_time_of_day(campaign, agent, inside):
    make_member(inside, "Bo Agent")
    calls_of(agent, campaign, 20, 6, 2)
    calls_of(agent, campaign, 15, 3, 3, at=NOW - DAY)
    calls_of(agent, campaign, 40, 40, 40, at=NOW - DAY + timedelta(hours=2))  # later than eleven
    calls_of(agent, campaign, 20, 5, 1, at=NOW - 7 * DAY)
    promise(agent, campaign, -90)
    promise(agent, campaign, -5)
    promise(agent, campaign, 5)
    spell(agent, "READY", 1)
    assert told(inside) == {
        "Dials": ("20", "", ["+5 on yesterday", "as last Tuesday"], ""),
        "Contacts": ("6", "", ["+3 on yesterday", "+1 on last Tuesday"], ""),
        "Bookings": ("2", "of 4 for today", ["−1 on yesterday", "+1 on last Tuesday"], ""),
        "Answer rate": ("60%", "12 of 20 dials", ["+20 pts on yesterday", "+10 pts on last Tuesday"], ""),
        "Callbacks due": ("2", "1 of them overdue", [], "danger"),
        "At work": ("1", "of 2 agents", [], ""),
    }


def test_a_day_without_calls_is_no_measure_and_a_goal_reached_is_seen(campaign, agent, inside):
    calls_of(agent, campaign, 4, 4, 4)
    found = told(inside)
    assert found["Bookings"] == ("4", "of 4 for today", [], "success")
    campaign.goal = None
    campaign.save()
    assert told(inside)["Bookings"] == ("4", "no goal set", [], "")


def test_a_morning_without_anything_shows_noughts(inside):
    assert [number.value for number in numbers(practice=inside, now=NOW)] == ["0", "0", "0", "–", "0", "0"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_is_dark_has_no_menu_and_no_name_and_costs_the_same(
    campaign, agent, supervisor, sign_in, settings, count, django_assert_num_queries
):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    for number in range(count):
        calls_of(agent, campaign, 2, 1, 1)
        spell(make_member(agent.practice, f"Agent {number}"), "READY", 1)
    client = sign_in(supervisor)
    page = client.get(reverse("reports:wallboard", args=[agent.practice.slug])).content.decode()
    assert ('data-bs-theme="dark"' in page, "main-menu" in page, "Secret" in page, "Agent 0" in page) == (
        True,
        False,
        False,
        False,
    )
    client.cookies["theme"] = "light"
    assert 'data-bs-theme="light"' in client.get(reverse("reports:wallboard", args=[agent.practice.slug])).content.decode()
    with django_assert_num_queries(14):
        client.get(reverse("reports:wallboard_now", args=[agent.practice.slug]))
