"""The state of an agent: what enters and ends it, what a silent page counts, and that the times of a date add up."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import people, tenancy
from campaigns import agent_state
from campaigns.agent_state import StateRefused
from campaigns.models import AgentSpell
from campaigns.next_call import claim, let_go
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member

pytestmark = pytest.mark.django_db
State = AgentSpell.State
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def spells(agent):
    """(state, seconds from NOW to its begin, seconds from NOW to its end or None), the oldest first."""
    found = AgentSpell.objects.filter(agent=agent).order_by("pk")
    return [(one.state, _after(one.since_at), one.until_at and _after(one.until_at)) for one in found]


def _after(moment):
    return (moment - NOW).total_seconds()


def test_the_next_state_ends_the_one_before(inside, agent, now):
    agent_state.follow(agent=agent, now=now)
    agent_state.take_break(agent=agent, reason="LUNCH", now=now + MINUTE)
    assert spells(agent) == [("READY", 0, 60), ("BREAK", 60, None)]


def test_the_state_one_is_in_already_goes_on(inside, agent, now):
    first = agent_state.take_break(agent=agent, reason="LUNCH", now=now)
    again = agent_state.take_break(agent=agent, reason="LUNCH", now=now + 5 * MINUTE)
    assert again == first
    assert spells(agent) == [("BREAK", 0, None)]
    agent_state.take_break(agent=agent, reason="REST", now=now + 6 * MINUTE)
    assert spells(agent) == [("BREAK", 0, 360), ("BREAK", 360, None)]


def test_a_page_with_a_slower_clock_ends_nothing_before_it_began(inside, agent, now):
    agent_state.follow(agent=agent, now=now)
    agent_state.take_break(agent=agent, reason="REST", now=now - 2 * SECOND)
    assert spells(agent) == [("READY", 0, 0), ("BREAK", 0, None)]


def test_a_patient_opened_is_a_call_and_none_is_ready(listed, agent, now):
    listed(1)
    agent_state.follow(agent=agent, now=now)
    claim(agent=agent, now=now)
    agent_state.follow(agent=agent, now=now + MINUTE)
    let_go(agent=agent)
    agent_state.follow(agent=agent, now=now + 2 * MINUTE)
    assert spells(agent) == [("READY", 0, 60), ("IN_CALL", 60, 120), ("READY", 120, None)]


def test_wrap_up_is_of_the_patient_who_is_open(listed, agent, now):
    listed(2)
    first = claim(agent=agent, now=now)
    agent_state.follow(agent=agent, now=now)
    assert agent_state.end_call(lease=first, now=now + MINUTE).state == "WRAP_UP"
    let_go(agent=agent)
    claim(agent=agent, now=now)
    agent_state.follow(agent=agent, now=now + 2 * MINUTE)
    # The word of the first page comes late: the next patient is in a call.
    assert agent_state.end_call(lease=first, now=now + 3 * MINUTE).state == "IN_CALL"


def test_nobody_takes_a_break_from_an_open_patient(listed, agent, now):
    listed(1)
    claim(agent=agent, now=now)
    agent_state.follow(agent=agent, now=now)
    with pytest.raises(StateRefused, match="You have a patient open"):
        agent_state.take_break(agent=agent, reason="LUNCH", now=now)
    assert spells(agent) == [("IN_CALL", 0, None)]


def test_a_silent_page_counts_to_its_last_sign_and_no_further(inside, agent, now):
    agent_state.follow(agent=agent, now=now)
    agent_state.seen(agent=agent, now=now + 10 * MINUTE)
    assert agent_state.current(agent=agent, now=now + 25 * MINUTE).state == "READY"
    assert agent_state.current(agent=agent, now=now + 25 * MINUTE + SECOND) is None
    assert agent_state.totals(practice=inside, on=TODAY, now=now + 9 * HOUR) == {agent.pk: {("READY", ""): 600}}
    agent_state.seen(agent=agent, now=now + HOUR)
    assert spells(agent) == [("READY", 0, 600), ("READY", 3600, None)]


def test_a_break_may_be_silent_for_two_hours(inside, agent, now):
    agent_state.take_break(agent=agent, reason="LUNCH", now=now)
    assert agent_state.current(agent=agent, now=now + 2 * HOUR).state == "BREAK"
    agent_state.follow(agent=agent, now=now + 2 * HOUR)
    assert spells(agent) == [("BREAK", 0, 7200), ("READY", 7200, None)]
    agent_state.take_break(agent=agent, reason="REST", now=now + 2 * HOUR)
    assert agent_state.current(agent=agent, now=now + 4 * HOUR + SECOND) is None


def test_a_sign_of_life_writes_once_a_minute(inside, agent, now, django_assert_num_queries):
    agent_state.follow(agent=agent, now=now)
    with django_assert_num_queries(1):
        agent_state.seen(agent=agent, now=now + 59 * SECOND)
    agent_state.seen(agent=agent, now=now + 60 * SECOND)
    assert AgentSpell.objects.get().seen_at == now + MINUTE


def test_a_sign_of_life_makes_an_agent_ready_and_nobody_else(inside, agent, supervisor, now):
    assert agent_state.seen(agent=agent, now=now).state == "READY"
    assert agent_state.seen(agent=supervisor, now=now) is None
    assert AgentSpell.objects.count() == 1


def test_whose_access_ends_is_gone(inside, agent, now):
    agent_state.follow(agent=agent, now=now)
    agent_state.seen(agent=agent, now=now + 2 * MINUTE)
    people.change_membership(membership=agent, is_active=False)
    assert spells(agent) == [("READY", 0, 120)]


def test_a_time_over_midnight_counts_for_both_dates(inside, agent):
    midnight = inside.midnight(TODAY + timedelta(days=1)).astimezone(UTC)
    agent_state.follow(agent=agent, now=midnight - 10 * MINUTE)
    agent_state.take_break(agent=agent, reason="REST", now=midnight + 4 * MINUTE)
    agent_state.leave(agent=agent)
    later = midnight + 12 * HOUR
    assert agent_state.totals(practice=inside, on=TODAY, now=later)[agent.pk] == {("READY", ""): 600}
    # The break was over as it began: nobody was seen in it.
    assert agent_state.totals(practice=inside, on=TODAY + timedelta(days=1), now=later)[agent.pk] == {("READY", ""): 240}


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 17), 24)])
def test_a_day_has_the_hours_of_the_practices_clocks(inside, agent, on, hours):
    since, until = inside.midnight(on) - HOUR, inside.midnight(on) + timedelta(days=2)
    AgentSpell.objects.create(agent=agent, state=State.IN_CALL, since_at=since, seen_at=until, until_at=until)
    assert agent_state.totals(practice=inside, on=on, now=until) == {agent.pk: {("IN_CALL", ""): hours * 3600}}


def random_spells(agents, *, seed, around):
    """Spells end to end with gaps, over three days around a moment; the last of each agent is open."""
    chance = random.Random(seed)
    made = []
    for agent in agents:
        at = around - timedelta(hours=36) + chance.randint(0, 3600) * SECOND
        while at < around + timedelta(hours=30):
            state = chance.choice(State.values)
            reason = chance.choice(AgentSpell.Reason.values) if state == State.BREAK else ""
            until = at + chance.randint(0, 3 * 3600) * SECOND
            made.append(AgentSpell(agent=agent, state=state, reason=reason, since_at=at, seen_at=until, until_at=until))
            at = until + chance.choice([0, 0, chance.randint(1, 7200)]) * SECOND
        made[-1].until_at, made[-1].seen_at = None, at - chance.randint(0, 3000) * SECOND
        made[-1].seen_at = max(made[-1].seen_at, made[-1].since_at)
    return made


@pytest.mark.parametrize("seed", range(4))
def test_the_times_of_a_date_are_those_counted_second_by_second(inside, seed):
    agents = [make_member(inside, f"Agent {number}") for number in range(3)]
    midnight = inside.midnight(date(2026, 11, 1)).astimezone(UTC)  # the date has 25 hours
    made = AgentSpell.objects.bulk_create(random_spells(agents, seed=seed, around=midnight))
    now = midnight + timedelta(hours=30)
    for on, start, end in [
        (date(2026, 10, 31), datetime(2026, 10, 31, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (date(2026, 11, 2), datetime(2026, 11, 2, 5, tzinfo=UTC), datetime(2026, 11, 3, 5, tzinfo=UTC)),
    ]:
        counted = Counter()
        for one in made:
            allowed = timedelta(hours=2) if one.state == "BREAK" else timedelta(minutes=15)
            until = one.until_at or (now if now <= one.seen_at + allowed else one.seen_at)
            first, last = int(max(one.since_at, start).timestamp()), int(min(until, end).timestamp())
            counted[one.agent_id, one.state, one.reason] += len(range(first, last))
        told = agent_state.totals(practice=inside, on=on, now=now)
        flat = {(agent, *state): seconds for agent, times in told.items() for state, seconds in times.items() if seconds}
        assert flat == {key: seconds for key, seconds in counted.items() if seconds}


def test_times_of_another_practice_are_not_told(practice, other_practice, agent, now):
    stranger = make_member(other_practice, "Cher Agent")
    for member in (agent, stranger):
        with tenancy.practice(member.practice_id):
            agent_state.follow(agent=member, now=now)
    with tenancy.practice(practice.pk):
        assert agent_state.at_work(practice=practice, now=now).keys() == {agent.pk}
        assert agent_state.totals(practice=practice, on=TODAY, now=now + MINUTE).keys() == {agent.pk}


def test_the_database_refuses_what_makes_no_sense(inside, agent, now):
    wrong = [
        {"state": "BREAK", "reason": ""},
        {"state": "READY", "reason": "LUNCH"},
        {"state": "READY", "until_at": now - SECOND},
        {"state": "READY", "seen_at": now - SECOND},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError, match="spell_"), transaction.atomic():
            AgentSpell.objects.create(**{"agent": agent, "since_at": now, "seen_at": now, **fields})
    agent_state.follow(agent=agent, now=now)
    with pytest.raises(IntegrityError, match="one_open_spell_per_agent"), transaction.atomic():
        AgentSpell.objects.create(agent=agent, state="IN_CALL", since_at=now, seen_at=now)
