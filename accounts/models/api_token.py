from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ..tenancy import PracticeForeignKey, PracticeModel
from .membership import Membership


class ApiTokenQuerySet(models.QuerySet):
    def live(self):
        """Those that open something now: neither revoked nor expired, and whoever made them is still an admin here."""
        return self.filter(
            revoked_at__isnull=True,
            expires_at__gt=Now(),
            made_by__role=Membership.Role.ADMIN,
            made_by__is_active=True,
            made_by__user__is_active=True,
        )

    def newest_first(self):
        """All of them with what the list shows; `is_live` says whether they open something now."""
        live = ApiToken.objects.live().filter(pk=models.OuterRef("pk"))
        return self.annotate(is_live=models.Exists(live)).select_related("made_by__user", "revoked_by__user").order_by("-pk")


class ApiToken(PracticeModel):
    """A key by which another program hands files in for one practice. It opens the API of imports and nothing else.

    Only a hash is kept: 32 random bytes cannot be guessed, so a fast one will do. Rows stay when the token is dead, so
    that it can be told who let whom in.
    """

    name = models.CharField(max_length=60, help_text="What uses it, as in “nightly EMR export”")
    token_hash = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the token")
    made_by = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To five minutes")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "token_hash"], name="api_token_hash"),
            models.UniqueConstraint(
                fields=["practice", "name"], condition=Q(revoked_at__isnull=True), name="api_token_name_of_unrevoked"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="api_token_expires"),
        ]

    def __str__(self):
        return f"API token {self.pk}"

    def revoke(self, *, by):
        """Let it open nothing from now on. Does nothing to one that is revoked; returns whether it did."""
        rows = ApiToken.objects.filter(pk=self.pk, revoked_at__isnull=True)
        return bool(rows.update(revoked_at=Now(), revoked_by=by))
