"""The tracker of a practice with a million enrollments: all of it as a CSV file, and its page.

The file is fetched over the real view by a process of its own, whose memory is told at its peak. The floor is one COPY of the
same rows and columns, written by hand for this data: it takes no filter, makes nothing safe and records nothing. Both must
come to the same bytes. How long a COPY of the finished rows takes, without looking anything up, is told beside it.
`BENCH_ENROLLMENTS` in the environment makes it smaller.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from statistics import median, quantiles

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from accounts.models import Membership, User
from accounts.tenancy import practice as inside

from .database import NOW, analyze, clock_at, make_practice, scratch_database, seconds

ENROLLMENTS = int(os.environ.get("BENCH_ENROLLMENTS", "1000000"))
RUNS = 3
PAGES = 20
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What people look at, as the address says it; every other one is the plain first page.
LOOKS = {
    "page": "",
    "filtered": "state=open&attempts=2",
    "by_name": "sort=name",
    "by_call": "sort=-latest_call",
    "by_visit": "sort=-last_encounter",
    "blocked": "blocked=COOLING_DOWN",
}

ENROLLED = """
INSERT INTO campaigns_enrollment (
    practice_id, campaign_id, patient_id, status, why, source_data_on, enrolled_at, assigned_agent_id, assigned_on,
    attempts_made, last_attempt_at, last_outcome, closed_as, closed_because, closed_at
)
SELECT p.practice_id, c.id, p.id, CASE WHEN w.is_open THEN 'OPEN' ELSE 'CLOSED' END, 'No-show on 2026-10-02', date '2026-11-16',
       %(now)s - w.days * interval '1 day', a.agents[1 + p.id %% cardinality(a.agents)], date '2026-11-10',
       w.calls, CASE WHEN w.calls > 0 THEN %(now)s - (w.days - w.calls) * interval '1 day' END,
       CASE WHEN w.calls > 0 THEN 'NOANS' ELSE '' END,
       CASE WHEN w.is_open THEN '' ELSE 'LOST' END, '', CASE WHEN NOT w.is_open THEN %(now)s END
FROM patients_patient p
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM campaigns_campaign WHERE practice_id = %(practice)s
) c ON c.place <= 2
CROSS JOIN (
    SELECT array_agg(id ORDER BY id) AS agents FROM accounts_membership WHERE practice_id = %(practice)s AND role = 'AGENT'
) a
CROSS JOIN LATERAL (SELECT (p.id + c.place) %% 10 < 7 AS is_open, (p.id + c.place) %% 4 AS calls, 10 + p.id %% 90 AS days) w
WHERE p.practice_id = %(practice)s
"""
# Up to three calls each, in order; every third says something.
CALLS = """
INSERT INTO campaigns_callattempt (
    practice_id, enrollment_id, campaign_id, patient_id, agent_id, number, e164, disposition_id, outcome, is_reached,
    is_right_party, is_success, source, started_at, ended_at, note, key, body_hash
)
SELECT e.practice_id, e.id, e.campaign_id, e.patient_id, e.assigned_agent_id, n, '', d.id, d.code, false, false, false, 'QUEUE',
       at.ended_at - interval '1 minute', at.ended_at,
       CASE WHEN (e.id + n) %% 3 = 0 THEN 'Asked us to call again after the holidays' ELSE '' END, gen_random_uuid(), ''
