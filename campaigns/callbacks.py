"""Callbacks after they are promised: reassigned, moved, called off by people; handed over and missed by the clock."""

from collections import Counter, defaultdict
from datetime import timedelta

import pghistory
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from . import calling_hours
from .attempts import CALLBACK_WINDOW
from .models import Callback, CampaignAgent, Enrollment, Lease
from .outcome import PROMISED_WITHIN, TOO_FAR

# So long before the promised minute a promise goes to a colleague if its owner is off then.
HAND_OVER_AHEAD = timedelta(minutes=15)
WHY_LENGTH = Callback._meta.get_field("why_changed").max_length

Status = Callback.Status


class CallbackRefused(Exception):
    """The change makes no sense; the text says so to the user."""


class AlreadySo(CallbackRefused):
    """Somebody was quicker, or pressed twice: the callback is settled, or is as it should become."""


def takers(*, campaign):
    """Agents who may be given a callback of the campaign: active, and named by it if it names any."""
    named = CampaignAgent.objects.filter(campaign=campaign)
    agents = campaign.practice.memberships.active().agents().select_related("user", "practice")
    return agents.filter(Q(Exists(named.filter(agent=OuterRef("pk")))) | ~Q(Exists(named))).order_by("user__full_name", "pk")


def reassign(*, callback, to, by, now):
    """Give the promise to another agent; who made it stays written down. Returns the Callback.

    Raises CallbackRefused if `to` may not work the campaign, AlreadySo if they have it or it is settled.
    """
    with pghistory.context(user=by.user_id):
        callback = _locked(callback)
        if callback.owner_id == to.pk:
            raise AlreadySo(f"{to.name} has this callback already.")
        if not takers(campaign=callback.enrollment.campaign).filter(pk=to.pk).exists():
            raise CallbackRefused(f"{to.name} does not work the calls of this campaign.")
        _give(callback, to=to, why=f"Reassigned by {by.name}")
    return callback


def move(*, callback, due_at, by, now):
    """Promise another moment, or the next one in calling hours if calls are not allowed then. Returns the Callback.

    Raises CallbackRefused for a moment that is past, too far ahead or never in hours, AlreadySo if that is the promise
    already or it is settled.
    """
    with pghistory.context(user=by.user_id):
        callback = _locked(callback)
        if due_at <= now:
            raise CallbackRefused("This moment is in the past.")
        if due_at - now > PROMISED_WITHIN:
            raise CallbackRefused(TOO_FAR)
        try:
            due_at = calling_hours.Hours.of(by.practice).next_open(callback.patient.hours_key, due_at)
        except calling_hours.NeverOpen as never:
            raise CallbackRefused("The calling hours never include this patient.") from never
        if due_at == callback.due_at:
            raise AlreadySo("The callback is promised for that time already.")
        _move(callback, due_at, why=f"Moved by {by.name}")
    return callback


def call_off(*, callback, why, by, now):
    """Take the promise back; the patient is called in the normal order again. Returns the Callback.

    Raises CallbackRefused without a reason, AlreadySo if it is settled.
    """
    if not why.strip():
        raise CallbackRefused("Say why the callback is called off.")
    with pghistory.context(user=by.user_id):
        callback = _locked(callback)
        callback.status, callback.settled_at = Status.CANCELLED, now
        callback.why_changed = f"Called off by {by.name}: {why.strip()}"[:WHY_LENGTH]
        callback.save(update_fields=["status", "settled_at", "why_changed"])
        _rejoin([callback.enrollment_id], now=now)
    return callback


def is_care_due(*, practice, now):
    """Whether `take_care` would find anything. Costs two small queries where little is promised for this hour."""
    return _overrun(practice=practice, now=now).exists() or bool(_orphans(practice=practice, now=now))


def take_care(*, practice, now):
    """What the clock does each minute: write off what was missed, hand over what its owner can't keep."""
    expire(practice=practice, now=now)
    hand_over(practice=practice, now=now)


def hand_over(*, practice, now, owner=None):
    """Give promises due within a quarter of an hour, or overdue, to a colleague if their owner is off then.

    With `owner`, somebody whose access ended: all their promises, whenever they are due.
    The colleague is on shift, may work the campaign, speaks the patient's language if anybody does, and has the fewest
    promises of that day. Where nobody is on shift the promise stays: anybody may take it at its minute (next_call.py).
    Said again it changes nothing. Returns the Callbacks handed over.
    """
    orphans = [callback.pk for callback in _orphans(practice=practice, now=now, owner=owner)]
    if not orphans:
        return []
    locked = Callback.objects.filter(pk__in=orphans).select_for_update(of=("self",), skip_locked=True)
    agents = list(practice.memberships.active().agents().select_related("user", "practice").order_by("pk"))
    promises = _promises_by_day(practice=practice, now=None if owner else now)
    named = _named_agents(orphans)
    handed = []
    for callback in _orphans(practice=practice, now=now, among=locked, owner=owner):
        on, owner = practice.business_date(callback.due_at), callback.owner
        able = [agent for agent in agents if _is_able(agent, callback, named=named, now=now)]
        speaking = [agent for agent in able if callback.patient.language in agent.languages]
        to = min(speaking or able, key=lambda agent, on=on: (promises[agent.pk, on], agent.pk), default=None)
        if to is not None:
            _give(callback, to=to, why=f"{owner.name} is off")
            promises.update({(to.pk, on): 1, (owner.pk, on): -1})
            handed.append(callback)
    return handed


