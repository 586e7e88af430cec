"""The statements of the tracker: how many rows match, one page of them, all of them as a file.

Rows are picked first, by the condition and the order, and what their columns say is looked up for those alone: by index for
the hundred of a page, by hashes for the million of a file. PostgreSQL chooses by how many were picked.
"""

from .tracker_columns import PATIENT, SORTS

COUNT = "SELECT count(*) FROM campaigns_enrollment e WHERE {condition}"
PICKED = """picked AS MATERIALIZED (
    SELECT e.id, e.patient_id, {key} AS key FROM campaigns_enrollment e {joins} WHERE {condition} {part}
)"""
# The same with all that match at hand, to be counted: for conditions that cost more than a look at every row.
COUNTED = """matched AS MATERIALIZED (
    SELECT e.id, e.patient_id, {key} AS key FROM campaigns_enrollment e {joins} WHERE {condition}
), picked AS MATERIALIZED (SELECT * FROM matched e {part})"""
# The calls of an enrollment in the order of an agent's list: a patient who rang back stands after the dial before.
CALLS = """LEFT JOIN (
    SELECT t.enrollment_id,
           array_agg(t.ended_at::date ORDER BY t.number, t.ended_at, t.id) FILTER (WHERE t.source <> 'RING_BACK') AS dates,
           array_agg(t.id ORDER BY t.number, t.ended_at, t.id) AS ids,
           max(t.ended_at) FILTER (WHERE t.source <> 'RING_BACK' AND t.ended_at < %(midnight)s)::date AS last_call_on,
           max(t.ended_at) FILTER (WHERE t.source <> 'RING_BACK' AND t.ended_at >= %(midnight)s)::date AS called_on
    FROM campaigns_callattempt t
    WHERE t.practice_id = %(practice)s AND t.enrollment_id IN (SELECT id FROM picked) GROUP BY t.enrollment_id
) calls ON calls.enrollment_id = e.id"""
LAST = """
LEFT JOIN campaigns_callattempt t ON t.practice_id = %(practice)s AND t.id = calls.ids[cardinality(calls.ids)]
LEFT JOIN dispositions_disposition d ON d.practice_id = %(practice)s AND d.id = t.disposition_id
LEFT JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.id = t.appointment_id
LEFT JOIN accounts_membership tm ON tm.practice_id = %(practice)s AND tm.id = t.agent_id
LEFT JOIN accounts_user tu ON tu.id = tm.user_id"""
AGENT = """
LEFT JOIN accounts_membership am ON am.practice_id = %(practice)s AND am.id = e.assigned_agent_id
LEFT JOIN accounts_user au ON au.id = am.user_id"""
SEEN = """LEFT JOIN (
    SELECT n.patient_id, max(n."on") AS last_on FROM patients_encounter n
    WHERE n.practice_id = %(practice)s AND n.patient_id IN (SELECT patient_id FROM picked) GROUP BY n.patient_id
) seen ON seen.patient_id = e.patient_id"""
PAST = """LEFT JOIN (
    SELECT DISTINCT ON (v.patient_id) v.patient_id, v."on", v.status FROM patients_appointment v
    WHERE v.practice_id = %(practice)s AND v."on" < %(today)s AND v.patient_id IN (SELECT patient_id FROM picked)
    ORDER BY v.patient_id, v."on" DESC, v.id DESC
) past ON past.patient_id = e.patient_id"""
AHEAD = """LEFT JOIN (
    SELECT v.patient_id, min(v."on") AS next_on FROM patients_appointment v
    WHERE v.practice_id = %(practice)s AND v."on" >= %(today)s AND v.status = 'SCHEDULED'
      AND v.patient_id IN (SELECT patient_id FROM picked) GROUP BY v.patient_id
) ahead ON ahead.patient_id = e.patient_id"""
PROMISED = """LEFT JOIN campaigns_callback promised
    ON promised.practice_id = %(practice)s AND promised.enrollment_id = e.id AND promised.status = 'PENDING'"""
# In this order: a later piece may stand on an earlier one.
PIECES = {"agent": AGENT, "calls": CALLS, "last": LAST, "seen": SEEN, "past": PAST, "ahead": AHEAD, "promised": PROMISED}
ROWS = """
SELECT {values} FROM picked
JOIN campaigns_enrollment e ON e.practice_id = %(practice)s AND e.id = picked.id
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id
JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id
{pieces}
ORDER BY picked.key {direction}, picked.id DESC"""


def count(condition):
    """The statement that counts the rows of a tracker_choice.Condition."""
    return COUNT.format(condition=condition.sql)


def page(*, condition, columns, sort, is_counted=False):
    """The statement of `limit` rows after `offset`: id of enrollment and patient, the name, and the columns.

    Where it `is_counted`, each row ends with how many rows match.
    """
    order = f"ORDER BY key {_direction(sort)}, e.id DESC LIMIT %(limit)s OFFSET %(offset)s"
    values = ["e.id", "e.patient_id", PATIENT.value, *(column.value for column in columns)]
    counted = ["(SELECT count(*) FROM matched)"] if is_counted else []
    picked = _picked(condition, sort, order, COUNTED if is_counted else PICKED)
    return f"WITH {picked} {_rows([*values, *counted], columns, sort)}"


def everything(*, condition, columns, sort, written, recorded):
    """The statement of all rows under their labels. `written` turns a Column into its expression for a file.

    `recorded` is the statement that writes down who takes whose data along; it reads `picked`.
    """
    values = [f'{written(column)} AS "{column.label}"' for column in (PATIENT, *columns)]
    return f"WITH {_picked(condition, sort, '')}, recorded AS ({recorded}) {_rows(values, columns, sort)}"


def _picked(condition, sort, part, statement=PICKED):
    chosen = SORTS[sort.removeprefix("-")]
    return statement.format(key=chosen.key, joins=chosen.joins, condition=condition.sql, part=part)


def _rows(values, columns, sort):
    needed = {name for column in columns for name in column.needs}
    pieces = "\n".join(piece for name, piece in PIECES.items() if name in needed)
    return ROWS.format(values=", ".join(values), pieces=pieces, direction=_direction(sort))


def _direction(sort):
    way = "DESC" if sort.startswith("-") else "ASC"
    return way if SORTS[sort.removeprefix("-")].is_always else f"{way} NULLS LAST"