FROM campaigns_enrollment e
JOIN dispositions_disposition d ON d.practice_id = e.practice_id AND d.code = 'NOANS'
CROSS JOIN LATERAL generate_series(1, e.attempts_made) n
CROSS JOIN LATERAL (SELECT e.last_attempt_at - (e.attempts_made - n) * interval '1 day') at (ended_at)
WHERE e.practice_id = %(practice)s
"""
VISITS = """
INSERT INTO patients_appointment (
    practice_id, patient_id, external_id, "on", status, provider, specialty, location, visit_type, cancel_reason, source,
    created_at
)
SELECT practice_id, id, '', date '2026-11-10' - (id %% 300)::int, 'KEPT', '', '', '', '', '', 'EMR', now()
FROM patients_patient WHERE practice_id = %(practice)s AND id %% 3 = 0
UNION ALL
SELECT practice_id, id, '', date '2026-11-20' + (id %% 40)::int, 'SCHEDULED', '', '', '', '', '', 'EMR', now()
FROM patients_patient WHERE practice_id = %(practice)s AND id %% 9 = 0
"""
FLOOR = """
SELECT p.first_name || ' ' || p.last_name, p.mrn, c.name, CASE e.status WHEN 'OPEN' THEN 'Open' ELSE 'Lost' END, NULL,
       au.full_name, e.attempts_made, d.label, NULL::date, nullif(t.note, ''), NULL::date, t.ended_at::date,
       calls.first_on, calls.second_on, calls.third_on, NULL::date, NULL::date, seen.last_on, past."on",
       CASE past.status WHEN 'KEPT' THEN 'Kept' WHEN 'NO_SHOW' THEN 'No-show' END, ahead.next_on, e.assigned_on, e.source_data_on,
       to_char(t.ended_at, 'YYYY-MM-DD HH24:MI TZ') || ' · recall call ' || t.number || ' (' || c.name || ') · ' || tu.full_name
           || ': ' || d.label || CASE WHEN t.note <> '' THEN '. ' || t.note ELSE '' END,
       e.last_attempt_at::date, e.enrolled_at::date
