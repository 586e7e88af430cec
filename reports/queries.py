"""The numbers of the dashboard, each one grouped query over the calls of a period.

Everything counts calls by the flags that were copied to them when they were recorded, so a disposition edited later
changes no report. No function reads a patient.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Count, DurationField, F, Max, Q, Sum
from django.db.models.functions import ExtractHour, Least, TruncDate

from campaigns.figures import DIALED, share
from campaigns.models import CallAttempt, Callback, Campaign, QueueBuild, QueueItem
from campaigns.standing import ON_LIST, standing
from patients.models import Patient

# Few campaigns allow more than five dials to a patient: later ones are told together.
LATER = 6
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LATER: "6th and later"}
HANDLED = Sum(F("ended_at") - F("started_at"), filter=DIALED, output_field=DurationField())
# Patients who rang back count for bookings alone: rates are about dials.
COUNTS = {
    "dials": Count("pk", filter=DIALED),
    "reached": Count("pk", filter=DIALED & Q(is_reached=True)),
    "right_party": Count("pk", filter=DIALED & Q(is_right_party=True)),
    "booked": Count("pk", filter=Q(is_success=True)),
    "booked_by_dial": Count("pk", filter=DIALED & Q(is_success=True)),
    "converted": Count("pk", filter=DIALED & Q(is_success=True, is_right_party=True)),
    "handled": HANDLED,
}


@dataclass(frozen=True)
class Tally:
    """What came of a number of dials. `handled` is the time from opening the patient to saving the outcome, summed.

    `booked` are all bookings, also of patients who rang back; `assisted`, told of agents alone, are those that a colleague
    took after this agent's dial: they are among the colleague's `booked`.
    """

    name: str = ""
    group: object = None
    dials: int = 0
    reached: int = 0
    right_party: int = 0
    booked: int = 0
    booked_by_dial: int = 0
    converted: int = 0
    handled: timedelta | None = None
    assisted: int | None = None

    @property
    def answer_rate(self):
        """Dials that a person answered, in percent."""
        return share(self.reached, self.dials)

    @property
    def right_party_rate(self):
        """Dials in which the patient, or who may speak for them, was spoken to, in percent."""
        return share(self.right_party, self.dials)

    @property
    def conversion(self):
        """Dials that won a booking, in percent."""
        return share(self.booked_by_dial, self.dials)

    @property
    def conversion_per_conversation(self):
        """Bookings per dial in which the right party was spoken to, in percent."""
        return share(self.converted, self.right_party)

    @property
    def average_handled(self):
        """Average handle time of a dial, or None without dials."""
        return (self.handled or timedelta(0)) / self.dials if self.dials else None


@dataclass(frozen=True)
class QueueState:
    """Today's call lists. `queued` = `done` + `left` + `dropped` (closed or held back since the build)."""

    build: QueueBuild | None
    is_of_today: bool
    queued: int
    done: int
    left: int
    open_work: int
    places: list

    @property
    def dropped(self):
        return self.queued - self.done - self.left


def _calls(practice, period):
    return CallAttempt.objects.filter(practice=practice, ended_at__gte=period.starts_at, ended_at__lte=period.ends_at)


def _tallies(calls, **group):
    """One Tally for each value of the expression `group`; further expressions are fixed by it."""
    rows = calls.order_by().values(**group).annotate(**COUNTS)
    return [Tally(**row) for row in rows]


def totals(*, practice, period):
    """All calls of the period together."""
    return Tally(**_calls(practice, period).aggregate(**COUNTS))


def by_day(*, practice, period):
    """One tally for each date of the period, by the practice's calendar; `group` is the date."""
    zone = practice.zone
    found = {each.group: each for each in _tallies(_calls(practice, period), group=TruncDate("ended_at", tzinfo=zone))}
    return [found.get(on, Tally(group=on)) for on in period.dates]


