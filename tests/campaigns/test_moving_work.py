"""Work moved between agents and into the pool: what moves, what stays and why, exact counts, undo, and no open call touched."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from accounts import people, tenancy
from accounts.models import Membership
from campaigns import moving_work
from campaigns.models import Callback, CampaignAgent, Enrollment, Lease, QueueItem, WorkMove
from campaigns.moving_work import MoveRefused
from campaigns.next_call import claim
from campaigns.plan import build
from tests.conftest import NOW, make_member
from tests.stress.crowd import at_once
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def bo(practice):
    return make_member(practice, "Bo Agent")


@pytest.fixture
def listed(listed, agent):
    """The list of today with everybody on it Ana's, whoever else is at work."""

    def _listed(count):
        listed(count)
        for position, item in enumerate(QueueItem.objects.order_by("pk"), start=1):
            QueueItem.objects.filter(pk=item.pk).update(agent=agent, position=position)
        Enrollment.objects.update(assigned_agent=agent)
        return list_of(agent)

    return _listed


@pytest.fixture
def move(agent, bo, supervisor, now):
    def _move(**changes):
        return moving_work.move(**{"from_agent": agent, "to": bo, "key": uuid.uuid4(), "by": supervisor, "now": now, **changes})

    return _move


def list_of(agent):
    return [item.enrollment for item in QueueItem.objects.filter(agent=agent, done_at=None).order_by("position")]


def state(*agents):
    """Everything a move may change, for comparison."""
    return (
        set(Enrollment.objects.values_list("pk", "assigned_agent", "assigned_on")),
        set(QueueItem.objects.values_list("pk", "agent", "position", "done_at")),
        set(Callback.objects.values_list("pk", "owner", "promised_by")),
    )


def promised(campaign, agent, due_at):
    enrollment = enroll(campaign, make_patient("Prom"), NOW, assigned_agent=agent)
    return Callback.objects.create(
        enrollment=enrollment, patient=enrollment.patient, owner=agent, due_at=due_at, window_ends_at=due_at + timedelta(hours=1)
    )


def test_the_list_moves_with_its_order_behind_what_the_other_has(listed, agent, bo, move, now):
    first, second, third = listed(3)
    bos = enroll(first.campaign, make_patient("Bos"), now, assigned_agent=bo)
    QueueItem.objects.create(build=QueueItem.objects.first().build, enrollment=bos, patient=bos.patient, agent=bo, position=7)
    moved = move()
    assert list_of(bo) == [bos, first, second, third]
    assert list_of(agent) == []
    assert (len(moved.enrollment_ids), moved.listed, moved.callback_ids, moved.stayed) == (3, 3, [], {})
    assert {*Enrollment.objects.values_list("assigned_agent", "assigned_on")} == {(bo.pk, TODAY), (bo.pk, None)}
    assert claim(agent=bo, now=now).enrollment == bos


def test_so_many_are_taken_from_the_end_of_the_list(listed, agent, bo, move):
    first, second, third = listed(3)
    moved = move(most=1)
    assert (list_of(agent), list_of(bo)) == ([first, second], [third])
    assert moved.enrollment_ids == [third.pk]


def test_what_goes_into_the_pool_is_anybodys_and_dealt_anew_at_night(listed, agent, bo, move, now):
    listed(2)
    moved = move(to=None)
    assert (len(list_of(None)), list_of(agent)) == (2, [])
    assert {*Enrollment.objects.values_list("assigned_agent", "assigned_on")} == {(None, None)}
    assert moved.to_agent is None
    assert claim(agent=bo, now=now).enrollment_id in moved.enrollment_ids


def test_the_call_at_hand_and_its_outcome_are_not_disturbed(listed, agent, bo, move, now):
    first, second = listed(2)
    lease = claim(agent=agent, now=now)
    moved = move(listed_only=False)
    assert moved.enrollment_ids == [second.pk]
    assert moved.stayed == {"HELD": 1}
    assert Lease.objects.open().get() == lease
    call(first, agent, now, "NOANS", lease_id=lease.pk)
    assert QueueItem.objects.get(enrollment=first).agent == agent


def test_a_hold_that_has_run_out_holds_nothing(listed, agent, move, now):
    listed(1)
    claim(agent=agent, now=now)
    Lease.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert len(move().enrollment_ids) == 1


