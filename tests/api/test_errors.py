"""Every no has one form, whoever says it: a sentence, a word, and the field where one is wrong."""

import json

import pytest
from django.core.exceptions import SuspiciousOperation

from accounts import tenancy
from api.views.campaigns import Campaigns
from audit.models import AccessEvent
from tests.world import make_patient

from .program import Program

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_what_is_wrong_outside_of_views_is_said_in_the_same_form(program, practice, at):
    root = f"/p/{practice.slug}/api"
    asked = {
        f"{root}/nothing/": (404, "not_found"),
        f"{root}/": (404, "not_found"),
        f"{root}/patients/x/": (404, "not_found"),
        f"{root}/patients/{'9' * 60}/": (404, "not_found"),
        f"{root}/patients/-1/": (404, "not_found"),
        f"{root}/patients/%00/": (404, "not_found"),
        "/p/no-such-practice/api/patients/": (404, "not_found"),
    }
    for path, expected in asked.items():
        answer = program.get(path)
        assert (path, answer.status_code, answer.json()) == (
            path, expected[0], {"error": "There is nothing at this address.", "code": expected[1]},
        )  # fmt: skip
        assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"", 400, "invalid"),
        (b"[]", 400, "malformed"),
        (b'"phone"', 400, "malformed"),
        (b"null", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b'{"phone": NaN}', 400, "malformed"),
        (b'{"phone": ' + b"1" * 6000 + b"}", 400, "malformed"),
        (b"[" * 50_000, 400, "malformed"),
        (b'{"a":' * 15_000, 400, "malformed"),
        (b'{"phone": "\\u0000"}', 400, "invalid"),
        (b'{"mrn": "A\\u0000B"}', 400, "invalid"),
        (b'{"mrn": "\\ud800"}', 400, "invalid"),
        (b'{"mrn": {"a": 1}}', 400, "invalid"),
        (b'{"mrn": ["A100"]}', 400, "invalid"),
        (b'{"mrn": true}', 400, "invalid"),
        (b'{"mrn": null}', 400, "invalid"),
        (b'{"\\u0000": 1, "mrn": "A100"}', 400, "invalid"),
        (b'{"mrn": "' + b"x" * 200_000 + b'"}', 413, "too_large"),
    ],
)
def test_a_body_that_is_none_is_refused(program, at, body, status, code):
    answer = program.send("post", at("lookup"), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) <= {"error", "code", "field"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
def test_only_json_is_taken(program, at, content_type):
    answer = program.generic("POST", at("lookup"), b'{"mrn": "A100"}', content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_the_answer_is_json_whatever_is_asked_for(program, at):
    for accepted in ("text/html", "application/xml", "*/*", "nonsense", "application/json"):
        answer = program.get(at("campaigns"), headers={"accept": accepted})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=OPENED", "status"),
        ("status=%00", "status"),
        ("campaign=x", "campaign"),
        ("campaign=0", "campaign"),
        ("campaign=1.5", "campaign"),
        ("campaign=1e3", "campaign"),
        ("campaign=" + "9" * 40, "campaign"),
        ("campaign=" + "9" * 5000, "campaign"),
        ("changed_since=yesterday", "changed_since"),
        ("changed_since=2026-11-17", "changed_since"),
        ("changed_since=2026-11-17T10:00:00", "changed_since"),
        ("changed_since=2026-13-17T10:00:00Z", "changed_since"),
        ("changed_since=0001-01-01T00:00:00%2B23:59", "changed_since"),
        ("changed_since=9999-12-31T23:59:59-23:59", "changed_since"),
        ("changed_since=%00", "changed_since"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%F0%9F%98%80", "cursor"),
        ("cursor=WzEsMl0", "cursor"),
        ("cursor=WyIxIl0", "cursor"),
        ("cursor=Wy0xXQ", "cursor"),
        ("cursor=e30", "cursor"),
        ("cursor=W3RydWVd", "cursor"),
        ("colour=red", "colour"),
        ("campaign__name=x", "campaign__name"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_refused_by_the_name_of_the_parameter(program, at, query, field):
    answer = program.get(f"{at('enrollments')}?{query}")
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (400, "invalid", field)
    assert told["error"].startswith(f"{field}: ")


def test_a_cursor_of_another_list_is_refused(program, at, world):
    word = program.get(at("attempts") + "?limit=1").json()["cursor"]
    assert program.get(f"{at('enrollments')}?cursor={word}").json()["field"] == "cursor"
    word = program.get(at("enrollments") + "?limit=1").json()["cursor"]
    assert program.get(f"{at('attempts')}?cursor={word}").json()["field"] == "cursor"


@commits
def test_what_breaks_is_a_500_that_says_nothing_of_it_and_changes_nothing(program, at, world, practice, monkeypatch, caplog):
    def broken(self, request):
        list(request.practice.patients.all())
        request.practice.campaigns.update(name="Changed")
        raise ValueError("Ida Keller")

    monkeypatch.setattr(Campaigns, "rows", broken)
    answer = program.get(at("campaigns"))
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "Something broke on our side; nothing was changed.", "code": "server_error"},
    )
    monkeypatch.undo()
    assert "Changed" not in json.dumps(program.get(at("campaigns")).json())
    with tenancy.practice(practice.pk):
        assert not AccessEvent.objects.exists()


def test_what_django_refuses_is_said_in_the_same_form(program, at, monkeypatch):
    def suspicious(self, request):
        raise SuspiciousOperation("Ida Keller")

    monkeypatch.setattr(Campaigns, "rows", suspicious)
    answer = program.get(at("campaigns"))
    assert (answer.status_code, answer.json()) == (400, {"error": "Malformed request.", "code": "malformed"})


def test_a_foreign_id_is_the_same_404_as_none(program, at, world, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        theirs = make_patient("Otto", "Other")
    answers = [program.get(at("patient", pk)) for pk in (theirs.pk, 2_000_000_000, 2**63, 10**30)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_without_a_token_nothing_is_told_of_what_is_there(at, practice, world):
    answers = [Program("x").get(path) for path in (at("patient", world.ida.pk), at("patient", 1), f"/p/{practice.slug}/api/no/")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
