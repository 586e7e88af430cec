"""A patient is found by what they say on the phone, by index, and never in another practice."""

import re
from datetime import date

import pytest
from django.db import connection, connections

from accounts import tenancy
from campaigns.merging import merge
from patients import search
from patients.models import Patient, PhoneNumber
from patients.search_terms import Terms, TooShort, parse
from tests.world import make_patient

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)
BORN = date(1951, 4, 7)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Keller, Ida", Terms(names=("keller", "ida"))),
        ("  o'brien   JOSÉ ", Terms(names=("obrien", "jose"))),
        ("Ｋｅｌｌｅｒ", Terms(names=("keller",))),
        ("van der Berg Anna Maria", Terms(names=("van", "der", "berg", "annamaria"))),
        ("(212) 555-0101", Terms(digits="2125550101")),
        ("+1 212.555.0101", Terms(digits="12125550101")),
        ("0101", Terms(digits="0101", chart="0101")),
        ("4/7/1951", Terms(born_on=BORN)),
        ("04-07-51", Terms(born_on=BORN)),
        ("4/7/26", Terms(born_on=date(2026, 4, 7))),
        ("1951-04-07", Terms(born_on=BORN)),
        ("Apr 7, 1951", Terms(born_on=BORN)),
        ("keller april 7th 1951", Terms(names=("keller",), born_on=BORN)),
        ("7 Apr 1951", Terms(born_on=BORN)),
        ("04071951", Terms(digits="04071951", chart="04071951", born_on=BORN)),
        ("040751", Terms(digits="040751", chart="040751", born_on=BORN)),
        ("keller 0101", Terms(names=("keller",), digits="0101")),
        ("M-1002", Terms(chart="M-1002")),
        ("13/40/1951", Terms(digits="13401951", chart="13/40/1951")),
        ("127", Terms(chart="127")),
        ("MRN: 1002", Terms(digits="1002", chart="1002")),
    ],
)
def test_what_is_typed_is_taken_apart(typed, terms):
    assert parse(typed, today=TODAY) == terms


@pytest.mark.parametrize("typed", ["", "  ", "ke", "12", "k.e", "--- / ---", "%%%", "日本"])
def test_fewer_than_three_letters_or_digits_are_too_short(typed):
    with pytest.raises(TooShort):
        parse(typed, today=TODAY)


@pytest.fixture
def people(inside):
    made = {
        "ida": make_patient("Ida", "Keller", mrn="M1002", born_on=BORN),
        "idabel": make_patient("Idabel", "Kellerman", mrn="M10021", born_on=date(1980, 1, 2)),
        "jose": make_patient("José", "O'Brien-García", mrn="X7", born_on=date(1962, 12, 24)),
        "maria": make_patient("María Luz", "García López", mrn="X8"),
        "keller": make_patient("Keller", "Stone", mrn="X9"),
    }
    for name, e164 in [("ida", "+12125550101"), ("idabel", "+12125550199"), ("jose", "+442079460101")]:
        PhoneNumber.objects.filter(patient=made[name]).update(e164=e164)
    return made


def found(text):
    return [one.patient_id for one in search.candidates(text, today=TODAY)]


def names(people, *keys):
    return [people[key].pk for key in keys]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("keller ida", ["ida", "idabel"]),
        ("Ida KELLER", ["ida", "idabel"]),
        ("kel id", ["ida", "idabel"]),
        ("id kellerm", ["idabel"]),
        ("keller", ["ida", "keller", "idabel"]),
        ("ida", ["ida", "idabel"]),
        ("jose o’brien garcia", ["jose"]),
        ("OBRIENGARCIA", ["jose"]),
        ("garcia lopez maria", ["maria"]),
        ("maria luz garcia", ["maria"]),
        ("maria x garcia", ["maria"]),
        ("212-555-0101", ["ida"]),
        ("+1 (212) 555 0101", ["ida"]),
        ("12125550101", ["ida"]),
        ("+44 20 7946 0101", ["jose"]),
        ("0101", ["ida", "jose"]),
        ("555-0101", ["ida"]),
        ("keller 0101", ["ida"]),
        ("4/7/1951", ["ida"]),
        ("04071951", ["ida"]),
        ("keller 4/7/1951", ["ida"]),
        ("garcia 4/7/1951", []),
        ("m1002", ["ida", "idabel"]),
        ("M10021", ["idabel"]),
        ("kelelr ida", ["ida"]),
        ("ida kelller", ["ida"]),
        ("kellrr 4/7/1951", []),
        ("idda kellrr 4/7/1951", ["ida"]),
        ("zzz zzz", []),
        ("999-999-9999", []),
    ],
)
def test_each_kind_of_words_finds_the_best_first(people, typed, expected):
    assert found(typed) == names(people, *expected)


