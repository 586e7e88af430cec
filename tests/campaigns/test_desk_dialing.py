"""Nothing is dialed before the rules of this minute were asked, and an open page hears of what happens meanwhile."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from campaigns import opt_out
from campaigns.models import CallAttempt, DeniedDial, HoursRule, Lease
from campaigns.next_call import claim, let_go
from patients.models import OptOut, Patient, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"HX-Request": "true"}
# Session, user, membership, practice, savepoint and its end cost six; the hold itself three.
HOLD_QUERIES = 11


@pytest.fixture
def calling(listed, agent, now, sign_in):
    """The agent, signed in, with the first of two patients open."""
    listed(2)
    client = sign_in(agent)
    return client, claim(agent=agent, now=now)


@pytest.fixture
def bo(practice):
    """A second agent with a browser of their own."""
    member = make_member(practice, "Bo Agent")
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return member, client


def dial(calling, url, phone, **headers):
    client, lease = calling
    return client.post(url("dial", lease_id=lease.pk), {"phone_id": phone.pk}, headers=headers or BY_SCRIPT)


def phones(calling):
    return list(calling[1].patient.phones.order_by("position"))


def text(response):
    return " ".join(response.content.decode().split())


def close_the_day(inside):
    HoursRule.objects.create(state="NY", weekdays=[2], note="Board of April 3")


def test_an_allowed_dial_is_answered_and_kept_on_the_hold(calling, url, now):
    _first, second = phones(calling)
    response = dial(calling, url, second)
    assert (response.status_code, response.content, DeniedDial.objects.count()) == (204, b"", 0)
    lease = Lease.objects.get(pk=calling[1].pk)
    assert lease.dialed_e164 == second.e164
    assert abs(lease.dialed_at - now) < timedelta(minutes=1)
    assert calling[0].get(url("call")).context["dialed"] == str(second.pk)


def test_a_denied_dial_says_the_rule_at_the_number_and_each_one_is_kept(calling, url, inside, agent):
    close_the_day(inside)
    first, _second = phones(calling)
    responses = [dial(calling, url, first) for _click in range(2)]
    assert [response.status_code for response in responses] == [409, 409]
    words = text(responses[0])
    assert "A rule of the practice for New York allows no calls on Tuesday (Board of April 3)." in words
    assert ('role="alert"' in words, "tel:" in words, "<form" in words, "<html" in words) == (True, False, False, False)
    kept = list(DeniedDial.objects.values_list("e164", "rule", "agent", "lease"))
    assert kept == [(first.e164, "OUT_OF_HOURS", agent.pk, calling[1].pk)] * 2
    assert Lease.objects.get(pk=calling[1].pk).dialed_e164 == ""


def test_without_scripts_an_allowed_number_comes_back_chosen_with_a_link(calling, url):
    client, _lease = calling
    _first, second = phones(calling)
    response = dial(calling, url, second, Accept="text/html")
    assert (response.status_code, response.url) == (302, url("call"))
    page = client.get(url("call"))
    assert page.context["dialed"] == str(second.pk)
    assert page.content.decode().count('href="tel:') == 1
    assert f'href="tel:{second.e164}"' in page.content.decode()
    Lease.objects.open().update(dialed_at=page.context["now"] - timedelta(minutes=2))
    assert 'href="tel:' not in client.get(url("call")).content.decode()


def test_without_scripts_a_denied_number_says_so_on_the_page(calling, url, inside):
    close_the_day(inside)
    first, second = phones(calling)
    response = dial(calling, url, second, Accept="text/html")
    page = text(response)
    assert (response.status_code, response.context["dialed"]) == (422, str(second.pk))
    assert page.count("Do not dial now.") == 1
    assert (f'data-dial="{first.pk}"' in page, f'data-dial="{second.pk}"' in page) == (True, False)


def test_numbers_of_another_patient_or_of_nothing_are_not_found(calling, url):
    theirs = make_patient("Otto", "Stranger").phones.get()
    for phone_id in (theirs.pk, 2_000_000_000, "", "x"):
        for response in (
            calling[0].post(url("dial", lease_id=calling[1].pk), {"phone_id": phone_id}, headers=BY_SCRIPT),
            calling[0].get(url("household", lease_id=calling[1].pk), {"phone_id": phone_id}),
        ):
            assert response.status_code == 404
    assert DeniedDial.objects.count() == 0


def test_a_number_known_to_be_off_is_not_dialed(calling, url):
    first, _second = phones(calling)
    PhoneNumber.objects.filter(pk=first.pk).update(state="WRONG")
    assert dial(calling, url, first).status_code == 409
    assert DeniedDial.objects.get().rule == "NUMBER_OFF"


def test_a_page_whose_hold_is_over_dials_nobody(calling, url, agent):
    let_go(agent=agent)
    response = dial(calling, url, phones(calling)[0])
    assert (response.status_code, "You no longer hold this patient." in text(response)) == (409, True)


def test_the_heartbeat_is_cheap(calling, url, django_assert_num_queries):
    client, lease = calling
    shown = {"shown": [phone.pk for phone in phones(calling)]}
    client.post(url("hold", lease_id=lease.pk), shown)
    with django_assert_num_queries(HOLD_QUERIES):
        assert client.post(url("hold", lease_id=lease.pk), shown).status_code == 204


def test_a_hold_that_a_colleague_ended_says_so_and_leaves_the_numbers(calling, url, agent):
    let_go(agent=agent)
    response = calling[0].post(url("hold", lease_id=calling[1].pk))
    page = text(response)
    assert response.status_code == 409
    assert ("You no longer hold this patient" in page, "Do not call" in page, "desk-numbers" in page) == (True, False, False)


def test_a_wish_reaches_the_page_of_another_agent_and_what_was_entered_can_be_saved(calling, url, bo, now):
    client, lease = calling
    chosen = phones(calling)[0]
    member, _bos = bo
    opt_out.register(patient=lease.patient, by=member, now=now, channel=OptOut.Channel.WRITTEN)
    response = client.post(
        url("hold", lease_id=lease.pk), {"shown": [phone.pk for phone in phones(calling)], "phone_id": chosen.pk}
    )
    page = text(response)
    assert response.status_code == 409
    assert "Do not call: this person has asked not to be called" in page
    assert ("data-dial=" in page, "Keller" in page, f'id="phone-{chosen.pk}"' in page) == (False, False, True)
    saved = client.post(url("outcome", lease_id=lease.pk), {"code": "HUNGUP", "phone_id": chosen.pk, "note": "She laughed."})
    assert saved.status_code == 302
    assert CallAttempt.objects.get().note == "She laughed."


def test_an_outcome_that_is_refused_after_the_hold_ended_still_says_so(calling, url, bo, now):
    client, lease = calling
    opt_out.register(patient=lease.patient, by=bo[0], now=now, channel=OptOut.Channel.WRITTEN)
    response = client.post(url("outcome", lease_id=lease.pk), {"code": "", "note": "She laughed."})
    page = text(response)
    assert response.status_code == 422
    assert ("this person has asked not to be called" in page, "data-dial=" in page, "She laughed." in page) == (True, False, True)


def test_a_wish_about_one_campaign_leaves_the_page_of_another_alone(calling, url, bo, inside, now):
    client, lease = calling
    other = make_campaign(inside, on=TODAY, name="Another")
    opt_out.register(
        patient=lease.patient, by=bo[0], now=now, channel=OptOut.Channel.CALL, scope=OptOut.Scope.CAMPAIGN, campaign=other
    )
    shown = {"shown": [phone.pk for phone in phones(calling)]}
    assert client.post(url("hold", lease_id=lease.pk), shown).status_code == 204
    assert "data-dial=" in text(client.get(url("call")))
    assert dial(calling, url, phones(calling)[0]).status_code == 204


@pytest.fixture
def household_open_twice(calling, bo, inside, now):
    """Ana holds Ida on Ida's first number; Bo holds Uwe on a number of his own. Ida's first number is Uwe's second."""
    _client, lease = calling
    uwe = make_patient("Uwe", "Keller")
    own = uwe.phones.get()
    shared = PhoneNumber.objects.create(patient=uwe, e164=lease.e164, position=2)
    enrollment = enroll(lease.enrollment.campaign, uwe, now)
    held = Lease.objects.create(
        enrollment=enrollment, patient=uwe, agent=bo[0], e164=own.e164, opened_at=timezone.now(),
        expires_at=timezone.now() + timedelta(minutes=20),
    )  # fmt: skip
    return held, own, shared


