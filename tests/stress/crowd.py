"""A practice with many agents and patients, and agents at work, each on a thread and a connection of their own."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connection, connections

from accounts import tenancy
from campaigns import attempts, plan
from campaigns.models import CallAttempt
from campaigns.next_call import claim
from campaigns.outcome import Outcome
from tests.conftest import NOW, make_member, make_practice
from tests.world import make_campaign

TODAY = NOW.date()
IS_FULL = os.environ.get("STRESS") == "full"

PATIENTS = """
INSERT INTO patients_patient (
    practice_id, mrn, first_name, middle_name, last_name, name_key, sex, language, email, address, city, state, zip_code,
    zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, created_at
)
SELECT %s, n::text, 'First' || n, '', 'Last', 'last first' || n, '', 'en', '', '', '', 'NY', '10001',
       'America/New_York@NY', '', false, false, false, true, '', now()
FROM generate_series(1, %s) n
"""
# Every `sharing`-th patient has the number of the one before.
PHONES = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT practice_id, id, '+1212' || lpad((n - (n %% %s = 0)::int)::text, 7, '0'), '', 'MOBILE', 1, 'UNVERIFIED'
FROM (SELECT practice_id, id, mrn::int AS n FROM patients_patient WHERE practice_id = %s) p
"""
ENCOUNTERS = """
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider)
SELECT practice_id, id, date '2023-01-01' + (id %% 300)::int, '' FROM patients_patient WHERE practice_id = %s
"""


def make_crowd(*, agents, patients, capacity, campaigns=1, sharing=0):
    """A practice whose patients are due in each of its campaigns, with the plan of the day built. Returns it and its agents.

    What is beyond the agents' capacity lies in the pool. Every `sharing`-th patient shares the number of another one.
    """
    practice = make_practice("crowded")
    members = [make_member(practice, f"Agent {number}", daily_capacity=capacity) for number in range(agents)]
    with tenancy.practice(practice.pk):
        with connection.cursor() as cursor:
            cursor.execute(PATIENTS, [practice.pk, patients])
            cursor.execute(PHONES, [sharing or patients + 1, practice.pk])
            cursor.execute(ENCOUNTERS, [practice.pk])
        for _ in range(campaigns):
            make_campaign(practice, on=TODAY)
    analyze()
    with tenancy.practice(practice.pk):
        plan.build(practice=practice, now=NOW)
    analyze()
    return practice, members


def analyze():
    """What autovacuum would do in time: tell the planner how large the tables have become."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def at_once(work, *each, threads=None):
    """Run `work` for each of the given arguments, all at once; returns what it returned. Raises what any of them raised."""

    def run(*arguments):
        try:
            return work(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads or len(each[0])) as pool:
        return list(pool.map(run, *each))


@dataclass
class Day:
    """What an agent did: enrollments in the order they were offered, and holds that did not end with their outcome."""

    offered: list = field(default_factory=list)
    lost: list = field(default_factory=list)


def work_through(practice, agent, *, say, until=lambda: False, now=NOW):
    """Call whoever comes next until nobody is left. As on the desk, one request saves an outcome and claims the next.

    `say(lease)` gives what came of the call.
    """
    day, lease = Day(), None
    while True:
        with tenancy.practice(practice.pk):
            if lease is not None:
                _save(lease, agent, say(lease), now)
            following = None if until() else claim(agent=agent, now=now)
        if lease is not None:
            with tenancy.practice(practice.pk):
                lease.refresh_from_db()
            if lease.closed_as != "OUTCOME":
                day.lost.append(lease.pk)
        if following is None:
            return day
        day.offered.append(following.enrollment_id)
        lease = following


def no_answer(lease):
    """The number rang out."""
    return Outcome(code="NOANS", phone_id=lease.patient.phones.first().pk)


def _save(lease, agent, outcome, now):
    attempts.record(
        enrollment_id=lease.enrollment_id,
        agent=agent,
        key=uuid.uuid5(uuid.NAMESPACE_OID, f"lease {lease.pk}"),
        outcome=outcome,
        now=now,
        started_at=now,
        source=lease.source,
        lease_id=lease.pk,
    )


def dials(practice):
    """Enrollment → how often it was dialed."""
    found = {}
    with tenancy.practice(practice.pk):
        for enrollment_id in CallAttempt.objects.values_list("enrollment_id", flat=True):
            found[enrollment_id] = found.get(enrollment_id, 0) + 1
    return found
