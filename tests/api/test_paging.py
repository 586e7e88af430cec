"""Pages of a list stay whole while rows come and go."""

import base64
import json

import pytest

from accounts import tenancy
from patients.models import Patient
from tests.world import make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def patients(practice):
    with tenancy.practice(practice.pk):
        return [make_patient(f"Ida{each}", phones=0).pk for each in range(7)]


def read_all(program, address):
    """The ids of all pages, in their order, and the length of each page."""
    ids, lengths = [], []
    while address:
        told = program.get(address).json()
        ids += [each["id"] for each in told["results"]]
        lengths.append(len(told["results"]))
        address = told["next"]
    return ids, lengths


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 500])
def test_every_row_stands_on_one_page(program, at, patients, limit):
    ids, lengths = read_all(program, f"{at('patients')}?limit={limit}")
    assert ids == patients
    assert set(lengths[:-1]) <= {limit}
    assert 1 <= lengths[-1] <= limit


def test_rows_that_come_and_go_meanwhile_shift_nothing(program, at, patients, practice):
    first = program.get(at("patients") + "?limit=3").json()
    with tenancy.practice(practice.pk):
        Patient.objects.filter(pk__in=patients[:2]).delete()
        new = make_patient("New", phones=0).pk
    assert read_all(program, first["next"])[0] == [*patients[3:], new]


def test_the_next_page_keeps_the_filters(program, at, patients, practice):
    with tenancy.practice(practice.pk):
        Patient.objects.filter(pk__in=patients[::2]).update(language="es")
    assert read_all(program, at("patients") + "?language=es&limit=1")[0] == patients[::2]


def test_a_list_of_nothing_has_no_place(program, at):
    assert program.get(at("patients")).json() == {"results": [], "next": None, "cursor": None}


def test_a_hundred_rows_come_where_nobody_asks_for_more(program, at, practice):
    with tenancy.practice(practice.pk):
        Patient.objects.bulk_create(
            Patient(first_name="Ida", last_name=f"K{each}", name_key=f"k{each} ida") for each in range(101)
        )
    told = program.get(at("patients")).json()
    assert (len(told["results"]), told["next"] is not None) == (100, True)


@pytest.mark.parametrize(("name", "asked"), [("attempts", "since"), ("callbacks", "due_from"), ("attempts", "cursor")])
def test_a_zone_as_far_away_as_none_is_no_error_of_ours(program, at, name, asked):
    moment = "2026-11-17T16:00:00-23:59"
    said = base64.urlsafe_b64encode(json.dumps([moment, 1]).encode()).decode() if asked == "cursor" else moment
    assert program.get(at(name), {asked: said}).status_code == 200
