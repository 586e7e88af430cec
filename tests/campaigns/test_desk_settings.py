"""The practice's settings of the desk, and what each member has chosen: kept on the server, by practice."""

import pytest

from accounts import tenancy
from accounts.models import Membership, Practice
from campaigns.models import DeskPreferences
from campaigns.next_call import claim

pytestmark = pytest.mark.django_db
SETTINGS = {"dial_link": "tel:{number}", "wrap_up_hint_seconds": "60", "correction_minutes": "120"}


def test_a_number_opens_what_the_practice_has_set(listed, agent, admin, now, sign_in, url):
    listed(1)
    claim(agent=agent, now=now)
    saved = sign_in(admin).post(url("desk_settings"), {**SETTINGS, "dial_link": "sip:{number}@pbx.example.com"})
    assert saved.status_code == 302
    e164 = agent.leases.get().patient.phones.order_by("position").first().e164
    assert f'data-tel="sip:{e164}@pbx.example.com"' in sign_in(agent).get(url("call")).content.decode()


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert({number})", "tel:", "tel:+1212555", "https://x.example/{number}", "sip:{number} x",
        'sip:{number}"onclick=', "data:{number}", "tel:{number}<b>", "",
    ],
)  # fmt: skip
def test_what_no_telephone_takes_is_refused(admin, inside, sign_in, url, link):
    response = sign_in(admin).post(url("desk_settings"), {**SETTINGS, "dial_link": link})
    assert response.status_code == 422
    assert Practice.objects.get(pk=inside.pk).dial_link == "tel:{number}"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("wrap_up_hint_seconds", "5", "Enter 10 to 900 seconds."),
        ("wrap_up_hint_seconds", "soon", "Enter 10 to 900 seconds."),
        ("correction_minutes", "1441", "Enter 0 to 1,440 minutes."),
        ("correction_minutes", "-1", "Enter 0 to 1,440 minutes."),
    ],
)
def test_a_value_out_of_bounds_says_which_are_allowed(admin, inside, sign_in, url, field, value, words):
    response = sign_in(admin).post(url("desk_settings"), {**SETTINGS, field: value})
    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_settings_are_those_of_one_practice(other_practice, admin, inside, sign_in, url):
    sign_in(admin).post(url("desk_settings"), {**SETTINGS, "correction_minutes": "0", "voicemail_may_name": "on"})
    mine, theirs = (Practice.objects.get(pk=practice.pk) for practice in (inside, other_practice))
    assert (mine.correction_minutes, mine.voicemail_may_name) == (0, True)
    assert (theirs.correction_minutes, theirs.voicemail_may_name) == (120, False)


def test_keys_and_sounds_come_along_to_another_machine_and_not_to_another_practice(agent, other_practice, sign_in, url):
    with tenancy.practice(other_practice.pk):
        elsewhere = Membership.objects.create(practice=other_practice, user=agent.user, role="AGENT", joined_at=agent.joined_at)
    client = sign_in(agent)
    assert client.post(url("preferences"), {"singleKeys": "no", "sounds": "yes"}).status_code == 204
    assert 'data-single-keys="no" data-sounds="yes"' in client.get(url("call")).content.decode()
    with tenancy.practice(other_practice.pk):
        kept = DeskPreferences.objects.of(elsewhere)
        assert (kept.single_keys, kept.sounds) == (True, False)
