import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest

from accounts.history import track_former
from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from dispositions.models import Disposition
from patients.models import Appointment, Patient, PhoneNumber

from .call_total import COUNTED
from .campaign import Campaign
from .enrollment import Enrollment
from .queue import Lease

# That a call took place, whose it was and when is never rewritten; what came of it can be corrected (campaigns/taking_back.py).
FIXED = (
    "id", "practice", "enrollment", "campaign", "agent", "number", "lease", "source", "started_at", "ended_at", "key",
    "body_hash", "location", "patient_hour",
)  # fmt: skip
SAID = (
    "phone_id", "e164", "disposition_id", "outcome", "is_reached", "is_right_party", "is_success", "note", "appointment_id",
    "prompted_by_id",
)  # fmt: skip
_SAYS_OTHERWISE = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in SAID)


class CallAttemptQuerySet(models.QuerySet):
    def dials(self):
        """Calls that we made: what counts as an attempt. A patient who rang back was not dialed."""
        return self.exclude(source=CallAttempt.Source.RING_BACK)

    def assisted(self):
        """Bookings by a colleague when the patient rang back after somebody else's dial: credit for both."""
        return self.filter(prompted_by__isnull=False).exclude(prompted_by__agent=models.F("agent"))


# A merge moves calls to the record that stays (campaigns/merging.py), which is no news of the call.
@track_former(app_label="campaigns", exclude=["patient"])
class CallAttempt(ShowsPatient, PracticeModel):
    """One call and its outcome: a dial, or a patient who rang back.

    Append-only but for corrections: each leaves the row as it was in CallAttemptEvent. What the disposition meant at that time
    is copied here, so that editing it never rewrites the past. Only the latest call of an enrollment can be taken back: the
    numbers of dials have no gaps.
    """

    append_only = True
    removable = True
    movable_columns = ("patient_id", *SAID, "corrected_at", "corrected_by_id", "why_changed")

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
    location = models.CharField(
        max_length=120, blank=True, db_default="", default="", help_text="Of the enrollment, for reports by location"
    )
    patient_hour = models.PositiveSmallIntegerField(
        null=True,
        help_text="Hour of the week when it ended, on the patient's clocks: 0 is Monday at midnight; null: they are not known",
    )
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
    corrected_at = models.DateTimeField(null=True, help_text="When the outcome was last corrected; null: it stands as saved")
    corrected_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    why_changed = models.CharField(max_length=200, blank=True, db_default="", default="", help_text="Why it was corrected")

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
            models.CheckConstraint(condition=Q(patient_hour__lt=7 * 24), name="attempt_patient_hour"),
        ]
        indexes = [
            # Reports read all of a period: from the index alone.
            models.Index(
                fields=["practice", "ended_at"],
                include=[
                    "campaign",
                    "agent",
                    "location",
                    "source",
                    "number",
                    "outcome",
                    "is_reached",
                    "is_right_party",
                    "is_success",
                    "patient_hour",
                    "started_at",
                ],
                name="attempt_by_time",
            ),
            models.Index(
                fields=["practice", "appointment", "id"],
                include=["enrollment", "ended_at", "campaign", "agent", "location"],
                condition=Q(is_success=True, appointment__isnull=False),
                name="attempt_won",
            ),
            models.Index(fields=["practice", "patient", "ended_at"], name="attempt_by_patient"),
            models.Index(fields=["practice", "e164", "ended_at"], name="attempt_by_number"),
            models.Index(fields=["practice", "agent", "ended_at"], name="attempt_by_agent"),
            models.Index(fields=["practice", "ended_at"], condition=Q(prompted_by__isnull=False), name="attempt_prompted"),
            # The order in which programs read calls on, corrected ones once more (api/views/calls.py). GREATEST skips nulls,
            # and unlike COALESCE the wall lets PostgreSQL use an index on it: it leaks nothing.
            models.Index("practice", Greatest("corrected_at", "ended_at"), "id", name="attempt_by_change"),
        ]
        triggers = [
            COUNTED,
            pgtrigger.Protect(name="call_stays", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(*FIXED)),
            pgtrigger.Protect(
                name="corrected_with_a_date",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.corrected_at IS NOT DISTINCT FROM NEW.corrected_at AND ({_SAYS_OTHERWISE})"),
            ),
            pgtrigger.Trigger(
                name="only_the_latest_goes",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    PERFORM 1 FROM campaigns_callattempt a WHERE a.practice_id = OLD.practice_id
                      AND a.enrollment_id = OLD.enrollment_id AND a.id > OLD.id;
                    IF FOUND THEN RAISE EXCEPTION 'a later call of the enrollment counts on from this one'; END IF;
                    RETURN OLD;
                """,
            ),
        ]

    def __str__(self):
        return f"attempt {self.pk}"

    @property
    def is_dial(self):
        """Whether we made the call."""
        return self.source != self.Source.RING_BACK


class AttemptEffects(ShowsPatient, PracticeModel):
    """What was entered for a call and all that followed from it: what it takes to take the outcome back or correct it.

    `entries` is written and read by campaigns/ledger.py. A row without an attempt says what was entered for one that was taken
    back, so that its page shows it again. Rows of earlier days are deleted every hour (campaigns/taking_back.py).
    """

    attempt = PracticeForeignKey(CallAttempt, models.CASCADE, null=True, related_name="effects")
    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="+")
    lease = PracticeForeignKey(Lease, models.CASCADE, null=True, related_name="+", help_text="The hold whose page was saved")
    said = models.JSONField(help_text="The fields of campaigns/outcome.Outcome")
    entries = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "attempt"], name="effects_once_per_attempt")]

    def __str__(self):
        return f"effects {self.pk}"
