"""Years of calls of many practices, made set by set as the owner: triggers off, keys and indexes put back at the end."""

import sys
import time
from contextlib import contextmanager
from datetime import time as clock_time
from datetime import timedelta

from django.db import connections
from psycopg2.extras import execute_values

from accounts.models import Membership, Practice, User
from accounts.tenancy import practice as inside
from campaigns.models import Campaign
from campaigns.models.call_total import SUM_UP
from dispositions.defaults import create_defaults

from .database import NOW

PRACTICES = 50
# The large one has a fifth of all calls.
SHARE_OF_LARGE = 5
DAYS = 730
TABLES = (
    "patients_patient", "patients_phonenumber", "patients_appointment", "campaigns_enrollment", "campaigns_callattempt",
    "campaigns_callback", "campaigns_calltotal", "dispositions_disposition",
)  # fmt: skip


def fill(*, attempts):
    """About so many attempts over PRACTICES practices, the first of which has a fifth of them. Returns that one."""
    step("practices and people")
    practices = [_practice(number, is_large=not number) for number in range(PRACTICES)]
    large = attempts // SHARE_OF_LARGE
    small = (attempts - large) // (PRACTICES - 1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
        _write_shapes(cursor, [(each, small if number else large) for number, each in enumerate(practices)])
        with _bare(cursor):
            for name, statement in STATEMENTS.items():
                step(name)
                cursor.execute(statement, {"now": NOW, "days": DAYS})
            step("keys and indexes")
        cursor.execute("DROP TABLE bench_shape, bench_call")
    step("statistics")
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return practices[0]


def step(words):
    """Say on the error stream what is being made: it takes minutes."""
    print(f"{time.strftime('%H:%M:%S')} dashboard_10m: {words}", file=sys.stderr, flush=True)


def _practice(number, *, is_large):
    slug = f"figures-{number}"
    practice = Practice.objects.create(slug=slug, name=slug, time_zone="America/New_York")
    with inside(practice.pk):
        create_defaults(practice=practice)
        for each in range(20 if is_large else 3):
            _member(practice, f"agent{each}@{slug}.example", Membership.Role.AGENT)
        for each in range(8 if is_large else 4):
            Campaign.objects.create(
                practice=practice, name=f"Campaign {each}", kind="REACTIVATION", starts_on=NOW.date() - timedelta(days=DAYS)
            )
        _member(practice, f"lead@{slug}.example", Membership.Role.SUPERVISOR)
    return practice


def _member(practice, email, role):
    user = User.objects.create(email=email, full_name=email.partition("@")[0].title())
    return Membership.objects.create(
        practice=practice, user=user, role=role, joined_at=NOW, shift_starts=clock_time(8), shift_ends=clock_time(20)
    )


