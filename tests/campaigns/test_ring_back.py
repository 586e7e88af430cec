"""A patient rings back while the agent has another call open: found, held, recorded, and nothing of the first call is lost."""

import threading
import uuid
from datetime import time, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts import tenancy
from audit.models import AccessEvent
from campaigns import attempts, day, desk_list, dialing, live_call
from campaigns.call_sheet import call_sheet
from campaigns.calling_hours import Hours
from campaigns.models import CallAttempt, Callback, DeniedDial, Enrollment, Lease, QueueItem
from campaigns.next_call import claim, current, hand_back, let_go
from campaigns.outcome import OutcomeRefused
from campaigns.plan import build
from campaigns.ring_back import LaneTaken, NeverEnrolled, WithColleague, find, open_lane
from patients.models import OptOut
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import call, enroll, make_campaign, make_patient, reasons, say, visited

pytestmark = pytest.mark.django_db
BOOKED = {"appointment_on": "2026-12-01", "appointment_at": "09:30", "provider": "Rivera"}


@pytest.fixture
def colleague(practice):
    return make_member(practice, "Ben Busy")


@pytest.fixture
def campaign(inside):
    return make_campaign(inside, on=TODAY, name="Recall")


@pytest.fixture
def bea(campaign):
    """Somebody of a campaign whom nobody has called so far."""
    return enroll(campaign, make_patient("Bea", "Braun", phones=2, mrn="B7", city="Albany"), NOW - timedelta(days=20))


@pytest.fixture
def calling(listed, agent, now, sign_in):
    """The agent, signed in, with the first of two patients open."""
    listed(2)
    return sign_in(agent), claim(agent=agent, now=now)


def open_leases(agent):
    return list(Lease.objects.open().filter(agent=agent).order_by("pk"))


def ring(enrollment, agent, now, code, **fields):
    """Open the lane and save an outcome in it."""
    lease = open_lane(patient=enrollment.patient, agent=agent, now=now)
    return attempts.record(
        enrollment_id=lease.enrollment_id, agent=agent, key=uuid.uuid4(), outcome=say(code, **fields), now=now,
        started_at=now - timedelta(minutes=2), source=lease.source, lease_id=lease.pk,
    )  # fmt: skip


def booking():
    return {"appointment_on": TODAY + timedelta(days=14), "appointment_at": time(9, 30), "provider": "Rivera"}


# Lanes


def test_the_lane_stands_beside_the_call_at_hand(calling, bea, agent, now):
    _client, first = calling
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    assert (lane.source, lane.e164, lane.enrollment_id) == ("RING_BACK", "", bea.pk)
    assert open_leases(agent) == [first, lane]
    assert current(agent=agent) == first
    assert claim(agent=agent, now=now) == first


def test_without_a_call_at_hand_the_next_claim_is_not_the_lane(listed, bea, agent, now):
    listed(1)
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    assert current(agent=agent) is None
    first = claim(agent=agent, now=now)
    assert first.source == "QUEUE"
    assert open_leases(agent) == [lane, first]


def test_opened_twice_it_is_the_same_lane(bea, agent, now):
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    assert open_lane(patient=bea.patient, agent=agent, now=now) == lane
    assert Lease.objects.count() == 1


def test_whom_the_agent_is_calling_is_not_opened_again(calling, agent, now):
    _client, first = calling
    assert open_lane(patient=first.patient, agent=agent, now=now) == first


def test_one_ring_back_at_a_time(bea, campaign, agent, now):
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    carl = enroll(campaign, make_patient("Carl", "Conrad"), now)
    with pytest.raises(LaneTaken) as taken:
        open_lane(patient=carl.patient, agent=agent, now=now)
    assert taken.value.lease == lane
    assert Lease.objects.count() == 1


def test_whom_a_colleague_has_is_not_opened(bea, agent, colleague, now):
    theirs = open_lane(patient=bea.patient, agent=colleague, now=now)
    with pytest.raises(WithColleague) as refused:
        open_lane(patient=bea.patient, agent=agent, now=now)
    assert refused.value.lease == theirs


def test_a_colleague_whose_time_has_run_out_has_them_no_longer(bea, agent, colleague, now):
    theirs = open_lane(patient=bea.patient, agent=colleague, now=now)
    Lease.objects.filter(pk=theirs.pk).update(expires_at=Now() - timedelta(seconds=1))
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    theirs.refresh_from_db()
    assert (lane.agent, theirs.closed_as) == (agent, "EXPIRED")


