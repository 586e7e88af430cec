"""What those who lead do from the floor: said in exact words, once, within their practice, and not by agents."""

import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Practice
from campaigns.models import CampaignAgent, DeskMessage, Enrollment, Lease, QueueItem, WorkMove
from tests.conftest import NOW, make_member
from tests.reports.busy_floor import TODAY, hold, list_of, make_build
from tests.world import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def lead(supervisor, sign_in):
    return sign_in(supervisor)


@pytest.fixture
def url(practice):
    def _url(name, **kwargs):
        return reverse(f"reports:{name}", kwargs={"practice_slug": practice.slug, **kwargs})

    return _url


@pytest.fixture
def bo(practice):
    return make_member(practice, "Bo Agent")


@pytest.fixture
def listed(inside, agent):
    """Ana with four patients on her list of one campaign. Returns it."""
    campaign = make_campaign(inside, on=TODAY, name="Recall")
    list_of(agent, campaign, 4, make_build())
    return campaign


@pytest.fixture
def theirs(other_practice, stranger):
    """An agent with a list, a campaign, a hold, a message and a move of another practice."""
    member = make_member(other_practice, "Foreign Agent")
    with tenancy.practice(other_practice.pk):
        campaign = make_campaign(other_practice, on=TODAY, name="Foreign")
        enrollment = list_of(member, campaign, 1, make_build())[0].enrollment
        lease = hold(member, enrollment)
        moved = WorkMove.objects.create(
            from_agent=member, enrollment_ids=[enrollment.pk], assigned_on=[None], positions=[1], callback_ids=[], stayed={},
            moved_by=member, moved_at=NOW, key=uuid.uuid4(),
        )  # fmt: skip
    return {"agent": member, "campaign": campaign, "lease": lease, "move": moved}


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def move_form(agent, to, **changes):
    to = to if isinstance(to, str) else to.pk
    return {"from_agent": agent.pk, "to": to, "campaign": "", "what": "LIST", "most": "", "key": str(uuid.uuid4()), **changes}


def errors(response):
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def test_a_message_is_sent_once_however_often_it_is_clicked(lead, agent, inside, url):
    body = {"text": " Please take a break at noon. ", "key": str(uuid.uuid4())}
    for _ in range(2):
        response = lead.post(url("floor_message", membership_id=agent.pk), body)
        assert response.url == url("floor")
    message = DeskMessage.objects.get()
    assert (message.agent, message.text, message.sent_by.name) == (agent, "Please take a break at noon.", "Sam Supervisor")


@pytest.mark.parametrize("text", ["", "   ", "x" * 301, "a\x00b"])
def test_a_message_that_cannot_be_sent_says_why_and_is_kept(lead, agent, inside, url, text):
    response = lead.post(url("floor_message", membership_id=agent.pk), {"text": text, "key": str(uuid.uuid4())})
    assert (response.status_code, list(errors(response))) == (422, ["text"])
    assert "There is a problem" in response.content.decode()
    assert DeskMessage.objects.count() == 0


def test_a_hold_is_released_without_a_look_at_the_patient(lead, agent, listed, url):
    lease = hold(agent, QueueItem.objects.first().enrollment)
    response = lead.post(url("floor_release", lease_id=lease.pk))
    assert (response.url, said(response)[-1][:8]) == (url("floor"), "Released")
    assert Lease.objects.get().closed_as == "RELEASED"
    assert "Nothing was changed" in said(lead.post(url("floor_release", lease_id=lease.pk)))[-1]


def test_work_is_moved_told_exactly_and_undone(lead, agent, bo, listed, url):
    response = lead.post(url("floor_move"), move_form(agent, bo, most="3"))
    told = said(response)[-1]
    assert told.startswith("3 patients moved from Ana Agent to Bo Agent, all on today’s list.")
    assert (QueueItem.objects.filter(agent=bo).count(), QueueItem.objects.filter(agent=agent).count()) == (3, 1)
    moved = WorkMove.objects.get()
    assert "Undo the move" in lead.get(url("floor")).content.decode()
    undone = lead.post(url("floor_move_undo", move_id=moved.pk))
    assert said(undone)[-1] == "Undone: 3 of 3 patients are back with Ana Agent."
    assert QueueItem.objects.filter(agent=agent).count() == 4
    assert "undone before" in said(lead.post(url("floor_move_undo", move_id=moved.pk)))[-1]
    assert "Undo the move" not in lead.get(url("floor")).content.decode()


def test_the_words_of_a_move_tell_what_stays(lead, agent, bo, listed, url):
    other = make_campaign(agent.practice, on=TODAY, name="Named")
    CampaignAgent.objects.create(campaign=other, agent=agent)
    list_of(agent, other, 2, agent.practice.queuebuilds.get())
    hold(agent, QueueItem.objects.filter(enrollment__campaign=listed).first().enrollment)
    told = said(lead.post(url("floor_move"), move_form(agent, bo, what="ALL")))[-1]
    assert told.startswith(
        "3 patients moved from Ana Agent to Bo Agent, all on today’s list. "
        "3 stay: 1 open or being saved at this moment, 2 of campaigns that name other agents."
    )
    told = said(lead.post(url("floor_move"), move_form(bo, "POOL", campaign=listed.pk, most="1")))[-1]
    assert told.startswith("1 patient of “Recall” moved from Bo Agent to the shared pool, all on today’s list.")


