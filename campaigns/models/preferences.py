from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel


class DeskPreferencesQuerySet(models.QuerySet):
    def of(self, agent):
        """The preferences of a member; the defaults, not saved, of who has none yet."""
        return self.filter(agent=agent).first() or self.model(agent=agent)

    def remember(self, *, agent, **fields):
        """Keep some of a member's preferences; the others stay as they are."""
        self.update_or_create(agent=agent, defaults=fields)


class DeskPreferences(PracticeModel):
    """How a member likes the desk in one practice. Kept here and not in the browser, so that it comes along to any machine.

    What stands in `columns`, `sort` and `filters` is checked again when it is read: a column or campaign may be gone by then.
    """

    class Density(models.TextChoices):
        COMFORTABLE = "COMFORTABLE", "Comfortable"
        COMPACT = "COMPACT", "Compact"

    agent = PracticeForeignKey(Membership, models.CASCADE, related_name="+")
    columns = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="Columns of the list in order; empty: the usual ones"
    )
    density = models.CharField(max_length=11, choices=Density.choices, default=Density.COMFORTABLE)
    sort = models.CharField(max_length=20, blank=True, help_text="What the list is sorted by; a minus in front turns it round")
    filters = models.JSONField(default=dict, help_text="Filter of the list → chosen code")
    single_keys = models.BooleanField(default=True, help_text="Whether single keys choose outcomes")
    sounds = models.BooleanField(default=False, help_text="Whether reminders make a sound")

    objects = DeskPreferencesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "agent"], name="desk_preferences_once_per_agent"),
            models.CheckConstraint(condition=Q(density__in=["COMFORTABLE", "COMPACT"]), name="desk_density"),
        ]

    def __str__(self):
        return f"desk preferences {self.pk}"
