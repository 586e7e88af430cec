"""Changes of many enrollments at once: what they change and leave, in which numbers, and the way back."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.functions import Now

from accounts import people, tenancy
from campaigns import bulk, opt_out, tracker_choice
from campaigns.bulk import BulkRefused
from campaigns.models import BulkChange, Callback, Campaign, CampaignAgent, Enrollment, Lease, QueueItem
from campaigns.next_call import claim
from campaigns.plan import build
from campaigns.tracker_choice import Choice
from patients.models import Patient
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ben(practice):
    return make_member(practice, "Ben Brook")


@pytest.fixture
def work(inside, agent):
    """Four open enrollments of Ana's."""
    campaign = make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
    return [enroll(campaign, make_patient(f"Ida{n}"), NOW, assigned_agent=agent, assigned_on=TODAY) for n in range(4)]


def held(enrollment, agent):
    return Lease.objects.create(
        enrollment=enrollment, patient=enrollment.patient, agent=agent, opened_at=Now(), expires_at=Now() + timedelta(minutes=20)
    )


def do(action, enrollments, by, *, now=NOW, **more):
    ids = [getattr(each, "pk", each) for each in enrollments]
    return bulk.carry_out(change=bulk.choose(action=action, by=by, now=now, ids=ids), by=by, now=now, **more)


def fields(*names):
    return list(Enrollment.objects.order_by("pk").values_list(*names))


def everything():
    """All that a change may touch, row by row."""
    rows = [Enrollment.objects, QueueItem.objects, Callback.objects]
    return [list(each.order_by("pk").values()) for each in rows[:1]] + [
        sorted(QueueItem.objects.values_list("enrollment", "agent", "position", "build")),
        sorted(Callback.objects.values_list("pk", "status", "owner")),
    ]


# --- Hand over


def test_work_is_handed_over_but_for_who_is_in_a_call_closed_or_has_it(work, supervisor, agent, ben):
    held(work[0], agent)
    Enrollment.objects.filter(pk=work[1].pk).update(status="CLOSED", closed_as="LOST", closed_at=NOW)
    Enrollment.objects.filter(pk=work[2].pk).update(assigned_agent=ben)
    change = do("REASSIGN", [*work, 999_999], supervisor, to_agent=ben)
    assert (change.done, change.refused) == (1, {"IN_CALL": 1, "CLOSED": 1, "SAME": 1, "NOT_FOUND": 1})
    assert fields("assigned_agent", "assigned_on")[3] == (ben.pk, TODAY)
    assert bulk.told(change.refused) == "1 closed already, 1 in a call right now, 1 not found, 1 as wanted already"


def test_to_the_pool_means_nobodys_until_the_next_build_deals_it(inside, work, supervisor, agent):
    build(practice=inside, now=NOW)
    do("REASSIGN", work, supervisor, to_agent=None)
    assert set(fields("assigned_agent", "assigned_on")) == {(None, None)}
    assert set(QueueItem.objects.values_list("agent", flat=True)) == {None}
    build(practice=inside, now=LATER)
    assert set(Enrollment.objects.values_list("assigned_agent", flat=True)) == {agent.pk}


def test_an_agent_whom_the_campaign_does_not_name_gets_none_of_its_work(work, supervisor, agent, ben):
    CampaignAgent.objects.create(campaign=work[0].campaign, agent=agent)
    assert do("REASSIGN", work, supervisor, to_agent=ben).refused == {"NOT_THEIRS": 4}


def test_places_of_today_go_along_unless_the_agent_is_off(inside, work, supervisor, agent, ben):
    build(practice=inside, now=NOW)
    do("REASSIGN", work[:2], supervisor, to_agent=ben)
    assert Counter(QueueItem.objects.values_list("agent", flat=True)) == {ben.pk: 2, agent.pk: 2}
    ben.shift_days = [6]
    ben.save()
    do("REASSIGN", work[2:], supervisor, to_agent=ben)
    assert Counter(QueueItem.objects.values_list("agent", flat=True)) == {ben.pk: 2, None: 2}


# --- Close


