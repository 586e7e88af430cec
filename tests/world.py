"""Builders for test data. Each makes one thing, named by what is particular about it; call them inside a practice."""

import itertools
import uuid
from datetime import timedelta

from campaigns import attempts, eligibility
from campaigns.models import Campaign, Enrollment
from campaigns.outcome import Outcome
from patients.models import Appointment, Encounter, Patient, PhoneNumber
from patients.zones import zone_key

_numbers = itertools.count(100)


def make_patient(first_name="Ida", last_name="Keller", *, phones=1, zip_code="10001", **fields):
    """A patient in New York (or of another ZIP) with that many numbers of that area."""
    patient = Patient.objects.create(
        first_name=first_name, last_name=last_name, zip_code=zip_code, zone_key=zone_key(zip_code=zip_code, e164s=[]), **fields
    )
    for position in range(1, phones + 1):
        PhoneNumber.objects.create(patient=patient, e164=f"+1212555{next(_numbers):04d}", position=position)
    return patient


def visited(patient, on, **fields):
    return Encounter.objects.create(patient=patient, on=on, **fields)


def booked(patient, on, status=Appointment.Status.SCHEDULED, **fields):
    return Appointment.objects.create(patient=patient, on=on, status=status, **fields)


def make_campaign(practice, kind=Campaign.Kind.REACTIVATION, *, on, **fields):
    """A campaign that runs since the day before."""
    fields.setdefault("name", f"{kind} {next(_numbers)}")
    return Campaign.objects.create(kind=kind, starts_on=on - timedelta(days=1), practice=practice, **fields)


def enroll(campaign, patient, now, **fields):
    return Enrollment.objects.create(campaign=campaign, patient=patient, why="Test", enrolled_at=now, **fields)


def say(code, **fields):
    return Outcome(code=code, **fields)


def call(enrollment, agent, now, outcome, *, key=None, seconds=90, **fields):
    """Record one dial of a minute and a half that ended at `now`, on the patient's first number."""
    if isinstance(outcome, str):
        phone = enrollment.patient.phones.order_by("position").first()
        outcome = Outcome(code=outcome, phone_id=phone.pk if phone else None)
    return attempts.record(
        enrollment_id=enrollment.pk,
        agent=agent,
        key=key or uuid.uuid4(),
        outcome=outcome,
        now=now,
        started_at=now - timedelta(seconds=seconds),
        **fields,
    )


def reasons(enrollment, now):
    """All rules that hold the enrollment back at this minute, in their order."""
    moment = eligibility.at_the_minute(practice=enrollment.campaign.practice, now=now)
    return eligibility.reasons_of(moment=moment, enrollment_ids=[enrollment.pk])[enrollment.pk]
