"""The watched folder: files that grow, files with hostile names, workers that die, two workers at once. Real files."""

import json
import logging
import os
import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connections

from accounts import tenancy
from imports import importing, inbox, running
from imports.inbox_folder import Folder, safe_name
from imports.models import FileImport, InboxFile
from imports.tasks import look_into_inbox, look_into_inboxes, run_due_imports
from patients.models import Patient
from tests.processes import eventually
from tests.processes import running as process

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

PEOPLE = b"MRN,Last Name,First Name,DOB,Home Phone\n" + b"".join(
    b"%d,Lee%s,Ann,01/02/1950,(212) 555-01%02d\n" % (n + 1, b"abcdefghij"[n : n + 1], n) for n in range(10)
)
HALF_WRONG = b"MRN,Last Name,First Name,DOB\n" + b"".join(
    b"%d,Lee,Ann,%s\n" % (n, b"99/99/1950" if n % 2 else b"01/02/1950") for n in range(10)
)
NAME_OF_A_PATIENT = "Keller, Ida 1950.csv"


@pytest.fixture
def root(tmp_path, settings):
    settings.IMPORT_INBOX = str(tmp_path / "inbox")
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def folder(root, practice):
    (root / practice.slug).mkdir()
    return root / practice.slug


@pytest.fixture
def look(practice, now):
    """`look(minutes)`: a look at the folder that many minutes after the first; whatever it queued is run."""

    def _look(minutes=0):
        at = now + timedelta(minutes=minutes)
        for import_id in inbox.visit(practice_id=practice.pk, now=at):
            running.run(practice_id=practice.pk, import_id=import_id, now=at)

    return _look


@pytest.fixture
def steps(folder, practice, now):
    """The steps of a look one by one, as a worker takes them before it dies."""

    class Steps:
        later = now + timedelta(minutes=5)

        def run(self, name, **kwargs):
            with Folder(folder) as opened, opened.inner("taken") as taken:
                if name == "take":
                    kwargs["folder"] = opened
                return getattr(inbox, name)(practice_id=practice.pk, taken=taken, **kwargs)

    return Steps()