def test_nobody_of_another_practice_is_found(practice, other_practice):
    """Everything about her is the same there but the practice."""
    for one in (practice, other_practice):
        with tenancy.practice(one.pk):
            ida = make_patient("Ida", "Keller", mrn="M1002", born_on=BORN)
            PhoneNumber.objects.filter(patient=ida).update(e164="+12125550101")
    with tenancy.practice(practice.pk):
        own = Patient.objects.get().pk
        for typed in ("keller ida", "212 555 0101", "0101", "4/7/1951", "M1002", "M10", "kelelr ida", "keller 4/7/1951"):
            assert found(typed) == [own], typed


def test_a_merged_record_tells_the_one_that_stands_for_the_person(people, supervisor, now):
    twin = make_patient("Ida", "Kellner", mrn="OLD7", born_on=BORN)
    merge(keep=people["ida"], absorb=twin, by=supervisor, now=now)
    assert found("OLD7") == names(people, "ida")
    assert found("kellner ida") == names(people, "ida")
    assert found("4/7/1951") == names(people, "ida")


def test_the_keys_follow_the_row_however_it_is_written(people):
    ida = people["ida"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET name_key = 'moser ida' WHERE id = %s", [ida.pk])
        cursor.execute("UPDATE patients_phonenumber SET e164 = '+12125550177' WHERE patient_id = %s", [ida.pk])
    assert found("ida mos") == [ida.pk]
    assert found("0177") == [ida.pk]


FILL = """
INSERT INTO patients_patient (
    practice_id, mrn, first_name, middle_name, last_name, name_key, born_on, sex, language, email, address, city, state, zip_code,
    zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, created_at
)
SELECT %s, 'F' || n, '', '', '', 'last' || n || ' first' || n, date '1930-01-01' + n, '', 'en', '', '', '', '', '',
       '', '', false, false, false, true, '', now() FROM generate_series(1, 3000) n
"""
FILL_NUMBERS = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT practice_id, id, '+1212' || lpad(id::text, 7, '0'), '', 'MOBILE', 1, 'UNVERIFIED' FROM patients_patient
"""
# (way of looking, the index it must use, what must stand in the condition of the index)
WAYS = [
    (lambda: search.by_chart("M1002"), "patient_mrn_in_practice", ["mrn = "]),
    (lambda: search.by_beginning_of_chart("M100"), "patient_mrn_in_practice", ["mrn >= ", "mrn < "]),
    (lambda: search.by_number("2125550101"), "phone_by_number", ["e164 = "]),
    (lambda: search.by_last_digits("0101"), "phone_by_last_digits", ["e164_reversed >= ", "e164_reversed < "]),
    (lambda: search.by_birth(BORN), "patient_by_birth", ["born_on = "]),
    (lambda: search.by_name(("keller",))[0], "patient_by_name", ["name_key >= ", "name_key < "]),
    (lambda: search.by_name(("ida",))[1], "patient_by_given_name", ["given_key >= ", "given_key < "]),
    (lambda: search.by_name(("keller", "ida"))[3], "patient_by_", ["_key >= ", "_key < "]),
    (lambda: search.by_name(("keller", "ida"), born_on=BORN)[3], "patient_by_", ["practice_id"]),
]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_way_of_looking_is_a_look_into_an_index(practice):
    """As the runtime role, for the wall keeps PostgreSQL from using an index below operators that may leak."""
    with tenancy.practice(practice.pk), connection.cursor() as cursor:
        cursor.execute(FILL, [practice.pk])
        cursor.execute(FILL_NUMBERS)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE patients_patient, patients_phonenumber")
    with tenancy.practice(practice.pk), connection.cursor() as cursor:
        for way, index, conditions in WAYS:
            sql, params = way()[: search.CANDIDATES].query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = re.sub(r"\((\w+)\)::text", r"\1", "\n".join(line for (line,) in cursor.fetchall()))
            scans = [line for line in plan.splitlines() if "Index Cond:" in line]
            assert f" {index}" in plan, plan
            assert "Seq Scan" not in plan, plan
            assert any("practice_id = " in line and all(one in line for one in conditions) for line in scans), plan
