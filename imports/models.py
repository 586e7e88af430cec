from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Appointment


class FileImportQuerySet(models.QuerySet):
    def running(self):
        """Those a worker has in hand, or had when it died."""
        return self.filter(state__in=[FileImport.State.STAGING, FileImport.State.APPLYING])

    def due(self, *, stale_before):
        """Those a worker should take up: queued, or left behind by a worker whose heartbeat stopped. Oldest first."""
        left_behind = Q(state__in=[FileImport.State.STAGING, FileImport.State.APPLYING], heartbeat_at__lt=stale_before)
        return self.filter(Q(state=FileImport.State.QUEUED) | left_behind).order_by("pk")

    def abandoned(self, *, before):
        """Those whose columns nobody confirmed: their content must not lie around."""
        return self.filter(state=FileImport.State.UPLOADED, created_at__lt=before)


class FileImport(PracticeModel):
    """One file of the EMR on its way in: what it holds, how it is read, and what became of each row.

    `content` keeps the rows without the columns that may not be stored, until the import has ended. At most one import
    of a practice runs at a time. `claim` counts the workers that took it up: an older one that wakes again writes nothing.
    """

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", "Waiting for you"
        QUEUED = "QUEUED", "Waiting for a worker"
        STAGING = "STAGING", "Reading rows"
        APPLYING = "APPLYING", "Saving"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed, nothing was changed"

    class Kind(models.TextChoices):
        PATIENTS = "PATIENTS", "Patients"
        APPOINTMENTS = "APPOINTMENTS", "Appointments"
        BOTH = "BOTH", "Patients and appointments"

    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the uploaded bytes")
    content = models.BinaryField(null=True, help_text="Kept columns as gzipped CSV; emptied when the import ends")
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=4)
    headers = models.JSONField(default=list, help_text="Headers of the kept columns, in the order of the file")
    mapping = models.JSONField(default=dict, help_text="Column header → our field")
    not_stored = models.JSONField(default=list, help_text="Headers of columns that are never kept")
    source_data_on = models.DateField(help_text="Date of the EMR data")
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_staged = models.PositiveIntegerField(default=0)
    claim = models.PositiveIntegerField(default=0, help_text="How many times a worker took it up")
    left_out = models.JSONField(default=dict, help_text="Kind of line that is no data row (empty, footer, section) → lines")
    counts = models.JSONField(default=dict, help_text="Verdict → rows; sums to rows_total")
    reasons = models.JSONField(default=dict, help_text="Reason of a rejected or skipped row → rows")
    warnings = models.JSONField(default=dict, help_text="What was left out of rows that came in → rows")
    found = models.JSONField(default=dict, help_text="patients: distinct people; appointments: our status → count")
    failure = models.CharField(max_length=300, blank=True, help_text="One sentence for the admin, no patient data")
    heartbeat_at = models.DateTimeField(null=True)
    uploaded_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(help_text="When the file was uploaded")
    finished_at = models.DateTimeField(null=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["UPLOADED", "QUEUED", "STAGING", "APPLYING", "DONE", "FAILED"]),
                name="import_state",
            ),
            models.CheckConstraint(condition=Q(kind__in=["", "PATIENTS", "APPOINTMENTS", "BOTH"]), name="import_kind"),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(state__in=["STAGING", "APPLYING"]), name="one_import_runs_in_practice"
            ),
        ]
        indexes = [models.Index(fields=["practice", "state"], name="import_by_state")]

    def __str__(self):
        return f"import {self.pk}"

    @property
    def is_waiting(self):
        """Whether its columns are still to be confirmed."""
        return self.state == self.State.UPLOADED

    @property
    def is_under_way(self):
        """Whether it is queued or a worker has it in hand."""
        return self.state in (self.State.QUEUED, self.State.STAGING, self.State.APPLYING)

    @property
    def is_done(self):
        return self.state == self.State.DONE

    @property
    def has_failed(self):
        return self.state == self.State.FAILED

    def is_stalled(self, *, before):
        """Whether the worker that had it in hand has not been heard of since `before`."""
        return self.state in (self.State.STAGING, self.State.APPLYING) and self.heartbeat_at < before

    @property
    def used_columns(self):
        """(header, field name) of the columns that fill a field, in the order of the file."""
        return [(header, self.mapping[header]) for header in self.headers if self.mapping.get(header)]

    @property
    def verdicts(self):
        """(label, rows) of each verdict; the rows sum to `rows_total`."""
        return [(label, self.counts.get(verdict, 0)) for verdict, label in ImportRow.Verdict.choices]

    @property
    def appointments_found(self):
        """(label of our status, appointments in the file)."""
        labels = dict(Appointment.Status.choices)
        return [(labels[status], count) for status, count in sorted(self.found.get("appointments", {}).items())]

    def choose(self, *, mapping, kind):
        """Settle what the columns mean."""
        self.mapping, self.kind = mapping, kind
        self.save(update_fields=["mapping", "kind"])

    def queue(self):
        """Hand it to the workers. Does nothing unless it waits to be confirmed; returns whether it did."""
        waiting = FileImport.objects.filter(pk=self.pk, state=self.State.UPLOADED)
        return bool(waiting.update(state=self.State.QUEUED))

    def fail(self, *, failure, now):
        """End it with one sentence for the admin. What was staged goes, and so does the content."""
        self.staged_rows.all().delete()
        self.state, self.failure, self.finished_at, self.content = self.State.FAILED, failure, now, None
        self.save(update_fields=["state", "failure", "finished_at", "content"])


