"""Layouts nobody tuned the import to: every person, number and appointment, to the row, at the first try."""

import io
from collections import Counter

import pytest

from accounts import tenancy
from imports.importing import import_file
from patients.models import Patient
from tests.conftest import NOW

from .hostile.leaks import holding, leaks
from .layouts import LAYOUTS

pytestmark = pytest.mark.django_db

READ = {
    "mrn": lambda patient: patient.mrn,
    "last": lambda patient: patient.last_name,
    "first": lambda patient: patient.first_name,
    "middle": lambda patient: patient.middle_name,
    "given": lambda patient: f"{patient.first_name} {patient.middle_name}".strip(),
    "born_on": lambda patient: patient.born_on,
    "sex": lambda patient: patient.sex,
    "language": lambda patient: patient.language,
    "email": lambda patient: patient.email.lower(),
    "city": lambda patient: patient.city.title(),
    "has_address": lambda patient: bool(patient.address),
    "state": lambda patient: patient.state,
    "zip_code": lambda patient: patient.zip_code[:5],
    "deceased": lambda patient: patient.is_deceased,
    "inactive": lambda patient: patient.is_inactive,
    "phones": lambda patient: frozenset((phone.e164, phone.kind) for phone in patient.phones.all()),
    "numbers": lambda patient: frozenset(phone.e164 for phone in patient.phones.all()),
    "extensions": lambda patient: frozenset((phone.e164, phone.extension) for phone in patient.phones.all() if phone.extension),
    "visits": lambda patient: frozenset(visit.on for visit in patient.encounters.all()),
    "appointments": lambda patient: frozenset((booking.on, booking.status) for booking in patient.appointments.all()),
    # A day on which the patient was there: some files leave open whether it is told as a visit or as a kept appointment.
    "seen": lambda patient: frozenset(
        [visit.on for visit in patient.encounters.all()]
        + [booking.on for booking in patient.appointments.all() if booking.status == "KEPT"]
    ),
}


NO_DIFFERENCE = {"missing": Counter(), "unexpected": Counter()}


def bring_in(practice, files):
    return [import_file(practice_id=practice.pk, stream=io.BytesIO(content), name=name, now=NOW) for name, content in files]


def stored_people(columns):
    people = Patient.objects.filter(is_test=False).prefetch_related("phones", "encounters", "appointments")
    return Counter(tuple(READ[name](patient) for name in columns) for patient in people)


@pytest.mark.parametrize("name", LAYOUTS)
def test_comes_in_exactly(practice, name):
    export = LAYOUTS[name]()

    result = bring_in(practice, export.files)[-1]

    with tenancy.practice(practice.pk):
        found = stored_people(export.stored.columns)
    assert {"missing": export.stored.people - found, "unexpected": found - export.stored.people} == NO_DIFFERENCE
    assert {figure: result[figure] for figure in export.figures} == export.figures
    assert export.refused - set(result["not_stored"]) == set()
    assert [secret for secret in export.secrets if secret in str(result)] == []
    with tenancy.practice(practice.pk):
        assert (holding(export.secrets), leaks()) == ([], {})


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_same_file_again_changes_nothing(practice, name):
    export = LAYOUTS[name]()
    bring_in(practice, export.files)
    with tenancy.practice(practice.pk):
        before = stored_people(READ)

    again = bring_in(practice, export.files)[-1]

    assert (again["create"], again["update"]) == (0, 0)
    with tenancy.practice(practice.pk):
        assert stored_people(READ) == before
