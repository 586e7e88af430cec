"""The shell command: the same numbers as the pages, with exit statuses."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts import tenancy
from patients.models import Patient

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"


def run(*args):
    out = StringIO()
    call_command("import_file", *args, "--practice", "bayview-eye", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_applies_and_prints_every_number(practice):
    result = run(str(DATA / "practicefusion_patients.csv"))

    assert {name: result[name] for name in ("rows", "create", "update", "unchanged", "duplicate", "skipped", "rejected")} == {
        "rows": 62, "create": 60, "update": 0, "unchanged": 0, "duplicate": 1, "skipped": 0, "rejected": 1,
    }  # fmt: skip
    assert result["reasons"] == {"DOB: there is no such date": 1}
    assert result["patients"] == 60
    assert (result["encoding"], result["delimiter"], result["not_stored"]) == ("utf-8", ",", [])
    assert result["mapping"]["Patient Identifier"] == "mrn"
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 60


def test_dry_run_changes_nothing(practice):
    result = run(str(DATA / "kareo_demographics.csv"), "--dry-run")

    assert (result["rows"], result["create"], result["not_stored"]) == (70, 70, ["Patient SSN"])
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 0


def test_a_refused_file_has_exit_status_1(practice, tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(SystemExit) as status:
        run(str(tmp_path / "empty.csv"))
    assert status.value.code == 1


def test_an_unknown_practice_is_said(db):
    with pytest.raises(CommandError):
        run(str(DATA / "kareo_demographics.csv"))
