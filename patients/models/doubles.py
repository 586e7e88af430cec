from django.db import models
from django.db.models import F, Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient

from .patient import Patient


class PossibleDoubleQuerySet(models.QuerySet):
    def open(self):
        """Pairs that nobody has decided on yet."""
        return self.filter(status=PossibleDouble.Status.OPEN)

    def of(self, patient):
        """Pairs that name this patient on either side."""
        return self.filter(Q(newer=patient) | Q(older=patient))


class PossibleDouble(ShowsPatient, PracticeModel):
    """Two records that may be one person. One row a pair, whichever way round it was found; a decision is remembered.

    While a pair is open its `newer` patient is not called (campaigns/eligibility.py): who opted out under one record
    must not be called under the other.
    """

    patient_id_attribute = "newer_id"

    class Source(models.TextChoices):
        IMPORT = "IMPORT", "An import"
        DISPOSITION = "DISPOSITION", "An agent's outcome"
        PERSON = "PERSON", "A supervisor"

    class Status(models.TextChoices):
        OPEN = "OPEN", "To be decided"
        SAME = "SAME", "Same person"
        DIFFERENT = "DIFFERENT", "Different people"

    newer = PracticeForeignKey(Patient, models.CASCADE, related_name="doubles_of_older")
    older = PracticeForeignKey(Patient, models.CASCADE, related_name="doubles_of_newer")
    source = models.CharField(max_length=11, choices=Source.choices)
    score = models.PositiveSmallIntegerField(help_text="How alike the records are, 0 to 100 (patients/likeness.py)")
    evidence = models.JSONField(default=list, help_text="Codes of what agrees and what does not (patients/likeness.py)")
    import_id = models.BigIntegerField(null=True, editable=False, help_text="The import that found the pair")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    decided_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = PossibleDoubleQuerySet.as_manager()

    class Meta:
        constraints = [
            # The order of the ids makes (a, b) and (b, a) the same row.
            models.UniqueConstraint(fields=["practice", "older", "newer"], name="double_once_per_pair"),
            models.CheckConstraint(condition=Q(newer__gt=F("older")), name="double_in_order"),
            models.CheckConstraint(condition=Q(score__lte=100), name="double_score"),
            models.CheckConstraint(condition=Q(source__in=["IMPORT", "DISPOSITION", "PERSON"]), name="double_source"),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_at__isnull=True)
                | Q(status__in=["SAME", "DIFFERENT"], decided_at__isnull=False),
                name="double_status",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "newer", "status"], name="double_by_newer"),
            models.Index(fields=["practice", "score"], condition=Q(status="OPEN"), name="double_open"),
        ]

    def __str__(self):
        return f"possible double {self.pk}"


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)


class Merge(ShowsPatient, PracticeModel):
    """Two records made one: which stayed, which was absorbed, and all it takes to part them again.

    `moved` is written and read by campaigns/ledger.py: {"moved": {table: [ids]}, "changed": [{"table", "id",
    "fields": {column: [before, after]}}, …], "removed": [{"table", "fields": {column: value}}, …]}.
    """

    patient_id_attribute = "kept_id"

    kept = PracticeForeignKey(Patient, models.PROTECT, related_name="merges")
    absorbed = PracticeForeignKey(Patient, models.PROTECT, related_name="+")
    merged_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    undone_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "absorbed"], condition=Q(undone_at__isnull=True), name="absorbed_once"),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
        ]
        indexes = [models.Index(fields=["practice", "merged_at"], name="merge_by_time")]

    def __str__(self):
        return f"merge {self.pk}"
