"""Ten million attempts of fifty practices: each figure of the largest one's dashboard against hand-written SQL, and whole pages.

`DASHBOARD_ATTEMPTS=1000000 python -m benchmarks dashboard_10m` makes a smaller world.
"""

import os
from datetime import datetime, time, timedelta
from statistics import quantiles

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from campaigns.models import Enrollment
from reports import bookings, calls, comparison, contact_center, heat_map, lists, numbers, promises
from reports.filters import read
from reports.tabs import TABS

from .dashboard_data import fill, step
from .database import NOW, clock_at, scratch_database, seconds

ATTEMPTS = 10_000_000
RUNS = 20
PERIODS = {"30 days": "30", "year": "365"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# Whole dates and months from the sums, what is left over from the calls: in one statement.
SUMS = """
WITH rows AS (
    SELECT {total}, dials, reached, right_party, booked, booked_by_dial, converted, handled FROM campaigns_calltotal
    WHERE practice_id = %(practice)s AND kind = '{kind}' AND first_on >= %({kind}_first)s AND first_on < %({kind}_after)s
    UNION ALL {rest} AND ended_at >= %(starts_at)s AND ended_at < least(%({kind}_begins)s, %(ends_at)s)
    UNION ALL {rest} AND ended_at >= greatest(%({kind}_ends)s, %(starts_at)s) AND ended_at <= %(ends_at)s
)
"""
REST = """SELECT {call}, d.one, d.one * is_reached::int, d.one * is_right_party::int, is_success::int, d.one * is_success::int,
           d.one * (is_success AND is_right_party)::int, d.one * (ended_at - started_at)
    FROM campaigns_callattempt CROSS JOIN LATERAL (SELECT (source <> 'RING_BACK')::int AS one) d
    WHERE practice_id = %(practice)s"""
ALL_SUMS = "sum(dials), sum(reached), sum(right_party), sum(booked), sum(booked_by_dial), sum(converted), sum(handled)"


def _sums(kind, total, call, answer):
    return SUMS.format(kind=kind, total=total, rest=REST.format(call=call)) + answer


DAY = "(ended_at AT TIME ZONE 'America/New_York')::date AS key"
GROUPED = f"SELECT key, {ALL_SUMS} FROM rows GROUP BY 1 HAVING sum(dials) > 0 OR sum(booked) > 0"
ATTEMPT = "value::int AS key, campaign_id, agent_id", "number::int AS key, campaign_id, agent_id"
OUTCOME = "value AS key, first_on AS month", f"outcome AS key, date_trunc('month', {DAY.removesuffix(' AS key')})::date AS month"
# Of a month the sums of dates are the fewest rows, of a year those of months.
EITHER = {
    key: {
        "totals": _sums(kind, "0 AS key", "0", f"SELECT 0, {ALL_SUMS} FROM rows"),
        "by_campaign": _sums(kind, "campaign_id AS key", "campaign_id", GROUPED),
        "by_agent": _sums(kind, "agent_id AS key", "agent_id", GROUPED),
        "times": _sums(kind, "0 AS key", "0", "SELECT sum(dials), sum(handled) / sum(dials) FROM rows"),
    }
    for key, kind in (("30", "DAY"), ("365", "NUMBER"))
}
FLOORS = {
    "by_day": _sums("DAY", "first_on AS key", DAY, GROUPED),
    "by_disposition": _sums("OUTCOME", *OUTCOME, GROUPED),
    "disposition_mix": _sums("OUTCOME", *OUTCOME, "SELECT month, key, sum(dials) FROM rows GROUP BY 1, 2 HAVING sum(dials) > 0"),
    "by_attempt": _sums(
        "NUMBER", *ATTEMPT, f"SELECT least(key, 6), {ALL_SUMS} FROM rows WHERE dials > 0 GROUP BY 1 HAVING sum(dials) > 0"
    ).replace("sum(booked),", "sum(booked_by_dial),"),
    "agent_comparison": _sums(
        "NUMBER",
        *ATTEMPT,
        """
        , kinds AS (SELECT campaign_id, least(key, 6) AS attempt, agent_id, sum(dials) AS dials, sum(booked_by_dial) AS won
                    FROM rows GROUP BY 1, 2, 3),
        rates AS (SELECT campaign_id, attempt, sum(won) / nullif(sum(dials), 0) AS rate FROM kinds GROUP BY 1, 2)
        SELECT agent_id, sum(dials), sum(won), round(sum(dials * rate), 1) FROM kinds JOIN rates USING (campaign_id, attempt)
        GROUP BY 1 HAVING sum(dials) > 0
    """,
    ),
    "heat_map": """
        SELECT patient_hour, count(*), count(*) FILTER (WHERE is_reached) FROM campaigns_callattempt
        WHERE practice_id = %(practice)s AND ended_at >= %(starts_at)s AND ended_at <= %(ends_at)s AND source <> 'RING_BACK'
          AND patient_hour IS NOT NULL GROUP BY 1
    """,
    "number_quality": _sums(
        "OUTCOME",
        *OUTCOME,
        """
        SELECT sum(dials), sum(right_party), sum(dials) FILTER (WHERE number_effect = 'WRONG'),
               sum(dials) FILTER (WHERE number_effect = 'DISCONNECTED'), sum(dials) FILTER (WHERE closes_as = 'OPTED_OUT')
        FROM rows JOIN dispositions_disposition d ON d.practice_id = %(practice)s AND d.code = rows.key
    """,
    ),
    "promises": """
        SELECT count(*) FILTER (WHERE created_at BETWEEN %(starts_at)s AND %(ends_at)s),
               count(*) FILTER (WHERE status = 'KEPT' AND settled_at BETWEEN %(starts_at)s AND %(ends_at)s),
               count(*) FILTER (WHERE status = 'MISSED' AND settled_at BETWEEN %(starts_at)s AND %(ends_at)s),
               count(*) FILTER (WHERE status = 'CANCELLED' AND settled_at BETWEEN %(starts_at)s AND %(ends_at)s)
        FROM campaigns_callback WHERE practice_id = %(practice)s
    """,
    "penetration": """
        SELECT count(*), count(*) FILTER (WHERE status = 'OPEN'), count(first_dialed_at), count(first_reached_at)
        FROM campaigns_enrollment
        WHERE practice_id = %(practice)s AND enrolled_at <= %(ends_at)s AND (closed_at IS NULL OR closed_at >= %(starts_at)s)
    """,
    "untouched": """
        SELECT count(*), count(*) FILTER (WHERE last_attempt_at IS NULL
            OR (last_attempt_at AT TIME ZONE 'America/New_York')::date < assigned_on)
        FROM campaigns_enrollment WHERE practice_id = %(practice)s AND status = 'OPEN' AND assigned_agent_id IS NOT NULL
    """,
    "first_call": """
        SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days), round(avg(days), 1)
        FROM (
            SELECT (first_dialed_at AT TIME ZONE 'America/New_York')::date - (enrolled_at AT TIME ZONE 'America/New_York')::date
            FROM campaigns_enrollment WHERE practice_id = %(practice)s AND first_dialed_at BETWEEN %(starts_at)s AND %(ends_at)s
        ) w (days)
    """,
    "no_show_by_lead_time": """
        SELECT least((days > 7)::int + (days > 14)::int + (days > 21)::int, 3), count(*) FILTER (WHERE status = 'KEPT'),
               count(*) FILTER (WHERE status = 'NO_SHOW')
        FROM (
            SELECT DISTINCT ON (c.appointment_id) a.status, a."on" - (c.ended_at AT TIME ZONE 'America/New_York')::date AS days
            FROM campaigns_callattempt c JOIN patients_appointment a ON a.practice_id = %(practice)s AND a.id = c.appointment_id
            WHERE c.practice_id = %(practice)s AND c.is_success AND c.appointment_id IS NOT NULL
              AND a."on" BETWEEN %(first_on)s AND %(last_on)s ORDER BY c.appointment_id, c.id
        ) v GROUP BY 1
    """,
    "funnel": """
        WITH cohort AS MATERIALIZED (
            SELECT id, first_reached_at, first_booked_at FROM campaigns_enrollment
            WHERE practice_id = %(practice)s AND enrolled_at BETWEEN %(starts_at)s AND %(ends_at)s
        ), kept AS MATERIALIZED (
            SELECT DISTINCT c.enrollment_id AS id FROM campaigns_callattempt c
            JOIN (SELECT id FROM patients_appointment WHERE practice_id = %(practice)s AND status = 'KEPT' OFFSET 0) a
              ON a.id = c.appointment_id
            WHERE c.practice_id = %(practice)s AND c.is_success AND c.appointment_id IS NOT NULL
        )
        SELECT count(*), count(*) FILTER (WHERE first_reached_at IS NOT NULL OR first_booked_at IS NOT NULL),
               count(first_booked_at), count(kept.id) FROM cohort LEFT JOIN kept USING (id)
    """,
}


def _tally(each):
    handled = each.handled or timedelta(0)
    return (each.dials, each.reached, each.right_party, each.booked, each.booked_by_dial, each.converted, handled)


def _tallies(answer):
    return {(each.group, *_tally(each)) for each in answer if each.dials or each.booked}


# Name → (the report's function, its answer as the floor gives it).
QUERIES = {
    "totals": (calls.totals, lambda each: {(0, *_tally(each))}),
    "by_day": (calls.by_day, _tallies),
    "by_campaign": (calls.by_campaign, _tallies),
    "by_agent": (calls.by_agent, _tallies),
    "by_disposition": (calls.by_disposition, _tallies),
    "disposition_mix": (
        calls.disposition_mix,
        lambda mix: {(span.on.replace(day=1), code, count) for span in mix.spans for code, count in span.dials.items()},
    ),
    "by_attempt": (calls.by_attempt, _tallies),
    "agent_comparison": (
        comparison.agent_comparison,
        lambda found: {(each.agent_id, each.dials, each.booked, each.expected) for each in found},
    ),
    "heat_map": (
        heat_map.heat_map,
        lambda found: {
            (24 * cell.weekday + cell.hour, cell.dials, cell.reached) for row in found.rows for cell in row if cell.dials
        },
    ),
    "number_quality": (
        numbers.number_quality,
        lambda each: {(each.dials, each.contacts, each.wrong, each.disconnected, each.opted_out)},
    ),
    "times": (contact_center.times, lambda each: {(each.dials, each.handle_time)}),
    "promises": (promises.promises, lambda each: {(each.made, each.kept, each.missed, each.called_off)}),
    "penetration": (lists.penetration, lambda each: {(each.listed, each.open, each.dialed, each.reached)}),
    "untouched": (lists.untouched, lambda each: {(each.assigned, each.untouched)}),
    "first_call": (lists.first_call, lambda each: {(each.calls, each.median, each.mean)}),
    "no_show_by_lead_time": (
        bookings.no_show_by_lead_time,
        lambda found: {(place, each.fates.kept, each.fates.no_show) for place, each in enumerate(found) if each.fates.due},
    ),
    "funnel": (bookings.funnel, lambda each: {(each.enrolled, each.reached, each.booked, each.kept)}),
}


def run():
    """For each figure and period the 95th percentile of ours, of the floor, and their ratio; then whole pages."""
    attempts = int(os.environ.get("DASHBOARD_ATTEMPTS", ATTEMPTS))
    with scratch_database(), clock_at(NOW):
        practice = fill(attempts=attempts)
        return "\n".join([*_figures(practice), *_pages(practice)])


def _figures(practice):
    for words, key in PERIODS.items():
        step(f"the figures of {words}")
        with tenancy.practice(practice.pk):
            filters, _problems = read({"period": key}, practice=practice, now=NOW)
            params = _params(filters)
            for name, (report, plain) in QUERIES.items():
                ours, floor = plain(report(filters=filters)), _floor(name, params, filters)
                if name != "disposition_mix" or key != "30":  # by days there, and the floor by months
                    _compare(name, ours, floor)
                mine, best = [], []
                for _ in range(RUNS):
                    mine.append(seconds(lambda: report(filters=filters)))  # noqa: B023 called at once
                    best.append(seconds(lambda: _floor(name, params, filters)))  # noqa: B023 called at once
                mine, best = 1000 * _p95(mine), 1000 * _p95(best)
                yield f"dashboard_10m {name} {words}: ours={mine:.0f}ms floor={best:.0f}ms ratio={mine / best:.2f} (p95)"


def _pages(practice):
    client = Client(SERVER_NAME="localhost")
    client.force_login(practice.memberships.get(role="SUPERVISOR").user, backend=BACKEND)
    with tenancy.practice(practice.pk):
        enrolled = Enrollment.objects.count()
    parts = [name for tab in TABS.values() for name in (tab.url_name, tab.later and f"{tab.url_name}_later") if name]
    for url in parts:
        address = reverse(url, kwargs={"practice_slug": practice.slug})
        for words, key in PERIODS.items():
            step(f"{address} of {words}")
            took = [seconds(lambda: _get(client, address, {"period": key})) for _ in range(RUNS)]  # noqa: B023
            yield f"dashboard_10m page {url} {words}: p95={_p95(took) * 1000:.0f}ms ({enrolled:,} enrollments)"


def _get(client, address, query):
    answer = client.get(address, query, headers={"HX-Request": "true"})  # of what comes later the part alone
    if answer.status_code != 200:
        raise AssertionError(f"the page answered {answer.status_code}")


def _p95(times):
    return quantiles(times, n=20)[-1]


def _floor(name, params, filters):
    sql = EITHER[filters.period.key].get(name) or FLOORS[name]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = set(cursor.fetchall())
    return {tuple(float(cell) if name in ("agent_comparison", "first_call") else cell for cell in row) for row in rows}


def _compare(name, ours, floor):
    if ours != floor:
        raise AssertionError(f"{name}: the floor counts otherwise, {sorted(ours ^ floor)[:4]}")


def _params(filters):
    """Spans of the period: whole dates, whole months, and the moments around them."""
    practice, period = filters.practice, filters.period
    month = period.first_on.replace(day=1)
    if month < period.first_on:
        month = (month + timedelta(days=32)).replace(day=1)
    after = period.last_on.replace(day=1)
    params = {
        "practice": practice.pk, "starts_at": period.starts_at, "ends_at": period.ends_at, "first_on": period.first_on,
        "last_on": period.last_on,
    }  # fmt: skip
    for kind, first, end in (("DAY", period.first_on, period.last_on), ("OUTCOME", month, after), ("NUMBER", month, after)):
        first, end = (first, end) if first < end else (after, after)
        params |= {
            f"{kind}_first": first, f"{kind}_after": end,
            f"{kind}_begins": datetime.combine(first, time.min, practice.zone),
            f"{kind}_ends": datetime.combine(end, time.min, practice.zone),
        }  # fmt: skip
    return params
