"""Why an agent has nobody to call at this minute, in the words of the same rules that hold the patients back."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from .calling_hours import NeverOpen, is_open, next_open
from .eligibility import LABELS, open_work
from .models import QueueBuild, QueueItem
from .next_call import is_anybody_left


@dataclass(frozen=True)
class Idle:
    """`because`: READY (there is somebody after all), NOT_BUILT, NOTHING_QUEUED, ALL_DONE, CLOSED (calling hours) or
    BLOCKED (rules, or held by colleagues).

    `blocked` and `resting` are (reason, count) pairs, the most frequent first: those on the agent's list or in the
    pool, and those the day's plan left out in the whole practice. `opens_at` is when the first of those who only wait
    for calling hours may be called.
    """

    because: str
    left: int
    waiting_for_hours: int
    opens_at: datetime | None
    blocked: list[tuple[str, int]]
    resting: list[tuple[str, int]]


def why_idle(*, agent, practice, now):
    """Explain an empty desk as of `now`."""
    build = QueueBuild.objects.newest()
    mine = Q(agent=agent) | Q(agent__isnull=True)
    left = QueueItem.objects.filter(mine, done_at__isnull=True).count()
    blocked, closed_keys = _held_back(agent=agent, practice=practice, now=now) if left else (Counter(), Counter())
    today = practice.business_date(now)
    if is_anybody_left(agent=agent, now=now):
        because = "READY"
    else:
        because = _because(build, left=left, blocked=blocked, closed=closed_keys, mine=mine, today=today)
    return Idle(
        because=because,
        left=left,
        waiting_for_hours=closed_keys.total(),
        opens_at=_first_opening(closed_keys, practice=practice, now=now),
        blocked=blocked.most_common(),
        resting=Counter({LABELS[rule]: rows for rule, rows in build.blocked.items()}).most_common() if build else [],
    )


def _because(build, *, left, blocked, closed, mine, today):
    if build is None or (build.business_date < today and not left):
        return "NOT_BUILT"
    if left:
        return "CLOSED" if closed and closed.total() >= blocked.total() else "BLOCKED"
    return "ALL_DONE" if QueueItem.objects.filter(mine).exists() else "NOTHING_QUEUED"


def _held_back(*, agent, practice, now):
    """Counts by reason, and counts by zone key of those that only wait for calling hours."""
    on_list = Q(queue_items__agent=agent) | Q(queue_items__agent__isnull=True)
    work = open_work(practice=practice, now=now).filter(on_list, queue_items__isnull=False, queue_items__done_at__isnull=True)
    blocked, closed = Counter(), Counter()
    for row in work.order_by().values("blocked_by", "patient__zone_key").annotate(rows=Count("pk")):
        if row["blocked_by"]:
            blocked[LABELS[row["blocked_by"]]] += row["rows"]
        elif is_open(practice=practice, zone_key=row["patient__zone_key"], now=now):
            blocked["With a colleague, or put aside by you a moment ago"] += row["rows"]
        else:
            closed[row["patient__zone_key"]] += row["rows"]
    return blocked, closed


def _first_opening(zone_keys, *, practice, now):
    moments = []
    for key in zone_keys:
        try:
            moments.append(next_open(practice=practice, zone_key=key, moment=now))
        except NeverOpen:
            continue
    return min(moments, default=None)
