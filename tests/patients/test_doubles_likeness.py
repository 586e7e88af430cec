"""Which two records are surely one person, which are for a person to decide, and which are two."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.likeness import SURE, UNSURE, Traits, likeness

PHONE, OTHER_PHONE = frozenset({"+12125550101"}), frozenset({"+12125550199"})
IDA = Traits("Ida", "Keller", born_on=date(1951, 4, 7), e164s=PHONE, zip_code="10001", email="ida@mail.example", mrn="")


def verdict(a, b):
    score = likeness(a, b).score
    return "SURE" if score >= SURE else "UNSURE" if score >= UNSURE else "TWO"


@pytest.mark.parametrize(
    ("change", "expected", "evidence"),
    [
        ({}, "SURE", {"SAME_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"zip_code": "", "email": ""}, "SURE", {"SAME_NAME", "SAME_BIRTH", "SHARED_PHONE"}),
        ({"zip_code": "", "email": "", "e164s": frozenset()}, "SURE", {"SAME_NAME", "SAME_BIRTH"}),
        # Name and birth with other numbers may be two of a common name.
        ({"zip_code": "", "email": "", "e164s": OTHER_PHONE}, "UNSURE", {"SAME_NAME", "SAME_BIRTH"}),
        # Day and month transposed, one digit off.
        ({"born_on": date(1951, 7, 4)}, "UNSURE", {"SAME_NAME", "SIMILAR_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"born_on": date(1957, 4, 7), "zip_code": "", "email": ""}, "UNSURE", {"SAME_NAME", "SIMILAR_BIRTH", "SHARED_PHONE"}),
        # Mother and daughter of one name.
        ({"born_on": date(1983, 11, 20), "email": ""}, "TWO", {"SAME_NAME", "OTHER_BIRTH", "SHARED_PHONE", "SAME_ZIP"}),
        ({"born_on": None, "zip_code": "", "email": ""}, "UNSURE", {"SAME_NAME", "SHARED_PHONE"}),
        ({"first_name": "Keller", "last_name": "Ida"}, "UNSURE",
         {"SWAPPED_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"last_name": "Kellar", "email": ""}, "UNSURE", {"SIMILAR_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP"}),
        # Twins, and a nickname nobody has a list of: a person tells them apart.
        ({"first_name": "Olga"}, "UNSURE", {"OTHER_FIRST_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"last_name": "Brandt"}, "UNSURE", {"OTHER_LAST_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"last_name": "Brandt", "e164s": OTHER_PHONE, "email": ""}, "TWO", {"OTHER_LAST_NAME", "SAME_BIRTH", "SAME_ZIP"}),
        # Husband and wife, one number and one mailbox.
        ({"first_name": "Olaf", "born_on": date(1949, 9, 30)}, "TWO",
         {"OTHER_FIRST_NAME", "OTHER_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"first_name": "Olaf", "born_on": None}, "TWO", {"OTHER_FIRST_NAME", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
        ({"first_name": "Bo", "last_name": "Unger"}, "TWO",
         {"OTHER_FIRST_NAME", "OTHER_LAST_NAME", "SAME_BIRTH", "SHARED_PHONE", "SAME_ZIP", "SAME_EMAIL"}),
    ],
)  # fmt: skip
def test_a_changed_record_is_judged_by_what_is_left(change, expected, evidence):
    found = likeness(IDA, replace(IDA, **change))
    assert (verdict(IDA, replace(IDA, **change)), set(found.evidence)) == (expected, evidence)


@pytest.mark.parametrize(("short", "long"), [("Jon", "Jonathan"), ("Sam", "Samantha"), ("Kat", "Katherine")])
def test_a_name_that_begins_the_other_is_similar(short, long):
    a, b = replace(IDA, first_name=short, email=""), replace(IDA, first_name=long, email="")
    assert (verdict(a, b), likeness(a, b).evidence[0]) == ("UNSURE", "SIMILAR_NAME")


def test_accents_case_and_punctuation_do_not_make_another_name():
    a, b = Traits("José", "O'Brien", born_on=IDA.born_on), Traits("JOSE", "OBRIEN", born_on=IDA.born_on)
    assert likeness(a, b).is_sure


def test_two_records_without_a_date_of_birth_are_one_only_by_name_and_number():
    bare = Traits("Ida", "Keller", e164s=PHONE)
    assert verdict(bare, bare) == "SURE"
    assert verdict(Traits("Ida", "Keller"), Traits("Ida", "Keller")) == "TWO"
    assert verdict(bare, replace(bare, first_name="Olaf", zip_code="10001", email="ida@mail.example")) == "TWO"


@pytest.mark.parametrize(
    "change",
    [
        {"born_on": date(1951, 4, 8)},
        {"born_on": date(1951, 7, 4)},
        {"first_name": "Olga"},
        {"first_name": "Idah"},
        {"first_name": "Keller", "last_name": "Ida"},
        {"middle_name": "Zoe"},
        {"mrn": "4711"},
    ],
)
def test_whatever_else_agrees_some_differences_are_never_sure(change):
    alike = replace(IDA, middle_name="Maria", mrn="4710")
    assert verdict(alike, alike) == "SURE"
    assert verdict(alike, replace(alike, **change)) == "UNSURE"


def test_a_middle_initial_agrees_with_the_name_it_begins():
    assert likeness(replace(IDA, middle_name="M"), replace(IDA, middle_name="Maria")).is_sure


names = st.sampled_from(["Ida", "Idah", "Keller", "Kellar", "Olga", "", "Jon", "Jonathan"])
traits = st.builds(
    Traits,
    names,
    names,
    middle_name=st.sampled_from(["", "M", "Maria", "Zoe"]),
    born_on=st.none() | st.sampled_from([date(1951, 4, 7), date(1951, 7, 4), date(1983, 11, 20), date(2000, 2, 29)]),
    e164s=st.frozensets(st.sampled_from(["+12125550101", "+12125550199"])),
    zip_code=st.sampled_from(["", "10001", "10001-1234", "94105"]),
    email=st.sampled_from(["", "a@mail.example", "A@mail.example"]),
    mrn=st.sampled_from(["", "1", "2"]),
)


@given(traits, traits)
def test_the_score_is_within_bounds_and_the_same_either_way(a, b):
    score, evidence = likeness(a, b)
    assert 0 <= score <= 100
    assert likeness(b, a) == likeness(a, b)
    if score >= SURE:
        assert "SAME_NAME" in evidence
        assert a.born_on == b.born_on or None in (a.born_on, b.born_on)
        assert a.mrn == b.mrn or "" in (a.mrn, b.mrn)
