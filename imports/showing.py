"""The dry run in examples: what the plan of an import would do, read from its working tables.

Nothing is changed here. What is shown of patients we know is noted by their models; the cells of the file are noted by the view.
"""

import json
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from campaigns.models import Enrollment
from imports import changes, plan
from imports.models import IncomingEncounter, IncomingMatch, IncomingPerson, IncomingPhone, IncomingRow, IncomingVisit
from patients.likeness import EVIDENCE
from patients.models import Appointment, Encounter, Patient, PhoneNumber

SHOWN = 10

NEWS = f"""
SELECT i.patient_id, jsonb_build_object({", ".join(f"'{name}', p.{name}" for name, _ in plan.NEWS)}),
  jsonb_build_object({", ".join(f"'{name}', {value}" for name, value in plan.NEWS)})
FROM imports_incomingperson i
JOIN imports_incomingrow v ON v.practice_id = %(practice)s AND v.import_id = %(import)s AND v.line = i.line
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = i.patient_id
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.changes_patient AND i.line = ANY(%(lines)s)
"""  # noqa: S608 names and values of our own
NOTES = """
SELECT i.patient_id, p.emr_note, string_agg(DISTINCT r.note, '; ' ORDER BY r.note)
FROM imports_incomingperson i
JOIN imports_incomingrow r ON r.practice_id = %(practice)s AND r.import_id = %(import)s AND r.line = i.line
JOIN patients_patient p ON p.practice_id = %(practice)s AND p.id = i.patient_id
WHERE i.practice_id = %(practice)s AND i.import_id = %(import)s AND i.patient_id = ANY(%(patients)s) AND r.note <> ''
GROUP BY i.patient_id, p.emr_note
"""


@dataclass
class Line:
    """What a line of the file brings: of a new patient all, of a known one what is news. `fields` are (label, before, after)."""

    row: IncomingRow
    patient: Patient | None = None
    fields: list = field(default_factory=list)
    phones: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    encounters: list = field(default_factory=list)
    opts_out: bool = False


@dataclass
class Pair:
    """A line that would become a new patient, and the patient it may be already."""

    row: IncomingRow
    patient: Patient
    evidence: list


def new_people(*, file_import):
    """The first people the file would add."""
    people = IncomingPerson.objects.filter(import_id=file_import.pk, is_new=True).order_by("line")[:SHOWN]
    lines = _lines(file_import, people)
    for model, place in ((IncomingPhone, "phones"), (IncomingVisit, "visits"), (IncomingEncounter, "encounters")):
        _gather(file_import, lines, model, place)
    return list(lines.values())


def changed_people(*, file_import):
    """The first lines that would change a patient, or add to one, with what would be different."""
    people = IncomingPerson.objects.filter(import_id=file_import.pk, changed=True, is_new=False, patient_id__isnull=False)
    people = list(people.order_by("line")[:SHOWN])
    lines = _lines(file_import, people)
    patients = Patient.objects.in_bulk([person.patient_id for person in people])
    for person in people:
        lines[person.line].patient = patients.get(person.patient_id)
    _tell_fields(file_import, people, lines)
    _tell_additions(file_import, lines)
    return list(lines.values())


def possible_doubles(*, file_import):
    """(how many pairs it would open, the first of them)."""
    new = IncomingPerson.objects.filter(import_id=file_import.pk, line=OuterRef("line"), is_new=True)
    unsure = IncomingMatch.objects.filter(Exists(new), import_id=file_import.pk, is_sure=False).order_by("-score", "line")
    first = list(unsure[:SHOWN])
    rows = _rows(file_import, [match.line for match in first])
    patients = Patient.objects.in_bulk([match.patient_id for match in first])
    pairs = [Pair(rows[each.line], patients[each.patient_id], [EVIDENCE[code] for code in each.evidence]) for each in first]
    return (unsure.count() if len(first) == SHOWN else len(first)), pairs


def leaving_lists(*, file_import, today):
    """Patients on a call list now whom the file books, or calls deceased or inactive: they leave it at once."""
    booked = IncomingVisit.objects.filter(
        import_id=file_import.pk, is_news=True, status=Appointment.Status.SCHEDULED, on__gte=today, patient_id__isnull=False
    )
    gone = IncomingRow.objects.filter(Q(deceased=True) | Q(inactive=True), import_id=file_import.pk, line=OuterRef("line"))
    people = IncomingPerson.objects.filter(Exists(gone), import_id=file_import.pk, leads=True, patient_id__isnull=False)
    leaving = Q(patient__in=booked.values("patient_id")) | Q(patient__in=people.values("patient_id"))
    return Enrollment.objects.open().filter(leaving).values("patient").distinct().count()


def _rows(file_import, lines):
    return {row.line: row for row in IncomingRow.objects.filter(import_id=file_import.pk, line__in=lines)}


def _lines(file_import, people):
    numbers = [person.line for person in people]
    rows = _rows(file_import, numbers)
    return {line: Line(rows[line]) for line in numbers}


def _gather(file_import, lines, model, place):
    for each in model.objects.filter(import_id=file_import.pk, line__in=list(lines)).order_by("line", "place"):
        getattr(lines[each.line], place).append(each)


def _tell_fields(file_import, people, lines):
    """The values of the patient's own that change, by the same expressions that `apply` writes."""
    leading = {person.patient_id: lines[person.line] for person in people if person.leads}
    params = plan.params_of(file_import) | {"lines": list(lines), "patients": list(leading)}
    with connection.cursor() as cursor:
        cursor.execute(NEWS, params)
        for patient_id, before, after in cursor.fetchall():
            latter = json.loads(after)
            differing = {name: value for name, value in json.loads(before).items() if value != latter[name]}
            leading[patient_id].fields += changes.pairs(differing, latter)
        cursor.execute(NOTES, params)
        for patient_id, before, after in cursor.fetchall():
            if before != after:
                leading[patient_id].fields += changes.pairs({"emr_note": before}, {"emr_note": after})


def _tell_additions(file_import, lines):
    patients = {line.row.line: line.patient.pk for line in lines.values() if line.patient}
    numbers = set(PhoneNumber.objects.filter(patient__in=patients.values()).values_list("patient_id", "e164"))
    seen = set(Encounter.objects.filter(patient__in=patients.values()).values_list("patient_id", "on"))
    for model, place in ((IncomingPhone, "phones"), (IncomingVisit, "visits"), (IncomingEncounter, "encounters")):
        _gather(file_import, lines, model, place)
    for number, line in lines.items():
        of = patients.get(number)
        line.phones = [each for each in line.phones if (of, each.e164) not in numbers]
        line.visits = [each for each in line.visits if each.is_news]
        line.encounters = [each for each in line.encounters if (of, each.on) not in seen]
        line.opts_out = bool(line.row.do_not_call)