def test_whoever_rang_back_is_not_claimed_by_a_colleague(listed, practice, agent, now):
    enrollments = listed(2)
    open_lane(patient=enrollments[0].patient, agent=make_member(practice, "Ben Busy"), now=now)
    assert claim(agent=agent, now=now).enrollment == enrollments[1]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_of_two_agents_who_open_one_patient_at_the_same_instant_one_gets_them(practice):
    with tenancy.practice(practice.pk):
        bea = enroll(make_campaign(practice, on=TODAY), make_patient("Bea", "Braun"), NOW)
    agents, results = [make_member(practice, name) for name in ("Ana Agent", "Ben Busy")], []
    barrier = threading.Barrier(2)

    def work(agent):
        try:
            with tenancy.practice(practice.pk):
                barrier.wait()
                results.append(open_lane(patient=bea.patient, agent=agent, now=NOW).agent_id)
        except WithColleague as refused:
            results.append(refused.lease.agent_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[agent]) for agent in agents]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with tenancy.practice(practice.pk):
        assert results == [Lease.objects.get().agent_id] * 2


def test_the_shown_page_keeps_both_lanes(calling, bea, agent, now):
    _client, first = calling
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    Lease.objects.update(expires_at=Now() + timedelta(minutes=1))
    assert live_call.keep(lease=lane).is_held
    soon = Lease.objects.filter(expires_at__lt=Now() + timedelta(minutes=15))
    assert not soon.exists()
    hand_back(lease=first)
    Lease.objects.update(expires_at=Now() + timedelta(minutes=1))
    assert not live_call.keep(lease=first).is_held
    assert soon.count() == 2


def test_who_leaves_lets_go_of_both(calling, bea, agent, now):
    open_lane(patient=bea.patient, agent=agent, now=now)
    let_go(agent=agent)
    assert open_leases(agent) == []


def test_nothing_is_dialed_in_the_lane(bea, agent, now):
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    denied = dialing.ask(lease=lane, phone=bea.patient.phones.first(), now=now)
    assert denied.rule == "RANG_BACK"
    assert DeniedDial.objects.get() == denied


# Which enrollment


def test_the_open_enrollment_called_last_is_worked_on(bea, agent, inside, now):
    other = enroll(make_campaign(inside, on=TODAY), bea.patient, now - timedelta(days=5))
    call(bea, agent, now - timedelta(days=8), "LVM")
    assert open_lane(patient=bea.patient, agent=agent, now=now).enrollment == bea
    assert other.status == "OPEN"


def test_one_with_a_promised_callback_comes_first(bea, agent, inside, now):
    promised = enroll(make_campaign(inside, on=TODAY), bea.patient, now - timedelta(days=5))
    call(promised, agent, now - timedelta(days=9), say("CBACK", callback_at=now + timedelta(days=1)))
    call(bea, agent, now - timedelta(days=8), "LVM")
    assert open_lane(patient=bea.patient, agent=agent, now=now).enrollment == promised


def test_a_closed_enrollment_takes_the_outcome_and_stays_closed(bea, agent, now):
    call(bea, agent, now - timedelta(days=8), "LOST")
    attempt = ring(bea, agent, now, "DONE", **booking())
    bea.refresh_from_db()
    assert (attempt.enrollment, bea.status, bea.closed_as) == (bea, "CLOSED", "LOST")
    assert attempt.appointment.on == TODAY + timedelta(days=14)


def test_somebody_in_no_campaign_is_not_opened(inside, agent, now):
    with pytest.raises(NeverEnrolled):
        open_lane(patient=make_patient(), agent=agent, now=now)
    assert not Lease.objects.exists()


def test_who_asked_not_to_be_called_may_be_opened(bea, agent, now):
    OptOut.objects.create(patient=bea.patient, words="No", opted_out_at=now)
    assert open_lane(patient=bea.patient, agent=agent, now=now).patient == bea.patient


def test_who_books_after_the_last_voicemail_was_won(bea, agent, now):
    type(bea.campaign).objects.filter(pk=bea.campaign_id).update(max_attempts=1)
    call(bea, agent, now - timedelta(days=8), "LVM")
    bea.refresh_from_db()
    assert bea.closed_as == "EXHAUSTED"
    ring(bea, agent, now, "DONE", **booking())
    bea.refresh_from_db()
    assert (bea.status, bea.closed_as, bea.closed_at) == ("CLOSED", "WON", now)


# What is recorded


