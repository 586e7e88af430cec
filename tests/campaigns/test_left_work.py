"""Ending somebody's access: at once, with Undo, and with what they leave behind told and handed on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns import left_work, next_call
from campaigns.models import Callback, CallDraft, Lease, QueueItem
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
QUERIES = 13


def messages(response):
    return [str(message) for message in response.context["messages"]]


def users_url(practice, page="users", *ids):
    return reverse(f"accounts:{page}", args=[practice.slug, *ids])


def promise(practice, owner, *, due_at, now):
    campaign = practice.campaigns.first() or make_campaign(practice, on=practice.business_date(now))
    call(enroll(campaign, make_patient(), now), owner, now, say("CBACK", callback_at=due_at))


@pytest.fixture
def at_work(listed, agent, desk_clock):
    """Ana has a list of two and holds one of them."""
    listed(2)
    return next_call.claim(agent=agent, now=desk_clock)


def test_access_ends_at_once_and_what_they_held_is_free(at_work, practice, agent, admin, sign_in, client):
    sign_in(agent)
    agents_session = client.cookies["sessionid"].value
    answer = sign_in(admin).post(users_url(practice, "user_access", agent.pk), {"may_enter": "no"}, follow=True)
    client.cookies["sessionid"] = agents_session
    next_request = client.get(f"/p/{practice.slug}/desk/")

    assert "Ana Agent can’t enter any more" in answer.content.decode()
    assert (next_request.status_code, next_request.url.partition("?")[0]) == (302, "/accounts/login/")
    assert not Lease.objects.open().filter(agent=agent).exists()
    assert list(QueueItem.objects.filter(done_at__isnull=True).values_list("agent", flat=True)) == [None, None]


def test_undo_gives_access_back_and_a_second_click_changes_nothing(practice, agent, admin, sign_in):
    client, page = sign_in(admin), users_url(practice, "user_access", agent.pk)
    client.post(page, {"may_enter": "no"})
    again = client.post(page, {"may_enter": "no"}, follow=True)
    back = client.post(page, {"may_enter": "yes"}, follow=True)
    events = Membership.pgh_event_model.objects.filter(pgh_obj=agent.pk)

    assert messages(again) == ["Nothing was changed: it is so already for Ana Agent."]
    assert messages(back) == ["Ana Agent may sign in again. Their list comes with the next call lists."]
    assert Membership.objects.get(pk=agent.pk).is_active
    with tenancy.practice(practice.pk):
        assert [event.is_active for event in events.order_by("pgh_id")] == [True, False, True]


def test_nobody_ends_their_own_access_and_a_team_left_alone_is_told_of(practice, supervisor, admin, sign_in):
    make_member(practice, "Bo Agent", supervisor=supervisor)
    client = sign_in(admin)
    own = client.post(users_url(practice, "user_access", admin.pk), {"may_enter": "no"}, follow=True)
    leader = client.post(users_url(practice, "user_access", supervisor.pk), {"may_enter": "no"}, follow=True)

    assert messages(own) == ["You can’t end your own access here. Another admin can."]
    assert messages(leader) == ["1 person has no supervisor now. Undo does not bring the team back."]


def test_promises_and_typed_outcomes_of_former_members_are_told(inside, agent, now):
    bo = make_member(inside, "Bo Agent")
    for owner, hours in ((agent, 1), (agent, 50), (bo, 2)):
        promise(inside, owner, due_at=now + timedelta(hours=hours), now=now)
    lease = Lease.objects.create(
        enrollment=enroll(make_campaign(inside, on=TODAY), make_patient(), now), patient=make_patient(), agent=agent,
        opened_at=now, expires_at=now, closed_at=now, closed_as="EXPIRED",
    )  # fmt: skip
    CallDraft.objects.create(agent=agent, enrollment=lease.enrollment, lease=lease, fields={"note": "x"}, saved_at=now)
    assert left_work.of_former(practice=inside) == []
    Membership.objects.filter(pk=agent.pk).update(is_active=False)

    assert [(work.member, work.callbacks, work.drafts) for work in left_work.of_former(practice=inside)] == [(agent, 2, 1)]


def test_all_promises_go_to_colleagues_on_shift_at_their_minute(inside, agent, admin, now):
    bo = make_member(inside, "Bo Agent", shift_days=[2])
    promise(inside, agent, due_at=now + timedelta(hours=1), now=now)
    promise(inside, agent, due_at=now + timedelta(days=1), now=now)
    promise(inside, bo, due_at=now + timedelta(days=2), now=now)
    agent.is_active = False
    agent.save()
    first = left_work.hand_on(member=agent, by=admin, now=now)
    second = left_work.hand_on(member=agent, by=admin, now=now)

    assert (first, second) == ((1, 1), (0, 1))
    owners = Callback.objects.order_by("due_at").values_list("owner", "promised_by")
    assert list(owners) == [(bo.pk, agent.pk), (agent.pk, None), (bo.pk, None)]


def test_the_page_offers_to_hand_them_on_and_says_what_came_of_it(practice, agent, admin, sign_in, desk_clock, url):
    with tenancy.practice(practice.pk):
        promise(practice, agent, due_at=desk_clock + timedelta(hours=2), now=desk_clock)
        promise(practice, agent, due_at=desk_clock + timedelta(days=4), now=desk_clock)
    bo = make_member(practice, "Bo Agent")
    client, page = sign_in(admin), url("hand_on", membership_id=agent.pk)
    early = client.post(page, follow=True)
    client.post(users_url(practice, "user_access", agent.pk), {"may_enter": "no"})
    told = client.get(users_url(practice)).content.decode()
    Membership.objects.filter(pk=bo.pk).update(shift_days=[desk_clock.isoweekday()])
    answer = client.post(page, follow=True)

    assert messages(early) == ["Ana Agent may sign in and keeps their callbacks. Nothing was changed."]
    assert "Ana Agent left work behind" in told
    assert "2 promised callbacks" in told
    assert messages(answer) == [
        "1 callback of Ana Agent went to colleagues.",
        "1 of 2 stays with Ana Agent: nobody who may take them is on shift at their minute. Whoever is at the desk then is "
        "offered them all the same.",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_users_costs_the_same_for_any_number(practice, admin, sign_in, count, now, django_assert_num_queries):
    with tenancy.practice(practice.pk):
        for number in range(count):
            former = make_member(practice, f"Former {number}", is_active=False)
            promise(practice, former, due_at=now + timedelta(hours=2), now=now)
    client = sign_in(admin)
    with django_assert_num_queries(QUERIES):
        client.get(users_url(practice))
