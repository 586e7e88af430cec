"""Campaigns, enrollments, attempts, callbacks and totals as programs read and change them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from campaigns import taking_back
from campaigns.models import CallAttempt, Callback, Campaign
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["campaigns", "enrollments", "attempts", "callbacks"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(program, at, inside, agent, now, demo_now, name):
    def grow(count):
        for _ in range(count):
            campaign = make_campaign(inside, on=inside.business_date(now))
            campaign.agents.create(agent=agent)
            enrolled = enroll(campaign, make_patient(), now - timedelta(days=9), assigned_agent=agent)
            call(enrolled, agent, now - timedelta(days=1), say("CBACK", callback_at=now + timedelta(hours=2)))

    def queries(rows):
        with CaptureQueriesContext(connection) as asked:
            assert len(program.get(at(name)).json()["results"]) == rows
        return len(asked)

    grow(1)
    once = queries(1)
    grow(2)
    assert queries(3) == once <= 14


# --- Campaigns


def test_a_campaign_is_told_with_its_figures(program, at, world, practice, agent):
    with tenancy.practice(practice.pk):
        world.campaign.agents.create(agent=agent)
    told = program.get(at("campaign", world.campaign.pk)).json()
    assert (told["name"], told["kind"], told["status"], told["revenue_per_visit"]) == (
        "Spring recall", "REACTIVATION", "ACTIVE", "100.00",
    )  # fmt: skip
    assert told["agents"] == [{"id": agent.pk, "name": "Ana Agent"}]
    assert told["figures"] == {
        "enrolled": 2, "open": 2, "won": 0, "closed": 0, "dials": 2, "reached": 1, "booked": 0, "booked_by_dial": 0,
        "answer_rate": 50.0, "conversion": 0.0,
    }  # fmt: skip


def test_a_campaign_is_paused_and_resumed_and_said_to_be_so_already(program, at, world, practice):
    for step, status in (("pause", "PAUSED"), ("resume", "ACTIVE")):
        address = at(f"campaign_{step}", world.campaign.pk)
        answers = [program.post(address) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[0].json()["status"] == status
        assert answers[1].json() == {"error": f"This campaign is {status.lower()} already.", "code": "conflict"}
    with tenancy.practice(practice.pk):
        assert Campaign.objects.get().status == "ACTIVE"


def test_campaigns_are_narrowed_by_status_and_kind(program, at, world, practice, now):
    with tenancy.practice(practice.pk):
        make_campaign(practice, "NO_SHOW", on=practice.business_date(now), name="No-shows", status="PAUSED")
    for query, names in (("status=PAUSED", ["No-shows"]), ("kind=REACTIVATION", ["Spring recall"])):
        assert [each["name"] for each in program.get(f"{at('campaigns')}?{query}").json()["results"]] == names


# --- Enrollments


def test_enrollments_are_narrowed(program, at, world, practice, agent, now):
    with tenancy.practice(practice.pk):
        other = make_campaign(practice, "NO_SHOW", on=practice.business_date(now))
        closed = enroll(
            other, world.ida, now - timedelta(days=30), status="CLOSED", closed_as="WON", closed_at=now - timedelta(days=20),
            assigned_agent=agent,
        )  # fmt: skip
    asked = {
        f"campaign={world.campaign.pk}": [world.called.pk, world.promised.pk],
        f"patient={world.ida.pk}": [world.called.pk, closed.pk],
        f"agent={agent.pk}": [closed.pk],
        "status=OPEN": [world.called.pk, world.promised.pk],
        "closed_as=WON": [closed.pk],
        "changed_since=2026-11-17T08:30:00-05:00": [world.promised.pk],
        "changed_since=2026-10-29T00:00:00Z": [world.called.pk, world.promised.pk],
        "changed_since=2026-10-20T00:00:00Z": [world.called.pk, world.promised.pk, closed.pk],
        "campaign=999999": [],
    }
    for query, ids in asked.items():
        assert (query, [each["id"] for each in program.get(f"{at('enrollments')}?{query}").json()["results"]]) == (query, ids)


def test_an_enrollment_tells_how_far_it_is(program, at, world):
    told = program.get(at("enrollment", world.called.pk)).json()
    assert {name: told[name] for name in ("campaign", "patient", "status", "attempts_made", "last_outcome", "closed_as")} == {
        "campaign": world.campaign.pk, "patient": world.ida.pk, "status": "OPEN", "attempts_made": 1, "last_outcome": "NOANS",
        "closed_as": "",
    }  # fmt: skip


# --- Attempts


def ids(answer):
    return [each["id"] for each in answer.json()["results"]]


def test_a_call_is_told_with_its_outcome(program, at, world, agent):
    told = program.get(at("attempt", world.attempt.pk)).json()
    assert {name: told[name] for name in ("patient", "agent", "number", "outcome", "is_reached", "note", "appointment")} == {
        "patient": world.ida.pk, "agent": {"id": agent.pk, "name": "Ana Agent"}, "number": 1, "outcome": "NOANS",
        "is_reached": False, "note": "Rang long", "appointment": None,
    }  # fmt: skip


def test_who_keeps_the_place_reads_each_call_once_and_corrected_ones_again(program, at, world, practice, agent, supervisor, now):
    first = program.get(at("attempts") + "?limit=1").json()
    second = program.get(first["next"]).json()
    assert ([each["id"] for each in first["results"]], second["next"]) == ([world.attempt.pk], None)
    place = second["cursor"]
    nothing = program.get(f"{at('attempts')}?cursor={place}").json()
    assert nothing == {"results": [], "next": None, "cursor": place}

    with tenancy.practice(practice.pk):
        later = call(enroll(world.campaign, make_patient(), now), agent, now - timedelta(hours=1), say("LVM"))
        number = say("LVM", phone_id=world.number.pk)
        taking_back.correct(attempt=world.attempt, outcome=number, why="Slip", by=supervisor, now=now - timedelta(minutes=30))
    since = program.get(f"{at('attempts')}?cursor={place}")
    assert ids(since) == [later.pk, world.attempt.pk]
    assert since.json()["results"][1]["outcome"] == "LVM"
    assert ids(program.get(at("attempts") + "?since=2026-11-17T15:15:00Z")) == [world.attempt.pk]


def test_a_call_is_listed_once_it_is_a_minute_old(program, at, world, practice, agent, now):
    with tenancy.practice(practice.pk):
        fresh = call(enroll(world.campaign, make_patient(), now), agent, now - timedelta(seconds=40), say("LVM"))
    assert fresh.pk not in ids(program.get(at("attempts")))
    assert program.get(at("attempt", fresh.pk)).status_code == 200


def test_calls_are_narrowed(program, at, world, agent, admin):
    for query, count in (
        (f"campaign={world.campaign.pk}", 2), (f"patient={world.ida.pk}", 1), (f"enrollment={world.promised.pk}", 1),
        (f"agent={agent.pk}", 2), (f"agent={admin.pk}", 0), ("outcome=CBACK", 1), ("outcome=cback", 0),
        ("since=2026-11-17T13:30:00Z", 1),
    ):  # fmt: skip
        assert (query, len(ids(program.get(f"{at('attempts')}?{query}")))) == (query, count)


def test_calls_are_found_by_an_index_behind_the_wall(inside, agent, now, at, program, demo_now):
    campaign = make_campaign(inside, on=inside.business_date(now))
    call(enroll(campaign, make_patient(), now), agent, now - timedelta(hours=1), say("LVM"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    with CaptureQueriesContext(connection) as asked:
        program.get(at("attempts") + "?since=2026-11-17T10:00:00Z")
    (sql,) = [each["sql"] for each in asked if 'FROM "campaigns_callattempt"' in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using attempt_by_change" in plan
    assert "Index Cond: ((practice_id = " in plan
    assert ">=" in plan.partition("Index Cond")[2].partition("\n")[0]


# --- Callbacks


def test_a_callback_is_moved_into_calling_hours(program, at, world):
    answer = program.post(at("callback_move", world.callback.pk), {"due_at": "2026-11-19T05:00:00-05:00"})
    assert (answer.status_code, answer.json()["due_at"]) == (200, "2026-11-19T09:00:00-05:00")
    assert answer.json()["why_changed"] == "Moved by Ada Admin"


@pytest.mark.parametrize(
    ("due_at", "status", "sentence"),
    [
        ("2026-11-16T10:00:00-05:00", 422, "This moment is in the past."),
        ("2026-11-17T13:00:00-05:00", 409, "The callback is promised for that time already."),
        ("2026-11-19T10:00:00", 400, "due_at: Write a moment with its zone, as in 2026-11-17T16:00:00Z."),
        ("tomorrow", 400, "due_at: Write a moment with its zone, as in 2026-11-17T16:00:00Z."),
        ("2900-01-01T10:00:00Z", 400, "due_at: This moment is out of reach."),
        (7, 400, "due_at: Write a moment with its zone, as in 2026-11-17T16:00:00Z."),
        (None, 400, "due_at: This field may not be null."),
    ],
)
def test_a_callback_is_not_moved_anywhere(program, at, world, due_at, status, sentence):
    answer = program.post(at("callback_move", world.callback.pk), {"due_at": due_at})
    assert (answer.status_code, answer.json()["error"]) == (status, sentence)


def test_a_callback_is_called_off_with_a_reason(program, at, world, practice):
    address = at("callback_call_off", world.callback.pk)
    assert program.post(address, {"why": "   "}).status_code == 400
    answer = program.post(address, {"why": "Booked online"})
    assert (answer.json()["status"], answer.json()["why_changed"]) == ("CANCELLED", "Called off by Ada Admin: Booked online")
    again = program.post(address, {"why": "Booked online"})
    assert (again.status_code, again.json()["error"]) == (409, "Nothing was changed: this callback is canceled already.")
    with tenancy.practice(practice.pk):
        assert Callback.objects.get().settled_at is not None


def test_callbacks_are_narrowed(program, at, world, agent):
    for query, count in (
        ("status=PENDING", 1), ("status=KEPT", 0), (f"owner={agent.pk}", 1), (f"campaign={world.campaign.pk}", 1),
        (f"patient={world.ida.pk}", 0), ("due_from=2026-11-17T18:00:00Z", 1), ("due_until=2026-11-17T18:00:00Z", 0),
    ):  # fmt: skip
        assert (query, len(ids(program.get(f"{at('callbacks')}?{query}")))) == (query, count)


# --- Totals


def test_totals_are_told_with_their_groups(program, at, world, agent):
    told = program.get(at("totals") + "?first_on=2026-11-17&last_on=2026-11-17&by=agent").json()
    assert (told["first_on"], told["last_on"], told["as_of"]) == ("2026-11-17", "2026-11-17", told["as_of"])
    assert (told["totals"]["dials"], told["totals"]["reached"], told["totals"]["answer_rate"]) == (2, 1, 50.0)
    (group,) = told["groups"]
    assert (group["group"], group["name"], group["dials"], group["handled_seconds"]) == (str(agent.pk), "Ana Agent", 2, 180)


@pytest.mark.parametrize(("by", "groups"), [("day", 7), ("campaign", 1), ("agent", 1), ("outcome", 2), ("attempt", 5)])
def test_totals_are_told_by(program, at, world, by, groups):
    told = program.get(f"{at('totals')}?by={by}").json()
    assert (len(told["groups"]), sum(each["dials"] for each in told["groups"])) == (groups, told["totals"]["dials"])


def test_a_week_up_to_today_is_meant_without_dates(program, at, world):
    told = program.get(at("totals")).json()
    assert (told["first_on"], told["last_on"], told["groups"]) == ("2026-11-11", "2026-11-17", [])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("first_on=2026-11-18&last_on=2026-11-17", "first_on"),
        ("first_on=1926-11-18", "first_on"),
        ("first_on=2020-01-01&last_on=2026-01-01", "first_on"),
        ("last_on=9999-12-31", "first_on"),
        ("last_on=2026-11-18", "first_on"),
        ("last_on=0001-01-03", "first_on"),
        ("first_on=0001-01-01&last_on=0001-01-03", "first_on"),
        ("last_on=2026-13-01", "last_on"),
        ("by=weather", "by"),
    ],
)
def test_a_period_that_is_none_is_refused(program, at, demo_now, query, field):
    answer = program.get(f"{at('totals')}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_totals_are_those_of_one_campaign_agent_or_location(program, at, world, practice, now):
    ben = make_member(practice, "Ben Brook")
    with tenancy.practice(practice.pk):
        autumn = make_campaign(practice, on=practice.business_date(now), name="Autumn recall")
        there = enroll(autumn, make_patient("Lea", "Ott"), now - timedelta(days=1), location="Annex")
        call(there, ben, now - timedelta(hours=1), say("NOANS"))
    first = world.attempt.agent_id
    for query, dials in (
        ("", 3), (f"campaign={autumn.pk}", 1), (f"campaign={world.campaign.pk}", 2), (f"agent={ben.pk}", 1),
        (f"agent={first}", 2), ("location=Annex", 1), (f"location=Annex&agent={first}", 0),
    ):  # fmt: skip
        told = program.get(f"{at('totals')}?by=agent&{query}").json()
        assert (query, told["totals"]["dials"], sum(each["dials"] for each in told["groups"])) == (query, dials, dials)


def test_totals_of_nothing_or_of_another_practice_are_refused(program, at, world, other_practice, now):
    with tenancy.practice(other_practice.pk):
        theirs = make_campaign(other_practice, on=other_practice.business_date(now), name="Their recall")
        enroll(theirs, make_patient("Uma", "Vale"), now, location="Harbor")
    stranger = make_member(other_practice, "Uwe Stranger")
    for query, field in (
        (f"campaign={theirs.pk}", "campaign"), (f"agent={stranger.pk}", "agent"), ("location=Harbor", "location"),
        ("campaign=0", "campaign"), ("campaign=99999999", "campaign"), (f"agent={10**30}", "agent"), ("agent=Ana", "agent"),
    ):  # fmt: skip
        answer = program.get(f"{at('totals')}?{query}")
        assert (query, answer.status_code, answer.json()["field"]) == (query, 400, field)


def test_recording_calls_is_not_part_of_the_api(program, at, world, practice):
    for method in ("post", "put", "patch", "delete"):
        assert program.send(method, at("attempts"), {}).status_code == 405
        assert program.send(method, at("attempt", world.attempt.pk), {}).status_code == 405
    with tenancy.practice(practice.pk):
        assert CallAttempt.objects.count() == 2
