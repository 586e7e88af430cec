"""People who share a number are one household: one dial reaches all of them, and each gets an outcome of their own."""

from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from . import eligibility, next_call
from .models import CallAttempt, Enrollment, Lease
from .models.lease_guard import REFUSED

# The number has just been dialed: for the others at it that is the same dial, and the line is open whatever the hour was worth
# before. The person's own cap the trigger asks.
SAME_DIAL = {"CALLED_OFTEN", "SAME_TIME"}
# So long after an outcome the line may still be open. Whoever is spoken to later was dialed anew, and the caps count that.
STILL_ON_THE_LINE = timedelta(minutes=10)
NOT_NOW = "The other person at this number can't be called for now."


class HouseholdRefused(Exception):
    """The other person can't be spoken to for a recall now; the text says so to the agent."""


def due_at(*, lease, e164, now):
    """Open enrollments of other people at a number who may be called now, one a person, with patient and campaign."""
    if not e164:
        return []
    sharing = (
        Enrollment.objects.open()
        .filter(patient__phones__e164=e164, patient__phones__state__in=["UNVERIFIED", "VERIFIED"])
        .exclude(patient=lease.patient_id)
        .select_related("patient", "campaign")
        .order_by("patient", "attempts_made", "pk")
    )
    found = {enrollment.pk: enrollment for enrollment in sharing}
    if not found:
        return []
    moment = eligibility.at_the_minute(practice=lease.practice, now=now)
    held_back = eligibility.reasons_of(moment=moment, enrollment_ids=found)
    one_each = {}
    for pk, enrollment in found.items():
        # One that was closed between the two queries is not told of any more.
        if pk in held_back and not set(held_back[pk]) - SAME_DIAL:
            one_each.setdefault(enrollment.patient_id, enrollment)
    return list(one_each.values())


def go_on_with(*, enrollment_id, lease, now):
    """Hold another person of the household after the lease's call. Returns the new Lease.

    The dial stays one: caps count it once for the number. Raises HouseholdRefused where the person is not, or no longer,
    due at the number that was dialed, or somebody else holds them, and where that call is over or was made without a hold.
    """
    e164 = lease.dialed_e164 or lease.e164
    # Not waited for: whoever saves, merges or forbids something of theirs at this instant comes first.
    free = Enrollment.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=enrollment_id)
    if not _is_on_the_line(lease, now=now) or not free.values_list("pk"):
        raise HouseholdRefused(NOT_NOW)
    wanted = next((one for one in due_at(lease=lease, e164=e164, now=now) if one.pk == enrollment_id), None)
    if wanted is None:
        raise HouseholdRefused(NOT_NOW)
    next_call.expire()
    first = lease.household_of_id or lease.pk
    lease = Lease(
        enrollment=wanted, patient=wanted.patient, agent_id=lease.agent_id, source="HOUSEHOLD", household_of_id=first,
        e164=e164, asked_at=now, dialed_e164=e164, dialed_at=now, opened_at=Now(), expires_at=Now() + next_call.HOLD,
    )  # fmt: skip
    _hold(lease)
    held = Lease.objects.open().filter(agent=lease.agent_id, enrollment=wanted).first()
    if held is None:
        raise HouseholdRefused("The other person at this number is with a colleague.")
    return held


def _is_on_the_line(lease, *, now):
    """Whether the lease's outcome was saved just now, and under the hold: a page sent again is no call."""
    saved = CallAttempt.objects.filter(enrollment=lease.enrollment_id, ended_at__gt=now - STILL_ON_THE_LINE)
    of_lease = saved.filter(lease=lease.household_of_id or lease.pk)
    return of_lease.exists() and Lease.objects.filter(pk=lease.pk, closed_as=Lease.ClosedAs.OUTCOME).exists()


def _hold(lease):
    """Store the lease, unless the person or the agent is held already."""
    try:
        with transaction.atomic():
            Lease.objects.bulk_create([lease], ignore_conflicts=True)
    except DatabaseError as refused:
        if getattr(refused.__cause__, "pgcode", None) != REFUSED:
            raise
        # The trigger: the person was called often enough, or somebody has just asked not to be called.
        raise HouseholdRefused(NOT_NOW) from refused
