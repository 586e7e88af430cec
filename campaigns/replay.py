"""What tonight's call lists would be had a changed disposition held for the calls already made. Nothing of it is kept.

Saving a disposition never does this: what followed from a call stays. The dry run does, because without it a change of
waiting times would show no effect before the first calls that end so.
"""

from datetime import timedelta
from types import SimpleNamespace

from django.db import connection

from dispositions import setup
from dispositions.next_step import LOOK_AHEAD

from . import dry_run
from .calling_hours import Hours, end_of_calling
from .retry import step_after

# So many next calls are worked out one by one in some seconds.
MOST = 20_000
# Another part of the day may come up to a day before a dial is due, or within two weeks after it. What lies further from
# tonight is decided by the days alone, with a day to spare for clock changes.
BEFORE = timedelta(days=2)
AFTER = LOOK_AHEAD + timedelta(days=2)

LAST_CALL = """
    e.practice_id = %(practice)s AND e.status = 'OPEN' AND e.last_outcome = %(code)s AND e.last_attempt_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM campaigns_callback b
                    WHERE b.practice_id = %(practice)s AND b.enrollment_id = e.id AND b.status = 'PENDING')
"""
# Once attempts are used up, no call follows, whatever the days.
DUE = """(e.last_attempt_at
    + make_interval(days => (%(waits)s::int[])[least(greatest(e.attempts_made, 1), cardinality(%(waits)s::int[]))]))"""
WAITS = f"""
    {LAST_CALL} AND e.attempts_made < (SELECT c.max_attempts FROM campaigns_campaign c
                                       WHERE c.practice_id = %(practice)s AND c.id = e.campaign_id)
"""  # noqa: S608 constants
NEAR = f"{DUE} BETWEEN %(near_from)s AND %(near_until)s"

CLOSE = f"""
UPDATE campaigns_enrollment e
SET status = 'CLOSED', closed_at = e.last_attempt_at, closed_as = %(closes_as)s, closed_because = 'Dry run'
WHERE {LAST_CALL}
"""  # noqa: S608 constants
COUNT_NEAR = f"SELECT count(*) FROM campaigns_enrollment e WHERE {WAITS} AND {NEAR}"  # noqa: S608 constants
MOVE_FAR = f"UPDATE campaigns_enrollment e SET next_eligible_at = {DUE} WHERE {WAITS} AND NOT {NEAR}"  # noqa: S608 constants
READ_NEAR = f"""
SELECT e.id, e.campaign_id, e.attempts_made, e.last_attempt_at, p.zone_key, p.wish_key,
       array(SELECT t.ended_at FROM campaigns_callattempt t
             WHERE t.practice_id = %(practice)s AND t.enrollment_id = e.id AND NOT t.is_reached AND t.number < e.attempts_made
               AND t.source <> 'RING_BACK'
             ORDER BY t.number)
FROM campaigns_enrollment e JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id
WHERE {WAITS} AND {NEAR}
"""  # noqa: S608 constants
MOVE_NEAR = """
UPDATE campaigns_enrollment e SET next_eligible_at = worked.eligible_at
FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS worked (id, eligible_at)
WHERE e.practice_id = %(practice)s AND e.id = worked.id
"""


class TooMany(Exception):
    """Too many next calls to work out while somebody waits for the page; the words say how many."""


def compare(*, disposition, by, now):
    """The dry_run.Comparison for a draft of a disposition. Raises setup.Refused, dry_run.Busy and TooMany.

    Open enrollments whose last call ended so are judged as if the draft had held then. Promised callbacks stay, and
    what the draft says about numbers is not played back.
    """
    practice = disposition.practice
    tonight = dry_run.next_build(practice=practice, now=now)

    def change():
        setup.save(disposition=disposition, by=by)
        _replay(disposition, practice=practice, tonight=tonight)

    return dry_run.compare(practice=practice, now=now, change=change)


def _replay(disposition, *, practice, tonight):
    last_moment = max(tonight, end_of_calling(practice=practice, on=practice.business_date(tonight)))
    params = {
        "practice": practice.pk,
        "code": disposition.code,
        "closes_as": disposition.closes_as,
        "waits": disposition.retry_after_days,
        "near_from": last_moment - AFTER,
        "near_until": last_moment + BEFORE,
    }
    with connection.cursor() as cursor:
        if disposition.closes_as:
            cursor.execute(CLOSE, params)
        elif disposition.requires != "CALLBACK":
            _move(cursor, disposition, practice=practice, params=params)


def _move(cursor, disposition, *, practice, params):
    cursor.execute(COUNT_NEAR, params)
    (near,) = cursor.fetchone()
    if near > MOST:
        words = f"{near:,} of the latest calls ended so, more than can be worked out while you wait ({MOST:,})."
        raise TooMany(f"{words} Nothing was counted.")
    cursor.execute(READ_NEAR, params)
    worked = _worked_out(cursor.fetchall(), disposition, practice=practice)
    # Last, because agents who save such an outcome wait from here until it is rolled back.
    cursor.execute(MOVE_FAR, params)
    cursor.execute(MOVE_NEAR, {"practice": practice.pk, "ids": list(worked), "moments": list(worked.values())})


def _worked_out(rows, disposition, *, practice):
    """Enrollment id → when it could be called again, by the very rule that outcomes follow."""
    hours, campaigns, worked = Hours.of(practice), practice.campaigns.in_bulk(), {}
    for pk, campaign_id, attempts_made, last_at, zone_key, wish_key, unanswered in rows:
        patient = SimpleNamespace(zone_key=zone_key, hours_key=zone_key + wish_key)
        campaign = campaigns[campaign_id]
        campaign.practice = practice
        step = step_after(
            disposition=disposition,
            enrollment=SimpleNamespace(patient=patient, campaign=campaign),
            attempt_number=max(attempts_made, 1),
            now=last_at,
            hours=hours,
            unanswered=unanswered,
        )
        worked[pk] = step.eligible_at
    return worked
