"""Changes of many enrollments at once: handed to an agent or the pool, closed, put back, called first; and each undone for a day.

First they are chosen (`choose`), then looked at (`outlook`), then changed (`carry_out`): exactly those chosen, in one
transaction, once. Whoever is in a call, or may not be changed for another reason, is left as they are and counted. Wishes not
to be called stand above all of it: who asked for that stays closed.
"""

from collections import Counter
from datetime import timedelta

from django.db import connection

from accounts.planner import room_for_hashes

from . import bulk_sql
from .models import BulkChange, Enrollment, QueueBuild
from .models.bulk_change import UNDO_WITHIN
from .plan import BUSY

Action, ClosedAs = BulkChange.Action, Enrollment.ClosedAs
# What one transaction of a page changes within seconds.
MOST = 100_000
# A choice nobody confirmed.
FORGOTTEN_AFTER = timedelta(hours=1)
# How people may close, and what follows: the nightly rule takes back whom it did not see settled (enrollment.SETTLED).
CLOSINGS = {
    ClosedAs.LOST: "Lost: not enrolled again by this campaign; a win-back campaign may",
    ClosedAs.UNREACHABLE: "Unreachable: not enrolled again by this campaign",
    ClosedAs.INELIGIBLE: "No longer fits: may enter again, as early as tonight, if the rule takes them",
}
# Reasons to leave an enrollment as it is, as in “9 in a call right now”.
REASONS = {
    "NOT_FOUND": "not found",
    "IN_CALL": "in a call right now",
    "CLOSED": "closed already",
    "OPEN": "open already",
    "OPTED_OUT": "asked not to be called",
    "ENDED": "of a campaign that has ended",
    "RECORD": "deceased, inactive or merged records",
    "SECOND": "enrolled again in the same campaign",
    "NOT_THEIRS": "of a campaign that this agent does not work",
    "SAME": "as wanted already",
    "CALLED": "called since",
    "CHANGED": "changed otherwise since",
}

BUILDING = "The call lists are being built, or another change runs. Nothing was changed; try again in a minute."


class BulkRefused(Exception):
    """Nothing was changed; the text tells the user why."""


def choose(*, action, by, now, ids=(), condition=None, query=""):
    """Keep which enrollments a change is about: these `ids`, or all that a tracker_choice.Condition holds for.

    Returns the BulkChange. Raises BulkRefused for none, or for more than MOST. Ids of nothing, or of another practice, are not
    found later.
    """
    chosen = list(dict.fromkeys(ids)) if condition is None else _matching(condition)
    if not chosen:
        raise BulkRefused("Nothing is selected. Tick rows first, or choose all that match.")
    if len(chosen) > MOST:
        raise BulkRefused(f"At most {MOST:,} enrollments are changed at once. Narrow the list with a filter.")
    BulkChange.objects.filter(made_by=by, done_at=None, chosen_at__lt=now - FORGOTTEN_AFTER).delete()
    return BulkChange.objects.create(action=action, enrollment_ids=chosen, query=query, made_by=by, chosen_at=now)


def outlook(*, change):
    """Counter of what a change would find at this moment: "" → would be changed, a code of REASONS → would not."""
    params = _params(change) | {"decided": False}
    with connection.cursor() as cursor:
        room_for_hashes(cursor)
        cursor.execute(bulk_sql.outlook(change.action), params)
        return Counter(dict(cursor.fetchall()))


def carry_out(*, change, by, now, to_agent=None, closed_as="", why="", is_priority=None):
    """Do what was chosen, as its action needs it: `to_agent` (None: the pool), `closed_as` with `why`, or `is_priority`.

    Returns the BulkChange with its counts; asked again it changes nothing more. Raises BulkRefused while call lists are built.
    """
    change = _locked(change)
    if change.done_at:
        return change
    change.to_agent, change.closed_as, change.why, change.is_priority = to_agent, closed_as, why.strip(), is_priority
    change.save(update_fields=["to_agent", "closed_as", "why", "is_priority"])
    on = by.practice.business_date(now)
    # As the plan does: of who is off today others take the work.
    list_of = to_agent.pk if to_agent and on.isoweekday() in to_agent.shift_days else None
    because = f"{change.why} (by {by.name})"[:120]
    _run(
        bulk_sql.change(change.action),
        change,
        {"now": now, "on": on, "list_of": list_of, "decided": True, "because": because, "closed_as": closed_as},
    )
    return change


def undo(*, change, by, now):
    """Put back what the change found, but for whom somebody has worked on since. Returns the BulkChange with its counts.

    Raises BulkRefused later than UNDO_WITHIN, and while the call lists are built. Asked again it changes nothing more.
    """
    change = _locked(change)
    if change.undone_at:
        return change
    if not change.may_be_undone(now=now):
        hours = UNDO_WITHIN.total_seconds() / 3600
        raise BulkRefused(f"There is nothing to undo: changes can be undone for {hours:.0f} hours.")
    newest = QueueBuild.objects.newest()
    build = newest.pk if newest else None
    _run(bulk_sql.undo(change.action), change, {"now": now, "by": by.pk, "newest_build": build, "done_at": change.done_at})
    return change


def told(counts):
    """Counts by reason in words, the most frequent first: “9 in a call right now, 5 closed already”."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {REASONS.get(code, code)}" for code, count in ordered)


def forget(*, now):
    """Drop what it would take to undo changes that nobody may undo any more."""
    BulkChange.objects.filter(done_at__lt=now - UNDO_WITHIN).exclude(former=[]).update(former=[])


def _matching(condition):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id FROM campaigns_enrollment e WHERE {condition.sql} ORDER BY e.id LIMIT %(most)s",
            condition.params | {"most": MOST + 1},
        )
        return [row[0] for row in cursor.fetchall()]


def _locked(change):
    """The stored change, held until the transaction ends: who sends the form twice waits, and finds it done."""
    stored = BulkChange.objects.select_for_update().defer("former", "enrollment_ids")
    return stored.get(pk=change.pk)


def _run(statement, change, params):
    """Lock the enrollments, those that others are saving at this instant left out, and run the statement over them."""
    params = _params(change) | params
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [change.practice_id])
        if not cursor.fetchone()[0]:
            raise BulkRefused(BUILDING)
        room_for_hashes(cursor)
        cursor.execute(bulk_sql.LOCK, params)
        locked = [row[0] for row in cursor.fetchall()]
        cursor.execute(statement, params | {"locked": _array(locked)})
    change.refresh_from_db()


def _params(change):
    return {
        "practice": change.practice_id,
        "change": change.pk,
        "to": change.to_agent_id,
        "is_priority": change.is_priority,
    }


def _array(ids):
    """Ids as PostgreSQL reads an array: much faster than a list of as many parameters."""
    return "{" + ",".join(map(str, ids)) + "}"