def test_a_second_click_moves_nothing_more(lead, agent, bo, listed, url):
    body = move_form(agent, bo, most="1")
    lead.post(url("floor_move"), body)
    lead.post(url("floor_move"), body)
    assert QueueItem.objects.filter(agent=bo).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_agent": ""}, "from_agent"),
        ({"from_agent": "9" * 30}, "from_agent"),
        ({"to": ""}, "to"),
        ({"to": "\x00"}, "to"),
        ({"campaign": "0"}, "campaign"),
        ({"what": "EVERYTHING"}, "what"),
        ({"most": "0"}, "most"),
        ({"most": "9" * 40}, "most"),
        ({"key": "again"}, "key"),
        ({"to": "POOL", "with_callbacks": "on"}, "__all__"),
    ],
)
def test_a_move_that_makes_no_sense_is_answered_in_words(lead, agent, bo, listed, url, changes, field):
    response = lead.post(url("floor_move"), {**move_form(agent, bo), **changes})
    assert (response.status_code, list(errors(response))) == (422, [field])
    assert WorkMove.objects.count() == 0


def test_work_given_to_its_owner_is_refused(lead, agent, listed, url):
    assert "somebody else" in errors(lead.post(url("floor_move"), move_form(agent, agent)))["__all__"][0]


def test_an_address_may_name_who_gives_and_who_takes(lead, agent, bo, listed, url):
    page = lead.get(url("floor_move"), {"from": agent.pk, "to": bo.pk}).content.decode()
    assert f'<option value="{agent.pk}" selected>Ana Agent (4 left today, 4 open)</option>' in page
    assert f'<option value="{bo.pk}" selected>' in page
    assert f'<option value="{listed.pk}">Recall</option>' in page
    assert lead.get(url("floor_move"), {"from": "x\x00", "to": "9" * 99}).status_code == 200


def test_campaigns_of_an_agent_are_changed(lead, agent, bo, inside, url):
    named, free = make_campaign(inside, on=TODAY, name="Named"), make_campaign(inside, on=TODAY, name="Free")
    CampaignAgent.objects.create(campaign=named, agent=bo)
    page = lead.get(url("floor_agent", membership_id=agent.pk)).content.decode()
    assert "Worked by all agents: Free." in page
    address = url("floor_campaigns", membership_id=agent.pk)
    assert said(lead.post(address, {"campaigns": [named.pk]}))[-1] == "Ana Agent works Named from now on."
    assert said(lead.post(address, {"campaigns": [named.pk]}))[-1] == "Nothing was changed."
    assert said(lead.post(address, {"campaigns": []}))[-1] == "Ana Agent no longer works Named."
    refused = lead.post(url("floor_campaigns", membership_id=bo.pk), {"campaigns": []})
    assert (refused.status_code, "the only one named" in errors(refused)["campaigns"][0]) == (422, True)
    assert lead.post(address, {"campaigns": [free.pk]}).status_code == 422
    assert list(CampaignAgent.objects.values_list("agent", flat=True)) == [bo.pk]


def test_limits_are_set_by_admins_and_checked(admin, sign_in, practice, url):
    client = sign_in(admin)
    body = {
        "idle_alert_minutes": 7, "wrap_up_alert_minutes": 4, "break_alert_minutes": 30, "list_alert_patients": 0,
        "data_alert_days": 2,
    }  # fmt: skip
    assert client.post(url("floor_settings"), body).url == url("floor")
    practice.refresh_from_db()
    assert {name: getattr(practice, name) for name in body} == body
    for name in body:
        for value in ("", "-1", "9" * 30, "x\x00"):
            assert list(errors(client.post(url("floor_settings"), {**body, name: value}))) == [name]
    assert Practice.objects.get(pk=practice.pk).idle_alert_minutes == 7


def test_an_agent_may_do_none_of_it(agent, listed, sign_in, url):
    client, lease = sign_in(agent), hold(agent, QueueItem.objects.first().enrollment)
    on_agent = {"membership_id": agent.pk}
    for name, ids in [
        ("floor", {}), ("floor_now", {}), ("floor_agent", on_agent), ("floor_message", on_agent), ("floor_campaigns", on_agent),
        ("floor_release", {"lease_id": lease.pk}), ("floor_move", {}), ("floor_move_undo", {"move_id": 1}),
        ("floor_settings", {}), ("wallboard", {}), ("wallboard_now", {}),
    ]:  # fmt: skip
        assert {client.get(url(name, **ids)).status_code, client.post(url(name, **ids), {}).status_code} <= {403, 405}
    assert Lease.objects.open().count() == 1


def test_nothing_of_another_practice_can_be_acted_on(theirs, lead, agent, bo, other_practice, url):
    foreign = theirs["agent"].pk
    for name, ids, body in [
        ("floor_agent", {"membership_id": foreign}, None),
        ("floor_message", {"membership_id": foreign}, {"text": "Hello", "key": str(uuid.uuid4())}),
        ("floor_campaigns", {"membership_id": foreign}, {}),
        ("floor_release", {"lease_id": theirs["lease"].pk}, {}),
        ("floor_move_undo", {"move_id": theirs["move"].pk}, {}),
    ]:
        response = lead.get(url(name, **ids)) if body is None else lead.post(url(name, **ids), body)
        assert (name, response.status_code) == (name, 404)
    for changes in ({"from_agent": foreign}, {"to": str(foreign)}, {"campaign": theirs["campaign"].pk}):
        assert lead.post(url("floor_move"), {**move_form(agent, bo), **changes}).status_code == 422
    body = {"campaigns": [theirs["campaign"].pk]}
    assert lead.post(url("floor_campaigns", membership_id=agent.pk), body).status_code == 422
    with tenancy.practice(other_practice.pk):
        assert (Lease.objects.open().count(), DeskMessage.objects.count(), WorkMove.objects.count()) == (1, 0, 1)
        assert Enrollment.objects.get().assigned_agent_id == foreign
