"""Who may be called: one ordered list of named rules, each a condition in SQL.

One definition, three uses: the plan takes the enrollments that no rule blocks, the campaign page counts by the rule
that blocks, and the patient page names it. Order matters: the first rule that holds is the one that is told.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from patients.models import Appointment, OptOut, PhoneNumber, PossibleDouble

from .calling_hours import end_of_calling
from .models import CallAttempt, Callback, Campaign, Enrollment, is_running

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


# What the screens call each rule. OTHER_CAMPAIGN is found while dealing: one person is called for one campaign a day.
LABELS = {
    "OPTED_OUT": "Asked not to be called",
    "INACTIVE": "Deceased, inactive or a test record",
    "CAMPAIGN_OFF": "Campaign is paused or outside its dates",
    "POSSIBLE_DOUBLE": "Waiting for a look: may be the same person as another record",
    "NO_NUMBER": "No usable phone number",
    "FUTURE_APPOINTMENT": "Has an appointment coming up",
    "ATTEMPTS_USED": "All attempts used",
    "CALLBACK": "Callback promised",
    "COOLING_DOWN": "Cooling down after the last call",
    "CALLED_OFTEN": "Called often enough this week",
    "OTHER_CAMPAIGN": "Queued for another campaign",
}


@dataclass(frozen=True)
class Rule:
    """A reason not to call. `condition` holds for the enrollments it blocks."""

    name: str
    condition: Q

    @property
    def label(self):
        return LABELS[self.name]


def rules(*, practice, now, on):
    """All rules, in the order in which they are told, as of a moment and the practice's date `on`."""
    return [
        Rule("OPTED_OUT", Q(Exists(OptOut.objects.filter(patient=OuterRef("patient"))))),
        Rule(
            "INACTIVE",
            Q(patient__is_deceased=True)
            | Q(patient__is_inactive=True)
            | Q(patient__is_test=True)
            | Q(patient__merged_into__isnull=False),
        ),
        Rule("CAMPAIGN_OFF", ~is_running(on=on, of="campaign__")),
        # The other record may hold an opt-out, or a call made this morning.
        Rule(
            "POSSIBLE_DOUBLE",
            Q(Exists(PossibleDouble.objects.open().filter(newer=OuterRef("patient"))))
            | Q(Exists(PossibleDouble.objects.open().filter(older=OuterRef("patient"), newer__opt_outs__isnull=False))),
        ),
        Rule("NO_NUMBER", ~Q(Exists(callable_numbers(patient=OuterRef("patient"))))),
        Rule("FUTURE_APPOINTMENT", _has_blocking_appointment(on)),
        Rule("ATTEMPTS_USED", Q(attempts_made__gte=F("campaign__max_attempts"))),
        Rule(
            "CALLBACK",
            Q(Exists(Callback.objects.pending().filter(enrollment=OuterRef("pk")))),
        ),
        Rule("COOLING_DOWN", Q(next_eligible_at__gt=now)),
        Rule("CALLED_OFTEN", _called_often(practice, now)),
    ]


def with_blocked_by(enrollments, *, practice, now, on=None, leave_out=()):
    """Annotate `blocked_by`: the name of the first rule that forbids a call as of `now`, or an empty string.

    `on` is the practice's date where it is not that of `now`, as when a plan looks at the end of its day.
    `leave_out` names rules that do not count for the purpose, as CALLBACK when the promised call itself is made.
    """
    known = rules(practice=practice, now=now, on=on or practice.business_date(now))
    whens = [When(rule.condition, then=Value(rule.name)) for rule in known if rule.name not in leave_out]
    return enrollments.annotate(blocked_by=Case(*whens, default=Value(""), output_field=CharField()))


def callable_numbers(*, patient):
    """Numbers of a patient (a pk or an OuterRef) that work and that nobody asked us not to call."""
    refused = OptOut.objects.filter(e164=OuterRef("e164"))
    return PhoneNumber.objects.usable().filter(~Exists(refused), patient=patient)


def _has_blocking_appointment(on):
    """A live appointment within the campaign's horizon that counts for its way of matching."""
    last_day = ExpressionWrapper(Value(on) + OuterRef("campaign__appointment_horizon_days"), output_field=DateField())
    near = Appointment.objects.live().filter(patient=OuterRef("patient"), on__gte=on, on__lte=last_day)
    # Without a missed visit there is nothing to match with: any appointment counts.
    any_counts = Q(campaign__appointment_match=Campaign.Match.ANY) | Q(missed_appointment__isnull=True)
    same_specialty = Exists(near.filter(specialty=OuterRef("missed_appointment__specialty")))
    same_provider = Exists(near.filter(provider=OuterRef("missed_appointment__provider")))
    return (
        (any_counts & Q(Exists(near)))
        | (Q(campaign__appointment_match=Campaign.Match.SPECIALTY) & Q(same_specialty))
        | (Q(campaign__appointment_match=Campaign.Match.PROVIDER) & Q(same_provider))
    )


def _called_often(practice, now):
    """One dial to a person in 24 hours, and the practice's cap in seven days, over all campaigns."""
    attempts = CallAttempt.objects.filter(patient=OuterRef("patient"))
    in_a_week = attempts.filter(ended_at__gt=now - WEEK).order_by().values("patient").annotate(dials=Count("pk")).values("dials")
    cap_reached = GreaterThanOrEqual(Coalesce(Subquery(in_a_week), 0), practice.weekly_call_cap)
    return Q(Exists(attempts.filter(ended_at__gt=now - DAY))) | Q(cap_reached)


def open_work(*, practice, now, leave_out=()):
    """Open enrollments with `blocked_by` as of this moment, ready to be filtered or counted."""
    return with_blocked_by(Enrollment.objects.open(), practice=practice, now=now, leave_out=leave_out)


def open_work_today(*, practice, now):
    """The same by the last minute of today's calling: what may be called this afternoon is not held back this morning."""
    on = practice.business_date(now)
    moment = max(now, end_of_calling(practice=practice, on=on))
    return with_blocked_by(Enrollment.objects.open(), practice=practice, now=moment, on=on)
