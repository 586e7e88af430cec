"""The minute of the dial: every rule is asked once more for the number the agent is about to dial, and a no is kept."""

from dataclasses import dataclass

from django.db.models.functions import Now

from patients.models import OptOut, PhoneNumber

from . import eligibility, next_call
from .eligibility import LABELS, RULES
from .models import CallAttempt, DeniedDial, Lease
from .models.lease_guard import MOST_IN_A_DAY

Source = CallAttempt.Source
YIELDING = {rule.name for rule in RULES if rule.yields}
WORDS = {
    "HOLD_LOST": "You no longer hold this patient.",
    "SETTLED": "This patient's enrollment was closed in the meantime.",
    "NUMBER_REFUSED": "Somebody asked us not to call this number.",
    "NUMBER_OFF": "This number is known to be wrong or disconnected.",
    "NUMBER_OFTEN": "This number was dialed often enough.",
}


@dataclass(frozen=True)
class Refusal:
    """Why a dial is not allowed now: `rule` is a code, `words` a sentence for the agent, with the law's citation if any."""

    rule: str
    words: str


def ask(*, lease, phone, now):
    """Whether the holder of a lease may dial one of the patient's numbers now. Returns None or the DeniedDial that was kept.

    What is allowed is written on the lease, as the number dialed, and prolongs the hold.
    """
    refusal = _refusal(lease, phone, now)
    if refusal is None:
        Lease.objects.open().filter(pk=lease.pk).update(dialed_e164=phone.e164, dialed_at=now, expires_at=Now() + next_call.HOLD)
        return None
    return DeniedDial.objects.create(
        patient_id=lease.patient_id, enrollment_id=lease.enrollment_id, lease=lease, agent_id=lease.agent_id,
        e164=phone.e164, rule=refusal.rule, detail=refusal.words[:200], denied_at=now,
    )  # fmt: skip


def _refusal(lease, phone, now):
    if not Lease.objects.open().filter(pk=lease.pk, expires_at__gt=Now()).exists():
        return Refusal("HOLD_LOST", WORDS["HOLD_LOST"])
    moment = eligibility.at_the_minute(practice=lease.practice, now=now)
    held_back = eligibility.reasons_of(moment=moment, enrollment_ids=[lease.enrollment_id]).get(lease.enrollment_id)
    if held_back is None:
        return Refusal("SETTLED", WORDS["SETTLED"])
    is_asked_for = lease.source != Source.QUEUE
    for rule in held_back:
        # The caps are asked of the number below, and by the trigger when the hold began.
        if rule == "CALLED_OFTEN" or (is_asked_for and rule in YIELDING):
            continue
        closure = moment.hours.closed_by(lease.patient.hours_key, now) if rule == "OUT_OF_HOURS" else None
        return Refusal(rule, closure.words if closure else f"{LABELS[rule]}.")
    return _number_refusal(lease, phone, moment)


def _number_refusal(lease, phone, moment):
    if phone.state not in PhoneNumber.USABLE:
        return Refusal("NUMBER_OFF", WORDS["NUMBER_OFF"])
    if OptOut.objects.from_calls().filter(e164=phone.e164).exists():
        return Refusal("NUMBER_REFUSED", WORDS["NUMBER_REFUSED"])
    if lease.source in (Source.RING_BACK, Source.HOUSEHOLD):
        return None
    daily, weekly = moment.params["daily"], moment.params["weekly"]
    if lease.source == Source.CALLBACK:
        daily, weekly = MOST_IN_A_DAY, eligibility.NO_CAP
    for dials in (CallAttempt.objects.filter(e164=phone.e164), CallAttempt.objects.filter(patient=lease.patient_id)):
        made = dials.exclude(source=Source.RING_BACK).filter(ended_at__gt=moment.params["week_ago"])
        times = {lease_id or -pk: ended_at for pk, lease_id, ended_at in made.values_list("pk", "lease_id", "ended_at")}
        in_a_day = sum(ended_at > moment.params["day_ago"] for ended_at in times.values())
        if in_a_day >= daily or len(times) >= weekly:
            return Refusal("NUMBER_OFTEN", WORDS["NUMBER_OFTEN"])
    return None
