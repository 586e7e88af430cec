"""Callbacks after they are promised: reassigned, moved, called off; handed over, missed, brought into hours, counted."""

from datetime import time, timedelta

import pytest
from django.db.models.functions import Now

from accounts import tenancy
from accounts.models import Membership
from campaigns import callbacks
from campaigns.callback_history import of_callback
from campaigns.callback_list import Tally, in_state, tally
from campaigns.models import Callback, CampaignAgent, Enrollment, Lease
from campaigns.tasks import keep_callbacks, keep_due_callbacks
from patients.models import Patient
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, on=TODAY)


@pytest.fixture
def bo(practice):
    return make_member(practice, "Bo Agent")


@pytest.fixture
def promise(campaign, agent, now):
    """`promise(due_at, owner=…, status=…)` makes a callback of a patient of its own."""

    def _promise(due_at, *, owner=agent, **fields):
        about = {name: fields.pop(name) for name in ("language", "zip_code") if name in fields}
        enrollment = enroll(campaign, make_patient(**about), now - DAY, next_eligible_at=due_at)
        return Callback.objects.create(
            enrollment=enrollment, patient=enrollment.patient, owner=owner, due_at=due_at, window_ends_at=due_at + HOUR, **fields
        )

    return _promise


def stored(callback):
    return Callback.objects.get(pk=callback.pk)


def end_shift(member, at):
    Membership.objects.filter(pk=member.pk).update(shift_ends=at)


def next_eligible(callback):
    return Enrollment.objects.get(pk=callback.enrollment_id).next_eligible_at


# --- What people do


def test_a_reassigned_promise_keeps_who_made_it(promise, agent, bo, supervisor, now):
    callback = promise(now + HOUR)
    callbacks.reassign(callback=callback, to=bo, by=supervisor, now=now)
    now_bos = stored(callback)
    assert (now_bos.owner, now_bos.promised_by, now_bos.why_changed) == (bo, agent, "Reassigned by Sam Supervisor")
    third = make_member(agent.practice, "Cy Agent")
    callbacks.reassign(callback=callback, to=third, by=supervisor, now=now)
    assert (stored(callback).owner, stored(callback).promised_by) == (third, agent)
    callbacks.reassign(callback=callback, to=agent, by=supervisor, now=now)
    assert (stored(callback).owner, stored(callback).promised_by) == (agent, None)


def test_reassigning_twice_is_told_and_changes_nothing(promise, agent, bo, supervisor, now):
    callback = promise(now + HOUR)
    callbacks.reassign(callback=callback, to=bo, by=supervisor, now=now)
    before = Callback.objects.values().get()
    with pytest.raises(callbacks.AlreadySo, match="Bo Agent has this callback already"):
        callbacks.reassign(callback=callback, to=bo, by=supervisor, now=now)
    assert Callback.objects.values().get() == before


def test_who_may_not_work_the_campaign_gets_no_callback_of_it(stranger, promise, campaign, agent, bo, supervisor, now):
    callback = promise(now + HOUR)
    CampaignAgent.objects.create(campaign=campaign, agent=agent)
    for other in (bo, supervisor, stranger):
        with pytest.raises(callbacks.CallbackRefused, match="does not work"):
            callbacks.reassign(callback=callback, to=other, by=supervisor, now=now)
    assert stored(callback).owner == agent


def test_a_moved_promise_moves_its_window_and_its_enrollment(promise, supervisor, now):
    callback = promise(now + HOUR)
    callbacks.move(callback=callback, due_at=now + 2 * HOUR, by=supervisor, now=now)
    moved = stored(callback)
    assert (moved.due_at, moved.window_ends_at, moved.why_changed) == (now + 2 * HOUR, now + 3 * HOUR, "Moved by Sam Supervisor")
    assert next_eligible(callback) == now + 2 * HOUR


