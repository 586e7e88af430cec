"""Numbers changed by people while calls are saved and files come in."""

import uuid
from threading import Thread

import pytest
from django.db import connection, connections

from accounts import tenancy
from campaigns import attempts, numbers
from campaigns.forms.numbers import WishForm
from campaigns.models import CallAttempt, Enrollment
from campaigns.outcome import Outcome
from patients.models import PhoneNumber
from tests.conftest import NOW
from tests.processes import eventually
from tests.world import enroll, make_campaign, make_patient

WAITERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)
"""


def waiters():
    with connections["owner"].cursor() as cursor:
        cursor.execute(WAITERS)
        return cursor.fetchone()[0]


@pytest.fixture
def beside(practice):
    """Run something beside the test, in the practice and a transaction of its own; `said` holds what it raised."""
    said, threads = [], []

    def run(work):
        try:
            with tenancy.practice(practice.pk):
                work()
        except Exception as problem:
            said.append(problem)
        finally:
            connection.close()

    def start(work):
        threads.append(Thread(target=run, args=[work]))
        threads[-1].start()
        eventually(waiters, what="it waits")

    start.said, start.end = said, lambda: [thread.join() for thread in threads]
    return start


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_number_is_put_right_while_a_call_to_it_is_saved(practice, agent, beside):
    with tenancy.practice(practice.pk):
        patient = make_patient()
        enrollment = enroll(make_campaign(practice, on=NOW.date()), patient, NOW)
        PhoneNumber.objects.update(state="WRONG")
        number = patient.phones.get()
    change = {"kind": "HOME", "extension": "", "voicemail_allowed": True, "state": "VERIFIED", "seen_state": "WRONG"}
    with tenancy.practice(practice.pk):
        Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)  # as saving an outcome begins
        beside(lambda: numbers.change(number=number, now=NOW, **change))
        attempts.record(
            enrollment_id=enrollment.pk,
            agent=agent,
            key=uuid.uuid4(),
            outcome=Outcome(code="NOANS", phone_id=number.pk),
            now=NOW,
            started_at=NOW,
        )
    beside.end()
    with tenancy.practice(practice.pk):
        assert beside.said == []
        assert (CallAttempt.objects.count(), PhoneNumber.objects.get().state) == (1, "VERIFIED")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_number_that_an_import_brings_at_this_instant_is_told_of(practice, beside):
    with tenancy.practice(practice.pk):
        patient = make_patient(phones=0)
    with tenancy.practice(practice.pk):
        PhoneNumber.objects.create(patient=patient, e164="+12125550134", import_id=1)
        beside(lambda: numbers.add(patient=patient, e164="+12125550134", now=NOW))
    beside.end()
    assert [str(problem) for problem in beside.said] == ["The patient has this number already."]


def test_a_wish_within_one_minute_is_none():
    form = WishForm({"weekdays": [2], "starts": "09:00:10", "ends": "09:00:50"})
    assert form.errors == {"ends": ["It must end after it starts."]}
