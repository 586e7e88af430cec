"""Each figure of each report, with and without each filter, equals what plain Python counts from the plain rows."""

from dataclasses import fields

import pytest

from accounts import tenancy
from reports import bookings, calls, comparison, contact_center, heat_map, lists, numbers, promises
from reports.filters import read
from tests.reports.figures_world import NOW, World
from tests.reports.oracle import DAY, Asked, Oracle

PERIODS = (
    {"period": "today"},
    {"period": "yesterday"},
    {"period": "7"},
    {"period": "30"},
    {"period": "90"},
    {"period": "365"},
    {"period": "month"},
    {"period": "last-month"},
    {"from": "2026-01-31", "to": "2026-06-30"},
    {"from": "2026-02-01", "to": "2026-02-28"},
    {"from": "2025-12-15", "to": "2026-01-15"},
    {"from": "2026-08-01", "to": "2026-11-17"},
)
FILTERS = ("", "campaign", "agent", "location", "campaign agent location")


def said(thing):
    """A dataclass as a dict of its fields and properties; the names and groups of tallies are compared apart."""
    names = [field.name for field in fields(thing)] + [
        name for name, member in vars(type(thing)).items() if isinstance(member, property)
    ]
    return {name: getattr(thing, name) for name in names if name not in ("name", "group")}


def without(tally, *names):
    return {name: value for name, value in said(tally).items() if name not in names}


@pytest.fixture(params=[1, 2])
def world(request, practice, other_practice):
    """A world in the practice, and another next door that must not be counted."""
    World(other_practice, 99).make(patients=10)
    made = World(practice, request.param)
    made.make()
    with tenancy.practice(practice.pk):
        yield made


@pytest.fixture
def asked_for(world, practice):
    """All combinations: (the filters, the same as plain values)."""
    values = {"campaign": world.campaigns[0].pk, "agent": world.agents[0].pk, "location": "Main St"}
    found = []
    for period in PERIODS:
        for names in FILTERS:
            query = period | {name: str(values[name]) for name in names.split()}
            filters, problems = read(query, practice=practice, now=NOW)
            assert problems == []
            for each in (filters, filters.before):
                chosen = {name: values[name] if name in names.split() else None for name in values}
                asked = Asked(
                    each.period.first_on, each.period.last_on, each.period.ends_at, chosen["campaign"], chosen["agent"],
                    chosen["location"] or "",
                )  # fmt: skip
                found.append((each, asked))
    return found


def test_every_figure(world, practice, asked_for):
    oracle, checked = Oracle(practice, NOW), 0
    for filters, asked in asked_for:
        for name, (got, expected) in compared(oracle, filters, asked).items():
            assert (name, asked, got) == (name, asked, expected)
            checked += bool(expected)
    assert checked > 1500  # the world is not empty
    found = {each.state: (each.numbers, each.of_all) for each in numbers.number_states(practice=practice)}
    assert found == oracle.number_states()


