"""Loading the demo: the practices and their people first, then each practice's thirty days in a process of its own."""

import multiprocessing
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial

from django.db import connections

from accounts import tenancy
from patients.models import Patient

from . import history, people, worker
from .emr import Emr
from .life import DAYS, Life


class Interrupted(Exception):
    """An earlier load was cut off in the middle; what it left behind cannot be gone on from."""


def load(*, now, report):
    """Load both practices as of `now`. Raises Interrupted. `report` takes a line for each step."""
    report("practices and people")
    practices = [people.create(specification) for specification in people.PRACTICES]
    if any(_has_patients(practice) for practice in practices):
        raise Interrupted
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(practices), mp_context=context, initializer=worker.begin) as pool:
        for done in [pool.submit(_load_one, n, now) for n in range(len(practices))]:
            done.result()
    people.open_doors()


def live(*, specification, practice, now, report, analyze, days=DAYS, **options):
    """Play the EMR of a practice and let its days pass until `now`. The same day gives the same life."""
    seed = f"{specification.slug} {practice.business_date(now)}"
    emr = Emr(
        providers=specification.providers,
        offices=specification.offices,
        reasons=specification.reasons,
        rng=random.Random(seed),  # noqa: S311
    )
    history.fill(
        emr, folk=specification.folk, patients=specification.patients, on=practice.business_date(now) - timedelta(days=days)
    )
    Life(
        practice=practice, specification=specification, emr=emr, now=now, report=report, analyze=analyze, days=days, **options
    ).live()


def _has_patients(practice):
    with tenancy.practice(practice.pk):
        return Patient.objects.exists()


def _load_one(number, now):
    specification = people.PRACTICES[number]
    live(
        specification=specification,
        practice=people.create(specification),
        now=now,
        report=partial(_say, specification.slug),
        analyze=_analyze,
    )


def _say(slug, line):
    sys.stdout.write(f"{slug}: {line}\n")
    sys.stdout.flush()


def _analyze():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
