"""Who may be called: one ordered list of named rules, each a condition in SQL.

One definition, all uses: the plan takes the enrollments that no rule blocks, the desk asks again at the minute of the
call, the campaign page counts by the rule that blocks, and the patient page tells all that do. Order matters: the first
rule that holds is the one that is counted.

The conditions speak of `e` (an open enrollment), `p` (its patient), `c` (its campaign) and `m` (its missed visit), and of
the parameters that a Moment gives. An EXISTS that only compares ids is one hash for a whole practice; what compares more
stands behind such a one, so that a plan of a million rows looks closely only at the few whom it can concern.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import Practice
from dispositions.next_step import APART, PARTS_BEGIN
from patients.models import OptOut, PhoneNumber
from patients.models.visits import WORD_WITHIN_DAYS

from .calling_hours import Hours, end_of_calling
from .models.lease_guard import MOST_IN_A_DAY

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
# More than a practice's caps can be: a call the patient asked for is bound by the law alone.
NO_CAP = 1000

# A number that works and that nobody asked us not to call, for `n` of patients_phonenumber.
CALLABLE = """
    n.practice_id = %(practice)s AND n.state IN ('UNVERIFIED', 'VERIFIED')
    AND NOT EXISTS (SELECT FROM patients_optout r
                    WHERE r.practice_id = %(practice)s AND r.e164 = n.e164 AND r.scope <> 'CAMPAIGN')
