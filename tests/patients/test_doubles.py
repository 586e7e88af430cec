"""Pairs are found once, remembered once, and an agent's word finds the likely partners."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from patients import doubles
from patients.models import PhoneNumber, PossibleDouble
from tests.world import make_patient

pytestmark = pytest.mark.django_db
BORN_ON = date(1951, 4, 7)
Source = PossibleDouble.Source


@pytest.fixture
def ida(inside):
    return make_patient("Ida", "Keller", born_on=BORN_ON, mrn="1")


def shares_number(patient, other):
    PhoneNumber.objects.create(patient=other, e164=patient.phones.first().e164)


def pairs():
    return list(PossibleDouble.objects.order_by("pk").values_list("older__first_name", "newer__first_name", "source", "status"))


def test_a_pair_is_one_row_whichever_way_round(ida, now):
    newer = make_patient("Idah", "Keller", born_on=BORN_ON)
    first = doubles.add(patient=ida, other=newer, source=Source.PERSON, now=now)
    again = doubles.add(patient=newer, other=ida, source=Source.IMPORT, now=now, import_id=7)
    assert (first, first.older, first.newer, again.source) == (again, ida, newer, "PERSON")
    for sides in ((ida, newer), (newer, ida), (ida, ida)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PossibleDouble.objects.create(older=sides[0], newer=sides[1], source="IMPORT", score=60, created_at=now)


def test_a_decision_is_made_once_and_remembered(ida, supervisor, now):
    pair = doubles.add(patient=ida, other=make_patient("Idah", "Keller"), source=Source.PERSON, now=now)
    assert doubles.part(pair=pair, by=supervisor, now=now)
    assert not doubles.part(pair=pair, by=supervisor, now=now)
    assert doubles.suspect(patient=ida, now=now) == []
    assert pairs() == [("Ida", "Idah", "PERSON", "DIFFERENT")]


def test_an_agents_word_finds_who_has_the_name_and_birth_or_the_number(ida, now):
    make_patient("Ida", "Keller", born_on=BORN_ON, mrn="2")
    make_patient("Ida", "Keller", born_on=date(1983, 1, 2))
    renamed = make_patient("Ida", "Brandt")
    husband, mother = make_patient("Olaf", "Keller"), make_patient("Ida", "Keller", born_on=date(1929, 1, 2))
    for other in (renamed, husband, mother):
        shares_number(ida, other)
    absorbed = make_patient("Ida", "Keller", born_on=BORN_ON)
    absorbed.merged_into = renamed
    absorbed.save()
    assert len(doubles.suspect(patient=ida, now=now)) == 2
    assert {(pair.newer.last_name, pair.newer.mrn, pair.source) for pair in PossibleDouble.objects.all()} == {
        ("Keller", "2", "DISPOSITION"), ("Brandt", "", "DISPOSITION"),
    }  # fmt: skip


def test_a_patient_like_nobody_has_no_partner(ida, now):
    make_patient("Olga", "Unger", born_on=BORN_ON)
    assert doubles.suspect(patient=ida, now=now) == []
    assert pairs() == []
