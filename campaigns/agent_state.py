"""The state of an agent (ready, in call, wrap-up, break), and how long each lasted.

There is no telephone to tell: a call lasts from the patient being opened until the agent says that it has ended or picks an
outcome, wrap-up from then until the outcome is saved. Who says nothing any more, as with a closed browser, is not counted:
the time ends with the last sign of life. In a request the state is told last, after holds: whoever else waited for either
while holding the other would wait forever.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import connection
from django.db.models import Case, DateTimeField, DurationField, ExpressionWrapper, F, Max, Q, Sum, Value, When
from django.db.models.functions import Greatest, Least, Now

from . import day
from .models import AgentSpell, Lease

State = AgentSpell.State

# Without a sign for so long nobody is there any more. A break is taken away from the desk.
SILENCE = timedelta(minutes=15)
SILENCE_OF_BREAK = timedelta(hours=2)
# A page that stays open tells of it each time it asks something: one line a minute is enough.
SEEN_EVERY = timedelta(minutes=1)


class StateRefused(Exception):
    """The state does not fit what the agent does; the text says so to them."""


def follow(*, agent, now):
    """The state that what the agent holds puts them in: in call with a patient open, else ready. Ends a break.

    Returns the spell. Several pages of one agent may tell a state at once: they come one after the other, each in its
    transaction. In the state they are in already nothing changes.
    """
    _lock(agent)
    return _enter(agent, State.IN_CALL if _holds_somebody(agent) else State.READY, "", _whole(now))


def end_call(*, lease, now):
    """The agent has hung up and wraps up, unless they hold the patient no longer. Returns their current spell or None."""
    agent = lease.agent
    _lock(agent)
    # The word of a page that comes in after its outcome is not about the next patient.
    if not Lease.objects.open().filter(pk=lease.pk, expires_at__gt=Now()).exists():
        return current(agent=agent, now=now)
    return _enter(agent, State.WRAP_UP, "", _whole(now))


def take_break(*, agent, reason, now):
    """Begin a break. Raises StateRefused while a patient is open."""
    _lock(agent)
    if _holds_somebody(agent):
        raise StateRefused("You have a patient open. Save the outcome or hand the patient back, then take your break.")
    return _enter(agent, State.BREAK, reason, _whole(now))


def _holds_somebody(agent):
    """Whether a patient is open, at hand or in the lane of those who ring back."""
    return Lease.objects.open().filter(agent=agent, expires_at__gt=Now()).exists()


def seen(*, agent, now):
    """Note a sign of life. An agent without a state, or silent for too long, is at work again from now on.

    Returns their current spell, or None for somebody who leads and does not call.
    """
    spell = current(agent=agent, now=now)
    if spell is not None:
        _touch(spell, _whole(now))
        return spell
    return follow(agent=agent, now=now) if agent.is_agent or _holds_somebody(agent) else None


def current(*, agent, now):
    """The agent's spell of this minute, or None if they are away: never came, left, or have been silent for too long."""
    spell = _open(agent)
    return spell if spell is not None and not _is_silent(spell, now) else None


def leave(*, agent):
    """The agent has gone, as by signing out: their open spell ended with its last sign of life."""
    _lock(agent)
    AgentSpell.objects.open().filter(agent=agent).update(until_at=F("seen_at"))


def totals(*, practice, on, now):
    """Agent id → {(state, reason): seconds} on a date of the practice, midnight to midnight; only breaks have a reason.

    What is open counts until now, or to its last sign of life if that is too long ago.
    """
    starts_at, ends_at = day.bounds(practice=practice, on=on)
    spells = _touching(practice, starts_at, ends_at).annotate(ended_at=_ended_at(_whole(now)))
    within = Least("ended_at", _moment(ends_at)) - Greatest("since_at", _moment(starts_at))
    rows = spells.filter(ended_at__gt=Greatest("since_at", _moment(starts_at))).order_by().values_list("agent", "state", "reason")
    found = defaultdict(dict)
    for agent_id, state, reason, lasted in rows.annotate(lasted=Sum(ExpressionWrapper(within, DurationField()))):
        found[agent_id][state, reason] = int(lasted.total_seconds())
    return dict(found)


def at_work(*, practice, now):
    """The current spells of the practice, one an agent: agent id → spell."""
    spells = AgentSpell.objects.open().filter(practice=practice)
    return {spell.agent_id: spell for spell in spells if not _is_silent(spell, now)}


def last_seen(*, practice, on):
    """Agent id → last sign of life on a date of the practice."""
    starts_at, ends_at = day.bounds(practice=practice, on=on)
    spells = _touching(practice, starts_at, ends_at).filter(seen_at__gte=starts_at)
    return dict(spells.order_by().values_list("agent").annotate(seen=Max(Least("seen_at", _moment(ends_at)))))


def _touching(practice, starts_at, ends_at):
    """Spells that may reach into the time between two moments."""
    spells = AgentSpell.objects.filter(practice=practice, since_at__lt=ends_at)
    return spells.filter(Q(until_at__isnull=True) | Q(until_at__gt=starts_at))


def _whole(moment):
    """In whole seconds, so that parts add up to their sum."""
    return moment.replace(microsecond=0)


def _lock(agent):
    """Until the transaction of the practice ends (accounts.tenancy)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('state of ' || %s), %s)", [str(agent.pk), agent.practice_id])


def _enter(agent, state, reason, now):
    spell = _open(agent)
    if spell is not None and not _is_silent(spell, now) and (spell.state, spell.reason) == (state, reason):
        _touch(spell, now)
        return spell
    since_at = _end(spell, now) if spell is not None else now
    return AgentSpell.objects.create(agent=agent, state=state, reason=reason, since_at=since_at, seen_at=since_at)


def _open(agent):
    return AgentSpell.objects.open().filter(agent=agent).first()


def _allowed(spell):
    return SILENCE_OF_BREAK if spell.is_break else SILENCE


def _is_silent(spell, now):
    return _whole(now) - spell.seen_at > _allowed(spell)


def _touch(spell, now):
    if now - spell.seen_at >= SEEN_EVERY:
        AgentSpell.objects.open().filter(pk=spell.pk, seen_at__lt=now).update(seen_at=now)


def _end(spell, now):
    """End an open spell, at its last sign of life if that is too long ago. Returns the moment the next one may begin."""
    # Another page may have been quicker by a second.
    now = max(now, spell.seen_at)
    is_silent = _is_silent(spell, now)
    spell.until_at = spell.seen_at if is_silent else now
    spell.seen_at = spell.until_at
    spell.save(update_fields=["until_at", "seen_at"])
    return now


def _moment(value):
    return Value(value, DateTimeField())


def _ended_at(now):
    """When a spell ended, as far as `now` tells; for a query."""
    is_silent = Q(state=State.BREAK, seen_at__lt=now - SILENCE_OF_BREAK) | (~Q(state=State.BREAK) & Q(seen_at__lt=now - SILENCE))
    return Case(
        When(until_at__isnull=False, then=F("until_at")),
        When(is_silent, then=F("seen_at")),
        default=Greatest("since_at", _moment(now)),
    )