def test_a_wish_about_a_number_reaches_the_page_of_another_of_the_household(calling, url, bo, household_open_twice, now):
    held, own, shared = household_open_twice
    _member, bos = bo
    address, shown = url("hold", lease_id=held.pk), {"shown": [own.pk, shared.pk], "phone_id": own.pk}
    assert bos.post(address, shown).status_code == 204
    first = phones(calling)[0]
    calling[0].post(
        url("outcome", lease_id=calling[1].pk), {"code": "DNC", "phone_id": first.pk, "opt_out_number": "yes", "then": "stop"}
    )
    response = bos.post(address, shown)
    page = text(response)
    assert response.status_code == 200
    assert "somebody has asked that a number here not be called" in page
    assert (f'data-dial="{own.pk}"' in page, f'data-dial="{shared.pk}"' in page) == (True, False)
    assert bos.post(address, {"shown": [own.pk]}).status_code == 204
    assert bos.post(url("dial", lease_id=held.pk), {"phone_id": shared.pk}, headers=BY_SCRIPT).status_code == 409
    assert DeniedDial.objects.get().rule == "NUMBER_REFUSED"


def test_who_holds_another_of_the_household_on_that_very_number_loses_the_hold(calling, url, bo, now):
    client, lease = calling
    uwe = make_patient("Uwe", "Keller", phones=0)
    PhoneNumber.objects.create(patient=uwe, e164=lease.e164)
    opt_out.register(patient=uwe, by=bo[0], now=now, channel=OptOut.Channel.WRITTEN, whole_person=False, e164=lease.e164)
    response = client.post(url("hold", lease_id=lease.pk))
    page = text(response)
    assert response.status_code == 409
    assert ("You no longer hold this patient" in page, "not be called" in page, "data-dial=" in page) == (True, True, False)
    assert Patient.objects.get(pk=lease.patient_id).opt_outs.count() == 0


