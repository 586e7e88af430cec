from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Patient

from .enrollment import Enrollment


class QueueBuildQuerySet(models.QuerySet):
    def newest(self):
        """The build of the latest business date, or None before the first one."""
        return self.order_by("-business_date").first()


class QueueBuild(PracticeModel):
    """The plan of one business date of a practice. Building it again replaces the queue and updates this row."""

    business_date = models.DateField(help_text="Practice date")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    queued = models.PositiveIntegerField(help_text="Enrollments dealt to agents")
    blocked = models.JSONField(help_text="Open enrollments left out: rule → count")
    changes = models.JSONField(help_text="Enrollments that entered, left and moved agent since the build before")
    built_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    objects = QueueBuildQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "business_date"], name="one_build_a_day")]

    def __str__(self):
        return f"queue build {self.pk}"


class QueueItem(ShowsPatient, PracticeModel):
    """One place in today's call list. `agent` is null for work anybody may take."""

    build = PracticeForeignKey(QueueBuild, models.CASCADE, related_name="items")
    enrollment = PracticeForeignKey(Enrollment, models.CASCADE, related_name="queue_items")
    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="+")
    agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="queue")
    position = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "enrollment"], name="one_place_in_the_queue")]
        indexes = [models.Index(fields=["practice", "agent", "position"], name="queue_by_agent")]

    def __str__(self):
        return f"queue item {self.pk}"


class LeaseQuerySet(models.QuerySet):
    def open(self):
        """Not handed back yet; may be past their expiry."""
        return self.filter(closed_at__isnull=True)


class Lease(ShowsPatient, PracticeModel):
    """An agent's hold on a patient while they call. The id is the fencing token: a later hold has a larger one.

    Times are the database server's, never an application's. At most one is open per agent and per person.
    """

    class ClosedAs(models.TextChoices):
        OUTCOME = "OUTCOME", "Outcome saved"
        SKIPPED = "SKIPPED", "Skipped"
        EXPIRED = "EXPIRED", "Expired"
        RELEASED = "RELEASED", "Released"

    LOST = (ClosedAs.EXPIRED, ClosedAs.SKIPPED, ClosedAs.RELEASED)

    enrollment = PracticeForeignKey(Enrollment, models.PROTECT, related_name="leases")
    patient = PracticeForeignKey(Patient, models.PROTECT, related_name="leases")
    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="leases")
    source = models.CharField(max_length=9, default="QUEUE", help_text="As CallAttempt.source")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=8, blank=True, choices=ClosedAs.choices)
    why_skipped = models.CharField(max_length=120, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "agent"], condition=Q(closed_at__isnull=True), name="one_open_lease_per_agent"
            ),
            models.UniqueConstraint(
                fields=["practice", "patient"], condition=Q(closed_at__isnull=True), name="one_open_lease_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_as="")
                | Q(closed_at__isnull=False, closed_as__in=["OUTCOME", "SKIPPED", "EXPIRED", "RELEASED"]),
                name="lease_closed_as",
            ),
            models.CheckConstraint(condition=Q(source__in=["QUEUE", "CALLBACK", "RING_BACK"]), name="lease_source"),
        ]

    def __str__(self):
        return f"lease {self.pk}"

    def is_lost(self, *, at):
        """Whether the hold ended without an outcome. `at` is a moment of the database server's clock, not a shifted one."""
        if self.closed_at is None:
            return self.expires_at <= at
        return self.closed_as in self.LOST
