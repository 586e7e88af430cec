"""The minute of the dial: every rule is asked once more for the number the agent is about to dial, and a no is kept."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from patients.models import OptOut, PhoneNumber

from . import eligibility, next_call
from .eligibility import LABELS, RULES
from .models import CallAttempt, DeniedDial, Enrollment, Lease

Source = CallAttempt.Source
YIELDING = {rule.name for rule in RULES if rule.yields}
WORDS = {
    "HOLD_LOST": "You no longer hold this patient.",
    "SETTLED": "This patient's enrollment was closed in the meantime.",
    "NUMBER_REFUSED": "Somebody asked us not to call this number.",
    "NUMBER_OFF": "This number is known to be wrong or disconnected.",
    "NUMBER_OFTEN": "This number was dialed often enough.",
    "CALLED_OFTEN": "This person was called often enough.",
    "ANOTHER_DIAL": "You have dialed in this call already: save its outcome first.",
    "WITH_A_COLLEAGUE": "A colleague is calling this number at this moment.",
    "RANG_BACK": "The patient rang back: there is nothing to dial in this call.",
}
# The same number pressed again so soon is the same dial: the telephone did not take it the first time.
REDIAL = timedelta(minutes=5)


@dataclass(frozen=True)
class Refusal:
    """Why a dial is not allowed now: `rule` is a code, `words` a sentence for the agent, with the law's citation if any."""

    rule: str
    words: str


def ask(*, lease, phone, now):
    """Whether the holder of a lease may dial one of the patient's numbers now. Returns None or the DeniedDial that was kept.

    What is allowed is written on the lease, as the number dialed, and prolongs the hold. A hold is good for one dial.
    """
    with connection.cursor() as cursor:  # two agents who ask for one number at the same instant are told one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dial ' || %s), %s)", [phone.e164, lease.practice_id])
    held = Lease.objects.open().filter(pk=lease.pk, expires_at__gt=Now()).select_related("patient", "practice").first()
    refusal = _refusal(held, phone, now) if held else Refusal("HOLD_LOST", WORDS["HOLD_LOST"])
    if refusal is None:
        Lease.objects.open().filter(pk=lease.pk).update(dialed_e164=phone.e164, dialed_at=now, expires_at=Now() + next_call.HOLD)
        return None
    return DeniedDial.objects.create(
        patient_id=lease.patient_id, enrollment_id=lease.enrollment_id, lease=lease, agent_id=lease.agent_id,
        e164=phone.e164, rule=refusal.rule, detail=refusal.words[:200], denied_at=now,
    )  # fmt: skip


def refusal_of_person(*, enrollment_id, patient, moment, is_asked_for):
    """Why nobody may call the person at the moment, whatever the number; the caps apart. A Refusal or None.

    What yields to a call the patient asked for (`is_asked_for`) does not hold it back.
    """
    held_back = eligibility.reasons_of(moment=moment, enrollment_ids=[enrollment_id]).get(enrollment_id)
    if held_back is None:
        return _words("SETTLED")
    for rule in held_back:
        if rule == "CALLED_OFTEN" or (is_asked_for and rule in YIELDING):
            continue
        closure = _closure(rule, enrollment_id, patient, moment) if rule in ("OUT_OF_HOURS", "CAMPAIGN_HOURS") else None
        return Refusal(rule, closure.words if closure else f"{LABELS[rule]}.")
    return None


def _closure(rule, enrollment_id, patient, moment):
    own = ""
    if rule == "CAMPAIGN_HOURS":
        own = moment.hours.own.get(Enrollment.objects.values_list("campaign", flat=True).get(pk=enrollment_id), "")
    return moment.hours.closed_by(patient.hours_key + own, moment.now)


def _refusal(lease, phone, now):
    if lease.is_ring_back:
        return _words("RANG_BACK")
    moment = eligibility.at_the_minute(practice=lease.practice, now=now)
    is_asked_for = lease.source != Source.QUEUE
    return refusal_of_person(
        enrollment_id=lease.enrollment_id, patient=lease.patient, moment=moment, is_asked_for=is_asked_for
    ) or _number_refusal(lease, phone, moment)


def _number_refusal(lease, phone, moment):
    others = Lease.objects.open().filter(expires_at__gt=Now()).exclude(pk=lease.pk)
    if phone.state not in PhoneNumber.USABLE:
        return _words("NUMBER_OFF")
    if OptOut.objects.from_calls().filter(e164=phone.e164).exists():
        return _words("NUMBER_REFUSED")
    if others.filter(Q(e164=phone.e164) | Q(dialed_e164=phone.e164)).exists():
        return _words("WITH_A_COLLEAGUE")
    if lease.dialed_e164:
        is_same = lease.dialed_e164 == phone.e164 and moment.now - lease.dialed_at < REDIAL
        return None if is_same else _words("ANOTHER_DIAL")
    is_promised = lease.source == Source.CALLBACK
    if eligibility.is_capped(moment=moment, patient_id=lease.patient_id, promised=is_promised):
        return _words("CALLED_OFTEN")
    return _words("NUMBER_OFTEN") if eligibility.is_capped(moment=moment, e164=phone.e164, promised=is_promised) else None


def _words(rule):
    return Refusal(rule, WORDS[rule])
