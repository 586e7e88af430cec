"""One key starts a promised callback: by the rules of a claim, at its minute or a little before, by its owner alone."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from campaigns import attempts
from campaigns.callback_start import StartRefused, start_callback
from campaigns.models import AgentSpell, Callback, HoursRule, Lease
from campaigns.next_call import claim, current, skip
from patients.models import OptOut
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def promise(inside, agent, now):
    """`promise(minutes=3)`: a callback of Ana's, that far from now."""
    campaign = make_campaign(inside, on=TODAY)

    def _promise(minutes, owner=agent):
        enrollment = enroll(campaign, make_patient(), now, next_eligible_at=now + minutes * MINUTE)
        due_at = now + minutes * MINUTE
        return Callback.objects.create(
            enrollment=enrollment, patient=enrollment.patient, owner=owner, due_at=due_at,
            window_ends_at=due_at + attempts.CALLBACK_WINDOW,
        )  # fmt: skip

    return _promise


def refused(callback, agent, now):
    with pytest.raises(StartRefused) as why:
        start_callback(callback=callback, agent=agent, now=now)
    assert Lease.objects.open().count() == (1 if current(agent=agent) else 0)
    return str(why.value)


@pytest.mark.parametrize("minutes", [5, 0, -90])
def test_a_callback_is_started_from_five_minutes_before_on(promise, agent, now, minutes):
    callback = promise(minutes)
    lease = start_callback(callback=callback, agent=agent, now=now)
    assert (lease.enrollment_id, lease.source, lease.agent_id) == (callback.enrollment_id, "CALLBACK", agent.pk)
    assert start_callback(callback=callback, agent=agent, now=now) == lease


def test_called_a_little_early_it_is_kept(promise, agent, now):
    callback = promise(4)
    lease = start_callback(callback=callback, agent=agent, now=now)
    call(lease.enrollment, agent, now, "NOANS", lease_id=lease.pk, source=lease.source)
    callback.refresh_from_db()
    assert callback.status == "KEPT"


def test_it_is_not_started_earlier(promise, agent, now):
    assert "too early" in refused(promise(6), agent, now)


def test_only_its_owner_starts_it(promise, agent, inside, now):
    bo = make_member(inside, "Bo Agent")
    assert refused(promise(0), bo, now) == "A colleague has this callback now."


def test_a_settled_one_is_not_started(promise, agent, now):
    callback = promise(0)
    Callback.objects.update(status="CANCELLED", settled_at=now)
    assert refused(callback, agent, now) == "This callback is canceled already."


def test_the_rule_that_says_no_is_told(promise, agent, now):
    callback = promise(0)
    HoursRule.objects.create(state="NY", weekdays=[2], note="Board of April 3")
    assert "Board of April 3" in refused(callback, agent, now)
    HoursRule.objects.all().delete()
    OptOut.objects.create(patient=callback.patient, opted_out_at=now)
    assert refused(callback, agent, now) == "Asked not to be called."


def test_a_person_called_three_times_in_a_day_is_not_called_again(promise, agent, now):
    callback = promise(0)
    for hours in (9, 6, 3):
        call(callback.enrollment, agent, now - timedelta(hours=hours), "UNAVLBL")
    Callback.objects.update(status="PENDING", settled_at=None)
    assert refused(callback, agent, now) == "This person was called often enough."


def test_a_patient_with_a_colleague_is_left_to_them(promise, agent, inside, now):
    callback = promise(0)
    bo = make_member(inside, "Bo Agent")
    Callback.objects.update(owner=bo)
    start_callback(callback=callback, agent=bo, now=now)
    Callback.objects.update(owner=agent)
    with pytest.raises(StartRefused, match="A colleague is calling"):
        start_callback(callback=callback, agent=agent, now=now)


def test_with_another_patient_open_it_waits(promise, agent, now):
    first, second = promise(-2), promise(-1)
    lease = claim(agent=agent, now=now)
    assert lease.enrollment_id == first.enrollment_id
    assert "another patient open" in refused(second, agent, now)
    call(lease.enrollment, agent, now, "NOANS", lease_id=lease.pk, source=lease.source)
    assert claim(agent=agent, now=now).enrollment_id == second.enrollment_id


def test_whom_the_agent_put_aside_they_may_call_all_the_same(promise, agent, now):
    callback = promise(0)
    skip(lease=claim(agent=agent, now=now), why="I know this person")
    assert start_callback(callback=callback, agent=agent, now=now).enrollment_id == callback.enrollment_id


def test_the_page_opens_the_patient_or_says_why_not(promise, agent, desk_clock, sign_in, url):
    client, due, later = sign_in(agent), promise(3), promise(30)
    response = client.post(url("callback_start", callback_id=later.pk))
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "The callback was not started. It is too early: a callback can be started five minutes before its time."
    ]
    assert client.post(url("callback_start", callback_id=due.pk)).url == url("call")
    assert client.get(url("call")).context["lease"].enrollment_id == due.enrollment_id
    assert AgentSpell.objects.get().state == "IN_CALL"


def test_a_callback_of_a_colleague_is_not_found(promise, inside, desk_clock, sign_in, url, supervisor):
    callback = promise(0)
    assert sign_in(supervisor).post(url("callback_start", callback_id=callback.pk)).status_code == 404
    assert Lease.objects.count() == 0
