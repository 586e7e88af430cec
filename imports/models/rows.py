from django.db import models

from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient

from .file_import import FileImport


class ImportRowQuerySet(models.QuerySet):
    def rejected(self):
        """Rows that did not come in because something in them is wrong."""
        return self.filter(verdict=ImportRow.Verdict.REJECTED)


class ImportRow(PracticeModel):
    """A row of the file that there is something to say about: rejected, left out, or saved without one of its cells.

    `cells` are kept for a limited time: of rejected rows, so that they can be downloaded and corrected, and the chart number
    that a row waits for.
    """

    class Verdict(models.TextChoices):
        CREATE = "CREATE", "New"
        UPDATE = "UPDATE", "Changed"
        UNCHANGED = "UNCHANGED", "Unchanged"
        DUPLICATE = "DUPLICATE", "Repeated in the file"
        SKIPPED = "SKIPPED", "Left out"
        REJECTED = "REJECTED", "Rejected"

    file_import = PracticeForeignKey(FileImport, models.CASCADE, related_name="noted_rows")
    line = models.PositiveIntegerField(help_text="Line in the file, from 1")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True, help_text="Empty: it came in")
    reason = models.CharField(max_length=200)
    column = models.CharField(max_length=200, blank=True, help_text="Header of the cell at fault")
    cells = models.JSONField(default=dict, help_text="Of a rejected row: column → cell")

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", "CREATE", "UPDATE", "UNCHANGED", "DUPLICATE", "SKIPPED", "REJECTED"]),
                name="import_row_verdict",
            ),
        ]
        indexes = [models.Index(fields=["practice", "file_import", "verdict", "line"], name="import_row_by_verdict")]

    def __str__(self):
        return f"import row {self.pk}"

    @property
    def cell(self):
        """What stood in the cell at fault of a rejected row, shortened."""
        return str(self.cells.get(self.column, ""))[:60]


class ImportChange(ShowsPatient, PracticeModel):
    """A row that was there before an import and was changed by it: what it said until then, so that it can be undone."""

    class Table(models.TextChoices):
        PATIENT = "PATIENT", "Patient"
        PHONE = "PHONE", "Phone number"
        APPOINTMENT = "APPOINTMENT", "Appointment"
        ENROLLMENT = "ENROLLMENT", "Enrollment"
        CALLBACK = "CALLBACK", "Callback"

    file_import = PracticeForeignKey(FileImport, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=11, choices=Table.choices)
    object_id = models.BigIntegerField()
    patient_id = models.BigIntegerField()
    line = models.PositiveIntegerField(null=True, help_text="Line of the file that changed it; null: a consequence")
    former = models.JSONField(help_text="Column → value before the import, of the columns that changed")
    latter = models.JSONField(default=dict, help_text="The same columns as the import left them")
    kept_because = models.CharField(max_length=200, blank=True, help_text="Why an undo left it alone")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "file_import", "table", "object_id"], name="import_changes_a_row_once"),
            models.CheckConstraint(
                condition=models.Q(table__in=["PATIENT", "PHONE", "APPOINTMENT", "ENROLLMENT", "CALLBACK"]),
                name="import_change_table",
            ),
        ]

    def __str__(self):
        return f"import change {self.pk}"
