from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from patients.models import Appointment


class FileImportQuerySet(models.QuerySet):
    def due(self, *, stale_before):
        """Those a worker should take up: queued, to be undone, or left behind when a worker's heartbeat stopped. Oldest first."""
        to_undo = Q(state=FileImport.State.UNDOING, heartbeat_at__isnull=True)
        left_behind = Q(state__in=(*FileImport.IN_HAND, FileImport.State.UNDOING), heartbeat_at__lt=stale_before)
        return self.filter(Q(state__in=FileImport.READY) | to_undo | left_behind).order_by("pk")

    def waiting(self):
        """Those that wait for a person: to settle their columns, or to look at the dry run."""
        return self.filter(state__in=[FileImport.State.UPLOADED, FileImport.State.CHECKED])

    def applied(self):
        """Those that came in."""
        return self.filter(state=FileImport.State.DONE)


class FileImport(PracticeModel):
    """One file of the EMR on its way in: what it holds, how it is read, and what becomes of each row.

    At most one import of a practice is in the hands of a worker. `claim` counts the workers that took it up: an older one
    that wakes again writes nothing.
    """

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", "Columns to confirm"
        QUEUED = "QUEUED", "Waiting to be checked"
        STAGING = "STAGING", "Reading rows"
        CHECKED = "CHECKED", "Waiting for your go"
        CONFIRMED = "CONFIRMED", "Waiting to be saved"
        APPLYING = "APPLYING", "Saving"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed, nothing was changed"
        UNDOING = "UNDOING", "Being undone"
        UNDONE = "UNDONE", "Undone"

    READY = (State.QUEUED, State.CONFIRMED)
    IN_HAND = (State.STAGING, State.APPLYING)
    UNDER_WAY = (*READY, *IN_HAND, State.UNDOING)

    class Kind(models.TextChoices):
        PATIENTS = "PATIENTS", "Patients"
        APPOINTMENTS = "APPOINTMENTS", "Appointments"
        BOTH = "BOTH", "Patients and appointments"

    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the uploaded bytes")
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    encoding = models.CharField(max_length=20)
    encoding_asked = models.CharField(max_length=20, blank=True, help_text="Encoding the admin chose; empty when recognized")
    delimiter = models.CharField(max_length=4, blank=True, help_text="Empty for a workbook")
    headers = models.JSONField(default=list, help_text="Headers of the kept columns, in the order of the file")
    layout_key = models.CharField(max_length=64, blank=True, db_collation="C")
    mapping = models.JSONField(default=dict, help_text="Column header → our field")
    day_first = models.JSONField(default=dict, help_text="Column header → whether the day stands before the month, where asked")
    known_layout = models.BooleanField(default=False, help_text="The columns are those of an earlier import")
    layout_news = models.JSONField(default=dict, help_text="gone, added: headers, against the most similar earlier layout")
    is_correction = models.BooleanField(default=False, help_text="Rejected rows that come back corrected")
    not_stored = models.JSONField(default=list, help_text="Headers of columns that are never kept")
    source_data_on = models.DateField(help_text="Date of the EMR data")
    state = models.CharField(max_length=9, choices=State.choices, default=State.UPLOADED)
    skips_the_look = models.BooleanField(default=False, help_text="Goes on to be saved by itself unless an alarm holds it")
    rows_total = models.PositiveIntegerField(default=0)
    rows_staged = models.PositiveIntegerField(default=0)
    claim = models.PositiveIntegerField(default=0, help_text="How many times a worker took it up")
    left_out = models.JSONField(default=dict, help_text="Kind of line that is no data row (empty, footer, section) → lines")
    counts = models.JSONField(default=dict, help_text="Verdict → rows; sums to rows_total")
    reasons = models.JSONField(default=dict, help_text="Reason of a rejected or skipped row → rows")
    warnings = models.JSONField(default=dict, help_text="What was left out of rows that came in → rows")
    found = models.JSONField(default=dict, help_text="patients: distinct people; appointments: our status → count")
    effects = models.JSONField(default=dict, help_text="What followed from it: enrollments closed, callbacks called off …")
    alarms = models.JSONField(default=list, help_text="Sentences that hold the file for a second look")
    failure = models.CharField(max_length=300, blank=True, help_text="One sentence for the admin, no patient data")
    heartbeat_at = models.DateTimeField(null=True)
    uploaded_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    confirmed_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    undone_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(help_text="When the file was uploaded")
    started_at = models.DateTimeField(null=True, help_text="When a worker began to read, or to save")
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "UPLOADED", "QUEUED", "STAGING", "CHECKED", "CONFIRMED", "APPLYING", "DONE", "FAILED", "UNDOING",
                        "UNDONE",
                    ]
                ),
                name="import_state",
            ),
            models.CheckConstraint(condition=Q(kind__in=["", "PATIENTS", "APPOINTMENTS", "BOTH"]), name="import_kind"),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(state__in=["STAGING", "APPLYING"]), name="one_import_runs_in_practice"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["practice", "state"], name="import_by_state")]

    def __str__(self):
        return f"import {self.pk}"

    @property
    def is_waiting(self):
        """Whether its columns are still to be confirmed."""
        return self.state == self.State.UPLOADED

    @property
    def is_checked(self):
        """Whether its dry run is there to be looked at, and nothing is saved yet."""
        return self.state == self.State.CHECKED

    @property
    def is_under_way(self):
        """Whether it is queued or a worker has it in hand."""
        return self.state in self.UNDER_WAY

    @property
    def is_done(self):
        return self.state == self.State.DONE

    @property
    def is_undone(self):
        return self.state == self.State.UNDONE

    @property
    def has_failed(self):
        return self.state == self.State.FAILED

    def is_stalled(self, *, before):
        """Whether the worker that had it in hand has not been heard of since `before`."""
        in_hand = self.state in (*self.IN_HAND, self.State.UNDOING)
        return in_hand and self.heartbeat_at is not None and self.heartbeat_at < before

    @property
    def used_columns(self):
        """(header, field name) of the columns that fill a field, in the order of the file."""
        return [(header, self.mapping[header]) for header in self.headers if self.mapping.get(header)]

    @property
    def appointments_found(self):
        """(label of our status, appointments in the file)."""
        labels = dict(Appointment.Status.choices)
        return [(labels[status], count) for status, count in sorted(self.found.get("appointments", {}).items())]

    def choose(self, *, mapping, kind, day_first=None):
        """Settle what the columns mean, and, if given, in which order a column that cannot tell writes day and month."""
        self.mapping, self.kind = mapping, kind
        self.day_first = self.day_first if day_first is None else day_first
        self.save(update_fields=["mapping", "kind", "day_first"])

    def queue(self, *, skips_the_look=False):
        """Hand it to the workers to be checked. Does nothing unless its columns were waiting; returns whether it did."""
        return self._move(self.State.UPLOADED, self.State.QUEUED, skips_the_look=skips_the_look)

    def reopen(self):
        """Back to its columns, after a look at the dry run."""
        return self._move(self.State.CHECKED, self.State.UPLOADED, rows_staged=0, claim=0)

    def confirm(self, *, by):
        """Let the workers save it. Does nothing unless it was checked; returns whether it did."""
        return self._move(self.State.CHECKED, self.State.CONFIRMED, confirmed_by=by, claim=0)

    def undo(self, *, by):
        """Let the workers take it back. Does nothing unless it came in; returns whether it did."""
        news = {"undone_by": by, "claim": 0, "heartbeat_at": None, "failure": ""}
        return self._move(self.State.DONE, self.State.UNDOING, **news)

    def _move(self, before, after, **news):
        return bool(FileImport.objects.filter(pk=self.pk, state=before).update(state=after, **news))

    def fail(self, *, failure, now):
        """End it with one sentence for the admin."""
        self.state, self.failure, self.finished_at = self.State.FAILED, failure, now
        self.save(update_fields=["state", "failure", "finished_at"])


class ImportChunk(PracticeModel):
    """Some thousand rows of a file as uploaded, without the columns that may not be stored. Gone once the import has ended."""

    file_import = PracticeForeignKey(FileImport, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField(help_text="From 1, in the order of the file")
    rows = models.PositiveIntegerField()
    content = models.BinaryField(help_text="CSV of line, section, problem and the kept cells, compressed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "file_import", "number"], name="import_chunk_once")]

    def __str__(self):
        return f"chunk {self.number} of import {self.file_import_id}"
