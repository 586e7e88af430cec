"""The nightly plan: every agent's call list for one business date, replaced in one transaction.

Enrollments follow their rules, open work is dealt to agents for two weeks at a time, and today's callable part of it
becomes the queue. Everything is set-based SQL; building a date again gives the same queue for the same data.
"""

from collections import Counter
from datetime import timedelta
from time import monotonic

from django.db import connection
from django.db.models import Count, Q

from .eligibility import open_work_today
from .enrollment import refresh
from .models import QueueBuild, QueueItem

ROTATION = timedelta(days=14)
WORK_MEMORY = "256MB"

AGENTS = """
    agents AS MATERIALIZED (
        SELECT m.id, m.languages, m.daily_capacity, m.shift_days @> ARRAY[%(weekday)s]::smallint[] AS works_today,
               (SELECT count(*) FROM campaigns_queueitem q WHERE q.agent_id = m.id AND q.done_at IS NOT NULL) AS done_today
        FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
        WHERE m.practice_id = %(practice)s AND m.role = 'AGENT' AND m.is_active AND u.is_active
    )"""

# Weighted rendezvous hashing: every (enrollment, agent, period) has a fixed random score, the best agent gets the
# work. Shares follow capacity, nobody's list moves when a colleague joins, and a repeat deals the same hands.
# The agent of the last period comes last, so that a patient changes hands at every shuffle.
DEAL = f"""
WITH {AGENTS}
UPDATE campaigns_enrollment e SET assigned_agent_id = dealt.agent_id, assigned_on = %(on)s
FROM (
    SELECT w.id, best.agent_id
    FROM campaigns_enrollment w
    JOIN patients_patient p ON p.practice_id = w.practice_id AND p.id = w.patient_id
    CROSS JOIN LATERAL (
        SELECT a.id AS agent_id
        FROM agents a
        WHERE NOT EXISTS (SELECT FROM campaigns_campaignagent c WHERE c.campaign_id = w.campaign_id)
           OR EXISTS (SELECT FROM campaigns_campaignagent c WHERE c.campaign_id = w.campaign_id AND c.agent_id = a.id)
        ORDER BY p.language = ANY (a.languages) DESC,
                 a.id IS NOT DISTINCT FROM w.assigned_agent_id,
                 -ln((1 + (hashtextextended(concat_ws(':', w.patient_id, a.id, %(on)s::date), 0) & 1048575)) / 1048577.0)
                     / greatest(a.daily_capacity, 1)
        LIMIT 1
    ) best
    WHERE w.practice_id = %(practice)s AND w.status = 'OPEN'
      AND (w.assigned_agent_id IS NULL OR w.assigned_on <= %(on)s::date - %(rotation)s
           OR NOT EXISTS (SELECT FROM agents a WHERE a.id = w.assigned_agent_id)
           OR EXISTS (SELECT FROM campaigns_campaignagent c WHERE c.campaign_id = w.campaign_id)
              AND NOT EXISTS (SELECT FROM campaigns_campaignagent c
                              WHERE c.campaign_id = w.campaign_id AND c.agent_id = w.assigned_agent_id))
      AND NOT EXISTS (SELECT FROM campaigns_lease l WHERE l.enrollment_id = w.id AND l.closed_at IS NULL)
) dealt
WHERE e.practice_id = %(practice)s AND e.id = dealt.id
"""  # noqa: S608  (AGENTS is the constant above; values are parameters)

# Fewest attempts first, since the first dials win most; then the freshest reason; then a fixed shuffle.
# Work beyond an agent's capacity, or of an agent who is off today, goes to the pool that anybody may take from.
# MATERIALIZED: right after a first import, before PostgreSQL has statistics, it would ask the rules once a pair of rows.
FILL = """
WITH {agents}, eligible (id) AS MATERIALIZED ({eligible}), ranked AS (
    SELECT e.id, e.patient_id, e.assigned_agent_id, e.attempts_made,
           row_number() OVER (PARTITION BY e.patient_id ORDER BY e.attempts_made, e.enrolled_at, e.id) AS of_patient,
           e.enrolled_at
    FROM eligible JOIN campaigns_enrollment e ON e.id = eligible.id
    WHERE e.practice_id = %(practice)s
), placed AS (
    SELECT r.*, a.id AS agent_id, coalesce(a.daily_capacity - a.done_today, 0) AS capacity,
           row_number() OVER (
               PARTITION BY a.id
               ORDER BY r.attempts_made, r.enrolled_at DESC, hashtextextended(concat_ws(':', r.id, %(on)s::date), 0)
           ) AS position
    FROM ranked r LEFT JOIN agents a ON a.id = r.assigned_agent_id AND a.works_today
    WHERE r.of_patient = 1
)
INSERT INTO campaigns_queueitem (practice_id, build_id, enrollment_id, patient_id, agent_id, position)
SELECT %(practice)s, %(build)s, id, patient_id, CASE WHEN position <= capacity THEN agent_id END, position
FROM placed
ON CONFLICT (practice_id, enrollment_id) DO NOTHING
"""


