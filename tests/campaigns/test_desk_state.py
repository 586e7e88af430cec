"""The state of the agent on the pages of the desk: what each button leads to, and what the pages show of it."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts import tenancy
from campaigns.models import AgentSpell, CallAttempt, Lease
from campaigns.next_call import claim, current

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def calling(listed, agent, sign_in, url):
    """Ana, signed in, with the first of three patients open."""
    listed(3)
    client = sign_in(agent)
    client.post(url("next"))
    return client


def state():
    spell = AgentSpell.objects.open().get()
    return spell.state, spell.reason


def save(client, url, agent, then):
    lease = current(agent=agent)
    body = {"code": "NOANS", "phone_id": lease.patient.phones.first().pk, "then": then}
    return client.post(url("outcome", lease_id=lease.pk), body)


def test_opening_a_patient_is_a_call_and_saving_goes_on_to_the_next(calling, agent, url):
    assert state() == ("IN_CALL", "")
    calling.post(url("state"), {"state": "WRAP_UP", "lease": current(agent=agent).pk})
    assert state() == ("WRAP_UP", "")
    save(calling, url, agent, "next")
    assert state() == ("IN_CALL", "")


def test_saving_and_stopping_is_ready(calling, agent, url):
    save(calling, url, agent, "stop")
    assert state() == ("READY", "")
    assert current(agent=agent) is None


def test_handing_back_is_ready(calling, agent, url):
    calling.post(url("hand_back", lease_id=current(agent=agent).pk))
    assert state() == ("READY", "")


def test_with_nobody_left_the_agent_is_ready(inside, agent, desk_clock, sign_in, url):
    sign_in(agent).post(url("next"))
    assert state() == ("READY", "")


def test_save_and_break_saves_and_opens_nobody_until_back_to_work(calling, agent, url):
    assert save(calling, url, agent, "break-LUNCH").url == url("call")
    assert CallAttempt.objects.count() == 1
    assert (state(), Lease.objects.open().count()) == (("BREAK", "LUNCH"), 0)
    page = calling.get(url("call")).content.decode()
    assert "On break (Lunch) since 11:00 AM EST" in page
    assert "Back to work" in page
    assert "Back to work" in calling.get(url("desk")).content.decode()
    calling.post(url("next"))
    assert (state(), Lease.objects.open().count()) == (("IN_CALL", ""), 1)


def test_a_reason_nobody_knows_is_no_break(calling, agent, url):
    save(calling, url, agent, "break-NAP")
    assert state() == ("IN_CALL", "")


def test_a_break_from_an_open_patient_is_refused_in_words(calling, agent, url):
    response = calling.post(url("state"), {"state": "BREAK", "reason": "REST"})
    assert state() == ("IN_CALL", "")
    assert "You have a patient open" in " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize(
    "body", [{"state": "ASLEEP"}, {"state": "BREAK"}, {"state": "WRAP_UP"}, {"state": "WRAP_UP", "lease": "9" * 30}]
)
def test_what_is_no_state_changes_nothing(calling, url, body):
    assert calling.post(url("state"), body).status_code == 302
    assert state() == ("IN_CALL", "")


def test_scripts_get_the_state_as_a_piece_of_the_page(calling, agent, url):
    response = calling.post(url("state"), {"state": "WRAP_UP", "lease": current(agent=agent).pk}, headers={"HX-Request": "true"})
    piece = response.content.decode()
    assert piece.lstrip().startswith('<div class="desk-state"')
    assert "Wrap-up" in piece
    assert "usual 1:00" in piece
    assert "Keller" not in piece


def test_the_heartbeat_of_the_call_page_is_a_sign_of_life(calling, agent, url, now):
    AgentSpell.objects.update(since_at=now - 10 * MINUTE, seen_at=now - 10 * MINUTE)
    calling.post(url("hold", lease_id=current(agent=agent).pk))
    assert now - AgentSpell.objects.get().seen_at < MINUTE


def test_looking_at_the_desk_changes_no_state(listed, agent, sign_in, url):
    listed(1)
    client = sign_in(agent)
    for page in ("desk", "call"):
        assert "Away" in client.get(url(page)).content.decode()
    assert AgentSpell.objects.count() == 0


def test_who_leads_and_looks_at_a_list_sees_no_state_of_their_own_there(listed, agent, supervisor, sign_in, url):
    listed(1)
    assert 'id="desk-state"' not in sign_in(supervisor).get(url("desk"), {"agent": agent.pk}).content.decode()


def test_signing_out_ends_the_time(calling, agent, practice):
    calling.post(reverse("account_logout"))
    with tenancy.practice(practice.pk):
        assert AgentSpell.objects.open().count() == 0


def test_the_strip_tells_own_callbacks_without_a_name(listed, inside, agent, now, sign_in, url):
    first, second = listed(2)
    for enrollment, minutes in ((first, -80), (second, 60)):
        due_at = now + minutes * MINUTE
        enrollment.callbacks.create(
            patient=enrollment.patient, owner=agent, due_at=due_at, window_ends_at=due_at + timedelta(hours=1)
        )
    page = sign_in(agent).get(url("call")).content.decode()
    strip = page.partition('id="callback-strip"')[2].partition("</section>")[0]
    assert strip.count("<li") == 2
    assert "9:40 AM EST" in strip
    assert "12:00 PM EST" in strip
    assert "Ida" not in strip
    claim(agent=agent, now=now)
    page = sign_in(agent).get(url("call")).content.decode()
    strip = page.partition('id="callback-strip"')[2].partition("</section>")[0]
    assert (strip.count("<li"), "12:00 PM EST" in strip, "data-callback-start" in strip) == (1, True, False)
