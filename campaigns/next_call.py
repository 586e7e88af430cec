"""Whom the agent calls next, and the hold on that patient while they do.

A hold (lease) is a row that expires by the clock of the database. Partial unique indexes are the real guard: one open
lease per agent, per person and per number; a trigger refuses what the caps on calls and wishes forbid. The order: own due
callbacks, own queue, due callbacks of colleagues who are away or late, the pool.
"""

from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from . import eligibility
from .claim_sql import ANYBODY, CLAIMS, MOST_WAITING
from .models import Lease, QueueItem
from .models.lease_guard import REFUSED

HOLD = timedelta(minutes=20)
# Past its promised moment by this much, a colleague may make the call instead of an owner who is at work.
HAND_OVER = timedelta(minutes=10)
# Most claims find somebody among the first few who wait; when many are blocked at this minute, look further at once.
FIRST_SLICE, LATER_SLICE = 12, 500
# How often a claim is tried anew when others take the first ones at the same instant.
TRIES = 5
# Whom the agent handed back does not come to them again before this much time has passed.
PUT_ASIDE = timedelta(minutes=15)

ClosedAs = Lease.ClosedAs


def current(*, agent):
    """The agent's open, unexpired lease, or None."""
    return Lease.objects.open().filter(agent=agent, expires_at__gt=Now()).first()


def claim(*, agent, now):
    """The agent's next patient as an open lease, or None when there is nobody to call at this minute.

    Asked again before the outcome is saved (a second tab, a double click), it returns the same lease.
    """
    lease = Lease.objects.open().filter(agent=agent).annotate(is_over=_is_over()).first()
    if lease is not None and not lease.is_over:
        return lease
    expire()
    params = _params(agent=agent, now=now)
    for statement in CLAIMS:
        lease = _take(statement, params, agent=agent)
        if lease is not None:
            return lease
    return None


def is_anybody_left(*, agent, now):
    """Whether a claim at this minute would find somebody."""
    params = _params(agent=agent, now=now)
    return any(_look(statement, params) == (True,) for statement in ANYBODY)


def expire():
    """Close holds whose time has run out, by the database's clock."""
    Lease.objects.open().filter(expires_at__lte=Now()).update(closed_at=Now(), closed_as=ClosedAs.EXPIRED)


def extend(*, lease):
    """Keep the hold for another while, as the agent is still at it. Returns False if it is no longer theirs."""
    return bool(Lease.objects.open().filter(pk=lease.pk).update(expires_at=Now() + HOLD))


def skip(*, lease, why):
    """Hand the patient back with a reason; they go to the end of the list they stand in, the agent's or the pool."""
    closed = Lease.objects.open().filter(pk=lease.pk)
    if closed.update(closed_at=Now(), closed_as=ClosedAs.SKIPPED, why_skipped=why):
        for place in QueueItem.objects.filter(enrollment=lease.enrollment_id, done_at__isnull=True):
            last = QueueItem.objects.filter(agent=place.agent_id).order_by("-position").values_list("position", flat=True).first()
            place.position = last + 1
            place.save(update_fields=["position"])


def let_go(*, agent):
    """Hand back whatever the agent holds, as when their membership ends or a supervisor frees the patient.

    Returns whether they held somebody.
    """
    return bool(Lease.objects.open().filter(agent=agent).update(closed_at=Now(), closed_as=ClosedAs.RELEASED))


def _is_over():
    return ExpressionWrapper(Q(expires_at__lte=Now()), output_field=BooleanField())


def _params(*, agent, now):
    moment = eligibility.at_the_minute(practice=agent.practice, now=now)
    colleagues = agent.practice.memberships.active().select_related("practice")
    return moment.params | {
        "agent": agent.pk,
        "late": now - HAND_OVER,
        "at_work": [member.pk for member in colleagues if member.works_at(now)],
        "hold": HOLD,
        "put_aside": PUT_ASIDE,
        "skipped": 0,
        "slice": FIRST_SLICE,
    }


def _take(statement, params, *, agent):
    """Hold the first who may be called, by one of CLAIMS. Looks through all who wait before it gives up."""
    most = None
    while most is None or params["skipped"] < most:
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    found = _look(statement, params)
            except DatabaseError as refused:
                if getattr(refused.__cause__, "pgcode", None) != REFUSED:
                    raise
                continue  # a wish or a colleague's call came in between
            if found is None:
                break
            return Lease.objects.get(pk=found[0])
        held = current(agent=agent)  # another page of the same agent was quicker
        if held is not None:
            return held
        if most is None:
            most = _look(MOST_WAITING, params)[0]
        params = params | {"skipped": params["skipped"] + params["slice"], "slice": LATER_SLICE}
    return None


def _look(statement, params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()
