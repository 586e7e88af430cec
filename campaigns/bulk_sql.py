"""The statements of changes of many enrollments at once (campaigns/bulk.py): who can't be changed, the change, the way back.

A change is one statement over the rows that were locked before, in a snapshot of its own: who took a patient to call them
before the lock is seen, and nobody takes one behind it. Each begins with `judged`: every enrollment that was chosen, with
the reason to leave it as it is, or none.
"""

from .eligibility import RULES

OPTED_OUT = next(rule.condition for rule in RULES if rule.name == "OPTED_OUT")
LOCK = """
SELECT e.id FROM campaigns_enrollment e
WHERE e.practice_id = %(practice)s AND e.id IN (
    SELECT unnest(b.enrollment_ids) FROM campaigns_bulkchange b WHERE b.practice_id = %(practice)s AND b.id = %(change)s)
ORDER BY e.id FOR NO KEY UPDATE SKIP LOCKED
"""
# Whoever saves something about them at this instant is as much in a call as who has them open.
HELD = """EXISTS (SELECT FROM campaigns_lease l WHERE l.practice_id = %(practice)s AND l.enrollment_id = e.id
    AND l.closed_at IS NULL AND l.expires_at > statement_timestamp())"""
IN_CALL = f"(asked.id NOT IN (SELECT unnest(%(locked)s::bigint[])) OR {HELD})"
OPEN_OTHERWISE = """EXISTS (SELECT FROM campaigns_enrollment o WHERE o.practice_id = %(practice)s
    AND o.campaign_id = e.campaign_id AND o.patient_id = e.patient_id AND o.id <> e.id AND o.status = 'OPEN')"""
# Of two closed ones of the same patient and campaign the later comes back.
LATER_ONE = """EXISTS (SELECT FROM asked others JOIN campaigns_enrollment o
    ON o.practice_id = %(practice)s AND o.id = others.id
    WHERE o.campaign_id = e.campaign_id AND o.patient_id = e.patient_id AND o.id > e.id)"""
MAY_NOT_OPEN = f"""
    WHEN e.closed_as = 'OPTED_OUT' OR {OPTED_OUT} THEN 'OPTED_OUT'
    WHEN c.status = 'ENDED' THEN 'ENDED'
    WHEN p.is_deceased OR p.is_inactive OR p.is_test OR p.merged_into_id IS NOT NULL THEN 'RECORD'
    WHEN {OPEN_OTHERWISE} OR {LATER_ONE} THEN 'SECOND'"""
NOT_THEIRS = """(%(to)s IS NOT NULL AND EXISTS (
    SELECT FROM campaigns_campaignagent x WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id)
    AND NOT EXISTS (SELECT FROM campaigns_campaignagent x
                    WHERE x.practice_id = %(practice)s AND x.campaign_id = e.campaign_id AND x.agent_id = %(to)s))"""
# What depends on the choice of agent or priority is not asked before that is made.
REFUSALS = {
    "REASSIGN": f"""WHEN e.status = 'CLOSED' THEN 'CLOSED'
        WHEN %(decided)s AND {NOT_THEIRS} THEN 'NOT_THEIRS'
        WHEN %(decided)s AND e.assigned_agent_id IS NOT DISTINCT FROM %(to)s::bigint THEN 'SAME'""",
    "CLOSE": "WHEN e.status = 'CLOSED' THEN 'CLOSED'",
    "PUT_BACK": f"WHEN e.status = 'OPEN' THEN 'OPEN' {MAY_NOT_OPEN}",
    "PRIORITY": """WHEN e.status = 'CLOSED' THEN 'CLOSED'
        WHEN %(decided)s AND e.is_priority IS NOT DISTINCT FROM %(is_priority)s::boolean THEN 'SAME'""",
}
# What somebody has changed since is theirs.
CHANGED_SINCE = {
    "REASSIGN": "e.status <> 'OPEN' OR e.assigned_agent_id IS DISTINCT FROM %(to)s::bigint",
    "CLOSE": "e.status <> 'CLOSED' OR e.closed_at <> %(done_at)s",
    "PUT_BACK": "e.status <> 'OPEN'",
    "PRIORITY": "e.is_priority IS DISTINCT FROM %(is_priority)s::boolean",
}
_JOINS = """
    LEFT JOIN campaigns_enrollment e ON e.practice_id = %(practice)s AND e.id = asked.id
    LEFT JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id
    LEFT JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id"""
