import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .campaign import Campaign, Workflow


class Script(PracticeModel):
    """What agents say in one workflow and language: for the whole practice, or for one campaign.

    A row without an approved version changes nothing: agents see the next wider text (campaigns/script_library.py).
    """

    workflow = models.CharField(max_length=20, choices=Workflow.choices)
    language = models.CharField(max_length=2, help_text="ISO 639-1: en or es")
    campaign = PracticeForeignKey(
        Campaign, models.PROTECT, null=True, related_name="scripts", help_text="Null: for the whole practice"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "workflow", "language", "campaign"], nulls_distinct=False, name="script_once"
            ),
            models.CheckConstraint(condition=Q(workflow__in=Workflow.values), name="script_workflow"),
            models.CheckConstraint(condition=Q(language__in=["en", "es"]), name="script_language"),
        ]

    def __str__(self):
        return f"script {self.pk}"


class ScriptVersionQuerySet(models.QuerySet):
    def approved(self):
        """Those that agents may see."""
        return self.filter(approved_at__isnull=False)

    def newest_first(self):
        """With who wrote and who approved them."""
        return self.select_related("author__user", "approved_by__user").order_by("-number")


class ScriptVersion(PracticeModel):
    """One text of a script. Append-only but for its approval, which is given once and never taken back.

    The approved version with the highest number is the one agents see. An earlier text comes back as a new version.
    """

    append_only = True
    movable_columns = ("approved_by_id", "approved_at")

    script = PracticeForeignKey(Script, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text="In the markup of campaigns/scripts.py")
    author = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+", help_text="Null: not known")
    created_at = models.DateTimeField()
    approved_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = ScriptVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "script", "number"], name="script_version_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="script_version_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="script_version_has_text"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(approved_at__isnull=False), name="script_version_approval"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="only_approved",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["approved_by", "approved_at"]),
            ),
            pgtrigger.Protect(
                name="approved_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__approved_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"script version {self.pk}"