def test_a_promise_moved_out_of_hours_goes_to_the_next_open_window(promise, supervisor, now):
    callback = promise(now + HOUR)
    callbacks.move(callback=callback, due_at=now + 11 * HOUR, by=supervisor, now=now)  # 22:00 in New York
    assert stored(callback).due_at == now + 22 * HOUR  # Wednesday, 9:00


@pytest.mark.parametrize(("ahead", "words"), [(timedelta(0), "past"), (-MINUTE, "past"), (timedelta(days=367), "too far ahead")])
def test_a_promise_is_not_moved_to_the_past_or_beyond_a_year(promise, supervisor, now, ahead, words):
    callback = promise(now + HOUR)
    with pytest.raises(callbacks.CallbackRefused, match=words):
        callbacks.move(callback=callback, due_at=now + ahead, by=supervisor, now=now)
    assert (stored(callback).due_at, next_eligible(callback)) == (now + HOUR, now + HOUR)


def test_moving_twice_is_told(promise, supervisor, now):
    callback = promise(now + HOUR)
    callbacks.move(callback=callback, due_at=now + 2 * HOUR, by=supervisor, now=now)
    with pytest.raises(callbacks.AlreadySo, match="for that time already"):
        callbacks.move(callback=callback, due_at=now + 2 * HOUR, by=supervisor, now=now)


def test_a_called_off_promise_lets_the_normal_order_go_on(promise, supervisor, now):
    callback = promise(now + DAY)
    callbacks.call_off(callback=callback, why=" Wrong day ", by=supervisor, now=now)
    off = stored(callback)
    assert (off.status, off.settled_at) == ("CANCELLED", now)
    assert off.why_changed == "Called off by Sam Supervisor: Wrong day"
    assert next_eligible(callback) == now


def test_calling_off_needs_a_reason(promise, supervisor, now):
    callback = promise(now + DAY)
    with pytest.raises(callbacks.CallbackRefused, match="Say why"):
        callbacks.call_off(callback=callback, why="  ", by=supervisor, now=now)
    assert stored(callback).status == "PENDING"


@pytest.mark.parametrize("status", ["KEPT", "MISSED", "CANCELLED"])
def test_what_is_settled_stays_as_it_is(promise, bo, supervisor, now, status):
    callback = promise(now + HOUR, status=status, settled_at=now)
    before = Callback.objects.values().get()
    for change in (
        lambda: callbacks.reassign(callback=callback, to=bo, by=supervisor, now=now),
        lambda: callbacks.move(callback=callback, due_at=now + 2 * HOUR, by=supervisor, now=now),
        lambda: callbacks.call_off(callback=callback, why="Test", by=supervisor, now=now),
    ):
        with pytest.raises(callbacks.AlreadySo, match="Nothing was changed"):
            change()
    assert Callback.objects.values().get() == before
    assert next_eligible(callback) == now + HOUR


def test_the_history_says_who_did_what(promise, inside, bo, supervisor, now):
    callback = promise(now + HOUR)
    Callback.objects.update(created_at=now)  # nothing that anybody would want to know
    callbacks.reassign(callback=callback, to=bo, by=supervisor, now=now)
    callbacks.move(callback=callback, due_at=now + 2 * HOUR, by=supervisor, now=now)
    callbacks.call_off(callback=callback, why="Asked for", by=supervisor, now=now)
    assert [(change.who, change.title, change.what) for change in of_callback(callback=callback, practice=inside)] == [
        ("Sam Supervisor", "Called off", [("Why", "", "Called off by Sam Supervisor: Asked for")]),
        ("Sam Supervisor", "Moved by Sam Supervisor", [("Promised for", "Tue Nov 17, 12:00 PM EST", "Tue Nov 17, 1:00 PM EST")]),
        ("Sam Supervisor", "Reassigned by Sam Supervisor", [("Owner", "Ana Agent", "Bo Agent")]),
        ("Recall Desk", "Promised", []),
    ]


# --- Handing over


