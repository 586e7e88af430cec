"""Numbers, preferred times and release on the patient's page, and the list of those who need a number."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import next_call
from campaigns.models import Enrollment, Lease
from patients.models import OptOut, Patient, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db
REPAIR_QUERIES = 17
NEW = {"number": "(312) 555-0199 ext. 4", "kind": "WORK"}


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def lead(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def patient(inside, desk_clock):
    return make_patient(phones=2, mrn="448120")


@pytest.fixture
def broken(inside, desk_clock):
    """`broken(2)`: so many patients whose numbers are wrong, unreachable in one campaign. Returns the enrollments."""
    campaign = make_campaign(inside, on=TODAY, name="Recall")

    def _broken(count):
        found = []
        for number in range(count):
            patient = make_patient(f"Ida{number}", "Keller")
            patient.phones.update(state="WRONG", state_changed_at=desk_clock - timedelta(hours=count - number))
            closed = {"status": "CLOSED", "closed_as": "UNREACHABLE", "closed_at": desk_clock}
            found.append(enroll(campaign, patient, desk_clock - timedelta(days=9), **closed))
        return found

    return _broken


def followed(lead, response):
    """The page that a form leads to."""
    assert response.status_code == 302
    return text(lead.get(response.url))


def form_of(number, **values):
    stood = {name: getattr(number, name) for name in ("kind", "extension", "state")}
    allowed = {"voicemail_allowed": "on"} if number.voicemail_allowed else {}
    return {**stood, **allowed, "seen_state": number.state, **values}


def test_the_page_shows_all_that_is_known_of_a_number(patient, lead, url, now):
    first = patient.phones.order_by("position").first()
    PhoneNumber.objects.filter(pk=first.pk).update(last_reached_at=now - timedelta(days=7), voicemail_allowed=False)
    sharer = make_patient("Jon", "Brandt", phones=0)
    PhoneNumber.objects.create(patient=sharer, e164=first.e164)
    page = text(lead.get(url("patient", patient_id=patient.pk)))
    assert "Last reached Nov 10, 2026" in page
    assert "no voicemail" in page
    assert "Never reached so far · voicemail allowed" in page
    assert "Also the number of 1 other patient: " in page
    assert "Jon Brandt" in page
    assert AccessEvent.objects.get().patient_ids == sorted([patient.pk, sharer.pk])


def test_a_number_is_added_as_people_write_it(patient, lead, url):
    page = followed(lead, lead.post(url("number_add", patient_id=patient.pk), NEW))
    number = patient.phones.get(e164="+13125550199")
    assert (number.kind, number.extension, number.position) == ("WORK", "4", 3)
    assert "Saved." in page
    assert "(312) 555-0199" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a phone number."),
        ("555-0199", "The area code is missing."),
        ("by mail", "This is not a phone number."),
    ],
)
def test_a_bad_number_is_refused_with_the_reason(patient, lead, url, typed, words):
    response = lead.post(url("number_add", patient_id=patient.pk), {"number": typed, "kind": "HOME"})
    assert response.status_code == 422
    assert words in text(response)
    assert patient.phones.count() == 2


def test_a_number_sent_twice_is_there_once_and_the_second_time_says_so(patient, lead, url):
    lead.post(url("number_add", patient_id=patient.pk), NEW)
    response = lead.post(url("number_add", patient_id=patient.pk), NEW)
    assert response.status_code == 422
    assert "The patient has this number already, as “Unverified”." in text(response)
    assert patient.phones.count() == 3


def test_a_number_whose_owner_refuses_calls_is_saved_with_a_warning(patient, lead, url, now):
    OptOut.objects.create(e164="+13125550199", opted_out_at=now)
    page = followed(lead, lead.post(url("number_add", patient_id=patient.pk), NEW))
    assert "Saved, but nobody is called on this number: its owner asked us not to." in page


def test_kind_extension_state_and_voicemail_are_changed(patient, lead, url, now):
    number = patient.phones.order_by("position").first()
    data = form_of(number, kind="MOBILE", extension="12", state="VERIFIED", voicemail_allowed="")
    followed(lead, lead.post(url("number_change", phone_id=number.pk), data))
    number.refresh_from_db()
    assert (number.kind, number.extension, number.state, number.voicemail_allowed) == ("MOBILE", "12", "VERIFIED", False)
    assert number.state_changed_at is not None


def test_a_change_that_cannot_be_is_refused_on_its_number(patient, lead, url):
    number = patient.phones.order_by("position").first()
    response = lead.post(url("number_change", phone_id=number.pk), form_of(number, extension="twelve"))
    assert response.status_code == 422
    assert "Digits only." in text(response)
    data = form_of(number, state="VERIFIED")
    PhoneNumber.objects.filter(pk=number.pk).update(state="WRONG")
    response = lead.post(url("number_change", phone_id=number.pk), data)
    assert response.status_code == 422
    assert "This number became “Wrong number” in the meantime. Please look again." in text(response)


def test_numbers_are_put_in_order(patient, lead, url):
    first, second = patient.phones.order_by("position")
    for _ in range(2):
        lead.post(url("number_move", phone_id=second.pk), {"to": 1})
    assert list(patient.phones.order_by("position")) == [second, first]
    page = followed(lead, lead.post(url("number_move", phone_id=second.pk), {"to": "0"}))
    assert "Choose a place from 1 on." in page


def test_a_number_left_with_a_merged_record_cannot_be_changed(patient, lead, url):
    absorbed = make_patient("Ida", "Kellar", merged_into=patient)
    number = absorbed.phones.get()
    assert lead.post(url("number_change", phone_id=number.pk), form_of(number)).status_code == 404
    followed(lead, lead.post(url("number_add", patient_id=absorbed.pk), NEW))
    assert patient.phones.filter(e164="+13125550199").exists()


def test_preferred_times_are_noted_shown_and_cleared(patient, lead, url):
    data = {"weekdays": ["1", "3"], "starts": "09:00", "ends": "12:00"}
    page = followed(lead, lead.post(url("wish", patient_id=patient.pk), data))
    patient.refresh_from_db()
    assert patient.wish_key == "#13/0900-1200"
    assert "Noted: calls only Mon, Wed, 9:00 AM–12:00 PM, in the patient’s time." in page
    assert "<strong>Mon, Wed, 9:00 AM–12:00 PM</strong>" in page
    assert "noted before" in followed(lead, lead.post(url("wish", patient_id=patient.pk), data))
    page = followed(lead, lead.post(url("wish", patient_id=patient.pk)))
    patient.refresh_from_db()
    assert patient.wish_key == ""
    assert "None noted: calls are made at any time within the calling hours." in page


def test_days_alone_and_an_hour_alone_are_enough(patient, lead, url):
    lead.post(url("wish", patient_id=patient.pk), {"weekdays": ["5"]})
    assert Patient.objects.get(pk=patient.pk).wish_key == "#5/0000-2359"
    lead.post(url("wish", patient_id=patient.pk), {"weekdays": ["5"], "starts": "15:30"})
    assert Patient.objects.get(pk=patient.pk).wish_key == "#5/1530-2359"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"starts": "09:00", "ends": "12:00"}, "Choose at least one day."),
        ({"weekdays": ["1"], "starts": "12:00", "ends": "12:00"}, "It must end after it starts."),
        ({"weekdays": ["1"], "starts": "23:59"}, "It must end after it starts."),
        ({"weekdays": ["8"], "starts": "09:00", "ends": "12:00"}, "Select a valid choice."),
    ],
)
def test_times_that_cannot_be_are_refused(patient, lead, url, data, words):
    response = lead.post(url("wish", patient_id=patient.pk), data)
    assert response.status_code == 422
    assert words in text(response)
    assert Patient.objects.get(pk=patient.pk).wish_key == ""


def test_times_outside_of_the_calling_hours_are_saved_with_a_warning_that_stays(patient, lead, url):
    page = followed(lead, lead.post(url("wish", patient_id=patient.pk), {"weekdays": ["7"], "starts": "05:00", "ends": "06:00"}))
    assert "Saved, but calls are now never possible" in page
    assert "Never called: these times lie outside of the calling hours." in page
    assert Patient.objects.get(pk=patient.pk).wish_key == "#7/0500-0600"


def test_a_supervisor_releases_a_held_patient_once(listed, agent, lead, url, now):
    [enrollment] = listed(1)
    lease = next_call.claim(agent=agent, now=now)
    page = text(lead.get(url("patient", patient_id=enrollment.patient_id)))
    assert "Ana Agent has this patient open at this moment." in page
    assert "Released: anybody may open this patient now." in followed(lead, lead.post(url("release", lease_id=lease.pk)))
    lease.refresh_from_db()
    assert lease.closed_as == "RELEASED"
    later = next_call.claim(agent=agent, now=now)
    page = followed(lead, lead.post(url("release", lease_id=lease.pk)))
    assert "had handed this patient back before" in page
    assert next_call.current(agent=agent) == later != lease


def test_the_list_says_who_needs_a_number_and_why(broken, lead, url):
    broken(2)
    page = text(lead.get(url("number_repair")))
    assert "2 of 2 open or unreachable, the newest first" in page
    assert page.index("Ida1 Keller") < page.index("Ida0 Keller")
    assert "1 wrong of 1 number" in page
    assert 'Recall <span class="quiet">(unreachable)</span>' in page
    assert "Nov 17, 2026" in page


def test_a_number_on_the_list_brings_the_patient_back_and_off_the_list(broken, lead, url):
    first, second = broken(2)
    response = lead.post(url("number_repair_add", patient_id=first.patient_id) + f"?campaign={first.campaign_id}", NEW)
    assert response.url == url("number_repair") + f"?campaign={first.campaign_id}"
    page = followed(lead, response)
    assert "Saved. Back in 1 campaign: on a call list from the next build on." in page
    assert ("Ida0 Keller" in page, "Ida1 Keller" in page) == (False, True)
    assert "1 of 2 open or unreachable" in page
    assert [one.status for one in Enrollment.objects.order_by("pk")] == ["OPEN", "CLOSED"]
    assert second.patient.phones.count() == 1


def test_a_bad_number_on_the_list_is_refused_in_its_row(broken, lead, url):
    first, second = broken(2)
    response = lead.post(url("number_repair_add", patient_id=first.patient_id), {"number": "555", "kind": "HOME"})
    page = text(response)
    assert response.status_code == 422
    assert page.count("This has too few digits for a phone number.") == 2  # above, and in the row
    assert f'id="id_{first.patient_id}_number_error"' in page
    assert f'id="id_{second.patient_id}_number_error"' not in page
    assert 'value="555"' in page


def test_an_empty_list_says_what_would_stand_there(inside, lead, url, desk_clock):
    assert "No running campaign has patients to call." in text(lead.get(url("number_repair")))
    enroll(make_campaign(inside, on=TODAY), make_patient(), desk_clock)
    assert "Everybody has a number" in text(lead.get(url("number_repair")))


def test_the_list_asks_the_same_few_questions_at_one_and_at_three_rows(broken, lead, url, django_assert_num_queries):
    broken(1)
    lead.get(url("number_repair"))
    with django_assert_num_queries(REPAIR_QUERIES):
        lead.get(url("number_repair"))
    broken(2)
    with django_assert_num_queries(REPAIR_QUERIES):
        page = text(lead.get(url("number_repair")))
    assert page.count("> a number for") == 3


def test_the_list_of_a_campaign_of_another_practice_is_not_found(lead, url, other_practice, now):
    with tenancy.practice(other_practice.pk):
        foreign = make_campaign(other_practice, on=TODAY)
    assert lead.get(url("number_repair"), {"campaign": foreign.pk}).status_code == 404


def test_a_patient_number_or_hold_of_another_practice_is_not_found(stranger, sign_in, practice, now):
    with tenancy.practice(practice.pk):
        patient = make_patient()
        number = patient.phones.get()
        enrollment = enroll(make_campaign(practice, on=TODAY), patient, now)
        times = {"opened_at": Now(), "expires_at": Now() + timedelta(minutes=9)}
        lease = Lease.objects.create(enrollment=enrollment, patient=patient, agent=make_member(practice, "Ana Agent"), **times)
    client = sign_in(stranger)
    for name, ids, data in (
        ("number_add", {"patient_id": patient.pk}, NEW),
        ("number_repair_add", {"patient_id": patient.pk}, NEW),
        ("wish", {"patient_id": patient.pk}, {"weekdays": ["1"]}),
        ("number_change", {"phone_id": number.pk}, form_of(number, state="WRONG")),
        ("number_move", {"phone_id": number.pk}, {"to": 1}),
        ("release", {"lease_id": lease.pk}, {}),
    ):
        address = reverse(f"campaigns:{name}", kwargs={"practice_slug": stranger.practice.slug, **ids})
        assert client.post(address, data).status_code == 404
    with tenancy.practice(practice.pk):
        assert (patient.phones.get().state, Lease.objects.get().closed_as) == ("UNVERIFIED", "")
        assert Patient.objects.get().wish_key == ""


def test_agents_may_do_none_of_it(patient, agent, sign_in, url):
    client = sign_in(agent)
    assert client.get(url("number_repair")).status_code == 403
    assert client.post(url("number_add", patient_id=patient.pk), NEW).status_code == 403
    assert patient.phones.count() == 2
