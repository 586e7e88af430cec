"""What the loaded demo comes to, counted from its rows."""

from django.db.models import Count, Q

from accounts import tenancy
from accounts.models import Practice
from campaigns.models import CallAttempt, Enrollment
from patients.models import Patient

from .people import PRACTICES


def lines():
    """One line for each practice: patients, dials, answered, booked, and bookings by attempt."""
    return [_line(Practice.objects.get(slug=specification.slug)) for specification in PRACTICES]


def _line(practice):
    with tenancy.practice(practice.pk):
        patients, open_work = Patient.objects.count(), Enrollment.objects.open().count()
        dials = Count("pk")
        reached, booked = Count("pk", filter=Q(is_reached=True)), Count("pk", filter=Q(is_success=True))
        total = CallAttempt.objects.aggregate(dials=dials, reached=reached, booked=booked)
        by_attempt = CallAttempt.objects.values_list("number").annotate(dials=dials, booked=booked).order_by("number")
        declines = ", ".join(f"{_percent(wins, calls)} at try {number}" for number, calls, wins in by_attempt)
    return (
        f"{practice.slug}: {patients} patients, {open_work} enrollments open, {total['dials']} dials, "
        f"{_percent(total['reached'], total['dials'])} answered, {_percent(total['booked'], total['dials'])} booked ({declines})"
    )


def _percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
