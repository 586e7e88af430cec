"""The day's plan: dealt by capacity and language, the same for the same data, and it adds up."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Membership
from campaigns import plan
from campaigns.models import Enrollment, QueueBuild, QueueItem
from campaigns.next_call import claim
from patients.models import OptOut
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, visited

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)


def due_patients(count, **fields):
    patients = [make_patient(f"Due{number}", **fields) for number in range(count)]
    for patient in patients:
        visited(patient, TODAY - timedelta(days=800))
    return patients


def queue():
    return list(QueueItem.objects.order_by("agent", "position").values_list("agent", "position", "enrollment"))


def test_the_plan_enrolls_deals_and_queues(inside, agent, now):
    due_patients(3)
    make_campaign(inside, on=TODAY)
    built = plan.build(practice=inside, now=now)
    assert (built.business_date, built.queued, built.blocked) == (TODAY, 3, {})
    assert [(who, place) for who, place, _ in queue()] == [(agent.pk, 1), (agent.pk, 2), (agent.pk, 3)]


def test_building_again_changes_nothing(inside, agent, now):
    make_member(inside, "Ben Agent")
    due_patients(20)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    first = queue()
    again = plan.build(practice=inside, now=now + timedelta(minutes=5))
    assert queue() == first
    assert again.changes == {"entered": 0, "left": 0, "moved": 0}
    assert list(QueueBuild.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_blocked_counts_and_queue_sum_to_the_open_enrollments(inside, agent, now):
    patients = due_patients(6)
    make_campaign(inside, on=TODAY)
    second = make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    call(Enrollment.objects.get(patient=patients[0], campaign=second), agent, now, "NOANS")
    OptOut.objects.create(e164=patients[1].phones.get().e164, opted_out_at=now)
    built = plan.build(practice=inside, now=now)
    assert built.blocked == {"COOLING_DOWN": 1, "CALLED_ELSEWHERE": 1, "NO_NUMBER": 2, "OTHER_CAMPAIGN": 4}
    assert built.queued + sum(built.blocked.values()) == Enrollment.objects.open().count() == 12


def test_a_person_stands_in_the_queue_once(inside, agent, now):
    due_patients(4)
    make_campaign(inside, on=TODAY)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    assert Counter(QueueItem.objects.values_list("patient", flat=True)).most_common(1)[0][1] == 1
    assert QueueItem.objects.count() == 4


def test_shares_follow_capacity_and_the_rest_goes_to_the_pool(inside, now):
    small, large = make_member(inside, "Sue Small", daily_capacity=5), make_member(inside, "Lou Large", daily_capacity=60)
    due_patients(80)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    shares = Counter(QueueItem.objects.values_list("agent", flat=True))
    assert shares[small.pk] <= 5
    assert shares[large.pk] == 60
    assert shares[None] == 80 - shares[small.pk] - 60


def test_patients_are_dealt_to_those_who_speak_their_language(inside, agent, now):
    spanish = make_member(inside, "Elena Agent", languages=["en", "es"])
    due_patients(8, language="es")
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {spanish.pk}


def test_work_stays_for_two_weeks_and_then_changes_hands(inside, agent, now):
    ben = make_member(inside, "Ben Agent")
    due_patients(10)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    first = dict(Enrollment.objects.values_list("pk", "assigned_agent"))
    plan.build(practice=inside, now=now + timedelta(days=13))
    assert dict(Enrollment.objects.values_list("pk", "assigned_agent")) == first
    plan.build(practice=inside, now=now + timedelta(days=14))
    other = {agent.pk: ben.pk, ben.pk: agent.pk}
    assert dict(Enrollment.objects.values_list("pk", "assigned_agent")) == {pk: other[who] for pk, who in first.items()}


def test_the_work_of_one_who_left_is_dealt_anew(inside, agent, now):
    due_patients(3)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    heir = make_member(inside, "Hal Heir")
    Membership.objects.filter(pk=agent.pk).update(is_active=False)
    plan.build(practice=inside, now=now)
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {heir.pk}


def test_the_work_of_one_who_is_off_today_goes_to_the_pool(inside, agent, now):
    due_patients(2)
    make_campaign(inside, on=TODAY)
    Membership.objects.filter(pk=agent.pk).update(shift_days=[1])
    plan.build(practice=inside, now=now)
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {None}
    assert set(Enrollment.objects.values_list("assigned_agent", flat=True)) == {agent.pk}


def test_a_campaign_may_name_its_agents(inside, agent, now):
    ben = make_member(inside, "Ben Agent")
    due_patients(6)
    make_campaign(inside, on=TODAY).agents.create(agent=ben)
    plan.build(practice=inside, now=now)
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {ben.pk}


def test_work_of_an_agent_taken_off_a_campaign_is_dealt_anew(inside, agent, now):
    ben = make_member(inside, "Ben Agent")
    due_patients(6)
    campaign = make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    campaign.agents.create(agent=ben)
    plan.build(practice=inside, now=now)
    assert set(Enrollment.objects.values_list("assigned_agent", flat=True)) == {ben.pk}


def test_a_rebuild_at_midday_leaves_room_for_the_rest_of_the_day_only(inside, agent, now):
    agent.daily_capacity = 3
    agent.save()
    due_patients(6)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    first = QueueItem.objects.filter(agent=agent).first()
    call(first.enrollment, agent, now, "NOANS")
    plan.build(practice=inside, now=now + timedelta(hours=1))
    mine = QueueItem.objects.filter(agent=agent)
    assert (mine.filter(done_at=None).count(), mine.exclude(done_at=None).count()) == (2, 1)


def test_what_was_done_yesterday_leaves_the_list(inside, agent, now):
    due_patients(1)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    call(Enrollment.objects.get(), agent, now, "NOANS")
    plan.build(practice=inside, now=now + timedelta(days=1))
    assert QueueItem.objects.count() == 0


def test_agents_at_work_keep_the_patient_they_have_open(inside, agent, now):
    due_patients(5)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    lease = claim(agent=agent, now=now)
    plan.build(practice=inside, now=now + timedelta(days=14))
    assert claim(agent=agent, now=now) == lease
    assert Enrollment.objects.get(pk=lease.enrollment_id).assigned_agent == agent


def test_who_was_called_today_does_not_return_today(inside, agent, now):
    due_patients(1)
    make_campaign(inside, on=TODAY)
    plan.build(practice=inside, now=now)
    call(Enrollment.objects.get(), agent, now, "NOANS")
    again = plan.build(practice=inside, now=now + timedelta(hours=1))
    assert again.queued == 0
    assert [item.done_at for item in QueueItem.objects.all()] == [now]


def test_who_becomes_due_during_the_day_stands_in_the_mornings_queue(inside, agent, now):
    patient = due_patients(1)[0]
    enrollment = enroll(make_campaign(inside, on=TODAY), patient, now, next_eligible_at=now + timedelta(hours=5))
    night = datetime(2026, 11, 17, 3, 0, tzinfo=ZoneInfo("America/New_York"))
    assert plan.build(practice=inside, now=night).queued == 1
    assert claim(agent=agent, now=now) is None
    assert claim(agent=agent, now=now + timedelta(hours=5)).enrollment == enrollment


@pytest.mark.parametrize(
    ("hour", "due"),
    [(2, None), (3, TODAY), (23, TODAY)],
)
def test_a_plan_is_due_from_the_local_hour_on_until_it_exists(inside, hour, due):
    moment = datetime(2026, 11, 17, hour, 30 if hour == 2 else 0, tzinfo=ZoneInfo("America/New_York"))
    assert plan.due_on(practice=inside, now=moment) == due
    if due:
        plan.build(practice=inside, now=moment)
        assert plan.due_on(practice=inside, now=moment) is None
