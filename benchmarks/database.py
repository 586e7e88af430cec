"""A scratch database, migrated like the real one and used as the runtime role, and practices full of work in it."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Membership, Practice, User
from accounts.tenancy import practice as inside
from campaigns import plan
from campaigns.enrollment import refresh
from campaigns.models import Campaign
from dispositions.defaults import create_defaults

NAME = "bench_recall_desk"
# Tuesday, 11:00 in New York. The night of the next day is what is measured.
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
AGENTS = 20


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


@contextmanager
def clock_at(moment):
    """Let tasks read this moment from the clock of calling rules."""
    before, settings.CLOCK_OFFSET_SECONDS = settings.CLOCK_OFFSET_SECONDS, (moment - timezone.now()).total_seconds()
    try:
        yield
    finally:
        settings.CLOCK_OFFSET_SECONDS = before


def make_practices(*, count, patients):
    """Practices of so many patients each, in three campaigns, dealt and queued by the real plan at NOW, with a past.

    Every rule has somebody to hold back: a few in a hundred opted out, are booked, cool down, were called this week, have
    no number, wait for a callback or a decision on a double; three in a hundred share a number with somebody.
    """
    practices = [make_practice(f"bench-{number}", patients=patients) for number in range(count)]
    analyze()
    for practice in practices:
        with inside(practice.pk):
            for campaign in practice.campaigns.order_by("pk"):
                refresh(campaign=campaign, now=NOW - timedelta(days=1))
    analyze()
    for practice in practices:
        with inside(practice.pk):
            plan.build(practice=practice, now=NOW - timedelta(days=1))
            _live(practice)
    analyze()
    for practice in practices:
        with inside(practice.pk):
            plan.build(practice=practice, now=NOW)
    analyze()
    return practices


def analyze():
    """Bring the planner's statistics up to date, as autovacuum does on a server that has run for a while."""
    connections["owner"].close()
    owner = connections["owner"]
    owner.set_autocommit(True)
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_practice(slug, *, patients):
    """A practice of so many patients with numbers and visits, twenty agents and three campaigns that nobody is in yet."""
    practice = Practice.objects.create(slug=slug, name=slug, time_zone="America/New_York")
    with inside(practice.pk):
        create_defaults(practice=practice)
        for number in range(AGENTS):
            user = User.objects.create(email=f"agent{number}@{slug}.example", full_name=f"Agent {number}")
            Membership.objects.create(practice=practice, user=user, role=Membership.Role.AGENT, joined_at=NOW)
        for kind in ("REACTIVATION", "NO_ENCOUNTER", "NO_SHOW"):
            Campaign.objects.create(practice=practice, name=kind, kind=kind, starts_on=NOW.date() - timedelta(days=60))
        with connection.cursor() as cursor:
            cursor.execute(PATIENTS, [practice.pk, patients])
            for statement in (PHONES, ENCOUNTERS, MISSED):
                cursor.execute(statement, {"practice": practice.pk})
    return practice


def _live(practice):
    """What happened since: calls, promises, wishes, bookings."""
    with connection.cursor() as cursor:
        for statement in LIFE:
            cursor.execute(statement, {"practice": practice.pk, "now": NOW})


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
SELECT %s, n::text, 'First' || n, '', 'Last', 'last first' || n, '', CASE WHEN n %% 10 = 0 THEN 'es' ELSE 'en' END, '', '', '',
       'NY', '10001',
       (ARRAY['America/New_York@NY', 'America/Chicago@IL', 'America/New_York@NY|America/Los_Angeles@CA'])[n %% 3 + 1],
       '', n %% 500 = 0, false, false, true, '', now()
FROM generate_series(1, %s) n
"""
# Every third person has two numbers, and one in thirty has a neighbor's.
PHONES = """
INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
SELECT practice_id, id, '+1212' || lpad(((id - CASE WHEN id %% 30 = 0 THEN 1 ELSE 0 END) %% 10000000)::text, 7, '0'), '',
       'MOBILE', 1, CASE WHEN id %% 200 = 7 THEN 'DISCONNECTED' ELSE 'UNVERIFIED' END
