import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from dispositions.models import Disposition
from patients.models import Appointment, Patient, PhoneNumber

from .campaign import Campaign
from .enrollment import Enrollment
from .queue import Lease


class CallAttemptQuerySet(models.QuerySet):
    def dials(self):
        """Calls that we made: what counts as an attempt. A patient who rang back was not dialed."""
        return self.exclude(source=CallAttempt.Source.RING_BACK)

    def assisted(self):
        """Bookings by a colleague when the patient rang back after somebody else's dial: credit for both."""
        return self.filter(prompted_by__isnull=False).exclude(prompted_by__agent=models.F("agent"))


class CallAttempt(ShowsPatient, PracticeModel):
    """One call and its outcome: a dial, or a patient who rang back.

    Append-only: the runtime role may insert and read, triggers refuse the rest. What the disposition meant at that time is
    copied here, so that editing it never rewrites the past.
    """

    append_only = True
    # When two records turn out to be one person, their calls move to the record that stays (campaigns/merging.py). To
    # whom a call is counted may change, never what it was: the enrollment with its numbering stays, too.
    movable_columns = ("patient_id",)

    class Source(models.TextChoices):
        QUEUE = "QUEUE", "Call list"
        CALLBACK = "CALLBACK", "Callback"
        RING_BACK = "RING_BACK", "Patient rang back"
        HOUSEHOLD = "HOUSEHOLD", "Another person at the number"

    enrollment = PracticeForeignKey(Enrollment, models.PROTECT, related_name="attempts")
    campaign = PracticeForeignKey(Campaign, models.PROTECT, related_name="attempts")
    patient = PracticeForeignKey(Patient, models.PROTECT, related_name="attempts")
    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(
        help_text="1st, 2nd, … dial of the enrollment; of a patient who rang back, how many dials had been made"
    )
    phone = PracticeForeignKey(PhoneNumber, models.PROTECT, null=True, related_name="+")
    e164 = models.CharField(max_length=16, db_collation="C", blank=True, help_text="The number that was dialed")
    disposition = PracticeForeignKey(Disposition, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, db_collation="C", help_text="Disposition code at that time")
    is_reached = models.BooleanField()
    is_right_party = models.BooleanField()
    is_success = models.BooleanField()
    lease = PracticeForeignKey(
        Lease,
        models.PROTECT,
        null=True,
        related_name="attempts",
        help_text="The hold it was made under: outcomes of several people under one are one dial",
    )
    source = models.CharField(max_length=9, choices=Source.choices, default=Source.QUEUE)
    started_at = models.DateTimeField(help_text="When the patient was opened on the desk")
    ended_at = models.DateTimeField(help_text="When the outcome was saved")
    note = models.TextField(blank=True)
    appointment = PracticeForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    prompted_by = PracticeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="prompted",
        help_text="The dial after which the patient rang back and booked: its agent shares the credit",
    )
    key = models.UUIDField(help_text="Made by the page; the same key is the same attempt")
    body_hash = models.CharField(max_length=64, help_text="SHA-256 of what was sent with the key")

    objects = CallAttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="attempt_once_per_key"),
            models.UniqueConstraint(
                fields=["practice", "enrollment", "number"], condition=~Q(source="RING_BACK"), name="attempt_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1) | Q(source="RING_BACK"), name="attempt_counts_from_one"),
            models.CheckConstraint(
                condition=Q(source__in=["QUEUE", "CALLBACK", "RING_BACK", "HOUSEHOLD"]), name="attempt_source"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "ended_at"], name="attempt_by_time"),
            models.Index(fields=["practice", "patient", "ended_at"], name="attempt_by_patient"),
            models.Index(fields=["practice", "e164", "ended_at"], name="attempt_by_number"),
            models.Index(fields=["practice", "agent", "ended_at"], name="attempt_by_agent"),
            models.Index(fields=["practice", "ended_at"], condition=Q(prompted_by__isnull=False), name="attempt_prompted"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="only_moved", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["patient"])),
        ]

    def __str__(self):
        return f"attempt {self.pk}"

    @property
    def is_dial(self):
        """Whether we made the call."""
        return self.source != self.Source.RING_BACK