FROM campaigns_enrollment e
JOIN patients_patient p ON p.practice_id = e.practice_id AND p.id = e.patient_id
JOIN campaigns_campaign c ON c.practice_id = e.practice_id AND c.id = e.campaign_id
LEFT JOIN accounts_membership am ON am.id = e.assigned_agent_id LEFT JOIN accounts_user au ON au.id = am.user_id
LEFT JOIN campaigns_callattempt t ON t.practice_id = e.practice_id AND t.enrollment_id = e.id AND t.number = e.attempts_made
LEFT JOIN dispositions_disposition d ON d.practice_id = e.practice_id AND d.id = t.disposition_id
LEFT JOIN accounts_membership tm ON tm.id = t.agent_id LEFT JOIN accounts_user tu ON tu.id = tm.user_id
LEFT JOIN (
    SELECT enrollment_id, max(ended_at) FILTER (WHERE number = 1)::date AS first_on,
           max(ended_at) FILTER (WHERE number = 2)::date AS second_on, max(ended_at) FILTER (WHERE number = 3)::date AS third_on
    FROM campaigns_callattempt WHERE practice_id = %(practice)s GROUP BY enrollment_id
) calls ON calls.enrollment_id = e.id
LEFT JOIN (
    SELECT patient_id, max("on") AS last_on FROM patients_encounter WHERE practice_id = %(practice)s GROUP BY patient_id
) seen ON seen.patient_id = e.patient_id
LEFT JOIN (
    SELECT DISTINCT ON (patient_id) patient_id, "on", status FROM patients_appointment
    WHERE practice_id = %(practice)s AND "on" < %(today)s ORDER BY patient_id, "on" DESC, id DESC
) past ON past.patient_id = e.patient_id
LEFT JOIN (
    SELECT patient_id, min("on") AS next_on FROM patients_appointment
    WHERE practice_id = %(practice)s AND "on" >= %(today)s AND status = 'SCHEDULED' GROUP BY patient_id
) ahead ON ahead.patient_id = e.patient_id
WHERE e.practice_id = %(practice)s ORDER BY e.id DESC
"""


class _Hashed:
    """Where a file goes: nothing is kept of it but its lines, counted, and their hash."""

    def __init__(self):
        self.sha, self.lines = hashlib.sha256(), 0

    def write(self, part):
        self.sha.update(part)
        self.lines += part.count(b"\n")


def run():
    """Seconds of the file both ways, rows a second, memory at its peak, and the page in milliseconds."""
    with scratch_database():
        practice = make_practice("bench", patients=ENROLLMENTS // 2)
        user = User.objects.create(email="admin@bench.example", full_name="Ada")
        with inside(practice.pk):
            Membership.objects.create(practice=practice, user=user, role=Membership.Role.ADMIN, joined_at=NOW)
            _fill(practice)
        analyze()
        _by_hand(practice)  # warms the cache of the server for both
        theirs = [_by_hand(practice) for _ in range(RUNS)]
        ours = [_fetched(user.pk) for _ in range(RUNS)]
        if {floor[1:] for floor in theirs} != {mine[1:3] for mine in ours}:
            raise AssertionError("the file says something else than the floor")
        finished = _finished(practice)
        pages = _pages(user)
    mine, floor = median(each[0] for each in ours), median(each[0] for each in theirs)
    memory = max(each[3] for each in ours)
    return (
        f"tracker_export ours={mine:.1f}s floor={floor:.1f}s ratio={mine / floor:.2f} (rows={ENROLLMENTS:,}, "
        f"{ENROLLMENTS / mine:,.0f} rows/s, peak memory {memory:.0f} MB of {memory - ours[0][4]:.0f} MB more than before, "
        f"COPY of finished rows {finished:.1f}s)\n"
        f"tracker_page " + ", ".join(f"{name} {middle:.0f}/p95 {slow:.0f}ms" for name, (middle, slow) in pages.items())
    )


def _fill(practice):
    with connection.cursor() as cursor:
        for statement in (ENROLLED, CALLS, VISITS):
            cursor.execute(statement, {"practice": practice.pk, "now": NOW})


def _by_hand(practice):
    """(seconds, hash, lines) of the floor."""
    into = _Hashed()
    with inside(practice.pk), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true), set_config('work_mem', '256MB', true)", [practice.time_zone])
        params = {"practice": practice.pk, "today": practice.business_date(NOW)}
        copied = cursor.mogrify(f"COPY ({FLOOR}) TO STDOUT WITH (FORMAT csv)", params)
        return seconds(lambda: cursor.copy_expert(copied, into)), into.sha.hexdigest(), into.lines


def _finished(practice):
    """Seconds of a COPY of a table that holds the same rows ready."""
    connections["owner"].close()
    with connections["owner"].cursor() as cursor:
        params = {"practice": practice.pk, "today": practice.business_date(NOW)}
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('app.practice', %s, true)", [str(practice.pk)])
        columns = ", ".join(f"c{number}" for number in range(26))
        cursor.execute(f"CREATE TABLE finished ({columns.replace(', ', ' text, ')} text)")
        cursor.execute(f"INSERT INTO finished SELECT * FROM ({FLOOR}) f ({columns})", params)
        taken = seconds(lambda: cursor.copy_expert("COPY finished TO STDOUT WITH (FORMAT csv)", _Hashed()))
        cursor.execute("ROLLBACK")
    return taken


def _fetched(user_id):
    """(seconds, hash, lines, MB at the peak, MB before) of the file, fetched by a new process."""
    name = connections["default"].settings_dict["NAME"]
    script = f"import django; django.setup(); from benchmarks import tracker_export as own; own.fetch({name!r}, {user_id})"
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True, timeout=600)  # noqa: S603
    return tuple(json.loads(said.stdout.splitlines()[-1]))


def fetch(database, user_id):
    """What the process of its own does: fetch the file and print what `_fetched` returns."""
    connections["default"].settings_dict["NAME"] = database
    into = _Hashed()
    with clock_at(NOW):
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(pk=user_id), backend=BACKEND)
        client.get("/p/bench/tracker/")
        before = _memory()
        began = time.perf_counter()
        response = client.get("/p/bench/tracker/tracker.csv")
        parts = iter(response.streaming_content)
        into.write(next(parts).split(b"\n", 1)[1])  # without the head
        for part in parts:
            into.write(part)
        response.close()
        told = (time.perf_counter() - began, into.sha.hexdigest(), into.lines, _memory(), before)
    print(json.dumps(told))


def _memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _pages(user):
    """Name → (median, 95th percentile) of milliseconds of the page, rendered in this process."""
    client, found = Client(SERVER_NAME="localhost"), {}
    client.force_login(user, backend=BACKEND)
    with clock_at(NOW):
        for name, query in LOOKS.items():
            taken = []
            for _ in range(PAGES):
                began = time.perf_counter()
                if client.get(f"/p/bench/tracker/?{query}").status_code != 200:
                    raise AssertionError("the page was not shown")
                taken.append(1000 * (time.perf_counter() - began))
            found[name] = median(taken), quantiles(taken, n=20)[-1]
    return found