def test_a_ring_back_is_no_attempt(bea, agent, now):
    call(bea, agent, now - timedelta(days=8), "LVM")
    attempt = ring(bea, agent, now, "HUNGUP")
    bea.refresh_from_db()
    assert (attempt.number, attempt.source, attempt.e164, attempt.is_dial) == (1, "RING_BACK", "", False)
    assert (bea.attempts_made, bea.status, bea.last_outcome) == (1, "OPEN", "HUNGUP")
    assert bea.next_eligible_at.date() == (now + timedelta(days=14)).date()
    # The same number again is none of the unique ones, and the next dial is the second.
    assert ring(bea, agent, now + timedelta(minutes=5), "HUNGUP").number == 1
    assert call(bea, agent, now + timedelta(days=20), "NOANS").number == 2


def test_before_the_first_dial_it_has_the_number_none(bea, agent, now):
    assert ring(bea, agent, now, "HUNGUP").number == 0
    bea.refresh_from_db()
    assert (bea.attempts_made, bea.next_eligible_at is not None) == (0, True)


def test_the_caps_do_not_count_it(bea, agent, now):
    ring(bea, agent, now, "UNAVLBL", phone_id=bea.patient.phones.first().pk)
    Enrollment.objects.filter(pk=bea.pk).update(next_eligible_at=None)
    assert reasons(bea, now) == []


@pytest.mark.parametrize("code", ["NOANS", "LVM", "WNUM", "DCONN"])
def test_what_cannot_come_of_a_talk_is_refused(bea, agent, now, code):
    with pytest.raises(OutcomeRefused) as refused:
        ring(bea, agent, now, code, phone_id=bea.patient.phones.first().pk)
    assert refused.value.errors["code"] == "The patient called us: choose what came of the talk."
    assert not CallAttempt.objects.exists()


def test_a_promised_callback_is_settled_by_it(bea, agent, now):
    call(bea, agent, now - timedelta(days=8), say("CBACK", callback_at=now + timedelta(minutes=30)))
    ring(bea, agent, now, "DONE", **booking())
    assert Callback.objects.get().status == "KEPT"


def test_saved_it_is_off_the_list_of_the_day(listed, practice, now):
    first, second = listed(2)
    ring(first, make_member(practice, "Ben Busy"), now, "HUNGUP")
    done = dict(QueueItem.objects.values_list("enrollment", "done_at"))
    assert (done[first.pk], done[second.pk]) == (now, None)


# Credit


@pytest.mark.parametrize(("days", "is_credited"), [(1, True), (29, True), (31, False)])
def test_a_booking_names_the_dial_that_prompted_it(bea, agent, colleague, now, days, is_credited):
    voicemail = call(bea, agent, now - timedelta(days=days), "LVM")
    attempt = ring(bea, colleague, now, "DONE", **booking())
    bea.refresh_from_db()
    assert attempt.prompted_by == (voicemail if is_credited else None)
    assert (bea.status, bea.closed_as) == ("CLOSED", "WON")


def test_only_a_booking_is_credited(bea, agent, colleague, now):
    call(bea, agent, now - timedelta(days=1), "LVM")
    assert ring(bea, colleague, now, "LOST").prompted_by is None


def test_a_booking_by_dial_is_credited_to_nobody_else(bea, agent, colleague, now):
    call(bea, agent, now - timedelta(days=8), "LVM")
    assert call(bea, colleague, now, say("DONE", **booking())).prompted_by is None


def test_both_agents_see_it_in_their_day_and_it_counts_once(bea, practice, agent, colleague, now):
    call(bea, agent, now - timedelta(days=8), "LVM")
    ring(bea, colleague, now, "DONE", **booking())
    mine, theirs = (day.of_agent(agent=one, practice=practice, now=now) for one in (agent, colleague))
    assert (mine.booked, mine.assisted, theirs.booked, theirs.assisted) == (0, 1, 1, 0)
    assert (theirs.dials, theirs.reached) == (0, 0)
    assert mine.booked_words == "no dials yet · 1 more from your voicemails"


def test_who_takes_the_ring_back_to_the_own_voicemail_has_one_booking(bea, practice, agent, now):
    call(bea, agent, now - timedelta(days=8), "LVM")
    ring(bea, agent, now, "DONE", **booking())
    mine = day.of_agent(agent=agent, practice=practice, now=now)
    assert (mine.booked, mine.assisted) == (1, 0)


# Whom the search shows


