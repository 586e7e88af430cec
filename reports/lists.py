"""The lists: how much of them was called, how old the work is, what lies untouched, and where today's stand."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate

from campaigns.figures import share
from campaigns.models import Enrollment, QueueBuild, QueueItem
from campaigns.standing import ON_LIST, standing
from patients.models import Patient

from .bookings import enrollments_of

# Days since enrollment; the last has no end.
AGES = ((0, 7), (8, 30), (31, 90), (91, 180), (181, None))
# An enrollment is made before its first dial.
WAITED = """
SELECT (first_dialed_at AT TIME ZONE %(zone)s)::date - (enrolled_at AT TIME ZONE %(zone)s)::date, count(*)
FROM campaigns_enrollment
WHERE practice_id = %(practice)s AND enrolled_at <= %(ends_at)s
  AND first_dialed_at >= %(starts_at)s AND first_dialed_at <= %(ends_at)s
  AND (%(campaign)s IS NULL OR campaign_id = %(campaign)s) AND (%(agent)s IS NULL OR assigned_agent_id = %(agent)s)
  AND (%(location)s = '' OR location = %(location)s)
GROUP BY 1
"""


@dataclass(frozen=True)
class Penetration:
    """Enrollments that were on a list in the period, open or closed by now; how many were dialed by now, and how many reached."""

    listed: int
    open: int
    dialed: int
    reached: int

    @property
    def dialed_rate(self):
        """Dialed by now, in percent of the listed."""
        return share(self.dialed, self.listed)

    @property
    def reached_rate(self):
        """Reached by now, in percent of the listed."""
        return share(self.reached, self.listed)


@dataclass(frozen=True)
class Age:
    """Open enrollments so many days old; `last` is None for the open end. `undialed` of them were never dialed."""

    first: int
    last: int | None
    enrollments: int
    undialed: int

    @property
    def label(self):
        return f"{self.first} to {self.last} days" if self.last is not None else f"over {self.first - 1} days"


@dataclass(frozen=True)
class Untouched:
    """Open work that agents hold (`assigned`), and how much of it they have not called since it became theirs."""

    assigned: int
    untouched: int

    @property
    def rate(self):
        """Untouched of the assigned, in percent."""
        return share(self.untouched, self.assigned)


@dataclass(frozen=True)
class FirstCall:
    """Enrollments first dialed in the period, and how many days lie between their beginning and that dial."""

    calls: int
    median: float | None
    mean: float | None


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


def penetration(*, filters):
    """The Penetration of the lists of the period. Agent: who is or last was assigned."""
    period = filters.period
    rows = enrollments_of(filters).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=period.starts_at), enrolled_at__lte=period.ends_at
    )
    return Penetration(
        **rows.aggregate(
            listed=Count("practice"),  # counted from the index alone, which has no id
            open=Count("practice", filter=Q(status=Enrollment.Status.OPEN)),
            dialed=Count("practice", filter=Q(first_dialed_at__isnull=False)),
            reached=Count("practice", filter=Q(first_reached_at__isnull=False)),
        )
    )


def ages(*, filters):
    """One Age for each span of AGES: all open work now, by dates of the practice since its enrollment, whatever the period."""
    today = filters.practice.business_date(filters.now)
    rows = enrollments_of(filters).open().annotate(since=TruncDate("enrolled_at", tzinfo=filters.practice.zone))
    found = {}
    counts = {"all": Count("pk"), "undialed": Count("pk", filter=Q(first_dialed_at__isnull=True))}
    for row in rows.values("since").annotate(**counts):
        days = max(0, (today - row["since"]).days)
        span = next(span for span in AGES if span[1] is None or days <= span[1])
        whole, undialed = found.get(span, (0, 0))
        found[span] = whole + row["all"], undialed + row["undialed"]
    return [Age(*span, *found.get(span, (0, 0))) for span in AGES]


def untouched(*, filters):
    """Untouched of all open work now, whatever the period."""
    rows = enrollments_of(filters).open().filter(assigned_agent__isnull=False)
    rows = rows.annotate(last_on=TruncDate("last_attempt_at", tzinfo=filters.practice.zone))
    idle = Q(last_on__isnull=True) | Q(last_on__lt=F("assigned_on"))
    return Untouched(**rows.aggregate(assigned=Count("pk"), untouched=Count("pk", filter=idle)))


def first_call(*, filters):
    """How long patients waited: the FirstCall of enrollments whose first dial was in the period. Agent: who is assigned."""
    params = {
        "practice": filters.practice.pk,
        "zone": filters.practice.time_zone,
        "starts_at": filters.period.starts_at,
        "ends_at": filters.period.ends_at,
        "campaign": filters.campaign and filters.campaign.pk,
        "agent": filters.agent and filters.agent.pk,
        "location": filters.location,
    }
    with connection.cursor() as cursor:
        cursor.execute(WAITED, params)
        found = dict(cursor.fetchall())
    calls = sum(found.values())
    if not calls:
        return FirstCall(0, None, None)
    average = sum(days * count for days, count in found.items()) / calls
    middle = _nth(found, (calls - 1) // 2) + _nth(found, calls // 2)
    return FirstCall(calls, middle / 2, round(average, 1))


def _nth(counts, place):
    """The value at a place, from 0, of values in order; `counts` says how often each occurs."""
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    raise IndexError(place)


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


def data_as_of(*, practice):
    """Date of the newest EMR data that any patient record shows, or None."""
    return Patient.objects.filter(practice=practice).aggregate(newest=Max("source_data_on"))["newest"]
