"""What the database itself refuses, whatever way a row comes in."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from pghistory.models import Event

from accounts.wall import practice_models
from campaigns.models import Campaign, Enrollment
from tests.world import enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db

CHECKS = """
SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'c' AND c.conrelid = %s::regclass AND a.attname = %s
"""


def code_sets():
    """(table, column, codes) of every field that has choices; row history repeats its model's and is left out."""
    return [
        (model._meta.db_table, field.column, {code for code, _label in field.choices})
        for model in practice_models()
        if not issubclass(model, Event)
        for field in model._meta.local_concrete_fields
        if field.choices
    ]


def allowed(table, column):
    """The codes that the checks on a column name."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKS, [table, column])
        return {code for (text,) in cursor.fetchall() for code in re.findall(r"'([A-Z_]+)'", text)}


def test_every_code_set_is_checked_by_the_database():
    assert {(table, column) for table, column, codes in code_sets() if not codes <= allowed(table, column)} == set()
    # The comparison is able to fail: the list is not empty, and a column without a check allows nothing.
    assert ("campaigns_campaign", "kind", set(Campaign.Kind.values)) in code_sets()
    assert allowed("campaigns_campaign", "name") == set()


def test_an_unknown_code_is_refused(inside, now):
    enrollment = enroll(make_campaign(inside, on=inside.business_date(now)), make_patient("Pat", "Oak"), now)
    with pytest.raises(IntegrityError, match="enrollment_status"), transaction.atomic():
        Enrollment.objects.filter(pk=enrollment.pk).update(status="MAYBE")


def test_a_patient_is_open_in_a_campaign_once(inside, now):
    campaign, patient = make_campaign(inside, on=inside.business_date(now)), make_patient("Pat", "Oak")
    enroll(campaign, patient, now)
    with pytest.raises(IntegrityError, match="one_open_enrollment"), transaction.atomic():
        enroll(campaign, patient, now)