"""
# Dials, not outcomes: several people under one hold are one dial, and a dial that was handed back without an outcome is one
# too. A call that the patient made is none.
MADE = """campaigns_callattempt t
    WHERE t.practice_id = %(practice)s AND t.{column} = {value} AND t.ended_at > %(week_ago)s AND t.source <> 'RING_BACK'"""
HELD = """campaigns_lease l
    WHERE l.practice_id = %(practice)s AND l.{held} = {value} AND l.dialed_at > %(week_ago)s AND l.source <> 'RING_BACK'"""
CAP_REACHED = f"""((EXISTS (SELECT FROM {MADE}) OR EXISTS (SELECT FROM {HELD})) AND (
    SELECT count(DISTINCT dial) FILTER (WHERE moment > %(day_ago)s) >= {{daily}} OR count(DISTINCT dial) >= {{weekly}}
    FROM (SELECT coalesce(t.lease_id, -t.id) AS dial, t.ended_at AS moment FROM {MADE}
          UNION ALL SELECT coalesce(l.household_of_id, l.id), l.dialed_at FROM {HELD}) dials))"""
# On the clocks of the patient where all evidence names one zone, else on those of the practice (calling_hours.local_zone).
LOCAL = """({moment} AT TIME ZONE coalesce((
    SELECT min(split_part(place, '@', 1)) FROM unnest(string_to_array(p.zone_key, '|')) place
    HAVING min(split_part(place, '@', 1)) = max(split_part(place, '@', 1)) AND min(split_part(place, '@', 1)) <> ''
    ), %(zone)s))::time"""
PART = "(" + " + ".join(f"({{clock}} >= '{begin}')::int" for begin in PARTS_BEGIN) + ")"
# As patients.models.AppointmentQuerySet.awaited: to come, or over and the data can't tell yet whether the patient came.
NEAR = f"""EXISTS (SELECT FROM patients_appointment a
    WHERE a.practice_id = %(practice)s AND a.patient_id = e.patient_id AND a.status = 'SCHEDULED'
      AND a."on" >= %(on)s::date - {WORD_WITHIN_DAYS} AND (a."on" >= %(on)s OR a."on" >= p.source_data_on) {{more}})"""
# Without a missed visit there is nothing to match with: any appointment counts.
COUNTS = """AND a."on" <= %(on)s::date + c.appointment_horizon_days
    AND (c.appointment_match = 'ANY' OR m.id IS NULL OR c.appointment_match = 'SPECIALTY' AND a.specialty = m.specialty
         OR c.appointment_match = 'PROVIDER' AND a.provider = m.provider)"""

# By the campaigns that have own hours, mostly none; each is given with the keys that are open for it.
OUT_OF_OWN_HOURS = """(e.campaign_id = ANY (%(own_campaigns)s::bigint[])
    AND NOT (e.campaign_id || ':' || p.zone_key || p.wish_key = ANY (%(own_open)s::text[])))"""


@dataclass(frozen=True)
class Rule:
    """A reason not to call: its condition holds for the enrollments it blocks. `label` is what screens call it.

    A `promised` call, one the patient asked for, is made though the rule holds if `yields` is set.
    """

    name: str
    label: str
    condition: str
    yields: bool = False


def cap_reached(column, value, *, promised="false"):
    """The condition that a person (patient_id) or number (e164) was dialed as often as the caps allow.

    A call that the patient asked for (`promised`, a condition) is bound by the law's cap on a day alone.
    """
    return CAP_REACHED.format(
        column=column,
        held={"e164": "dialed_e164"}.get(column, column),
        value=value,
        daily=f"CASE WHEN {promised} THEN {MOST_IN_A_DAY} ELSE %(daily)s END",
        weekly=f"CASE WHEN {promised} THEN {NO_CAP} ELSE %(weekly)s END",
    )


def _called_often():
    return f"""(
        {cap_reached("patient_id", "e.patient_id")}
        OR (EXISTS (SELECT FROM patients_phonenumber n JOIN campaigns_callattempt t
                    ON t.practice_id = %(practice)s AND t.e164 = n.e164 AND t.ended_at > %(week_ago)s
                    WHERE n.practice_id = %(practice)s AND n.patient_id = e.patient_id)
            OR EXISTS (SELECT FROM patients_phonenumber n JOIN campaigns_lease l
                       ON l.practice_id = %(practice)s AND l.dialed_e164 = n.e164 AND l.dialed_at > %(week_ago)s
                       WHERE n.practice_id = %(practice)s AND n.patient_id = e.patient_id))
           AND EXISTS (SELECT FROM patients_phonenumber n WHERE n.patient_id = e.patient_id AND {CALLABLE})
           AND NOT EXISTS (SELECT FROM patients_phonenumber n
                           WHERE n.patient_id = e.patient_id AND {CALLABLE} AND NOT {cap_reached("e164", "n.e164")}))"""


def _same_time():
    now, then = LOCAL.format(moment="%(now)s"), LOCAL.format(moment="e.avoid_clock_at")
    return f"""(e.avoid_clock_at IS NOT NULL AND (abs(extract(epoch FROM {now} - {then})) < {APART.total_seconds():.0f}
        OR {PART.format(clock=now)} = {PART.format(clock=then)}))"""


RULES = (
    Rule(
        "OPTED_OUT",
        "Asked not to be called",
        """(EXISTS (SELECT FROM patients_optout o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id
                    AND o.scope <> 'CAMPAIGN')
            OR EXISTS (SELECT FROM patients_optout o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id
                       AND o.campaign_id = e.campaign_id AND o.scope = 'CAMPAIGN'))""",
    ),
    Rule(
        "INACTIVE",
        "Deceased, inactive or a test record",
        "(p.is_deceased OR p.is_inactive OR p.is_test OR p.merged_into_id IS NOT NULL)",
    ),
    Rule(
        "CAMPAIGN_OFF",
        "Campaign is paused or outside its dates",
        """NOT (c.status = 'ACTIVE' AND c.starts_on <= %(on)s AND (c.ends_on IS NULL OR c.ends_on >= %(on)s))""",
    ),
    # The other record may hold an opt-out, or a call made this morning.
    Rule(
        "POSSIBLE_DOUBLE",
        "Waiting for a look: may be the same person as another record",
        """(EXISTS (SELECT FROM patients_possibledouble d WHERE d.practice_id = %(practice)s AND d.newer_id = e.patient_id
                    AND d.status = 'OPEN')
            OR EXISTS (SELECT FROM patients_possibledouble d
                       JOIN patients_optout o ON o.practice_id = %(practice)s AND o.patient_id = d.newer_id
                       WHERE d.practice_id = %(practice)s AND d.older_id = e.patient_id AND d.status = 'OPEN'))""",
    ),
    Rule(
        "NO_NUMBER",
        "No usable phone number",
        f"NOT EXISTS (SELECT FROM patients_phonenumber n WHERE n.patient_id = e.patient_id AND {CALLABLE})",
    ),
    Rule(
        "FUTURE_APPOINTMENT",
        "Has an appointment coming up, or one without word yet",
        f"({NEAR.format(more='')} AND {NEAR.format(more=COUNTS)})",
    ),
    Rule("ATTEMPTS_USED", "All attempts used", "e.attempts_made >= c.max_attempts", yields=True),
    Rule(
        "CALLBACK",
        "Callback promised",
        """EXISTS (SELECT FROM campaigns_callback b WHERE b.practice_id = %(practice)s AND b.enrollment_id = e.id
                   AND b.status = 'PENDING')""",
        yields=True,
    ),
    Rule("COOLING_DOWN", "Cooling down after the last call", "coalesce(e.next_eligible_at > %(now)s, false)", yields=True),
    # One call a week is the norm, whichever campaign makes it: “I was called yesterday” is what people complain of most.
    Rule(
        "CALLED_ELSEWHERE",
        "Cooling down after a call for another campaign",
        """(EXISTS (SELECT FROM campaigns_enrollment o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id
                    AND o.status = 'OPEN' AND o.next_eligible_at > %(now)s)
            AND EXISTS (SELECT FROM campaigns_enrollment o WHERE o.practice_id = %(practice)s AND o.patient_id = e.patient_id
                        AND o.status = 'OPEN' AND o.next_eligible_at > %(now)s AND o.id <> e.id))""",
        yields=True,
    ),
    Rule("CALLED_OFTEN", "Called often enough this week", _called_often()),
    Rule("OUT_OF_HOURS", "Outside calling hours", "NOT (p.zone_key || p.wish_key = ANY (%(open_keys)s))"),
    # The campaign's wish, not the law's: what the patient asked for comes before it.
    Rule("CAMPAIGN_HOURS", "Outside the campaign's own hours", OUT_OF_OWN_HOURS, yields=True),
    Rule("SAME_TIME", "Not answered at this time of day before", f"(%(at_the_minute)s AND {_same_time()})", yields=True),
)
# What is found while dealing: one call a day reaches a person, or a household.
LABELS = {
    **{rule.name: rule.label for rule in RULES},
    "OTHER_CAMPAIGN": "Queued for another campaign",
    "SAME_NUMBER": "Somebody at the same number is queued",
}

BLOCKED_BY = f"CASE {' '.join(f'WHEN {rule.condition} THEN {rule.name!r}' for rule in RULES)} ELSE '' END"
REASONS = f"array_remove(ARRAY[{', '.join(f'CASE WHEN {rule.condition} THEN {rule.name!r} END' for rule in RULES)}], NULL)"
# What a claim asks besides the number to dial (claim_sql.py), for `w.promised`: whether the patient asked for the call.
OF_THE_NUMBER = ("NO_NUMBER", "CALLED_OFTEN")
MAY_BE_CALLED = f"""
    NOT ({" OR ".join(rule.condition for rule in RULES if not rule.yields and rule.name not in OF_THE_NUMBER)})
    AND (w.promised OR NOT ({" OR ".join(rule.condition for rule in RULES if rule.yields)}))
    AND NOT {cap_reached("patient_id", "e.patient_id", promised="w.promised")}
