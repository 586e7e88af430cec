"""The statement of a claim: find who comes next, ask the rules of this minute, lock and hold, all at once.

Who waits is read first, a few of each kind in their order; the rules are asked about those alone. Rows that another agent
is taking at this instant are skipped, and the unique indexes of leases have the last word.
"""

from .eligibility import CALLABLE, CAP_REACHED, MAY_BE_CALLED, NO_CAP, OPEN_WORK
from .models.lease_guard import MOST_IN_A_DAY

OWN = """
    (SELECT 0 AS tier, row_number() OVER (ORDER BY b.due_at, b.id) AS place, b.enrollment_id, true AS promised
     FROM campaigns_callback b
     WHERE b.practice_id = %(practice)s AND b.status = 'PENDING' AND b.owner_id = %(agent)s AND b.due_at <= %(now)s
     ORDER BY b.due_at, b.id OFFSET %(skipped)s LIMIT %(slice)s)
    UNION ALL
    (SELECT 1, row_number() OVER (ORDER BY q.position, q.id), q.enrollment_id, false
     FROM campaigns_queueitem q
     WHERE q.practice_id = %(practice)s AND q.agent_id = %(agent)s AND q.done_at IS NULL
     ORDER BY q.position, q.id OFFSET %(skipped)s LIMIT %(slice)s)
"""
# Campaigns that name their agents are worked by those alone, also from the pool. A promise whose owner is away is
# anybody's at its minute, one whose owner is only late a little after it.
SHARED = """
    (SELECT 2 AS tier, row_number() OVER (ORDER BY b.due_at, b.id) AS place, b.enrollment_id, true AS promised
     FROM campaigns_callback b
     WHERE b.practice_id = %(practice)s AND b.status = 'PENDING' AND b.owner_id <> %(agent)s
       AND (b.due_at <= %(late)s OR b.due_at <= %(now)s AND NOT b.owner_id = ANY (%(at_work)s))
     ORDER BY b.due_at, b.id OFFSET %(skipped)s LIMIT %(slice)s)
    UNION ALL
    (SELECT 3, row_number() OVER (ORDER BY q.position, q.id), q.enrollment_id, false
     FROM campaigns_queueitem q
     WHERE q.practice_id = %(practice)s AND q.agent_id IS NULL AND q.done_at IS NULL
     ORDER BY q.position, q.id OFFSET %(skipped)s LIMIT %(slice)s)
"""
MAY_WORK = """(
    NOT EXISTS (SELECT FROM campaigns_campaignagent x WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id)
    OR EXISTS (SELECT FROM campaigns_campaignagent x
               WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id AND x.agent_id = %(agent)s))"""
NUMBER_DIALED_OFTEN = CAP_REACHED.format(
    column="e164",
    value="n.e164",
    daily=f"CASE WHEN w.promised THEN {MOST_IN_A_DAY} ELSE %(daily)s END",
    weekly=f"CASE WHEN w.promised THEN {NO_CAP} ELSE %(weekly)s END",
)
FREE = """
    NOT EXISTS (SELECT FROM campaigns_lease l
                WHERE l.practice_id = %(practice)s AND l.patient_id = e.patient_id AND l.closed_at IS NULL)
    AND NOT EXISTS (SELECT FROM campaigns_lease l
                    WHERE l.practice_id = %(practice)s AND l.enrollment_id = e.id AND l.agent_id = %(agent)s
                      AND l.closed_as = 'SKIPPED' AND l.closed_at > now() - %(put_aside)s)"""


def _waiting(kinds, *, extra):
    return f"""
        ({kinds}) w
        JOIN {OPEN_WORK} ON e.practice_id = %(practice)s AND e.id = w.enrollment_id AND e.status = 'OPEN'
        CROSS JOIN LATERAL (
            SELECT n.e164 FROM patients_phonenumber n
            WHERE n.patient_id = e.patient_id AND {CALLABLE} AND NOT {NUMBER_DIALED_OFTEN}
              AND NOT EXISTS (SELECT FROM campaigns_lease l
                              WHERE l.practice_id = %(practice)s AND l.e164 = n.e164 AND l.closed_at IS NULL)
            ORDER BY n.position, n.id LIMIT 1
        ) dial
        WHERE {FREE} AND {extra} AND {MAY_BE_CALLED}"""


def _claim(waiting):
    return f"""
        WITH taken AS (
            SELECT e.id, e.patient_id, w.promised, dial.e164 FROM {waiting}
            ORDER BY w.tier, w.place LIMIT 1 FOR NO KEY UPDATE OF e SKIP LOCKED
        )
        INSERT INTO campaigns_lease (
            practice_id, enrollment_id, patient_id, agent_id, source, e164, asked_at, opened_at, expires_at,
            closed_as, why_skipped
        )
        SELECT %(practice)s, id, patient_id, %(agent)s, CASE WHEN promised THEN 'CALLBACK' ELSE 'QUEUE' END, e164, %(now)s,
               now(), now() + %(hold)s, '', ''
        FROM taken
        ON CONFLICT DO NOTHING
        RETURNING id
    """


def _anybody(waiting):
    return f"SELECT EXISTS (SELECT FROM {waiting})"


_OWN, _SHARED = _waiting(OWN, extra="true"), _waiting(SHARED, extra=MAY_WORK)
# In order of precedence.
CLAIMS = (_claim(_OWN), _claim(_SHARED))
ANYBODY = (_anybody(_OWN), _anybody(_SHARED))
# How many wait at most in one of the kinds, to know when all were looked at.
MOST_WAITING = """
SELECT greatest(
    (SELECT count(*) FROM campaigns_callback WHERE practice_id = %(practice)s AND status = 'PENDING' AND due_at <= %(now)s),
    (SELECT count(*) FROM campaigns_queueitem WHERE practice_id = %(practice)s AND agent_id = %(agent)s AND done_at IS NULL),
    (SELECT count(*) FROM campaigns_queueitem WHERE practice_id = %(practice)s AND agent_id IS NULL AND done_at IS NULL))
"""
