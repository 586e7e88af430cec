"""The statement of a claim: find who comes next, ask the rules of this minute, lock and hold, all at once.

Who waits is read first, a few of each kind in their order; the rules are asked about those alone. Rows that another agent
is taking at this instant are skipped, and the unique indexes of leases have the last word.
"""

import hashlib

from .eligibility import CALLABLE, MAY_BE_CALLED, OPEN_WORK, RULES, cap_reached
from .models import Lease
from .models.lease_guard import REFUSED

# Whom the hour itself holds back is passed over first, so that the few looked at are not always the same who can't be called.
BY_NAME = {rule.name: rule.condition for rule in RULES}
IN_HOURS = f"NOT {BY_NAME['OUT_OF_HOURS']}"
HELD_BY_THE_HOUR = ("COOLING_DOWN", "SAME_TIME", "OUT_OF_HOURS", "CAMPAIGN_HOURS")
AT_THIS_HOUR = f"NOT ({' OR '.join(BY_NAME[name] for name in HELD_BY_THE_HOUR)})"
PROMISED = f"""
    (SELECT {{tier}} AS tier, row_number() OVER (ORDER BY b.due_at, b.id) AS place, b.enrollment_id, true AS promised
     FROM campaigns_callback b JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = b.patient_id
     WHERE b.practice_id = %(practice)s AND b.status = 'PENDING' AND {IN_HOURS} AND {{whose}}
     ORDER BY b.due_at, b.id OFFSET %(skipped)s LIMIT %(slice)s)
"""
# By agent too, for the pool has none: only so is the order of the index seen to be this one.
QUEUED = f"""
    (SELECT {{tier}} AS tier, row_number() OVER (ORDER BY q.agent_id, q.position) AS place, q.enrollment_id, false AS promised
     FROM campaigns_queueitem q
     JOIN campaigns_enrollment e ON e.practice_id = %(practice)s AND e.id = q.enrollment_id
     JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = q.patient_id
     WHERE q.practice_id = %(practice)s AND q.done_at IS NULL AND {AT_THIS_HOUR} AND {{whose}}
     ORDER BY q.agent_id, q.position OFFSET %(skipped)s LIMIT %(slice)s)
"""
OWN = " UNION ALL ".join(
    (
        PROMISED.format(tier=0, whose="b.owner_id = %(agent)s AND b.due_at <= %(now)s"),
        QUEUED.format(tier=1, whose="q.agent_id = %(agent)s"),
    )
)
# A promise whose owner is away is anybody's at its minute, one whose owner is only late a little after it.
AWAY = "b.due_at <= %(late)s OR b.due_at <= %(now)s AND NOT b.owner_id = ANY (%(at_work)s)"
SHARED = " UNION ALL ".join(
    (
        PROMISED.format(tier=2, whose=f"b.owner_id <> %(agent)s AND ({AWAY})"),
        QUEUED.format(tier=3, whose="q.agent_id IS NULL"),
    )
)
# Campaigns that name their agents are worked by those alone, also from the pool.
MAY_WORK = """(
    NOT EXISTS (SELECT FROM campaigns_campaignagent x WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id)
    OR EXISTS (SELECT FROM campaigns_campaignagent x
               WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id AND x.agent_id = %(agent)s))"""
FREE = """
    NOT EXISTS (SELECT FROM campaigns_lease l
                WHERE l.practice_id = %(practice)s AND l.patient_id = e.patient_id AND l.closed_at IS NULL)
    AND NOT EXISTS (SELECT FROM campaigns_lease l
                    WHERE l.practice_id = %(practice)s AND l.enrollment_id = e.id AND l.agent_id = %(agent)s
                      AND l.closed_as = 'SKIPPED' AND l.closed_at > statement_timestamp() - %(put_aside)s)"""


def _waiting(kinds, *, extra):
    """Those who wait and may be called now, with `dial`: the first of their numbers that may be dialed now."""
    return f"""
        ({kinds}) w
        JOIN {OPEN_WORK} ON e.practice_id = %(practice)s AND e.id = w.enrollment_id AND e.status = 'OPEN'
        CROSS JOIN LATERAL (
            SELECT n.e164 FROM patients_phonenumber n
            WHERE n.patient_id = e.patient_id AND {CALLABLE} AND NOT {cap_reached("e164", "n.e164", promised="w.promised")}
              AND NOT EXISTS (SELECT FROM campaigns_lease l
                              WHERE l.practice_id = %(practice)s AND l.closed_at IS NULL
                                AND (l.e164 = n.e164 OR l.dialed_e164 = n.e164))
            ORDER BY n.position, n.id LIMIT 1
        ) dial
        WHERE {FREE} AND {extra} AND {MAY_BE_CALLED}"""


