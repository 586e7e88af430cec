"""The same sweep for the API: a token of one practice finds nothing of another, and nothing opens without one."""

import pytest
from django.test import Client

from accounts import tenancy
from audit.models import AccessEvent
from tests.api.program import Program

from . import sweep
from .cases import API_CASES
from .world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return World("bayview-eye", "ownmark")


@pytest.fixture
def other():
    return World("harbor-heart", "othermark")


def program(world):
    return Program(world.token)


def test_the_cases_are_of_the_api():
    assert {page.name for page in sweep.practice_pages() if page.of_the_api} == set(API_CASES)


def test_a_token_of_another_practice_meets_404_everywhere(own, other):
    before = sweep.fingerprint(own.practice)
    assert sweep.let_in(program(other), own, API_CASES) == []
    assert sweep.fingerprint(own.practice) == before


def test_without_a_token_everything_is_refused_also_to_who_is_signed_in(client, sign_in, own):
    found = {}
    for who, asking in (("nobody", Client()), ("admin", sign_in(own.admin))):
        for name, case in API_CASES.items():
            for method in sweep.METHODS:
                answer = getattr(asking, method)(case.url(name, own), case.body(own))
                found[who, name, method] = (answer.status_code, *answer.json())
    assert set(found.values()) == {(401, "error", "code")}


def test_ids_of_another_practice_are_ids_of_nothing(own, other):
    theirs = sweep.fingerprint(other.practice)
    assert sweep.answering_foreign_ids(program(own), own, other, API_CASES) == []
    assert sweep.fingerprint(other.practice) == theirs


def test_no_answer_shows_a_word_of_another_practice(own, other):
    assert sweep.showing(program(own), own, other, API_CASES) == []
    assert "ownmarkfile.csv" in sweep.content(program(own).get(API_CASES["api:import"].url("api:import", own)))


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("api:patients", "ownmarkpatient"),
        ("api:patients", "ownmarkabsorbed"),
        ("api:patient", "ownmarkpatient"),
        ("api:lookup", "ownmarkpatient"),
        ("api:campaign", "ownmarkcampaign"),
        ("api:attempts", "ownmarknote"),
        ("api:attempt", "ownmarknote"),
        ("api:enrollments", "ownmarkagent"),
        ("api:callback", "ownmarkagent"),
    ],
)
def test_the_answers_do_show_what_they_should(own, name, mark):
    """Without this the checks of this page could pass on empty answers."""
    asking, case = program(own), API_CASES[name]
    assert mark in sweep.content(getattr(asking, case.methods[0])(case.url(name, own), case.body(own)))


def test_what_a_program_sees_is_recorded_with_its_token_and_its_maker(own):
    program(own).get(API_CASES["api:patient"].url("api:patient", own))
    with tenancy.practice(own.practice.pk):
        event = AccessEvent.objects.latest("pk")
    assert (event.token_id, event.user_id, event.page, event.method) == (own.token_id, own.admin.user_id, "api:patient", "GET")
    assert event.patient_ids == [own.patient_id]


def test_no_answer_shows_a_patient_unrecorded_and_no_get_changes_anything(own):
    assert sweep.unrecorded(program(own), own, API_CASES) == []
    assert sweep.changing(program(own), own, API_CASES) == []
