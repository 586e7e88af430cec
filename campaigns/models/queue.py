import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Patient

from .enrollment import Enrollment
from .lease_guard import GUARD


class QueueBuildQuerySet(models.QuerySet):
    def newest(self):
        """The latest build of the latest business date, or None before the first one."""
        return self.order_by("-business_date", "-number").first()


class QueueBuild(PracticeModel):
    """One plan of the call lists of a practice date. The night makes the first of a date, people may make more.

    Each replaces the queue and keeps what it counted; the queue itself is that of the newest.
    """

    business_date = models.DateField(help_text="Practice date")
    number = models.PositiveSmallIntegerField(db_default=1, default=1, help_text="1st, 2nd, … build of the date")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    queued = models.PositiveIntegerField(help_text="Enrollments dealt to agents or put into the pool")
    blocked = models.JSONField(help_text="Open enrollments left out: rule → count")
    changes = models.JSONField(help_text="Enrollments that entered, left and moved agent since the build before")
    enrollment = models.JSONField(
        default=dict, db_default={}, help_text="Campaign id → {entered, stayed, left: reason → count} of this build"
    )
    built_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    objects = QueueBuildQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "business_date", "number"], name="build_number_of_a_day")]

    def __str__(self):
        return f"queue build {self.pk}"


class QueueChange(PracticeModel):
    """A group of enrollments that a build moved for one reason: who entered the queue, left it, or changed agent.

    One row a reason and pair of agents, with the ids in it: a build of a million rows writes some dozens of these.
    """

    class Kind(models.TextChoices):
        ENTERED = "ENTERED", "Entered"
        LEFT = "LEFT", "Left"
        MOVED = "MOVED", "Changed hands"

    build = PracticeForeignKey(QueueBuild, models.CASCADE, related_name="queue_changes")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    why = models.CharField(max_length=20, help_text="A code of campaigns/plan_words.py")
    from_agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    to_agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    enrollment_ids = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["ENTERED", "LEFT", "MOVED"]), name="queue_change_kind")]

    def __str__(self):
        return f"queue change {self.pk}"


class QueueItem(ShowsPatient, PracticeModel):
    """One place in today's call list. `agent` is null for work anybody may take."""

    build = PracticeForeignKey(QueueBuild, models.CASCADE, related_name="items")
    enrollment = PracticeForeignKey(Enrollment, models.CASCADE, related_name="queue_items")
    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="+")
    agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="queue")
    position = models.PositiveIntegerField()
    expected_yield = models.PositiveSmallIntegerField(
        null=True, help_text="Bookings expected from a thousand such dials: what the order follows (campaigns/expected_yield.py)"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "enrollment"], name="one_place_in_the_queue")]
        indexes = [
            models.Index(fields=["practice", "agent", "position"], name="queue_by_agent"),
            # What is left, in order: a claim would otherwise pass all that was done before it.
            models.Index(fields=["practice", "agent", "position"], condition=Q(done_at__isnull=True), name="queue_waiting"),
            models.Index(fields=["practice", "done_at"], condition=Q(done_at__isnull=False), name="queue_done"),
        ]

    def __str__(self):
        return f"queue item {self.pk}"


class LeaseQuerySet(models.QuerySet):
    def open(self):
        """Not handed back yet; may be past their expiry."""
        return self.filter(closed_at__isnull=True)

    def outbound(self):
        """Of calls that we make: the agent's main lane. A patient who rang back stands in a lane beside it."""
        return self.exclude(source="RING_BACK")


class Lease(ShowsPatient, PracticeModel):
    """An agent's hold on a patient while they call. The id is the fencing token: a later hold has a larger one.

    Times are the database server's, never an application's. At most one is open per person, per number and per agent; beside
    it an agent may hold one patient who rang back (campaigns/ring_back.py).
    A trigger refuses one that the caps on calls or a wish not to be called forbid (campaigns/models/lease_guard.py).
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
    household_of = PracticeForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="The hold whose dial reached this person's household too"
    )
    e164 = models.CharField(
        max_length=16, blank=True, db_default="", default="", db_collation="C", help_text="The number to dial first"
    )
    asked_at = models.DateTimeField(null=True, help_text="The moment of the calling clock for which the rules were asked")
    dialed_e164 = models.CharField(
        max_length=16, blank=True, db_default="", default="", db_collation="C", help_text="The number dialed last"
    )
    dialed_at = models.DateTimeField(null=True, help_text="Calling clock")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=8, blank=True, choices=ClosedAs.choices)
    why_skipped = models.CharField(max_length=120, blank=True)
    matched = ArrayField(
        models.CharField(max_length=7),
        default=list,
        db_default=[],
        help_text="Which identifiers the person on the line named right (campaigns/verification.py); never their values",
    )
    turn = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Counts up when its outcome is taken back: from then on another one can be saved"
    )

    objects = LeaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "agent"],
                condition=Q(closed_at__isnull=True) & ~Q(source="RING_BACK"),
                name="one_open_lease_per_agent",
            ),
            models.UniqueConstraint(
                fields=["practice", "agent"],
                condition=Q(closed_at__isnull=True, source="RING_BACK"),
                name="one_open_ring_back_per_agent",
            ),
            models.UniqueConstraint(
                fields=["practice", "patient"], condition=Q(closed_at__isnull=True), name="one_open_lease_per_patient"
            ),
            models.UniqueConstraint(
                fields=["practice", "e164"], condition=Q(closed_at__isnull=True) & ~Q(e164=""), name="one_open_lease_per_number"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_as="")
                | Q(closed_at__isnull=False, closed_as__in=["OUTCOME", "SKIPPED", "EXPIRED", "RELEASED"]),
                name="lease_closed_as",
            ),
            models.CheckConstraint(condition=Q(source__in=["QUEUE", "CALLBACK", "RING_BACK", "HOUSEHOLD"]), name="lease_source"),
        ]
        indexes = [
            models.Index(fields=["practice", "dialed_at"], condition=Q(dialed_at__isnull=False), name="lease_dialed"),
            models.Index(fields=["practice", "dialed_e164", "dialed_at"], condition=~Q(dialed_e164=""), name="lease_by_number"),
        ]
        triggers = [GUARD]

    def __str__(self):
        return f"lease {self.pk}"

    @property
    def key(self):
        """What the outcome of this hold is saved under: one turn is one attempt, however often it is sent."""
        again = f" turn {self.turn}" if self.turn > 1 else ""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"lease {self.practice_id} {self.pk}{again}")

    @property
    def is_ring_back(self):
        """Whether the patient called us: nothing is dialed under it."""
        return self.source == "RING_BACK"

    def is_lost(self, *, at):
        """Whether the hold ended without an outcome. `at` is a moment of the database server's clock, not a shifted one."""
        if self.closed_at is None:
            return self.expires_at <= at
        return self.closed_as in self.LOST