def test_patients_stay_whose_language_the_other_does_not_speak(listed, agent, bo, move):
    spanish, english = listed(2)
    Membership.objects.filter(pk=agent.pk).update(languages=["en", "es"])
    agent.refresh_from_db()
    type(spanish.patient).objects.filter(pk=spanish.patient_id).update(language="es")
    moved = move()
    assert (moved.enrollment_ids, moved.stayed) == ([english.pk], {"LANGUAGE": 1})


def test_a_language_that_neither_speaks_keeps_nobody(listed, agent, bo, move):
    [one] = listed(1)
    type(one.patient).objects.filter(pk=one.patient_id).update(language="vi")
    assert move().enrollment_ids == [one.pk]


def test_campaigns_that_name_others_stay(listed, agent, bo, move, now):
    [one] = listed(1)
    named = make_campaign(agent.practice, on=TODAY, name="Named")
    CampaignAgent.objects.create(campaign=named, agent=agent)
    enroll(named, make_patient("Only"), now, assigned_agent=agent)
    moved = move(listed_only=False)
    assert (moved.enrollment_ids, moved.stayed) == ([one.pk], {"CAMPAIGN": 1})
    CampaignAgent.objects.create(campaign=named, agent=bo)
    assert len(move(listed_only=False).enrollment_ids) == 1


def test_one_campaign_alone_can_be_moved(listed, agent, move, now):
    listed(2)
    other = make_campaign(agent.practice, on=TODAY, name="Other")
    mine = enroll(other, make_patient("Other"), now, assigned_agent=agent)
    assert move(campaign=other, listed_only=False).enrollment_ids == [mine.pk]
    assert len(list_of(agent)) == 2


def test_promised_callbacks_stay_unless_they_are_meant(listed, agent, bo, supervisor, move, now):
    listed(1)
    callback = promised(make_campaign(agent.practice, on=TODAY), agent, now + timedelta(hours=2))
    assert len(move(listed_only=False).enrollment_ids) == 1
    callback.refresh_from_db()
    assert (callback.owner, callback.enrollment.assigned_agent) == (agent, agent)
    moved = move(with_callbacks=True)
    callback = Callback.objects.get()
    assert (callback.owner, callback.promised_by, callback.why_changed) == (bo, agent, "Moved by Sam Supervisor")
    assert (callback.enrollment.assigned_agent, moved.callback_ids) == (bo, [callback.pk])
    # Back with whoever made the promise nobody else has promised it.
    moving_work.move(from_agent=bo, to=agent, with_callbacks=True, key=uuid.uuid4(), by=supervisor, now=now)
    callback.refresh_from_db()
    assert (callback.owner, callback.promised_by) == (agent, None)


def test_what_is_off_the_list_but_open_moves_only_if_all_is_meant(listed, agent, bo, move, now):
    [one] = listed(1)
    call(one, agent, now, "NOANS")
    assert move().enrollment_ids == []
    moved = move(listed_only=False)
    assert (moved.enrollment_ids, moved.listed) == ([one.pk], 0)
    assert QueueItem.objects.get().agent == agent, "what was called today stays in the caller's list"


def test_an_undo_puts_everything_back_as_it_was(listed, agent, bo, supervisor, move, now):
    first, *_ = listed(3)
    promised(first.campaign, agent, now + timedelta(hours=2))
    before = state()
    moved = move(with_callbacks=True)
    assert state() != before
    assert moving_work.undo(moved=moved, by=supervisor, now=now) == (4, 1)
    assert state() == before
    with pytest.raises(MoveRefused, match="undone before"):
        moving_work.undo(moved=moved, by=supervisor, now=now)
    assert state() == before


def test_an_undo_leaves_what_was_worked_on_since(listed, agent, bo, supervisor, move, now):
    first, second, third = listed(3)
    moved = move()
    lease = claim(agent=bo, now=now)
    call(first, bo, now, "NOANS", lease_id=lease.pk)
    held = claim(agent=bo, now=now)
    assert held.enrollment == second
    assert moving_work.undo(moved=moved, by=supervisor, now=now)[0] == 2, "the one called is open still and goes back"
    assert list_of(agent) == [third]
    assert QueueItem.objects.get(enrollment=first).agent == bo, "the call of today stays with who made it"
    assert Lease.objects.open().get() == held


