"""Files made to break the import: each ends in a reconciled result or in one clear sentence."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts import tenancy
from imports.importing import import_file
from imports.reading import UnreadableFile
from patients.models import Appointment, Encounter, Patient, PhoneNumber
from tests.conftest import NOW

from .hostile import HOSTILE
from .hostile.leaks import leaks
from .hostile.registry import FEW

# A minute is an age for any of these files: what takes longer hangs.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]

VERDICTS = ("create", "update", "unchanged", "duplicate", "skipped", "rejected")
UPLOADED = [
    "stray-bytes-nul", "encoding-utf-16-cut-in-half", "encoding-utf-32-le", "empty-file", "cut-in-a-character",
    "open-quotes-in-every-line", "binary-png", "binary-sqlite", "zip-bomb", "zip-encrypted", "xlsx-entity-bomb-in-the-sheet",
    "xlsx-formula-with-a-value", "birthdays-orders-mixed", "names-with-nul", "chart-numbers-same-for-two-people",
    "only-a-header", "file-name-nul", "file-name-long", "giant-five-thousand-columns", "foreign-hl7-carriage-returns",
    "secrets-without-a-header", "header-all-blank", "cells-replacement-characters",
]  # fmt: skip


def content_of(message):
    """Whatever a message quotes of the people in the files."""
    return [p.mrn for p in FEW if p.mrn in message or re.search(rf"\b{re.escape(p.last)}\b", message)]


def counts():
    return {model.__name__: model.objects.count() for model in (Patient, PhoneNumber, Appointment, Encounter)}


def check_refusal(refusal):
    message = str(refusal)
    assert re.fullmatch(r"[^\x00-\x1f\x7f-\x9f\ufffd]{10,300}", message)
    assert message.rstrip()[-1] in ".!?"
    assert content_of(message) == []
    assert set(counts().values()) == {0}


def check_result(result, survivors):
    assert result["rows"] == sum(result[verdict] for verdict in VERDICTS)
    assert sum(result["reasons"].values()) >= result["rejected"]
    stored = set(Patient.objects.values_list("mrn", flat=True))
    assert Patient.objects.count() == (0 if result.get("held") and not stored else result["create"])
    assert survivors - stored == set()


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused_or_reconciled(practice, name):
    hostile = HOSTILE[name]
    stream = io.BytesIO(hostile.make())

    try:
        result = import_file(practice_id=practice.pk, stream=stream, name=hostile.file_name, now=NOW)
    except UnreadableFile as refusal:
        result, said = None, refusal
        # The refusal ran through the transaction around this test; what stands there now is looked at as it is.
        transaction.set_rollback(False)

    with tenancy.practice(practice.pk):
        assert leaks() == {}
        if result is None:
            assert hostile.survivors == set()
            check_refusal(said)
        else:
            check_result(result, hostile.survivors)


@pytest.mark.parametrize("name", UPLOADED)
def test_uploading_it_is_never_an_error_of_ours(practice, admin, sign_in, name):
    hostile = HOSTILE[name]
    upload = SimpleUploadedFile("placeholder.csv", hostile.make())
    upload._name = hostile.file_name or "patients.csv"  # as it came over the wire, before Django shortens it
    response = sign_in(admin).post(reverse("imports:new", kwargs={"practice_slug": practice.slug}), {"file": upload}, follow=True)

    assert response.status_code < 500
    with tenancy.practice(practice.pk):
        assert (leaks(), set(counts().values())) == ({}, {0})


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 200


def test_the_search_for_leaks_finds_them(practice):
    with tenancy.practice(practice.pk):
        Patient.objects.create(first_name="Zo\ufffd", last_name="Gar\x1bcia", mrn="900-12-3456", city="\u0085")
        assert leaks() == {
            "broken characters": ["patients_patient.city", "patients_patient.first_name", "patients_patient.last_name"],
            "secrets": ["patients_patient.mrn"],
        }
