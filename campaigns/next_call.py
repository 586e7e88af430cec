"""Whom the agent calls next, and the hold on that patient while they do. Patients who ring back: campaigns/ring_back.py.

A hold (lease) is a row that expires by the clock of the database. Partial unique indexes are the real guard: one open
lease per agent, per person and per number; a trigger refuses what the caps on calls and wishes forbid. The order: own due
callbacks, own queue, due callbacks of colleagues who are away or late, the pool.
"""

from datetime import timedelta
from itertools import count

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from . import eligibility
from .claim_sql import ANYBODY, CLAIMS, MOST_WAITING
from .models import Lease, QueueItem

HOLD = timedelta(minutes=20)
# Past its promised moment by this much, a colleague may make the call instead of an owner who is at work.
HAND_OVER = timedelta(minutes=10)
# Most claims find somebody among the first few who wait; where many are blocked or taken at this minute, look further. In
# the pool others take the first ones at the same instant.
OWN_SLICES, SHARED_SLICES = (4, 500), (4, 24, 500)
# Whom the agent handed back does not come to them again before this much time has passed.
PUT_ASIDE = timedelta(minutes=15)

ClosedAs = Lease.ClosedAs
FIELDS = [field.attname for field in Lease._meta.concrete_fields]


def current(*, agent):
    """The agent's open, unexpired lease of a call we make, or None."""
    return Lease.objects.open().outbound().filter(agent=agent, expires_at__gt=Now()).first()


def claim(*, agent, now):
    """The agent's next patient as an open lease, or None when there is nobody to call at this minute.

    Asked again before the outcome is saved (a second tab, a double click), it returns the same lease.
    """
    params = _params(agent=agent, now=now)
    own, shared = zip(CLAIMS, MOST_WAITING, (OWN_SLICES, SHARED_SLICES), strict=True)
    # Another page of the same agent may have been quicker.
    return _take(*own, params) or _take(*shared, params | _at_work(agent, now)) or current(agent=agent)


def is_anybody_left(*, agent, now):
    """Whether a claim at this minute would find somebody."""
    params = _params(agent=agent, now=now) | _at_work(agent, now) | {"slice": None}
    return any(_look(statement, params) == (True,) for statement in ANYBODY)


def expire():
    """Close holds whose time has run out, by the database's clock."""
    # Whoever is being closed by another at this instant is left to them: two who wait for each other's would wait forever.
    over = Lease.objects.open().filter(expires_at__lte=Now()).select_for_update(skip_locked=True)
    ids = list(over.values_list("pk", flat=True))
    Lease.objects.filter(pk__in=ids).update(closed_at=Now(), closed_as=ClosedAs.EXPIRED)


def extend(*, lease):
    """Keep the hold for another while, as the agent is still at it. Returns False if it is no longer theirs.

    With it goes the agent's other lane, which is not on the screen meanwhile.
    """
    # In one order: a page of either lane may ask at this instant.
    of_agent = Lease.objects.open().filter(agent=lease.agent_id).order_by("pk").select_for_update(no_key=True)
    held = list(of_agent.values_list("pk", flat=True))
    if lease.pk not in held:
        return False
    Lease.objects.filter(pk__in=held).update(expires_at=Now() + HOLD)
    return True


def skip(*, lease, why):
    """Hand the patient back with a reason; they go to the end of the list they stand in, the agent's or the pool.

    Who rang back is not skipped: nobody meant to call them.
    """
    closed = Lease.objects.open().outbound().filter(pk=lease.pk)
    if closed.update(closed_at=Now(), closed_as=ClosedAs.SKIPPED, why_skipped=why):
        for place in QueueItem.objects.filter(enrollment=lease.enrollment_id, done_at__isnull=True):
            last = QueueItem.objects.filter(agent=place.agent_id).aggregate(last=Max("position"))["last"] or 0
            # A build may replace the list at this instant: then the place is gone, and the new one is as good.
            QueueItem.objects.filter(pk=place.pk).update(position=last + 1)


def let_go(*, agent):
    """Hand back whatever the agent holds, in both lanes, as when their membership ends."""
    Lease.objects.open().filter(agent=agent).update(closed_at=Now(), closed_as=ClosedAs.RELEASED)


def hand_back(*, lease):
    """Let the patient of one hold go, without an outcome. Returns False if the hold had ended before."""
    return bool(Lease.objects.open().filter(pk=lease.pk).update(closed_at=Now(), closed_as=ClosedAs.RELEASED))


def _params(*, agent, now):
    moment = eligibility.at_the_minute(practice=agent.practice, now=now)
    return moment.params | {
        "agent": agent.pk,
        "late": now - HAND_OVER,
        "at_work": [],
        "hold": HOLD,
        "put_aside": PUT_ASIDE,
        "skipped": 0,
        "slice": OWN_SLICES[0],
    }


def _at_work(agent, now):
    """Who is on shift: a promise of somebody who isn't is anybody's at its minute."""
    colleagues = agent.practice.memberships.active().select_related("practice")
    return {"at_work": [member.pk for member in colleagues if member.works_at(now)]}


def _take(call, most_waiting, slices, params):
    """Hold the first who may be called, by one of CLAIMS. Looks through all who wait before it gives up."""
    most = None
    for skipped, size in _windows(slices):
        row = _look(call, params | {"skipped": skipped, "slice": size})
        if row is not None:
            return Lease.from_db(connection.alias, FIELDS, row)
        if size == slices[-1]:
            most = _look(most_waiting, params)[0] if most is None else most
            if skipped + size >= most:
                return None
    return None


def _windows(slices):
    yield from ((0, size) for size in slices)
    yield from ((skipped, slices[-1]) for skipped in count(slices[-1], slices[-1]))


def _look(statement, params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()
