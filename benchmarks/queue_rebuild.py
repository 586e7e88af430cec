"""The night of fifty practices through the real task, against bare SQL over the same rows, and against a loop row by row.

The floor knows the answer beforehand as far as it can: whose patient each is, how likely a booking is, whom the rules
of enrollment keep. It looks at every rule with hand-written joins, numbers the rows and inserts them; it deletes nothing,
counts nothing and tells nothing. Both must come to the same queue.
"""

import math
from statistics import median

from django.db import connection

from accounts import tenancy
from accounts.planner import room_for_hashes
from campaigns import eligibility, expected_yield
from campaigns.models import Enrollment, QueueItem
from campaigns.plan import due_on
from campaigns.tasks import build_queue

from .database import TOMORROW, clock_at, make_practices, rolled_back, scratch_database, seconds

PATIENTS = 20_000
SIZES = {"small": 5, "full": 50}
RUNS = 3
LOOPED = 20_000

FLOOR = """
INSERT INTO campaigns_queueitem (practice_id, build_id, enrollment_id, patient_id, agent_id, position, expected_yield)
SELECT %(practice)s, %(build)s, id, patient_id, taker_id,
       row_number() OVER (PARTITION BY taker_id ORDER BY yield DESC, hashtextextended(concat_ws(':', id, %(on)s::date), 0)), yield
FROM (SELECT *, CASE WHEN place <= 200 THEN agent_id END AS taker_id FROM (
    SELECT *, row_number() OVER (PARTITION BY agent_id
                                 ORDER BY yield DESC, hashtextextended(concat_ws(':', id, %(on)s::date), 0)) AS place
    FROM (
        SELECT *, row_number() OVER (PARTITION BY e164 ORDER BY yield DESC, enrolled_at, id) AS of_number
        FROM (
            SELECT e.id, e.patient_id, e.assigned_agent_id AS agent_id, e.enrolled_at, y.yield, n.e164,
                   row_number() OVER (PARTITION BY e.patient_id ORDER BY y.yield DESC, e.enrolled_at, e.id) AS of_person
            FROM campaigns_enrollment e
            JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id
            JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id
            JOIN (
                SELECT DISTINCT ON (f.patient_id) f.patient_id, f.e164 FROM patients_phonenumber f
                WHERE f.practice_id = %(practice)s AND f.state IN ('UNVERIFIED', 'VERIFIED')
                  AND f.e164 NOT IN (SELECT o.e164 FROM patients_optout o WHERE o.practice_id = %(practice)s)
                ORDER BY f.patient_id, f.position, f.id
            ) n ON n.patient_id = e.patient_id
            LEFT JOIN (
                SELECT t.patient_id, max(t.ended_at) AS last_at, count(*) AS dials FROM campaigns_callattempt t
                WHERE t.practice_id = %(practice)s AND t.ended_at > %(week_ago)s GROUP BY t.patient_id
            ) called ON called.patient_id = e.patient_id
            LEFT JOIN (
                SELECT t.e164, max(t.ended_at) AS last_at, count(*) AS dials FROM campaigns_callattempt t
                WHERE t.practice_id = %(practice)s AND t.ended_at > %(week_ago)s GROUP BY t.e164
            ) dialed ON dialed.e164 = n.e164
            CROSS JOIN LATERAL (
                SELECT round((%(by_attempt)s::int[])[least(e.attempts_made, 11) + 1]
                    * greatest(0.5, exp(-extract(epoch FROM %(asked_at)s - e.enrolled_at) / (180 * 86400)))
                    * (%(by_part)s::float[])[CASE WHEN e.avoid_clock_at IS NULL THEN 4
                        ELSE ((e.avoid_clock_at AT TIME ZONE 'America/New_York')::time >= '11:00')::int
                           + ((e.avoid_clock_at AT TIME ZONE 'America/New_York')::time >= '14:00')::int
                           + ((e.avoid_clock_at AT TIME ZONE 'America/New_York')::time >= '16:00')::int END + 1])::int
            ) y (yield)
            WHERE e.practice_id = %(practice)s AND e.status = 'OPEN' AND c.status = 'ACTIVE' AND c.starts_on <= %(on)s
              AND e.attempts_made < c.max_attempts
              AND NOT p.is_inactive AND NOT p.is_deceased AND NOT p.is_test AND p.merged_into_id IS NULL
              AND (e.next_eligible_at IS NULL OR e.next_eligible_at <= %(now)s)
              AND (called.last_at IS NULL OR called.last_at <= %(day_ago)s AND called.dials < 3)
              AND (dialed.last_at IS NULL OR dialed.last_at <= %(day_ago)s AND dialed.dials < 3
                   OR EXISTS (SELECT FROM patients_phonenumber s
                              WHERE s.practice_id = %(practice)s AND s.patient_id = e.patient_id
                              AND s.state IN ('UNVERIFIED', 'VERIFIED') AND s.e164 <> n.e164))
              AND NOT EXISTS (SELECT FROM campaigns_enrollment o
                              WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id AND o.status = 'OPEN'
                                AND o.next_eligible_at > %(now)s)
              AND p.zone_key || p.wish_key = ANY (%(open_keys)s)
              AND NOT EXISTS (SELECT FROM patients_optout o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id)
              AND NOT EXISTS (SELECT FROM patients_possibledouble d
                              WHERE d.practice_id = %(practice)s AND d.newer_id = e.patient_id AND d.status = 'OPEN')
              AND NOT EXISTS (SELECT FROM patients_possibledouble d JOIN patients_optout o
                                ON o.practice_id = %(practice)s AND o.patient_id = d.newer_id
                              WHERE d.practice_id = %(practice)s AND d.older_id = e.patient_id AND d.status = 'OPEN')
              AND NOT EXISTS (SELECT FROM patients_appointment a
                              WHERE a.practice_id = %(practice)s AND a.patient_id = e.patient_id
                              AND a.status = 'SCHEDULED' AND a."on" >= %(on)s
                              AND a."on" <= %(on)s::date + c.appointment_horizon_days)
              AND NOT EXISTS (SELECT FROM campaigns_callback b WHERE b.practice_id = %(practice)s AND b.enrollment_id = e.id
                              AND b.status = 'PENDING')
        ) persons WHERE of_person = 1
    ) households WHERE of_number = 1
) placed) taken
"""


