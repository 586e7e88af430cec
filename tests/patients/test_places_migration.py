"""The zone keys of former versions are worked out anew, for one practice at a time and without a trace in the history."""

from importlib import import_module

import pytest
from django.db import connection, connections

from accounts import tenancy
from patients.models import Patient, PhoneNumber

migration = import_module("patients.migrations.0005_places_with_states")


def test_keys_of_zones_become_keys_of_places(inside, monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    for zip_code, state, key in [("10001", "NY", "America/New_York"), ("", "IN", ""), ("94110", "CA", "America/Los_Angeles@CA")]:
        Patient.objects.create(first_name="A", last_name="B", zip_code=zip_code, state=state, zone_key=key)
    PhoneNumber.objects.create(patient=Patient.objects.first(), e164="+14155550123")
    with connection.cursor() as cursor:
        migration.write_places_of(cursor, inside.pk)
    assert list(Patient.objects.order_by("pk").values_list("zone_key", flat=True)) == [
        "America/Los_Angeles@CA|America/New_York@NY",
        "America/Chicago@IN|America/New_York@IN",
        "America/Los_Angeles@CA",
    ]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_every_practice_is_reached_and_no_former_version_is_kept(practice, other_practice):
    for each in (practice, other_practice):
        with tenancy.practice(each.pk):
            Patient.objects.create(first_name="A", last_name="B", zip_code="02903", zone_key="America/New_York")
    with connections["owner"].schema_editor(atomic=True) as editor:
        migration.write_places(None, editor)
    for each in (practice, other_practice):
        with tenancy.practice(each.pk):
            patient = Patient.objects.get()
            assert patient.zone_key == "America/New_York@RI"
            assert patient.events.count() == 0
            Patient.objects.update(city="Providence")
            assert patient.events.count() == 1  # the history goes on
