"""Why a patient is, or is not, in the queue: every reason at once, each with what ends it, in words for the screen."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Q

from patients.models import Appointment, OptOut, PhoneNumber

from . import eligibility
from .calling_hours import NeverOpen
from .campaign_words import count
from .eligibility import LABELS
from .models import CallAttempt, Callback, Enrollment, Lease, QueueItem
from .plan_words import because

Source = CallAttempt.Source


@dataclass(frozen=True)
class Reason:
    """One rule that holds a patient back. `detail` says until when, or by what, as far as that is known; `ends_at` when."""

    rule: str
    detail: str = ""
    ends_at: object = None

    @property
    def label(self):
        return LABELS.get(self.rule, self.rule)


@dataclass(frozen=True)
class Answer:
    """Why one open enrollment is (not) in the queue. `place` is its QueueItem with `rank`, or None.

    `reasons` hold it back at this minute. Where there are none and no place either, `waits_for` says what is missing:
    the next build, or another campaign or person whose call comes first.
    """

    enrollment: Enrollment
    place: QueueItem | None
    reasons: list
    waits_for: str = ""

    @property
    def is_listed(self):
        return self.place is not None and self.place.done_at is None

    @property
    def is_done(self):
        return self.place is not None and self.place.done_at is not None

    @property
    def because(self):
        """Why it stands on its list where it does."""
        return because(enrollment=self.enrollment, expected_yield=self.place.expected_yield)


def of_patient(*, patient, practice, now):
    """An Answer for each open enrollment of the patient, by the very rules that hold back or let through."""
    enrollments = list(patient.enrollments.filter(status=Enrollment.Status.OPEN).select_related("campaign", "missed_appointment"))
    moment = eligibility.at_the_minute(practice=practice, now=now)
    names = eligibility.reasons_of(moment=moment, enrollment_ids=[each.pk for each in enrollments])
    places = {place.enrollment_id: place for place in QueueItem.objects.filter(patient=patient).select_related("agent__user")}
    details = _Details(patient, moment)
    waits_for, answers = None, []
    for enrollment in enrollments:
        place = places.get(enrollment.pk)
        if place is not None and place.done_at is None:
            place.rank = _rank(place)
        reasons = [details.reason(rule, enrollment) for rule in names.get(enrollment.pk, [])]
        if not place and not reasons and waits_for is None:
            waits_for = _waits_for(patient, places)
        answers.append(Answer(enrollment, place, reasons, "" if place or reasons else waits_for))
    return answers


def _waits_for(patient, places):
    if any(place.done_at is None for place in places.values()):
        return LABELS["OTHER_CAMPAIGN"]
    numbers = eligibility.callable_numbers(patient=patient.pk).values("e164")
    sharing = PhoneNumber.objects.usable().filter(e164__in=numbers).exclude(patient=patient)
    is_queued = QueueItem.objects.filter(done_at__isnull=True, patient__in=sharing.values("patient")).exists()
    return LABELS["SAME_NUMBER"] if is_queued else "Enters a list at the next build"


def _rank(place):
    """Which one it is, from 1, among what is left of its list."""
    ahead = QueueItem.objects.filter(agent=place.agent, done_at__isnull=True, position__lt=place.position)
    return ahead.count() + 1


class _Details:
    """What ends each rule, looked up for one patient."""

    def __init__(self, patient, moment):
        self.patient, self.practice, self.now, self.hours = patient, moment.practice, moment.now, moment.hours
        self.on = self.practice.business_date(self.now)

    def reason(self, rule, enrollment):
        tell = getattr(self, f"_{rule.lower()}", None)
        detail, ends_at = tell(enrollment) if tell else ("", None)
        return Reason(rule, detail, ends_at)

    def _opted_out(self, enrollment):
        wish = next(
            wish for wish in self._wishes if wish.scope != OptOut.Scope.CAMPAIGN or wish.campaign_id == enrollment.campaign_id
        )
        return f"since {self.practice.local(wish.opted_out_at):%b %-d, %Y}", None

    @cached_property
    def _wishes(self):
        return list(OptOut.objects.filter(patient=self.patient).order_by("-opted_out_at"))

    def _campaign_off(self, enrollment):
        campaign = enrollment.campaign
        if campaign.status != campaign.Status.ACTIVE:
            return f"“{campaign.name}” is {campaign.get_status_display().lower()}", None
        if campaign.starts_on > self.on:
            return f"“{campaign.name}” starts {campaign.starts_on:%b %-d}", None
        return f"“{campaign.name}” had its last day on {campaign.ends_on:%b %-d}", None

    def _future_appointment(self, enrollment):
        counts, missed = enrollment.campaign.appointment_match, enrollment.missed_appointment
        by = {enrollment.campaign.Match.SPECIALTY: "specialty", enrollment.campaign.Match.PROVIDER: "provider"}.get(counts)
        matching = (visit for visit in self._ahead if not missed or not by or getattr(visit, by) == getattr(missed, by))
        return f"on {next(matching).on:%b %-d, %Y}", None

    @cached_property
    def _ahead(self):
        visits = Appointment.objects.awaited(on=self.on, data_on=self.patient.source_data_on or self.on)
        return list(visits.filter(patient=self.patient).order_by("on"))

    def _attempts_used(self, enrollment):
        return f"{enrollment.attempts_made} of {enrollment.campaign.max_attempts}", None

    def _callback(self, enrollment):
        promise = self._promises[enrollment.pk]
        return f"by {promise.owner.name}, for", promise.due_at

    @cached_property
    def _promises(self):
        of_patient = Callback.objects.pending().filter(enrollment__patient=self.patient).select_related("owner__user")
        return {promise.enrollment_id: promise for promise in of_patient}

    def _cooling_down(self, enrollment):
        return "until", enrollment.next_eligible_at

    def _called_elsewhere(self, enrollment):
        return "until", max(at for pk, at in self._cooling if pk != enrollment.pk)

    @cached_property
    def _cooling(self):
        cooling = Enrollment.objects.open().filter(patient=self.patient, next_eligible_at__gt=self.now)
        return list(cooling.values_list("pk", "next_eligible_at"))

    def _called_often(self, _enrollment):
        """The caps free the person when the dials that fill them are a day, or a week, old."""
        times = self._dialed_at
        ends = [self._end(times, self.practice.daily_call_cap, eligibility.DAY)]
        ends.append(self._end(times, self.practice.weekly_call_cap, eligibility.WEEK))
        ends_at = max((end for end in ends if end), default=None)
        return f"{count(len(times), 'dial')} in seven days{', until' if ends_at else ''}", ends_at

    @cached_property
    def _dialed_at(self):
        """When the person, or a number of theirs, was dialed in seven days; one hold is one dial, with an outcome or without."""
        numbers = list(self.patient.phones.usable().values_list("e164", flat=True))
        since, ours = self.now - eligibility.WEEK, Q(patient=self.patient)
        holds = Lease.objects.filter(ours | Q(dialed_e164__in=numbers), dialed_at__gt=since).exclude(source=Source.RING_BACK)
        calls = CallAttempt.objects.filter(ours | Q(e164__in=numbers), ended_at__gt=since).exclude(source=Source.RING_BACK)
        dials = {first or pk: at for first, pk, at in holds.values_list("household_of", "pk", "dialed_at")}
        return sorted((dials | {hold or -pk: at for hold, pk, at in calls.values_list("lease", "pk", "ended_at")}).values())

    def _end(self, times, cap, span):
        within = [at for at in times if at > self.now - span]
        return within[-cap] + span + timedelta(seconds=1) if len(within) >= cap else None

    def _out_of_hours(self, _enrollment):
        return self._opening(self.patient.hours_key)

    def _campaign_hours(self, enrollment):
        return self._opening(self.patient.hours_key + enrollment.campaign.own_hours)

    def _opening(self, hours_key):
        closure = self.hours.closed_by(hours_key, self.now)
        try:
            opens_at = self.hours.next_open(hours_key, self.now)
        except NeverOpen:
            return f"{closure.words}; never within calling hours", None
        return f"{closure.words}; from", opens_at

    def _same_time(self, enrollment):
        local = self.practice.local(enrollment.avoid_clock_at)
        return f"called in vain at {local:%-I:%M %p} on {local:%b %-d}", None