def test_closing_takes_them_off_the_lists_and_calls_off_what_was_promised(inside, work, supervisor, agent):
    call(work[0], agent, NOW - timedelta(days=9), say("CBACK", callback_at=NOW + timedelta(hours=2)))
    build(practice=inside, now=NOW)
    assert QueueItem.objects.count() == 3  # the promise stands beside the lists
    change = do("CLOSE", work, supervisor, closed_as="LOST", why=" Moved away ")
    assert (change.done, change.refused, QueueItem.objects.count()) == (4, {}, 0)
    assert set(fields("status", "closed_as", "closed_because", "closed_at")) == {
        ("CLOSED", "LOST", "Moved away (by Sam Supervisor)", NOW)
    }
    assert Callback.objects.get().status == "CANCELLED"
    build(practice=inside, now=LATER)
    assert Enrollment.objects.open().count() == 0  # the night does not enroll whom people called lost


def test_the_outlook_counts_what_carrying_out_then_does(work, supervisor, agent):
    held(work[0], agent)
    Enrollment.objects.filter(pk=work[1].pk).update(status="CLOSED", closed_as="LOST", closed_at=NOW)
    change = bulk.choose(action="CLOSE", by=supervisor, now=NOW, ids=[each.pk for each in work])
    assert bulk.outlook(change=change) == {"": 2, "IN_CALL": 1, "CLOSED": 1}
    done = bulk.carry_out(change=change, by=supervisor, now=NOW, closed_as="LOST", why="x")
    assert (done.done, done.refused) == (2, {"IN_CALL": 1, "CLOSED": 1})


def test_exactly_those_chosen_are_changed_though_more_match_by_then(inside, work, supervisor):
    condition = tracker_choice.condition(choice=Choice(state="open"), practice=inside, now=NOW)
    change = bulk.choose(action="CLOSE", by=supervisor, now=NOW, condition=condition, query="state=open")
    late = enroll(work[0].campaign, make_patient("Late"), NOW)
    assert bulk.carry_out(change=change, by=supervisor, now=NOW, closed_as="LOST", why="x").done == 4
    assert Enrollment.objects.open().get() == late


def test_sent_twice_it_is_done_once(work, supervisor, agent, ben):
    change = bulk.choose(action="REASSIGN", by=supervisor, now=NOW, ids=[each.pk for each in work])
    bulk.carry_out(change=change, by=supervisor, now=NOW, to_agent=ben)
    again = bulk.carry_out(change=change, by=supervisor, now=LATER, to_agent=agent)
    assert (again.done, again.done_at, again.to_agent_id) == (4, NOW, ben.pk)
    assert set(Enrollment.objects.values_list("assigned_agent", flat=True)) == {ben.pk}


# --- Put back


def close(enrollment, closed_as="LOST"):
    Enrollment.objects.filter(pk=enrollment.pk).update(status="CLOSED", closed_as=closed_as, closed_at=NOW, closed_because="x")


def test_who_may_be_called_is_put_back_and_everybody_else_is_told_why(inside, work, supervisor):
    inactive, absorbed, ended = (enroll(work[0].campaign, make_patient(name), NOW) for name in ("Ina", "Abe", "End"))
    other = make_campaign(inside, Campaign.Kind.REVIEW, on=TODAY, status="ENDED")
    Enrollment.objects.filter(pk=ended.pk).update(campaign=other)
    Patient.objects.filter(pk=inactive.patient_id).update(is_inactive=True)
    Patient.objects.filter(pk=absorbed.patient_id).update(merged_into=work[3].patient)
    wished = work[2].patient
    for each in (*work, inactive, absorbed, ended):
        close(each)
    opt_out.register(patient=wished, by=supervisor, now=NOW, channel="CALL", words="No more")
    close(work[1], "OPTED_OUT")
    again = enroll(work[3].campaign, work[3].patient, NOW)
    change = do("PUT_BACK", [*work, inactive, absorbed, ended, again], supervisor)
    assert change.refused == {"OPTED_OUT": 2, "RECORD": 2, "ENDED": 1, "SECOND": 1, "OPEN": 1}
    assert fields("status", "closed_as", "closed_because", "closed_at")[0] == ("OPEN", "", "", None)


def test_of_two_closed_ones_of_one_patient_the_later_comes_back(work, supervisor):
    close(work[0])
    later = enroll(work[0].campaign, work[0].patient, NOW)
    close(later)
    change = do("PUT_BACK", [work[0], later], supervisor)
    assert (change.done, change.refused, Enrollment.objects.get(pk=later.pk).status) == (1, {"SECOND": 1}, "OPEN")


