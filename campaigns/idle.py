"""Why an agent has nobody to call at this minute, in the words of the same rules that hold the patients back."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from .calling_hours import NeverOpen
from .eligibility import BLOCKED_BY, IS_OPEN, LABELS, OPEN_WORK, at_the_minute
from .models import QueueBuild, QueueItem
from .next_call import is_anybody_left
from .plan_words import rows


@dataclass(frozen=True)
class Idle:
    """`because`: READY (there is somebody after all), NOT_BUILT, NOTHING_QUEUED, ALL_DONE, CLOSED (calling hours) or
    BLOCKED (rules, or held by colleagues).

    `blocked` are (reason, count) pairs, the most frequent first: together with those `waiting_for_hours` they are the
    `left` on the agent's list or in the pool. `opens_at` is when the first who only waits for calling hours may be called.
    `at_build` (plan_words.Row) is where all open enrollments of the practice stood when the lists were built.
    """

    because: str
    left: int
    waiting_for_hours: int
    opens_at: datetime | None
    blocked: list[tuple[str, int]]
    at_build: list

    @property
    def open_work(self):
        """The open enrollments of the practice at the build."""
        return sum(row.rows for row in self.at_build)


def why_idle(*, agent, practice, now):
    """Explain an empty desk as of `now`."""
    build = QueueBuild.objects.newest()
    mine = Q(agent=agent) | Q(agent__isnull=True)
    moment = at_the_minute(practice=practice, now=now)
    blocked, closed_keys = _held_back(agent=agent, moment=moment)
    left = blocked.total() + closed_keys.total()
    today = practice.business_date(now)
    if is_anybody_left(agent=agent, now=now):
        because = "READY"
    else:
        because = _because(build, left=left, blocked=blocked, closed=closed_keys, mine=mine, today=today)
    return Idle(
        because=because,
        left=left,
        waiting_for_hours=closed_keys.total(),
        opens_at=_first_opening(closed_keys, moment=moment),
        blocked=blocked.most_common(),
        at_build=rows(build=build) if build else [],
    )


def _because(build, *, left, blocked, closed, mine, today):
    if build is None or (build.business_date < today and not left):
        return "NOT_BUILT"
    if left:
        return "CLOSED" if closed and closed.total() >= blocked.total() else "BLOCKED"
    return "ALL_DONE" if QueueItem.objects.filter(mine).exists() else "NOTHING_QUEUED"


# Patients on the agent's list or in the pool, by what holds them back at this minute.
HELD_BACK = f"""
SELECT {BLOCKED_BY} AS blocked_by, p.zone_key || p.wish_key || c.own_hours, count(*)
FROM {OPEN_WORK} JOIN campaigns_queueitem q ON q.practice_id = %(practice)s AND q.enrollment_id = e.id
WHERE {IS_OPEN} AND q.done_at IS NULL AND (q.agent_id = %(agent)s OR q.agent_id IS NULL)
GROUP BY 1, 2
"""


def _held_back(*, agent, moment):
    """Counts by reason, and counts by hours key of those that only wait for calling hours."""
    blocked, closed = Counter(), Counter()
    with connection.cursor() as cursor:
        cursor.execute(HELD_BACK, moment.params | {"agent": agent.pk})
        for rule, hours_key, rows in cursor.fetchall():
            if rule in ("OUT_OF_HOURS", "CAMPAIGN_HOURS"):
                closed[hours_key] += rows
            else:
                blocked[LABELS[rule] if rule else "With a colleague, or put aside by you a moment ago"] += rows
    return blocked, closed


def _first_opening(hours_keys, *, moment):
    moments = []
    for key in hours_keys:
        try:
            moments.append(moment.hours.next_open(key, moment.now))
        except NeverOpen:
            continue
    return min(moments, default=None)
