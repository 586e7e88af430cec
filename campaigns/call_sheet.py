"""All that the call page says about the patient an agent holds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from patients.models import OptOut, PhoneNumber

from . import scripts
from .calling_hours import Hours, local_zone
from .desk_list import CALLS_SHOWN
from .emr_note import emr_line
from .models import CallAttempt, Callback, Enrollment, Lease

ATTEMPTS_SHOWN = 30
APPOINTMENTS_SHOWN = 12


@dataclass(frozen=True)
class CallSheet:
    """`zone` is the one to show the patient's time in. `open_until` is None while calls are not allowed.

    `dials` are the calls of this enrollment, padded with None to five.
    """

    lease: Lease
    enrollment: Enrollment
    numbers: list[PhoneNumber]
    is_opted_out: bool
    attempts: list[CallAttempt]
    dials: list[CallAttempt | None]
    appointments: list
    last_encounter_on: date | None
    callback: Callback | None
    zone: ZoneInfo
    open_until: datetime | None
    script: list[scripts.Step]
    voicemail: str
    data_age_days: int | None
    callback_choices: list[tuple[str, datetime]]

    @property
    def patient(self):
        return self.lease.patient

    @property
    def first_usable(self):
        """The number to dial first, or None."""
        return next((number for number in self.numbers if number.is_dialable), None)

    @property
    def providers(self):
        """Names to choose from when a visit is booked: those the patient knows."""
        known = [self.patient.provider, *(appointment.provider for appointment in self.appointments)]
        return list(dict.fromkeys(name for name in known if name))


def call_sheet(*, lease, practice, agent, now):
    """Read the sheet of a lease; the same few queries whatever the length of the history."""
    enrollment, patient, hours = lease.enrollment, lease.patient, Hours.of(practice)
    today = practice.business_date(now)
    attempts = list(_attempts(patient))
    appointments = list(patient.appointments.order_by("-on", "-pk")[:APPOINTMENTS_SHOWN])
    missed = enrollment.missed_appointment
    words = scripts.values_for(patient=patient, practice=practice, agent=agent, missed=missed)
    script = enrollment.campaign.script.strip() or scripts.default_script(enrollment.campaign.kind)
    for attempt in attempts:
        attempt.emr_note = emr_line(attempt, practice=practice)
    of_enrollment = [attempt for attempt in reversed(attempts) if attempt.enrollment_id == enrollment.pk]
    return CallSheet(
        lease=lease,
        enrollment=enrollment,
        numbers=numbers_of(patient),
        is_opted_out=OptOut.objects.filter(patient=patient).exists(),
        attempts=attempts,
        dials=of_enrollment + [None] * (CALLS_SHOWN - len(of_enrollment)),
        appointments=appointments,
        last_encounter_on=patient.encounters.order_by("-on").values_list("on", flat=True).first(),
        callback=Callback.objects.pending().filter(enrollment=enrollment).select_related("owner__user").first(),
        zone=local_zone(practice=practice, zone_key=patient.zone_key),
        open_until=hours.closes_at(patient.hours_key, now),
        script=scripts.steps(scripts.fill(script, words)),
        voicemail=scripts.fill(scripts.VOICEMAIL, words),
        data_age_days=(today - patient.source_data_on).days if patient.source_data_on else None,
        callback_choices=callback_choices(hours=hours, patient=patient, now=now),
    )


def numbers_of(patient):
    """The patient's numbers in the order of dialing, each with `is_refused` and `is_dialable`."""
    refused = OptOut.objects.filter(Q(e164=OuterRef("e164")) | Q(patient=OuterRef("patient")))
    numbers = list(patient.phones.annotate(is_refused=Exists(refused)).order_by("position", "pk"))
    for number in numbers:
        number.is_dialable = number.state in PhoneNumber.USABLE and not number.is_refused
    return numbers


def callback_choices(*, hours, patient, now):
    """(words, moment) of promises that fit the calling hours (calling_hours.Hours), for one click."""
    local = now.astimezone(local_zone(practice=hours.practice, zone_key=patient.zone_key))
    morning = local.replace(hour=10, minute=0, second=0, microsecond=0)
    wishes = [
        ("In two hours", now + timedelta(hours=2)),
        ("Tomorrow morning", morning + timedelta(days=1)),
        ("Tomorrow afternoon", morning + timedelta(days=1, hours=6)),
        ("In a week", morning + timedelta(days=7)),
    ]
    return [(words, moment) for words, moment in wishes if hours.is_open(patient.hours_key, moment)]


def _attempts(patient):
    made = patient.attempts.select_related("agent__user", "campaign", "disposition", "appointment")
    return made.order_by("-ended_at", "-pk")[:ATTEMPTS_SHOWN]