def _write_shapes(cursor, sizes):
    """A row for each practice: how many enrollments, and the ids to choose from."""
    cursor.execute(
        "CREATE UNLOGGED TABLE bench_shape (practice_id bigint, enrollments int, patients int, first_patient int, "
        "first_enrollment int, campaigns bigint[], agents bigint[], locations int)"
    )
    rows, first_patient, first_enrollment = [], 1, 1
    for practice, attempts in sizes:
        with inside(practice.pk):
            campaigns = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
            agents = list(practice.memberships.agents().order_by("pk").values_list("pk", flat=True))
        enrollments = int(attempts / 2.5)
        patients = enrollments // 3
        rows.append((practice.pk, enrollments, patients, first_patient, first_enrollment, campaigns, agents, len(agents) // 3))
        first_patient, first_enrollment = first_patient + patients, first_enrollment + enrollments
    execute_values(cursor, "INSERT INTO bench_shape VALUES %s", rows)


@contextmanager
def _bare(cursor):
    """The tables without wall, triggers, keys and indexes while they are filled."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('f', 'u') AND (conrelid::regclass::text = ANY (%s) OR confrelid::regclass::text = ANY (%s)) "
        "ORDER BY contype",
        [list(TABLES), list(TABLES)],
    )
    keys = cursor.fetchall()
    for table, name, _words in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY (%s) AND NOT indisprimary",
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _words in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for _name, words in indexes:
        cursor.execute(words)
    for table, name, words in keys:
        if not words.startswith("FOREIGN"):  # nothing reads them
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')
    for table in TABLES:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER; ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


# A number that looks random, from a key and a salt.
def _dice(key, salt, sides):
    return f"(hashint8(({key})::bigint * 31 + {salt}) & 2147483647) % {sides}"


LOCATION = f"'Office ' || {_dice('e.id', 1, 's.locations')}"
STATEMENTS = {
    "patients": """
        INSERT INTO patients_patient (
            id, practice_id, mrn, first_name, middle_name, last_name, name_key, sex, language, email, address, city, state,
            zip_code, zone_key, provider, is_deceased, is_inactive, is_test, voicemail_allowed, emr_note, created_at,
            source_data_on
        )
        SELECT s.first_patient + n - 1, s.practice_id, n::text, 'First' || n, '', 'Last', 'last first' || n, '', 'en', '', '', '',
               'NY', '10001', 'America/New_York@NY', '', false, false, false, true, '', now(), date '2026-11-16'
        FROM bench_shape s, generate_series(1, s.patients) n
    """,
    "numbers": f"""
        INSERT INTO patients_phonenumber (practice_id, patient_id, e164, extension, kind, position, state)
        SELECT practice_id, id, '+1212' || lpad((id % 10000000)::text, 7, '0'), '', 'MOBILE', 1,
               CASE {_dice("id", 2, 20)} WHEN 0 THEN 'WRONG' WHEN 1 THEN 'DISCONNECTED' WHEN 2 THEN 'VERIFIED'
                    ELSE 'UNVERIFIED' END
        FROM patients_patient
    """.replace("% 10000000", "%% 10000000").replace("% 20", "%% 20"),
    "enrollments": f"""
        INSERT INTO campaigns_enrollment (
            id, practice_id, campaign_id, patient_id, status, why, enrolled_at, assigned_agent_id, assigned_on, attempts_made,
            last_outcome, closed_as, closed_because, closed_at, location
        )
        SELECT e.id, s.practice_id, s.campaigns[1 + {_dice("e.id", 3, "cardinality(s.campaigns)")}],
               s.first_patient + e.n % s.patients, CASE WHEN e.at < e.closing THEN 'CLOSED' ELSE 'OPEN' END, 'Test', e.at,
               s.agents[1 + {_dice("e.id", 4, "cardinality(s.agents)")}], e.at::date, 0, '',
               CASE WHEN e.at < e.closing THEN 'EXHAUSTED' ELSE '' END, '',
               CASE WHEN e.at < e.closing THEN e.at + interval '35 days' END, {LOCATION}
        FROM bench_shape s
        CROSS JOIN LATERAL (
            SELECT n, s.first_enrollment + n - 1 AS id, NOW + (n::float / s.enrollments - 1) * DAYS * interval '1 day' AS at,
                   NOW - interval '40 days' AS closing
            FROM generate_series(1, s.enrollments) n
        ) e
    """.replace("%", "%%")
    .replace("NOW", "%(now)s::timestamptz")
    .replace("DAYS", "%(days)s"),
    # Up to four dials to an enrollment, a week apart; the last may book. Every fiftieth patient rings back later, too.
    "calls drawn": f"""
        CREATE UNLOGGED TABLE bench_call AS
        SELECT row_number() OVER (ORDER BY c.ended_at) AS id, c.*
        FROM (
            SELECT e.id AS enrollment_id, e.practice_id, e.campaign_id, e.patient_id, e.assigned_agent_id AS agent_id, e.location,
                   k AS number, k = 5 AS rang_back,
                   CASE WHEN k >= t.tries OR k = 5 THEN {_dice("e.id", 5, 3)} = 0 ELSE false END AS won,
                   {_dice("e.id * 7 + k", 6, 1000)} AS dice,
                   (e.enrolled_at::date + {_dice("e.id", 7, 6)} + 7 * (k - 1) + 1) + interval '14 hours'
                       + {_dice("e.id * 7 + k", 8, 39600)} * interval '1 second' AS ended_at
            FROM campaigns_enrollment e
            CROSS JOIN LATERAL (SELECT 1 + {_dice("e.id", 9, 4)} AS tries) t
            CROSS JOIN LATERAL generate_series(1, CASE WHEN e.id % 50 = 0 THEN 5 ELSE t.tries END) k
            WHERE k <= t.tries OR k = 5
        ) c
        WHERE c.ended_at < NOW
    """.replace("%", "%%").replace("NOW", "%(now)s"),
    "appointments": f"""
        INSERT INTO patients_appointment (
            id, practice_id, patient_id, external_id, "on", status, provider, specialty, location, visit_type, cancel_reason,
            source, created_at
        )
        SELECT c.id, c.practice_id, c.patient_id, '', a.on_date,
               CASE WHEN a.on_date >= NOW::date THEN 'SCHEDULED' WHEN a.dice < 65 THEN 'KEPT' WHEN a.dice < 90 THEN 'NO_SHOW'
                    ELSE 'CANCELLED' END, '', '', c.location, '', '', 'DESK', c.ended_at
        FROM bench_call c
        CROSS JOIN LATERAL (
            SELECT c.ended_at::date + {_dice("c.id", 10, 40)} AS on_date, {_dice("c.id", 11, 100)} AS dice
        ) a
        WHERE c.won
    """.replace("%", "%%").replace("NOW", "%(now)s"),
    "attempts": """
        INSERT INTO campaigns_callattempt (
            id, practice_id, enrollment_id, campaign_id, patient_id, agent_id, number, e164, disposition_id, outcome, is_reached,
            is_right_party, is_success, source, location, patient_hour, started_at, ended_at, note, appointment_id, key, body_hash
        )
        SELECT c.id, c.practice_id, c.enrollment_id, c.campaign_id, c.patient_id, c.agent_id, c.number, '+12125550100', d.id,
               d.code, d.is_reached, d.is_right_party, d.is_success, CASE WHEN c.rang_back THEN 'RING_BACK' ELSE 'QUEUE' END,
               c.location, h.hour, c.ended_at - (20 + c.dice %% 200) * interval '1 second', c.ended_at, '',
               CASE WHEN c.won THEN c.id END,
               gen_random_uuid(), ''
        FROM bench_call c
        CROSS JOIN LATERAL (
            SELECT 24 * extract(isodow FROM c.ended_at AT TIME ZONE 'America/New_York') - 24
                   + extract(hour FROM c.ended_at AT TIME ZONE 'America/New_York') AS hour
        ) h
        JOIN dispositions_disposition d ON d.practice_id = c.practice_id AND d.code = CASE
            WHEN c.won THEN 'DONE' WHEN c.dice < 450 THEN 'NOANS' WHEN c.dice < 700 THEN 'LVM' WHEN c.dice < 750 THEN 'HUNGUP'
            WHEN c.dice < 820 THEN 'UNAVLBL' WHEN c.dice < 880 THEN 'CBACK' WHEN c.dice < 920 THEN 'WNUM'
            WHEN c.dice < 950 THEN 'DCONN' WHEN c.dice < 990 THEN 'LOST' ELSE 'DNC' END
        ORDER BY c.id
    """,
    "what they made of the enrollments": """
        UPDATE campaigns_enrollment e SET attempts_made = c.dials, last_attempt_at = c.last_at, last_outcome = 'NOANS',
            first_dialed_at = c.dialed_at, first_reached_at = c.reached_at, first_booked_at = c.booked_at
        FROM (
            SELECT enrollment_id, count(*) FILTER (WHERE source <> 'RING_BACK') AS dials, max(ended_at) AS last_at,
                   min(ended_at) FILTER (WHERE source <> 'RING_BACK') AS dialed_at,
                   min(ended_at) FILTER (WHERE source <> 'RING_BACK' AND is_reached) AS reached_at,
                   min(ended_at) FILTER (WHERE is_success) AS booked_at
            FROM campaigns_callattempt GROUP BY enrollment_id
        ) c
        WHERE c.enrollment_id = e.id
    """,
    "promises": f"""
        INSERT INTO campaigns_callback (
            practice_id, enrollment_id, patient_id, owner_id, due_at, window_ends_at, status, created_at, settled_at
        )
        SELECT practice_id, enrollment_id, patient_id, agent_id, ended_at + interval '1 day', ended_at + interval '25 hours',
               (ARRAY['KEPT', 'KEPT', 'MISSED', 'CANCELLED'])[1 + {_dice("id", 12, 4)}], ended_at, ended_at + interval '1 day'
        FROM bench_call WHERE dice BETWEEN 820 AND 879 AND NOT won
    """.replace("%", "%%"),
    "sums of calls": SUM_UP.format(calls="SELECT 1 AS sign, a.* FROM campaigns_callattempt a").replace("%", "%%"),
}