def compared(oracle, filters, asked):
    """Name → (what the report says, what the oracle says)."""
    days = [(each.group, without(each, "assisted")) for each in calls.by_day(filters=filters)]
    weeks = [(each.group, without(each, "assisted")) for each in calls.by_week(filters=filters)]
    months = [(each.group, without(each, "assisted")) for each in calls.by_month(filters=filters)]
    weekdays = [(each.group, without(each, "assisted")) for each in calls.by_weekday(filters=filters)]
    hours = [(each.group, without(each, "assisted")) for each in calls.by_hour(filters=filters)]
    attempts = [(each.group, without(each, "assisted")) for each in calls.by_attempt(filters=filters)]
    outcomes = calls.by_disposition(filters=filters)
    mix, cap = calls.disposition_mix(filters=filters), calls.recommended_cap(filters=filters)
    times, funnel = contact_center.times(filters=filters), bookings.funnel(filters=filters)
    money, fates = bookings.money(filters=filters), bookings.fates(filters=filters)
    leads = oracle.leads(asked)
    kept = promises.promises(filters=filters)
    labels = {code: row["label"] for code, row in oracle.dispositions.items()}
    whole = {code: sum(span.get(code, 0) for span in oracle.mix(asked).values()) for code in labels}
    return {
        "totals": (said(calls.totals(filters=filters)), oracle.totals(asked)),
        "by_day": (days, oracle.over(asked, lambda on: on)),
        "by_week": (weeks, oracle.over(asked, lambda on: on - on.weekday() * DAY)),
        "by_month": (months, oracle.over(asked, lambda on: on.replace(day=1))),
        "by_weekday": (weekdays, oracle.by_weekday(asked)),
        "by_hour": (hours, oracle.by_hour(asked)),
        "by_attempt": (attempts, oracle.by_attempt(asked)),
        "by_campaign": (
            {each.name: without(each, "assisted") for each in calls.by_campaign(filters=filters)},
            oracle.by_campaign(asked),
        ),
        "by_agent": ({each.name: said(each) for each in calls.by_agent(filters=filters)}, oracle.by_agent(asked)),
        "by_disposition": (
            {(each.group, each.name): without(each, "assisted") for each in outcomes},
            {(code, labels[code]): tally for code, tally in oracle.by(asked, "outcome").items()},
        ),
        "disposition_mix": ({span.on: span.dials for span in mix.spans}, oracle.mix(asked)),
        "codes of the mix": (
            mix.codes,
            [(code, labels[code]) for code in sorted(whole, key=lambda code: (-whole[code], code)) if whole[code]],
        ),
        "recommended_cap": (cap.attempts, oracle.cap(asked)),
        "returns": (
            {each.number: (each.dials, each.booked, each.brings, each.costs, each.pays) for each in cap.returns},
            oracle.returns(asked),
        ),
        "heat_map": (heat(filters), oracle.heat(asked)),
        "agent_comparison": (
            {
                each.name: (each.dials, each.booked, each.expected, each.index, each.low, each.high)
                for each in comparison.agent_comparison(filters=filters)
            },
            oracle.comparison(asked),
        ),
        "times": ((times.dials, times.handle_time, times.wrap_ups, times.wrap_up_time), oracle.times(asked)),
        "promises": (
            ({field.name: getattr(kept, field.name) for field in fields(kept)}, kept.kept_rate),
            oracle.promised(asked),
        ),
        "number_quality": (said(numbers.number_quality(filters=filters)), oracle.quality(asked)),
        "funnel": ((funnel.enrolled, funnel.reached, funnel.booked, funnel.kept), oracle.funnel(asked)),
        "no_show_by_lead_time": ([lead_said(each.fates) for each in bookings.no_show_by_lead_time(filters=filters)], leads),
        "fates": (lead_said(fates)[:4], tuple(map(sum, zip(*(lead[:4] for lead in leads), strict=True)))),
        "money": (
            (money.dials, money.booked, money.kept, money.revenue, money.cost, money.cost_per_booking),
            oracle.money(asked),
        ),
        "penetration": (penetration(filters), oracle.penetration(asked)),
        "ages": ([(each.enrollments, each.undialed) for each in lists.ages(filters=filters)], oracle.ages(asked)),
        "untouched": (untouched(filters), oracle.untouched(asked)),
        "first_call": (first_call(filters), oracle.first_call(asked)),
    }


def heat(filters):
    found = heat_map.heat_map(filters=filters)
    cells = [cell for row in found.rows for cell in row]
    assert found.placed == sum(cell.dials for cell in cells)
    assert all(cell.is_sure == (cell.dials >= 30) for cell in cells)
    assert [[cell.hour for cell in row] for row in found.rows] == [found.hours] * 7
    told = {(cell.weekday, cell.hour): (cell.dials, cell.reached, cell.low, cell.high) for cell in cells if cell.dials}
    return told, found.unplaced


def lead_said(fates):
    return fates.kept, fates.no_show, fates.called_off, fates.unknown, fates.kept_rate, fates.no_show_rate


def penetration(filters):
    found = lists.penetration(filters=filters)
    return found.listed, found.open, found.dialed, found.reached, found.dialed_rate, found.reached_rate


def untouched(filters):
    found = lists.untouched(filters=filters)
    return found.assigned, found.untouched, found.rate


def first_call(filters):
    found = lists.first_call(filters=filters)
    return found.calls, found.median, found.mean
