"""Sums of calls, kept by a trigger in the transaction of each call, so that a report of a year need not read a million rows."""

from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .campaign import Campaign

# Held with a practice's id by whoever counts a call, and alone while its totals are made anew.
LOCK = "hashtext('call totals')"
# What calls add up to, by what they are told apart. `calls` has a `sign`: 1 counts a call, -1 takes one off.
SUM_UP = """
INSERT INTO campaigns_calltotal (
    practice_id, kind, first_on, campaign_id, agent_id, location, value,
    dials, reached, right_party, booked, booked_by_dial, converted, handled
)
SELECT c.practice_id, k.kind, k.first_on, c.campaign_id, c.agent_id, c.location, k.value,
       sum(c.sign * d.one), sum(c.sign * d.one * c.is_reached::int), sum(c.sign * d.one * c.is_right_party::int),
       sum(c.sign * c.is_success::int), sum(c.sign * d.one * c.is_success::int),
       sum(c.sign * d.one * (c.is_success AND c.is_right_party)::int), sum(c.sign * d.one * (c.ended_at - c.started_at))
FROM ({calls}) c
JOIN accounts_practice p ON p.id = c.practice_id
CROSS JOIN LATERAL (SELECT (c.source <> 'RING_BACK')::int AS one, (c.ended_at AT TIME ZONE p.time_zone)::date AS day) d
CROSS JOIN LATERAL (VALUES
    ('DAY', d.day, ''), ('OUTCOME', date_trunc('month', d.day)::date, c.outcome),
    ('NUMBER', date_trunc('month', d.day)::date, c.number::text)
) k (kind, first_on, value)
GROUP BY 1, 2, 3, 4, 5, 6, 7
HAVING sum(c.sign * d.one) <> 0 OR sum(c.sign * c.is_success::int) <> 0 OR sum(c.sign * d.one * c.is_reached::int) <> 0
    OR sum(c.sign * d.one * c.is_right_party::int) <> 0
ORDER BY 1, 2, 3, 4, 5, 6, 7
"""
ADD_UP = """
ON CONFLICT (practice_id, kind, first_on, campaign_id, agent_id, location, value) DO UPDATE SET
    dials = campaigns_calltotal.dials + excluded.dials, reached = campaigns_calltotal.reached + excluded.reached,
    right_party = campaigns_calltotal.right_party + excluded.right_party, booked = campaigns_calltotal.booked + excluded.booked,
    booked_by_dial = campaigns_calltotal.booked_by_dial + excluded.booked_by_dial,
    converted = campaigns_calltotal.converted + excluded.converted, handled = campaigns_calltotal.handled + excluded.handled
"""
_CALL = """
    SELECT 1 AS sign, n.* FROM (SELECT NEW.*) n WHERE TG_OP <> 'DELETE'
    UNION ALL SELECT -1, o.* FROM (SELECT OLD.*) o WHERE TG_OP <> 'INSERT'
"""


class CallTotal(PracticeModel):
    """What the calls of an agent for a campaign and a location add up to, by dates of the practice.

    A `DAY` counts all of a date; an `OUTCOME` those of a month that ended with one disposition; a `NUMBER` those that were the
    1st, 2nd, … dial. Written by the database alone: by a trigger on calls (`models/attempt.py`), and anew by
    campaigns/call_totals.py. Each agent has rows of their own, so that nobody waits for another's outcome.
    """

    class Kind(models.TextChoices):
        DAY = "DAY", "A date"
        OUTCOME = "OUTCOME", "A month, by outcome"
        NUMBER = "NUMBER", "A month, by attempt number"

    kind = models.CharField(max_length=7, db_collation="C", choices=Kind.choices)
    first_on = models.DateField(help_text="The date, or the first of the month")
    campaign = PracticeForeignKey(Campaign, models.PROTECT, related_name="+")
    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    location = models.CharField(max_length=120, db_collation="C", blank=True)
    value = models.CharField(max_length=16, db_collation="C", blank=True, help_text="Disposition code or attempt number")
    # No checks: what a call that was taken back takes off passes through these columns on its way.
    dials = models.IntegerField()
    reached = models.IntegerField()
    right_party = models.IntegerField()
    booked = models.IntegerField(help_text="Also by patients who rang back")
    booked_by_dial = models.IntegerField()
    converted = models.IntegerField(help_text="Dials that won a booking of the right party")
    handled = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "first_on", "campaign", "agent", "location", "value"], name="call_total_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["DAY", "OUTCOME", "NUMBER"]), name="call_total_kind"),
        ]

    def __str__(self):
        return f"call total {self.pk}"


COUNTED = pgtrigger.Trigger(
    name="counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        PERFORM pg_advisory_xact_lock_shared({LOCK}, coalesce(NEW.practice_id, OLD.practice_id)::int);
        {SUM_UP.format(calls=_CALL)} {ADD_UP};
        UPDATE campaigns_enrollment e
        SET first_dialed_at = f.dialed_at, first_reached_at = f.reached_at, first_booked_at = f.booked_at
        FROM (
            SELECT min(ended_at) FILTER (WHERE source <> 'RING_BACK') AS dialed_at,
                   min(ended_at) FILTER (WHERE source <> 'RING_BACK' AND is_reached) AS reached_at,
                   min(ended_at) FILTER (WHERE is_success) AS booked_at
            FROM campaigns_callattempt
            WHERE practice_id = coalesce(NEW.practice_id, OLD.practice_id)
              AND enrollment_id = coalesce(NEW.enrollment_id, OLD.enrollment_id)
        ) f
        WHERE e.practice_id = coalesce(NEW.practice_id, OLD.practice_id) AND e.id = coalesce(NEW.enrollment_id, OLD.enrollment_id)
          AND (e.first_dialed_at, e.first_reached_at, e.first_booked_at)
            IS DISTINCT FROM (f.dialed_at, f.reached_at, f.booked_at);
        RETURN NULL;
    """,
)
