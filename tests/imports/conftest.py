import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts import tenancy
from imports import intake, mapping, running
from imports.models import FileImport

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def receive(practice, admin, now):
    """Upload a file of tests/data (by name) or bytes; returns the FileImport that waits."""

    def _receive(source, name="list.csv"):
        content = (DATA / source).read_bytes() if isinstance(source, str) else source
        with tenancy.practice(practice.pk):
            return intake.receive(stream=io.BytesIO(content), name=name, practice=practice, by=admin, now=now)

    return _receive


@pytest.fixture
def check(receive, practice, now):
    """Upload a file, confirm its columns and let the worker check it; returns the FileImport with its dry run."""

    def _check(source, **kwargs):
        file_import = receive(source, **kwargs)
        with tenancy.practice(practice.pk):
            file_import.choose(mapping=file_import.mapping, kind=mapping.kind_of(file_import.mapping))
            assert file_import.queue()
        running.run(practice_id=practice.pk, import_id=file_import.pk, now=now)
        with tenancy.practice(practice.pk):
            return FileImport.objects.get(pk=file_import.pk)

    return _check


@pytest.fixture
def bring_in(check, practice, admin, now):
    """Bring a file in as an admin and the worker would; returns the FileImport as it ended."""

    def _bring_in(source, **kwargs):
        file_import = check(source, **kwargs)
        with tenancy.practice(practice.pk):
            assert file_import.confirm(by=admin)
        running.run(practice_id=practice.pk, import_id=file_import.pk, now=now)
        with tenancy.practice(practice.pk):
            return FileImport.objects.get(pk=file_import.pk)

    return _bring_in


@pytest.fixture
def now():
    """The samples were written as of 2026-11-23; it is 11:00 in New York."""
    return datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
