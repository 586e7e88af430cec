"""Messages to an agent's desk: shown on each of its pages until closed, once however often sent, to nobody else."""

import uuid

import pytest

from campaigns import desk_messages
from campaigns.models import DeskMessage
from tests.conftest import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(inside, agent, supervisor, now):
    def _send(text="Please call me", **changes):
        return desk_messages.send(**{"agent": agent, "text": text, "key": uuid.uuid4(), "by": supervisor, "now": now, **changes})

    return _send


@pytest.mark.parametrize("page", ["desk", "call", "search"])
def test_a_message_stands_on_every_page_of_the_desk_until_it_is_closed(send, agent, sign_in, url, desk_clock, page):
    message, client = send("Lunch at noon <b>all</b>"), sign_in(agent)
    assert "Lunch at noon &lt;b&gt;all&lt;/b&gt;" in client.get(url(page)).content.decode()
    client.post(url("desk_message_close", message_id=message.pk))
    assert "Lunch at noon" not in client.get(url(page)).content.decode()
    message.refresh_from_db()
    assert (message.read_at - desk_clock).total_seconds() == pytest.approx(0, abs=5)


def test_the_receipt_is_the_first_closing(send, agent, now):
    message = send()
    desk_messages.close(message=message, now=now)
    desk_messages.close(message=message, now=now.replace(hour=20))
    message.refresh_from_db()
    assert message.read_at == now


def test_the_same_key_sends_once(send):
    key = uuid.uuid4()
    assert send("One", key=key) == send("One", key=key)
    assert DeskMessage.objects.count() == 1


def test_nobody_closes_or_sees_the_message_of_a_colleague(send, practice, sign_in, url):
    message, client = send("For Ana alone"), sign_in(make_member(practice, "Bo Agent"))
    assert client.post(url("desk_message_close", message_id=message.pk)).status_code == 404
    assert "For Ana alone" not in client.get(url("desk_messages")).content.decode()
    assert DeskMessage.objects.unread().count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_asking_for_messages_is_cheap(send, agent, sign_in, url, count, django_assert_num_queries):
    for _ in range(count):
        send()
    client = sign_in(agent)
    with django_assert_num_queries(8):
        client.get(url("desk_messages"))