def test_ones_own_last_move_is_at_hand_for_ten_minutes(listed, supervisor, admin, move, now):
    listed(2)
    move(most=1)
    moved = move(most=1)
    assert moving_work.just_moved(by=supervisor, now=now + timedelta(minutes=9)) == moved
    assert moving_work.just_moved(by=supervisor, now=now + timedelta(minutes=10)) is None
    assert moving_work.just_moved(by=admin, now=now) is None
    moving_work.undo(moved=moved, by=supervisor, now=now)
    assert moving_work.just_moved(by=supervisor, now=now) != moved


def test_a_move_of_yesterday_cannot_be_undone(listed, supervisor, move, now):
    listed(1)
    moved = move()
    with pytest.raises(MoveRefused, match="Only moves of today"):
        moving_work.undo(moved=moved, by=supervisor, now=now + timedelta(days=1))


def test_the_same_key_moves_once(listed, agent, bo, move):
    listed(2)
    key = uuid.uuid4()
    first = move(most=1, key=key)
    assert move(most=1, key=key) == first
    assert (len(list_of(agent)), len(list_of(bo)), WorkMove.objects.count()) == (1, 1, 1)


def test_what_makes_no_sense_is_refused(listed, agent, supervisor, move):
    listed(1)
    for wrong, words in [
        ({"to": agent}, "somebody else"),
        ({"to": supervisor}, "works no call list"),
        ({"to": None, "with_callbacks": True}, "needs an owner"),
    ]:
        with pytest.raises(MoveRefused, match=words):
            move(**wrong)
    assert WorkMove.objects.count() == 0


def test_loads_tell_what_each_has_in_hand(listed, agent, bo, move, now):
    one, _two = listed(2)
    promised(one.campaign, agent, now + timedelta(hours=2))
    move(to=None, most=1)
    found = moving_work.loads(practice=agent.practice)
    assert found == {agent.pk: moving_work.Load(2, 1, 1), None: moving_work.Load(1, 1, 0)}


def test_a_move_costs_the_same_for_any_number(listed, move, django_assert_max_num_queries):
    listed(40)
    with django_assert_max_num_queries(22):
        move()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_agents_who_claim_while_work_moves_keep_what_they_opened(practice, supervisor, now):
    """Whoever is open stays where they are, everybody has one place, and nobody is lost."""
    ana, bo = make_member(practice, "Ana Agent"), make_member(practice, "Bo Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, "NO_ENCOUNTER", on=TODAY, name="Never seen")
        for number in range(30):
            make_patient(f"Ida{number}", mrn=f"M{number}")
        build(practice=practice, now=now)
        total = QueueItem.objects.count()

    def act(what):
        try:
            with tenancy.practice(practice.pk):
                if what == "claim":
                    lease = claim(agent=ana, now=now)
                    return lease and lease.pk
                giver, taker = (ana, bo) if what == "there" else (bo, ana)
                return len(
                    moving_work.move(
                        from_agent=giver, to=taker, key=uuid.uuid4(), by=supervisor, now=now, listed_only=False
                    ).enrollment_ids
                )
        finally:
            connection.close()

    held = 0
    for _round in range(6):
        act("back")
        at_once(act, ["claim", "there", "claim", "there"])
        with tenancy.practice(practice.pk):
            lease = Lease.objects.open().select_related("enrollment", "patient").first()
            assert QueueItem.objects.count() == total
            left = QueueItem.objects.filter(done_at=None)
            assert not left.exclude(agent=F("enrollment__assigned_agent")).exists()
        if lease is None:
            continue
        held += 1
        act("there")
        act("back")
        with tenancy.practice(practice.pk):
            enrollment = Enrollment.objects.get(pk=lease.enrollment_id)
            assert enrollment.assigned_agent_id == lease.enrollment.assigned_agent_id, "whoever is held stays where they are"
            outcome = say("NOANS", phone_id=lease.patient.phones.first().pk)
            call(enrollment, ana, now, outcome, lease_id=lease.pk)
    with tenancy.practice(practice.pk):
        assert QueueItem.objects.filter(done_at__isnull=False).count() == held > 0


def test_nothing_goes_back_to_who_works_no_list_any_more(listed, agent, bo, supervisor, move, now):
    listed(2)
    moved = move()
    people.change_membership(membership=agent, is_active=False)
    with pytest.raises(MoveRefused, match="works no call list"):
        moving_work.undo(moved=WorkMove.objects.get(pk=moved.pk), by=supervisor, now=now)
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {bo.pk}