def _claim(waiting, *, returning="*"):
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
               statement_timestamp(), statement_timestamp() + %(hold)s, '', ''
        FROM taken
        ON CONFLICT DO NOTHING
        RETURNING {returning}
    """


def _function(body):
    """(name, definition, call) of the statement as a function of the database: there its plan is kept.

    Making the plan takes ten times as long as running it. Named by what it does, so that code never runs another version
    than its own. The agent's open hold comes first, but for that of a patient who rang back: it stands in a lane beside this
    one. Holds whose time has run out are closed on the way, but for those that others are closing. What the trigger refuses
    (somebody's wish or call came in between) is nobody found.
    """
    arguments = ", ".join(f"_{parameter} {kind}" for parameter, kind in PARAMETERS.items())
    rest = f"""({arguments}) RETURNS SETOF campaigns_lease LANGUAGE plpgsql {PLANNED_FOR_FEW} AS $function$
        BEGIN
            RETURN QUERY SELECT * FROM campaigns_lease
                WHERE practice_id = _practice AND agent_id = _agent AND closed_at IS NULL AND expires_at > statement_timestamp()
                  AND source <> 'RING_BACK';
            IF FOUND THEN
                RETURN;
            END IF;
            UPDATE campaigns_lease SET closed_at = statement_timestamp(), closed_as = 'EXPIRED' WHERE id IN (
                SELECT id FROM campaigns_lease
                WHERE practice_id = _practice AND closed_at IS NULL AND expires_at <= statement_timestamp()
                FOR UPDATE SKIP LOCKED);
            RETURN QUERY {body % {parameter: f"_{parameter}" for parameter in PARAMETERS}};
        EXCEPTION WHEN SQLSTATE '{REFUSED}' THEN
            RETURN;
        END $function$
    """
    name = f"campaigns_claim_{hashlib.sha256(rest.encode()).hexdigest()[:12]}"
    values = ", ".join(f"%({parameter})s::{kind}" for parameter, kind in PARAMETERS.items())
    return name, f"CREATE FUNCTION {name}{rest}", f"SELECT {COLUMNS} FROM {name}({values})"


# The few that are looked at, however large a practice is by the time the plan is used: in the order of the list, by index,
# one after the other, until enough are found.
PLANNED_FOR_FEW = """
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_sort = off
"""
COLUMNS = ", ".join(field.column for field in Lease._meta.concrete_fields)
PARAMETERS = {
    "practice": "bigint", "agent": "bigint", "now": "timestamptz", "on": "date", "day_ago": "timestamptz",
    "week_ago": "timestamptz", "daily": "integer", "weekly": "integer", "zone": "text", "open_keys": "text[]",
    "own_campaigns": "bigint[]", "own_open": "text[]",
    "at_the_minute": "boolean", "late": "timestamptz", "at_work": "bigint[]", "hold": "interval", "put_aside": "interval",
    "skipped": "integer", "slice": "integer",
}  # fmt: skip
_OWN, _SHARED = _waiting(OWN, extra="true"), _waiting(SHARED, extra=MAY_WORK)
# In order of precedence: the first is for the agent's own work.
_FUNCTIONS = [_function(_claim(waiting)) for waiting in (_OWN, _SHARED)]
DEFINITIONS = {name: definition for name, definition, _call in _FUNCTIONS}
CLAIMS = tuple(call for _name, _definition, call in _FUNCTIONS)
# One promise of the agent's own, by its id, whose minute is near: the same rules, guards and hold.
START = _claim(
    _waiting(
        f"""(SELECT 0 AS tier, 1 AS place, b.enrollment_id, true AS promised
         FROM campaigns_callback b JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = b.patient_id
         WHERE b.practice_id = %(practice)s AND b.id = %(callback)s AND b.status = 'PENDING' AND b.owner_id = %(agent)s
           AND b.due_at <= %(soon)s AND {IN_HOURS})""",
        extra="true",
    ),
    returning=COLUMNS,
)
ANYBODY = tuple(f"SELECT EXISTS (SELECT FROM {waiting})" for waiting in (_OWN, _SHARED))
# How many wait at most in one of the kinds of each claim, to know when all were looked at.
_MOST_WAITING = """
SELECT greatest(
    (SELECT count(*) FROM campaigns_callback WHERE practice_id = %(practice)s AND status = 'PENDING' AND due_at <= %(now)s),
    (SELECT count(*) FROM campaigns_queueitem q WHERE q.practice_id = %(practice)s AND {whose} AND q.done_at IS NULL))
"""
MOST_WAITING = tuple(_MOST_WAITING.format(whose=whose) for whose in ("q.agent_id = %(agent)s", "q.agent_id IS NULL"))
