from django.db import models

from accounts.tenancy import PracticeModel


class ImportProfileQuerySet(models.QuerySet):
    def known(self):
        """Those that the next file of their layout is read by."""
        return self.filter(forgotten_at__isnull=True)


class ImportProfile(PracticeModel):
    """How a practice reads one layout of file, remembered from the last time it was imported."""

    name = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="As an admin calls the layout")
    layout_key = models.CharField(max_length=64, db_collation="C", help_text="Hash of the kept column names")
    headers = models.JSONField(help_text="Names of the kept columns")
    mapping = models.JSONField(help_text="Column header → our field")
    day_first = models.JSONField(default=dict, help_text="Column header → whether the day stands before the month, where asked")
    encoding_asked = models.CharField(max_length=20, blank=True, help_text="Encoding the admin chose; empty when recognized")
    rows = models.PositiveIntegerField(help_text="Data rows of the last file")
    known_share = models.FloatField(null=True, help_text="Share of its chart numbers that were known, 0 to 1")
    used_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, help_text="Put aside by an admin; it goes for good a day later")

    objects = ImportProfileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "layout_key"], name="one_profile_for_a_layout")]

    def __str__(self):
        return f"import profile {self.pk}"
