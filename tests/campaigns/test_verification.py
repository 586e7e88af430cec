"""Nothing of the reason is on the page before two identifiers match; what matched is kept, never its value."""

import pytest
from django.utils.html import escape

from campaigns.models import CallAttempt, Campaign, Enrollment, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from patients.models import Patient
from tests.campaigns.conftest import TODAY
from tests.world import booked, call, say

pytestmark = pytest.mark.django_db
# All that tells why the practice calls, or that the person has been seen there.
SECRETS = {
    "WHY": "Cataract follow-up",
    "CHART": "Dr. Secret",
    "VISITS": "Glaucoma clinic",
    "CALLS": "Fell out of care after surgery",
    "EMR_NOTE": "Refused drops",
}


@pytest.fixture
def calling(listed, agent, now, sign_in):
    """Ana has Ida open, whose chart and calls tell a lot."""
    [enrollment] = listed(1)
    patient = enrollment.patient
    Patient.objects.filter(pk=patient.pk).update(
        born_on="1961-11-18", city="New York", provider="Dr. Secret", mrn="SECRET-1", emr_note="Refused drops"
    )
    Enrollment.objects.update(why="Cataract follow-up")
    booked(patient, TODAY.replace(month=3), "CANCELLED", specialty="Glaucoma clinic", provider="Dr. Other")
    call(enrollment, agent, now.replace(day=3), say("UNAVLBL", note="Fell out of care after surgery"))
    build(practice=agent.practice, now=now)
    return sign_in(agent), claim(agent=agent, now=now)


def page_of(calling, url):
    return calling[0].get(url("call")).content.decode()


def marks(calling, url, *codes, **headers):
    client, lease = calling
    return client.post(url("verify", lease_id=lease.pk), {"matched": codes}, **headers)


@pytest.mark.parametrize("codes", [(), ("NAME",), ("BORN",), ("NAME", "NAME"), ("NAME", "ZODIAC")])
def test_before_two_match_the_page_holds_what_is_needed_to_ask_and_no_more(calling, url, codes):
    marks(calling, url, *codes)
    page = page_of(calling, url)
    campaign = calling[1].enrollment.campaign.name
    assert [words for words in (*SECRETS.values(), "SECRET-1", escape(campaign)) if words in page] == []
    for words in ("Ida1 Keller", "Nov 18, 1961", "10001 New York", "attempt 2 of 5"):
        assert words in page, words


def test_two_open_the_rest_in_the_answer_itself(calling, url):
    response = marks(calling, url, "NAME", "BORN", headers={"HX-Request": "true"})
    piece = response.content.decode()
    assert [words for words in (*SECRETS.values(), "SECRET-1") if words not in piece] == []
    assert "<html" not in piece
    assert [words for words in SECRETS.values() if words not in page_of(calling, url)] == []


def test_a_mark_taken_back_closes_it_again(calling, url):
    marks(calling, url, "NAME", "BORN")
    marks(calling, url, "NAME")
    page = page_of(calling, url)
    assert [words for words in SECRETS.values() if words in page] == []


@pytest.mark.parametrize("hidden", list(SECRETS))
def test_a_campaign_says_what_is_shown_then(calling, url, hidden):
    Campaign.objects.update(shown_once_verified=[part for part in SECRETS if part != hidden])
    marks(calling, url, "NAME", "BORN")
    page = page_of(calling, url)
    assert [part for part, words in SECRETS.items() if words not in page] == [hidden]


def test_what_is_not_on_file_cannot_match(calling, url):
    lease = calling[1]
    Patient.objects.filter(pk=lease.patient_id).update(born_on=None)
    marks(calling, url, "NAME", "BORN")
    assert Lease.objects.get(pk=lease.pk).matched == ["NAME"]
    assert "Dr. Secret" not in page_of(calling, url)


def test_which_matched_is_kept_and_no_value(calling, url):
    marks(calling, url, "ADDRESS", "PHONE")
    assert Lease.objects.get().matched == ["ADDRESS", "PHONE"]


def test_marks_are_those_of_one_hold(calling, url, now):
    """Who calls the same person next week verifies anew."""
    client, lease = calling
    marks(calling, url, "NAME", "BORN")
    client.post(url("hand_back", lease_id=lease.pk))
    assert claim(agent=lease.agent, now=now).matched == []


@pytest.mark.parametrize("code", ["NOANS", "LVM", "UNAVLBL", "WNUM", "DNC", "CBACK", "HUNGUP"])
def test_outcomes_that_disclose_nothing_need_no_match(calling, url, code):
    client, lease = calling
    phone = lease.patient.phones.first()
    data = {"code": code, "phone_id": phone.pk, "callback_when": "tomorrow 10am", "opt_out_number": "no", "then": "stop"}
    assert client.post(url("outcome", lease_id=lease.pk), data).status_code == 302
    assert CallAttempt.objects.latest("pk").outcome == code


@pytest.mark.parametrize(
    ("matched", "words"),
    [([], "Two identifiers must match"), (["NAME"], "One more identifier must match"), (["NAME", "ADDRESS"], None)],
)
def test_an_appointment_is_only_booked_with_who_was_verified(calling, url, matched, words):
    client, lease = calling
    data = {
        "code": "DONE", "phone_id": lease.patient.phones.first().pk, "appointment_on": "2026-12-01", "appointment_at": "09:30",
        "provider": "Rivera", "note": "Glad to come", "matched": matched, "then": "stop",
    }  # fmt: skip
    response = client.post(url("outcome", lease_id=lease.pk), data)
    assert response.status_code == (422 if words else 302)
    assert not words or (words in response.content.decode() and "Glad to come" in response.content.decode())


def test_without_scripts_the_marks_keep_what_is_typed(calling, url):
    client, lease = calling
    response = client.post(
        url("verify", lease_id=lease.pk), {"matched": ["NAME", "BORN"], "code": "CBACK", "note": "Half a note"}
    )
    page = response.content.decode()
    assert ("Half a note" in page, 'value="CBACK" data-hotkey="4" data-asks="CALLBACK" checked' in page) == (True, True)
    assert CallAttempt.objects.count() == 1
