"""A scratch database, migrated like the real one and used as the runtime role, and many patients in it."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection, connections, transaction

from accounts.models import Membership, Practice, User
from accounts.tenancy import practice as inside
from campaigns.models import Campaign
from dispositions.defaults import create_defaults

NAME = "bench_recall_desk"
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)


@contextmanager
def scratch_database():
    """Make the database as the owner, point the app at it, drop it at the end."""
    owner, app = connections["owner"], connections["default"]
    real = app.settings_dict["NAME"]
    owner.settings_dict["TEST"]["NAME"] = NAME
    owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    app.close()
    app.settings_dict["NAME"] = NAME
    try:
        yield
    finally:
        app.close()
        app.settings_dict["NAME"] = real
        owner.creation.destroy_test_db(real, verbosity=0)


def make_practice(*, patients, agents=20):
    """A practice whose patients, all with a number and a visit three years ago, are due for its one campaign."""
    practice = Practice.objects.create(slug="bench", name="Bench", time_zone="America/New_York")
    with inside(practice.pk):
        create_defaults(practice=practice)
        for number in range(agents):
            user = User.objects.create(email=f"agent{number}@bench.example", full_name=f"Agent {number}")
            Membership.objects.create(practice=practice, user=user, role=Membership.Role.AGENT, joined_at=NOW)
        Campaign.objects.create(practice=practice, name="Bench", kind="REACTIVATION", starts_on=NOW.date())
        with connection.cursor() as cursor:
            cursor.execute(PATIENTS, [practice.pk, patients])
            cursor.execute(PHONES, [practice.pk])
            cursor.execute(ENCOUNTERS, [practice.pk])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return practice


@contextmanager
def rolled_back(practice):
    """Work inside the practice and leave no trace, so that ours and the floor start from the same rows."""
    with inside(practice.pk):
        yield
        transaction.set_rollback(True)


def seconds(work):
    """Wall seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


PATIENTS = """
INSERT INTO patients_patient (
    practice_id, mrn, first_name, middle_name, last_name, name_key, sex, language, email, address, city, state, zip_code,
    zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, created_at
)
SELECT %s, n::text, 'First' || n, '', 'Last', 'last first' || n, '', 'en', '', '', '', 'NY', '10001',
       'America/New_York', '', false, n %% 50 = 0, false, true, '', now()
FROM generate_series(1, %s) n
"""
PHONES = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT practice_id, id, '+1212' || lpad((id %% 10000000)::text, 7, '0'), '', 'MOBILE', 1, 'UNVERIFIED'
FROM patients_patient WHERE practice_id = %s
"""
ENCOUNTERS = """
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider)
SELECT practice_id, id, date '2023-01-01' + (id %% 300)::int, '' FROM patients_patient WHERE practice_id = %s
"""