# --- Priority


def test_high_ones_come_first_at_once_and_at_every_build(inside, work, supervisor, agent, desk_clock):
    build(practice=inside, now=NOW)
    last = QueueItem.objects.order_by("-position").first().enrollment
    do("PRIORITY", [last], supervisor, is_priority=True)
    assert QueueItem.objects.order_by("position").first().enrollment == last
    assert claim(agent=agent, now=NOW).enrollment == last
    Lease.objects.update(closed_at=Now(), closed_as="RELEASED")
    build(practice=inside, now=LATER)
    assert QueueItem.objects.order_by("position").values_list("enrollment", "position").first() == (last.pk, 1)


def test_a_due_callback_comes_before_a_high_priority(inside, work, supervisor, agent, desk_clock):
    call(work[1], agent, NOW - timedelta(days=9), say("CBACK", callback_at=NOW - timedelta(minutes=5)))
    build(practice=inside, now=NOW)
    do("PRIORITY", [work[2]], supervisor, is_priority=True)
    assert claim(agent=agent, now=NOW).enrollment == work[1]


def test_who_loses_priority_goes_to_the_end_of_todays_list(inside, work, supervisor):
    build(practice=inside, now=NOW)
    first = QueueItem.objects.order_by("position").first().enrollment
    do("PRIORITY", [first], supervisor, is_priority=True)
    change = do("PRIORITY", work, supervisor, is_priority=False)
    assert (change.done, change.refused) == (1, {"SAME": 3})
    assert QueueItem.objects.order_by("-position").first().enrollment == first


# --- Undo


@pytest.mark.parametrize(
    ("action", "params"),
    [("REASSIGN", {"to_agent": "ben"}), ("REASSIGN", {"to_agent": None}), ("CLOSE", {"closed_as": "LOST", "why": "x"}),
     ("PRIORITY", {"is_priority": True})],
)  # fmt: skip
def test_undo_puts_everything_back_as_it_was(inside, work, supervisor, agent, ben, action, params):
    call(work[0], agent, NOW - timedelta(days=9), say("CBACK", callback_at=NOW + timedelta(hours=2)))
    build(practice=inside, now=NOW)
    before = everything()
    change = do(action, work, supervisor, **{name: ben if value == "ben" else value for name, value in params.items()})
    assert everything() != before
    undone = bulk.undo(change=change, by=supervisor, now=LATER)
    assert (undone.undone, undone.kept, undone.undone_by) == (4, {}, supervisor)
    assert everything() == before


def test_undo_of_putting_back_closes_as_before(inside, work, supervisor):
    for each in work:
        close(each, "UNREACHABLE")
    before = everything()
    change = do("PUT_BACK", work, supervisor)
    build(practice=inside, now=NOW)
    assert QueueItem.objects.count() == 4
    Enrollment.objects.update(assigned_agent=None, assigned_on=None)
    before[0] = [row | {"assigned_agent_id": None, "assigned_on": None} for row in before[0]]
    assert bulk.undo(change=change, by=supervisor, now=LATER).undone == 4
    assert everything() == before


def test_undo_leaves_whom_somebody_has_worked_on_since(work, supervisor, agent, ben):
    change = do("REASSIGN", work, supervisor, to_agent=ben)
    call(work[0], ben, LATER, "NOANS")
    do("REASSIGN", [work[1]], supervisor, to_agent=None, now=LATER)
    held(work[2], ben)
    undone = bulk.undo(change=change, by=supervisor, now=LATER)
    assert (undone.undone, undone.kept) == (1, {"CALLED": 1, "CHANGED": 1, "IN_CALL": 1})
    assert [pk for (pk,) in fields("assigned_agent")] == [ben.pk, None, ben.pk, agent.pk]


def test_undo_never_opens_who_asked_not_to_be_called_since(work, supervisor):
    change = do("CLOSE", work, supervisor, closed_as="LOST", why="x")
    opt_out.register(patient=work[0].patient, by=supervisor, now=LATER, channel="CALL", words="No more")
    enroll(work[1].campaign, work[1].patient, LATER)
    Campaign.objects.filter(pk=work[2].campaign_id).update(name="Other")
    undone = bulk.undo(change=change, by=supervisor, now=LATER)
    assert (undone.undone, undone.kept) == (2, {"OPTED_OUT": 1, "SECOND": 1})
    assert fields("status")[0] == ("CLOSED",)