_JUDGED = f"""
WITH asked AS MATERIALIZED (
    SELECT DISTINCT unnest(b.enrollment_ids) AS id FROM campaigns_bulkchange b
    WHERE b.practice_id = %(practice)s AND b.id = %(change)s
), judged AS MATERIALIZED (
    SELECT asked.id, e.patient_id, e.closed_as, e.closed_at, e.closed_because, e.assigned_agent_id, e.assigned_on, e.is_priority,
           e.last_attempt_at,
           CASE WHEN e.id IS NULL THEN 'NOT_FOUND' WHEN {{in_call}} THEN 'IN_CALL' {{refusals}} ELSE '' END AS refusal
    FROM asked {_JOINS}
)"""
_FIT = """, fit AS MATERIALIZED (
    SELECT j.*, b.id AS callback_id, q.build_id, q.agent_id AS list_of, q.position, q.expected_yield
    FROM judged j
    LEFT JOIN campaigns_callback b ON b.practice_id = %(practice)s AND b.enrollment_id = j.id AND b.status = 'PENDING'
    LEFT JOIN campaigns_queueitem q ON q.practice_id = %(practice)s AND q.enrollment_id = j.id AND q.done_at IS NULL
    WHERE j.refusal = ''
)"""
_REFUSED = """(SELECT coalesce(jsonb_object_agg(refusal, n), '{}') FROM (
    SELECT refusal, count(*) AS n FROM judged WHERE refusal <> '' GROUP BY refusal) r)"""
_OF_FIT = "e.practice_id = %(practice)s AND e.id = fit.id"
_PLACE = "q.practice_id = %(practice)s AND q.enrollment_id = fit.id AND q.done_at IS NULL"
_OPENED = "status = 'OPEN', closed_as = '', closed_because = '', closed_at = NULL"
_OFF_LIST = f"off_list AS (DELETE FROM campaigns_queueitem q USING fit WHERE {_PLACE})"
# First of today's list at once; who loses that goes to its end, and to their usual place with the next build.
_IN_FRONT = """CASE WHEN %(is_priority)s THEN 0 WHEN q.position > 0 THEN q.position ELSE (
    SELECT max(o.position) + 1 FROM campaigns_queueitem o
    WHERE o.practice_id = %(practice)s AND o.agent_id IS NOT DISTINCT FROM q.agent_id) END"""
