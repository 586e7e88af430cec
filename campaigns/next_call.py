"""Whom the agent calls next, and the hold on that patient while they do.

A hold (lease) is a row that expires by the clock of the database. Partial unique indexes are the real guard: one open
lease per agent, one per person. The order: own due callbacks, own queue, overdue callbacks of colleagues, the pool.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from .calling_hours import open_zone_keys
from .eligibility import open_work
from .models import CallAttempt, Callback, CampaignAgent, Lease, QueueItem

HOLD = timedelta(minutes=20)
# Past its promised moment by this much, a colleague may make the call instead of the owner.
HAND_OVER = timedelta(minutes=10)
# Most claims find somebody among the first few who wait; when many are blocked at this minute, look further at once.
FIRST_SLICE, LATER_SLICE = 10, 500
# How many candidates are tried when others take the first ones at the same instant.
TRIES = 5
# Whom the agent handed back does not come to them again before this much time has passed.
PUT_ASIDE = timedelta(minutes=15)

Source = CallAttempt.Source
ClosedAs = Lease.ClosedAs


def current(*, agent):
    """The agent's open, unexpired lease, or None."""
    return Lease.objects.open().filter(agent=agent, expires_at__gt=Now()).first()


def claim(*, agent, now):
    """The agent's next patient as an open lease, or None when there is nobody to call at this minute.

    Asked again before the outcome is saved (a second tab, a double click), it returns the same lease.
    """
    expire()
    lease = current(agent=agent)
    if lease is not None:
        return lease
    for source, work in _candidates(agent=agent, now=now):
        lease = _take(work, agent=agent, source=source)
        if lease is not None:
            return lease
    return None


def is_anybody_left(*, agent, now):
    """Whether a claim at this minute would find somebody."""
    return any(work.exists() for _source, work in _candidates(agent=agent, now=now))


def expire():
    """Close holds whose time has run out, by the database's clock."""
    Lease.objects.open().filter(expires_at__lte=Now()).update(closed_at=Now(), closed_as=ClosedAs.EXPIRED)


def extend(*, lease):
    """Keep the hold for another while, as the agent is still at it. Returns False if it is no longer theirs."""
    return bool(Lease.objects.open().filter(pk=lease.pk).update(expires_at=Now() + HOLD))


def skip(*, lease, why):
    """Hand the patient back with a reason; they go to the end of the agent's list."""
    closed = Lease.objects.open().filter(pk=lease.pk)
    if closed.update(closed_at=Now(), closed_as=ClosedAs.SKIPPED, why_skipped=why):
        last = QueueItem.objects.filter(agent=lease.agent).order_by("-position").values_list("position", flat=True).first()
        QueueItem.objects.filter(enrollment=lease.enrollment).update(position=(last or 0) + 1)


def let_go(*, agent):
    """Hand back whatever the agent holds, as when their membership ends or a supervisor frees the patient."""
    Lease.objects.open().filter(agent=agent).update(closed_at=Now(), closed_as=ClosedAs.RELEASED)


def _candidates(*, agent, now):
    """(source, a few enrollments that may be called at this minute, the first one first), in order of precedence.

    Who waits is read first, in slices; the rules are then asked about a slice, not about all open work.
    """
    for source, leave_out, order, waiting in _waiting(agent=agent, now=now):
        for ids in _slices(waiting.values_list("enrollment_id", flat=True)):
            # Only where somebody waits: putting the rules together costs as much as a query.
            work = open_work(practice=agent.practice, now=now, leave_out=leave_out).filter(
                ~Exists(Lease.objects.open().filter(patient=OuterRef("patient"))),
                ~Exists(_put_aside(agent).filter(enrollment=OuterRef("pk"))),
                blocked_by="",
                pk__in=ids,
            )
            yield source, work.order_by(order)


def _waiting(*, agent, now):
    """(source, rules that do not count for it, order of enrollments, rows that wait there), in order of precedence."""
    in_hours = {"patient__zone_key__in": open_zone_keys(practice=agent.practice, now=now)}
    promised = Callback.objects.due(now=now).filter(**in_hours).order_by("due_at")
    queued = QueueItem.objects.filter(done_at__isnull=True, **in_hours).order_by("position", "pk")
    by_promise = ("CALLBACK", "COOLING_DOWN", "CALLED_OFTEN", "ATTEMPTS_USED")
    return [
        (Source.CALLBACK, by_promise, "next_eligible_at", promised.filter(owner=agent)),
        (Source.QUEUE, (), "queue_items__position", queued.filter(agent=agent)),
        (Source.CALLBACK, by_promise, "next_eligible_at", promised.filter(due_at__lte=now - HAND_OVER)),
        (Source.QUEUE, (), "queue_items__position", queued.filter(_may_work(agent), agent__isnull=True)),
    ]


def _may_work(agent):
    """Campaigns that name their agents are worked by those alone, also from the pool."""
    named = CampaignAgent.objects.filter(campaign=OuterRef("enrollment__campaign"))
    return ~Q(Exists(named)) | Q(Exists(named.filter(agent=agent)))


def _slices(rows):
    start, size = 0, FIRST_SLICE
    while ids := list(rows[start : start + size]):
        yield ids
        start, size = start + size, LATER_SLICE


def _put_aside(agent):
    return Lease.objects.filter(agent=agent, closed_as=ClosedAs.SKIPPED, closed_at__gt=Now() - PUT_ASIDE)


def _take(work, *, agent, source):
    for _ in range(TRIES):
        enrollment = work.select_for_update(skip_locked=True, of=("self",)).first()
        if enrollment is None:
            return None
        try:
            with transaction.atomic():
                Lease.objects.create(
                    enrollment=enrollment,
                    patient_id=enrollment.patient_id,
                    agent=agent,
                    source=source,
                    opened_at=Now(),
                    expires_at=Now() + HOLD,
                )
        except IntegrityError:
            pass  # another page of the same agent, or another agent at the same person, was quicker
        held = current(agent=agent)
        if held is not None:
            return held
    return None
