"""Return on investment from what was called: the rates of a practice; what a campaign brought, against what was expected.

A visit counts as kept or not once the EMR said what became of it (kept, missed or canceled); the others are told apart. The cost
of a campaign is that of its dials: an agent's month over the dials of that month at 200 a day (campaigns/roi.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from patients.models import Appointment

from . import roi, roi_words
from .figures import CALLED, DIALED
from .models import CallAttempt, Enrollment

Status = Appointment.Status
FATES = [Status.KEPT, Status.NO_SHOW, Status.CANCELLED]
MEASURED_DAYS = 90
# A rate of fewer tries says little.
FEWEST = 30


@dataclass(frozen=True)
class Measured:
    """`part` of `whole` over the last 90 days, as in reached of dials."""

    part: int
    whole: int

    @property
    def is_enough(self):
        return self.whole >= FEWEST

    @property
    def percent(self):
        """The part of a hundred. Only of a `whole` that is enough."""
        return 100 * self.each

    @property
    def each(self):
        """The part of one. Only of a `whole` that is enough."""
        return Fraction(self.part, self.whole)


@dataclass(frozen=True)
class OwnNumbers:
    """What a practice measured from `first_on` until now. `open_work` are its open enrollments."""

    first_on: date
    answer: Measured
    agree: Measured
    show: Measured
    pace: Measured
    open_work: int


@dataclass(frozen=True)
class CampaignReturn:
    """A campaign so far, beside what its dials were expected to bring.

    `known` bookings have a known fate; `coming` are (date, bookings) whose visit is today or later, in order; `silent` ones
    lie in the past, or were moved, without a word from the EMR. `expected` is what the same dials, and for visits the same
    `known` bookings, were expected to bring. `break_even_at` is the number of kept visits that pays for the dials so far.
    """

    inputs: roi.Inputs
    goal: int | None
    actual: roi.Take
    expected: roi.Take
    known: int
    coming: list
    silent: int
    break_even_at: int | None

    @property
    def is_paid(self):
        """Whether the kept visits pay for the calls so far."""
        return self.break_even_at is not None and self.actual.kept >= self.break_even_at

    @property
    def paid_on(self):
        """The date by which the visits booked so far are expected to have paid for the calls so far, or None."""
        kept, rate = self.actual.kept, Fraction(self.inputs.show_rate) / 100
        for on, bookings in self.coming if self.break_even_at is not None else []:
            kept += bookings * rate
            if kept >= self.break_even_at:
                return on
        return None

    @property
    def dials_to_pay(self):
        """How many more dials at the expected rates it takes beside the visits booked so far; None if no number would do."""
        gain = roi.take(self.inputs, dials=Fraction(1)).net
        booked = sum(bookings for _on, bookings in self.coming) * Fraction(self.inputs.show_rate) / 100
        missing = self.actual.cost - (self.actual.kept + booked) * Fraction(self.inputs.collections_per_visit)
        return ceil(missing / gain) if gain > 0 else None

    @property
    def dials_to_goal(self):
        """How many more dials the goal takes at the expected rates; None without a goal, or if no number would do."""
        each = roi.take(self.inputs, dials=Fraction(1)).bookings
        if self.goal is None or not each:
            return None
        return max(ceil((self.goal - self.actual.bookings) / each), 0)


def own_numbers(*, practice, now):
    """The OwnNumbers of the last 90 dates of the practice, in four grouped queries."""
    first_on = practice.business_date(now) - timedelta(days=MEASURED_DAYS - 1)
    calls = CallAttempt.objects.filter(practice=practice, ended_at__gte=practice.midnight(first_on), ended_at__lte=now)
    agreed = Count("pk", filter=DIALED & Q(is_reached=True, is_success=True))
    counts = calls.aggregate(dials=CALLED["dials"], reached=CALLED["reached"], agreed=agreed)
    visits = calls.filter(is_success=True, appointment__status__in=FATES).aggregate(
        kept=Count("pk", filter=Q(appointment__status=Status.KEPT)), known=Count("pk")
    )
    days = calls.dials().annotate(on=TruncDate("ended_at", tzinfo=practice.zone)).order_by().values("agent", "on").distinct()
    return OwnNumbers(
        first_on=first_on,
        answer=Measured(counts["reached"], counts["dials"]),
        agree=Measured(counts["agreed"], counts["reached"]),
        show=Measured(visits["kept"], visits["known"]),
        pace=Measured(counts["dials"], days.count()),
        open_work=Enrollment.objects.open().filter(practice=practice).count(),
    )


def inputs_of(*, campaign, patients):
    """The Inputs that a campaign's own expectations make, for so many patients. The campaign need not be stored yet."""
    return roi.Inputs(
        answer_rate=campaign.expected_answer_rate,
        agree_rate=campaign.expected_agree_rate,
        show_rate=campaign.expected_show_rate,
        collections_per_visit=campaign.revenue_per_visit,
        agent_cost_a_month=campaign.agent_cost_per_month,
        attempts=campaign.max_attempts,
        patients=patients,
    )


def expected(*, campaign, patients):
    """What a campaign is expected to bring from so many patients, as a sentence. The campaign need not be stored yet."""
    return roi_words.sentence(inputs_of(campaign=campaign, patients=patients))


def of_campaign(*, campaign, figures, today):
    """The CampaignReturn of a campaign with its Figures, in one grouped query. `today` is the practice's date."""
    inputs = inputs_of(campaign=campaign, patients=figures.enrolled)
    bookings = campaign.attempts.filter(is_success=True).order_by().values_list("appointment__status", "appointment__on")
    kept, known, silent, coming = 0, 0, 0, []
    for status, on, count in bookings.annotate(count=Count("pk")).order_by("appointment__on"):
        if status in FATES:
            known += count
            kept += count if status == Status.KEPT else 0
        elif status == Status.SCHEDULED and on >= today:
            coming.append((on, count))
        else:
            silent += count
    dials, kept = Fraction(figures.dials), Fraction(kept)
    planned = roi.take(inputs, dials=dials)
    visits = known * Fraction(inputs.show_rate) / 100
    worth = Fraction(inputs.collections_per_visit)
    return CampaignReturn(
        inputs=inputs,
        goal=campaign.goal,
        actual=roi.Take(dials, Fraction(figures.reached), Fraction(figures.booked), kept, kept * worth, planned.cost),
        expected=roi.Take(dials, planned.answered, planned.bookings, visits, visits * worth, planned.cost),
        known=known,
        coming=coming,
        silent=silent,
        break_even_at=roi.visits_to_pay(inputs, cost=planned.cost) if figures.dials else None,
    )