def by_hour(*, practice, period):
    """One tally for each hour of the practice's clock between the first and the last call; `group` is the hour."""
    zone = practice.zone
    found = {each.group: each for each in _tallies(_calls(practice, period), group=ExtractHour("ended_at", tzinfo=zone))}
    return [found.get(hour, Tally(group=hour)) for hour in range(min(found), max(found) + 1)] if found else []


def by_agent(*, practice, period):
    """One tally for each person who called or should have: all active agents are told, also those without a call."""
    calls = _calls(practice, period)
    found = _tallies(calls, group=F("agent"), name=F("agent__user__full_name"))
    called = {each.group for each in found}
    assisted = dict(calls.assisted().order_by().values_list("prompted_by__agent").annotate(Count("pk")))
    told = Q(pk__in=practice.memberships.active().agents()) | Q(pk__in=list(assisted))
    agents = practice.memberships.filter(told).values_list("pk", "user__full_name")
    found += [Tally(name=name, group=pk) for pk, name in agents if pk not in called]
    found = [replace(each, assisted=assisted.get(each.group, 0)) for each in found]
    return sorted(found, key=lambda each: (-each.booked, -each.dials, each.name, each.group))


def by_disposition(*, practice, period):
    """One tally for each outcome that occurred, the most frequent first; `group` is its code."""
    found = _tallies(_calls(practice, period), group=F("outcome"), name=F("disposition__label"))
    return sorted(found, key=lambda each: (-each.dials, each.group))


def by_campaign(*, practice, period):
    """One tally for each campaign that was called for or is running; `group` is the campaign's id."""
    found = _tallies(_calls(practice, period), group=F("campaign"), name=F("campaign__name"))
    called = {each.group for each in found}
    running = Campaign.objects.running(on=period.last_on).values_list("pk", "name")
    found += [Tally(name=name, group=pk) for pk, name in running if pk not in called]
    return sorted(found, key=lambda each: (-each.dials, each.name))


def by_attempt(*, practice, period):
    """One tally for the 1st to the 5th dial of an enrollment, and one for all later ones if there are any."""
    found = {each.group: each for each in _tallies(_calls(practice, period).dials(), group=Least(F("number"), LATER))}
    told = [number for number in ORDINALS if number < LATER or number in found]
    return [replace(found.get(number, Tally(group=number)), name=ORDINALS[number]) for number in told]


def queue_state(*, practice, now):
    """Today's call lists and where all open enrollments stand."""
    places = standing(practice=practice, now=now)
    build = practice.queuebuilds.newest()
    return QueueState(
        build=build,
        is_of_today=build is not None and build.business_date == practice.business_date(now),
        queued=build.queued + QueueItem.objects.filter(practice=practice, done_at__lt=build.started_at).count() if build else 0,
        done=QueueItem.objects.filter(practice=practice, done_at__isnull=False).count(),
        left=sum(place.rows for place in places if place.code == ON_LIST),
        open_work=sum(place.rows for place in places),
        places=places,
    )


def callbacks(*, practice, period):
    """Promises: due now, overdue (past their window), still to come, and kept or missed within the period."""
    now, pending = period.ends_at, Q(status=Callback.Status.PENDING)
    settled = Q(settled_at__gte=period.starts_at, settled_at__lte=now)
    return Callback.objects.filter(practice=practice).aggregate(
        due=Count("pk", filter=pending & Q(due_at__lte=now, window_ends_at__gte=now)),
        overdue=Count("pk", filter=pending & Q(window_ends_at__lt=now)),
        coming=Count("pk", filter=pending & Q(due_at__gt=now)),
        kept=Count("pk", filter=settled & Q(status=Callback.Status.KEPT)),
        missed=Count("pk", filter=settled & Q(status=Callback.Status.MISSED)),
    )


def data_as_of(*, practice):
    """Date of the newest EMR data that any patient record shows, or None."""
    return Patient.objects.filter(practice=practice).aggregate(newest=Max("source_data_on"))["newest"]