def build(*, practice, now, by=None):
    """Build the queue of the practice's date at `now`. Returns the QueueBuild with its counts.

    Runs inside `tenancy.practice(…)`. Agents at work keep the patient they have open, and what they did today stays.
    Two builds at once run one after the other; both leave the same queue.
    """
    on = practice.business_date(now)
    clock = monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('queue_build'), %s)", [practice.pk])
        # Hashes over all patients of a practice must fit, or PostgreSQL falls back to comparing row by row.
        cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])
    for campaign in practice.campaigns.running(on=on).order_by("pk"):
        refresh(campaign=campaign, now=now)
    before = _places()
    _deal(practice=practice, on=on)
    queue_build = _replace(practice=practice, on=on, now=now, by=by)
    after = _places()
    queue_build.queued = len(after)
    queue_build.blocked = _blocked(practice=practice, now=now, queued=len(after))
    queue_build.changes = _changes(before, after)
    queue_build.finished_at = now + timedelta(seconds=monotonic() - clock)
    queue_build.save(update_fields=["queued", "blocked", "changes", "finished_at"])
    return queue_build


def due_on(*, practice, now):
    """The business date whose plan should exist by now and doesn't, or None. A missed night is thus made up."""
    local = practice.local(now)
    if local.time() < practice.build_at or QueueBuild.objects.filter(business_date=local.date()).exists():
        return None
    return local.date()


def _places():
    """Who is to be called by whom: enrollment → agent or None for the pool. Places already done don't count."""
    return dict(QueueItem.objects.filter(done_at__isnull=True).values_list("enrollment_id", "agent_id"))


def _deal(*, practice, on):
    with connection.cursor() as cursor:
        cursor.execute(DEAL, {"practice": practice.pk, "on": on, "rotation": ROTATION.days, "weekday": on.isoweekday()})


def _replace(*, practice, on, now, by):
    queue_build, _created = QueueBuild.objects.update_or_create(
        practice=practice,
        business_date=on,
        defaults={
            "started_at": now, "finished_at": now, "queued": 0, "blocked": {}, "changes": {}, "built_by": by,
        },
    )  # fmt: skip
    QueueItem.objects.filter(Q(done_at__isnull=True) | Q(done_at__lt=practice.midnight(on))).delete()
    sql, params = _eligible(practice=practice, now=now).values_list("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        names = {f"e{index}": value for index, value in enumerate(params)}
        eligible = sql % tuple(f"%(e{index})s" for index in range(len(params)))
        cursor.execute(
            FILL.format(agents=AGENTS, eligible=eligible),
            {**names, "practice": practice.pk, "build": queue_build.pk, "on": on, "weekday": on.isoweekday()},
        )
    return queue_build


def _eligible(*, practice, now):
    """Open enrollments that no rule blocks at some moment of the day. The minute itself is checked when it is called."""
    return open_work_today(practice=practice, now=now).filter(blocked_by="").order_by()


def _blocked(*, practice, now, queued):
    work = open_work_today(practice=practice, now=now).order_by().values("blocked_by").annotate(rows=Count("pk"))
    counts = Counter({row["blocked_by"]: row["rows"] for row in work})
    counts["OTHER_CAMPAIGN"] = counts.pop("", 0) - queued
    return {rule: rows for rule, rows in counts.items() if rows}


def _changes(before, after):
    return {
        "entered": len(after.keys() - before.keys()),
        "left": len(before.keys() - after.keys()),
        "moved": sum(1 for key in after.keys() & before.keys() if after[key] != before[key]),
    }
