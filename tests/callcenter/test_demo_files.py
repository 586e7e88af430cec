"""The EMR of the demo: the same seed gives the same files, and every file is read by the importer as it is meant."""

import io
import random
from collections import Counter
from dataclasses import replace
from datetime import date

import phonenumbers
import pytest

from callcenter.demo import history, people
from callcenter.demo.emr import Emr
from imports import intake
from imports.models import FileImport
from imports.running import rehearse

ON = date(2026, 10, 20)


def make_emr(specification, seed=1):
    emr = Emr(
        providers=specification.providers, offices=specification.offices, reasons=specification.reasons, rng=random.Random(seed)
    )
    history.fill(emr, folk=specification.folk, patients=specification.patients, on=ON)
    return emr


def files_of(specification, emr):
    return specification.export(*emr.changed_since(date.min), on=ON)


@pytest.fixture(params=people.PRACTICES, ids=lambda specification: specification.slug)
def specification(request):
    return replace(request.param, patients=200)


def test_the_same_seed_gives_the_same_files(specification):
    first, second = (files_of(specification, make_emr(specification)) for _ in range(2))
    assert first == second
    assert first != files_of(specification, make_emr(specification, seed=2))


def test_every_number_is_possible_and_nobody_has_it(specification):
    lines = make_emr(specification).lines
    assert lines
    for digits in lines:
        assert digits[3:6] == "555"
        assert phonenumbers.is_possible_number(phonenumbers.parse(f"+1{digits}"))


@pytest.mark.usefixtures("inside")
def test_the_importer_understands_the_charts(specification, practice, now):
    emr = make_emr(specification)
    (name, content), _visits = files_of(specification, emr)
    file_import = intake.receive(stream=io.BytesIO(content), name=name, practice=practice, by=None, now=now)
    result = rehearse(file_import=file_import, now=now)
    oddities = len(history.TYPOS) + history.TESTS
    assert result["counts"] == {
        "CREATE": len(emr.charts) - oddities, "SKIPPED": history.TESTS, "REJECTED": len(history.TYPOS),
        "UPDATE": 0, "UNCHANGED": 0, "DUPLICATE": 0,
    }  # fmt: skip
    assert result["warnings"] == {}


@pytest.mark.usefixtures("inside")
def test_no_social_security_number_is_kept(practice, now):
    specification = replace(people.BAYVIEW, patients=30)
    (name, content), _visits = files_of(specification, make_emr(specification))
    assert b"social_security_number" in content
    intake.receive(stream=io.BytesIO(content), name=name, practice=practice, by=None, now=now)
    assert FileImport.objects.get().not_stored == ["social_security_number"]


def test_days_settle_visits_and_most_are_kept():
    emr = make_emr(replace(people.HARBOR, patients=800))
    ahead = [visit for chart in emr.charts.values() for visit in chart.visits if visit.status == "SCHEDULED"]
    for day in range(ON.toordinal(), ON.toordinal() + 90):
        emr.pass_day(date.fromordinal(day))
    settled = Counter(visit.status for visit in ahead)
    assert settled["SCHEDULED"] == 0
    assert 0.5 < settled["KEPT"] / len(ahead) < 0.8
    assert settled["NO_SHOW"] > settled["CANCELLED"]
