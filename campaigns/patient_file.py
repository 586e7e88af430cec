"""What a supervisor sees of one patient: facts, calls, and why they are (not) in the queue."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Now

from patients.models import OptOut, Patient, PhoneNumber, PossibleDouble

from . import why
from .call_sheet import numbers_of
from .calling_hours import Hours, local_zone
from .emr_note import emr_line
from .models import DeniedDial, Enrollment, Lease

APPOINTMENTS_SHOWN = 20
ATTEMPTS_SHOWN = 50
DENIED_SHOWN = 5


@dataclass(frozen=True)
class PatientFile:
    """`doubles` are the undecided pairs the patient is part of, `absorbed` the records merged into this one.

    Open enrollments carry `answer` (why.Answer): their place in the queue, or all that holds them back.
    """

    patient: Patient
    numbers: list[PhoneNumber]
    enrollments: list[Enrollment]
    attempts: list
    appointments: list
    last_encounter_on: date | None
    opt_outs: list[OptOut]
    denied: list[DeniedDial]
    held_by: Lease | None
    doubles: list[PossibleDouble]
    absorbed: list[Patient]
    zone: ZoneInfo
    is_open: bool


def patient_file(*, patient, practice, now):
    """Read the file. Why an open enrollment is held back comes from the very rules that hold it back."""
    numbers = numbers_of(patient)
    attempts = list(
        patient.attempts.select_related(
            "agent__user", "campaign", "disposition", "appointment", "phone", "corrected_by__user"
        ).order_by("-ended_at", "-pk")[:ATTEMPTS_SHOWN]
    )
    for attempt in attempts:
        attempt.emr_note = emr_line(attempt, practice=practice)
    wishes = Q(patient=patient) | Q(e164__in=[number.e164 for number in numbers])
    return PatientFile(
        patient=patient,
        numbers=numbers,
        enrollments=_enrollments(patient, practice=practice, now=now),
        attempts=attempts,
        appointments=list(patient.appointments.order_by("-on", "-pk")[:APPOINTMENTS_SHOWN]),
        last_encounter_on=patient.encounters.order_by("-on").values_list("on", flat=True).first(),
        opt_outs=list(OptOut.objects.filter(wishes).select_related("recorded_by__user", "campaign").order_by("-opted_out_at")),
        denied=list(patient.denied_dials.select_related("agent__user").order_by("-denied_at", "-pk")[:DENIED_SHOWN]),
        held_by=Lease.objects.open().filter(patient=patient, expires_at__gt=Now()).select_related("agent__user").first(),
        doubles=list(PossibleDouble.objects.open().of(patient)),
        absorbed=list(patient.absorbed.order_by("pk")),
        zone=local_zone(practice=practice, zone_key=patient.zone_key),
        is_open=Hours.of(practice).is_open(patient.hours_key, now),
    )


def _enrollments(patient, *, practice, now):
    answers = {answer.enrollment.pk: answer for answer in why.of_patient(patient=patient, practice=practice, now=now)}
    mine = patient.enrollments.select_related("campaign", "assigned_agent__user").order_by("-status", "-enrolled_at", "-pk")
    enrollments = list(mine)
    for enrollment in enrollments:
        enrollment.answer = answers.get(enrollment.pk)
    return enrollments
