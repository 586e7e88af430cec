"""What the agent enters at the end of a call arrives once, whole, and with its effects."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from campaigns import opt_out
from campaigns.call_sheet import numbers_of
from campaigns.models import CallAttempt, Callback, Enrollment, HoursRule, Lease, QueueItem
from campaigns.next_call import claim
from patients.models import Appointment, OptOut, Patient, PhoneNumber
from tests.campaigns.conftest import TODAY
from tests.world import enroll, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def calling(listed, agent, now, sign_in):
    """The agent, signed in, with the first of two patients open."""
    listed(2)
    client = sign_in(agent)
    return client, claim(agent=agent, now=now)


def save(calling, url, code, **fields):
    client, lease = calling
    phone = lease.patient.phones.order_by("position").first()
    data = {"code": code, "phone_id": phone.pk, "matched": ["NAME", "PHONE"], "then": "stop", **fields}
    return client.post(url("outcome", lease_id=lease.pk), data)


def ended(calling):
    enrollment = Enrollment.objects.get(pk=calling[1].enrollment_id)
    return enrollment.status, enrollment.closed_as


@pytest.mark.parametrize(
    ("code", "fields", "ended_as", "number_state"),
    [
        ("DONE", {"appointment_on": "2026-12-01", "appointment_at": "09:30", "provider": "Rivera"}, "WON", "VERIFIED"),
        ("RECONFIRMED", {"appointment_on": "2026-12-01"}, "ALREADY_BOOKED", "VERIFIED"),
        ("NOANS", {}, "", "UNVERIFIED"),
        ("LVM", {}, "", "UNVERIFIED"),
        ("HUNGUP", {}, "", "UNVERIFIED"),
        ("UNAVLBL", {}, "", "VERIFIED"),
        ("CBACK", {"callback_when": "2026-11-18 15:00"}, "", "VERIFIED"),
        ("WNUM", {}, "", "WRONG"),
        ("DCONN", {}, "", "DISCONNECTED"),
        ("LOST", {}, "LOST", "VERIFIED"),
        ("DNC", {}, "OPTED_OUT", "UNVERIFIED"),
        ("DUPLICATE", {}, "DUPLICATE", "UNVERIFIED"),
    ],
)
def test_each_outcome_has_its_effect(calling, url, practice, code, fields, ended_as, number_state):
    _client, lease = calling
    response = save(calling, url, code, note="As heard", **fields)
    assert (response.status_code, response.url) == (302, url("desk"))
    attempt = CallAttempt.objects.get()
    assert (attempt.outcome, attempt.note, attempt.patient_id) == (code, "As heard", lease.patient_id)
    assert ended(calling) == ("CLOSED" if ended_as else "OPEN", ended_as)
    assert lease.patient.phones.order_by("position").first().state == number_state
    lease.refresh_from_db()
    assert lease.closed_as == "OUTCOME"


def test_done_keeps_the_appointment(calling, url):
    save(calling, url, "DONE", appointment_on="2026-12-01", appointment_at="09:30", provider="Rivera", location="Main St")
    appointment = Appointment.objects.get()
    assert (appointment.on, appointment.at, appointment.provider, appointment.location) == (
        date(2026, 12, 1), time(9, 30), "Rivera", "Main St",
    )  # fmt: skip


def test_a_callback_is_promised_on_the_patients_clocks(calling, url, agent):
    _client, lease = calling
    lease.patient.zone_key = "America/Los_Angeles@CA"
    lease.patient.save()
    save(calling, url, "CBACK", callback_when="2026-11-18 15:00")
    callback = Callback.objects.get()
    assert (callback.due_at, callback.owner) == (datetime(2026, 11, 18, 23, 0, tzinfo=UTC), agent)


def test_do_not_call_keeps_person_number_and_words(calling, url):
    _client, lease = calling
    save(calling, url, "DNC", opt_out_number="yes", opt_out_words="Never again, please.")
    opt_out = OptOut.objects.get()
    assert (opt_out.patient, opt_out.e164, opt_out.words) == (
        lease.patient, lease.patient.phones.order_by("position").first().e164, "Never again, please.",
    )  # fmt: skip


def test_do_not_call_may_leave_the_number_to_others(calling, url):
    save(calling, url, "DNC", opt_out_number="no")
    assert (OptOut.objects.get().e164, OptOut.objects.get().scope) == ("", "ALL")


def test_do_not_call_takes_a_number_that_nobody_else_has_along(calling, url):
    client, lease = calling
    assert client.get(url("call")).context["form"]["opt_out_number"].value() == "yes"
    save(calling, url, "DNC")
    assert OptOut.objects.get().e164 == lease.patient.phones.order_by("position").first().e164


@pytest.mark.parametrize(("scope", "may_call_for_another"), [("CALLS", False), ("CAMPAIGN", True)])
def test_a_wish_may_be_about_calls_or_one_campaign(calling, url, inside, now, scope, may_call_for_another):
    _client, lease = calling
    other = enroll(make_campaign(inside, on=TODAY, name="Another"), lease.patient, now)
    save(calling, url, "DNC", opt_out_scope=scope)
    wish = OptOut.objects.get()
    assert (wish.scope, wish.campaign_id) == (scope, lease.enrollment.campaign_id if scope == "CAMPAIGN" else None)
    assert ended(calling) == ("CLOSED", "OPTED_OUT")
    other.refresh_from_db()
    assert (other.status == "OPEN") is may_call_for_another


def test_a_callback_outside_the_hours_is_promised_for_the_next_opening_and_the_page_says_so(calling, url):
    client, lease = calling
    Patient.objects.filter(pk=lease.patient_id).update(zone_key="America/Chicago@IL")
    # Sunday: closed by default. Monday 9:00 in Chicago is the next opening.
    response = save(calling, url, "CBACK", callback_when="2026-11-22 10:00")
    assert response.status_code == 302
    assert Callback.objects.get().due_at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert (
        "Promised for Mon Nov 23, 9:00 AM CST, the first moment in calling hours. Tell the patient if they are still on the line."
        in client.get(url("desk")).content.decode()
    )


def test_a_callback_within_the_hours_is_saved_without_a_word(calling, url):
    save(calling, url, "CBACK", callback_when="2026-11-18 15:00")
    assert "Promised for" not in calling[0].get(url("desk")).content.decode()


def test_no_callback_is_promised_where_the_hours_never_open(calling, url, inside):
    HoursRule.objects.create(state="", weekdays=[1, 2, 3, 4, 5, 6, 7], note="No calls at all")
    response = save(calling, url, "CBACK", callback_when="2026-11-18 15:00")
    assert response.status_code == 422
    assert "The calling hours never include this patient" in response.content.decode()
    assert (CallAttempt.objects.count(), Callback.objects.count()) == (0, 0)


def test_a_time_that_the_clocks_skip_is_refused(calling, url):
    response = save(calling, url, "CBACK", callback_when="2027-03-14 02:30")
    assert response.context["form"].errors == {"callback_when": ["The clocks change then: this time does not exist on that day."]}


def test_what_the_outcome_does_not_ask_for_is_left_aside(calling, url):
    response = save(calling, url, "NOANS", appointment_on="garbage", callback_when="2020-01-01 25:99")
    assert response.status_code == 302
    assert (CallAttempt.objects.count(), Appointment.objects.count(), Callback.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize(
    ("code", "fields", "sentence"),
    [
        ("", {}, "Choose an outcome."),
        ("NONSENSE", {}, "This outcome can’t be chosen for this call"),
        ("DONE", {"appointment_at": "09:30", "provider": "Rivera"}, "Enter the date of the appointment."),
        ("DONE", {"appointment_on": "2026-12-01", "provider": "Rivera"}, "Enter the time of the appointment."),
        ("DONE", {"appointment_on": "2026-12-01", "appointment_at": "09:30"}, "Enter the provider of the appointment."),
        ("DONE", {"appointment_on": "2026-11-16", "appointment_at": "09:30", "provider": "R"}, "This date is in the past."),
        ("RECONFIRMED", {}, "Enter the date of the appointment."),
        ("CBACK", {}, "Enter when to call back."),
        ("CBACK", {"callback_when": "whenever"}, "is no day and time. Write it as in"),
        ("CBACK", {"callback_when": "2026-11-17 09:30"}, "This moment is in the past."),
        # Past and outside the hours: not moved to the next opening, which is still ahead.
        ("CBACK", {"callback_when": "2026-11-16 23:00"}, "This moment is in the past."),
        ("DNC", {"opt_out_scope": "EVERYTHING"}, "Select a valid choice"),
        ("WNUM", {"phone_id": ""}, "Choose which number you dialed."),
        ("NOANS", {"phone_id": "99999999"}, "Select a valid choice"),
        ("NOANS", {"note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_an_incomplete_outcome_is_refused_with_the_answers_kept(calling, url, code, fields, sentence):
    note = fields.pop("note", "She laughed.")
    response = save(calling, url, code, note=note, **fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert note in page
    assert (CallAttempt.objects.count(), Lease.objects.open().count()) == (0, 1)


def test_a_double_click_is_one_attempt(calling, url):
    assert save(calling, url, "WNUM").status_code == 302
    assert save(calling, url, "WNUM").status_code == 302
    assert CallAttempt.objects.count() == 1


def test_a_second_answer_for_the_same_call_is_not_recorded_but_kept_on_the_page(calling, url):
    save(calling, url, "NOANS")
    response = save(calling, url, "LOST", note="A changed mind")
    page = response.content.decode()
    assert response.status_code == 422
    assert "has an outcome already" in page
    assert "A changed mind" in page
    assert CallAttempt.objects.get().outcome == "NOANS"
    assert ended(calling) == ("OPEN", "")


def test_a_late_outcome_is_recorded_once_and_the_page_says_so(calling, url, agent, supervisor, now):
    client, lease = calling
    Lease.objects.filter(pk=lease.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    QueueItem.objects.update(agent=None)
    assert claim(agent=supervisor, now=now).patient == lease.patient
    first = save(calling, url, "NOANS")
    again = save(calling, url, "NOANS")
    assert (first.status_code, again.status_code) == (302, 302)
    attempt = CallAttempt.objects.get()
    assert (attempt.agent, attempt.patient) == (agent, lease.patient)
    assert "Your hold on that patient had ended before" in client.get(url("desk")).content.decode()


def test_an_outcome_in_time_is_saved_without_a_word(calling, url):
    save(calling, url, "NOANS")
    assert "had ended" not in calling[0].get(url("desk")).content.decode()


def test_save_and_next_opens_the_next_patient(calling, url, agent):
    client, lease = calling
    response = save(calling, url, "NOANS", then="next")
    assert response.url == url("call")
    following = Lease.objects.open().get()
    assert (following.agent, following.patient == lease.patient) == (agent, False)
    assert following.patient.full_name in client.get(url("call")).content.decode()


def test_save_and_stop_opens_nobody(calling, url):
    save(calling, url, "NOANS", then="stop")
    assert Lease.objects.open().count() == 0


def test_the_call_lasts_from_opening_to_saving_though_the_clock_is_shifted(calling, url, now):
    _client, lease = calling
    Lease.objects.filter(pk=lease.pk).update(opened_at=timezone.now() - timedelta(seconds=90))
    save(calling, url, "NOANS")
    attempt = CallAttempt.objects.get()
    assert timedelta(seconds=90) <= attempt.ended_at - attempt.started_at <= timedelta(seconds=100)
    assert abs((attempt.ended_at - now).total_seconds()) < 60


def test_no_voicemail_can_be_left_where_the_patient_forbids_it(calling, url):
    client, lease = calling
    lease.patient.voicemail_allowed = False
    lease.patient.save()
    assert 'value="LVM"' not in client.get(url("call")).content.decode()
    assert save(calling, url, "LVM").status_code == 422


def test_no_voicemail_can_be_left_on_a_number_that_forbids_it(calling, url):
    client, lease = calling
    first, second = lease.patient.phones.order_by("position")
    PhoneNumber.objects.filter(pk=first.pk).update(voicemail_allowed=False)
    page = client.get(url("call")).content.decode()
    assert ('value="LVM"' in page, page.count("data-no-voicemail"), page.count("No voicemail</span>")) == (True, 1, 1)
    response = save(calling, url, "LVM", phone_id=first.pk)
    assert (response.status_code, CallAttempt.objects.count()) == (422, 0)
    assert response.context["form"].errors == {
        "code": ["No message may be left on this number. Choose “No answer”, or the number you dialed."]
    }
    assert save(calling, url, "LVM", phone_id=second.pk).status_code == 302


def test_voicemail_is_not_offered_where_every_number_forbids_it(calling, url):
    client, lease = calling
    lease.patient.phones.update(voicemail_allowed=False)
    assert 'value="LVM"' not in client.get(url("call")).content.decode()


def test_who_must_stop_hands_the_patient_back_without_a_reason(calling, url, agent, now):
    client, lease = calling
    for _click in range(2):
        response = client.post(url("hand_back", lease_id=lease.pk))
        assert response.url == url("desk")
    lease.refresh_from_db()
    assert (lease.closed_as, lease.why_skipped, CallAttempt.objects.count()) == ("RELEASED", "", 0)
    assert claim(agent=agent, now=now).patient == lease.patient


def test_handing_back_an_earlier_call_lets_nobody_go(calling, url):
    client, lease = calling
    save(calling, url, "NOANS", then="next")
    client.post(url("hand_back", lease_id=lease.pk))
    assert Lease.objects.open().count() == 1


def test_two_tabs_or_a_double_click_give_the_same_patient(listed, agent, sign_in, url):
    listed(3)
    client = sign_in(agent)
    for _tab in range(2):
        assert client.post(url("next")).status_code == 302
    held = Lease.objects.get()
    shown = {client.get(url("call")).context["sheet"].lease for _tab in range(2)}
    assert shown == {held}
    for _click in range(2):
        client.post(url("skip", lease_id=held.pk), {"why": "I know this person"})
    assert (Lease.objects.count(), Lease.objects.open().count()) == (2, 1)


def test_a_skipped_patient_goes_back_with_the_reason_and_the_next_comes(calling, url, agent):
    client, lease = calling
    response = client.post(url("skip", lease_id=lease.pk), {"why": "I know this person"})
    lease.refresh_from_db()
    assert (response.url, lease.closed_as, lease.why_skipped) == (url("call"), "SKIPPED", "I know this person")
    assert Lease.objects.open().get().patient != lease.patient
    assert agent.queue.order_by("position").last().patient == lease.patient


def test_a_skipped_patient_does_not_come_back_at_once(calling, url, agent, now):
    client, lease = calling
    QueueItem.objects.exclude(enrollment=lease.enrollment_id).delete()
    client.post(url("skip", lease_id=lease.pk), {"why": "Trouble with the phone line"})
    assert claim(agent=agent, now=now) is None
    Lease.objects.filter(pk=lease.pk).update(closed_at=timezone.now() - timedelta(minutes=16))
    assert claim(agent=agent, now=now).patient == lease.patient


def test_skipping_needs_a_reason(calling, url):
    client, lease = calling
    client.post(url("skip", lease_id=lease.pk), {})
    assert Lease.objects.open().get() == lease


def test_holding_on_gives_more_time_until_the_hold_is_over(calling, url):
    client, lease = calling
    Lease.objects.filter(pk=lease.pk).update(expires_at=timezone.now() + timedelta(minutes=1))
    assert client.post(url("hold", lease_id=lease.pk)).status_code == 204
    assert Lease.objects.get(pk=lease.pk).expires_at > timezone.now() + timedelta(minutes=15)
    save(calling, url, "NOANS")
    assert client.post(url("hold", lease_id=lease.pk)).status_code == 409


def test_a_number_nobody_may_dial_cannot_be_chosen(calling, url):
    client, lease = calling
    first, second = lease.patient.phones.order_by("position")
    PhoneNumber.objects.filter(pk=first.pk).update(state="WRONG")
    page = client.get(url("call")).content.decode()
    assert f'id="phone-{first.pk}"' not in page
    assert f'id="phone-{second.pk}"' in page


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("CBACK", {"callback_when": "9999-12-31 23:59"}),
        ("CBACK", {"callback_when": "2062-12-01 15:00"}),
        ("DONE", {"appointment_on": "2062-12-01", "appointment_at": "09:30", "provider": "Rivera"}),
        ("RECONFIRMED", {"appointment_on": "9999-12-31"}),
    ],
)
def test_a_year_typed_wrong_is_said_at_its_date(calling, url, code, fields):
    response = save(calling, url, code, **fields)
    field = "callback_when" if code == "CBACK" else "appointment_on"
    assert (response.status_code, response.context["form"].errors) == (
        422, {field: ["This date lies too far ahead: check the year."]},
    )  # fmt: skip
    assert CallAttempt.objects.count() == 0


def test_a_wish_not_to_be_called_ends_the_hold_of_a_colleague_who_can_still_save(calling, url, supervisor, now):
    client, lease = calling
    opt_out.register(patient=lease.patient, by=supervisor, now=now, channel=OptOut.Channel.WRITTEN)
    assert client.post(url("hold", lease_id=lease.pk)).status_code == 409
    assert client.get(url("call")).context.get("sheet") is None
    assert save(calling, url, "NOANS").status_code == 302
    assert CallAttempt.objects.get().outcome == "NOANS"
    assert ended(calling) == ("CLOSED", "OPTED_OUT")


def test_no_number_of_a_person_who_asked_not_to_be_called_can_be_dialed(calling, supervisor, now):
    _client, lease = calling
    opt_out.register(patient=lease.patient, by=supervisor, now=now, channel=OptOut.Channel.WRITTEN)
    assert [number.is_dialable for number in numbers_of(lease.patient)] == [False, False]


def test_a_callback_that_had_to_wait_for_the_connection_is_the_one_the_patient_was_told(calling, url, now):
    save(calling, url, "CBACK", callback_when="in 2 hours", waited="1200")
    assert Callback.objects.get().due_at == now.replace(second=0, microsecond=0) + timedelta(minutes=100)


def test_words_sent_again_later_are_the_same_outcome(calling, url, settings):
    save(calling, url, "CBACK", callback_when="in 2 hours")
    settings.CLOCK_OFFSET_SECONDS += 90
    assert save(calling, url, "CBACK", callback_when="in 2 hours", waited="90").status_code == 302
    assert save(calling, url, "CBACK", callback_when="in 3 hours").status_code == 422
    assert CallAttempt.objects.count() == 1
