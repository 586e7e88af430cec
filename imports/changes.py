"""What an import changed of records that were there before, in the words of the screen."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils.dateformat import format as formatted

from accounts.words import LANGUAGES
from campaigns.models import Enrollment
from imports.models import ImportChange
from patients.models import Appointment, Patient, PhoneNumber

LABELS = {
    "mrn": "Chart number", "first_name": "First name", "middle_name": "Middle name", "last_name": "Last name",
    "born_on": "Date of birth", "sex": "Sex", "language": "Language", "email": "E-mail", "address": "Address", "city": "City",
    "state": "State", "zip_code": "ZIP", "provider": "Provider", "is_deceased": "Deceased", "is_inactive": "Inactive",
    "emr_note": "EMR note", "kind": "Kind", "extension": "Extension", "external_id": "Number", "on": "Date", "at": "Time",
    "status": "Status", "location": "Location", "visit_type": "Visit type", "specialty": "Specialty",
    "cancel_reason": "Cancel reason",
}  # fmt: skip
# "Booked for 2026-12-01 by patients.csv" is told as "Booked".
_WITHOUT_DETAILS = re.compile(r" (?:(?:for|on) \d{4}-.*|by .*)$")
CONSEQUENCES = {
    "ENROLLMENT": "Left the call list",
    "CALLBACK": "Callback called off",
}


@dataclass
class Difference:
    """A patient and what became different: `fields` are (label, before, after)."""

    patient: Patient | None
    what: str
    fields: list = field(default_factory=list)
    kept_because: str = ""


def listed(*, file_import):
    """The ImportChanges a page lists, in order: what an undo left alone, or else what the import changed."""
    kept = file_import.changes.order_by("pk")
    return kept.exclude(kept_because="") if file_import.is_undone else kept.exclude(latter={})


def differences(changes):
    """The Difference of each ImportChange, with its patient; the patient is None where the record is gone."""
    changes = list(changes)
    patients = Patient.objects.in_bulk({change.patient_id for change in changes})
    return [
        Difference(
            patients.get(change.patient_id),
            CONSEQUENCES.get(change.table) or ImportChange.Table(change.table).label,
            pairs(change.former, change.latter) if change.latter else [],
            change.kept_because,
        )
        for change in changes
    ]


def pairs(former, latter):
    """(label, before, after) of each value that people read; keys made of others, such as search keys, are left out."""
    return [(label, told(name, former[name]), told(name, latter.get(name))) for name, label in LABELS.items() if name in former]


def told(name, value):
    """A value of a column, as JSON has it, in the words of the screen; "" for nothing."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("born_on", "on"):
        return formatted(dt.date.fromisoformat(value), "M j, Y")
    if name == "at":
        return formatted(dt.time.fromisoformat(value), "g:i A")
    if name == "language":
        return LANGUAGES.get(value, value)
    choices = {"status": Appointment.Status, "kind": PhoneNumber.Kind}.get(name)
    return choices(value).label if choices else str(value)


def left_lists(*, file_import):
    """(why, enrollments) of those the import closed: Booked, Seen, Deceased …, the most first."""
    closed = file_import.changes.filter(table=ImportChange.Table.ENROLLMENT).values("object_id")
    counted = Counter()
    for because in Enrollment.objects.filter(pk__in=closed).values_list("closed_because", flat=True).iterator():
        counted[_WITHOUT_DETAILS.sub("", because)] += 1
    return counted.most_common()