def test_a_promise_is_handed_over_before_its_minute_when_its_owner_is_off(promise, inside, agent, bo, now):
    callback = promise(now + HOUR)
    end_shift(agent, time(12, 0))  # 12:00 in New York, the promised minute
    assert callbacks.hand_over(practice=inside, now=now + 44 * MINUTE) == []
    assert callbacks.hand_over(practice=inside, now=now + 45 * MINUTE) == [callback]
    handed = stored(callback)
    assert (handed.owner, handed.promised_by, handed.why_changed) == (bo, agent, "Ana Agent is off")
    assert (handed.due_at, handed.status) == (now + HOUR, "PENDING")


def test_handing_over_again_changes_nothing(promise, inside, agent, bo, now):
    end_shift(agent, time(11, 0))
    promise(now + 10 * MINUTE)
    make_member(agent.practice, "Cy Agent")
    assert len(callbacks.hand_over(practice=inside, now=now)) == 1
    before = Callback.objects.values().get()
    for minute in (0, 1, 15, 90):
        assert callbacks.hand_over(practice=inside, now=now + minute * MINUTE) == []
    assert Callback.objects.values().get() == before


def test_an_owner_on_shift_keeps_the_promise(promise, inside, agent, bo, now):
    promise(now + 5 * MINUTE)
    promise(now - 5 * MINUTE)
    assert callbacks.hand_over(practice=inside, now=now) == []


@pytest.mark.parametrize("gone", [{"is_active": False}, {"role": "SUPERVISOR"}, {"shift_days": [1, 3]}])
def test_whoever_no_longer_works_the_list_is_off(promise, inside, agent, bo, now, gone):
    callback = promise(now + 5 * MINUTE)
    Membership.objects.filter(pk=agent.pk).update(**gone)
    callbacks.hand_over(practice=inside, now=now)
    assert stored(callback).owner == bo


def test_a_person_whose_access_ended_everywhere_is_off(promise, inside, agent, bo, now):
    callback = promise(now + 5 * MINUTE)
    agent.user.is_active = False
    agent.user.save()
    callbacks.hand_over(practice=inside, now=now)
    assert stored(callback).owner == bo


def test_where_nobody_is_on_shift_the_promise_stays(promise, inside, agent, bo, supervisor, now):
    callback = promise(now + 5 * MINUTE)
    Membership.objects.update(shift_days=[7])
    assert callbacks.hand_over(practice=inside, now=now) == []
    assert (stored(callback).owner, stored(callback).promised_by) == (agent, None)


def test_it_goes_to_who_speaks_the_language_and_then_to_who_has_least(promise, inside, agent, bo, now):
    cy = make_member(inside, "Cy Agent", languages=["en", "es"])
    end_shift(agent, time(11, 0))
    spanish = promise(now + 10 * MINUTE, language="es")
    korean = promise(now + 11 * MINUTE, language="ko")
    english = [promise(now + minute * MINUTE) for minute in (12, 13, 14)]
    promise(now + 5 * HOUR, owner=bo)
    promise(now + DAY, owner=cy)  # another day's promises do not count
    callbacks.hand_over(practice=inside, now=now)
    assert stored(spanish).owner == cy
    assert stored(korean).owner == bo  # nobody speaks it; each has one, the elder member takes it
    assert [stored(callback).owner for callback in english] == [cy, bo, cy]


def test_a_campaign_that_names_its_agents_is_handed_to_those_alone(promise, inside, campaign, agent, bo, now):
    cy = make_member(inside, "Cy Agent")
    for member in (agent, cy):
        CampaignAgent.objects.create(campaign=campaign, agent=member)
    end_shift(agent, time(11, 0))
    callback = promise(now + 5 * MINUTE)
    callbacks.hand_over(practice=inside, now=now)
    assert stored(callback).owner == cy


