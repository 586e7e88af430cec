"""Files handed in by a program with a token, from upload to figures."""

import io
import json
import threading
from pathlib import Path

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import api_tokens, tenancy
from api import uploads
from audit.models import AccessEvent
from imports import running
from imports.models import ApiUpload, FileImport
from imports.tasks import run_due_imports
from patients.models import Patient
from tests.processes import eventually
from tests.processes import running as process

pytestmark = pytest.mark.django_db
IMPORTS = ["imports:read", "imports:write"]
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

DATA = Path(__file__).parent.parent / "data"
PEOPLE = b"MRN,Last Name,First Name,DOB\n1,Keller,Ida,01/02/1950\n2,Keller,Ben,01/02/1951\n"
HALF_WRONG = b"MRN,Last Name,First Name,DOB\n1,Keller,Ida,01/02/1950\n2,Keller,Ben,99/99/1951\n"


@pytest.fixture
def token(practice, admin):
    with tenancy.practice(practice.pk):
        return api_tokens.make(practice=practice, name="nightly", scopes=IMPORTS, days=30, by=admin)


@pytest.fixture
def program(token):
    """A client that carries the token."""
    return Client(headers={"authorization": f"Bearer {token[1]}"})


@pytest.fixture
def send(program, practice):
    """`send(content, …)` uploads a file; fields and headers by name. Returns the answer."""

    def _send(content=PEOPLE, *, name="list.csv", key="", **fields):
        headers = {"idempotency-key": key} if key else {}
        file = {} if content is None else {"file": SimpleUploadedFile(name, content)}
        return program.post(reverse("api:imports", args=[practice.slug]), {**file, **fields}, headers=headers)

    return _send


@pytest.fixture
def work(practice, now):
    """Do what a worker would with every import that is due."""

    def _work():
        with tenancy.practice(practice.pk):
            due = running.due_ids(now=now)
        for import_id in due:
            running.run(practice_id=practice.pk, import_id=import_id, now=now)

    return _work


def imports(practice):
    with tenancy.practice(practice.pk):
        return FileImport.objects.count()


def test_a_file_is_taken_in_and_polled_until_its_figures_are_there(send, program, practice, admin, work):
    answer = send((DATA / "practicefusion_patients.csv").read_bytes(), name="nightly.csv")
    told = answer.json()
    path = reverse("api:import", args=[practice.slug, told["id"]])
    assert (answer.status_code, answer.headers["Location"], told["url"]) == (202, told["url"], f"http://testserver{path}")
    assert (told["state"], told["settled"], told["rows_total"], told["result"]) == ("QUEUED", False, 62, None)
    assert told["file"] == "nightly.csv"
    work()

    told = program.get(told["url"]).json()
    assert (told["state"], told["settled"], told["rows_read"], told["alarms"], told["refused"]) == ("DONE", True, 62, [], "")
    assert {name: told["result"][name] for name in ("rows", "create", "duplicate", "rejected", "held")} == {
        "rows": 62, "create": 60, "duplicate": 1, "rejected": 1, "held": [],
    }  # fmt: skip
    assert told["result"]["reasons"] == {"DOB: there is no such date": 1}
    with tenancy.practice(practice.pk):
        assert (FileImport.objects.get().uploaded_by, Patient.objects.count()) == (admin, 60)


def test_a_look_can_be_asked_for(send, program, practice, work):
    url = send(look="true").json()["url"]
    work()
    told = program.get(url).json()
    assert (told["state"], told["settled"], told["alarms"], told["result"]["create"]) == ("CHECKED", True, [], 2)
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 0


def test_an_alarm_holds_a_file_without_being_asked(send, program, practice, work):
    url = send(HALF_WRONG).json()["url"]
    work()
    told = program.get(url).json()
    assert (told["state"], told["alarms"]) == ("CHECKED", ["1 of 2 rows would be rejected: more than one in five."])
    assert told["result"]["held"] == told["alarms"]
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 0


def test_the_latest_are_listed_newest_first(send, program, practice):
    ids = [send(PEOPLE.replace(b"Ida", b"Ida" + b"abc"[:n])).json()["id"] for n in range(3)]
    listed = program.get(reverse("api:imports", args=[practice.slug])).json()["imports"]
    assert [one["id"] for one in listed] == ids[::-1]


# --- Once a key


def test_the_same_key_with_the_same_file_is_the_same_import(send, practice, work):
    first = send(key="2026-11-23").json()
    work()
    again = send(key="2026-11-23")
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, first["id"], "DONE")
    assert imports(practice) == 1


@pytest.mark.parametrize("change", [{"content": HALF_WRONG}, {"look": "true"}, {"kind": "patients"}, {"encoding": "cp1252"}])
def test_the_same_key_with_anything_else_is_refused(send, practice, change):
    send(key="2026-11-23")
    again = send(**change, key="2026-11-23")
    assert (again.status_code, again.json()) == (
        422,
        {"error": "This Idempotency-Key came with another file or other wishes before.", "code": "key_reused"},
    )
    assert imports(practice) == 1


def test_without_a_key_each_upload_is_an_import(send, practice):
    assert send().json()["id"] != send().json()["id"]
    assert imports(practice) == 2


def test_a_key_belongs_to_its_token(send, practice, admin):
    send(key="monday")
    with tenancy.practice(practice.pk):
        _, other = api_tokens.make(practice=practice, name="other", scopes=IMPORTS, days=30, by=admin)
    answer = Client(headers={"authorization": f"Bearer {other}", "idempotency-key": "monday"}).post(
        reverse("api:imports", args=[practice.slug]), {"file": SimpleUploadedFile("x.csv", HALF_WRONG)}
    )
    assert answer.status_code == 202


