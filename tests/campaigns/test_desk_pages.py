"""The agent's pages: what they show, to whom, and that looking changes nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import desk_list
from campaigns.calling_hours import Hours
from campaigns.models import CallAttempt, Callback, Campaign, Enrollment, Lease, QueueItem
from campaigns.next_call import claim
from campaigns.plan import build
from patients.models import Appointment, Patient
from patients.numbers import written
from tests.campaigns.conftest import TODAY
from tests.conftest import make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

pytestmark = pytest.mark.django_db
LIST_QUERIES = 27
CALL_QUERIES = 26
COUNTED = [CallAttempt, Callback, Campaign, Enrollment, Lease, QueueItem, Patient, Appointment]


def text(response):
    return " ".join(response.content.decode().split())


def test_the_list_has_the_columns_of_the_tracker(inside, agent, desk_clock):
    now = desk_clock
    campaign = make_campaign(inside, on=TODAY)
    patient = make_patient(source_data_on=TODAY - timedelta(days=3))
    visited(patient, TODAY - timedelta(days=800))
    booked(patient, TODAY - timedelta(days=820), "KEPT")
    booked(patient, TODAY - timedelta(days=30), "NO_SHOW")
    enrollment = enroll(campaign, patient, now - timedelta(days=20), source_data_on=TODAY - timedelta(days=3))
    call(enrollment, agent, now - timedelta(days=15), "NOANS")
    call(enrollment, agent, now - timedelta(days=8), "LVM")
    build(practice=inside, now=now)
    booked(patient, TODAY + timedelta(days=60))
    call(enrollment, agent, now, say("CBACK", note="Busy", callback_at=now + timedelta(hours=2)))
    [row] = desk_list.rows(desk_list.places(agent=agent, today=TODAY), hours=Hours.of(inside), now=now)
    assert row.call_dates == [TODAY - timedelta(days=15), TODAY - timedelta(days=8), TODAY, None, None]
    assert (row.called_on, row.last_called_on) == (TODAY, TODAY - timedelta(days=8))
    assert (row.last.disposition.code, row.last.note) == ("CBACK", "Busy")
    assert (row.item.last_encounter_on, row.item.next_appointment_on) == (
        TODAY - timedelta(days=800), TODAY + timedelta(days=60),
    )  # fmt: skip
    assert (row.item.last_appointment_on, row.last_appointment_status) == (TODAY - timedelta(days=30), "No-show")
    assert (row.item.enrollment.assigned_on, row.item.enrollment.source_data_on) == (TODAY, TODAY - timedelta(days=3))
    assert (row.item.done_at is not None, row.is_open, str(row.zone)) == (True, True, "America/New_York")
    assert row.emr_note == f"2026-11-17 11:00 EST · recall call 3 ({campaign.name}) · Ana Agent: Call back later. Busy"


def test_the_list_shows_left_done_or_all_in_order(listed, agent, now, sign_in, url):
    first, second, third = listed(3)
    call(second, agent, now, "NOANS")
    client = sign_in(agent)
    names = {shown: [row.item.enrollment for row in client.get(url("desk"), {"show": shown}).context["rows"]] for shown in
             ("left", "done", "all")}  # fmt: skip
    assert names == {"left": [first, third], "done": [second], "all": [first, second, third]}


def test_my_numbers_stand_on_top(listed, agent, now, sign_in, url):
    enrollments = listed(4)
    call(enrollments[0], agent, now - timedelta(days=1), "NOANS")
    call(enrollments[1], agent, now, "NOANS")
    call(enrollments[2], agent, now, say("DONE", appointment_on=TODAY, appointment_at="09:00", provider="Rivera"))
    day = sign_in(agent).get(url("desk")).context["day"]
    assert (day.dials, day.reached, day.booked, day.listed, day.left, day.target) == (2, 1, 1, 4, 1, 200)
    assert (day.reached_words, day.target_words) == ("50% of 2 dials", "of 200 planned")


def test_callbacks_of_today_show_both_clocks(listed, agent, now, sign_in, url):
    [enrollment] = listed(1)
    enrollment.patient.zone_key = "America/Los_Angeles@CA"
    enrollment.patient.save()
    call(enrollment, agent, now, say("CBACK", callback_at=now + timedelta(hours=3)))
    page = text(sign_in(agent).get(url("desk")))
    assert "11:00 AM PST" in page
    assert "2:00 PM EST at the practice" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(listed, agent, now, sign_in, url, count, django_assert_num_queries):
    for enrollment in listed(count):
        call(enrollment, agent, now - timedelta(days=9), "NOANS")
    client = sign_in(agent)
    client.get(url("desk"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("desk"), {"show": "all"})


@pytest.mark.parametrize("count", [1, 3])
def test_the_call_page_costs_the_same_for_any_history(listed, agent, now, sign_in, url, count, django_assert_num_queries):
    [enrollment] = listed(1)
    for weeks in range(1, count + 1):
        # In the afternoon: an hour at which nobody answered is not tried again.
        call(enrollment, agent, now - timedelta(days=9 * weeks) + timedelta(hours=4), "NOANS")
        booked(enrollment.patient, TODAY - timedelta(days=400 * weeks), "CANCELLED")
    build(practice=agent.practice, now=now)
    Lease.objects.filter(pk=claim(agent=agent, now=now).pk).update(matched=["NAME", "PHONE"])
    client = sign_in(agent)
    client.get(url("call"))
    with django_assert_num_queries(CALL_QUERIES):
        client.get(url("call"))


def test_next_claims_and_shows_the_patient(listed, agent, sign_in, url):
    first, _second = listed(2)
    client = sign_in(agent)
    response = client.post(url("next"), follow=True)
    assert response.redirect_chain == [(url("call"), 302)]
    lease = Lease.objects.open().get()
    assert (lease.enrollment, lease.agent) == (first, agent)
    assert client.post(url("next"), follow=True).context["sheet"].lease == lease


def test_the_call_page_says_who_when_why_and_what_to_say(listed, agent, now, sign_in, url):
    [enrollment] = listed(1)
    patient = enrollment.patient
    Patient.objects.filter(pk=patient.pk).update(born_on="1961-11-18", language="es", source_data_on=TODAY - timedelta(days=3))
    call(enrollment, agent, now - timedelta(days=9), say("UNAVLBL", note="Back on Monday"))
    build(practice=agent.practice, now=now)
    Lease.objects.filter(pk=claim(agent=agent, now=now).pk).update(matched=["NAME", "BORN"])
    page = text(sign_in(agent).get(url("call")))
    for words in (
        "Ida1 Keller", "Nov 18, 1961", "(64)", "Spanish", "M1", "11:00 AM EST", "Open until 8:00 PM EST", "attempt 2 of 5",
        "Hola, le habla Ana Agent de Bayview Eye", "Standard text", "EMR data 3 days old", "Back on Monday",
    ):  # fmt: skip
        assert words in page, words
    assert f'aria-label="Dial {written(patient.phones.first().e164)}"' in page
    assert "never reached" in page
    assert 'href="tel:' not in page


def test_what_is_shown_of_a_patient_is_written_down(listed, agent, now, sign_in, url):
    listed(2)
    lease = claim(agent=agent, now=now)
    sign_in(agent).get(url("call"))
    event = AccessEvent.objects.get()
    assert (event.page, event.user_id, event.patient_ids) == ("campaigns:call", agent.user_id, [lease.patient_id])


@pytest.mark.parametrize("page", ["desk", "call", "callbacks"])
def test_no_patient_in_title_or_address(listed, agent, now, sign_in, url, page):
    [enrollment] = listed(1)
    call(enrollment, agent, now - timedelta(days=9), say("CBACK", callback_at=now - timedelta(days=8)))
    assert claim(agent=agent, now=now)
    response = sign_in(agent).get(url(page))
    title = text(response).partition("<title>")[2].partition("</title>")[0]
    assert "Keller" in text(response)
    assert "Keller" not in title + url(page)


@pytest.mark.parametrize("page", ["desk", "call", "callbacks"])
def test_looking_changes_nothing(listed, agent, sign_in, url, page):
    listed(2)
    before = {model: list(model.objects.order_by("pk").values()) for model in COUNTED}
    client = sign_in(agent)
    assert client.get(url(page)).status_code == 200
    assert {model: list(model.objects.order_by("pk").values()) for model in COUNTED} == before


@pytest.mark.parametrize("page", ["next", "outcome", "skip", "hold", "dial", "hand_back"])
def test_what_changes_things_refuses_get(listed, agent, now, sign_in, url, page):
    listed(1)
    kwargs = {} if page == "next" else {"lease_id": claim(agent=agent, now=now).pk}
    assert sign_in(agent).get(url(page, **kwargs)).status_code == 405


@pytest.mark.parametrize("page", ["outcome", "skip", "hold", "dial", "hand_back"])
def test_a_lease_of_somebody_else_is_not_found(listed, agent, supervisor, now, sign_in, url, page):
    listed(1)
    lease = claim(agent=agent, now=now)
    response = sign_in(supervisor).post(url(page, lease_id=lease.pk), {"code": "NOANS", "why": "I know this person"})
    assert response.status_code == 404
    assert (CallAttempt.objects.count(), Lease.objects.open().get()) == (0, lease)


@pytest.mark.parametrize("page", ["outcome", "skip", "hold", "dial", "hand_back"])
def test_a_lease_of_another_practice_is_not_found(practice, agent, stranger, desk_clock, sign_in, page):
    with tenancy.practice(practice.pk):
        make_patient()
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY)
        build(practice=practice, now=desk_clock)
        lease = claim(agent=agent, now=desk_clock)
    slug = stranger.practice.slug
    address = reverse(f"campaigns:{page}", kwargs={"practice_slug": slug, "lease_id": lease.pk})
    assert sign_in(stranger).post(address, {"code": "NOANS"}).status_code == 404


def test_those_who_lead_may_look_at_an_agents_list(listed, agent, supervisor, sign_in, url):
    [enrollment] = listed(1)
    response = sign_in(supervisor).get(url("desk"), {"agent": agent.pk})
    assert [row.item.enrollment for row in response.context["rows"]] == [enrollment]
    assert "Call next patient" not in text(response).partition("<main")[2].partition("Call list")[0]


def test_agents_may_look_at_their_own_list_only(listed, agent, supervisor, sign_in, url):
    listed(1)
    assert sign_in(agent).get(url("desk"), {"agent": supervisor.pk}).status_code == 403


@pytest.mark.parametrize("wanted", ["x", "999999999"])
def test_a_list_of_nobody_is_not_found(inside, supervisor, sign_in, url, wanted):
    assert sign_in(supervisor).get(url("desk"), {"agent": wanted}).status_code == 404


def test_a_list_of_another_practices_member_is_not_found(supervisor, stranger, sign_in, url):
    assert sign_in(supervisor).get(url("desk"), {"agent": stranger.pk}).status_code == 404


def test_callbacks_are_an_agents_own_and_everybodys_for_those_who_lead(listed, agent, supervisor, now, sign_in, url):
    mine, other = listed(2)
    call(mine, agent, now, say("CBACK", callback_at=now + timedelta(hours=2)))
    call(other, make_member(agent.practice, "Bo Agent"), now, say("CBACK", callback_at=now + timedelta(hours=3)))
    assert [one.enrollment for one in sign_in(agent).get(url("callbacks")).context["callbacks"]] == [mine]
    response = sign_in(supervisor).get(url("callbacks"))
    assert [one.enrollment for one in response.context["callbacks"]] == [mine, other]
    assert "Bo Agent" in text(response)


def test_an_overdue_callback_says_so(listed, agent, now, sign_in, url):
    [enrollment] = listed(1)
    call(enrollment, agent, now - timedelta(days=2), say("CBACK", callback_at=now - timedelta(hours=25)))
    assert "Overdue" in text(sign_in(agent).get(url("callbacks")))
