"""Work moved from one agent to another, or into the pool that all may take from; and put back.

An open call is never touched: its enrollment is locked by whoever opens it or saves its outcome, and is passed over here.
Promised callbacks go along only if they are meant to, and only to an agent: a promise has an owner.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pghistory
from django.db import connection
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from . import next_call, plan
from .models import Callback, CampaignAgent, Enrollment, Lease, QueueItem, WorkMove

MOVES = "SELECT pg_advisory_xact_lock(hashtext('work_move'), %s)"
AT_HAND = timedelta(minutes=10)
HELD, LANGUAGE, CAMPAIGN = "HELD", "LANGUAGE", "CAMPAIGN"
WHY_LENGTH = Callback._meta.get_field("why_changed").max_length
# Of an enrollment: somebody has the patient open under it, or has promised to call. Of a callback: its patient is open.
OPEN = Exists(Lease.objects.open().filter(enrollment=OuterRef("pk")))
PROMISED = Exists(Callback.objects.pending().filter(enrollment=OuterRef("pk")))
HELD_NOW = Exists(Lease.objects.open().filter(enrollment=OuterRef("enrollment")))

# Behind what the agent has to call already, in the order it had.
TAKE_PLACES = """
UPDATE campaigns_queueitem q SET agent_id = %(to)s, position = last.position + moved.place
FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM campaigns_queueitem
      WHERE practice_id = %(practice)s AND enrollment_id = ANY(%(ids)s) AND agent_id = %(from)s AND done_at IS NULL) moved,
     (SELECT coalesce(max(position), 0) AS position FROM campaigns_queueitem
      WHERE practice_id = %(practice)s AND agent_id IS NOT DISTINCT FROM %(to)s) last
WHERE q.practice_id = %(practice)s AND q.id = moved.id
"""
PUT_BACK = """
UPDATE campaigns_enrollment e SET assigned_agent_id = %(from)s, assigned_on = was.assigned_on
FROM unnest(%(ids)s::bigint[], %(dates)s::date[]) AS was(id, assigned_on)
WHERE e.practice_id = %(practice)s AND e.id = was.id AND e.id = ANY(%(back)s)
"""
PUT_PLACES_BACK = """
UPDATE campaigns_queueitem q SET agent_id = %(from)s, position = was.position
FROM unnest(%(ids)s::bigint[], %(positions)s::int[]) AS was(id, position)
WHERE q.practice_id = %(practice)s AND q.enrollment_id = was.id AND was.id = ANY(%(back)s) AND was.position IS NOT NULL
  AND q.agent_id IS NOT DISTINCT FROM %(to)s AND q.done_at IS NULL
"""


class MoveRefused(Exception):
    """The move makes no sense or can't be made now; the text says so to the user. Nothing was changed."""


@dataclass(frozen=True)
class Load:
    """What an agent has in hand: open enrollments, those still to be called on today's list, and promised callbacks."""

    open: int = 0
    listed: int = 0
    promised: int = 0


def loads(*, practice):
    """Agent id → Load, for whoever has any; None is the pool."""
    counts = {
        "open": Enrollment.objects.open().filter(practice=practice).values_list("assigned_agent"),
        "listed": QueueItem.objects.filter(practice=practice, done_at__isnull=True).values_list("agent"),
        "promised": Callback.objects.pending().filter(practice=practice).values_list("owner"),
    }
    found = {name: dict(rows.order_by().annotate(Count("pk"))) for name, rows in counts.items()}
    return {agent: Load(**{name: rows.get(agent, 0) for name, rows in found.items()}) for agent in set().union(*found.values())}


