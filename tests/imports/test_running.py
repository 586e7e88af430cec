"""Workers that die, wake again or meet: the rows say what is due, and a file comes in whole or not at all."""

from datetime import timedelta

import pytest

from accounts import tenancy
from accounts.models import Practice
from imports import content, mapping, running, staging
from imports.models import FileImport, ImportRow, IncomingRow
from patients.models import Patient

pytestmark = pytest.mark.django_db

MANY = b"MRN,Last Name,First Name,DOB\n" + b"".join(b"%d,Lee%d,Ann,01/02/1950\n" % (n, n) for n in range(2500)).replace(
    b"Lee1,", b"Ng,"
)


@pytest.fixture
def queued(receive, practice):
    def _queued(source):
        file_import = receive(source)
        with tenancy.practice(practice.pk):
            file_import.choose(mapping=file_import.mapping, kind=mapping.kind_of(file_import.mapping))
            file_import.queue(skips_the_look=True)
        return file_import

    return _queued


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(content, "CHUNK_ROWS", 1000)


def die_after_the_first_chunk(practice, file_import, now):
    """What a worker leaves behind that is killed while it stages. Returns its claim."""
    claim = running._claim(practice.pk, file_import.pk)
    with tenancy.practice(practice.pk):
        left = FileImport.objects.select_related("practice").get(pk=file_import.pk)
        rows = staging.Reading(left, now=now).next_chunk()
        FileImport.objects.filter(pk=file_import.pk).update(rows_staged=rows)
    return claim


def stop_its_heart(practice, file_import):
    with tenancy.practice(practice.pk):
        rows = FileImport.objects.filter(pk=file_import.pk)
        rows.update(heartbeat_at=rows.get().heartbeat_at - running.STALE_AFTER - timedelta(seconds=1))


def test_a_killed_worker_leaves_nothing_but_staged_rows(queued, practice, now):
    file_import = queued(MANY)
    die_after_the_first_chunk(practice, file_import, now)

    with tenancy.practice(practice.pk):
        left = FileImport.objects.get(pk=file_import.pk)
        assert (left.state, left.rows_staged, left.rows_total) == ("STAGING", 1000, 2500)
        assert Patient.objects.count() == 0
        assert running.due_ids(now=now) == []


def test_the_next_worker_goes_on_where_it_stopped(queued, practice, now):
    file_import = queued(MANY)
    die_after_the_first_chunk(practice, file_import, now)
    stop_its_heart(practice, file_import)
    with tenancy.practice(practice.pk):
        assert running.due_ids(now=now) == [file_import.pk]

    assert running.run(practice_id=practice.pk, import_id=file_import.pk, now=now) is True

    with tenancy.practice(practice.pk):
        done = FileImport.objects.get(pk=file_import.pk)
        assert (done.state, done.claim, done.rows_staged) == ("DONE", 2, 2500)
        assert done.counts["CREATE"] == Patient.objects.count() == 2500


def test_a_worker_that_wakes_again_writes_nothing(queued, practice, now):
    file_import = queued(MANY)
    old_claim = die_after_the_first_chunk(practice, file_import, now)
    stop_its_heart(practice, file_import)
    running._claim(practice.pk, file_import.pk)

    with tenancy.practice(practice.pk), pytest.raises(running.Superseded):
        running._settle(file_import.pk, old_claim, now)


def test_a_worker_that_wakes_again_while_it_reads_writes_nothing(queued, practice, now):
    file_import = queued(MANY)
    old_claim = die_after_the_first_chunk(practice, file_import, now)
    stop_its_heart(practice, file_import)
    running._claim(practice.pk, file_import.pk)

    with pytest.raises(running.Superseded):
        running._stage(practice.pk, file_import.pk, old_claim, now)


def test_what_a_crash_of_the_database_emptied_is_read_again(check, practice, admin, now):
    file_import = check(MANY)
    with tenancy.practice(practice.pk):
        IncomingRow.objects.all().delete()  # unlogged tables are empty after a crash
        file_import.confirm(by=admin)
    running.run(practice_id=practice.pk, import_id=file_import.pk, now=now)

    with tenancy.practice(practice.pk):
        done = FileImport.objects.get(pk=file_import.pk)
        assert (done.state, done.counts["CREATE"], Patient.objects.count()) == ("DONE", 2500, 2500)


def test_two_imports_of_a_practice_queue_up(queued, practice, now):
    first, second = queued(MANY), queued("practicefusion_patients.csv")
    die_after_the_first_chunk(practice, first, now)

    assert running.run(practice_id=practice.pk, import_id=second.pk, now=now) is False

    stop_its_heart(practice, first)
    running.run(practice_id=practice.pk, import_id=first.pk, now=now)
    assert running.run(practice_id=practice.pk, import_id=second.pk, now=now) is True


def test_an_import_runs_once(queued, practice, now):
    file_import = queued("practicefusion_patients.csv")

    assert running.run(practice_id=practice.pk, import_id=file_import.pk, now=now) is True
    assert running.run(practice_id=practice.pk, import_id=file_import.pk, now=now) is False


def test_a_file_that_kills_every_worker_is_given_up(queued, practice, now):
    file_import = queued(MANY)
    for _ in range(running.MOST_CLAIMS):
        assert running._claim(practice.pk, file_import.pk) is not None
        stop_its_heart(practice, file_import)
    assert running._claim(practice.pk, file_import.pk) is None

    with tenancy.practice(practice.pk):
        assert running.due_ids(now=now) == []
        left = FileImport.objects.get(pk=file_import.pk)
        assert (left.state, left.failure, left.chunks.count()) == ("FAILED", running.GAVE_UP, 0)


@pytest.mark.parametrize(("days", "words"), [(7, "7 days"), (1, "1 day")])
def test_an_upload_nobody_confirms_is_dropped_after_the_practices_days(receive, practice, days, words):
    file_import = receive("practicefusion_patients.csv")
    Practice.objects.filter(pk=practice.pk).update(unconfirmed_days=days)
    with tenancy.practice(practice.pk):
        running.due_ids(now=file_import.created_at + timedelta(days=days))
        assert FileImport.objects.get(pk=file_import.pk).chunks.count() == 1
        running.due_ids(now=file_import.created_at + timedelta(days=days, seconds=1))
        left = FileImport.objects.get(pk=file_import.pk)
        dropped = f"Nobody confirmed the import within {words}, so the file was dropped."
        assert (left.state, left.failure, left.chunks.count()) == ("FAILED", dropped, 0)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_fault_while_applying_leaves_nothing_of_the_file(queued, practice, now):
    file_import = queued("practicefusion_patients.csv")
    with tenancy.practice(practice.pk):
        file_import.chunks.update(content=b"not compressed at all")

    running.run(practice_id=practice.pk, import_id=file_import.pk, now=now)

    with tenancy.practice(practice.pk):
        left = FileImport.objects.get(pk=file_import.pk)
        assert (left.state, left.failure) == ("FAILED", running.BROKE_DOWN)
        assert ImportRow.objects.count() == Patient.objects.count() == 0


def test_a_rehearsal_counts_and_keeps_nothing(receive, practice, now):
    file_import = receive("eclinicalworks_appointments.csv")
    with tenancy.practice(practice.pk):
        result = running.rehearse(file_import=file_import, now=now)

        assert result["counts"] == {"CREATE": 90, "UPDATE": 67, "UNCHANGED": 0, "DUPLICATE": 0, "SKIPPED": 1, "REJECTED": 0}
        assert Patient.objects.count() == ImportRow.objects.count() == 0
