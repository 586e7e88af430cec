from django.db import models

from accounts.models import ApiToken
from accounts.tenancy import PracticeForeignKey, PracticeModel


class KeptKey(PracticeModel):
    """An Idempotency-Key that a token has used, with a hash of what was sent and what came of it.

    Written in the transaction of what was done, so that one never stands without the other. It holds nothing of what was sent.
    """

    token = PracticeForeignKey(ApiToken, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, db_collation="C", help_text="Chosen by the program")
    body_hash = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of method, address and body")
    made_id = models.BigIntegerField(help_text="The row that was made or changed; which table, the address tells")
    used_at = models.DateTimeField(help_text="Clock of the database server, UTC")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "token", "key"], name="kept_key_once")]
        indexes = [models.Index(fields=["practice", "token", "used_at"], name="kept_key_by_time")]

    def __str__(self):
        return f"kept key {self.pk}"
