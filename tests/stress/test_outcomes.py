"""Outcomes that come in twice, late, or all at once: each call is recorded once, and nothing is lost."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from campaigns import drafts, plan
from campaigns.models import CallAttempt, CallDraft, Enrollment, Lease, QueueItem
from campaigns.next_call import claim, current
from dispositions.models import Disposition
from tests.conftest import make_member, make_practice
from tests.stress.crowd import TODAY, at_once
from tests.world import call, enroll, make_campaign, make_patient, say, visited

POSTS, AT_ONCE = 100, 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def clock_of_calls(settings, now):
    """Let the views' clock read NOW: a Tuesday, 11:00 in New York."""
    settings.CLOCK_OFFSET_SECONDS = (now - timezone.now()).total_seconds()
    return now


@pytest.fixture
def desk(clock_of_calls):
    """`desk(2)`: a practice with that many patients in the pool, and two agents."""

    def _desk(patients):
        practice = make_practice("bayview-eye")
        agents = [make_member(practice, name, daily_capacity=0) for name in ("Ana Agent", "Ben Agent")]
        with tenancy.practice(practice.pk):
            make_campaign(practice, on=TODAY)
            for number in range(patients):
                visited(make_patient(f"Ida{number}"), TODAY - timedelta(days=800))
            plan.build(practice=practice, now=clock_of_calls)
        return practice, *agents

    return _desk


def claimed(practice, agent, now):
    """The agent's next patient as a committed lease."""
    with tenancy.practice(practice.pk):
        return claim(agent=agent, now=now)


def run_out(practice, *leases):
    """Let the time of these holds be over."""
    with tenancy.practice(practice.pk):
        Lease.objects.filter(pk__in=[lease.pk for lease in leases]).update(expires_at=Now())


def signed_in(agent):
    client = Client()
    client.force_login(agent.user, backend=BACKEND)
    return client


def address(practice, lease):
    return reverse("campaigns:outcome", kwargs={"practice_slug": practice.slug, "lease_id": lease.pk})


def body(practice, lease, code, **fields):
    with tenancy.practice(practice.pk):
        return {"code": code, "phone_id": lease.patient.phones.get().pk, **fields}


def attempts(practice):
    with tenancy.practice(practice.pk):
        return list(CallAttempt.objects.order_by("pk").values_list("enrollment_id", "agent_id", "number", "outcome", "note"))


@pytest.mark.parametrize("then", ["stop", "next"])
def test_a_hundred_identical_outcomes_are_one_attempt_with_equal_answers(desk, now, then):
    practice, agent, _ = desk(patients=3)
    lease = claimed(practice, agent, now)
    said = body(practice, lease, "NOANS", note="Rang out", then=then)
    session, where = signed_in(agent).cookies, address(practice, lease)

    def post(_):
        client = Client()
        client.cookies = session
        answer = client.post(where, said)
        return answer.status_code, answer.headers.get("Location")

    answers = at_once(post, range(POSTS), threads=AT_ONCE)

    next_page = reverse(f"campaigns:{'desk' if then == 'stop' else 'call'}", kwargs={"practice_slug": practice.slug})
    assert set(answers) == {(302, next_page)}
    assert attempts(practice) == [(lease.enrollment_id, agent.pk, 1, "NOANS", "Rang out")]
    with tenancy.practice(practice.pk):
        assert Enrollment.objects.get(pk=lease.enrollment_id).attempts_made == 1
        assert Lease.objects.open().count() == (0 if then == "stop" else 1)
        assert Lease.objects.count() == (1 if then == "stop" else 2)


def test_another_body_under_the_same_hold_is_refused_and_changes_nothing(desk, now):
    practice, agent, _ = desk(patients=1)
    lease = claimed(practice, agent, now)
    client, where = signed_in(agent), address(practice, lease)
    assert client.post(where, body(practice, lease, "NOANS", note="Rang out", then="stop")).status_code == 302
    before = attempts(practice)

    for other in (
        body(practice, lease, "NOANS", note="Rang out twice", then="stop"),
        body(practice, lease, "LOST", note="Rang out", then="stop"),
        body(practice, lease, "DNC", opt_out_number="on", then="stop"),
    ):
        assert client.post(where, other).status_code == 422
    assert attempts(practice) == before
    with tenancy.practice(practice.pk):
        enrollment = Enrollment.objects.get(pk=lease.enrollment_id)
        assert (enrollment.status, enrollment.attempts_made, enrollment.last_outcome) == ("OPEN", 1, "NOANS")
        assert practice.optouts.count() == 0


def test_two_different_outcomes_at_the_same_instant_are_one_attempt_and_one_refusal(desk, now):
    practice, agent, _ = desk(patients=1)
    lease = claimed(practice, agent, now)
    said = [body(practice, lease, code, then="stop") for code in ("NOANS", "LOST")]
    session, where = signed_in(agent).cookies, address(practice, lease)

    def post(fields):
        client = Client()
        client.cookies = session
        return client.post(where, fields).status_code

    assert sorted(at_once(post, said)) == [302, 422]
    assert len(attempts(practice)) == 1


