"""A promised callback begun by its owner, at its minute or a little before, without waiting for its turn."""

from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from patients.models import PhoneNumber

from . import dialing, eligibility, next_call
from .claim_sql import START
from .models import Callback, Lease
from .models.lease_guard import REFUSED

# The owner is reminded so long before the minute, and may call from then on.
EARLY = timedelta(minutes=5)
Status = Callback.Status


class StartRefused(Exception):
    """The call can't be begun now; the text says why to the agent."""


def start_callback(*, callback, agent, now):
    """Hold the patient of an own callback, by the rules and guards of a claim. Returns the Lease, also when asked twice.

    Raises StartRefused with the words of the rule that says no, or while another patient is open.
    """
    next_call.expire()
    held = next_call.current(agent=agent) or _take(callback, agent, now) or next_call.current(agent=agent)
    if held is None:
        raise StartRefused(_why_not(callback, agent, now))
    if held.enrollment_id != callback.enrollment_id:
        raise StartRefused("You have another patient open. Save the outcome first: this callback then comes up by itself.")
    return held


def _take(callback, agent, now):
    moment = eligibility.at_the_minute(practice=agent.practice, now=now)
    # Whom the agent has put aside a moment ago they may call all the same: they say so.
    asked = {"agent": agent.pk, "callback": callback.pk, "soon": now + EARLY, "hold": next_call.HOLD, "put_aside": timedelta(0)}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(START, moment.params | asked)
            return Lease.from_db(connection.alias, next_call.FIELDS, row) if (row := cursor.fetchone()) else None
    except DatabaseError as refused:
        if getattr(refused.__cause__, "pgcode", None) != REFUSED:
            raise
        return None  # the trigger: a wish or a call came in between


def _why_not(callback, agent, now):
    stored = Callback.objects.select_related("patient").get(pk=callback.pk)
    if stored.status != Status.PENDING:
        return f"This callback is {stored.get_status_display().lower()} already."
    if stored.owner_id != agent.pk:
        return "A colleague has this callback now."
    if stored.due_at > now + EARLY:
        return "It is too early: a callback can be started five minutes before its time."
    moment = eligibility.at_the_minute(practice=agent.practice, now=now)
    refusal = dialing.refusal_of_person(
        enrollment_id=stored.enrollment_id, patient=stored.patient, moment=moment, is_asked_for=True
    )
    if refusal is not None:
        return refusal.words
    if eligibility.is_capped(moment=moment, patient_id=stored.patient_id, promised=True):
        return dialing.WORDS["CALLED_OFTEN"]
    numbers = PhoneNumber.objects.filter(patient=stored.patient).values("e164")
    held = Lease.objects.open().filter(expires_at__gt=Now())
    if held.filter(Q(patient=stored.patient) | Q(e164__in=numbers) | Q(dialed_e164__in=numbers)).exists():
        return dialing.WORDS["WITH_A_COLLEAGUE"]
    return dialing.WORDS["NUMBER_OFTEN"]
