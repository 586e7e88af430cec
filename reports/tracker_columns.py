"""The columns of the tracker (DESIGN § 5): one definition for the screen, the CSV file and the workbook.

Their names are those of an agent's list (campaigns/desk_columns.py). `value` is an expression over the pieces of
reports/tracker_sql.py; `needs` names the pieces beside the enrollment `e`, its patient `p` and campaign `c`. Dates are those
of the practice's calendar: the statement runs on its clocks.
"""

from dataclasses import dataclass
from functools import partial

from campaigns import desk_columns
from campaigns.models import Enrollment
from patients.models import Appointment

TEXT, LONG, DATE, MOMENT, NUMBER = "TEXT", "LONG", "DATE", "MOMENT", "NUMBER"


@dataclass(frozen=True)
class Column:
    """`sort` names one of SORTS. `is_usual`: shown until chosen otherwise."""

    code: str
    label: str
    value: str
    kind: str = TEXT
    needs: tuple = ()
    sort: str = ""
    is_usual: bool = True


@dataclass(frozen=True)
class Sort:
    """What rows are ordered by: an expression over `e` and what `joins` brings; an index can give what `is_always` there."""

    label: str
    key: str
    joins: str = ""
    is_always: bool = False


def _words(column, choices):
    """A code in words."""
    cases = [f"WHEN '{code}' THEN '{label.replace(chr(39), chr(39) * 2)}'" for code, label in choices]
    return f"CASE {column} {' '.join(cases)} ELSE '' END"


_P = "JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = e.patient_id"
_C = "JOIN campaigns_campaign c ON c.practice_id = %(practice)s AND c.id = e.campaign_id"
_AGENT = """LEFT JOIN accounts_membership am ON am.practice_id = %(practice)s AND am.id = e.assigned_agent_id
    LEFT JOIN accounts_user au ON au.id = am.user_id"""
_VISIT = """(SELECT {which}(a."on") FROM patients_appointment a
    WHERE a.practice_id = %(practice)s AND a.patient_id = e.patient_id AND {when})"""
_STATUS = f"CASE WHEN e.status = 'OPEN' THEN 'Open' ELSE {_words('e.closed_as', Enrollment.ClosedAs.choices)} END"

SORTS = {
    "enrolled": Sort("enrollment", "e.id", is_always=True),
    "name": Sort("last name", "p.name_key", _P, is_always=True),
    "mrn": Sort("MRN", "nullif(p.mrn, '')", _P),
    "campaign": Sort("campaign", "lower(c.name)", _C),
    "status": Sort("status", _STATUS),
    "priority": Sort("priority", "CASE WHEN e.is_priority THEN 0 ELSE 1 END"),
    "agent": Sort("agent", "au.full_name", _AGENT),
    "attempts": Sort("calls made", "e.attempts_made"),
    "latest_call": Sort("latest call", "e.last_attempt_at"),
    "last_encounter": Sort(
        "last encounter",
        """(SELECT max(n."on") FROM patients_encounter n
            WHERE n.practice_id = %(practice)s AND n.patient_id = e.patient_id)""",
    ),
    "last_appointment": Sort("last appointment", _VISIT.format(which="max", when='a."on" < %(today)s')),
    "next_appointment": Sort(
        "next appointment", _VISIT.format(which="min", when="a.\"on\" >= %(today)s AND a.status = 'SCHEDULED'")
    ),
    "assigned": Sort("assigned", "e.assigned_on"),
    "source_data": Sort("date of the EMR data", "e.source_data_on"),
    "waits": Sort("not before", "e.next_eligible_at"),
    "closed": Sort("closed on", "e.closed_at"),
}
USUAL_SORT = "-enrolled"

# As desk_list and emr_note write it.
_NOTE = """to_char(t.ended_at, 'YYYY-MM-DD HH24:MI TZ') || ' · '
    || CASE WHEN t.source = 'RING_BACK' THEN 'patient rang back' ELSE 'recall call ' || t.number END || ' (' || c.name || ') · '
    || tu.full_name || ': ' || d.label || coalesce(' for ' || a."on", '')
    || CASE WHEN t.note ~ '\\S' THEN '. ' || btrim(regexp_replace(t.note, '\\s+', ' ', 'g')) ELSE '' END"""
PATIENT = Column(
    "patient",
    "Patient",
    "concat_ws(' ', nullif(p.first_name, ''), nullif(p.middle_name, ''), nullif(p.last_name, ''))",
    sort="name",
)


def _of_list(code, value, **more):
    """A column that an agent's list has, too."""
    column = desk_columns.BY_CODE[code]
    return Column(code, column.label, value, **{"kind": DATE if column.is_date else TEXT} | more)


COLUMNS = [
    Column("mrn", "MRN", "p.mrn", sort="mrn"),
    Column("campaign", "Campaign", "c.name", sort="campaign"),
    Column("status", "Status", _STATUS, sort="status"),
    Column("priority", "Priority", "CASE WHEN e.is_priority THEN 'High' ELSE '' END", sort="priority"),
    Column("agent", "Agent", "coalesce(au.full_name, '')", needs=("agent",), sort="agent"),
    _of_list("attempts", "e.attempts_made", kind=NUMBER, sort="attempts"),
    _of_list("disposition", "coalesce(d.label, '')", needs=("calls", "last")),
    _of_list("appointment", 'a."on"', needs=("calls", "last")),
    _of_list("remarks", "coalesce(t.note, '')", kind=LONG, needs=("calls", "last")),
    _of_list("called", "calls.called_on", needs=("calls",)),
    _of_list("last_call", "calls.last_call_on", needs=("calls",)),
    *(
        _of_list(f"call_{number}", f"calls.dates[{number}]", needs=("calls",))
        for number in range(1, desk_columns.CALLS_SHOWN + 1)
    ),
    _of_list("last_encounter", "seen.last_on", needs=("seen",), sort="last_encounter"),
    _of_list("last_appointment", 'past."on"', kind=DATE, needs=("past",), sort="last_appointment"),
    Column(
        "last_appointment_status",
        "Last appointment’s status",
        _words("past.status", Appointment.Status.choices),
        needs=("past",),
    ),
    _of_list("next_appointment", "ahead.next_on", needs=("ahead",), sort="next_appointment"),
    _of_list("assigned", "e.assigned_on", sort="assigned"),
    _of_list("source_data", "e.source_data_on", sort="source_data"),
    _of_list("emr_note", f"coalesce({_NOTE}, '')", kind=LONG, needs=("calls", "last")),
    Column("latest_call", "Latest call", "e.last_attempt_at::date", DATE, sort="latest_call"),
    Column("enrolled", "Enrolled", "e.enrolled_at::date", DATE, sort="enrolled"),
    Column("why", "Why enrolled", "e.why", is_usual=False),
    _of_list("callback", "promised.due_at", kind=MOMENT, needs=("promised",), is_usual=False),
    Column("waits", "Not before", "e.next_eligible_at", MOMENT, sort="waits", is_usual=False),
    Column("closed", "Closed on", "e.closed_at::date", DATE, sort="closed", is_usual=False),
    Column("closed_because", "Closed because", "e.closed_because", is_usual=False),
    _of_list("language", "p.language", is_usual=False),
]
USUAL = [column.code for column in COLUMNS if column.is_usual]
shown = partial(desk_columns.shown, among=COLUMNS)
others = partial(desk_columns.others, among=COLUMNS)
