from django.db import models
from django.db.models import Q

from accounts.history import track
from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient

from .patient import Patient


class OptOutQuerySet(models.QuerySet):
    def from_calls(self):
        """Wishes that forbid every call to the person or number: all but those about one campaign."""
        return self.exclude(scope=OptOut.Scope.CAMPAIGN)


@track(app_label="patients")
class OptOut(ShowsPatient, PracticeModel):
    """A wish not to be called, in force from the second it is written and never lifted by an import or a merge.

    It names a person, a number, or both; whoever shares the number is not called on it either. Revocation counts by
    any reasonable means (47 CFR 64.1200(a)(10)), so the words and the channel are kept. Its scope is everything unless
    the person said less; a wish about one campaign leaves the others alone.
    """

    class Scope(models.TextChoices):
        ALL = "ALL", "Any contact"
        CALLS = "CALLS", "Phone calls"
        CAMPAIGN = "CAMPAIGN", "This campaign"

    class Channel(models.TextChoices):
        CALL = "CALL", "During a call"
        IN_PERSON = "IN_PERSON", "In person"
        WRITTEN = "WRITTEN", "In writing"
        EMR = "EMR", "Marked in the EMR"

    patient = PracticeForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="opt_outs")
    e164 = models.CharField(max_length=16, blank=True, db_collation="C", help_text="Empty when only the person is meant")
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.ALL, db_default=Scope.ALL)
    # A link upwards, for a wish may be about a campaign; nothing here knows what one is.
    campaign = PracticeForeignKey("campaigns.Campaign", models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.CALL)
    words = models.TextField(blank=True, help_text="What the person said, as noted")
    recorded_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    opted_out_at = models.DateTimeField()

    objects = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(patient__isnull=False) | ~Q(e164=""), name="opt_out_names_someone"),
            models.CheckConstraint(
                condition=Q(scope__in=["ALL", "CALLS"], campaign__isnull=True)
                | Q(scope="CAMPAIGN", campaign__isnull=False, patient__isnull=False),
                name="opt_out_scope",
            ),
            models.CheckConstraint(condition=Q(channel__in=["CALL", "IN_PERSON", "WRITTEN", "EMR"]), name="opt_out_channel"),
        ]
        indexes = [
            models.Index(fields=["practice", "patient"], name="opt_out_by_patient"),
            models.Index(fields=["practice", "e164"], name="opt_out_by_number"),
        ]

    def __str__(self):
        return f"opt-out {self.pk}"