WRITES = {
    "REASSIGN": f"""given AS (
        UPDATE campaigns_enrollment e SET assigned_agent_id = %(to)s::bigint,
            assigned_on = CASE WHEN %(to)s::bigint IS NOT NULL THEN %(on)s::date END FROM fit WHERE {_OF_FIT}
    ), moved AS (UPDATE campaigns_queueitem q SET agent_id = %(list_of)s::bigint FROM fit WHERE {_PLACE})""",
    "CLOSE": f"""closed AS (
        UPDATE campaigns_enrollment e SET status = 'CLOSED', closed_as = %(closed_as)s, closed_because = %(because)s,
            closed_at = %(now)s FROM fit WHERE {_OF_FIT}
    ), called_off AS (
        UPDATE campaigns_callback b SET status = 'CANCELLED', settled_at = %(now)s, why_changed = %(because)s
        FROM fit WHERE b.practice_id = %(practice)s AND b.id = fit.callback_id
    ), {_OFF_LIST}""",
    "PUT_BACK": f"opened AS (UPDATE campaigns_enrollment e SET {_OPENED} FROM fit WHERE {_OF_FIT})",
    "PRIORITY": f"""marked AS (
        UPDATE campaigns_enrollment e SET is_priority = %(is_priority)s FROM fit WHERE {_OF_FIT}
    ), moved AS (UPDATE campaigns_queueitem q SET position = {_IN_FRONT} FROM fit WHERE {_PLACE})""",
}
# Of who works no list any more it goes into the pool, as what they left did.
_LIST_OF = """(SELECT m.id FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.practice_id = %(practice)s AND m.id = fit.list_of AND m.is_active AND u.is_active AND m.role = 'AGENT')"""
# A place in a list that was built anew since is not put back: the build has decided.
_SAME_LIST = f"{_PLACE} AND q.build_id = fit.build_id"
UNDOES = {
    "REASSIGN": f"""given AS (
        UPDATE campaigns_enrollment e SET assigned_agent_id = fit.assigned_agent_id, assigned_on = fit.assigned_on
        FROM fit WHERE {_OF_FIT}
    ), moved AS (UPDATE campaigns_queueitem q SET agent_id = {_LIST_OF} FROM fit WHERE {_SAME_LIST})""",
    "CLOSE": f"""opened AS (
        UPDATE campaigns_enrollment e SET {_OPENED} FROM fit WHERE {_OF_FIT}
    ), promised AS (
        UPDATE campaigns_callback b SET status = 'PENDING', settled_at = NULL, why_changed = ''
        FROM fit WHERE b.practice_id = %(practice)s AND b.id = fit.callback_id AND b.status = 'CANCELLED'
    ), on_list AS (
        INSERT INTO campaigns_queueitem (practice_id, build_id, enrollment_id, patient_id, agent_id, position, expected_yield)
        SELECT %(practice)s, fit.build_id, fit.id, fit.patient_id, {_LIST_OF}, fit.position, fit.expected_yield
        FROM fit WHERE fit.build_id = %(newest_build)s ON CONFLICT DO NOTHING
    )""",
    "PUT_BACK": f"""closed AS (
        UPDATE campaigns_enrollment e SET status = 'CLOSED', closed_as = fit.closed_as, closed_because = fit.closed_because,
            closed_at = fit.closed_at FROM fit WHERE {_OF_FIT}
    ), {_OFF_LIST}""",
    "PRIORITY": f"""marked AS (
        UPDATE campaigns_enrollment e SET is_priority = fit.is_priority FROM fit WHERE {_OF_FIT}
    ), moved AS (UPDATE campaigns_queueitem q SET position = fit.position FROM fit WHERE {_SAME_LIST})""",
}
_FORMER = """, former AS MATERIALIZED (
    SELECT f.* FROM campaigns_bulkchange b CROSS JOIN LATERAL jsonb_to_recordset(b.former) AS f (
        id bigint, closed_as text, closed_at timestamptz, closed_because text, assigned_agent_id bigint, assigned_on date,
        is_priority boolean, last_attempt_at timestamptz, callback_id bigint, build_id bigint, list_of bigint, position integer,
        expected_yield smallint)
    WHERE b.practice_id = %(practice)s AND b.id = %(change)s
), asked AS MATERIALIZED (SELECT id FROM former), judged AS MATERIALIZED (
    SELECT asked.id, e.patient_id, CASE WHEN e.id IS NULL THEN 'NOT_FOUND' WHEN {in_call} THEN 'IN_CALL'
        WHEN e.last_attempt_at IS DISTINCT FROM f.last_attempt_at THEN 'CALLED' WHEN {changed} THEN 'CHANGED' {refusals}
        ELSE '' END AS refusal
    FROM asked JOIN former f ON f.id = asked.id {joins}
), fit AS MATERIALIZED (SELECT f.*, j.patient_id FROM judged j JOIN former f ON f.id = j.id WHERE j.refusal = '')"""


def outlook(action):
    """The statement that counts what a change would find: reason → enrollments; the empty one: would be changed."""
    judged = _JUDGED.format(in_call=HELD, refusals=REFUSALS[action])
    return f"{judged} SELECT refusal, count(*) FROM judged GROUP BY refusal"


def change(action):
    """The statement that carries a change out and writes down how many were changed, which were not, and what they were."""
    judged = _JUDGED.format(in_call=IN_CALL, refusals=REFUSALS[action])
    return f"""{judged}{_FIT}, {WRITES[action]}
        UPDATE campaigns_bulkchange b SET done_at = %(now)s, done = (SELECT count(*) FROM fit), refused = {_REFUSED},
            former = (SELECT coalesce(jsonb_agg(to_jsonb(fit) - 'refusal' - 'patient_id'), '[]') FROM fit)
        WHERE b.practice_id = %(practice)s AND b.id = %(change)s"""


def undo(action):
    """The statement that puts back what a change found, where nothing has happened since."""
    former = _FORMER.format(
        in_call=IN_CALL,
        changed=CHANGED_SINCE[action],
        refusals=MAY_NOT_OPEN if action == "CLOSE" else "",
        joins=_JOINS,
    )
    return f"""WITH {former.removeprefix(", ")}, {UNDOES[action]}
        UPDATE campaigns_bulkchange b SET undone_at = %(now)s, undone_by_id = %(by)s, undone = (SELECT count(*) FROM fit),
            kept = {_REFUSED} WHERE b.practice_id = %(practice)s AND b.id = %(change)s"""