def lies_in(folder):
    """Every file below a folder, as path → content; results read as JSON."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def result(folder, where):
    (path,) = (folder / where).glob("*.result.json")
    return json.loads(path.read_text())


def count(practice, model=Patient):
    with tenancy.practice(practice.pk):
        return model.objects.count()


def test_a_file_that_stopped_growing_comes_in_and_lies_in_done_with_its_figures(folder, practice, look):
    (folder / "patients.csv").write_bytes(PEOPLE)
    look(0)
    assert list(lies_in(folder)) == ["patients.csv"]
    look(1)
    assert count(practice) == 10
    look(2)

    (name,) = [name for name in lies_in(folder) if name.endswith(".csv")]
    assert name.startswith("done/")
    assert name.endswith("-patients.csv")
    assert lies_in(folder)[name] == PEOPLE
    assert set(lies_in(folder)) == {name, f"{name}.result.json"}
    told = result(folder, "done")
    assert (told["rows"], told["create"], told["held"], told["not_stored"]) == (10, 10, [], [])
    assert "file" not in told
    assert count(practice, InboxFile) == 0


def test_a_growing_file_is_left_until_it_has_been_still_for_a_while(folder, practice, look):
    path = folder / "patients.csv"
    for minute, length in enumerate((0, 60, 60, 200)):
        # Looks 1 and 2 find the same size, but somebody wrote the same bytes again meanwhile.
        path.write_bytes(PEOPLE[:length])
        os.utime(path, ns=(minute, minute))
        look(minute)
    path.write_bytes(PEOPLE)
    look(4)
    look(4.5)
    assert (list(lies_in(folder)), count(practice)) == (["patients.csv"], 0)

    look(5.5)
    assert count(practice) == 10


def test_a_file_that_is_written_to_after_it_was_taken_waits_again(folder, practice, steps, look, now):
    path = folder / "patients.csv"
    path.write_bytes(PEOPLE[:200])
    with path.open("ab") as sender:
        steps.run("take", now=now)
        steps.run("take", now=steps.later)
        assert not path.exists()
        sender.write(PEOPLE[200:])
    look(6)
    assert count(practice, FileImport) == 0
    look(7)
    assert (count(practice, FileImport), count(practice)) == (1, 10)


def test_only_plain_files_of_the_folder_itself_are_taken(folder, practice, look, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(PEOPLE)
    (folder / "link.csv").symlink_to(secret)
    os.link(secret, folder / "second-name.csv")
    (folder / ".hidden.csv").write_bytes(PEOPLE)
    (folder / "sub").mkdir()
    (folder / "sub" / "patients.csv").write_bytes(PEOPLE)
    os.mkfifo(folder / "pipe.csv")
    for minute in range(3):
        look(minute)

    assert (count(practice, FileImport), count(practice, InboxFile)) == (0, 0)
    assert secret.read_bytes() == PEOPLE
    assert (folder / "link.csv").is_symlink()


@pytest.mark.parametrize("linked", ["practice", "taken", "done"])
def test_a_link_in_place_of_a_folder_leads_nowhere(root, practice, look, tmp_path, linked):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if linked == "practice":
        (root / practice.slug).symlink_to(elsewhere)
        (elsewhere / "patients.csv").write_bytes(PEOPLE)
    else:
        (root / practice.slug).mkdir()
        (root / practice.slug / linked).symlink_to(elsewhere)
        (root / practice.slug / "patients.csv").write_bytes(PEOPLE)
    before = lies_in(elsewhere)
    for minute in range(3):
        look(minute)

    assert lies_in(elsewhere) == before


@pytest.mark.parametrize(
    "name",
    [
        b"two\nlines.csv",
        b"; rm -rf $HOME;.csv",
        b"caf\xe9\xff.csv",
        b"x" * 251 + b".csv",
        b"..csv.",
        b"-rf",
        b"%s%n.csv",
        b"a\x1b[2J.csv",
    ],
)
def test_hostile_names_are_harmless(folder, practice, look, caplog, name):
    if name.startswith(b"."):
        name = b"_" + name
    path = os.path.join(os.fsencode(folder), name)
    with open(path, "wb") as stream:
        stream.write(PEOPLE)
    for minute in range(3):
        look(minute)

    assert count(practice) == 10
    (file, told) = sorted(os.listdir(folder / "done"), key=len)
    assert told == f"{file}.result.json"
    assert file.isascii()
    assert file.isprintable()
    assert len(file) < 120


def test_a_name_keeps_its_ending_whatever_its_length():
    assert safe_name("x" * 300 + ".xlsx") == "x" * 75 + ".xlsx"
    assert safe_name("../../etc/list.csv") == "_.._etc_list.csv"
    assert safe_name("\udcff\n") == "__"
    assert safe_name("   ") == "file"


def test_logs_tell_no_names(folder, practice, look, caplog):
    caplog.set_level(logging.DEBUG)
    (folder / NAME_OF_A_PATIENT).write_bytes(b"\0\1\2nothing")
    for minute in range(3):
        look(minute)

    assert set(result(folder, "refused")) == {"refused"}
    assert "Keller" not in caplog.text


def test_a_file_that_cannot_be_read_lies_in_refused_with_the_reason(folder, practice, look):
    (folder / "nothing.csv").touch()
    for minute in range(3):
        look(minute)

    assert result(folder, "refused") == {"refused": "The file is empty."}
    assert count(practice, FileImport) == 0


def test_a_file_that_an_alarm_holds_lies_in_held_and_waits_for_an_admin(folder, practice, admin, look, now):
    (folder / "wrong.csv").write_bytes(HALF_WRONG)
    for minute in range(3):
        look(minute)

    told = result(folder, "held")
    assert told["held"] == ["5 of 10 rows would be rejected: more than one in five."]
    assert count(practice) == 0
    with tenancy.practice(practice.pk):
        assert FileImport.objects.get(pk=told["import"]).confirm(by=admin)
    running.run(practice_id=practice.pk, import_id=told["import"], now=now)
    assert count(practice) == 5


def test_an_import_that_an_admin_drops_is_not_read_again(folder, practice, steps, now, look):
    (folder / "patients.csv").write_bytes(PEOPLE)
    steps.run("take", now=now)
    steps.run("take", now=steps.later)
    (file_id,) = ids(practice)
    steps.run("hand_in", file_id=file_id, now=steps.later)
    with tenancy.practice(practice.pk):
        FileImport.objects.get().delete()
    look(6)

    assert result(folder, "refused") == {"refused": inbox.DROPPED}
    assert count(practice) == 0


def ids(practice):
    with tenancy.practice(practice.pk):
        return list(InboxFile.objects.values_list("pk", flat=True))


class Killed(BaseException):
    """A worker that dies right here."""


def test_a_worker_that_dies_between_the_move_and_its_commit_loses_nothing(folder, practice, steps, look, now, monkeypatch):
    (folder / "patients.csv").write_bytes(PEOPLE)
    look(0)
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "_now_taken", dies)
        with pytest.raises(Killed):
            look(1)
    assert [name.partition("/")[0] for name in lies_in(folder)] == ["taken"]
    # The sender meanwhile puts the next file of that name there.
    (folder / "patients.csv").write_bytes(PEOPLE + b"99,New,Nora,01/02/1950,(212) 555-0199\n")
    look(2)
    assert (count(practice, FileImport), count(practice)) == (1, 10)
    look(3)
    look(4)
    assert (count(practice, FileImport), count(practice)) == (2, 11)


def test_a_worker_that_dies_while_it_reads_leaves_nothing_and_the_next_reads_it(folder, practice, look, monkeypatch):
    (folder / "patients.csv").write_bytes(PEOPLE)
    look(0)
    with monkeypatch.context() as patched:
        patched.setattr(FileImport, "queue", dies)
        with pytest.raises(Killed):
            look(1)
    assert count(practice, FileImport) == 0
    look(2)
    assert (count(practice, FileImport), count(practice)) == (1, 10)


def test_a_worker_that_dies_before_the_result_is_written_does_not_import_twice(folder, practice, look, monkeypatch):
    (folder / "patients.csv").write_bytes(PEOPLE)
    look(0)
    look(1)
    with monkeypatch.context() as patched:
        patched.setattr(InboxFile, "delete", dies)  # after result and move, before the commit
        with pytest.raises(Killed):
            look(2)
    for minute in (3, 4, 5):
        look(minute)
    assert (count(practice, FileImport), count(practice, InboxFile)) == (1, 0)
    assert result(folder, "done")["create"] == 10


def test_a_file_that_kills_its_workers_is_given_up(folder, practice, look, monkeypatch):
    (folder / "patients.csv").write_bytes(PEOPLE)
    look(0)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "take_in", dies)
        for minute in range(1, 1 + inbox.MOST_TRIES):
            with pytest.raises(Killed):
                look(minute)
        look(7)
    assert result(folder, "refused") == {"refused": inbox.GAVE_UP}


def dies(*_args, **_kwargs):
    raise Killed


def test_two_workers_at_once_take_each_file_once(folder, practice, look, now):
    for number in range(8):
        (folder / f"{number}.csv").write_bytes(PEOPLE.replace(b"Ann", b"Ann" + b"abcdefgh"[number:]))
    look(0)
    queued, errors = [], []
    together = threading.Barrier(3)

    def work():
        try:
            together.wait(10)
            for minute in (1, 2, 3):
                queued.extend(inbox.visit(practice_id=practice.pk, now=now + timedelta(minutes=minute)))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert errors == []
    assert (len(queued), len(set(queued)), count(practice, FileImport)) == (8, 8, 8)


def test_folders_of_no_practice_are_left_alone_and_counted(root, folder, practice, caplog):
    for name in (b"no-practice", b"caf\xe9", b"two\nlines"):
        os.mkdir(os.path.join(os.fsencode(root), name))
    (root / "no-practice" / NAME_OF_A_PATIENT).write_bytes(PEOPLE)

    assert inbox.practice_ids() == [practice.pk]
    assert caplog.messages == ["IMPORT_INBOX: 1 folders with files are named after no practice and are left alone"]


def test_no_setting_watches_nothing_and_a_wrong_one_is_said(settings, caplog, practice):
    settings.IMPORT_INBOX = ""
    assert (inbox.practice_ids(), caplog.messages) == ([], [])
    settings.IMPORT_INBOX = "/nowhere/at/all"
    assert (inbox.practice_ids(), caplog.messages) == ([], ["IMPORT_INBOX cannot be read: No such file or directory"])


def test_a_task_of_one_practice_leaves_the_folder_of_another_alone(root, folder, practice, other_practice, look):
    (root / other_practice.slug).mkdir()
    (root / other_practice.slug / "patients.csv").write_bytes(PEOPLE)
    for minute in range(3):
        look(minute)
    look_into_inbox.apply(headers={"practice_id": practice.pk})

    assert list(lies_in(root / other_practice.slug)) == ["patients.csv"]
    assert (count(other_practice), count(other_practice, InboxFile)) == (0, 0)


def test_a_real_worker_brings_two_files_in_one_after_the_other(root, folder, practice, tmp_path):
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    (folder / "first.csv").write_bytes(PEOPLE)
    (folder / "second.csv").write_bytes(PEOPLE.replace(b"Ann", b"Anna"))
    worker = ("celery", "-A", "callcenter", "worker", "-c", "2", "-l", "INFO")
    with process(*worker, log=tmp_path / "worker.log", IMPORT_INBOX=str(root)):
        look_into_inboxes.apply()
        eventually(lambda: count(practice, InboxFile) == 2, what="the first look")
        with tenancy.practice(practice.pk):  # a minute goes by
            for row in InboxFile.objects.all():
                row.unchanged_since -= timedelta(minutes=2)
                row.save()
        look_into_inboxes.apply()
        eventually(lambda: states(practice) == ["DONE", "DONE"] or run_due_imports.apply() is None, what="both imports")
        look_into_inboxes.apply()
        eventually(lambda: count(practice, InboxFile) == 0, what="the results")

    figures = [json.loads(path.read_text()) for path in sorted((folder / "done").glob("*.result.json"))]
    assert [(one["create"], one["update"]) for one in figures] == [(10, 0), (0, 10)]
    assert ".csv" not in (tmp_path / "worker.log").read_text()


def states(practice):
    with tenancy.practice(practice.pk):
        return sorted(FileImport.objects.values_list("state", flat=True))
