from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Appointment, Patient

from .campaign import Campaign


class EnrollmentQuerySet(models.QuerySet):
    def open(self):
        """Those still to be worked."""
        return self.filter(status=Enrollment.Status.OPEN)


class Enrollment(ShowsPatient, PracticeModel):
    """A patient in a campaign: why they are in it, how far the calls have come, and how it ended.

    At most one is open for a campaign and patient. `attempts_made`, `last_attempt_at` and `last_outcome` repeat what
    the attempts say, so that a queue of a million needs no join; `attempts.record` writes them, and a merge of two
    records adds them up. An enrollment for the same reason as an earlier one counts on from its attempts.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"

    class ClosedAs(models.TextChoices):
        WON = "WON", "Re-appointed"
        ALREADY_BOOKED = "ALREADY_BOOKED", "Already booked"
        LOST = "LOST", "Lost"
        OPTED_OUT = "OPTED_OUT", "Do not call"
        DUPLICATE = "DUPLICATE", "Duplicate record"
        UNREACHABLE = "UNREACHABLE", "Unreachable"
        EXHAUSTED = "EXHAUSTED", "All attempts used"
        INELIGIBLE = "INELIGIBLE", "No longer fits the rule"
        ENDED = "ENDED", "Campaign ended"

    campaign = PracticeForeignKey(Campaign, models.PROTECT, related_name="enrollments")
    patient = PracticeForeignKey(Patient, models.PROTECT, related_name="enrollments")
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    why = models.CharField(max_length=120, help_text="Why the rule took the patient, as in: No-show on 2026-10-02")
    missed_appointment = PracticeForeignKey(
        Appointment, models.SET_NULL, null=True, related_name="+", help_text="The visit the rule is about, if any"
    )
    location = models.CharField(
        max_length=120,
        blank=True,
        db_default="",
        default="",
        help_text="Where the missed visit was, else the patient's latest one; as the EMR writes it",
    )
    source_data_on = models.DateField(null=True, help_text="Date of the EMR data the rule looked at")
    enrolled_at = models.DateTimeField()
    assigned_agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    assigned_on = models.DateField(null=True, help_text="Start of the agent's two weeks, practice date")
    is_priority = models.BooleanField(
        default=False, db_default=False, help_text="Called first of an agent's list, after due callbacks"
    )
    attempts_made = models.PositiveSmallIntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=16, blank=True, help_text="Disposition code of the last attempt")
    next_eligible_at = models.DateTimeField(null=True, help_text="Cooling down until then; null: at once")
    avoid_clock_at = models.DateTimeField(
        null=True,
        help_text="The last call nobody answered: not called within two hours of its clock time again (campaigns/retry.py)",
    )
    # Written by the trigger that counts calls (models/call_total.py).
    first_dialed_at = models.DateTimeField(null=True, editable=False, help_text="Its own first dial; null: never dialed")
    first_reached_at = models.DateTimeField(null=True, editable=False, help_text="The first dial that a person answered")
    first_booked_at = models.DateTimeField(null=True, editable=False, help_text="The first call that won a booking")
    closed_as = models.CharField(max_length=14, blank=True, choices=ClosedAs.choices)
    closed_because = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "campaign", "patient"], condition=Q(status="OPEN"), name="one_open_enrollment"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", closed_as="", closed_at__isnull=True)
                | Q(
                    status="CLOSED",
                    closed_at__isnull=False,
                    closed_as__in=[
                        "WON", "ALREADY_BOOKED", "LOST", "OPTED_OUT", "DUPLICATE", "UNREACHABLE", "EXHAUSTED",
                        "INELIGIBLE", "ENDED",
                    ],
                ),
                name="enrollment_status",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["practice", "status", "campaign"], name="enrollment_by_status"),
            models.Index(fields=["practice", "patient"], name="enrollment_by_patient"),
            models.Index(fields=["practice", "assigned_agent", "status"], name="enrollment_by_agent"),
            # Reports read all enrollments of a period: from the index alone.
            models.Index(
                fields=["practice", "enrolled_at"],
                include=[
                    "campaign",
                    "assigned_agent",
                    "location",
                    "status",
                    "closed_at",
                    "first_dialed_at",
                    "first_reached_at",
                    "first_booked_at",
                ],
                name="enrollment_by_time",
            ),
            models.Index(
                fields=["practice", "first_dialed_at"],
                include=["enrolled_at", "campaign", "assigned_agent", "location"],
                condition=Q(first_dialed_at__isnull=False),
                name="enrollment_by_first_dial",
            ),
            models.Index(fields=["practice", "location"], name="enrollment_by_location"),
        ]

    def __str__(self):
        return f"enrollment {self.pk}"
