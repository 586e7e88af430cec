"""The rows of an agent's call list, with the columns of the tracker (DESIGN § 5)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from patients.models import Appointment, Encounter

from .calling_hours import local_zone
from .desk_columns import CALLS_SHOWN
from .emr_note import emr_line
from .models import CallAttempt, Callback, QueueItem
from .plan_words import outlook

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

    @property
    def callback_due_at(self) -> datetime | None:
        """The moment somebody promised to call at, while the promise stands."""
        return self.item.callback_due_at

    @property
    def outlook(self):
        """What the place in the list follows from; empty once the call of today is made."""
        return "" if self.item.done_at else outlook(enrollment=self.item.enrollment, expected_yield=self.item.expected_yield)

    @cached_property
    def dates(self):
        """Code of a column of dates (desk_columns) → its date."""
        item, last = self.item, self.last
        return {
            "appointment": last.appointment.on if last and last.appointment else None,
            "called": self.called_on,
            "last_call": self.last_called_on,
            **{f"call_{number}": on for number, on in enumerate(self.call_dates, start=1)},
            "last_encounter": item.last_encounter_on,
            "next_appointment": item.next_appointment_on,
            "assigned": item.enrollment.assigned_on,
            "source_data": item.enrollment.source_data_on,
        }


def places(*, agent, today):
    """The agent's places in the order of the list: with what the EMR knows of visits before and after `today`, and promises."""
    visits = Appointment.objects.filter(patient=OuterRef("patient"))
    past = visits.filter(on__lt=today).order_by("-on", "-pk")
    ahead = visits.live().filter(on__gte=today).order_by("on")
    seen = Encounter.objects.filter(patient=OuterRef("patient")).order_by("-on")
    promised = Callback.objects.pending().filter(enrollment=OuterRef("enrollment"))
    return (
        QueueItem.objects.filter(agent=agent)
        .select_related("enrollment__campaign", "patient")
        .annotate(
            last_encounter_on=Subquery(seen.values("on")[:1]),
            last_appointment_on=Subquery(past.values("on")[:1]),
            last_appointment_status=Subquery(past.values("status")[:1]),
            next_appointment_on=Subquery(ahead.values("on")[:1]),
            callback_due_at=Subquery(promised.values("due_at")[:1]),
        )
        .order_by("position", "pk")
    )


def rows(places, *, hours, now):
    """The rows for one page of places, with one more query for their calls. `hours` is calling_hours.Hours of the practice."""
    dials = defaultdict(list)
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
        is_open=hours.is_open(place.patient.hours_key + place.enrollment.campaign.own_hours, now),
        emr_note=emr_line(attempts[-1], practice=practice) if attempts else "",
    )
