"""Signs of life of beat and worker: given by real processes, and told apart when one of them is missing."""

import os
import signal
from datetime import timedelta

import pytest
from celery import current_app
from django.db.models import F
from django.db.models.functions import Now

from accounts import heartbeat
from accounts.heartbeat import SILENCE
from accounts.models import Heartbeat
from accounts.tasks import tick
from tests.processes import eventually, running

Name = Heartbeat.Name
LATE = SILENCE + timedelta(seconds=5)


def set_back(name, age):
    Heartbeat.objects.filter(name=name).update(at=Now() - age)


@pytest.mark.django_db
def test_who_is_silent_is_named_and_behind_a_dead_beat_no_worker_is_judged():
    assert heartbeat.silent() == heartbeat.Silent(Name.BEAT, None)
    heartbeat.from_beat()
    assert heartbeat.silent() == heartbeat.Silent(Name.WORKER, None)
    tick.apply(kwargs={"beat": None})
    assert heartbeat.silent() is None
    set_back(Name.WORKER, LATE)
    assert (heartbeat.silent().name, heartbeat.silent().age >= LATE) == (Name.WORKER, True)
    set_back(Name.BEAT, LATE)
    assert heartbeat.silent().name == Name.BEAT
    heartbeat.from_beat()
    tick.apply()
    assert heartbeat.silent() is None
    assert Heartbeat.objects.count() == 2


@pytest.mark.django_db
def test_a_sign_a_little_late_alarms_nobody():
    for name in Name:
        heartbeat.give(name)
        set_back(name, SILENCE - timedelta(seconds=20))
    assert heartbeat.silent() is None


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_real_beat_ticks_and_a_killed_worker_is_missed_though_beat_goes_on(tmp_path):
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    schedule = str(tmp_path / "schedule")
    beat = ("celery", "-A", "callcenter", "beat", "-l", "INFO", "--schedule", schedule, "--pidfile=", "--max-interval", "1")
    with running("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO", log=tmp_path / "worker.log") as worker:
        eventually(lambda: Heartbeat.objects.filter(name=Name.WORKER).exists(), seconds=90, what="the worker's first sign")
        with running(*beat, log=tmp_path / "beat.log"):
            eventually(lambda: heartbeat.silent() is None, seconds=90, what="a sign of both")
            # From here on by ticks: each sends beat's sign, and the worker answers it with its own.
            for name in Name:
                set_back(name, timedelta(minutes=2))
            eventually(
                lambda: not Heartbeat.objects.filter(at__lt=Now() - timedelta(seconds=110)).exists(), seconds=120, what="a tick"
            )
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(20)
            before = dict(Heartbeat.objects.values_list("name", "at"))
            eventually(
                lambda: Heartbeat.objects.get(name=Name.BEAT).at > before[Name.BEAT], seconds=120, what="another tick of beat"
            )
            assert Heartbeat.objects.get(name=Name.WORKER).at == before[Name.WORKER]
            Heartbeat.objects.filter(name=Name.WORKER).update(at=F("at") - LATE)
            assert heartbeat.silent().name == Name.WORKER