def test_an_overdue_promise_goes_to_who_is_on_shift_now_and_stays_there(promise, inside, agent, bo, now):
    end_shift(agent, time(10, 0))
    end_shift(bo, time(10, 45))
    cy = make_member(inside, "Cy Agent")
    Membership.objects.filter(pk=cy.pk).update(shift_starts=time(10, 55))
    callback = promise(now - 30 * MINUTE)  # 10:30, when only Bo was there
    callbacks.hand_over(practice=inside, now=now)
    assert stored(callback).owner == cy
    assert callbacks.hand_over(practice=inside, now=now + MINUTE) == []


def test_a_promise_that_somebody_is_just_keeping_is_not_taken_away(promise, inside, agent, bo, now):
    callback = promise(now + 5 * MINUTE)
    end_shift(agent, time(11, 0))
    lease = Lease.objects.create(
        enrollment=callback.enrollment, patient=callback.patient, agent=agent, source="CALLBACK", asked_at=now,
        opened_at=Now(), expires_at=Now() + 20 * MINUTE,
    )  # fmt: skip
    assert callbacks.hand_over(practice=inside, now=now) == []
    Lease.objects.filter(pk=lease.pk).update(closed_at=Now(), closed_as="SKIPPED")
    assert callbacks.hand_over(practice=inside, now=now) == [callback]


# --- Missed


def test_what_nobody_kept_by_the_end_of_the_day_is_missed(promise, inside, now):
    yesterday = promise(now - DAY)
    earlier_today = promise(now - 3 * HOUR)
    Enrollment.objects.filter(pk=yesterday.enrollment_id).update(next_eligible_at=now + DAY)
    assert callbacks.expire(practice=inside, now=now) == 1
    assert (stored(yesterday).status, stored(yesterday).settled_at) == ("MISSED", now)
    assert stored(earlier_today).status == "PENDING"
    assert (next_eligible(yesterday), next_eligible(earlier_today)) == (now, now - 3 * HOUR)
    assert callbacks.expire(practice=inside, now=now) == 0


def test_the_day_is_the_practices(promise, inside, now):
    callback = promise(now + 8 * HOUR)  # 19:00, until 20:00 in New York: the next day in UTC
    assert callbacks.expire(practice=inside, now=now + 12 * HOUR) == 0  # 23:00
    assert callbacks.expire(practice=inside, now=now + 13 * HOUR) == 1  # midnight
    assert stored(callback).status == "MISSED"


# --- Brought into hours


def test_promises_out_of_hours_move_into_them(promise, inside, now):
    inside_hours, evening, due = promise(now + 2 * HOUR), promise(now + 8 * HOUR), promise(now - HOUR)
    inside.calls_close = time(18, 0)
    inside.save()
    assert callbacks.bring_into_hours(practice=inside, now=now) == 1
    moved = stored(evening)
    assert moved.due_at == now + 22 * HOUR  # 19:00 becomes 9:00 the next day
    assert (moved.window_ends_at, moved.why_changed) == (now + 23 * HOUR, "Calling hours changed")
    assert next_eligible(evening) == now + 22 * HOUR
    assert (stored(inside_hours).due_at, stored(due).due_at) == (now + 2 * HOUR, now - HOUR)
    assert callbacks.bring_into_hours(practice=inside, now=now) == 0


def test_promises_follow_a_patients_places(promise, inside, now):
    callback = promise(now + 22 * HOUR)  # 9:00 in New York
    Patient.objects.filter(pk=callback.patient_id).update(zone_key="America/Los_Angeles@CA")
    callbacks.bring_into_hours(practice=inside, now=now)
    assert stored(callback).due_at == now + 25 * HOUR  # 9:00 in Los Angeles


def test_what_is_never_in_hours_stays(promise, inside, now):
    callback = promise(now + 2 * HOUR)
    inside.call_days = []
    inside.save()
    assert callbacks.bring_into_hours(practice=inside, now=now) == 0
    assert stored(callback).due_at == now + 2 * HOUR


# --- By the clock


