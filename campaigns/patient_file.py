"""What a supervisor sees of one patient: facts, calls, and why they are (not) in the queue."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Now

from patients.models import OptOut, Patient, PhoneNumber, PossibleDouble

from .call_sheet import numbers_of
from .calling_hours import is_open, local_zone
from .eligibility import LABELS, with_blocked_by
from .emr_note import emr_line
from .models import Callback, Enrollment, Lease, QueueItem

APPOINTMENTS_SHOWN = 20
ATTEMPTS_SHOWN = 50


@dataclass(frozen=True)
class PatientFile:
    """`doubles` are the undecided pairs the patient is part of, `absorbed` the records merged into this one.

    Enrollments carry `blocked_because` (words; empty for closed and callable ones), `place` (a QueueItem with `rank`)
    and `promise` (the pending Callback), or None.
    """

    patient: Patient
    numbers: list[PhoneNumber]
    enrollments: list[Enrollment]
    attempts: list
    appointments: list
    last_encounter_on: date | None
    opt_outs: list[OptOut]
    held_by: Lease | None
    doubles: list[PossibleDouble]
    absorbed: list[Patient]
    zone: ZoneInfo
    is_open: bool


def patient_file(*, patient, practice, now):
    """Read the file. Why an open enrollment is held back comes from the very rules that hold it back."""
    numbers = numbers_of(patient)
    attempts = list(
        patient.attempts.select_related("agent__user", "campaign", "disposition", "appointment", "phone").order_by(
            "-ended_at", "-pk"
        )[:ATTEMPTS_SHOWN]
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
        opt_outs=list(OptOut.objects.filter(wishes).select_related("recorded_by__user").order_by("-opted_out_at")),
        held_by=Lease.objects.open().filter(patient=patient, expires_at__gt=Now()).select_related("agent__user").first(),
        doubles=list(PossibleDouble.objects.open().of(patient)),
        absorbed=list(patient.absorbed.order_by("pk")),
        zone=local_zone(practice=practice, zone_key=patient.zone_key),
        is_open=is_open(practice=practice, zone_key=patient.zone_key, now=now),
    )


def _enrollments(patient, *, practice, now):
    places = {place.enrollment_id: place for place in QueueItem.objects.filter(patient=patient).select_related("agent__user")}
    promises = {
        promise.enrollment_id: promise
        for promise in Callback.objects.pending().filter(patient=patient).select_related("owner__user")
    }
    mine = with_blocked_by(Enrollment.objects.filter(patient=patient), practice=practice, now=now)
    enrollments = list(mine.select_related("campaign", "assigned_agent__user").order_by("-status", "-enrolled_at", "-pk"))
    for enrollment in enrollments:
        enrollment.place = places.get(enrollment.pk)
        enrollment.promise = promises.get(enrollment.pk)
        enrollment.blocked_because = _blocked_because(enrollment, places) if enrollment.status == Enrollment.Status.OPEN else ""
        if enrollment.place:
            enrollment.place.rank = _rank(enrollment.place)
    return enrollments


def _blocked_because(enrollment, places):
    if enrollment.blocked_by:
        return LABELS[enrollment.blocked_by]
    if enrollment.place:
        return ""
    return LABELS["OTHER_CAMPAIGN"] if places else "Enters a list at the next nightly build"


def _rank(place):
    """Which one it is, from 1, among what is left of its list."""
    ahead = QueueItem.objects.filter(agent=place.agent, done_at__isnull=True, position__lt=place.position)
    return ahead.count() + 1