def move(*, from_agent, to, campaign=None, listed_only=True, most=None, with_callbacks=False, key, by, now):
    """Give work of one agent to another (`to`), or into the pool (None). Returns the WorkMove; the same key moves once.

    `listed_only` takes what is still to be called today, else all open work, what is not on the list last. `most` takes so
    many, from the end of the list, so that what comes up next stays. What the other may not work stays: patients whose language
    the one speaks and the other doesn't, campaigns that name other agents, and whoever is open or being saved at this moment.
    Raises MoveRefused.
    """
    practice = by.practice
    if earlier := _once(practice, key=key):
        return earlier
    _refuse(from_agent, to, with_callbacks=with_callbacks)
    work = Enrollment.objects.open().filter(assigned_agent=from_agent, **({"campaign": campaign} if campaign else {}))
    rows = _with_reasons(work.filter(~PROMISED), from_agent=from_agent, to=to)
    rows = list(rows.filter(place__isnull=False) if listed_only else rows)
    able = [pk for pk, _place, stays in rows if not stays][:most]
    promises = _promises(from_agent, to=to, campaign=campaign) if with_callbacks else []
    locked = _lock([*able, *(enrollment_id for enrollment_id, stays in promises if not stays)])
    with pghistory.context(user=by.user_id):
        callbacks = _give_promises(locked, from_agent=from_agent, to=to, why=f"Moved by {by.name}")
    given = Callback.objects.filter(pk__in=callbacks).values("enrollment")
    # Read again under the lock: an outcome may have been saved, or a patient opened, a moment ago.
    taken = dict(work.filter(~OPEN, ~PROMISED | Q(pk__in=given), pk__in=locked).values_list("pk", "assigned_on"))
    stayed = Counter(stays for _pk, *_place, stays in (*rows, *promises) if stays)
    stayed[HELD] += len(set(able) - taken.keys())
    places = {pk: place for pk, place, _stays in rows}
    Enrollment.objects.filter(pk__in=list(taken)).update(
        assigned_agent=to, assigned_on=practice.business_date(now) if to else None
    )
    made = WorkMove.objects.create(
        from_agent=from_agent, to_agent=to, campaign=campaign, enrollment_ids=list(taken), assigned_on=list(taken.values()),
        positions=[places.get(pk) for pk in taken], callback_ids=callbacks, stayed=+stayed, moved_by=by, moved_at=now, key=key,
    )  # fmt: skip
    _run(TAKE_PLACES, made)
    return made


def undo(*, moved, by, now):
    """Put back what a WorkMove of today took. Returns (enrollments, callbacks) that are back.

    What was closed, called or given to others since stays as it is, and so does what is open at this moment. Raises MoveRefused
    for one of an earlier date, or undone before, and where the agent works no list any more: nobody would call from it.
    """
    practice = by.practice
    _once(practice, key=moved.key)
    moved.refresh_from_db()
    if moved.undone_at is not None:
        raise MoveRefused("This move was undone before. Nothing was changed.")
    if practice.business_date(moved.moved_at) != practice.business_date(now):
        raise MoveRefused("Only moves of today can be undone: the lists were built anew since. Move the work again instead.")
    _refuse_without_list(moved.from_agent)
    promised = Callback.objects.pending().filter(pk__in=moved.callback_ids, owner=moved.to_agent)
    locked = _lock([*moved.enrollment_ids, *promised.values_list("enrollment", flat=True)])
    with pghistory.context(user=by.user_id):
        callbacks = _give(promised.filter(~HELD_NOW, enrollment__in=locked), to=moved.from_agent, why=f"Put back by {by.name}")
    still = Enrollment.objects.open().filter(~OPEN, pk__in=locked & set(moved.enrollment_ids), assigned_agent=moved.to_agent)
    back = list(still.values_list("pk", flat=True))
    _run(PUT_BACK, moved, back=back)
    _run(PUT_PLACES_BACK, moved, back=back)
    WorkMove.objects.filter(pk=moved.pk).update(undone_at=now)
    return len(back), len(callbacks)


def just_moved(*, by, now):
    """The last WorkMove that a member made within ten minutes and has not undone, or None: for an Undo at hand."""
    recent = WorkMove.objects.filter(moved_by=by, undone_at=None, moved_at__gt=now - AT_HAND, moved_at__lte=now)
    return recent.order_by("-pk").first()


