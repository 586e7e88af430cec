"""Taken back, an outcome leaves no trace but its history; corrected, it leaves what saving the other at once would have left."""

from contextlib import contextmanager
from datetime import date, time, timedelta

import pytest
from django.db import transaction

from campaigns import next_call, taking_back
from campaigns.models import CallAttempt, CallAttemptEvent, Callback, Enrollment, Lease, QueueItem
from campaigns.outcome import Outcome
from campaigns.plan import build
from campaigns.taking_back import correct, undo
from patients.models import Appointment, OptOut, PhoneNumber, PossibleDouble
from tests.campaigns.conftest import TODAY
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SHARED = "+16465550777"
WATCHED = (Appointment, CallAttempt, Callback, Enrollment, Lease, OptOut, PhoneNumber, PossibleDouble, QueueItem)
# A hold that is opened again ends later and counts its turns; ids and the moment of writing come from the database's clock.
ASIDE = {"expires_at", "turn"}
MADE_ANEW = {"id", "created_at"}
OUTCOMES = {
    "DONE": {"appointment_on": date(2026, 12, 1), "appointment_at": time(9, 30), "provider": "Rivera", "location": "Main St"},
    "NOANS": {},
    "LVM": {},
    "CBACK": {},
    "UNAVLBL": {},
    "HUNGUP": {},
    "RECONFIRMED": {"appointment_on": date(2026, 12, 1)},
    "LOST": {},
    "DNC": {"opt_out_number": True, "opt_out_words": "Never again"},
    "WNUM": {},
    "DCONN": {},
    "DUPLICATE": {},
}


@pytest.fixture
def calling(inside, agent, desk_clock):
    """Ida is open on the agent's desk: she has a promise, a second enrollment, a likely double, and a number that Uwe has too."""
    first, second = (make_campaign(inside, "NO_ENCOUNTER", on=TODAY, name=name) for name in ("Never seen", "Never seen either"))
    ida, uwe, twin = (make_patient(name, "Keller", phones=2, born_on="1951-04-07") for name in ("Ida", "Uwe", "Ida"))
    PhoneNumber.objects.filter(patient__in=[ida, uwe], position=1).update(e164=SHARED)
    enrollment = enroll(first, ida, desk_clock - timedelta(days=30))
    for one, patient in ((second, ida), (first, uwe), (first, twin)):
        enroll(one, patient, desk_clock - timedelta(days=30))
    call(enrollment, agent, desk_clock - timedelta(days=20), say("CBACK", callback_at=desk_clock - 5 * MINUTE))
    build(practice=inside, now=desk_clock)
    lease = next_call.claim(agent=agent, now=desk_clock)
    assert lease.enrollment == enrollment
    return lease


def said(lease, code, now, **fields):
    wished = {"callback_at": now + timedelta(days=2)} if code == "CBACK" else {}
    return Outcome(
        code=code, phone_id=lease.patient.phones.get(position=1).pk, note="As heard", **OUTCOMES[code], **wished, **fields
    )


def save(lease, outcome, now):
    return call(
        lease.enrollment, lease.agent, now, outcome, key=lease.key, source=lease.source, lease_id=lease.pk, turn=lease.turn
    )


def rows(*models, aside=ASIDE):
    """Every row of the tables that an outcome touches, or of these."""
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name not in aside} for row in model.objects.values()), key=str
        )
        for model in models or WATCHED
    }


@contextmanager
def whatever_is_done_taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("code", OUTCOMES)
def test_taken_back_everything_is_as_before(calling, agent, now, code):
    before = rows()
    attempt = save(calling, said(calling, code, now), now)
    assert rows() != before
    lease = undo(attempt=attempt, by=agent, now=now + 9 * SECOND)
    assert rows() == before
    assert (lease.pk, lease.turn, next_call.current(agent=agent)) == (calling.pk, 2, calling)
    assert taking_back.entered(lease=lease) == said(calling, code, now).plain()
    gone = CallAttemptEvent.objects.get()
    assert (gone.pgh_label, gone.outcome, gone.note) == ("delete", code, "As heard")


@pytest.mark.parametrize("code", OUTCOMES)
def test_corrected_everything_is_as_if_the_other_had_been_saved_at_once(calling, supervisor, now, code):
    compared = [model for model in WATCHED if model is not Lease]  # its end is told by the clock of the database
    aside = MADE_ANEW | {"body_hash", "corrected_at", "corrected_by_id", "why_changed", "recorded_by_id", "appointment_id"}
    for other in OUTCOMES.keys() - {code}:
        with whatever_is_done_taken_back():
            save(calling, said(calling, other, now), now)
            wanted = rows(*compared, aside=aside)
        with whatever_is_done_taken_back():
            attempt = save(calling, said(calling, code, now), now)
            corrected = correct(
                attempt=attempt, outcome=said(calling, other, now), why="Wrong key", by=supervisor, now=now + HOUR
            )
            assert (other, rows(*compared, aside=aside)) == (other, wanted)
            assert (corrected.pk, corrected.corrected_by, corrected.why_changed) == (attempt.pk, supervisor, "Wrong key")
            assert corrected.appointment_id == Appointment.objects.values_list("pk", flat=True).first()
            former = CallAttemptEvent.objects.get()
            assert (former.pgh_label, former.outcome, former.corrected_at) == ("update", code, None)