def test_undo_is_offered_for_a_day_and_done_once(work, supervisor, ben):
    change = do("REASSIGN", work, supervisor, to_agent=ben)
    with pytest.raises(BulkRefused, match="24 hours"):
        bulk.undo(change=change, by=supervisor, now=NOW + timedelta(hours=25))
    first = bulk.undo(change=change, by=supervisor, now=LATER)
    again = bulk.undo(change=change, by=supervisor, now=LATER + timedelta(hours=1))
    assert (again.undone_at, again.undone) == (first.undone_at, 4)
    bulk.forget(now=NOW + timedelta(hours=25))
    assert BulkChange.objects.get().former == []


# --- Refusals of the whole


def test_nothing_and_too_much_are_refused(inside, work, supervisor, monkeypatch):
    with pytest.raises(BulkRefused, match="Nothing is selected"):
        bulk.choose(action="CLOSE", by=supervisor, now=NOW)
    monkeypatch.setattr(bulk, "MOST", 3)
    condition = tracker_choice.condition(choice=Choice(), practice=inside, now=NOW)
    with pytest.raises(BulkRefused, match="At most 3 enrollments"):
        bulk.choose(action="CLOSE", by=supervisor, now=NOW, condition=condition)


def test_enrollments_of_another_practice_are_ids_of_nothing(practice, stranger, supervisor, agent):
    with tenancy.practice(stranger.practice_id):
        campaign = make_campaign(stranger.practice, on=TODAY)
        theirs = enroll(campaign, make_patient(), NOW).pk
    with tenancy.practice(practice.pk):
        change = do("PRIORITY", [theirs], supervisor, is_priority=True)
        assert (change.done, change.refused) == (0, {"NOT_FOUND": 1})
    with tenancy.practice(stranger.practice_id):
        assert Enrollment.objects.get().is_priority is False


def test_a_choice_nobody_confirmed_is_forgotten(work, supervisor):
    bulk.choose(action="CLOSE", by=supervisor, now=NOW - timedelta(hours=2), ids=[work[0].pk])
    kept = bulk.choose(action="CLOSE", by=supervisor, now=NOW, ids=[work[0].pk])
    assert BulkChange.objects.get() == kept


# --- Beside others


def in_another_session(practice, sql, params):
    """Run a statement in a session of its own, inside the practice, and leave its transaction open. Returns the connection."""
    other = connections["owner"]
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice', %s, true)", [str(practice.pk)])
        cursor.execute(sql, params)
    return other


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    ("sql", "refused"),
    [
        ("SELECT id FROM campaigns_enrollment WHERE id = %s FOR NO KEY UPDATE", {"IN_CALL": 1}),
        ("SELECT pg_advisory_xact_lock(hashtext('queue_build'), practice_id::int) FROM campaigns_enrollment WHERE id = %s", None),
    ],
)
def test_it_waits_for_nobody(practice, supervisor, sql, refused):
    """Whose outcome is saved at this instant is left; while a build runs nothing is changed at all."""
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY)
        made = [enroll(campaign, make_patient(), NOW) for _ in range(2)]
    other = in_another_session(practice, sql, [made[0].pk])
    try:
        with tenancy.practice(practice.pk):
            if refused is None:
                with pytest.raises(BulkRefused, match="being built"):
                    do("CLOSE", made, supervisor, closed_as="LOST", why="x")
            else:
                assert do("CLOSE", made, supervisor, closed_as="LOST", why="x").refused == refused
            assert Enrollment.objects.open().count() == (2 if refused is None else 1)
    finally:
        other.rollback()
        other.set_autocommit(True)


@pytest.mark.parametrize(("action", "more"), [("REASSIGN", {}), ("CLOSE", {"closed_as": "LOST", "why": "Moved away"})])
def test_an_undo_gives_the_places_of_who_left_to_all(inside, agent, ben, supervisor, work, action, more):
    build(practice=inside, now=NOW)
    more = more or {"to_agent": ben}
    change = do(action, work, supervisor, **more)
    people.change_membership(membership=agent, is_active=False)
    bulk.undo(change=change, by=supervisor, now=LATER)
    assert list(QueueItem.objects.values_list("agent", flat=True)) == [None] * 4
    assert claim(agent=ben, now=NOW).enrollment in work