def test_of_equals_the_one_called_last_comes_first(campaign, practice, agent, now):
    people = [make_patient("Ida", "Keller") for _ in range(3)]
    call(enroll(campaign, people[1], now - timedelta(days=20)), agent, now - timedelta(days=9), "LVM")
    call(enroll(campaign, people[2], now - timedelta(days=20)), agent, now - timedelta(days=8), "LVM")
    assert find(text="ida keller", practice=practice, now=now).people == [people[2], people[1], people[0]]


def test_no_more_than_twenty_are_shown(practice, inside, now):
    for _ in range(21):
        make_patient("Ida", "Keller", phones=0)
    found = find(text="keller", practice=practice, now=now)
    assert (len(found.people), found.is_more) == (20, True)


def test_each_says_where_they_stand(bea, practice, agent, colleague, now):
    ida = make_patient("Bea", "Brandt")
    open_lane(patient=bea.patient, agent=colleague, now=now)
    OptOut.objects.create(patient=ida, words="No", opted_out_at=now)
    braun, brandt = sorted(find(text="bea bra", practice=practice, now=now).people, key=lambda one: one.pk)
    assert (braun.enrollment, braun.held.agent, braun.is_refused) == (bea, colleague, False)
    assert (brandt.enrollment, brandt.held, brandt.is_refused) == (None, None, True)


# Pages


def test_the_box_finds_and_the_list_alone_is_the_answer_to_a_script(bea, desk_clock, agent, sign_in, url):
    client = sign_in(agent)
    page = client.post(url("search"), {"q": "braun"}, headers={"HX-Request": "true"}).content.decode()
    assert "Bea Braun" in page
    assert "MRN B7 · Albany" in page
    assert "1 found." in page
    assert "<html" not in page
    whole = client.post(url("search"), {"q": "braun"}).content.decode()
    assert "<html" in whole
    assert "Bea Braun" in whole


def test_a_search_that_shows_somebody_is_written_down(bea, desk_clock, agent, sign_in, url):
    make_patient("Carl", "Conrad")
    client = sign_in(agent)
    client.post(url("search"), {"q": "braun"})
    assert AccessEvent.objects.get().patient_ids == [bea.patient_id]
    client.post(url("search"), {"q": "nobody"})
    assert AccessEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [("br", "Type at least three letters or digits."), ("zzzzz", "Nobody found."), ("\0\0\0", ""), ("’ -- %_%", "Type at least")],
)
def test_what_finds_nobody_says_so(bea, desk_clock, agent, sign_in, url, typed, words):
    response = sign_in(agent).post(url("search"), {"q": typed})
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "Braun" not in page


def test_opening_saving_and_being_back_at_the_first_call(calling, bea, url, agent):
    client, first = calling
    opened = client.post(url("ring_back", patient_id=bea.patient_id))
    lane = Lease.objects.get(source="RING_BACK")
    assert opened.url == url("one_call", lease_id=lane.pk)
    page = client.get(opened.url).content.decode()
    assert "Bea Braun" in page
    assert "Save and go back" in page
    assert "data-dial=" not in page
    assert 'value="NOANS"' not in page
    assert f'href="{url("call")}" data-lane-key="["' in page
    assert first.patient.full_name in client.get(url("call")).content.decode()
    saved = client.post(
        url("outcome", lease_id=lane.pk), {"code": "DONE", "then": "next", "matched": ["NAME", "PHONE"], **BOOKED}
    )
    assert saved.url == url("call")
    attempt = CallAttempt.objects.get()
    assert (attempt.patient, attempt.source, attempt.e164) == (bea.patient, "RING_BACK", "")
    assert open_leases(agent) == [first]
    assert client.get(opened.url).url == url("call")


def test_what_a_script_could_still_send_is_refused_in_words(bea, desk_clock, agent, sign_in, url, now):
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    response = sign_in(agent).post(url("outcome", lease_id=lane.pk), {"code": "NOANS", "then": "next"})
    assert response.status_code == 422
    assert "This outcome can’t be chosen for this call." in response.content.decode()


def test_a_lane_whose_time_ran_out_is_saved_all_the_same_and_says_so(bea, desk_clock, agent, colleague, sign_in, url, now):
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    Lease.objects.filter(pk=lane.pk).update(expires_at=Now() - timedelta(seconds=1))
    client = sign_in(agent)
    assert "You no longer hold this patient" in client.get(url("one_call", lease_id=lane.pk)).content.decode()
    theirs = open_lane(patient=bea.patient, agent=colleague, now=now)
    saved = client.post(url("outcome", lease_id=lane.pk), {"code": "HUNGUP", "note": "Rang at noon", "then": "next"}, follow=True)
    page = saved.content.decode()
    assert "Your hold on that patient had ended before" in page
    assert "No patient open" in page
    assert CallAttempt.objects.get().note == "Rang at noon"
    assert open_leases(colleague) == [theirs]


