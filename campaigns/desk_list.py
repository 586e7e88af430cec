"""The rows of an agent's call list, with the columns of the tracker (DESIGN § 5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from patients.models import Appointment, Encounter

from .calling_hours import Hours, local_zone
from .emr_note import emr_line
from .models import CallAttempt, QueueItem

# How many dials a row shows one by one.
CALLS_SHOWN = 5
STATUS_LABELS = dict(Appointment.Status.choices)


@dataclass(frozen=True)
class Row:
    """One place in the list. Call dates are dates of the practice; `attempts` holds the enrollment's dials in order.

    A patient who rang back stands among them after the dial before; the call dates are those of dials.
    """

    item: QueueItem
    attempts: list[CallAttempt]
    call_dates: list[date | None]
    called_on: date | None
    zone: ZoneInfo
    is_open: bool
    emr_note: str

    @property
    def last(self):
        return self.attempts[-1] if self.attempts else None

    @property
    def last_called_on(self):
        """The date of the dial before today's."""
        earlier = [on for on in self.call_dates if on and on != self.called_on]
        return max(earlier, default=None)

    @property
    def last_appointment_status(self):
        return STATUS_LABELS.get(self.item.last_appointment_status, "")


def places(*, agent, today):
    """The agent's places in the order of the list, with what the EMR knows of visits before and after `today`."""
    visits = Appointment.objects.filter(patient=OuterRef("patient"))
    past = visits.filter(on__lt=today).order_by("-on", "-pk")
    ahead = visits.live().filter(on__gte=today).order_by("on")
    seen = Encounter.objects.filter(patient=OuterRef("patient")).order_by("-on")
    return (
        QueueItem.objects.filter(agent=agent)
        .select_related("enrollment__campaign", "patient")
        .annotate(
            last_encounter_on=Subquery(seen.values("on")[:1]),
            last_appointment_on=Subquery(past.values("on")[:1]),
            last_appointment_status=Subquery(past.values("status")[:1]),
            next_appointment_on=Subquery(ahead.values("on")[:1]),
        )
        .order_by("position", "pk")
    )


def rows(places, *, practice, now):
    """The rows for one page of places, with one more query for their calls and one for the calling hours."""
    hours, dials = Hours.of(practice), defaultdict(list)
    enrollment_ids = [place.enrollment_id for place in places]
    for attempt in (
        CallAttempt.objects.filter(enrollment__in=enrollment_ids)
        .select_related("agent__user", "campaign", "disposition", "appointment")
        .order_by("number", "ended_at", "pk")
    ):
        dials[attempt.enrollment_id].append(attempt)
    return [_row(place, dials[place.enrollment_id], hours=hours, now=now) for place in places]


def _row(place, attempts, *, hours, now):
    practice = hours.practice
    today = practice.business_date(now)
    dates = [practice.business_date(attempt.ended_at) for attempt in attempts if attempt.is_dial]
    return Row(
        item=place,
        attempts=attempts,
        call_dates=dates[:CALLS_SHOWN] + [None] * (CALLS_SHOWN - len(dates)),
        called_on=today if today in dates else None,
        zone=local_zone(practice=practice, zone_key=place.patient.zone_key),
        is_open=hours.is_open(place.patient.hours_key, now),
        emr_note=emr_line(attempts[-1], practice=practice) if attempts else "",
    )