def expire(*, practice, now):
    """Count as missed what should have been kept on an earlier date of the practice. Returns how many there were.

    Their enrollments rejoin the normal order. An enrollment whose outcome is being saved is left for the next time.
    """
    overrun = _overrun(practice=practice, now=now)
    enrollment_ids = _lock_enrollments(Exists(overrun.filter(enrollment=OuterRef("pk"))))
    count = overrun.filter(enrollment__in=enrollment_ids).update(status=Status.MISSED, settled_at=now)
    _rejoin(enrollment_ids, now=now)
    return count


def bring_into_hours(*, practice, now):
    """Move promises whose moment left the calling hours, as hours or places changed, to the next one within them.

    What is due or overdue stays; so does what would never be in hours. Returns how many were moved.
    """
    hours, moved_to = calling_hours.Hours.of(practice), {}
    for callback in Callback.objects.pending().filter(practice=practice, due_at__gt=now).select_related("patient"):
        try:
            due_at = hours.next_open(callback.patient.hours_key, callback.due_at)
        except calling_hours.NeverOpen:
            continue
        if due_at != callback.due_at:
            moved_to[callback.pk] = callback.due_at, due_at
    enrollment_ids = _lock_enrollments(Exists(Callback.objects.filter(enrollment=OuterRef("pk"), pk__in=list(moved_to))))
    stale = Callback.objects.pending().filter(pk__in=list(moved_to), enrollment__in=enrollment_ids)
    moved = [callback for callback in stale.select_for_update() if callback.due_at == moved_to[callback.pk][0]]
    for callback in moved:
        _move(callback, moved_to[callback.pk][1], why="Calling hours changed")
    return len(moved)


def _locked(callback):
    """The stored callback, locked after its enrollment as outcomes do. Raises AlreadySo once it is settled."""
    Enrollment.objects.select_for_update(no_key=True).get(pk=callback.enrollment_id)
    stored = Callback.objects.select_for_update(of=("self",)).select_related(
        "enrollment__campaign__practice", "patient", "owner__user"
    )
    callback = stored.get(pk=callback.pk)
    if callback.status != Status.PENDING:
        raise AlreadySo(f"Nothing was changed: this callback is {callback.get_status_display().lower()} already.")
    return callback


def _lock_enrollments(condition):
    return list(
        Enrollment.objects.filter(condition).select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)
    )


def _give(callback, *, to, why):
    first = callback.promised_by_id or callback.owner_id
    callback.owner, callback.promised_by_id = to, None if first == to.pk else first
    callback.why_changed = why[:WHY_LENGTH]
    callback.save(update_fields=["owner", "promised_by", "why_changed"])


def _move(callback, due_at, *, why):
    callback.due_at, callback.window_ends_at = due_at, due_at + CALLBACK_WINDOW
    callback.why_changed = why[:WHY_LENGTH]
    callback.save(update_fields=["due_at", "window_ends_at", "why_changed"])
    Enrollment.objects.open().filter(pk=callback.enrollment_id).update(next_eligible_at=due_at)


def _rejoin(enrollment_ids, *, now):
    Enrollment.objects.open().filter(pk__in=enrollment_ids, next_eligible_at__gt=now).update(next_eligible_at=now)


def _overrun(*, practice, now):
    """Pending promises whose hour ended on an earlier date of the practice."""
    today = practice.midnight(practice.business_date(now))
    return Callback.objects.pending().filter(practice=practice, window_ends_at__lt=today)


def _orphans(*, practice, now, among=None, owner=None):
    """Pending promises due soon or overdue that their owner can't keep, and nobody is keeping at this moment.

    With `owner`: theirs alone, whenever they are due.
    """
    held = Lease.objects.open().filter(patient=OuterRef("patient"), expires_at__gt=Now())
    pending = (Callback.objects.all() if among is None else among).pending()
    soon = pending.filter(owner=owner) if owner else pending.filter(due_at__lte=now + HAND_OVER_AHEAD)
    soon = soon.filter(~Exists(held), practice=practice).order_by("due_at", "pk")
    promises = soon.select_related("owner__user", "owner__practice", "patient", "enrollment")
    return [callback for callback in promises if _is_off(callback.owner, due_at=callback.due_at, now=now)]


def _is_off(owner, *, due_at, now):
    """Whether the owner is not at work at the promised minute, nor at this one once it is past."""
    if not (owner.is_active and owner.user.is_active and owner.is_agent):
        return True
    return not (owner.works_at(due_at) or (due_at < now and owner.works_at(now)))


def _is_able(agent, callback, *, named, now):
    agents = named.get(callback.enrollment.campaign_id)
    return agent.pk != callback.owner_id and agent.works_at(max(callback.due_at, now)) and (agents is None or agent.pk in agents)


def _named_agents(callback_ids):
    """Campaign → the agents it names, for the campaigns of these callbacks that name any."""
    campaigns = Enrollment.objects.filter(callbacks__in=callback_ids).values("campaign")
    named = defaultdict(set)
    for campaign_id, agent_id in CampaignAgent.objects.filter(campaign__in=campaigns).values_list("campaign_id", "agent_id"):
        named[campaign_id].add(agent_id)
    return named


def _promises_by_day(*, practice, now):
    """(agent, practice date) → pending promises, up to the last date that may be handed over `now`; None: all of them."""
    pending = Callback.objects.pending().filter(practice=practice)
    if now is not None:
        end = practice.midnight(practice.business_date(now + HAND_OVER_AHEAD) + timedelta(days=1))
        pending = pending.filter(due_at__lt=end)
    pending = pending.values_list("owner_id", "due_at")
    return Counter((owner_id, practice.business_date(due_at)) for owner_id, due_at in pending)
