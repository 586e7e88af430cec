"""The patient's page answers why somebody is, or is not, called; and takes wishes not to be."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import opt_out
from campaigns.models import DeniedDial, Enrollment, QueueItem
from campaigns.plan import build
from patients.models import OptOut, Patient, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.world import booked, call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
PATIENT_QUERIES = 28


def text(response):
    return " ".join(response.content.decode().split())


def page(client, url, patient):
    response = client.get(url("patient", patient_id=patient.pk))
    assert response.status_code == 200
    return text(response)


def test_it_says_where_in_whose_list_the_patient_stands(listed, supervisor, sign_in, url):
    _first, second = listed(2)
    assert (
        "<strong>Yes:</strong> no. 2 on Ana Agent's list because: call 1 of 5, "
        "expected to book 13 of 100 such dials; registered, never seen"
    ) in page(sign_in(supervisor), url, second.patient)


def test_it_says_which_rule_holds_the_patient_back(listed, agent, supervisor, now, sign_in, url):
    cooling, promised, closed, elsewhere = listed(4)
    call(cooling, agent, now, "HUNGUP")
    call(promised, agent, now, say("CBACK", callback_at=now + timedelta(hours=3)))
    call(closed, agent, now, "LOST")
    another = make_campaign(agent.practice, on=TODAY, name="Another")
    enroll(another, elsewhere.patient, now)
    client = sign_in(supervisor)
    assert 'Cooling down after the last call: until <span class="tabular">Tue Dec 1, 11:00 AM EST</span>' in page(
        client, url, cooling.patient
    )
    assert 'Callback promised: by Ana Agent, for <span class="tabular">Tue Nov 17, 2:00 PM EST</span>' in page(
        client, url, promised.patient
    )
    assert "Outcome LOST" in page(client, url, closed.patient)
    assert "Queued for another campaign" in page(client, url, elsewhere.patient)


def test_all_reasons_are_told_with_their_end_on_both_clocks(agent, inside, supervisor, now, sign_in, url, desk_clock):
    patient = make_patient(zip_code="90012", phones=0)
    PhoneNumber.objects.create(patient=patient, e164="+12135550123")
    Patient.objects.filter(pk=patient.pk).update(is_inactive=True)
    enrollment = enroll(make_campaign(inside, on=TODAY, name="Recall"), patient, now - timedelta(days=9))
    call(enrollment, agent, now - timedelta(days=1, minutes=1), "NOANS")
    booked(patient, TODAY + timedelta(days=9))
    shown = page(sign_in(supervisor), url, patient)
    reasons = [" ".join(line.split("</li>")[0].split()) for line in shown.split("<li>") if line.startswith(" ")]
    told = [reason for reason in reasons if reason.startswith(("Deceased", "Has an", "Cooling", "Outside"))]
    assert "<strong>Not in a queue:</strong>" in shown
    assert told[:2] == [
        "Deceased, inactive or a test record",
        "Has an appointment coming up, or one without word yet: on Nov 26, 2026",
    ]
    assert told[2].startswith('Cooling down after the last call: until <span class="tabular">')
    assert "EST (" in told[2]
    assert "PST for the patient)" in told[2]
    assert told[3].startswith("Outside calling hours: ")


def test_who_was_called_today_is_said_to_be(listed, agent, supervisor, now, sign_in, url):
    [enrollment] = listed(1)
    call(enrollment, agent, now, "NOANS")
    shown = page(sign_in(supervisor), url, enrollment.patient)
    assert "<strong>Called today</strong>" in shown
    assert "Cooling down after the last call: until" in shown


def test_who_came_after_the_build_waits_for_the_next(listed, supervisor, now, sign_in, url):
    [enrollment] = listed(1)
    later = make_patient("Late")
    enroll(enrollment.campaign, later, now)
    assert "<strong>Not in a queue:</strong> Enters a list at the next build" in page(sign_in(supervisor), url, later)


def test_dials_that_a_rule_forbade_stand_below_the_calls(listed, agent, supervisor, now, sign_in, url):
    first, second = listed(2)
    for enrollment, why in [(first, "Ohio is closed"), (second, "Not of this patient")]:
        DeniedDial.objects.create(
            patient=enrollment.patient, enrollment=enrollment, agent=agent, e164=enrollment.patient.phones.first().e164,
            rule="OUT_OF_HOURS", detail=why, denied_at=now,
        )  # fmt: skip
    shown = page(sign_in(supervisor), url, first.patient)
    assert "Dials that were not allowed" in shown
    assert "Ohio is closed" in shown
    assert "Not of this patient" not in shown


def test_it_shows_calls_numbers_and_wishes(listed, agent, supervisor, now, sign_in, url):
    [enrollment] = listed(1)
    phone = enrollment.patient.phones.order_by("position").first()
    call(enrollment, agent, now, say("WNUM", phone_id=phone.pk, note="A bakery"))
    shown = page(sign_in(supervisor), url, enrollment.patient)
    assert "A bakery" in shown
    assert "recall call 1 (Never seen) · Ana Agent: Wrong number. A bakery" in shown
    assert "Nothing noted: the patient may be called." in shown


def test_a_wish_says_what_it_is_about(listed, agent, supervisor, now, sign_in, url):
    [enrollment] = listed(1)
    patient, campaign = enrollment.patient, enrollment.campaign
    opt_out.register(patient=patient, by=agent, now=now, channel="CALL", scope="CAMPAIGN", campaign=campaign)
    opt_out.register(patient=patient, by=agent, now=now, channel="WRITTEN", scope="CALLS")
    shown = page(sign_in(supervisor), url, patient)
    assert f"This campaign: {campaign.name}" in shown
    assert "Phone calls" in shown


def test_agents_may_not_open_it(listed, agent, sign_in, url):
    [enrollment] = listed(1)
    client = sign_in(agent)
    assert client.get(url("patient", patient_id=enrollment.patient_id)).status_code == 403
    assert client.post(url("opt_out", patient_id=enrollment.patient_id), {"whole_person": "on"}).status_code == 403
    assert OptOut.objects.count() == 0


@pytest.mark.parametrize("name", ["patient", "opt_out"])
def test_a_patient_of_another_practice_is_not_found(practice, stranger, sign_in, name):
    with tenancy.practice(practice.pk):
        patient = make_patient()
    address = reverse(f"campaigns:{name}", kwargs={"practice_slug": stranger.practice.slug, "patient_id": patient.pk})
    client = sign_in(stranger)
    answer = client.get(address) if name == "patient" else client.post(address, {"whole_person": "on", "channel": "CALL"})
    assert answer.status_code == 404


def test_the_look_is_written_down_and_the_title_names_nobody(listed, supervisor, sign_in, url):
    first, _second = listed(2)
    shown = page(sign_in(supervisor), url, first.patient)
    event = AccessEvent.objects.get()
    assert (event.page, event.patient_ids) == ("campaigns:patient", [first.patient_id])
    assert "Keller" not in shown.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_history(listed, agent, supervisor, now, sign_in, url, count, django_assert_num_queries):
    [enrollment] = listed(1)
    for weeks in range(1, count + 1):
        call(enrollment, agent, now - timedelta(days=9 * weeks), "NOANS")
        enroll(make_campaign(agent.practice, on=TODAY), enrollment.patient, now)
    client = sign_in(supervisor)
    page(client, url, enrollment.patient)
    with django_assert_num_queries(PATIENT_QUERIES):
        page(client, url, enrollment.patient)


def test_a_supervisor_notes_a_wish_and_everything_ends(listed, supervisor, now, sign_in, url):
    [enrollment] = listed(1)
    phone = enrollment.patient.phones.order_by("position").first()
    data = {"whole_person": "on", "e164": phone.e164, "channel": "WRITTEN", "words": "By letter of Nov 2"}
    response = sign_in(supervisor).post(url("opt_out", patient_id=enrollment.patient_id), data)
    assert (response.status_code, response.url) == (302, url("patient", patient_id=enrollment.patient_id))
    wish = OptOut.objects.get()
    assert (wish.patient, wish.e164, wish.channel, wish.words, wish.recorded_by) == (
        enrollment.patient, phone.e164, "WRITTEN", "By letter of Nov 2", supervisor,
    )  # fmt: skip
    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.closed_as) == ("CLOSED", "OPTED_OUT")
    assert QueueItem.objects.count() == 0


def test_a_wish_about_a_number_leaves_the_person_callable_on_another(listed, supervisor, sign_in, url):
    [enrollment] = listed(1)
    phone = enrollment.patient.phones.order_by("position").first()
    client = sign_in(supervisor)
    client.post(url("opt_out", patient_id=enrollment.patient_id), {"e164": phone.e164, "channel": "CALL"})
    wish = OptOut.objects.get()
    assert (wish.patient, wish.e164) == (None, phone.e164)
    assert Enrollment.objects.get().status == "OPEN"
    assert "Do not call" in page(client, url, enrollment.patient)


@pytest.mark.parametrize("data", [{"channel": "CALL"}, {"whole_person": "on"}, {"e164": "+12125550000", "channel": "CALL"}])
def test_a_wish_must_name_somebody_and_how_it_came(listed, supervisor, sign_in, url, data):
    [enrollment] = listed(1)
    response = sign_in(supervisor).post(url("opt_out", patient_id=enrollment.patient_id), data)
    assert response.status_code == 422
    assert OptOut.objects.count() == 0


def test_a_wish_about_nobody_is_refused(inside, supervisor, now):
    with pytest.raises(ValueError, match="person, a number or both"):
        opt_out.register(patient=make_patient(), by=supervisor, now=now, channel="CALL", whole_person=False)


def test_the_number_of_somebody_who_said_no_is_called_for_nobody(listed, agent, supervisor, now):
    first, second = listed(2)
    number = second.patient.phones.order_by("position").first().e164
    second.patient.phones.exclude(e164=number).delete()
    opt_out.register(patient=first.patient, by=supervisor, now=now, channel="CALL", e164=number)
    build(practice=agent.practice, now=now)
    assert [place.enrollment for place in QueueItem.objects.all()] == []
