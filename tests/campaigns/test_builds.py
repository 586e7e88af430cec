"""Every build keeps what it counted and changed: the numbers add up, and each group of changes leads to its patients."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from audit.models import AccessEvent
from campaigns import build_log, plan, plan_words
from campaigns.eligibility import LABELS
from campaigns.models import Enrollment, QueueBuild, QueueChange
from campaigns.plan_sql import CHANGED
from patients.models import Patient
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, make_campaign, make_patient, visited

pytestmark = pytest.mark.django_db


def due(count, *, first_name="Due", **fields):
    patients = [make_patient(f"{first_name}{number}", **fields) for number in range(count)]
    for patient in patients:
        visited(patient, TODAY - timedelta(days=800))
    return patients


@pytest.fixture
def two_builds(inside, agent, supervisor, desk_clock):
    """Five on the lists of the night; by noon one is called, one inactive, one booked elsewhere closes, two are new."""
    make_campaign(inside, on=TODAY, name="Bring them back")
    patients = due(5)
    due(1, first_name="Numberless", phones=0)
    first = plan.build(practice=inside, now=desk_clock - timedelta(hours=3))
    call(Enrollment.objects.get(patient=patients[0]), agent, desk_clock - timedelta(hours=1), "NOANS")
    visited(patients[1], TODAY)
    Patient.objects.filter(pk=patients[2].pk).update(is_inactive=True)
    due(2, first_name="New")
    return first, plan.build(practice=inside, now=desk_clock, by=supervisor)


def flat(build):
    found = Counter()
    for change in build.queue_changes.all():
        found[change.kind, change.why] += len(change.enrollment_ids)
    return found


def test_rows_add_up_to_the_open_enrollments(two_builds):
    _first, second = two_builds
    rows = plan_words.rows(build=second)
    assert [(row.label, row.rows) for row in rows] == [
        ("On the call lists", 4), ("No usable phone number", 1), ("Cooling down after the last call", 1),
    ]  # fmt: skip
    assert sum(row.rows for row in rows) == Enrollment.objects.open().count() == 6


def test_the_way_from_the_build_before_adds_up(two_builds):
    first, second = two_builds
    flow = build_log.flow(build=second)
    assert (flow.before, flow.gone, flow.left, flow.entered, flow.queued) == (5, 3, 0, 2, 4)
    assert flow.before - flow.gone - flow.left + flow.entered == flow.queued == second.queued
    assert build_log.flow(build=first) == build_log.Flow(before=0, gone=0, left=0, entered=5, moved=0, queued=5)


def test_campaigns_tell_who_entered_stayed_and_left_by_way(inside, two_builds):
    first, second = two_builds
    (before,) = plan_words.followed(build=first, campaigns=inside.campaigns.in_order())
    (after,) = plan_words.followed(build=second, campaigns=inside.campaigns.in_order())
    assert (before.entered, before.stayed, before.left) == (6, 0, 0)
    assert (after.entered, after.stayed, after.left) == (2, 4, 2)
    assert dict(after.ways) == {"No longer fits the rule": 2}
    assert after.entered + after.stayed == Enrollment.objects.open().count()


def test_changes_say_why_and_from_whom_to_whom(inside, agent, desk_clock):
    make_campaign(inside, on=TODAY)
    due(6)
    plan.build(practice=inside, now=desk_clock)
    ben = make_member(inside, "Ben Brook")
    Membership.objects.filter(pk=agent.pk).update(is_active=False)
    second = plan.build(practice=inside, now=desk_clock)
    (group,) = build_log.groups(build=second)
    (change,) = group.changes
    assert (group.label, group.rows, change.list_words, change.rows) == (
        "Changed hands", 6, "from Ana Agent to Ben Brook", 6,
    )  # fmt: skip
    assert change.why_words == "Dealt anew: had no agent, or the agent no longer calls for it"
    Membership.objects.filter(pk=ben.pk).update(shift_days=[7])
    third = plan.build(practice=inside, now=desk_clock)
    ((off,),) = (group.changes for group in build_log.groups(build=third))
    assert (off.why_words, off.list_words) == ("The agent is off that day", "from Ben Brook to the shared pool")


def test_the_shuffle_of_two_weeks_is_named(inside, agent, desk_clock):
    make_member(inside, "Ben Brook")
    make_campaign(inside, on=TODAY)
    due(6)
    plan.build(practice=inside, now=desk_clock)
    later = plan.build(practice=inside, now=desk_clock + timedelta(days=14))
    assert flat(later) == {("MOVED", "SHUFFLE"): 6}
    assert {group.label: group.rows for group in build_log.groups(build=later)} == {"Changed hands": 6}


def test_who_is_held_back_left_for_that_reason(inside, agent, desk_clock):
    campaign = make_campaign(inside, on=TODAY)
    patients = due(3)
    plan.build(practice=inside, now=desk_clock)
    patients[0].phones.update(state="WRONG")
    Enrollment.objects.filter(patient=patients[1], campaign=campaign).update(next_eligible_at=desk_clock + timedelta(days=3))
    second = plan.build(practice=inside, now=desk_clock)
    assert flat(second) == {("LEFT", "NO_NUMBER"): 1, ("LEFT", "COOLING_DOWN"): 1}
    patients[0].phones.update(state="VERIFIED")
    Enrollment.objects.update(next_eligible_at=desk_clock + timedelta(minutes=1))
    third = plan.build(practice=inside, now=desk_clock + timedelta(hours=1))
    assert set(flat(third)) == {("ENTERED", "WAITED")}


def test_every_code_of_the_plan_has_words():
    codes = set(re.findall(r"'([A-Z_]{3,})'", CHANGED)) - {*QueueChange.Kind.values, "DONE_TODAY"}
    told = {code for codes in plan_words.WHY.values() for code in codes}
    assert codes | set(LABELS) == told
    assert plan_words.LEFT_OUT.keys() == {"QUEUED", *LABELS, "DONE_TODAY"}


@pytest.mark.parametrize(("made", "words"), [(0, "call 1 of 5, expected to book 13 of 100 such dials"), (4, "call 5 of 5")])
def test_why_somebody_stands_on_a_list(inside, made, words):
    enrollment = Enrollment(campaign=make_campaign(inside, on=TODAY), attempts_made=made, why="No-show on 2026-10-02")
    told = plan_words.because(enrollment=enrollment, expected_yield=None if made else 130)
    assert told == f"{words}; no-show on Oct 2, 2026"


def test_an_expectation_below_one_in_a_hundred_is_not_said_to_be_none(inside):
    enrollment = Enrollment(campaign=make_campaign(inside, on=TODAY), why="Test")
    assert "less than 1 of 100" in plan_words.because(enrollment=enrollment, expected_yield=3)


def text(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_list_shows_every_build_the_newest_first(two_builds, sign_in, supervisor, url):
    page = sign_in(supervisor).get(url("builds"))
    assert [(build.number, held) for build, _took, held in page.context["rows"]] == [(2, 2), (1, 1)]
    shown = text(page)
    assert "Tue, Nov 17, 2026, no. 2" in shown
    assert shown.index("Sam Supervisor</td>") < shown.index("Nightly</td>")


def test_before_the_first_build_the_list_says_what_to_do(inside, sign_in, supervisor, url):
    assert "No lists were built yet" in text(sign_in(supervisor).get(url("builds")))


def test_a_build_says_all_and_names_nobody(two_builds, sign_in, supervisor, url):
    _first, second = two_builds
    shown = text(sign_in(supervisor).get(url("build_detail", build_id=second.pk)))
    assert "by Sam Supervisor in" in shown
    assert '<th scope="row">All open enrollments</th><td></td><td class="num">6</td>' in shown
    assert "No longer fits the rule" in shown
    assert "Keller" not in shown
    assert AccessEvent.objects.count() == 0


def test_a_build_of_before_the_counting_is_shown_all_the_same(inside, sign_in, supervisor, url, now):
    old = QueueBuild.objects.create(
        business_date=TODAY, started_at=now, finished_at=now + timedelta(minutes=2, seconds=5), queued=1,
        blocked={"A_RULE_OF_ONCE": 2}, changes={"entered": 0, "left": 0, "moved": 0},
    )  # fmt: skip
    shown = text(sign_in(supervisor).get(url("build_detail", build_id=old.pk)))
    assert "A_RULE_OF_ONCE" in shown
    assert "No rule was asked" in shown
    assert "in 2 min 5 s." in shown


def test_a_change_leads_to_its_patients_and_the_look_is_written_down(two_builds, sign_in, supervisor, url):
    first, _second = two_builds
    change = first.queue_changes.get()
    page = sign_in(supervisor).get(url("build_change", build_id=first.pk, change_id=change.pk))
    shown = text(page)
    assert "Entered: Newly enrolled" in shown
    assert shown.count("Keller") == 5
    event = AccessEvent.objects.get()
    assert event.page == "campaigns:build_change"
    assert event.patient_ids == sorted(Enrollment.objects.filter(pk__in=change.enrollment_ids).values_list("patient", flat=True))
    assert "Keller" not in shown.partition("<title>")[2].partition("</title>")[0]


def test_a_change_of_another_build_is_not_found(two_builds, sign_in, supervisor, url):
    first, second = two_builds
    change = first.queue_changes.get()
    assert sign_in(supervisor).get(url("build_change", build_id=second.pk, change_id=change.pk)).status_code == 404


def test_a_long_change_comes_in_pages(inside, agent, sign_in, supervisor, url, desk_clock):
    make_campaign(inside, on=TODAY)
    due(51)
    built = plan.build(practice=inside, now=desk_clock)
    change = built.queue_changes.get()
    address = url("build_change", build_id=built.pk, change_id=change.pk)
    client = sign_in(supervisor)
    pages = [client.get(address, {"page": number}).context["enrollments"] for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 1]
    assert sorted(each.pk for page in pages for each in page) == sorted(change.enrollment_ids)


def test_agents_see_no_build(two_builds, sign_in, agent, url):
    first, _second = two_builds
    one = {"build_id": first.pk}
    addresses = [url("builds"), url("build_detail", **one), url("build_change", **one, change_id=first.queue_changes.get().pk)]
    assert {sign_in(agent).get(address).status_code for address in addresses} == {403}


@pytest.mark.parametrize("name", ["builds", "build_detail", "build_change"])
def test_more_builds_changes_and_patients_need_no_more_queries(inside, agent, desk_clock, sign_in, supervisor, url, name):
    make_campaign(inside, on=TODAY)
    due(1)
    plan.build(practice=inside, now=desk_clock)
    client = sign_in(supervisor)

    def queries():
        build = QueueBuild.objects.newest()
        change = build.queue_changes.order_by("-pk").first()
        ids = {"builds": {}, "build_detail": {"build_id": build.pk}}.get(
            name, {"build_id": build.pk, "change_id": change and change.pk}
        )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(name, **ids)).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(3):
        make_member(inside, f"Agent {number}")
        make_campaign(inside, on=TODAY, months_since_visit=12 + number)
        due(6, first_name=f"Round{number}")
        plan.build(practice=inside, now=desk_clock, by=supervisor)
    assert queries() == few