@pytest.mark.parametrize(("ahead", "is_due"), [(5 * MINUTE, True), (20 * MINUTE, False)])
def test_care_is_due_when_an_owner_is_off(promise, inside, agent, now, ahead, is_due):
    promise(now + ahead)
    assert callbacks.is_care_due(practice=inside, now=now) is False
    end_shift(agent, time(11, 0))
    assert callbacks.is_care_due(practice=inside, now=now) is is_due


def test_care_is_due_for_what_was_missed(promise, inside, now):
    promise(now - DAY)
    assert callbacks.is_care_due(practice=inside, now=now) is True


def test_the_tick_costs_the_same_for_any_number_of_promises(promise, inside, now, django_assert_num_queries):
    for minute in range(3):
        promise(now + minute * MINUTE)
    with django_assert_num_queries(2):
        callbacks.is_care_due(practice=inside, now=now)


@pytest.fixture
def orphans(practice, other_practice, desk_clock):
    """In both practices a promise of five minutes ahead whose owner is off, and a colleague who is not."""
    made = {}
    for one in (practice, other_practice):
        off, _on = make_member(one, "Ola Off", shift_days=[7]), make_member(one, "Oli On")
        with tenancy.practice(one.pk):
            enrollment = enroll(make_campaign(one, on=TODAY), make_patient(), desk_clock)
            made[one] = Callback.objects.create(
                enrollment=enrollment, patient=enrollment.patient, owner=off,
                due_at=desk_clock + 5 * MINUTE, window_ends_at=desk_clock + HOUR,
            )  # fmt: skip
    return made


def owners(orphans):
    names = []
    for practice, callback in orphans.items():
        with tenancy.practice(practice.pk):
            names.append(stored(callback).owner.name)
    return names


def test_the_work_for_one_practice_leaves_the_other_alone(practice, orphans):
    keep_callbacks.apply(headers={"practice_id": practice.pk}).get()
    assert owners(orphans) == ["Oli On", "Ola Off"]


def test_the_tick_rings_for_those_practices_that_have_something_due(practice, other_practice, orphans, monkeypatch):
    rung = []
    monkeypatch.setattr(keep_callbacks, "ring", rung.append)
    keep_due_callbacks()
    assert rung == [practice.pk, other_practice.pk]
    keep_callbacks.apply(headers={"practice_id": practice.pk}).get()
    rung.clear()
    keep_due_callbacks()
    assert rung == [other_practice.pk]


# --- Counted


def test_the_parts_of_a_tally_add_up(promise, inside, agent, bo, now):
    since = inside.midnight(TODAY - timedelta(days=6))
    for status in ("KEPT", "KEPT", "MISSED", "CANCELLED"):
        promise(now - DAY, status=status, settled_at=now)
    promise(now - 2 * HOUR)
    promise(now - 10 * MINUTE)
    promise(now - 10 * MINUTE, owner=bo)
    promise(now + HOUR)
    promise(since - MINUTE, status="KEPT", settled_at=now)
    counted = tally(practice=inside, since=since, until=now, now=now)
    assert counted == Tally(promised=7, kept=2, missed=1, called_off=1, overdue=1, waiting=2)
    assert (counted.settled_words, counted.promised_words) == ("of 3 settled", "of 7 promised")
    assert tally(practice=inside, since=since, until=now, now=now, owner=bo) == Tally(1, 0, 0, 0, 0, 1)


def test_every_pending_callback_is_in_one_state(promise, inside, now):
    moments = {"overdue": now - 2 * HOUR, "today": now + 8 * HOUR, "later": now + 13 * HOUR}  # until 19:00 / from midnight
    found = {state: promise(moment) for state, moment in moments.items()}
    due_now = promise(now - MINUTE)
    shown = {state: set(Callback.objects.filter(in_state(state, practice=inside, now=now))) for state in moments}
    assert shown == {"overdue": {found["overdue"]}, "today": {found["today"], due_now}, "later": {found["later"]}}
