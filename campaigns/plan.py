"""The nightly plan: every agent's call list for one business date, replaced in one transaction.

Enrollments follow their rules, then one statement does the rest: it asks the rules of all open work, deals to agents
for two weeks at a time what has no agent, ranks what may be called, replaces the queue, and tells what changed and why.
Building again gives the same queue for the same data.
"""

import json
from datetime import timedelta
from time import monotonic

from django.db import connection
from django.db.models import Max

from accounts.planner import WHOLE_PRACTICE, hash_only

from . import callbacks, eligibility, expected_yield, numbers
from .enrollment import refresh
from .models import QueueBuild
from .plan_sql import BUILD

ROTATION = timedelta(days=14)
BUSY = "SELECT pg_try_advisory_xact_lock(hashtext('queue_build'), %s)"
WAIT = "SELECT pg_advisory_xact_lock(hashtext('queue_build'), %s)"


class BuildRuns(Exception):
    """Another build of the practice is at work at this moment; nothing was done."""


def build(*, practice, now, by=None, waits=True):
    """Build the queue of the practice's date at `now`. Returns the QueueBuild with its counts.

    Runs inside `tenancy.practice(…)`. Agents at work keep the patient they have open, and what they did today stays.
    While another build of the practice runs this one waits for it, or raises BuildRuns where `waits` is false.
    """
    clock = monotonic()
    with connection.cursor() as cursor:
        cursor.execute(WAIT if waits else BUSY, [practice.pk])
        if not waits and not cursor.fetchone()[0]:
            raise BuildRuns("a build of this practice is running")
        hash_only(cursor, work_memory=WHOLE_PRACTICE)
    numbers.reopen_reachable(practice=practice, now=now)
    callbacks.expire(practice=practice, now=now)
    callbacks.bring_into_hours(practice=practice, now=now)
    on = practice.business_date(now)
    enrolled = {}
    for campaign in practice.campaigns.running(on=on).order_by("pk"):
        enrolled[campaign.pk] = refresh(campaign=campaign, now=now).counts
    return _write(practice=practice, on=on, now=now, by=by, enrolled=enrolled, clock=clock)


def build_due(*, practice, now):
    """Build the plan of the night if it is missing: once, however often and wherever it is asked. Returns it, or None."""
    with connection.cursor() as cursor:
        cursor.execute(BUSY, [practice.pk])
        is_free = cursor.fetchone()[0]
    # Asked under the lock: a build that ended a moment ago is seen.
    return build(practice=practice, now=now) if is_free and due_on(practice=practice, now=now) else None


def due_on(*, practice, now):
    """The business date whose plan should exist by now and doesn't, or None. A missed night is thus made up."""
    local = practice.local(now)
    if local.time() < practice.build_at or QueueBuild.objects.filter(business_date=local.date()).exists():
        return None
    return local.date()


def _write(*, practice, on, now, by, enrolled, clock):
    moment = eligibility.today(practice=practice, now=now)
    before = QueueBuild.objects.newest()
    of_date = QueueBuild.objects.filter(business_date=on).aggregate(last=Max("number"))["last"]
    build = QueueBuild.objects.create(
        practice=practice, business_date=on, number=(of_date or 0) + 1, started_at=now, finished_at=now,
        queued=0, blocked={}, changes={}, enrollment=enrolled, built_by=by,
    )  # fmt: skip
    by_attempt, by_part = expected_yield.figures(practice=practice, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            BUILD,
            moment.params
            | {
                "build": build.pk,
                "weekday": on.isoweekday(),
                "rotation": ROTATION.days,
                "midnight": practice.midnight(on),
                "asked_at": now,
                "by_attempt": by_attempt,
                "by_part": by_part,
                "before": before.started_at if before else None,
            },
        )
        queued, blocked, changes = cursor.fetchone()
    build.queued, build.blocked, build.changes = queued, json.loads(blocked), json.loads(changes)
    build.finished_at = now + timedelta(seconds=monotonic() - clock)
    build.save(update_fields=["queued", "blocked", "changes", "finished_at"])
    return build
