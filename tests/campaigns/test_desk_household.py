"""One call to a shared number reaches the household: each person is shown, and each gets an outcome of their own."""

from datetime import timedelta

import pytest

from audit.models import AccessEvent
from campaigns.models import CallAttempt, Campaign, Enrollment, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from patients.models import OptOut, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import call, enroll, make_campaign, make_patient, reasons

pytestmark = pytest.mark.django_db
# Three people at the number cost as much as one other.
CALL_QUERIES = 30


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def family(inside, agent, now, desk_clock):
    """`family("Ida", "Uwe")`: people at one number, each with a number of their own behind it. Returns their enrollments."""

    def _family(*names):
        campaign = make_campaign(inside, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        people = [make_patient(name, "Keller", mrn=name, born_on=f"19{50 + place}-03-01") for place, name in enumerate(names)]
        for person in people:
            person.phones.update(position=2)
            PhoneNumber.objects.create(patient=person, e164="+12125550777", position=1)
            enroll(campaign, person, now)  # in this order, so that the first of them is the one on the list
        build(practice=inside, now=now)
        return [Enrollment.objects.get(patient=person) for person in people]

    return _family


@pytest.fixture
def at_home(family, agent, now, sign_in):
    """Ida open on the desk and Uwe, who has the same number, due too: (client, lease of Ida, enrollment of Uwe)."""
    ida, uwe = family("Ida", "Uwe")
    lease = claim(agent=agent, now=now)
    assert (lease.enrollment, lease.e164) == (ida, "+12125550777")
    return sign_in(agent), lease, uwe


def save(at_home, url, code, then, **fields):
    client, lease, _uwe = at_home
    phone = lease.patient.phones.get(e164="+12125550777")
    return client.post(url("outcome", lease_id=lease.pk), {"code": code, "phone_id": phone.pk, "then": then, **fields})


def test_others_due_at_the_number_are_shown_and_not_why(at_home, url):
    client, lease, uwe = at_home
    page = text(client.get(url("call")))
    for words in ("Also due at this number", "Uwe Keller", "born 1951", "also of 1 other patient"):
        assert words in page, words
    assert "Save and go on with Uwe Keller" in page
    assert AccessEvent.objects.get().patient_ids == sorted([lease.patient_id, uwe.patient_id])


def test_enter_still_saves_and_opens_the_next(at_home, url):
    page = text(at_home[0].get(url("call")))
    assert 'value="next"' in page.partition('value="household-')[0]


def test_the_household_follows_the_number_chosen(at_home, url):
    client, lease, uwe = at_home
    shared, own = lease.patient.phones.order_by("position")
    due = {
        phone: client.get(url("household", lease_id=lease.pk), {"phone_id": phone.pk}).context["household"].due
        for phone in (shared, own)
    }
    assert due == {shared: [uwe], own: []}


def test_only_at_the_number_of_this_call_one_can_go_on(at_home, url):
    client, lease, _uwe = at_home
    shared, own = lease.patient.phones.order_by("position")
    assert client.post(url("dial", lease_id=lease.pk), {"phone_id": own.pk}).status_code == 302
    page = text(client.get(url("household", lease_id=lease.pk), {"phone_id": shared.pk}))
    assert ("Uwe Keller" in page, "Dial this number above" in page, "go on with" in page) == (True, True, False)


def test_going_on_opens_the_other_in_the_same_call_with_an_outcome_of_their_own(at_home, url, practice, now):
    client, lease, uwe = at_home
    assert save(at_home, url, "LOST", f"household-{uwe.pk}", note="Moved away").url == url("call")
    page = client.get(url("call"))
    second = page.context["sheet"].lease
    assert (second.enrollment, second.source, second.household_of_id) == (uwe, "HOUSEHOLD", lease.pk)
    assert "Same call, second person: Uwe Keller" in text(page)
    assert page.context["dialed"] == str(uwe.patient.phones.get(e164="+12125550777").pk)
    assert "Moved away" not in text(page).partition('id="outcome-form"')[2].partition("</form>")[0]
    client.post(url("outcome", lease_id=second.pk), {"code": "UNAVLBL", "phone_id": page.context["dialed"], "then": "stop"})
    made = CallAttempt.objects.order_by("pk").values_list("patient", "outcome", "note", "source", "lease", "e164")
    assert list(made) == [
        (lease.patient_id, "LOST", "Moved away", "QUEUE", lease.pk, "+12125550777"),
        (uwe.patient_id, "UNAVLBL", "", "HOUSEHOLD", lease.pk, "+12125550777"),
    ]


def test_two_outcomes_of_one_dial_count_once_for_the_number(at_home, url, practice, now):
    client, _lease, uwe = at_home
    practice.weekly_call_cap = practice.daily_call_cap = 2
    practice.save()
    save(at_home, url, "NOANS", f"household-{uwe.pk}")
    second = client.get(url("call")).context["sheet"].lease
    client.post(url("outcome", lease_id=second.pk), {"code": "NOANS", "then": "stop",
                "phone_id": uwe.patient.phones.get(e164="+12125550777").pk})  # fmt: skip
    PhoneNumber.objects.exclude(e164="+12125550777").update(state="WRONG")
    assert CallAttempt.objects.filter(e164="+12125550777").count() == 2
    assert "CALLED_OFTEN" not in reasons(uwe, now)


def test_a_double_click_goes_on_once(at_home, url):
    _client, _lease, uwe = at_home
    for _click in range(2):
        assert save(at_home, url, "NOANS", f"household-{uwe.pk}").status_code == 302
    assert (CallAttempt.objects.count(), Lease.objects.open().get().enrollment) == (1, uwe)


def test_the_third_person_belongs_to_the_same_dial(family, agent, now, sign_in, url):
    _ida, uwe, pia = family("Ida", "Uwe", "Pia")
    first, client = claim(agent=agent, now=now), sign_in(agent)
    for lease, following, words in ((first, uwe, "second person: Uwe Keller"), (None, pia, "third person: Pia Keller")):
        lease = lease or Lease.objects.open().get()
        client.post(url("outcome", lease_id=lease.pk), {
            "code": "NOANS", "then": f"household-{following.pk}",
            "phone_id": lease.patient.phones.get(e164="+12125550777").pk})  # fmt: skip
        assert words in text(client.get(url("call")))
    assert Lease.objects.open().get().household_of_id == first.pk


def test_who_is_with_a_colleague_is_not_gone_on_with(at_home, url, practice, now):
    client, _lease, uwe = at_home
    bo, own = make_member(practice, "Bo Agent"), uwe.patient.phones.get(position=2)
    Lease.objects.create(
        enrollment=uwe, patient=uwe.patient, agent=bo, e164=own.e164,
        opened_at=now, expires_at=now + timedelta(days=9999),
    )  # fmt: skip
    assert save(at_home, url, "NOANS", f"household-{uwe.pk}").status_code == 302
    assert "The outcome is saved. The other person at this number is with a colleague." in text(client.get(url("call")))
    assert CallAttempt.objects.count() == 1


def test_who_was_called_often_enough_is_not_gone_on_with(at_home, url, agent, now):
    client, _lease, uwe = at_home
    own = uwe.patient.phones.get(position=2)
    for hours in (1, 2, 3):
        call(uwe, agent, now - timedelta(hours=hours), "NOANS", lease_id=None)
    Enrollment.objects.filter(pk=uwe.pk).update(next_eligible_at=None, avoid_clock_at=None)
    assert own.e164 != "+12125550777"
    assert save(at_home, url, "LOST", f"household-{uwe.pk}").status_code == 302
    assert "can't be called for now" in client.get(url("call")).content.decode().replace("&#x27;", "'")
    assert CallAttempt.objects.filter(enrollment=uwe).count() == 3


@pytest.mark.parametrize("then", ["household-999999999", "household-x", "household-", "household-" + "9" * 5000])
def test_going_on_with_nobody_is_the_normal_next(at_home, url, then):
    assert save(at_home, url, "NOANS", then).status_code == 302
    assert CallAttempt.objects.count() == 1


def test_a_patient_of_another_number_is_not_gone_on_with(at_home, url, inside, now):
    other = make_patient("Otto", "Other")
    build(practice=inside, now=now)
    enrollment = Enrollment.objects.get(patient=other)
    save(at_home, url, "NOANS", f"household-{enrollment.pk}")
    assert not Lease.objects.filter(source="HOUSEHOLD").exists()


def test_a_wish_on_a_shared_number_asks_whose_it_is(at_home, url):
    client, _lease, _uwe = at_home
    page = client.get(url("call"))
    assert page.context["form"]["opt_out_number"].value() is None
    response = save(at_home, url, "DNC", "stop")
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "opt_out_number": ["Another patient has this number too. Say whether the wish is about this person alone, or the number."]
    }
    assert "Only Ida Keller" in text(response)
    assert (OptOut.objects.count(), CallAttempt.objects.count()) == (0, 0)