def test_a_number_last_reached_says_when(calling, url, agent, now):
    client, _lease = calling
    first, _second = phones(calling)
    PhoneNumber.objects.filter(pk=first.pk).update(last_reached_at=now - timedelta(days=14), state="VERIFIED")
    page = text(client.get(url("call")))
    assert ("reached Nov 3, 2026" in page, page.count("never reached")) == (True, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("tue 3pm", "Tue Nov 17, 3:00 PM EST for the patient"),
        ("sun 10am", "No calls then: it is promised for Mon Nov 23, 9:00 AM EST"),
        ("whenever", "“whenever” is no day and time."),
        ("mar 14 2027 2:30 am", "The clocks change then"),
        ("dec 31 9999 11pm", "too far ahead"),
        ("", "As in “tue 3pm”"),
    ],
)
def test_a_typed_moment_is_told_as_it_is_understood(calling, url, words, said):
    client, lease = calling
    response = client.post(url("moment"), {"patient_id": lease.patient_id, "callback_when": words})
    assert (response.status_code, said in text(response).replace('<strong class="tabular">', "").replace("</strong>", "")) == (
        200,
        True,
    )


def test_numbers_of_a_person_called_elsewhere_often_are_denied(calling, url, agent, bo, inside, now):
    _client, _lease = calling
    first, second = phones(calling)
    for hours in range(1, 4):
        other = enroll(
            make_campaign(inside, on=TODAY, name=f"Other {hours}"), make_patient("Otto", f"Keller{hours}", phones=0), now
        )
        PhoneNumber.objects.create(patient=other.patient, e164=second.e164)
        call(other, bo[0], now - timedelta(hours=hours), "NOANS")
    assert [dial(calling, url, phone).status_code for phone in (second, first)] == [409, 204]
    assert DeniedDial.objects.get().rule == "NUMBER_OFTEN"


def test_a_hold_is_good_for_one_dial_and_the_same_number_pressed_again_is_the_same(calling, url):
    first, second = phones(calling)
    assert [dial(calling, url, phone).status_code for phone in (first, first, second)] == [204, 204, 409]
    assert DeniedDial.objects.get().rule == "ANOTHER_DIAL"
    Lease.objects.update(dialed_at=Lease.objects.get().dialed_at - timedelta(minutes=6))
    assert dial(calling, url, first).status_code == 409


def test_a_number_that_a_colleague_has_in_hand_is_not_dialed_twice(calling, url, bo, inside, now):
    _first, second = phones(calling)
    other = make_patient("Otto", "Keller", phones=0)
    for number, position in ((second.e164, 1), ("+12125557777", 2)):
        PhoneNumber.objects.create(patient=other, e164=number, position=position)
    theirs = Lease.objects.create(
        enrollment=enroll(make_campaign(inside, on=TODAY), other, now), patient=other, agent=bo[0], e164="+12125557777",
        dialed_e164=second.e164, dialed_at=now, opened_at=Now(), expires_at=Now() + timedelta(minutes=20),
    )  # fmt: skip
    assert dial(calling, url, second).status_code == 409
    assert DeniedDial.objects.get().rule == "WITH_A_COLLEAGUE"
    Lease.objects.filter(pk=theirs.pk).update(closed_at=Now(), closed_as="RELEASED")
    assert dial(calling, url, second).status_code == 409
    # Handed back without an outcome, it was a dial all the same.
    assert DeniedDial.objects.latest("pk").rule == "NUMBER_OFTEN"
