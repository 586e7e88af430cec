"""The agent's calls of today on pages: undo after a save, the list, and the form that corrects an outcome."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from campaigns.models import CallAttempt, CallAttemptEvent, Callback, Lease
from campaigns.next_call import claim
from patients.models import Appointment, OptOut
from tests.conftest import make_member
from tests.world import call

pytestmark = pytest.mark.django_db
TAKEN_BACK = "You took this outcome back. Save it again if it is right."


@pytest.fixture
def calling(listed, agent, now, sign_in):
    """The agent, signed in, with the first of two patients open."""
    listed(2)
    client = sign_in(agent)
    return client, claim(agent=agent, now=now)


def save(calling, url, code, *, turn=1, then="next", **fields):
    client, lease = calling
    phone = lease.patient.phones.order_by("position").first()
    data = {"code": code, "phone_id": phone.pk, "matched": ["NAME", "PHONE"], "then": then, "turn": turn, **fields}
    return client.post(url("outcome", lease_id=lease.pk), data)


def text(client, address):
    return client.get(address).content.decode()


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_after_a_save_the_next_page_offers_to_undo_for_ten_seconds(calling, url, settings):
    client, _lease = calling
    save(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    for page in (url("call"), url("desk")):
        assert url("undo", attempt_id=attempt.pk) in text(client, page)
    settings.CLOCK_OFFSET_SECONDS += 11
    for page in (url("call"), url("desk")):
        assert url("undo", attempt_id=attempt.pk) not in text(client, page)
    assert "Last call: No answer" in text(client, url("call"))


def test_it_is_offered_where_nobody_is_left_to_call_too(calling, url):
    client, _lease = calling
    save(calling, url, "NOANS")
    second = Lease.objects.open().get()
    save((client, second), url, "LVM")
    page = text(client, url("call"))
    assert ("No patient open" in page, "Last call: Left voicemail" in page) == (True, True)
    assert url("undo", attempt_id=CallAttempt.objects.latest("pk").pk) in page


@pytest.mark.parametrize("then", ["next", "stop"])
def test_undone_the_patient_is_open_again_with_what_was_entered(calling, url, agent, then):
    client, lease = calling
    save(
        calling, url, "DONE", then=then, note="Ask for Rivera", appointment_on="2026-12-01", appointment_at="09:30",
        provider="Rivera", location="Main St",
    )  # fmt: skip
    answer = client.post(url("undo", attempt_id=CallAttempt.objects.get().pk))
    assert (answer.status_code, answer.url) == (302, url("call"))
    page = client.get(url("call"))
    form = page.context["form"]
    assert page.context["sheet"].lease == lease
    assert {name: form[name].value() for name in ("code", "note", "appointment_on", "provider", "location")} == {
        "code": "DONE", "note": "Ask for Rivera", "appointment_on": "2026-12-01", "provider": "Rivera", "location": "Main St",
    }  # fmt: skip
    content = page.content.decode()
    assert 'name="turn" value="2"' in content
    assert 'value="09:30:00"' in content
    assert "Ask for Rivera</textarea>" in content
    assert (CallAttempt.objects.count(), Appointment.objects.count()) == (0, 0)


def test_a_callback_and_a_wish_are_filled_in_again(calling, url):
    client, _lease = calling
    save(calling, url, "CBACK", callback_when="2026-11-18 15:00")
    client.post(url("undo", attempt_id=CallAttempt.objects.get().pk))
    form = client.get(url("call")).context["form"]
    assert form["callback_when"].value() == "Nov 18 2026 3:00 PM"
    save(calling, url, "DNC", turn=2, opt_out_number="no", opt_out_words="Never", opt_out_scope="CALLS")
    client.post(url("undo", attempt_id=CallAttempt.objects.get().pk))
    form = client.get(url("call")).context["form"]
    assert [form[name].value() for name in ("code", "opt_out_number", "opt_out_words", "opt_out_scope")] == [
        "DNC", "no", "Never", "CALLS",
    ]  # fmt: skip
    assert (OptOut.objects.count(), Callback.objects.count()) == (0, 0)


def test_a_late_repeat_of_the_save_comes_back_filled_in_and_records_nothing(calling, url):
    client, _lease = calling
    save(calling, url, "LOST", note="Moved away")
    client.post(url("undo", attempt_id=CallAttempt.objects.get().pk))
    late = save(calling, url, "LOST", note="Moved away")
    content = late.content.decode()
    assert (late.status_code, TAKEN_BACK in content, "Moved away</textarea>" in content) == (422, True, True)
    assert (CallAttempt.objects.count(), 'name="turn" value="2"' in content) == (0, True)
    assert save(calling, url, "LOST", note="Moved away", turn=2).status_code == 302
    assert CallAttempt.objects.get().outcome == "LOST"
    assert save(calling, url, "LOST", note="Moved away").status_code == 422
    assert CallAttempt.objects.count() == 1


def test_too_late_or_twice_the_page_says_so(calling, url, settings):
    client, _lease = calling
    save(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    settings.CLOCK_OFFSET_SECONDS += 16
    late = client.post(url("undo", attempt_id=attempt.pk))
    assert (late.url, "too late to undo" in said(late)[0]) == (url("call"), True)
    settings.CLOCK_OFFSET_SECONDS -= 16
    client.post(url("undo", attempt_id=attempt.pk))
    twice = client.post(url("undo", attempt_id=attempt.pk))
    assert (twice.url, said(twice)[-1]) == (url("call"), "This outcome was taken back already.")


def test_nobody_undoes_or_corrects_the_call_of_a_colleague(calling, url, inside, sign_in):
    own, lease = calling
    save(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    assert lease.patient.full_name in text(own, url("calls"))
    client = sign_in(make_member(inside, "Ben Agent"))
    assert client.post(url("undo", attempt_id=attempt.pk)).status_code == 404
    assert client.get(url("correct", attempt_id=attempt.pk)).status_code == 404
    assert lease.patient.full_name not in text(client, url("calls"))
    assert CallAttempt.objects.count() == 1


def test_the_list_shows_the_calls_of_today_and_what_can_be_corrected(calling, url, agent, now, settings):
    client, lease = calling
    call(lease.enrollment, agent, now - timedelta(days=8), "HUNGUP")
    save(calling, url, "NOANS", note="Rang out")
    attempt = CallAttempt.objects.latest("pk")
    page = text(client, url("calls"))
    assert (lease.patient.full_name in page, "Rang out" in page, "No answer" in page, "Hung up" in page) == (
        True,
        True,
        True,
        False,
    )
    assert url("correct", attempt_id=attempt.pk) in page
    settings.CLOCK_OFFSET_SECONDS += 121 * 60
    page = text(client, url("calls"))
    assert ("More than 120 minutes have passed" in page, url("correct", attempt_id=attempt.pk) in page) == (True, False)


def test_an_empty_day_says_what_will_stand_there(agent, desk_clock, sign_in, url):
    assert "No calls yet today" in text(sign_in(agent), url("calls"))


def correction(url, client, attempt, code, **fields):
    data = {"code": code, "phone_id": attempt.phone_id, "why": "Wrong key", **fields}
    return client.post(url("correct", attempt_id=attempt.pk), data)


def test_a_correction_is_filled_in_saved_and_shown_with_what_it_was(calling, url, agent, supervisor, sign_in):
    client, lease = calling
    save(calling, url, "NOANS", note="Rang out")
    attempt = CallAttempt.objects.get()
    form = client.get(url("correct", attempt_id=attempt.pk)).context["form"]
    assert (form["code"].value(), form["note"].value(), form["phone_id"].value()) == ("NOANS", "Rang out", str(attempt.phone_id))
    answer = correction(url, client, attempt, "CBACK", callback_when="2026-11-18 15:00", note="At three")
    assert (answer.status_code, answer.url) == (302, url("calls"))
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.note, attempt.corrected_by) == ("CBACK", "At three", agent)
    assert Callback.objects.get().due_at.isoformat() == "2026-11-18T20:00:00+00:00"
    version = CallAttemptEvent.objects.get()
    assert (version.outcome, version.note, version.pgh_context["user"]) == ("NOANS", "Rang out", agent.user_id)
    words = "by Ana Agent, was <strong>No answer</strong> (“Rang out”): Wrong key"
    assert words in text(client, url("calls"))
    assert words in text(sign_in(supervisor), url("patient", patient_id=lease.patient_id))


def test_what_a_correction_lacks_is_said_at_the_field(calling, url):
    client, _lease = calling
    save(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    for fields, words in (
        ({"code": "DONE"}, "Enter the date of the appointment."),
        ({"code": "LVM", "why": ""}, "Say in one sentence why."),
        ({"code": "CBACK", "callback_when": "2026-11-17 09:00"}, "This moment is in the past."),
        ({"code": "NOANS"}, "there is nothing to correct"),
    ):
        answer = correction(url, client, attempt, **fields)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.corrected_at) == ("NOANS", None)


def test_who_leads_corrects_from_the_page_of_the_patient(calling, url, supervisor, sign_in, settings):
    save(calling, url, "DNC", opt_out_words="Never", opt_out_number="yes")
    attempt = CallAttempt.objects.get()
    settings.CLOCK_OFFSET_SECONDS += 3 * 3600
    client = sign_in(supervisor)
    patient = url("patient", patient_id=attempt.patient_id)
    assert url("correct", attempt_id=attempt.pk) in text(client, patient)
    answer = correction(url, client, attempt, "NOANS")
    assert (answer.status_code, answer.url, OptOut.objects.count()) == (302, patient, 0)


def test_an_agent_is_told_who_lifts_a_wish(calling, url, settings):
    client, _lease = calling
    save(calling, url, "DNC", opt_out_words="Never", opt_out_number="yes")
    attempt = CallAttempt.objects.get()
    settings.CLOCK_OFFSET_SECONDS += 60
    page = text(client, url("correct", attempt_id=attempt.pk))
    assert ("Only a supervisor lifts a wish" in page, 'name="why"' in page) == (True, False)
    answer = correction(url, client, attempt, "NOANS")
    assert (answer.status_code, OptOut.objects.count()) == (422, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_calls(listed, agent, now, sign_in, url, count, django_assert_num_queries):
    for number, enrollment in enumerate(listed(count)):
        call(enrollment, agent, now - timedelta(minutes=number), "NOANS")
    client = sign_in(agent)
    with django_assert_num_queries(12):
        client.get(url("calls"))