class ImportRowQuerySet(models.QuerySet):
    def rejected(self):
        """Rows that did not come in because something in them is wrong."""
        return self.filter(verdict=ImportRow.Verdict.REJECTED)

    def flagged(self):
        """Rows that came in without the cell that is named."""
        return self.exclude(column="").filter(
            verdict__in=[ImportRow.Verdict.CREATE, ImportRow.Verdict.UPDATE, ImportRow.Verdict.UNCHANGED]
        )


class ImportRow(ShowsPatient, PracticeModel):
    """One row of the file as understood, with the verdict on it.

    `column` and `reason` say why it was rejected or skipped, or what was left out of a row that came in.
    """

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
    column = models.CharField(max_length=200, blank=True, help_text="Header of the cell at fault")
    values = models.JSONField(help_text="The row as understood, until applied; of a rejected one, its cells")
    patient_id = models.BigIntegerField(null=True)

    objects = ImportRowQuerySet.as_manager()

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

    @property
    def cell(self):
        """What stood in the cell at fault of a rejected row, shortened."""
        return str(self.values.get(self.column, ""))[:60]


class IncomingRow(PracticeModel):
    """A staged row while its import is applied: who it is about and what it did.

    Working table of `apply`, as are the three below: filled and emptied within one transaction, so nobody ever sees a
    row of it. Ordinary tables behind the wall, because the runtime role may make none of its own.
    """

    row_id = models.BigIntegerField(help_text="The ImportRow")
    line = models.PositiveIntegerField()
    mrn = models.CharField(max_length=40, db_collation="C")
    name_key = models.CharField(max_length=170, db_collation="C", help_text="Empty when the row names nobody")
    born_on = models.DateField(null=True)
    person = models.TextField(blank=True, db_collation="C", help_text="Rows with the same one are about one patient")
    patient_id = models.BigIntegerField(null=True)
    leads = models.BooleanField(default=False, help_text="First row of its person: the patient's fields come from it")
    is_new = models.BooleanField(default=False, help_text="The patient is made from this row")
    is_unknown = models.BooleanField(default=False, help_text="A chart number nobody here has, and no name")
    changed = models.BooleanField(default=False, help_text="Something in the database changed by it")
    brings = models.BooleanField(default=False, help_text="Says something that no row further up says")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "row_id"], name="incoming_row_once")]
        indexes = [
            models.Index(fields=["practice", "patient_id"], name="incoming_row_patient"),
            models.Index(fields=["practice", "person"], name="incoming_row_person"),
        ]

    def __str__(self):
        return f"incoming row {self.row_id}"


class IncomingPhone(PracticeModel):
    """A number of a patient that the file under way lists, at its first mention."""

    row_id = models.BigIntegerField()
    patient_id = models.BigIntegerField()
    e164 = models.CharField(max_length=16, db_collation="C")
    kind = models.CharField(max_length=6)
    extension = models.CharField(max_length=8)
    place = models.PositiveIntegerField(help_text="Order in the file, from 1 for each patient")
    is_added = models.BooleanField(help_text="The patient did not have it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "patient_id", "e164"], name="incoming_phone_once")]

    def __str__(self):
        return f"incoming phone of row {self.row_id}"


class IncomingEncounter(PracticeModel):
    """An encounter that the file under way lists, at its first mention."""

    row_id = models.BigIntegerField()
    patient_id = models.BigIntegerField()
    on = models.DateField()
    provider = models.CharField(max_length=120)
    is_added = models.BooleanField(help_text="It was not known")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "patient_id", "on", "provider"], name="incoming_encounter_once")
        ]

    def __str__(self):
        return f"incoming encounter of row {self.row_id}"


class IncomingVisit(PracticeModel):
    """An appointment that the file under way lists, once for each row that speaks of it."""

    row_id = models.BigIntegerField()
    line = models.PositiveIntegerField()
    patient_id = models.BigIntegerField()
    external_id = models.CharField(max_length=60, db_collation="C")
    on = models.DateField()
    at = models.TimeField(null=True)
    status = models.CharField(max_length=11)
    provider = models.CharField(max_length=120)
    location = models.CharField(max_length=120)
    visit_type = models.CharField(max_length=80)
    specialty = models.CharField(max_length=80)
    cancel_reason = models.CharField(max_length=200)
    implied = models.BooleanField(help_text="Only a “next visit” column speaks of it")
    appointment_id = models.BigIntegerField(null=True, help_text="The appointment we know it as")
    is_first = models.BooleanField(default=False, help_text="No row further up says the same")
    wins = models.BooleanField(default=False, help_text="Of several rows about one appointment the last is the news")

    class Meta:
        indexes = [
            models.Index(fields=["practice", "patient_id", "on"], name="incoming_visit_patient"),
            models.Index(fields=["practice", "external_id"], name="incoming_visit_number"),
            models.Index(fields=["practice", "appointment_id"], name="incoming_visit_known"),
            models.Index(fields=["practice", "row_id"], name="incoming_visit_row"),
        ]

    def __str__(self):
        return f"incoming visit of row {self.row_id}"