def test_closed_without_outcome_the_first_call_is_there(calling, bea, url, agent, now):
    client, first = calling
    lane = open_lane(patient=bea.patient, agent=agent, now=now)
    assert client.post(url("hand_back", lease_id=lane.pk)).url == url("call")
    assert open_leases(agent) == [first]
    assert not CallAttempt.objects.exists()


def test_a_lane_of_a_colleague_is_not_there(bea, desk_clock, agent, colleague, sign_in, url, now):
    theirs = open_lane(patient=bea.patient, agent=colleague, now=now)
    assert sign_in(agent).get(url("one_call", lease_id=theirs.pk)).status_code == 404


def test_who_is_with_a_colleague_is_named_and_a_wish_is_taken_down(bea, desk_clock, agent, colleague, sign_in, url, now):
    open_lane(patient=bea.patient, agent=colleague, now=now)
    client = sign_in(agent)
    page = client.post(url("ring_back", patient_id=bea.patient_id)).content.decode()
    assert "Ben Busy has this patient open" in page
    client.post(url("ring_back_do_not_call", patient_id=bea.patient_id), {"words": "Never again"})
    wish = OptOut.objects.get()
    assert (wish.patient, wish.words, wish.recorded_by, wish.channel) == (bea.patient, "Never again", agent, "CALL")
    bea.refresh_from_db()
    assert bea.closed_as == "OPTED_OUT"
    assert open_leases(colleague) == []


def test_who_is_in_no_campaign_can_still_ask_not_to_be_called(inside, desk_clock, agent, sign_in, url):
    patient = make_patient("Nora", "Never")
    client = sign_in(agent)
    assert "In no campaign" in client.post(url("ring_back", patient_id=patient.pk)).content.decode()
    assert client.post(url("ring_back_do_not_call", patient_id=patient.pk), {"words": ""}).url == url("call")
    assert OptOut.objects.get().patient == patient


def test_call_columns_are_those_of_dials(bea, campaign, practice, agent, now):
    visited(bea.patient, TODAY - timedelta(days=900))
    call(bea, agent, now - timedelta(days=8), "LVM")
    ring(bea, agent, now - timedelta(days=7), "UNAVLBL", note="Her son rang")
    Enrollment.objects.filter(pk=bea.pk).update(next_eligible_at=None)
    build(practice=practice, now=now)
    (row,) = desk_list.rows(desk_list.places(agent=agent, today=TODAY), hours=Hours.of(practice), now=now)
    assert [on for on in row.call_dates if on] == [TODAY - timedelta(days=8)]
    assert row.last.note == "Her son rang"
    assert "patient rang back (Recall)" in row.emr_note
    lease = open_lane(patient=bea.patient, agent=agent, now=now)
    lease.matched = ["NAME", "PHONE"]
    sheet = call_sheet(lease=lease, practice=practice, agent=agent, now=now)
    assert [one.outcome for one in sheet.dials if one] == ["LVM"]
    assert [one.outcome for one in sheet.attempts] == ["UNAVLBL", "LVM"]


def test_a_ring_back_taken_back_is_open_in_its_lane_again(calling, bea, url):
    client, _first = calling
    client.post(url("ring_back", patient_id=bea.patient_id))
    lane = Lease.objects.get(source="RING_BACK")
    client.post(url("outcome", lease_id=lane.pk), {"code": "LOST", "note": "Moved", "then": "next"})
    answer = client.post(url("undo", attempt_id=CallAttempt.objects.get(source="RING_BACK").pk))
    assert answer.url == url("one_call", lease_id=lane.pk)
    assert "Moved</textarea>" in client.get(answer.url).content.decode()


def test_a_callback_for_a_closed_enrollment_is_said_not_to_be_kept(calling, bea, url):
    client, _first = calling
    Enrollment.objects.filter(pk=bea.pk).update(status="CLOSED", closed_as="LOST", closed_at=bea.enrolled_at)
    client.post(url("ring_back", patient_id=bea.patient_id))
    lane = Lease.objects.get(source="RING_BACK")
    saved = client.post(url("outcome", lease_id=lane.pk), {"code": "CBACK", "callback_when": "tomorrow 10am", "then": "next"})
    assert "no callback is kept" in client.get(saved.url).content.decode()
    assert not Callback.objects.filter(enrollment=bea).exists()
