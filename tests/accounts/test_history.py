"""Every change of a tracked row is kept by the database, with who made it, whatever way it came."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from accounts import tenancy
from campaigns.models import Campaign
from patients.models import Patient
from tests.world import make_campaign, make_patient

pytestmark = pytest.mark.django_db


def history(name):
    """(kind of change, user in the context) of each event of a model, oldest first."""
    app, model = name.split(".")
    events = apps.get_model(app, f"{model}Event").objects.order_by("pgh_id")
    return [(event.pgh_label, (event.pgh_context or {}).get("user")) for event in events]


@pytest.mark.parametrize("model", ["patients.Patient", "patients.OptOut", "campaigns.Campaign", "accounts.Membership"])
def test_what_the_design_names_is_tracked(model):
    assert apps.get_model(*f"{model}Event".split("."))


def test_sets_and_raw_sql_leave_their_trace_too(inside):
    patient = make_patient()
    Patient.objects.filter(pk=patient.pk).update(city="Bronx")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET city = 'Queens' WHERE id = %s", [patient.pk])
    assert history("patients.Patient") == [("update", None), ("update", None)]


def test_a_patient_keeps_its_former_versions_and_a_change_without_news_keeps_none(inside):
    patient = make_patient(city="Albany")
    Patient.objects.filter(pk=patient.pk).update(city="Bronx")
    Patient.objects.filter(pk=patient.pk).update(city="Bronx", source_data_on=date(2026, 1, 2))
    Patient.objects.filter(pk=patient.pk).delete()
    events = apps.get_model("patients.PatientEvent").objects.order_by("pgh_id")
    assert [(event.pgh_label, event.city) for event in events] == [("update", "Albany"), ("delete", "Bronx")]


def test_a_change_on_a_page_names_the_user(practice, supervisor, sign_in):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=date(2026, 1, 2), name="Autumn")
    sign_in(supervisor).post(f"/p/{practice.slug}/campaigns/{campaign.pk}/status/", {"action": "pause"})
    with tenancy.practice(practice.pk):
        assert Campaign.objects.get().status == "PAUSED"
        assert history("campaigns.Campaign")[-1] == ("update", supervisor.user_id)


def test_history_stands_behind_the_wall(practice, other_practice):
    with tenancy.practice(other_practice.pk):
        Patient.objects.filter(pk=make_patient().pk).update(city="Bronx")
    with tenancy.practice(practice.pk):
        assert history("patients.Patient") == []