def run():
    """Rebuild a million enrollments (1,000,000 and 100,000, for the growth), then some of them one by one."""
    figures = {}
    for name, count in SIZES.items():
        with scratch_database():
            figures[name] = _measure(make_practices(count=count, patients=PATIENTS), loops=name == "small")
    small, full = figures["small"], figures["full"]
    growth = math.log(full["ours"] / small["ours"]) / math.log(full["rows"] / small["rows"])
    lines = [_line(name, figures[name]) for name in SIZES]
    per_row = full["ours"] / full["rows"]
    faster = small["loop"] / per_row
    return "\n".join(
        [
            *lines,
            f"queue_rebuild_growth exponent={growth:.2f} (from {small['rows']:,} to {full['rows']:,} open enrollments)",
            f"queue_rebuild_loop ours={per_row * 1e6:.1f}us floor={small['loop'] * 1e6:.1f}us ratio={1 / faster:.4f} "
            f"(per row; the loop over {LOOPED:,} rows is {faster:.0f} times slower)",
        ]
    )


def _line(name, figures):
    ours, floor = figures["ours"], figures["floor"]
    label = "queue_rebuild" if name == "full" else f"queue_rebuild_{name}"
    return (
        f"{label} ours={ours:.2f}s floor={floor:.2f}s ratio={ours / floor:.2f} "
        f"(open={figures['rows']:,}, queued={figures['queued']:,}, practices={figures['practices']}, medians of {RUNS})"
    )


def _measure(practices, *, loops):
    ours, floor, queued, rows = [], [], 0, 0
    for practice in practices:
        mine, mine_seconds = _by_task(practice)
        theirs, floor_seconds = _by_hand(practice)
        if mine != theirs:
            raise AssertionError("the floor gives another queue than the task")
        ours.append(mine_seconds)
        floor.append(floor_seconds)
        queued += len(mine)
        with tenancy.practice(practice.pk):
            rows += Enrollment.objects.open().count()
    figures = {"ours": sum(ours), "floor": sum(floor), "queued": queued, "rows": rows, "practices": len(practices)}
    return figures | ({"loop": _row_by_row(practices[0])} if loops else {})


def _by_task(practice):
    taken = []
    for _ in range(RUNS):
        with clock_at(TOMORROW), rolled_back(practice):
            if not due_on(practice=practice, now=TOMORROW):
                raise AssertionError("the night's plan is not due")
            taken.append(seconds(lambda: build_queue.apply(headers={"practice_id": practice.pk}).get()))
            queue = _queue()
    return queue, median(taken)


def _by_hand(practice):
    """The floor's INSERT alone is timed: the old queue is deleted before."""
    taken, on = [], practice.business_date(TOMORROW)
    for _ in range(RUNS):
        with rolled_back(practice), connection.cursor() as cursor:
            build = QueueItem.objects.values_list("build", flat=True).first()
            cursor.execute("DELETE FROM campaigns_queueitem")
            by_attempt, by_part = expected_yield.figures(practice=practice, now=TOMORROW)
            params = eligibility.today(practice=practice, now=TOMORROW).params
            params |= {"build": build, "asked_at": TOMORROW, "by_attempt": by_attempt, "by_part": by_part, "on": on}
            room_for_hashes(cursor)
            taken.append(seconds(lambda: cursor.execute(FLOOR, params)))  # noqa: B023 called at once
            queue = _queue()
    return queue, median(taken)


def _row_by_row(practice):
    """Seconds a row of the way of dialers: ask the rules of each enrollment by itself, then insert its place."""
    with rolled_back(practice), connection.cursor() as cursor:
        build = QueueItem.objects.values_list("build", flat=True).first()
        cursor.execute("DELETE FROM campaigns_queueitem")
        moment = eligibility.today(practice=practice, now=TOMORROW)
        work = list(Enrollment.objects.open().values_list("pk", "patient", "assigned_agent")[:LOOPED])

        def loop():
            for position, (enrollment_id, patient_id, agent_id) in enumerate(work, start=1):
                if eligibility.reasons_of(moment=moment, enrollment_ids=[enrollment_id])[enrollment_id]:
                    continue
                QueueItem.objects.create(
                    build_id=build, enrollment_id=enrollment_id, patient_id=patient_id, agent_id=agent_id, position=position
                )

        return seconds(loop) / len(work)


def _queue():
    return sorted(QueueItem.objects.values_list("enrollment_id", "agent_id", "position"), key=lambda row: row[0])