FROM patients_patient WHERE practice_id = %(practice)s
UNION ALL
SELECT practice_id, id, '+1917' || lpad((id %% 10000000)::text, 7, '0'), '', 'HOME', 2, 'UNVERIFIED'
FROM patients_patient WHERE practice_id = %(practice)s AND id %% 3 = 0
"""
ENCOUNTERS = """
INSERT INTO patients_encounter (practice_id, patient_id, "on", provider)
SELECT practice_id, id, date '2023-01-01' + (id %% 300)::int, '' FROM patients_patient
WHERE practice_id = %(practice)s AND id %% 2 = 0
"""
MISSED = """
INSERT INTO patients_appointment (
    practice_id, patient_id, external_id, "on", status, provider, specialty, location, visit_type, cancel_reason, source,
    created_at
)
SELECT practice_id, id, '', date '2026-11-10' - (id %% 90)::int, 'NO_SHOW', 'Rivera', '', '', '', '', 'EMR', now()
FROM patients_patient WHERE practice_id = %(practice)s AND id %% 10 = 1
"""
LIFE = (
    """
    INSERT INTO campaigns_callattempt (
        practice_id, enrollment_id, campaign_id, patient_id, agent_id, number, phone_id, e164, disposition_id, outcome,
        is_reached, is_right_party, is_success, source, started_at, ended_at, note, key, body_hash
    )
    SELECT e.practice_id, e.id, e.campaign_id, e.patient_id, e.assigned_agent_id, 1, n.id, n.e164, d.id, d.code,
           false, false, false, 'QUEUE', at.ended_at - interval '1 minute', at.ended_at, '', gen_random_uuid(), ''
    FROM campaigns_enrollment e
    JOIN patients_phonenumber n ON n.practice_id = e.practice_id AND n.patient_id = e.patient_id AND n.position = 1
    JOIN dispositions_disposition d ON d.practice_id = e.practice_id AND d.code = 'NOANS'
    CROSS JOIN LATERAL (SELECT %(now)s - (1 + e.id %% 20) * interval '1 day' - (e.id %% 300) * interval '1 minute') at (ended_at)
    WHERE e.practice_id = %(practice)s AND e.id %% 4 = 0
    """,
    """
    UPDATE campaigns_enrollment e SET attempts_made = 1, last_attempt_at = t.ended_at, last_outcome = 'NOANS',
        next_eligible_at = t.ended_at + interval '6 days 20 hours', avoid_clock_at = t.ended_at
    FROM campaigns_callattempt t
    WHERE e.practice_id = %(practice)s AND t.practice_id = %(practice)s AND t.enrollment_id = e.id
    """,
    """
    INSERT INTO patients_optout (practice_id, patient_id, e164, channel, words, opted_out_at)
    SELECT practice_id, id, '', 'CALL', '', %(now)s FROM patients_patient WHERE practice_id = %(practice)s AND id %% 90 = 3
    """,
    """
    INSERT INTO patients_appointment (
        practice_id, patient_id, external_id, "on", status, provider, specialty, location, visit_type, cancel_reason, source,
        created_at
    )
    SELECT practice_id, id, '', date '2026-11-20' + (id %% 40)::int, 'SCHEDULED', '', '', '', '', '', 'DESK', now()
    FROM patients_patient WHERE practice_id = %(practice)s AND id %% 25 = 4
    """,
    """
    INSERT INTO campaigns_callback (practice_id, enrollment_id, patient_id, owner_id, due_at, window_ends_at, status, created_at)
    SELECT practice_id, id, patient_id, assigned_agent_id, %(now)s + interval '2 days', %(now)s + interval '50 hours',
           'PENDING', now()
    FROM campaigns_enrollment WHERE practice_id = %(practice)s AND id %% 150 = 5
    """,
    """
    INSERT INTO patients_possibledouble (practice_id, newer_id, older_id, source, score, evidence, status, created_at)
    SELECT practice_id, id, id - 1, 'IMPORT', 70, '[]', 'OPEN', now()
    FROM patients_patient p WHERE practice_id = %(practice)s AND id %% 400 = 6
    AND EXISTS (SELECT FROM patients_patient o WHERE o.practice_id = %(practice)s AND o.id = p.id - 1)
    """,
)
