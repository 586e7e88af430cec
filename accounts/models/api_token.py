from django.contrib.postgres.fields import ArrayField
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
    """A key by which another program calls the API of one practice, for what its scopes name and nothing else.

    Only a hash is kept: 32 random bytes cannot be guessed, so a fast one will do. Rows stay when the token is dead, so
    that it can be told who let whom in.
    """

    class Scope(models.TextChoices):
        """What a token opens. Written as programs know scopes, in lower case; the labels are for the page that gives them."""

        PATIENTS_READ = "patients:read", "See patients: names, birth dates, addresses, numbers and wishes"
        PATIENTS_WRITE = "patients:write", "Add and mend numbers, note preferred times and wishes not to be called"
        CAMPAIGNS_READ = "campaigns:read", "See campaigns and their figures"
        CAMPAIGNS_WRITE = "campaigns:write", "Pause and resume campaigns"
        ENROLLMENTS_READ = "enrollments:read", "See who is in which campaign, and how it ended"
        ATTEMPTS_READ = "attempts:read", "See calls with their outcomes and notes"
        CALLBACKS_READ = "callbacks:read", "See promised callbacks"
        CALLBACKS_WRITE = "callbacks:write", "Move callbacks and call them off"
        REPORTS_READ = "reports:read", "See totals of calls; no patients"
        IMPORTS_READ = "imports:read", "See what became of files that were handed in"
        IMPORTS_WRITE = "imports:write", "Hand in files of the EMR, which change patients"

    name = models.CharField(max_length=60, help_text="What uses it, as in “nightly EMR export”")
    token_hash = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the token")
    made_by = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), help_text="What it opens")
    last_used_at = models.DateTimeField(null=True)
    rested_at = models.DateTimeField(
        null=True, help_text="When its calls of a minute will all be there again; past or null: they are (accounts/api_tokens.py)"
    )
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
            models.CheckConstraint(
                condition=Q(
                    scopes__len__gte=1,
                    scopes__contained_by=[
                        "patients:read", "patients:write", "campaigns:read", "campaigns:write", "enrollments:read",
                        "attempts:read", "callbacks:read", "callbacks:write", "reports:read", "imports:read", "imports:write",
                    ],
                ),
                name="api_token_scopes",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"API token {self.pk}"

    @property
    def scope_words(self):
        """What it opens, in the words of the page that gave it."""
        return [self.Scope(scope).label for scope in self.scopes]

    def revoke(self, *, by):
        """Let it open nothing from now on. Does nothing to one that is revoked; returns whether it did."""
        rows = ApiToken.objects.filter(pk=self.pk, revoked_at__isnull=True)
        return bool(rows.update(revoked_at=Now(), revoked_by=by))
