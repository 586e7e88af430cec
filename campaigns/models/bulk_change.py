from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .enrollment import Enrollment

UNDO_WITHIN = timedelta(hours=24)


class BulkChangeQuerySet(models.QuerySet):
    def done(self):
        """Those that were carried out, whether undone since or not."""
        return self.filter(done_at__isnull=False)


class BulkChange(PracticeModel):
    """One change of many enrollments at once: first chosen, then confirmed and carried out, perhaps undone (campaigns/bulk.py).

    `enrollment_ids` are those that were chosen, so that what was counted before is what is changed, and changed once however
    often the form is sent. `former` holds what each changed one was before, as the action needs it to be undone.
    """

    class Action(models.TextChoices):
        REASSIGN = "REASSIGN", "Reassign"
        CLOSE = "CLOSE", "Close"
        PUT_BACK = "PUT_BACK", "Put back"
        PRIORITY = "PRIORITY", "Priority"

    action = models.CharField(max_length=8, choices=Action.choices)
    enrollment_ids = ArrayField(models.BigIntegerField())
    query = models.CharField(max_length=1000, blank=True, help_text="The filter they were chosen by; empty: ticked by hand")
    made_by = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    to_agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+", help_text="Null: the pool")
    closed_as = models.CharField(max_length=14, blank=True, choices=Enrollment.ClosedAs.choices)
    why = models.CharField(max_length=80, blank=True)
    is_priority = models.BooleanField(null=True)
    done_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0, help_text="Enrollments changed")
    refused = models.JSONField(default=dict, help_text="Reason → enrollments left as they were")
    former = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    undone = models.PositiveIntegerField(default=0, help_text="Enrollments changed back")
    kept = models.JSONField(default=dict, help_text="Reason → enrollments that the undo left as they are")

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(action__in=["REASSIGN", "CLOSE", "PUT_BACK", "PRIORITY"]), name="bulk_action"),
            models.CheckConstraint(condition=Q(closed_as__in=["", *Enrollment.ClosedAs.values]), name="bulk_closed_as"),
            models.CheckConstraint(condition=Q(undone_at__isnull=True) | Q(done_at__isnull=False), name="bulk_undone_once_done"),
        ]
        indexes = [models.Index(fields=["practice", "done_at"], name="bulk_change_by_time")]

    def __str__(self):
        return f"bulk change {self.pk}"

    def may_be_undone(self, *, now):
        """Whether it was carried out within the last day and not undone yet."""
        return bool(self.done_at and not self.undone_at and self.done and now - self.done_at <= UNDO_WITHIN)