@pytest.mark.parametrize(("answer", "e164", "uwe_is_due"), [("no", "", True), ("yes", "+12125550777", False)])
def test_a_wish_on_a_shared_number_is_one_persons_or_everybodys(at_home, url, answer, e164, uwe_is_due):
    _client, lease, uwe = at_home
    assert save(at_home, url, "DNC", f"household-{uwe.pk}", opt_out_number=answer).status_code == 302
    wish = OptOut.objects.get()
    assert (wish.patient, wish.e164) == (lease.patient, e164)
    uwe.refresh_from_db()
    assert (uwe.status, Lease.objects.filter(source="HOUSEHOLD").exists()) == ("OPEN", uwe_is_due)


def test_a_wish_about_the_campaign_alone_need_not_say_whose_number_it_is(at_home, url):
    assert save(at_home, url, "DNC", "stop", opt_out_scope="CAMPAIGN").status_code == 302
    assert (OptOut.objects.get().scope, OptOut.objects.get().e164) == ("CAMPAIGN", "")


@pytest.mark.parametrize("names", [("Ida", "Uwe"), ("Ida", "Uwe", "Pia", "Eva")])
def test_the_call_page_costs_the_same_for_any_household(family, agent, now, sign_in, url, names, django_assert_num_queries):
    family(*names)
    Lease.objects.filter(pk=claim(agent=agent, now=now).pk).update(matched=["NAME", "PHONE"])
    client = sign_in(agent)
    client.get(url("call"))
    with django_assert_num_queries(CALL_QUERIES):
        assert len(client.get(url("call")).context["household"].due) == len(names) - 1


def test_the_household_is_not_told_once_the_hold_is_over(at_home, url):
    client, lease, _uwe = at_home
    save(at_home, url, "NOANS", "stop")
    shared = lease.patient.phones.get(e164="+12125550777")
    assert "Uwe" not in text(client.get(url("household", lease_id=lease.pk), {"phone_id": shared.pk}))
