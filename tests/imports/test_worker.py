"""Imports by a real worker, also one that is killed in the middle of a file."""

import os
import signal
from datetime import timedelta

import pytest
from celery import current_app

from accounts import tenancy
from campaigns import plan
from campaigns.models import Enrollment, QueueItem
from imports import mapping
from imports import running as imports_running
from imports.models import FileImport
from imports.tasks import run_due_imports
from patients.models import Patient
from tests.processes import eventually, running
from tests.world import enroll, make_campaign, make_patient, visited

WORKER = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")
ROWS = 12_000
# Charts from 1: 0 is no chart number.
MANY = b"MRN,Last Name,First Name,DOB,Home Phone\n" + b"".join(
    b"%d,Lee%s,Ann,01/02/1950,(212) 555-%04d\n" % (n, b"abcdefghij"[n % 10 : n % 10 + 1], n % 10_000) for n in range(1, ROWS + 1)
)


@pytest.fixture
def empty_broker():
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()


@pytest.fixture
def queue(receive, practice):
    """Upload and start a file whose message to the worker was lost."""

    def _queue(content):
        file_import = receive(content)
        with tenancy.practice(practice.pk):
            file_import.choose(mapping=file_import.mapping, kind=mapping.kind_of(file_import.mapping))
            file_import.queue(skips_the_look=True)
        return file_import

    return _queue


def look(practice, file_import):
    with tenancy.practice(practice.pk):
        return FileImport.objects.get(pk=file_import.pk)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_killed_worker_leaves_nothing_and_the_next_brings_in_all(empty_broker, queue, practice, tmp_path):
    file_import = queue(MANY)
    with running(*WORKER, log=tmp_path / "first.log") as worker:
        run_due_imports.apply()
        eventually(lambda: look(practice, file_import).rows_staged >= 1000, what="the first thousand rows")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(20)
    left = look(practice, file_import)
    assert (left.state, left.claim) == ("STAGING", 1)
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 0
        row = FileImport.objects.filter(pk=file_import.pk)
        row.update(heartbeat_at=left.heartbeat_at - imports_running.STALE_AFTER - timedelta(seconds=1))

    current_app.control.purge()
    with running(*WORKER, log=tmp_path / "second.log"):
        run_due_imports.apply()
        eventually(lambda: look(practice, file_import).is_done, seconds=120, what="the whole file")

    done = look(practice, file_import)
    assert (done.claim, done.counts["CREATE"], done.rows_staged, done.rows_total) == (2, ROWS, ROWS, ROWS)
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == ROWS


@pytest.mark.django_db
def test_an_appointment_in_the_file_takes_the_patient_out_of_the_queue(bring_in, practice, agent, now):
    today = practice.business_date(now)
    with tenancy.practice(practice.pk):
        patients = [make_patient("Ann", mrn="1"), make_patient("Bo", mrn="2")]
        for patient in patients:
            visited(patient, today - timedelta(days=900))
        campaign = make_campaign(practice, on=today)
        for patient in patients:
            enroll(campaign, patient, now)
        plan.build(practice=practice, now=now)
        assert QueueItem.objects.count() == 2

    bring_in(b"MRN,Next Visit\n1,%s\n2,\n" % (today + timedelta(days=9)).strftime("%m/%d/%Y").encode())

    with tenancy.practice(practice.pk):
        assert dict(Enrollment.objects.values_list("patient__mrn", "closed_as")) == {"1": "ALREADY_BOOKED", "2": ""}
        assert list(QueueItem.objects.values_list("enrollment__patient__mrn", flat=True)) == ["2"]