def test_an_outcome_after_the_hold_ran_out_is_kept_beside_that_of_the_colleague(desk, now):
    practice, ana, ben = desk(patients=1)
    first = claimed(practice, ana, now)
    run_out(practice, first)
    second = claimed(practice, ben, now)
    assert (second.enrollment_id, second.pk > first.pk) == (first.enrollment_id, True)

    client, said = signed_in(ana), body(practice, first, "NOANS", note="Ana's words", then="stop")
    for _ in range(2):  # and once more, by a double click
        answer = client.post(address(practice, first), said)
        assert answer.status_code == 302
    assert any("Your hold on that patient had ended before" in str(message) for message in get_messages(answer.wsgi_request))
    with tenancy.practice(practice.pk):
        assert current(agent=ben).pk == second.pk

    answer = signed_in(ben).post(address(practice, second), body(practice, second, "LVM", note="Ben's words", then="stop"))
    assert answer.status_code == 302
    enrollment_id = first.enrollment_id
    assert attempts(practice) == [
        (enrollment_id, ana.pk, 1, "NOANS", "Ana's words"),
        (enrollment_id, ben.pk, 2, "LVM", "Ben's words"),
    ]
    with tenancy.practice(practice.pk):
        assert Enrollment.objects.get().attempts_made == 2
        assert list(Lease.objects.order_by("pk").values_list("closed_as", flat=True)) == ["EXPIRED", "OUTCOME"]
        assert QueueItem.objects.filter(done_at__isnull=True).count() == 0


def _save_then_ask(practice, agent, lease, outcome, barrier, now):
    """One request of the desk, in which both agents have saved before either asks for the next patient."""
    with tenancy.practice(practice.pk):
        call(lease.enrollment, agent, now, outcome, lease_id=lease.pk)
        barrier.wait(20)
        return claim(agent=agent, now=now)


def test_two_late_outcomes_at_the_same_instant_do_not_wait_for_each_other(desk, now):
    """Each closes a hold that has run out; looking for holds that have run out, each finds that of the other."""
    practice, ana, ben = desk(patients=4)
    leases = [claimed(practice, agent, now) for agent in (ana, ben)]
    run_out(practice, *leases)
    barrier = Barrier(2)
    following = at_once(lambda agent, lease: _save_then_ask(practice, agent, lease, "NOANS", barrier, now), (ana, ben), leases)
    assert len({lease.patient_id for lease in following} | {lease.patient_id for lease in leases}) == 4
    assert [outcome for *_, outcome, _ in attempts(practice)] == ["NOANS", "NOANS"]


def test_a_person_who_says_no_to_two_agents_at_the_same_instant_is_opted_out_by_both(desk, now):
    """Both close all that is open for the person, the enrollment of the other one's call among it."""
    practice, ana, ben = desk(patients=0)
    with tenancy.practice(practice.pk):
        patient = make_patient()
        enrollments = [enroll(make_campaign(practice, on=TODAY), patient, now) for _ in range(2)]
        outcome = say("DNC", phone_id=patient.phones.get().pk, opt_out_number=True)
    barrier = Barrier(2)

    def save(agent, enrollment):
        with tenancy.practice(practice.pk):
            Disposition.objects.exists()  # the transaction has begun
            barrier.wait(20)
            call(enrollment, agent, now, outcome)

    for _ in range(5):
        with tenancy.practice(practice.pk), transaction.atomic():
            Enrollment.objects.update(status="OPEN", closed_as="", closed_at=None)
        at_once(save, (ana, ben), enrollments)
    assert [outcome for *_, outcome, _ in attempts(practice)] == ["DNC"] * 10
    with tenancy.practice(practice.pk):
        assert set(Enrollment.objects.values_list("closed_as", flat=True)) == {"OPTED_OUT"}


def test_connections_of_the_threads_are_their_own(desk):
    """The negative control of all that runs at once here: threads that shared a connection would never compete."""
    desk(patients=0)

    def backend(_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.2)")
            return cursor.fetchone()[0]

    assert len(set(at_once(backend, range(4)))) == 4


@pytest.mark.parametrize("turn", range(5))
def test_a_draft_and_the_outcome_at_the_same_instant_leave_no_draft(desk, clock_of_calls, turn):
    """Whichever comes first at the row of the hold: in the end the outcome stands, and no draft after it."""
    now = clock_of_calls
    practice, ana, _ben = desk(1)
    lease = claimed(practice, ana, now)
    start = Barrier(2)

    def at_work(saves):
        with tenancy.practice(practice.pk):
            start.wait()
            if saves:
                call(lease.enrollment, ana, now, "NOANS", lease_id=lease.pk)
            else:
                drafts.keep(lease=lease, fields={"note": "typing", "page": "one"}, based_on=0, now=now)

    at_once(at_work, [True, False])
    with tenancy.practice(practice.pk):
        assert (CallDraft.objects.count(), CallAttempt.objects.count()) == (0, 1)


def test_a_repeat_of_the_save_and_its_undo_at_the_same_instant_leave_no_attempt(desk, now):
    """Whichever comes first: the repeat finds the attempt it made before, or the turn of the hold over."""
    practice, agent, _ = desk(patients=1)
    lease = claimed(practice, agent, now)
    said = body(practice, lease, "LOST", note="Moved away", then="stop")
    session, where = signed_in(agent).cookies, address(practice, lease)

    def post(request):
        client = Client()
        client.cookies = session
        return client.post(*request).status_code

    for turn in range(1, 9):
        assert post((where, {**said, "turn": turn})) == 302
        with tenancy.practice(practice.pk):
            attempt = CallAttempt.objects.get()
        taken_back = reverse("campaigns:undo", kwargs={"practice_slug": practice.slug, "attempt_id": attempt.pk})
        answers = at_once(post, [(taken_back,), *[(where, {**said, "turn": turn})] * 5, (taken_back,)])
        assert {answers[0], answers[-1]} == {302}
        assert set(answers[1:-1]) <= {302, 422}
        assert attempts(practice) == []
        with tenancy.practice(practice.pk):
            enrollment = Enrollment.objects.get(pk=lease.enrollment_id)
            assert (enrollment.status, enrollment.attempts_made) == ("OPEN", 0)
            assert Lease.objects.open().get().turn == turn + 1