@commits
def test_the_same_key_at_the_same_moment_is_one_import(token, practice):
    answers, together = [], threading.Barrier(4)

    def upload():
        client = Client(headers={"authorization": f"Bearer {token[1]}", "idempotency-key": "k"})
        together.wait(10)
        answers.append(
            client.post(reverse("api:imports", args=[practice.slug]), {"file": SimpleUploadedFile("x.csv", PEOPLE)}).json()
        )
        connections.close_all()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (len(answers), len({answer["id"] for answer in answers}), imports(practice)) == (4, 1, 1)


# --- What is refused, in one sentence of JSON


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"content": None}, 400, "file: No file was submitted."),
        ({"kind": "invoices"}, 400, 'kind: "invoices" is not a valid choice.'),
        ({"encoding": "klingon"}, 400, 'encoding: "klingon" is not a valid choice.'),
        ({"look": "perhaps"}, 400, "look: Must be a valid boolean."),
        ({"lock": "true"}, 400, "There is no field “lock”."),
        ({"key": "k" * 101}, 400, "An Idempotency-Key has at most 100 ASCII characters."),
        ({"content": b""}, 422, "The file is empty."),
        ({"kind": "appointments"}, 422, "This is no file of appointments: its columns tell of patients."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(send, practice, sent, status, sentence):
    answer = send(**sent)
    assert (answer.status_code, answer.json()["error"]) == (status, sentence)
    assert imports(practice) == 0


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 99, b"PK\x03\x04 no zip", b"%PDF-1.7", b"just words\nand more\n"])
def test_a_file_that_is_no_table_is_refused_and_nothing_is_kept(send, practice, content):
    answer = send(content)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert imports(practice) == 0


def test_a_file_that_is_too_large_is_refused(send, practice, settings):
    settings.IMPORT_MAX_MB = 1
    answer = send(PEOPLE + b"x" * 3_000_000)
    assert (answer.status_code, answer.json()) == (413, {"error": "The file is larger than 1 MB.", "code": "too_large"})


@pytest.mark.parametrize("content_type", ["application/json", "text/csv", "application/x-www-form-urlencoded"])
def test_only_multipart_is_taken(program, practice, content_type):
    answer = program.post(reverse("api:imports", args=[practice.slug]), PEOPLE, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(program, practice, method):
    answer = getattr(program, method)(reverse("api:imports", args=[practice.slug]))
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_an_address_of_nothing_is_said_in_json_too(program, practice):
    for path in ("imports/999999999/", "imports/nonsense/", "nothing/", "imports/9" + "9" * 40 + "/"):
        answer = program.get(f"/p/{practice.slug}/api/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_too_many_that_wait_are_refused_until_some_have_ended(send, practice, work, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_WAITING", 2)
    assert [send().status_code for _ in range(3)] == [202, 202, 429]
    work()
    assert send().status_code == 202


def test_hostile_names_stay_names(send, practice):
    for name in ("../../etc/passwd", "a\r\nb.csv", "x" * 300 + ".csv", "<script>.csv"):
        answer = send(name=name)
        assert answer.status_code == 202
        assert "/" not in answer.json()["file"]
        assert len(answer.json()["file"]) <= 200


# --- Whose it is


def test_an_import_of_another_practice_is_not_there(program, practice, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        _, text = api_tokens.make(practice=other_practice, name="theirs", scopes=IMPORTS, days=1, by=stranger)
    theirs = Client(headers={"authorization": f"Bearer {text}"}).post(
        reverse("api:imports", args=[other_practice.slug]), {"file": io.BytesIO(PEOPLE)}
    )
    assert theirs.status_code == 202
    foreign = program.get(reverse("api:import", args=[practice.slug, theirs.json()["id"]]))
    nothing = program.get(reverse("api:import", args=[practice.slug, 2_000_000_000]))
    assert (foreign.status_code, foreign.content) == (404, nothing.content)
    assert program.get(theirs.json()["url"]).status_code == 404
    assert program.get(reverse("api:imports", args=[practice.slug])).json() == {"imports": []}


def test_it_is_written_down_which_token_handed_a_file_in(send, token, practice):
    send()
    with tenancy.practice(practice.pk):
        assert ApiUpload.objects.get().token == token[0]


def test_no_patient_is_shown_and_so_none_is_written_down(send, program, practice, work):
    url = send((DATA / "practicefusion_patients.csv").read_bytes()).json()["url"]
    work()
    text = json.dumps(program.get(url).json())
    with tenancy.practice(practice.pk):
        names = set(Patient.objects.values_list("last_name", flat=True))
        assert AccessEvent.objects.count() == 0
    assert [name for name in names if name in text] == []


@commits
def test_a_real_worker_takes_up_what_was_sent(send, program, practice, tmp_path):
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    with process("celery", "-A", "callcenter", "worker", "-c", "2", "-l", "INFO", log=tmp_path / "worker.log"):
        urls = [send().json()["url"], send(PEOPLE.replace(b"Ben", b"Benno")).json()["url"]]

        def settled():
            run_due_imports.apply()  # the minute tick
            return all(program.get(url).json()["settled"] for url in urls)

        eventually(settled, what="both imports")
    results = [program.get(url).json()["result"] for url in urls]
    assert [(one["create"], one["update"], one["unchanged"]) for one in results] == [(2, 0, 0), (0, 1, 1)]
