from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient


class FileImportQuerySet(models.QuerySet):
    def due(self, *, stale_before):
        """Those a worker should take up: queued, or left behind by a worker whose heartbeat stopped."""
        running = Q(state__in=[FileImport.State.STAGING, FileImport.State.APPLYING], heartbeat_at__lt=stale_before)
        return self.filter(Q(state=FileImport.State.QUEUED) | running)


class FileImport(PracticeModel):
    """One file of the EMR on its way in: what it holds, how it is read, and what became of each row.

    `content` keeps the rows without the columns that may not be stored, until the import is applied.
    """

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", "Waiting for its columns to be confirmed"
        QUEUED = "QUEUED", "Waiting for a worker"
        STAGING = "STAGING", "Reading rows"
        APPLYING = "APPLYING", "Saving"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed, nothing was changed"

    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the uploaded bytes")
    content = models.BinaryField(null=True, help_text="Kept columns as gzipped CSV; emptied when applied")
    kind = models.CharField(max_length=12, choices=[("PATIENTS", "Patients"), ("APPOINTMENTS", "Appointments")])
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=4)
    mapping = models.JSONField(default=dict, help_text="Column header → our field")
    not_stored = models.JSONField(default=list, help_text="Headers of columns that are never kept")
    source_data_on = models.DateField(help_text="Date of the EMR data")
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_staged = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Verdict → rows; sums to rows_total")
    reasons = models.JSONField(default=dict, help_text="Reason of a rejected or skipped row → rows")
    failure = models.CharField(max_length=300, blank=True, help_text="One sentence for the admin, no patient data")
    heartbeat_at = models.DateTimeField(null=True)
    uploaded_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["UPLOADED", "QUEUED", "STAGING", "APPLYING", "DONE", "FAILED"]),
                name="import_state",
            ),
            models.CheckConstraint(condition=Q(kind__in=["PATIENTS", "APPOINTMENTS"]), name="import_kind"),
        ]
        indexes = [models.Index(fields=["practice", "state"], name="import_by_state")]

    def __str__(self):
        return f"import {self.pk}"


class ImportRow(ShowsPatient, PracticeModel):
    """One row of the file as understood, with the verdict on it."""

    class Verdict(models.TextChoices):
        CREATE = "CREATE", "New"
        UPDATE = "UPDATE", "Changed"
        UNCHANGED = "UNCHANGED", "Unchanged"
        DUPLICATE = "DUPLICATE", "Repeated in the file"
        SKIPPED = "SKIPPED", "Left out"
        REJECTED = "REJECTED", "Rejected"

    file_import = PracticeForeignKey(FileImport, models.CASCADE, related_name="staged_rows")
    line = models.PositiveIntegerField(help_text="Line in the file, from 1")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=120, blank=True, help_text="Header of the cell at fault")
    values = models.JSONField(help_text="The row as understood; of a rejected one, its cells")
    patient_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "file_import", "line"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "CREATE", "UPDATE", "UNCHANGED", "DUPLICATE", "SKIPPED", "REJECTED"]),
                name="import_row_verdict",
            ),
        ]

    def __str__(self):
        return f"import row {self.pk}"
