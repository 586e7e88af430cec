"""The agents of a day: their state now, times that add up to their total, and the date chosen."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from campaigns import agent_state
from campaigns.models import AgentSpell
from reports.agent_day import agent_days, sums
from tests.conftest import NOW, make_member

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TODAY = NOW.date()
# Minutes before NOW at which a state began; the last goes on.
ANA = [
    (200, "READY", ""), (190, "IN_CALL", ""), (180, "WRAP_UP", ""), (170, "BREAK", "LUNCH"), (130, "BREAK", "TRAINING"),
    (70, "READY", ""), (10, "IN_CALL", ""), (0, "", ""),
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    return reverse("reports:agents", kwargs={"practice_slug": practice.slug})


@pytest.fixture
def worked(practice, agent):
    with tenancy.practice(practice.pk):
        for (minutes, state, reason), (ends, *_following) in pairwise(ANA):
            since, until = NOW - minutes * MINUTE, NOW - ends * MINUTE
            AgentSpell.objects.create(
                agent=agent, state=state, reason=reason, since_at=since, seen_at=until, until_at=until if ends else None
            )
    return agent


def test_parts_add_up_to_the_total_and_rows_to_the_sum(practice, worked):
    bo = make_member(practice, "Bo Agent", shift_days=[1])
    with tenancy.practice(practice.pk):
        agent_state.follow(agent=bo, now=NOW - 5 * MINUTE)
        ana, bo_day = agent_days(practice=practice, on=TODAY, now=NOW)
    assert (ana.ready, ana.in_call, ana.wrap_up) == (70 * 60, 20 * 60, 10 * 60)
    assert ana.breaks == [("Lunch", 40 * 60), ("Training", 60 * 60)]
    assert (ana.total, ana.of_shift) == (200 * 60, 27.8)
    assert (bo_day.total, bo_day.shift, bo_day.of_shift) == (300, 0, None)
    assert sums([ana, bo_day]) == {"ready": 4500, "in_call": 1200, "wrap_up": 600, "on_break": 6000, "total": 12300}


def test_the_page_tells_state_times_and_last_sign(sign_in, supervisor, worked, url):
    page = sign_in(supervisor).get(url).content.decode()
    row = re.search(r"Ana Agent</th>(.*?)</tr>", page, re.S)[1]
    told = ("In call", "10:50 AM EST", "1:10:00", "20:00", "3:20:00", "27.8%", "11:00 AM EST")
    assert [part for part in told if part not in row] == []


def test_another_date_has_no_state_of_now(sign_in, supervisor, worked, url):
    page = sign_in(supervisor).get(url, {"on": f"{TODAY - timedelta(days=1)}"}).content.decode()
    assert '<th scope="col">Now</th>' not in page
    assert "Monday, November 16, 2026" in page
    assert "3:20:00" not in page


@pytest.mark.parametrize("on", ["yesterday", "2026-11-18", "1999-12-31", "2026-11-31"])
def test_a_date_that_cannot_be_shown_says_so(sign_in, supervisor, url, on):
    response = sign_in(supervisor).get(url, {"on": on})
    assert (response.status_code, "This date can’t be shown" in response.content.decode()) == (422, True)


def test_an_agent_may_not_see_it(sign_in, agent, url):
    assert sign_in(agent).get(url).status_code == 403


def test_a_practice_without_agents_is_told_what_to_do(sign_in, supervisor, url):
    assert "No agents" in sign_in(supervisor).get(url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_agents(practice, sign_in, supervisor, url, count, django_assert_num_queries):
    for number in range(count):
        member = make_member(practice, f"Agent {number}")
        with tenancy.practice(practice.pk):
            agent_state.follow(agent=member, now=NOW)
    client = sign_in(supervisor)
    client.get(url)
    with django_assert_num_queries(11):
        client.get(url)
