"""The statement of the plan. Its parts, in order: who works, what the rules say, who gets what, in which order, what changed."""

from dispositions.next_step import PARTS_BEGIN

from .eligibility import BLOCKED_BY, CALLABLE, IS_OPEN, OPEN_WORK

PART_OF_LAST = " + ".join(f"((e.avoid_clock_at AT TIME ZONE %(zone)s)::time >= '{begin}')::int" for begin in PARTS_BEGIN)

AGENTS = """
done AS MATERIALIZED (
    SELECT enrollment_id, agent_id FROM campaigns_queueitem WHERE practice_id = %(practice)s AND done_at >= %(midnight)s
), agents AS MATERIALIZED (
    SELECT m.id, m.languages, m.daily_capacity, m.shift_days @> ARRAY[%(weekday)s]::smallint[] AS works_today,
           (SELECT count(*) FROM done WHERE done.agent_id = m.id) AS done_today
    FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.practice_id = %(practice)s AND m.role = 'AGENT' AND m.is_active AND u.is_active
)"""

# The yield: bookings from a thousand such dials, by attempt, freshness of the reason (half after 125 days, no less) and
# the part of the day that is left.
JUDGED = f"""
judged AS MATERIALIZED (
    SELECT e.id, e.patient_id, e.campaign_id, e.assigned_agent_id, e.assigned_on, e.enrolled_at, e.next_eligible_at,
           e.is_priority,
           p.language, {BLOCKED_BY} AS blocked_by,
           round((%(by_attempt)s::int[])[least(e.attempts_made, 11) + 1]
               * greatest(0.5, exp(-extract(epoch FROM %(asked_at)s - e.enrolled_at) / (180 * 86400)))
               * (%(by_part)s::float[])[CASE WHEN e.avoid_clock_at IS NULL THEN 4 ELSE {PART_OF_LAST} END + 1])::int AS yield
    FROM {OPEN_WORK} WHERE {IS_OPEN}
)"""

# Weighted rendezvous hashing: every (patient, agent, period) has a fixed random score, the best agent gets the work.
# Shares follow capacity, nobody's list moves when a colleague joins, and a repeat deals the same hands. The agent of the
# last period comes last, so that a patient changes hands at every shuffle; an open call keeps its agent.
# So does whoever an outcome is being saved about at this instant: it locks all that a person has in one order, and a build that
# waited for one of them with others in hand could make it fail.
DEALT = """
chosen AS MATERIALIZED (
    SELECT c.campaign_id, c.agent_id FROM campaigns_campaignagent c WHERE c.practice_id = %(practice)s
), meant AS MATERIALIZED (
    SELECT w.id, best.agent_id
    FROM judged w CROSS JOIN LATERAL (
        SELECT a.id AS agent_id FROM agents a
        WHERE w.campaign_id NOT IN (SELECT campaign_id FROM chosen) OR (w.campaign_id, a.id) IN (SELECT * FROM chosen)
        ORDER BY w.language = ANY (a.languages) DESC,
                 a.id IS NOT DISTINCT FROM w.assigned_agent_id,
                 -ln((1 + (hashtextextended(concat_ws(':', w.patient_id, a.id, %(on)s::date), 0) & 1048575)) / 1048577.0)
                     / greatest(a.daily_capacity, 1)
        LIMIT 1
    ) best
    WHERE (w.assigned_agent_id IS NULL OR w.assigned_on <= %(on)s::date - %(rotation)s
           OR w.assigned_agent_id NOT IN (SELECT id FROM agents)
           OR w.campaign_id IN (SELECT campaign_id FROM chosen)
              AND (w.campaign_id, w.assigned_agent_id) NOT IN (SELECT * FROM chosen))
      AND NOT EXISTS (SELECT FROM campaigns_lease l
                      WHERE l.practice_id = %(practice)s AND l.enrollment_id = w.id AND l.closed_at IS NULL)
), free AS MATERIALIZED (
    SELECT e.id FROM campaigns_enrollment e WHERE e.practice_id = %(practice)s AND e.id IN (SELECT id FROM meant)
    FOR NO KEY UPDATE SKIP LOCKED
), dealt AS MATERIALIZED (
    SELECT meant.* FROM meant JOIN free USING (id)
), assigned AS (
    UPDATE campaigns_enrollment e SET assigned_agent_id = dealt.agent_id, assigned_on = %(on)s
    FROM dealt WHERE e.practice_id = %(practice)s AND e.id = dealt.id
    RETURNING e.id
)"""

# One call a day for a person, and for those who share the number that is dialed first. Work beyond an agent's capacity,
# or of an agent who is off today, goes to the pool that anybody may take from.
PLACED = f"""
first_number AS (
    SELECT DISTINCT ON (n.patient_id) n.patient_id, n.e164 FROM patients_phonenumber n WHERE {CALLABLE}
    ORDER BY n.patient_id, n.position, n.id
), persons AS (
    SELECT j.*, coalesce(d.agent_id, j.assigned_agent_id) AS owner_id, d.id IS NOT NULL AS is_dealt,
           row_number() OVER (PARTITION BY j.patient_id ORDER BY j.is_priority DESC, j.yield DESC, j.enrolled_at, j.id)
               AS of_person
    FROM judged j LEFT JOIN dealt d ON d.id = j.id
    WHERE j.blocked_by = '' AND j.id NOT IN (SELECT enrollment_id FROM done)
), households AS (
    SELECT s.*, row_number() OVER (PARTITION BY f.e164 ORDER BY s.is_priority DESC, s.yield DESC, s.enrolled_at, s.id)
               AS of_number
    FROM persons s JOIN first_number f ON f.patient_id = s.patient_id WHERE s.of_person = 1
), placed AS MATERIALIZED (
    SELECT h.*, a.id AS shift_id, coalesce(a.daily_capacity - a.done_today, 0) AS capacity,
           row_number() OVER (PARTITION BY a.id ORDER BY h.is_priority DESC, h.yield DESC,
                              hashtextextended(concat_ws(':', h.id, %(on)s::date), 0)) AS place
    FROM households h LEFT JOIN agents a ON a.id = h.owner_id AND a.works_today
    WHERE h.of_number = 1
), dealt_out AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY agent_id ORDER BY is_priority DESC, yield DESC,
                                 hashtextextended(concat_ws(':', id, %(on)s::date), 0)) AS position
    FROM (SELECT *, CASE WHEN place <= capacity THEN shift_id END AS agent_id FROM placed) p
)"""

