"""Every number of the dashboard, recounted in plain Python over a random month of calls."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import tenancy
from campaigns.models import CallAttempt, Callback, Campaign, Enrollment
from dispositions.models import Disposition
from patients.models import Patient
from reports import calls as report
from reports import lists
from reports.filters import read
from reports.promises import Promises, promises
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


@pytest.fixture(params=["today", "7", "30"])
def filters(request, practice):
    return of_period(request.param, practice)


def of_period(key, practice):
    filters, problems = read({"period": key}, practice=practice, now=NOW)
    assert problems == []
    return filters


def within(calls, filters):
    return [call for call in calls if filters.period.starts_at <= call.ended_at <= filters.period.ends_at]


def test_totals_of_the_period_and_of_the_one_before(practice, calls, filters):
    for each in (filters, filters.before):
        shared = [call for call in within(calls, each) if call.prompted_by and call.prompted_by != call.agent]
        assert report.totals(filters=each) == tally(within(calls, each), assisted=len(shared))


def test_rates(practice, calls, filters):
    got = report.totals(filters=filters)
    counted = [call for call in within(calls, filters) if not call.rang_back]
    right = [call for call in counted if call.is_right_party]
    assert got.answer_rate == round(100 * sum(call.is_reached for call in counted) / len(counted), 1)
    assert got.right_party_rate == round(100 * len(right) / len(counted), 1)
    assert got.conversion == round(100 * sum(call.is_success for call in counted) / len(counted), 1)
    assert got.conversion_per_conversation == round(100 * sum(call.is_success for call in right) / len(right), 1)
    assert got.average_handled == timedelta(seconds=sum(call.seconds for call in counted)) / len(counted)


def test_by_day(practice, calls, filters):
    of_day = {on: [] for on in filters.period.dates}
    for call in within(calls, filters):
        of_day[call.ended_at.astimezone(practice.zone).date()].append(call)
    assert report.by_day(filters=filters) == [tally(some, group=on) for on, some in of_day.items()]


def test_by_hour(practice, calls):
    today = of_period("today", practice)
    hours = {}
    for call in within(calls, today):
        hours.setdefault(call.ended_at.astimezone(practice.zone).hour, []).append(call)
    expected = [tally(hours.get(hour, []), group=hour) for hour in range(min(hours), max(hours) + 1)]
    assert report.by_hour(filters=today) == expected


def test_by_agent_tells_also_who_did_not_call(practice, calls, filters):
    idle = make_member(practice, "Ida Idle")
    make_member(practice, "Gone Away", is_active=False)
    members = {member.name: member.pk for member in practice.memberships.all()}
    credited = Counter(call.prompted_by for call in within(calls, filters) if call.prompted_by != call.agent)
    expected = [
        tally(
            [call for call in within(calls, filters) if call.agent == name],
            name=name,
            group=members[name],
            assisted=credited[name],
        )
        for name in [*AGENTS, idle.name]
    ]
    expected.sort(key=lambda each: (-each.booked, -each.dials, each.name))
    assert report.by_agent(filters=filters) == expected


def test_by_disposition(practice, calls, filters):
    labels = dict(Disposition.objects.values_list("code", "label"))
    codes = {call.outcome for call in within(calls, filters)}
    expected = [
        tally([call for call in within(calls, filters) if call.outcome == code], name=labels[code], group=code) for code in codes
    ]
    expected.sort(key=lambda each: (-each.dials, each.group))
    assert report.by_disposition(filters=filters) == expected


def test_by_campaign_tells_also_a_running_one_without_calls(practice, calls, filters):
    make_campaign(practice, on=filters.period.last_on, name="Quiet")
    make_campaign(practice, on=filters.period.last_on, name="Paused", status=Campaign.Status.PAUSED)
    ids = dict(Campaign.objects.values_list("name", "pk"))
    expected = [
        tally([call for call in within(calls, filters) if call.campaign == name], name=name, group=ids[name])
        for name in [*CAMPAIGNS, "Quiet"]
    ]
    expected.sort(key=lambda each: (-each.dials, each.name))
    assert report.by_campaign(filters=filters) == expected


def test_by_attempt_puts_all_after_the_fifth_together(practice, calls, filters):
    names = ["1st", "2nd", "3rd", "4th", "5th", "6th and later"]
    dials = [call for call in within(calls, filters) if not call.rang_back]
    expected = [
        tally([call for call in dials if min(call.number, 6) == number], name=name, group=number)
        for number, name in enumerate(names, start=1)
    ]
    assert report.by_attempt(filters=filters) == [each for each in expected if each.group < 6 or each.dials]


def test_the_parts_add_up_to_the_whole(practice, calls, filters):
    whole = report.totals(filters=filters)
    for parts in (report.by_day, report.by_agent, report.by_disposition, report.by_campaign, report.by_attempt):
        tallies = parts(filters=filters)
        assert (parts, sum(each.dials for each in tallies)) == (parts, whole.dials)
        rang = whole.booked - whole.booked_by_dial if parts == report.by_attempt else 0  # they were at no attempt
        assert (parts, sum(each.booked for each in tallies)) == (parts, whole.booked - rang)


def test_editing_a_disposition_rewrites_no_report(practice, calls, filters):
    before = report.totals(filters=filters)
    Disposition.objects.update(is_reached=True, is_right_party=True, is_success=True)
    assert report.totals(filters=filters) == before


def test_the_first_and_the_last_moment_count(inside, agent):
    filters = of_period("today", inside)
    starts_at = filters.period.starts_at
    moments = [starts_at - timedelta(microseconds=1), starts_at, NOW, NOW + timedelta(microseconds=1)]
    calls = random_calls(seed=3, now=NOW, agents=["Moira Moment"], campaigns=["Edge"], count=4)
    store(
        [replace(call, ended_at=at, rang_back=False, prompted_by="") for call, at in zip(calls, moments, strict=True)],
        practice=inside,
        now=NOW,
    )
    assert CallAttempt.objects.count() == 4
    assert report.totals(filters=filters).dials == 2


def test_nothing_to_count(inside):
    filters = of_period("7", inside)
    whole = report.totals(filters=filters)
    assert (whole.dials, whole.answer_rate, whole.average_handled) == (0, None, None)
    assert report.by_hour(filters=filters) == []
    assert report.by_disposition(filters=filters) == []


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
    week = of_period("7", inside)
    assert promises(filters=week) == Promises(made=0, called_off=1, due=2, overdue=2, coming=3, kept=2, missed=1)


def test_data_as_of_is_the_newest_date_of_the_emr(inside):
    assert lists.data_as_of(practice=inside) is None
    for on in (date(2026, 11, 10), date(2026, 11, 15), None):
        Patient.objects.create(first_name="A", last_name="B", source_data_on=on)
    assert lists.data_as_of(practice=inside) == date(2026, 11, 15)
