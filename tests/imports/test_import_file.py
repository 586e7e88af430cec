"""The shell command: the same numbers as the pages, with exit statuses."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts import clock, tenancy
from imports import importing
from imports.models import FileImport
from patients.models import Patient
from tests.processes import environment

pytestmark = pytest.mark.django_db
# A refusal undoes its transaction, which must be one of its own.
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

DATA = Path(__file__).parent.parent / "data"
VERDICTS = ("create", "update", "unchanged", "duplicate", "skipped", "rejected")
PROMISED = {
    "rows", *VERDICTS, "reasons", "patients", "appointments", "mapping", "not_stored", "encoding", "delimiter", "held",
}  # fmt: skip
SIX_OF_TEN_WRONG = b"MRN,Last Name,First Name,DOB\n" + b"".join(
    b"%d,Lee,Ann,%s\n" % (n, b"01/02/1950" if n < 4 else b"99/99/1950") for n in range(10)
)


def run(*args, practice="bayview-eye"):
    """(exit status, standard output, standard error) of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_file", *map(str, args), "--practice", practice, stdout=out, stderr=err)
    except SystemExit as ending:
        return ending.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def run_json(*args, practice="bayview-eye"):
    status, out, _ = run(*args, "--json", practice=practice)
    return status, json.loads(out)


def patients(practice):
    with tenancy.practice(practice.pk):
        return Patient.objects.count()


def test_applies_and_prints_every_number(practice):
    status, result = run_json(DATA / "practicefusion_patients.csv")

    assert status == 0
    assert set(result) >= PROMISED
    assert {name: result[name] for name in ("rows", *VERDICTS)} == {
        "rows": 62, "create": 60, "update": 0, "unchanged": 0, "duplicate": 1, "skipped": 0, "rejected": 1,
    }  # fmt: skip
    assert result["reasons"] == {"DOB: there is no such date": 1}
    assert (result["patients"], result["appointments"], result["held"]) == (60, {}, [])
    assert (result["encoding"], result["delimiter"], result["not_stored"]) == ("utf-8", ",", [])
    assert result["mapping"]["Patient Identifier"] == "mrn"
    assert patients(practice) == 60


def test_dry_run_changes_nothing_and_keeps_nothing(practice):
    status, result = run_json(DATA / "kareo_demographics.csv", "--dry-run")

    assert (status, result["rows"], result["create"], result["not_stored"]) == (0, 70, 70, ["Patient SSN"])
    assert patients(practice) == 0
    with tenancy.practice(practice.pk):
        assert FileImport.objects.count() == 0


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_file_that_an_alarm_holds_has_exit_status_2_and_changes_nothing(practice, tmp_path, dry_run):
    (tmp_path / "wrong.csv").write_bytes(SIX_OF_TEN_WRONG)
    status, result = run_json(tmp_path / "wrong.csv", *(["--dry-run"] if dry_run else []))

    assert (status, result["rows"], result["rejected"]) == (2, 10, 6)
    assert result["held"] == ["6 of 10 rows would be rejected: more than one in five."]
    assert patients(practice) == 0
    with tenancy.practice(practice.pk):
        assert list(FileImport.objects.values_list("state", flat=True)) == ([] if dry_run else ["CHECKED"])


@commits
def test_the_kind_that_was_asked_for_is_held_to(practice):
    status, result = run_json(DATA / "kareo_demographics.csv", "--kind", "appointments")
    assert (status, set(result)) == (1, {"refused"})
    assert run_json(DATA / "kareo_demographics.csv", "--kind", "patients")[0] == 0


@commits
@pytest.mark.parametrize("what", ["missing", "folder", "empty", "practice"])
def test_what_cannot_be_imported_is_said_in_one_sentence_with_exit_status_1(practice, tmp_path, what):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    place = {"practice": "no-such-place"} if what == "practice" else {}
    path = DATA / "kareo_demographics.csv" if what == "practice" else tmp_path / what

    status, out, err = run(path, **place)
    assert (status, out, err.count("\n")) == (1, "", 1)
    status, result = run_json(path, **place)
    assert (status, result) == (1, {"refused": err.strip()})
    assert patients(practice) == 0


@commits
def test_a_file_does_not_overtake_one_that_waits_for_a_worker(practice, tmp_path):
    with tenancy.practice(practice.pk), (DATA / "kareo_demographics.csv").open("rb") as stream:
        importing.take_in(practice_id=practice.pk, stream=stream, name="first.csv", now=clock.now()).queue()

    status, result = run_json(DATA / "practicefusion_patients.csv")
    assert (status, result) == (1, {"refused": importing.NOT_ALONE})
    with tenancy.practice(practice.pk):
        assert list(FileImport.objects.values_list("file_name", "state")) == [("first.csv", "QUEUED")]


def test_people_read_aligned_counts(practice):
    status, out, _ = run(DATA / "practicefusion_patients.csv")
    lines = out.splitlines()

    assert (status, lines[0]) == (0, "Imported: 62 rows about 60 people.")
    assert "Of 62 rows" in lines
    assert "  New                          60" in lines
    assert "  Rejected                      1" in lines


def test_a_wrong_call_is_no_held_file():
    """Exit status 2 is argparse's own for it."""
    command = [sys.executable, "manage.py", "import_file", "list.csv", "--kind", "nonsense", "--practice", "x"]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **environment()}, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")
