"""Which enrollments of a practice somebody looks at, and changes many at once of: one condition in SQL for all uses.

The page, its count, the files and the bulk changes of the tracker all stand on `condition`. Filters are ids, codes and
dates, never words of a patient: they stand in addresses.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from . import eligibility
from .eligibility import BLOCKED_BY, IS_OPEN, OPEN_WORK, RULES
from .models import Enrollment

UNASSIGNED, NEVER_HELD_BACK, NEVER = "none", "NONE", "NEVER"
STATES = {"open": "Open", "closed": "Closed", **{code: f"Closed: {label}" for code, label in Enrollment.ClosedAs.choices}}
# More dials than this are told together, as in reports.
MANY = 5
ATTEMPTS = {**{str(number): str(number) for number in range(MANY)}, f"{MANY}+": f"{MANY} or more"}
# What is only found at the minute of a call holds back nobody for the day.
_OF_THE_DAY = {rule.name: rule.label for rule in RULES if rule.name != "SAME_TIME"}
BLOCKED = {NEVER_HELD_BACK: "Nothing: can be called", **_OF_THE_DAY}
PRIORITY = {"yes": "High", "no": "Normal"}
RANGES = {"enrolled": "Enrolled", "called": "Latest call", "appointment": "Appointment booked"}


@dataclass(frozen=True)
class Choice:
    """A filter that is empty lets all pass. The dates belong to the ranges they begin and end, by the practice's calendar.

    `campaign` and `agent` are ids (UNASSIGNED: nobody's work), `outcome` is the disposition code of the last call (NEVER: none).
    `blocked` names the rule that holds an open enrollment back today, NEVER_HELD_BACK none. An appointment is one that a call
    of the enrollment booked.
    """

    campaign: str = ""
    agent: str = ""
    state: str = ""
    outcome: str = ""
    attempts: str = ""
    blocked: str = ""
    priority: str = ""
    language: str = ""
    enrolled_from: date | None = None
    enrolled_to: date | None = None
    called_from: date | None = None
    called_to: date | None = None
    appointment_from: date | None = None
    appointment_to: date | None = None

    @property
    def query(self):
        """The filters that leave somebody out, as the address says them."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Condition:
    """What holds for the enrollments (`e`) of a choice, with the parameters that it names."""

    sql: str
    params: dict = field(repr=False)


_STATE = {"open": "e.status = 'OPEN'", "closed": "e.status = 'CLOSED'"}
_BLOCKED = f"""e.id IN (SELECT e.id FROM {OPEN_WORK} WHERE {IS_OPEN} AND {BLOCKED_BY} = %(blocked)s)"""
_LANGUAGE = """e.patient_id IN (SELECT p.id FROM patients_patient p
    WHERE p.practice_id = %(practice)s AND p.language = %(language)s)"""
_BOOKED = """e.id IN (SELECT t.enrollment_id FROM campaigns_callattempt t
    JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.id = t.appointment_id
    WHERE t.practice_id = %(practice)s AND {when})"""


def condition(*, choice, practice, now):
    """The Condition of a Choice. Whom a rule holds back is judged as the plan does, by the last minute of today's calling."""
    parts, params = ["e.practice_id = %(practice)s"], {"practice": practice.pk, **choice.query}
    if choice.campaign:
        parts.append("e.campaign_id = %(campaign)s::bigint")
    if choice.agent:
        parts.append("e.assigned_agent_id " + ("IS NULL" if choice.agent == UNASSIGNED else "= %(agent)s::bigint"))
    if choice.state:
        parts.append(_STATE.get(choice.state, "e.closed_as = %(state)s"))
    if choice.outcome:
        parts.append("e.last_outcome = " + ("''" if choice.outcome == NEVER else "%(outcome)s"))
    if choice.attempts:
        is_many = choice.attempts.endswith("+")
        params["attempts"] = int(choice.attempts.rstrip("+"))
        parts.append(f"e.attempts_made {'>=' if is_many else '='} %(attempts)s")
    if choice.priority:
        parts.append("e.is_priority" if choice.priority == "yes" else "NOT e.is_priority")
    if choice.language:
        parts.append(_LANGUAGE)
    if choice.blocked:
        params |= eligibility.today(practice=practice, now=now).params
        params["blocked"] = "" if choice.blocked == NEVER_HELD_BACK else choice.blocked
        parts.append(_BLOCKED)
    parts += _ranges(choice, practice, params)
    return Condition(" AND ".join(parts), params)


def _ranges(choice, practice, params):
    for name, column in (("enrolled", "e.enrolled_at"), ("called", "e.last_attempt_at")):
        first, last = getattr(choice, f"{name}_from"), getattr(choice, f"{name}_to")
        if first:
            params[f"{name}_from"] = practice.midnight(first)
            yield f"{column} >= %({name}_from)s"
        if last:
            params[f"{name}_to"] = practice.midnight(last + timedelta(days=1))
            yield f"{column} < %({name}_to)s"
    when = [
        f'a."on" {sign} %(appointment_{end})s::date'
        for end, sign in (("from", ">="), ("to", "<="))
        if getattr(choice, f"appointment_{end}")
    ]
    if when:
        yield _BOOKED.format(when=" AND ".join(when))
