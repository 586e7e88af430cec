from django.db import models
from django.db.models import Q

from accounts.history import track
from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Patient

from .enrollment import Enrollment


class CallbackQuerySet(models.QuerySet):
    def pending(self):
        """Promises not yet kept, missed or called off."""
        return self.filter(status=Callback.Status.PENDING)

    def due(self, *, now):
        """Pending ones whose promised moment has come."""
        return self.pending().filter(due_at__lte=now)


@track(app_label="campaigns")
class Callback(ShowsPatient, PracticeModel):
    """A promise to call at a moment. It belongs to the agent who made it; at most one is pending per enrollment.

    Every version is kept, so that it can be told who moved, reassigned or called off what was promised.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING", "Promised"
        KEPT = "KEPT", "Kept"
        MISSED = "MISSED", "Missed"
        CANCELLED = "CANCELLED", "Canceled"

    enrollment = PracticeForeignKey(Enrollment, models.PROTECT, related_name="callbacks")
    patient = PracticeForeignKey(Patient, models.PROTECT, related_name="callbacks")
    owner = PracticeForeignKey(Membership, models.PROTECT, related_name="callbacks")
    due_at = models.DateTimeField()
    window_ends_at = models.DateTimeField(help_text="Called later than this, the promise counts as missed")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    promised_by = PracticeForeignKey(
        Membership, models.PROTECT, null=True, related_name="+", help_text="Who made the promise, where it is another's by now"
    )
    why_changed = models.CharField(
        max_length=120, blank=True, db_default="", default="", help_text="Why it was last handed over, moved or called off"
    )

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "enrollment"], condition=Q(status="PENDING"), name="one_pending_callback"
            ),
            models.CheckConstraint(condition=Q(status__in=["PENDING", "KEPT", "MISSED", "CANCELLED"]), name="callback_status"),
            models.CheckConstraint(condition=Q(window_ends_at__gt=models.F("due_at")), name="callback_window"),
        ]
        indexes = [
            models.Index(fields=["practice", "owner", "status", "due_at"], name="callback_by_owner"),
            models.Index(fields=["practice", "status", "due_at"], name="callback_by_due"),
        ]

    def __str__(self):
        return f"callback {self.pk}"
