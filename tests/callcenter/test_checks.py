"""Nothing is served by a database role that could see past the wall."""

import subprocess
import sys

import pytest
from django.db import connections

from callcenter.checks import wall_errors
from tests.processes import database_url, environment

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def ids(errors):
    return [error.id for error in errors]


def test_the_runtime_role_may_serve():
    assert wall_errors(using="default") == []


def test_the_owner_may_not():
    assert ids(wall_errors(using="owner")) == ["callcenter.E001"]


def test_a_table_that_lost_its_guard_is_noticed():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE patients_patient NO FORCE ROW LEVEL SECURITY")
    assert ids(wall_errors(using="owner")) == ["callcenter.E001", "callcenter.E002"]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    "start",
    [["-c", "import callcenter.wsgi"], ["-m", "celery", "-A", "callcenter", "worker", "-P", "solo", "--without-mingle"]],
    ids=["web", "worker"],
)
def test_web_and_worker_refuse_to_start_as_the_owner(start):
    refused = subprocess.run(
        [sys.executable, *start],
        env=environment(DATABASE_URL=database_url("owner")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode != 0
    assert "The database role in DATABASE_URL can bypass row-level security." in refused.stderr
