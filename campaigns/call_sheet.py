"""All that the call page says about the patient an agent holds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from patients.models import OptOut, PhoneNumber

from . import household, scripts
from .calling_hours import Hours, local_zone
from .desk_list import CALLS_SHOWN
from .emr_note import emr_line
from .models import CallAttempt, Callback, Enrollment, Lease

ATTEMPTS_SHOWN = 30
APPOINTMENTS_SHOWN = 12
# How far ahead the page knows the calling hours, for the hint at a callback. Days.
HOURS_SHOWN = 31
MINUTE = 60
# For so long after a number was allowed a page without scripts has the link that dials it.
JUST_ALLOWED = timedelta(minutes=1)


@dataclass(frozen=True)
class Household:
    """Other people who are due at a number: their open enrollments. `in_call`: it is the number of this very call."""

    due: list[Enrollment]
    in_call: bool


@dataclass(frozen=True)
class CallSheet:
    """`zone` is the one to show the patient's time in. `open_until` is None while calls are not allowed.

    `dials` are those of this enrollment, padded with None to five. `in_household` says which person of a household
    this is in one call, from 2; None in a call of its own. `allowed_e164` is the number that may be dialed at this minute,
    as was asked a moment ago. `open_hours` are the coming calling hours in minutes since 1970, as in "1200-1260 2640-2700".
    """

    lease: Lease
    enrollment: Enrollment
    numbers: list[PhoneNumber]
    allowed_e164: str
    household: Household
    in_household: int | None
    attempts: list[CallAttempt]
    dials: list[CallAttempt | None]
    appointments: list
    last_encounter_on: date | None
    callback: Callback | None
    zone: ZoneInfo
    open_until: datetime | None
    open_hours: str
    script: list[scripts.Step]
    voicemail: str
    data_age_days: int | None
    callback_choices: list[tuple[str, datetime]]

    @property
    def patient(self):
        return self.lease.patient

    @property
    def providers(self):
        """Names to choose from when a visit is booked: those the patient knows."""
        known = [self.patient.provider, *(appointment.provider for appointment in self.appointments)]
        return list(dict.fromkeys(name for name in known if name))


def call_sheet(*, lease, practice, agent, now, chosen=""):
    """Read the sheet of a lease; the same few queries whatever the length of the history.

    `chosen` is the id, as text, of the number whose household is shown; by default that of the call.
    """
    enrollment, patient, hours = lease.enrollment, lease.patient, Hours.of(practice)
    today = practice.business_date(now)
    attempts = list(_attempts(patient))
    appointments = list(patient.appointments.order_by("-on", "-pk")[:APPOINTMENTS_SHOWN])
    missed = enrollment.missed_appointment
    words = scripts.values_for(patient=patient, practice=practice, agent=agent, missed=missed)
    script = enrollment.campaign.script.strip() or scripts.default_script(enrollment.campaign.kind)
    for attempt in attempts:
        attempt.emr_note = emr_line(attempt, practice=practice)
    numbers = numbers_of(patient, campaign=enrollment.campaign_id)
    of_enrollment = [attempt for attempt in reversed(attempts) if attempt.enrollment_id == enrollment.pk and attempt.is_dial]
    return CallSheet(
        lease=lease,
        enrollment=enrollment,
        numbers=numbers,
        allowed_e164=lease.dialed_e164 if lease.dialed_at and now - lease.dialed_at < JUST_ALLOWED else "",
        household=household_at(chosen_of(numbers, lease=lease, chosen=chosen), lease=lease, now=now),
        in_household=_place_in_household(lease),
        attempts=attempts,
        dials=of_enrollment + [None] * (CALLS_SHOWN - len(of_enrollment)),
        appointments=appointments,
        last_encounter_on=patient.encounters.order_by("-on").values_list("on", flat=True).first(),
        callback=Callback.objects.pending().filter(enrollment=enrollment).select_related("owner__user").first(),
        zone=local_zone(practice=practice, zone_key=patient.zone_key),
        open_until=hours.closes_at(patient.hours_key, now),
        open_hours=_in_minutes(hours.spans(patient.hours_key, now, days=HOURS_SHOWN)),
        script=scripts.steps(scripts.fill(script, words)),
        voicemail=scripts.fill(scripts.VOICEMAIL, words),
        data_age_days=(today - patient.source_data_on).days if patient.source_data_on else None,
        callback_choices=callback_choices(hours=hours, patient=patient, now=now),
    )


def numbers_of(patient, *, campaign=None):
    """The patient's numbers in the order of dialing.

    Each has `is_refused` (by a wish of the person, or about the number: `is_number_refused`), `shared` (how many other
    people have it) and `is_dialable`. A wish about one campaign counts where that is `campaign`, an id.
    """
    from_calls = OptOut.objects.from_calls()
    of_person = OptOut.objects.filter(patient=OuterRef("patient"))
    others = (
        PhoneNumber.objects.filter(e164=OuterRef("e164"), patient__merged_into__isnull=True)
        .exclude(patient=OuterRef("patient"))
        .order_by()
        .values("e164")
        .annotate(people=Count("patient", distinct=True))
    )
    numbers = list(
        patient.phones.annotate(
            is_number_refused=Exists(from_calls.filter(e164=OuterRef("e164"))),
            is_person_refused=Exists(of_person.filter(~Q(scope=OptOut.Scope.CAMPAIGN) | Q(campaign=campaign))),
            shared=Coalesce(Subquery(others.values("people")), 0),
        ).order_by("position", "pk")
    )
    for number in numbers:
        number.is_refused = number.is_number_refused or number.is_person_refused
        number.is_dialable = number.state in PhoneNumber.USABLE and not number.is_refused
    return numbers


def chosen_of(numbers, *, lease, chosen=""):
    """The number that counts as dialed: the one chosen on the page, else that of the call, else the first to dial.

    None of them, unless it was chosen, where the patient rang back.
    """
    e164 = lease.dialed_e164 or lease.e164
    wanted = [number for number in numbers if str(number.pk) == chosen]
    of_call = [number for number in numbers if number.e164 == e164 and number.is_dialable]
    first = [] if lease.is_ring_back else [number for number in numbers if number.is_dialable]
    return next(iter(wanted or of_call or first), None)


def household_at(number, *, lease, now):
    """Who else is due at one of numbers_of; nobody once the hold is over, or where the number may not be or is not dialed."""
    if number is None or not number.shared or not number.is_dialable or lease.closed_at is not None or lease.is_ring_back:
        return Household([], in_call=False)
    due = household.due_at(lease=lease, e164=number.e164, now=now)
    return Household(due, in_call=number.e164 == (lease.dialed_e164 or lease.e164))


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


def _place_in_household(lease):
    if lease.household_of_id is None:
        return None
    return Lease.objects.filter(household_of=lease.household_of_id, pk__lte=lease.pk).count() + 1


def _in_minutes(spans):
    return " ".join(f"{int(opens.timestamp()) // MINUTE}-{int(closes.timestamp()) // MINUTE}" for opens, closes in spans)


def _attempts(patient):
    made = patient.attempts.select_related("agent__user", "campaign", "disposition", "appointment")
    return made.order_by("-ended_at", "-pk")[:ATTEMPTS_SHOWN]
