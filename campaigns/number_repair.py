"""Number repair: whom the campaigns would call if there were a number to call them on."""

from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Greatest

from patients.models import OptOut, Patient, PhoneNumber

from .eligibility import callable_numbers
from .models import Campaign, Enrollment
from .numbers import UNREACHABLE, worked

REFUSED = "not to be called"
STATES = {PhoneNumber.State.WRONG: "wrong", PhoneNumber.State.DISCONNECTED: "disconnected"}


@dataclass(frozen=True)
class Choice:
    """A running campaign and how many of its patients stand on the list."""

    campaign: Campaign
    patients: int


def waiting(*, practice, now, campaign=None):
    """Patients without a number that may be called, the newest on the list first, each with the moment `since` they are."""
    enrollments = _worked(practice=practice, now=now, campaign=campaign)
    phones = PhoneNumber.objects.filter(patient=OuterRef("pk"))
    lasting = Enrollment.objects.filter(Q(status=Enrollment.Status.OPEN) | Q(closed_as=UNREACHABLE), patient=OuterRef("pk"))
    refusals = OptOut.objects.from_calls().filter(
        e164__in=PhoneNumber.objects.filter(patient=OuterRef(OuterRef("pk"))).values("e164")
    )
    lost = phones.order_by().values("patient").annotate(at=Max("state_changed_at")).values("at")
    since = Greatest(
        Subquery(lasting.order_by("enrolled_at").values("enrolled_at")[:1]),
        Subquery(lost),
        Subquery(refusals.order_by("-opted_out_at").values("opted_out_at")[:1]),
    )
    wanted, callable_ = Exists(enrollments.filter(patient=OuterRef("pk"))), Exists(callable_numbers(patient=OuterRef("pk")))
    return Patient.objects.filter(wanted, ~callable_).annotate(since=since).order_by("-since", "-pk")


def base(*, practice, now, campaign=None):
    """Of how many patients those who wait are a part: all whom the campaigns would call, with a number or without."""
    return _worked(practice=practice, now=now, campaign=campaign).aggregate(patients=Count("patient", distinct=True))["patients"]


def choices(*, practice, now):
    """A Choice for each running campaign, by name."""
    found = _worked(practice=practice, now=now, campaign=None).filter(~Exists(callable_numbers(patient=OuterRef("patient"))))
    counts = dict(found.order_by().values_list("campaign").annotate(Count("patient", distinct=True)))
    running = practice.campaigns.running(on=practice.business_date(now)).order_by("name")
    return [Choice(campaign=campaign, patients=counts.get(campaign.pk, 0)) for campaign in running]


def with_reasons(patients, *, practice, now):
    """The patients of a queryset or a slice of one, each with `numbers`, `why` (words) and `wanted_by` (enrollments)."""
    refused = OptOut.objects.from_calls().filter(e164=OuterRef("e164"))
    numbers = PhoneNumber.objects.annotate(is_refused=Exists(refused)).order_by("position", "pk")
    wanted = _worked(practice=practice, now=now, campaign=None).select_related("campaign").order_by("campaign__name")
    found = patients.prefetch_related(
        Prefetch("phones", queryset=numbers, to_attr="numbers"), Prefetch("enrollments", queryset=wanted, to_attr="wanted_by")
    )
    rows = list(found)
    for patient in rows:
        patient.why = why(patient.numbers)
    return rows


def why(numbers):
    """Why none of a patient's numbers may be called, in words with their base: “1 wrong, 1 disconnected of 2 numbers”."""
    if not numbers:
        return "No number on file"
    counts = {}
    for number in numbers:
        word = STATES.get(number.state, REFUSED)
        counts[word] = counts.get(word, 0) + 1
    parts = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"{parts} of {len(numbers)} number{'' if len(numbers) == 1 else 's'}"


def _worked(*, practice, now, campaign):
    enrollments = worked(on=practice.business_date(now))
    return enrollments.filter(campaign=campaign) if campaign else enrollments
