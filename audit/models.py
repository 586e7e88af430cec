"""Who saw what. Append-only: the runtime role may insert and read, nothing else (see accounts/wall.py)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models


class AccessEvent(models.Model):
    """One response that showed patient data: who, in which practice, whose, on which page, when. Never any values.

    Ids stand without foreign keys: the record outlives the user and the patient it names.
    Kept six years (45 CFR 164.316(b)(2)(i)).
    """

    append_only = True

    practice_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    token_id = models.BigIntegerField(null=True, help_text="The API token by which a program called in the user's name")
    page = models.CharField(max_length=120, help_text="Name of the URL pattern, never the URL itself")
    method = models.CharField(max_length=8)
    patient_ids = ArrayField(models.BigIntegerField(), help_text="Patients read for the response")
    subject = models.CharField(
        max_length=1200,
        blank=True,
        help_text="What was shown where no patient record exists yet, as in import:12; what was taken along as a file",
    )
    seen_at = models.DateTimeField(help_text="Clock of the database server, UTC")

    class Meta:
        indexes = [
            models.Index(fields=["practice_id", "seen_at"], name="access_by_time"),
            models.Index(fields=["practice_id", "user_id", "seen_at"], name="access_by_user"),
            # What was taken along as a file is looked for among a million pages shown.
            models.Index(fields=["practice_id", "seen_at"], condition=~models.Q(subject=""), name="access_with_subject"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"access event {self.pk}"
