"""What a program asks for twice with the same Idempotency-Key happens once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.functions import Now

from accounts import tenancy
from api.models import KeptKey
from patients.models import OptOut, PhoneNumber

from .program import Program

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

NEW = {"number": "646-555-0177"}


def add(program, at, world, body=NEW, key="k1"):
    return program.post(at("numbers", world.ida.pk), body, headers={"idempotency-key": key} if key else {})


def test_the_same_key_and_body_is_done_once_and_answered_again(program, at, world, practice):
    answers = [add(program, at, world) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    with tenancy.practice(practice.pk):
        assert PhoneNumber.objects.filter(e164="+16465550177").count() == 1


def test_without_a_key_the_second_one_is_a_second_one(program, at, world):
    assert [add(program, at, world, key="").status_code for _ in range(2)] == [201, 422]


@pytest.mark.parametrize("other", ["body", "address"])
def test_the_same_key_for_something_else_is_refused(program, at, world, practice, other):
    add(program, at, world)
    if other == "body":
        answer = add(program, at, world, body={"number": "646-555-0178"})
    else:
        answer = program.post(at("numbers", world.ben.pk), NEW, headers={"idempotency-key": "k1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    with tenancy.practice(practice.pk):
        assert PhoneNumber.objects.filter(e164__startswith="+1646").count() == 1


def test_a_key_belongs_to_its_token(program, make_token, at, world):
    add(program, at, world)
    assert add(Program(make_token()), at, world, body={"number": "646-555-0178"}).status_code == 201


def test_what_was_refused_uses_no_key_up(program, at, world, practice):
    assert add(program, at, world, body={"number": world.number.e164}).status_code == 422
    with tenancy.practice(practice.pk):
        assert not KeptKey.objects.exists()
    assert add(program, at, world).status_code == 201


def test_what_can_be_done_once_only_is_answered_again(program, at, world):
    for name, body in (("campaign_pause", {}), ("callback_call_off", {"why": "Booked"}), ("opt_outs", {"channel": "CALL"})):
        ids = {"campaign_pause": world.campaign.pk, "callback_call_off": world.callback.pk, "opt_outs": world.ida.pk}
        answers = [program.post(at(name, ids[name]), body, headers={"idempotency-key": name}) for _ in range(2)]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1


def test_a_key_is_forgotten_after_a_week(program, at, world, practice):
    add(program, at, world, key="old")
    with tenancy.practice(practice.pk):
        KeptKey.objects.update(used_at=Now() - timedelta(days=8))
    add(program, at, world, body={"number": "646-555-0178"}, key="new")
    with tenancy.practice(practice.pk):
        assert list(KeptKey.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.parametrize("key", ["k" * 101, "ключ", "a\x00b", "a\tb"])
def test_what_is_no_key_is_refused(program, at, world, key):
    answer = add(program, at, world, key=key)
    assert (answer.status_code, answer.json()["error"]) == (400, "An Idempotency-Key has at most 100 ASCII characters.")


def test_a_key_keeps_nothing_of_what_was_sent(program, at, world, practice):
    add(program, at, world)
    with tenancy.practice(practice.pk):
        assert "646555" not in str(KeptKey.objects.values().get())


@commits
def test_the_same_key_at_the_same_moment_is_one_wish(make_token, at, world, practice):
    text, ids, together = make_token(), [], threading.Barrier(4)

    def send():
        together.wait(20)
        body, headers = {"channel": "IN_PERSON", "words": "No calls"}, {"idempotency-key": "one"}
        ids.append(Program(text).post(at("opt_outs", world.ida.pk), body, headers=headers).json()["id"])
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with tenancy.practice(practice.pk):
        assert (len(ids), set(ids)) == (4, set(OptOut.objects.values_list("pk", flat=True)))
