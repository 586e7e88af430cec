"""A patient who was called, or got a voicemail, rings back: found in seconds, opened in a lane beside the call at hand.

The lane is a hold as any other, so that nobody else opens the patient meanwhile, but nothing is dialed under it: it has no
number, asks no rule of calling, and counts as no attempt.
"""

from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from patients import search
from patients.models import OptOut, Patient
from patients.search_terms import TooShort

from .models import CallAttempt, Callback, Enrollment, Lease
from .next_call import HOLD, expire
from .opt_out import lock_enrollments

# Nobody needs more to recognize a person, and nobody reads out a practice's patients in pages.
SHOWN = 20


class NotOpened(Exception):
    """The patient can't be opened for this agent now."""


class NeverEnrolled(NotOpened):
    """No campaign has taken this patient so far: there is nothing to record an outcome for."""


class WithColleague(NotOpened):
    """A colleague has the patient open: `lease` is theirs."""

    def __init__(self, lease):
        super().__init__("a colleague has the patient open")
        self.lease = lease


class LaneTaken(NotOpened):
    """The agent has another patient who rang back open: `lease`."""

    def __init__(self, lease):
        super().__init__("the agent has a ring-back open")
        self.lease = lease


@dataclass(frozen=True)
class Found:
    """Patients to show, the best first, and whether there are more. Each has `enrollment` (what would be opened, or None),
    `held` (the open lease of whoever has them, or None) and `is_refused` (asked not to be called).
    """

    people: list[Patient]
    is_more: bool


def find(*, text, practice, now):
    """Who may have rung, by what the agent typed: Found, or None where that is too short to look for.

    Among those whom the words fit equally well, the one called last is the likeliest to ring back.
    """
    try:
        candidates = search.candidates(text, today=practice.business_date(now))
    except TooShort:
        return None
    called = Enrollment.objects.filter(patient__in=[one.patient_id for one in candidates], last_attempt_at__isnull=False)
    last = dict(called.order_by().values_list("patient").annotate(Max("last_attempt_at")))
    candidates.sort(key=lambda one: (one.rank, -last[one.patient_id].timestamp() if one.patient_id in last else 0, one.name_key))
    shown = [one.patient_id for one in candidates[:SHOWN]]
    return Found(_with_state(shown), is_more=len(candidates) > SHOWN)


def open_lane(*, patient, agent, now):
    """Hold a patient who rang back, beside whomever the agent is calling. Returns the Lease.

    It is that of the agent who has the patient open already, in either lane. Raises WithColleague, LaneTaken, NeverEnrolled.
    """
    lock_enrollments(patient=patient)  # before the holds, as whoever saves an outcome does
    expire()
    patient = Patient.objects.select_related("merged_into").get(pk=patient.pk).standing
    enrollment = worked_on(_enrollments([patient.pk]))
    if enrollment is None:
        raise NeverEnrolled
    lease = Lease(
        enrollment=enrollment, patient=patient, agent=agent, source=CallAttempt.Source.RING_BACK, asked_at=now,
        opened_at=Now(), expires_at=Now() + HOLD,
    )  # fmt: skip
    # The unique indexes have the last word: of two who open at the same instant one waits here and finds the other's.
    Lease.objects.bulk_create([lease], ignore_conflicts=True)
    held = Lease.objects.open().filter(patient=patient).select_related("agent__user").first()
    if held is not None and held.agent_id != agent.pk:
        raise WithColleague(held)
    if held is not None:
        return held
    other = Lease.objects.open().filter(agent=agent, source=CallAttempt.Source.RING_BACK).first()
    if other is not None:
        raise LaneTaken(other)
    return open_lane(patient=patient, agent=agent, now=now)  # whoever was in the way has just let go


def lanes(*, agent):
    """The agent's open holds, with all their page reads: the call at hand first, then the patient who rang back."""
    held = Lease.objects.open().filter(agent=agent, expires_at__gt=Now())
    held = held.select_related("enrollment__campaign", "enrollment__missed_appointment", "patient")
    return sorted(held, key=lambda lease: lease.is_ring_back)


def worked_on(enrollments):
    """The enrollment that a ring-back is about, of one patient's: an open one before the closed, one with a promised callback
    before the others, then the one called last. None of none.
    """

    def likelihood(enrollment):
        moments = (enrollment.last_attempt_at or enrollment.enrolled_at, enrollment.enrolled_at)
        if enrollment.status == Enrollment.Status.OPEN:
            return (True, enrollment.is_promised, enrollment.last_attempt_at is not None, *moments, enrollment.pk)
        return (False, False, False, enrollment.closed_at, enrollment.enrolled_at, enrollment.pk)

    return max(enrollments, key=likelihood, default=None)


def _enrollments(patient_ids):
    promised = Callback.objects.pending().filter(enrollment=OuterRef("pk"))
    of_people = Enrollment.objects.filter(patient__in=patient_ids).select_related("campaign")
    return of_people.annotate(is_promised=Exists(promised))


def _with_state(patient_ids):
    """The patients in this order, each with what the list says of them."""
    people = {patient.pk: patient for patient in Patient.objects.standing().filter(pk__in=patient_ids)}
    refused = set(OptOut.objects.from_calls().filter(patient__in=people).values_list("patient", flat=True))
    held = Lease.objects.open().filter(patient__in=people, expires_at__gt=Now()).select_related("agent__user")
    holders = {lease.patient_id: lease for lease in held}
    enrollments = list(_enrollments(people))
    for patient in people.values():
        patient.enrollment = worked_on([one for one in enrollments if one.patient_id == patient.pk])
        patient.held = holders.get(patient.pk)
        patient.is_refused = patient.pk in refused
    return [people[pk] for pk in patient_ids if pk in people]
