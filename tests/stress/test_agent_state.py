"""Several pages of one agent at once: one state at a time, none overlapping, and nobody waits forever."""

import random
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from campaigns import agent_state
from campaigns.models import AgentSpell, CallAttempt, Lease
from campaigns.next_call import current
from tests.stress.crowd import at_once
from tests.stress.test_outcomes import body, clock_of_calls, desk, signed_in  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PAGES = 24


def unbroken(practice):
    """The agent's states and reasons in order; each ends before the next begins and only the last is open."""
    with tenancy.practice(practice.pk):
        spells = list(AgentSpell.objects.order_by("pk"))
    assert [spell.pk for spell in spells if spell.until_at is None] == [spells[-1].pk]
    assert all(one.until_at <= following.since_at for one, following in pairwise(spells))
    return [(spell.state, spell.reason) for spell in spells]


def test_many_pages_that_enter_states_at_once_come_one_after_the_other(desk, now):  # noqa: F811
    practice, agent, _ = desk(patients=0)
    chance = random.Random(3)
    wanted = [chance.choice(["", *AgentSpell.Reason.values[:3]]) for _ in range(PAGES)]

    def enter(reason):
        with tenancy.practice(practice.pk):
            if reason:
                return agent_state.take_break(agent=agent, reason=reason, now=now).pk
            return agent_state.follow(agent=agent, now=now).pk

    assert len(at_once(enter, wanted)) == PAGES
    states = unbroken(practice)
    assert all(one != following for one, following in pairwise(states))


def test_two_tabs_that_enter_the_same_state_make_one(desk, now):  # noqa: F811
    practice, agent, _ = desk(patients=0)

    def enter(_):
        with tenancy.practice(practice.pk):
            return agent_state.follow(agent=agent, now=now).pk

    assert len(set(at_once(enter, range(PAGES)))) == 1


def test_tabs_that_save_hold_wrap_up_and_ask_for_the_next_at_once(desk, now):  # noqa: F811
    """Each request of the desk against the others, round after round; a deadlock would answer 500."""
    practice, agent, _ = desk(patients=8)
    session = signed_in(agent).cookies

    def post(request):
        client = Client(raise_request_exception=False)
        client.cookies = session
        try:
            return client.post(*request).status_code
        finally:
            connection.close()

    def url(name, **kwargs):
        return reverse(f"campaigns:{name}", kwargs={"practice_slug": practice.slug, **kwargs})

    for _round in range(6):
        post((url("next"), {}))
        with tenancy.practice(practice.pk):
            lease = current(agent=agent)
        requests = [
            (url("outcome", lease_id=lease.pk), body(practice, lease, "NOANS", then="next")),
            (url("hold", lease_id=lease.pk), {}),
            (url("state"), {"state": "WRAP_UP", "lease": lease.pk}),
            (url("state"), {}),
            (url("next"), {}),
            (url("state"), {"state": "BREAK", "reason": "REST"}),
        ]
        codes = at_once(post, requests * 2)
        assert {code for code in codes if code not in (204, 302, 409)} == set()
    unbroken(practice)
    with tenancy.practice(practice.pk):
        assert CallAttempt.objects.count() == 6
        assert Lease.objects.open().count() <= 1
