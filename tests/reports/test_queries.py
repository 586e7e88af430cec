"""Every number of the dashboard, recounted in plain Python over a random month of calls."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import tenancy
from campaigns.models import CallAttempt, Callback, Campaign, Enrollment
from dispositions.models import Disposition
from patients.models import Patient
from reports import queries
from reports.period import Period
from tests.conftest import make_member
from tests.reports.world import random_calls, store, tally
from tests.world import enroll, make_campaign, make_patient

AGENTS = ["Ana Agent", "Ben Brook", "Cleo Cruz"]
CAMPAIGNS = ["Autumn", "No-shows"]
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)


@pytest.fixture(params=[1, 2])
def calls(request, practice, other_practice):
    """A random world in the practice, and another next door that must not be counted."""
    noise = random_calls(seed=99, now=NOW, agents=["Nora Noise"], campaigns=["Noise"], count=40)
    store(noise, practice=other_practice, now=NOW)
    made = random_calls(seed=request.param, now=NOW, agents=AGENTS, campaigns=CAMPAIGNS)
    store(made, practice=practice, now=NOW)
    with tenancy.practice(practice.pk):
        yield made


@pytest.fixture(params=[1, 7, 30])
def period(request, practice):
    return Period.until(NOW, practice=practice, days=request.param)


def within(calls, period):
    return [call for call in calls if period.starts_at <= call.ended_at <= period.ends_at]


def test_totals_of_the_period_and_of_the_one_before(practice, calls, period):
    for each in (period, period.before(practice=practice)):
        expected = tally(within(calls, each))
        assert queries.totals(practice=practice, period=each) == replace(expected, group=None)


def test_rates(practice, calls, period):
    got = queries.totals(practice=practice, period=period)
    counted = [call for call in within(calls, period) if not call.rang_back]
    right = [call for call in counted if call.is_right_party]
    assert got.answer_rate == round(100 * sum(call.is_reached for call in counted) / len(counted), 1)
    assert got.right_party_rate == round(100 * len(right) / len(counted), 1)
    assert got.conversion == round(100 * sum(call.is_success for call in counted) / len(counted), 1)
    assert got.conversion_per_conversation == round(100 * sum(call.is_success for call in right) / len(right), 1)
    assert got.average_handled == timedelta(seconds=sum(call.seconds for call in counted)) / len(counted)


def test_by_day(practice, calls, period):
    of_day = {on: [] for on in period.dates}
    for call in within(calls, period):
        of_day[call.ended_at.astimezone(practice.zone).date()].append(call)
    assert queries.by_day(practice=practice, period=period) == [tally(some, group=on) for on, some in of_day.items()]


def test_by_hour(practice, calls):
    today = Period.until(NOW, practice=practice, days=1)
    hours = {}
    for call in within(calls, today):
        hours.setdefault(call.ended_at.astimezone(practice.zone).hour, []).append(call)
    expected = [tally(hours.get(hour, []), group=hour) for hour in range(min(hours), max(hours) + 1)]
    assert queries.by_hour(practice=practice, period=today) == expected


def test_by_agent_tells_also_who_did_not_call(practice, calls, period):
    idle = make_member(practice, "Ida Idle")
    make_member(practice, "Gone Away", is_active=False)
    members = {member.name: member.pk for member in practice.memberships.all()}
    credited = Counter(call.prompted_by for call in within(calls, period) if call.prompted_by != call.agent)
    expected = [
        tally(
            [call for call in within(calls, period) if call.agent == name],
            name=name,
            group=members[name],
            assisted=credited[name],
        )
        for name in [*AGENTS, idle.name]
    ]
    expected.sort(key=lambda each: (-each.booked, -each.dials, each.name))
    assert queries.by_agent(practice=practice, period=period) == expected


def test_by_disposition(practice, calls, period):
    labels = dict(Disposition.objects.values_list("code", "label"))
    codes = {call.outcome for call in within(calls, period)}
    expected = [
        tally([call for call in within(calls, period) if call.outcome == code], name=labels[code], group=code) for code in codes
    ]
    expected.sort(key=lambda each: (-each.dials, each.group))
    assert queries.by_disposition(practice=practice, period=period) == expected


def test_by_campaign_tells_also_a_running_one_without_calls(practice, calls, period):
    make_campaign(practice, on=period.last_on, name="Quiet")
    make_campaign(practice, on=period.last_on, name="Paused", status=Campaign.Status.PAUSED)
    ids = dict(Campaign.objects.values_list("name", "pk"))
    expected = [
        tally([call for call in within(calls, period) if call.campaign == name], name=name, group=ids[name])
        for name in [*CAMPAIGNS, "Quiet"]
    ]
    expected.sort(key=lambda each: (-each.dials, each.name))
    assert queries.by_campaign(practice=practice, period=period) == expected


def test_by_attempt_puts_all_after_the_fifth_together(practice, calls, period):
    names = ["1st", "2nd", "3rd", "4th", "5th", "6th and later"]
    dials = [call for call in within(calls, period) if not call.rang_back]
    expected = [
        tally([call for call in dials if min(call.number, 6) == number], name=name, group=number)
        for number, name in enumerate(names, start=1)
    ]
    assert queries.by_attempt(practice=practice, period=period) == [each for each in expected if each.group < 6 or each.dials]


def test_the_parts_add_up_to_the_whole(practice, calls, period):
    whole = queries.totals(practice=practice, period=period)
    for parts in (queries.by_day, queries.by_agent, queries.by_disposition, queries.by_campaign, queries.by_attempt):
        tallies = parts(practice=practice, period=period)
        assert (parts, sum(each.dials for each in tallies)) == (parts, whole.dials)
        rang = whole.booked - whole.booked_by_dial if parts == queries.by_attempt else 0  # they were at no attempt
        assert (parts, sum(each.booked for each in tallies)) == (parts, whole.booked - rang)


def test_editing_a_disposition_rewrites_no_report(practice, calls, period):
    before = queries.totals(practice=practice, period=period)
    Disposition.objects.update(is_reached=True, is_right_party=True, is_success=True)
    assert queries.totals(practice=practice, period=period) == before


def test_the_first_and_the_last_moment_count(inside, agent):
    period = Period.until(NOW, practice=inside, days=1)
    moments = [period.starts_at - timedelta(microseconds=1), period.starts_at, NOW, NOW + timedelta(microseconds=1)]
    calls = random_calls(seed=3, now=NOW, agents=["Moira Moment"], campaigns=["Edge"], count=4)
    store(
        [replace(call, ended_at=at, rang_back=False, prompted_by="") for call, at in zip(calls, moments, strict=True)],
        practice=inside,
        now=NOW,
    )
    assert CallAttempt.objects.count() == 4
    assert queries.totals(practice=inside, period=period).dials == 2


def test_nothing_to_count(inside):
    period = Period.until(NOW, practice=inside, days=7)
    whole = queries.totals(practice=inside, period=period)
    assert (whole.dials, whole.answer_rate, whole.average_handled) == (0, None, None)
    assert queries.by_hour(practice=inside, period=period) == []
    assert queries.by_disposition(practice=inside, period=period) == []


def test_callbacks(inside, agent):
    campaign = make_campaign(inside, on=date(2026, 11, 17))
    hour = timedelta(hours=1)

    def promise(due_at, status=Callback.Status.PENDING, settled_at=None):
        Callback.objects.create(
            enrollment=enroll(campaign, make_patient(), NOW), patient=Enrollment.objects.latest("pk").patient, owner=agent,
            due_at=due_at, window_ends_at=due_at + hour, status=status, settled_at=settled_at,
        )  # fmt: skip

    for due_at in (NOW - 3 * hour, NOW - 2 * hour, NOW - hour, NOW, NOW + hour, NOW + 2 * hour, NOW + 50 * hour):
        promise(due_at)
    for days, status in [(0, "KEPT"), (3, "KEPT"), (10, "KEPT"), (0, "MISSED"), (40, "MISSED"), (0, "CANCELLED")]:
        promise(NOW - timedelta(days=days) - 2 * hour, status=status, settled_at=NOW - timedelta(days=days) - hour)
    week = Period.until(NOW, practice=inside, days=7)
    assert queries.callbacks(practice=inside, period=week) == {"due": 2, "overdue": 2, "coming": 3, "kept": 2, "missed": 1}


def test_data_as_of_is_the_newest_date_of_the_emr(inside):
    assert queries.data_as_of(practice=inside) is None
    for on in (date(2026, 11, 10), date(2026, 11, 15), None):
        Patient.objects.create(first_name="A", last_name="B", source_data_on=on)
    assert queries.data_as_of(practice=inside) == date(2026, 11, 15)