def _once(practice, *, key):
    """The move that was made with this key, or None. From here on nobody else moves or builds in the practice.

    Raises MoveRefused while a build runs: it would deal from what it read before.
    """
    with connection.cursor() as cursor:
        cursor.execute(MOVES, [practice.pk])
        earlier = WorkMove.objects.filter(key=key).first()
        cursor.execute(plan.BUSY, [practice.pk])
        if not cursor.fetchone()[0]:
            raise MoveRefused("The call lists are being built at this moment. Try again in a minute.")
    next_call.expire()
    return earlier


def _refuse(from_agent, to, *, with_callbacks):
    if to is None and with_callbacks:
        raise MoveRefused("A promised callback needs an owner: choose an agent, or leave the callbacks with who promised them.")
    if to is not None and to.pk == from_agent.pk:
        raise MoveRefused("Choose somebody else to give the work to.")
    if to is not None:
        _refuse_without_list(to)


def _refuse_without_list(member):
    if not (member.is_agent and member.is_active and member.user.is_active):
        raise MoveRefused(f"{member.name} works no call list.")


def _with_reasons(work, *, from_agent, to):
    """(id, place on the agent's list or None, why it stays or "") of each, the end of the list first."""
    place = QueueItem.objects.filter(enrollment=OuterRef("pk"), agent=from_agent, done_at__isnull=True).values("position")
    rows = work.annotate(place=Subquery(place), stays=_stays(from_agent=from_agent, to=to, held=OPEN))
    return rows.order_by(F("place").desc(nulls_last=True), "-pk").values_list("pk", "place", "stays")


def _stays(*, from_agent, to, held, of=""):
    """Why an enrollment can't be moved, as an expression; `of` is the way to it. The pool is open to all languages."""
    whens = [When(held, then=Value(HELD))]
    if to is not None:
        named = CampaignAgent.objects.filter(campaign=OuterRef(f"{of}campaign"))
        whens.append(When(Exists(named) & ~Exists(named.filter(agent=to)), then=Value(CAMPAIGN)))
        lost = set(from_agent.languages) - set(to.languages)
        whens.append(When(Q((f"{of}patient__language__in", lost)), then=Value(LANGUAGE)))
    return Case(*whens, default=Value(""), output_field=CharField())


def _promises(from_agent, *, to, campaign):
    """(enrollment id, why it stays or "") of each callback the agent has promised."""
    pending = Callback.objects.pending().filter(owner=from_agent, **({"enrollment__campaign": campaign} if campaign else {}))
    stays = _stays(from_agent=from_agent, to=to, held=HELD_NOW, of="enrollment__")
    return list(pending.annotate(stays=stays).values_list("enrollment", "stays"))


def _lock(enrollment_ids):
    """Lock these enrollments, as outcomes and claims do, but for those that one of them has at this moment."""
    free = Enrollment.objects.filter(pk__in=enrollment_ids).select_for_update(no_key=True, skip_locked=True)
    return set(free.values_list("pk", flat=True))


def _give_promises(locked, *, from_agent, to, why):
    return (
        _give(Callback.objects.pending().filter(~HELD_NOW, owner=from_agent, enrollment__in=locked), to=to, why=why) if to else []
    )


def _give(promises, *, to, why):
    """Give these callbacks to an agent, as callbacks.reassign does one. Returns their ids."""
    ids = list(promises.values_list("pk", flat=True))
    first = Coalesce("promised_by", "owner")
    Callback.objects.filter(pk__in=ids).update(
        promised_by=Case(When(Q(promised_by=to) | Q(promised_by=None, owner=to), then=None), default=first),
        owner=to,
        why_changed=why[:WHY_LENGTH],
    )
    return ids


def _run(statement, moved, *, back=()):
    params = {
        "practice": moved.practice_id, "from": moved.from_agent_id, "to": moved.to_agent_id, "ids": moved.enrollment_ids,
        "dates": moved.assigned_on, "positions": moved.positions, "back": list(back),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
