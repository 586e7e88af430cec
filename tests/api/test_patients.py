"""Patients as programs read them, and the few things they may write."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from audit.models import AccessEvent
from campaigns.merging import merge
from campaigns.models import Enrollment
from patients.models import OptOut, Patient, PhoneNumber
from tests.world import make_patient

from .program import Program

pytestmark = pytest.mark.django_db


def test_a_patient_is_told_with_numbers_and_wishes(program, at, world):
    told = program.get(at("patient", world.ida.pk)).json()
    assert {name: told[name] for name in ("id", "mrn", "first_name", "last_name", "born_on", "zip_code", "merged_into")} == {
        "id": world.ida.pk, "mrn": "A100", "first_name": "Ida", "last_name": "Keller", "born_on": None, "zip_code": "10001",
        "merged_into": None,
    }  # fmt: skip
    assert [each["number"] for each in told["numbers"]] == [world.number.e164, world.second.e164]
    assert (told["opt_outs"], told["preferred_times"], told["numbers"][0]["is_opted_out"]) == ([], None, False)


def test_times_have_the_zone_of_the_practice(program, at, world):
    assert program.get(at("attempt", world.attempt.pk)).json()["ended_at"] == "2026-11-17T08:00:00-05:00"


def test_a_list_asks_as_much_for_three_as_for_one(program, at, inside):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert program.get(at("patients")).status_code == 200
        return len(asked)

    make_patient(phones=2)
    once = queries()
    make_patient(phones=3)
    make_patient(phones=1)
    assert queries() == once <= 14


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ida", "Ben", "Rosa"]),
        ("?language=es", ["Rosa"]),
        ("?is_inactive=true", ["Rosa"]),
        ("?is_inactive=false", ["Ida", "Ben"]),
        ("?opted_out=true", ["Ben"]),
        ("?opted_out=false", ["Ida", "Rosa"]),
        ("?created_since=2000-01-01T00:00:00Z", ["Ida", "Ben", "Rosa"]),
        ("?created_since=2199-01-01T00:00:00Z", []),
    ],
)
def test_the_list_is_narrowed(program, at, world, practice, now, query, names):
    with tenancy.practice(practice.pk):
        make_patient("Rosa", "Alvarez", language="es", is_inactive=True)
        OptOut.objects.create(patient=world.ben, opted_out_at=now)
    assert [each["first_name"] for each in program.get(at("patients") + query).json()["results"]] == names


# --- Looked up


@pytest.mark.parametrize("asked", [{"mrn": "A100"}, {"mrn": "a100"}, {"phone": "E164"}, {"phone": "NATIONAL"}])
def test_a_patient_is_looked_up_by_what_stands_in_the_body(program, at, world, asked):
    written = {"E164": world.number.e164, "NATIONAL": world.number.e164[2:]}
    asked = {name: written.get(value, value) for name, value in asked.items()}
    answer = program.post(at("lookup"), asked)
    assert [each["id"] for each in answer.json()["results"]] == [world.ida.pk]


def test_who_is_not_there_is_an_empty_answer_and_not_recorded(program, at, world, practice):
    assert program.post(at("lookup"), {"mrn": "Z999"}).json() == {"results": []}
    with tenancy.practice(practice.pk):
        assert not AccessEvent.objects.exists()


def test_the_record_of_a_merged_patient_says_who_stands_for_the_person(program, at, world, practice, supervisor, now):
    with tenancy.practice(practice.pk):
        double = make_patient("Ida", "Keler", mrn="B7")
        merge(keep=world.ida, absorb=double, by=supervisor, now=now)
    (found,) = program.post(at("lookup"), {"mrn": "B7"}).json()["results"]
    assert (found["id"], found["merged_into"]) == (double.pk, world.ida.pk)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, None, "Send either mrn or phone."),
        ({"mrn": "A100", "phone": "212-555-0101"}, None, "Send either mrn or phone."),
        ({"phone": "12"}, "phone", "phone: This has too few digits for a phone number."),
        ({"mrn": 5}, "mrn", "mrn: Send a text, in quotes."),
        ({"name": "Ida"}, None, "There is no field “name”."),
    ],
)
def test_a_wrong_question_is_said_so(program, at, body, field, sentence):
    answer = program.post(at("lookup"), body)
    told = {"error": sentence, "code": "invalid"} | ({"field": field} if field else {})
    assert (answer.status_code, answer.json()) == (400, told)


# --- Written


def test_a_wish_not_to_be_called_holds_at_once_and_closes_the_work(program, at, world, practice, admin):
    answer = program.post(at("opt_outs", world.ida.pk), {"channel": "WRITTEN", "words": "Stop."})
    told = answer.json()
    assert answer.status_code == 201
    assert {name: told[name] for name in ("patient", "number", "scope", "channel")} == {
        "patient": world.ida.pk, "number": "", "scope": "ALL", "channel": "WRITTEN",
    }  # fmt: skip
    with tenancy.practice(practice.pk):
        wish = OptOut.objects.get()
        assert (wish.pk, wish.recorded_by, wish.words) == (told["id"], admin, "Stop.")
        assert Enrollment.objects.get(pk=world.called.pk).closed_as == "OPTED_OUT"
        event = AccessEvent.objects.latest("pk")
    assert world.ida.pk in event.patient_ids


def test_a_number_alone_can_be_meant(program, at, world):
    body = {"channel": "CALL", "whole_person": False, "number": world.second.pk}
    told = program.post(at("opt_outs", world.ida.pk), body).json()
    assert (told["patient"], told["number"]) == (None, world.second.e164)
    numbers = program.get(at("patient", world.ida.pk)).json()["numbers"]
    assert [each["is_opted_out"] for each in numbers] == [False, True]


def test_the_same_wish_again_is_the_same_one(program, at, world):
    ids = {program.post(at("opt_outs", world.ida.pk), {"channel": "WRITTEN"}).json()["id"] for _ in range(2)}
    assert len(ids) == 1


def test_a_wish_about_a_number_of_somebody_else_is_no_wish(program, at, world, practice):
    body = {"channel": "CALL", "whole_person": False, "number": world.ben.phones.values_list("pk", flat=True)}
    with tenancy.practice(practice.pk):
        body["number"] = world.ben.phones.get().pk
    assert program.post(at("opt_outs", world.ida.pk), body).status_code == 404
    with tenancy.practice(practice.pk):
        assert not OptOut.objects.exists()


def test_a_wish_about_nobody_is_refused(program, at, world):
    answer = program.post(at("opt_outs", world.ida.pk), {"channel": "CALL", "whole_person": False})
    assert (answer.status_code, answer.json()["error"]) == (400, "Name the whole person, a number, or both.")


def test_a_number_is_added_behind_the_others(program, at, world):
    answer = program.post(at("numbers", world.ida.pk), {"number": "(646) 555-0177 x12", "kind": "WORK"})
    told = answer.json()
    assert (answer.status_code, told["number"], told["extension"], told["kind"], told["position"]) == (
        201, "+16465550177", "12", "WORK", 3,
    )  # fmt: skip


def test_a_number_that_is_there_is_refused_in_words(program, at, world):
    answer = program.post(at("numbers", world.ida.pk), {"number": world.number.e164})
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": "The patient has this number already, as “Unverified”.", "code": "refused"},
    )


def test_a_number_brings_back_who_was_unreachable(program, at, world, practice, now):
    with tenancy.practice(practice.pk):
        PhoneNumber.objects.filter(patient=world.ida).update(state="WRONG")
        Enrollment.objects.filter(pk=world.called.pk).update(status="CLOSED", closed_as="UNREACHABLE", closed_at=now)
    program.post(at("numbers", world.ida.pk), {"number": "646-555-0178"})
    with tenancy.practice(practice.pk):
        assert Enrollment.objects.get(pk=world.called.pk).status == "OPEN"


def test_a_number_is_changed(program, at, world):
    address = at("number", world.ida.pk, world.number.pk)
    told = program.patch(address, {"voicemail_allowed": False, "kind": "HOME"}).json()
    assert (told["voicemail_allowed"], told["kind"], told["state"]) == (False, "HOME", "UNVERIFIED")
    told = program.patch(address, {"state": "DISCONNECTED", "seen_state": "UNVERIFIED"}).json()
    assert (told["state"], told["voicemail_allowed"]) == ("DISCONNECTED", False)


def test_what_a_call_found_meanwhile_is_not_undone(program, at, world, practice):
    with tenancy.practice(practice.pk):
        PhoneNumber.objects.filter(pk=world.number.pk).update(state="WRONG")
    body = {"state": "VERIFIED", "seen_state": "UNVERIFIED"}
    answer = program.patch(at("number", world.ida.pk, world.number.pk), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")


def test_a_number_of_another_patient_is_not_there(program, at, world):
    assert program.patch(at("number", world.ben.pk, world.number.pk), {"kind": "HOME"}).status_code == 404


def test_preferred_times_are_kept_and_forgotten(program, at, world, practice):
    address = at("preferred_times", world.ida.pk)
    wish = {"weekdays": [5, 1, 1], "starts": "09:00", "ends": "12:30"}
    assert program.put(address, wish).json() == {"weekdays": [1, 5], "starts": "09:00", "ends": "12:30"}
    assert program.get(at("patient", world.ida.pk)).json()["preferred_times"] == {
        "weekdays": [1, 5], "starts": "09:00", "ends": "12:30",
    }  # fmt: skip
    assert program.delete(address).status_code == 204
    with tenancy.practice(practice.pk):
        assert Patient.objects.get(pk=world.ida.pk).wish_key == ""


@pytest.mark.parametrize(
    "wish",
    [
        {"weekdays": [], "starts": "09:00", "ends": "12:00"},
        {"weekdays": [8], "starts": "09:00", "ends": "12:00"},
        {"weekdays": [1], "starts": "12:00", "ends": "12:00"},
        {"weekdays": [1], "starts": "25:00", "ends": "12:00"},
        {"weekdays": [1]},
    ],
)
def test_times_that_make_no_sense_are_refused(program, at, world, wish):
    assert program.put(at("preferred_times", world.ida.pk), wish).status_code == 400


def test_what_is_written_goes_to_the_record_that_stands_for_the_person(program, at, world, practice, supervisor, now):
    with tenancy.practice(practice.pk):
        double = make_patient("Ida", "Keler", mrn="B7")
        merge(keep=world.ida, absorb=double, by=supervisor, now=now)
    told = program.post(at("opt_outs", double.pk), {"channel": "WRITTEN"}).json()
    assert told["patient"] == world.ida.pk


# --- Kept to oneself


def test_no_address_and_no_log_line_names_a_patient(program, at, world, caplog):
    caplog.set_level("DEBUG")
    program.post(at("lookup"), {"phone": world.number.e164})
    program.post(at("numbers", world.ida.pk), {"number": world.number.e164})
    program.send("post", at("lookup"), b'{"mrn": "A100", "phone": "keller')
    listed = program.get(at("patients") + "?limit=1").json()
    for mark in ("Keller", "A100", world.number.e164[2:]):
        assert mark not in "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("django.request"))
        assert mark not in listed["next"] + listed["cursor"]


def test_every_answer_stays_out_of_caches(program, at, world, make_token, practice):
    answers = [
        program.get(at("patients")), program.get(at("patient", 0)), program.post(at("opt_outs", world.ida.pk), {}),
        Program(make_token("reports:read")).get(at("patients")), Program("none").get(at("patients")),
        program.get(f"/p/{practice.slug}/api/nothing/"),
    ]  # fmt: skip
    assert [(answer.status_code, answer.headers["Cache-Control"]) for answer in answers] == [
        (status, "no-store") for status in (200, 404, 400, 403, 401, 404)
    ]


def test_the_note_of_the_chart_is_not_told(program, at, world, practice):
    with tenancy.practice(practice.pk):
        Patient.objects.filter(pk=world.ida.pk).update(emr_note="Secretnote")
    assert "Secretnote" not in json.dumps(program.get(at("patient", world.ida.pk)).json())