# A row is written only once its old place was read, and so deleted: the unique key of a place holds at every moment.
# Enrollments are locked before places, as outcomes lock them. Whose outcome was saved meanwhile keeps the place marked done.
REPLACED = """
old AS (
    DELETE FROM campaigns_queueitem WHERE practice_id = %(practice)s AND (done_at IS NULL OR done_at < %(midnight)s)
      AND (SELECT count(*) FROM assigned) >= 0
    RETURNING enrollment_id, agent_id, done_at
), was AS MATERIALIZED (
    SELECT enrollment_id, agent_id FROM old WHERE done_at IS NULL
), written AS (
    INSERT INTO campaigns_queueitem (practice_id, build_id, enrollment_id, patient_id, agent_id, position, expected_yield)
    SELECT %(practice)s, %(build)s, d.id, d.patient_id, d.agent_id, d.position, d.yield
    FROM dealt_out d LEFT JOIN old ON old.enrollment_id = d.id
    ON CONFLICT DO NOTHING RETURNING enrollment_id
)"""

# The words for the codes stand in campaigns/plan_words.py.
CHANGED = """
changed AS MATERIALIZED (
    SELECT coalesce(d.id, was.enrollment_id) AS id, was.agent_id AS from_agent, d.agent_id AS to_agent,
           CASE WHEN was.enrollment_id IS NULL THEN 'ENTERED' WHEN d.id IS NULL THEN 'LEFT' ELSE 'MOVED' END AS kind,
           CASE
               WHEN was.enrollment_id IS NULL AND (%(before)s IS NULL OR d.enrolled_at > %(before)s) THEN 'NEW'
               WHEN was.enrollment_id IS NULL AND d.next_eligible_at > %(before)s THEN 'WAITED'
               WHEN was.enrollment_id IS NULL THEN 'FREED'
               WHEN d.id IS NULL AND j.id IS NULL THEN 'CLOSED'
               WHEN d.id IS NULL AND j.blocked_by <> '' THEN j.blocked_by
               WHEN d.id IS NULL AND s.of_person > 1 THEN 'OTHER_CAMPAIGN'
               WHEN d.id IS NULL THEN 'SAME_NUMBER'
               WHEN d.is_dealt AND d.assigned_on <= %(on)s::date - %(rotation)s THEN 'SHUFFLE'
               WHEN d.is_dealt THEN 'AGENT_LEFT'
               WHEN d.agent_id IS NOT NULL THEN 'ROOM'
               WHEN d.shift_id IS NULL THEN 'OFF_SHIFT'
               ELSE 'FULL'
           END AS why
    FROM dealt_out d FULL JOIN was ON was.enrollment_id = d.id
    LEFT JOIN judged j ON j.id = was.enrollment_id LEFT JOIN persons s ON s.id = was.enrollment_id
    WHERE d.id IS NULL OR was.enrollment_id IS NULL OR d.agent_id IS DISTINCT FROM was.agent_id
), told AS (
    INSERT INTO campaigns_queuechange (practice_id, build_id, kind, why, from_agent_id, to_agent_id, enrollment_ids)
    SELECT %(practice)s, %(build)s, kind, why, from_agent, to_agent, array_agg(id ORDER BY id)
    FROM changed GROUP BY kind, why, from_agent, to_agent
), left_out AS (
    SELECT blocked_by AS rule, count(*) AS rows FROM judged WHERE blocked_by <> '' GROUP BY blocked_by
    UNION ALL SELECT 'OTHER_CAMPAIGN', count(*) FROM persons WHERE of_person > 1 HAVING count(*) > 0
    UNION ALL SELECT 'SAME_NUMBER', count(*) FROM households WHERE of_number > 1 HAVING count(*) > 0
    UNION ALL SELECT 'DONE_TODAY', count(*) FROM judged j JOIN done ON done.enrollment_id = j.id
              WHERE j.blocked_by = '' HAVING count(*) > 0
)"""

BUILD = f"""
WITH {AGENTS}, {JUDGED}, {DEALT}, {PLACED}, {REPLACED}, {CHANGED}
SELECT (SELECT count(*) FROM written),
       (SELECT coalesce(jsonb_object_agg(rule, rows), '{{}}') FROM left_out),
       (SELECT jsonb_build_object('entered', count(*) FILTER (WHERE kind = 'ENTERED'),
           'left', count(*) FILTER (WHERE kind = 'LEFT'), 'moved', count(*) FILTER (WHERE kind = 'MOVED')) FROM changed)
"""
