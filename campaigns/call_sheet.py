"""All that the call page says about the patient an agent holds."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from patients.models import OptOut, PhoneNumber

from . import directory, household, moments, verification
from .calling_hours import Hours, local_zone
from .desk_list import CALLS_SHOWN
from .emr_note import emr_line
from .models import CallAttempt, Callback, Enrollment, Lease
from .script_library import SpokenScript, script_for

ATTEMPTS_SHOWN = 30
APPOINTMENTS_SHOWN = 12
# Callbacks by one click: the label, and the words that go into the field.
CHIPS = (
    ("In 2 hours", "in 2 hours"),
    ("Tomorrow morning", "tomorrow morning"),
    ("Tomorrow at lunch", "tomorrow lunch"),
    ("Tomorrow after work", "tomorrow evening"),
    ("Next week", "next week"),
)
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
    as was asked a moment ago. `shows` are the parts of Campaign.Shown that may be seen: none before two identifiers matched.
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
    script: SpokenScript
    data_age_days: int | None
    callback_choices: list[tuple[str, str, datetime]]
    check: verification.Check
    shows: frozenset[str]
    offered: directory.Offered

    @property
    def patient(self):
        return self.lease.patient

    @property
    def is_verified(self):
        return self.check.is_verified

    @property
    def providers(self):
        """(name, specialty) to choose from when a visit is booked: those the patient knows, as far as they may be seen, then
        the practice's others."""
        known = [self.patient.provider] if "CHART" in self.shows else []
        known += [appointment.provider for appointment in self.appointments]
        specialties = {name.lower(): specialty for name, specialty in self.offered.providers}
        names = {name.lower(): name for name, _specialty in self.offered.providers}
        first = {name.lower(): name for name in known if name}
        return [(name, specialties.get(key, "")) for key, name in {**first, **(names | first)}.items()]


def call_sheet(*, lease, practice, agent, now, chosen="", language=""):
    """Read the sheet of a lease; the same few queries whatever the length of the history.

    `chosen` is the id, as text, of the number whose household is shown; by default that of the call.
    `language` is that of the script, by default the patient's.
    """
    enrollment, patient, hours = lease.enrollment, lease.patient, Hours.of(practice)
    today = practice.business_date(now)
    # A promise is not bound by the hours of its campaign.
    own_hours = enrollment.campaign.own_hours if lease.source == CallAttempt.Source.QUEUE else ""
    numbers = numbers_of(patient, campaign=enrollment.campaign_id)
    check = verification.check_of(lease=lease, numbers=numbers)
    shows = frozenset(enrollment.campaign.shown_once_verified) if check.is_verified else frozenset()
    attempts = list(_attempts(patient))  # also before: when and on which number was tried is needed to call
    appointments = list(patient.appointments.order_by("-on", "-pk")[:APPOINTMENTS_SHOWN]) if "VISITS" in shows else []
    script = script_for(enrollment=enrollment, patient=patient, practice=practice, agent=agent, language=language)
    for attempt in attempts:
        attempt.emr_note = emr_line(attempt, practice=practice)
    of_enrollment = [attempt for attempt in reversed(attempts) if attempt.enrollment_id == enrollment.pk and attempt.is_dial]
    return CallSheet(
        lease=lease,
        enrollment=enrollment,
        numbers=numbers,
        allowed_e164=lease.dialed_e164 if lease.dialed_at and now - lease.dialed_at < JUST_ALLOWED else "",
        household=household_at(chosen_of(numbers, lease=lease, chosen=chosen), lease=lease, now=now),
        in_household=_place_in_household(lease),
        attempts=attempts if "CALLS" in shows else [],
        dials=of_enrollment + [None] * (CALLS_SHOWN - len(of_enrollment)),
        appointments=appointments,
        last_encounter_on=_last_encounter_on(patient) if "VISITS" in shows else None,
        callback=Callback.objects.pending().filter(enrollment=enrollment).select_related("owner__user").first(),
        zone=local_zone(practice=practice, zone_key=patient.zone_key),
        open_until=hours.closes_at(patient.hours_key + own_hours, now),
        script=script if check.is_verified else replace(script, after=[], objections=[], referral=[]),
        data_age_days=(today - patient.source_data_on).days if patient.source_data_on else None,
        callback_choices=callback_choices(hours=hours, patient=patient, now=now),
        check=check,
        shows=shows,
        offered=directory.offered(practice=practice),
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
    """(label, words, moment) of promises that fit the calling hours (calling_hours.Hours), for one click."""
    zone = local_zone(practice=hours.practice, zone_key=patient.zone_key)
    found = []
    for label, words in CHIPS:
        moment = moments.read(words, now=now.astimezone(zone)).replace(tzinfo=zone)
        if hours.is_open(patient.hours_key, moment):
            found.append((label, words, moment))
    return found


def _place_in_household(lease):
    if lease.household_of_id is None:
        return None
    return Lease.objects.filter(household_of=lease.household_of_id, pk__lte=lease.pk).count() + 1


def _last_encounter_on(patient):
    return patient.encounters.order_by("-on").values_list("on", flat=True).first()


def _attempts(patient):
    made = patient.attempts.select_related("agent__user", "campaign", "disposition", "appointment")
    return made.order_by("-ended_at", "-pk")[:ATTEMPTS_SHOWN]
