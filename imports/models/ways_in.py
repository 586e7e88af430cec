"""Files that come in without a person at a page: what must be remembered so that each comes in once."""

from django.db import models
from django.db.models import Q

from accounts.models import ApiToken
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .file_import import FileImport


class ApiUpload(PracticeModel):
    """Which token handed a file in, and under which idempotency key."""

    token = PracticeForeignKey(ApiToken, models.PROTECT, related_name="+")
    file_import = PracticeForeignKey(FileImport, models.CASCADE, related_name="api_uploads")
    key = models.CharField(max_length=100, blank=True, help_text="Idempotency-Key of the request")
    body_hash = models.CharField(max_length=64, help_text="SHA-256 of the file and of what was asked with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "token", "key"], condition=~Q(key=""), name="api_upload_once_a_key")
        ]

    def __str__(self):
        return f"API upload {self.pk}"


class InboxFile(PracticeModel):
    """A file in the watched folder of a practice, from the first look at it until it lies in one of the result folders.

    Once it is queued its rows lie in the database, and only then: so each file comes in once, whenever a worker dies.
    """

    class State(models.TextChoices):
        WATCHED = "WATCHED", "Watched until it stops growing"
        TAKEN = "TAKEN", "Moved aside, to be read"
        QUEUED = "QUEUED", "Handed to the import"
        REFUSED = "REFUSED", "No table we can use"

    name_hash = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the bytes of the name, which may be any")
    safe_name = models.CharField(max_length=100, help_text="The name in harmless characters")
    stamp = models.CharField(max_length=80, help_text="Size, modification time and inode: a file that grows changes it")
    unchanged_since = models.DateTimeField(help_text="The first look that found it like this")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WATCHED)
    tries = models.PositiveSmallIntegerField(default=0, help_text="How many times a worker began to read it")
    file_import = PracticeForeignKey(FileImport, models.SET_NULL, null=True, related_name="inbox_files")
    refusal = models.CharField(max_length=300, blank=True, help_text="One sentence, no patient data")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name_hash"], condition=Q(state="WATCHED"), name="inbox_file_watched_once"
            ),
            models.CheckConstraint(condition=Q(state__in=["WATCHED", "TAKEN", "QUEUED", "REFUSED"]), name="inbox_file_state"),
        ]

    def __str__(self):
        return f"inbox file {self.pk}"

    @property
    def held_name(self):
        """What it is called from the moment it is taken. Its number makes it the only one of that name."""
        return f"{self.pk}-{self.safe_name}"