"""
OPEN_WORK = """
    campaigns_enrollment e
    JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id
    JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id
    LEFT JOIN patients_appointment m ON m.practice_id = %(practice)s AND m.id = e.missed_appointment_id
"""
IS_OPEN = "e.practice_id = %(practice)s AND e.status = 'OPEN'"


@dataclass(frozen=True)
class Moment:
    """When, and for whom, the rules are asked: `params` holds what their conditions name. Made by the two functions below."""

    practice: Practice
    now: datetime
    hours: Hours
    params: dict = field(repr=False)


def at_the_minute(*, practice, now):
    """The rules as they bind a call that is made now."""
    hours = Hours.of(practice, with_keys=True)
    params = _params(practice, now, practice.business_date(now))
    params |= _open(hours, hours.open_keys(now), lambda key: hours.is_open(key, now))
    return Moment(practice, now, hours, params | {"at_the_minute": True})


def today(*, practice, now):
    """The rules by the last minute of today's calling: what may be called this afternoon is not held back this morning."""
    hours, on = Hours.of(practice, with_keys=True), practice.business_date(now)
    moment = max(now, end_of_calling(practice=practice, on=on))
    params = _params(practice, moment, on) | _open(hours, hours.keys_open_on(on), lambda key: hours.opens_on(key, on))
    return Moment(practice, now, hours, params | {"at_the_minute": False})


def _open(hours, keys, is_open):
    """Of the keys that are open, those that are it for each campaign with own hours too."""
    own_open = [f"{pk}:{key}" for pk, own in hours.own.items() for key in keys if is_open(key + own)]
    return {"open_keys": keys, "own_campaigns": list(hours.own), "own_open": own_open}


def _params(practice, now, on):
    return {
        "practice": practice.pk,
        "now": now,
        "on": on,
        "day_ago": now - DAY,
        "week_ago": now - WEEK,
        "daily": practice.daily_call_cap,
        "weekly": practice.weekly_call_cap,
        "zone": practice.time_zone,
    }


def is_capped(*, moment, patient_id=None, e164="", promised=False):
    """Whether a person, or a number, was dialed as often as the caps allow; `promised` calls are bound by the law's alone."""
    value = "%(patient)s" if patient_id else "%(e164)s"
    condition = cap_reached("patient_id" if patient_id else "e164", value, promised=str(promised).lower())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {condition}", moment.params | {"patient": patient_id, "e164": e164})
        return cursor.fetchone()[0]


def reasons_of(*, moment, enrollment_ids):
    """Enrollment id → names of all rules that hold it back at the moment, in their order; closed ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, {REASONS} FROM {OPEN_WORK} WHERE {IS_OPEN} AND e.id = ANY (%(ids)s)",
            moment.params | {"ids": list(enrollment_ids)},
        )
        return dict(cursor.fetchall())


def callable_numbers(*, patient):
    """Numbers of a patient (a pk or an OuterRef) that work and that nobody asked us not to call."""
    refused = OptOut.objects.from_calls().filter(e164=OuterRef("e164"))
    return PhoneNumber.objects.usable().filter(~Exists(refused), patient=patient)
