"""Tasks carry their practice; one that lost it does nothing."""

import subprocess
import sys
import time

import pytest
from celery import current_app, shared_task

from accounts import tenancy
from accounts.tasks import PracticeTask
from callcenter.schedule import BEAT_SCHEDULE
from patients.models import Patient
from tests.processes import environment
from tests.world import make_patient

pytestmark = pytest.mark.django_db


@shared_task(base=PracticeTask, bind=True, name="tests.first_names")
def first_names(self):
    return sorted(Patient.objects.values_list("first_name", flat=True))


@pytest.fixture
def two_practices(practice, other_practice):
    with tenancy.practice(practice.pk):
        make_patient("Own")
    with tenancy.practice(other_practice.pk):
        make_patient("Other")


def run(task, practice=None, **kwargs):
    return task.apply(headers={"practice_id": practice.pk} if practice else None, kwargs=kwargs).get()


def test_a_task_sees_the_practice_of_its_message(two_practices, practice, other_practice):
    assert run(first_names, practice) == ["Own"]
    assert run(first_names, other_practice) == ["Other"]


def test_a_task_without_a_practice_is_refused(two_practices):
    with pytest.raises(tenancy.NoPractice):
        run(first_names)


def test_sending_without_a_practice_is_refused():
    with pytest.raises(tenancy.NoPractice):
        first_names.apply_async()


def product_tasks():
    return {
        name: task
        for name, task in current_app.tasks.items()
        if name.partition(".")[0] in {"accounts", "audit", "patients", "dispositions", "campaigns", "imports", "reports"}
    }


def test_every_task_is_of_a_practice_or_a_tick_of_the_clock():
    current_app.loader.import_default_modules()
    ticks = {entry["task"] for entry in BEAT_SCHEDULE.values()}
    of_a_practice = {name for name, task in product_tasks().items() if isinstance(task, PracticeTask)}
    assert of_a_practice
    assert set(product_tasks()) == of_a_practice | ticks


def test_every_task_of_a_practice_is_refused_without_one():
    current_app.loader.import_default_modules()
    for task in product_tasks().values():
        if isinstance(task, PracticeTask):
            with pytest.raises(tenancy.NoPractice):
                task.apply().get()


RING = """
import django; django.setup()
from campaigns.tasks import build_queue
build_queue.ring(1)
"""


def test_a_broker_that_is_away_costs_a_moment_and_nothing_else():
    started = time.monotonic()
    ringing = subprocess.run(
        [sys.executable, "-c", RING],
        env=environment(REDIS_URL="redis://127.0.0.1:1/0", DJANGO_SETTINGS_MODULE="callcenter.settings"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ringing.returncode == 0, ringing.stderr
    assert "campaigns.build_queue waits for the next tick" in ringing.stderr
    assert time.monotonic() - started < 30
