"""Where the open work of a practice or campaign stands today: on a call list, or held back and by which rule."""

from dataclasses import dataclass

from django.db import connection

from accounts.planner import room_for_hashes

from . import eligibility
from .eligibility import BLOCKED_BY, CALLABLE, IS_OPEN, LABELS, OPEN_WORK

ON_LIST, CALLED, NEXT_BUILD = "ON_LIST", "CALLED", "NEXT_BUILD"
NAMES = {ON_LIST: "On today's call lists", CALLED: "Called today", NEXT_BUILD: "Ready, waiting for the next build", **LABELS}

# Each open enrollment in one place: held back by a rule, on a list, or beaten to the list by another of its person or number.
PLACES = f"""
WITH listed AS MATERIALIZED (
    SELECT enrollment_id, patient_id, done_at IS NOT NULL AS is_done FROM campaigns_queueitem WHERE practice_id = %(practice)s
), at_number AS MATERIALIZED (
    SELECT n.e164 FROM listed l JOIN patients_phonenumber n ON n.patient_id = l.patient_id AND {CALLABLE}
    WHERE NOT l.is_done
), judged AS (
    SELECT e.id, e.patient_id, {BLOCKED_BY} AS blocked_by FROM {OPEN_WORK}
    WHERE {IS_OPEN} AND (%(campaign)s::bigint IS NULL OR c.id = %(campaign)s)
)
SELECT CASE
    WHEN blocked_by <> '' THEN blocked_by
    WHEN id IN (SELECT enrollment_id FROM listed WHERE NOT is_done) THEN 'ON_LIST'
    WHEN id IN (SELECT enrollment_id FROM listed) THEN 'CALLED'
    WHEN patient_id IN (SELECT patient_id FROM listed WHERE NOT is_done) THEN 'OTHER_CAMPAIGN'
    WHEN patient_id IN (SELECT n.patient_id FROM patients_phonenumber n
                        WHERE {CALLABLE} AND n.e164 IN (SELECT e164 FROM at_number))
    THEN 'SAME_NUMBER'
    ELSE 'NEXT_BUILD' END, count(*)
FROM judged GROUP BY 1
"""


@dataclass(frozen=True)
class Place:
    """So many open enrollments stand here. `code` is a rule's name, ON_LIST, CALLED or NEXT_BUILD."""

    code: str
    rows: int

    @property
    def label(self):
        return NAMES[self.code]

    @property
    def is_ready(self):
        return self.code in (ON_LIST, NEXT_BUILD)


def standing(*, practice, now, campaign=None):
    """The places of all open enrollments, each in exactly one, those that can be called first; empty ones left out.

    Judged as the plan does, by the last minute of today's calling.
    """
    params = eligibility.today(practice=practice, now=now).params
    with connection.cursor() as cursor:
        room_for_hashes(cursor)
        cursor.execute(PLACES, params | {"campaign": campaign.pk if campaign else None})
        found = cursor.fetchall()
    return sorted((Place(code, rows) for code, rows in found), key=lambda each: list(NAMES).index(each.code))
