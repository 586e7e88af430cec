"""What a practice has on offer: where visits take place, with whom, and of which kinds. Names as its EMR writes them."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.membership import monday_to_friday
from accounts.tenancy import PracticeForeignKey, PracticeModel


class EntryQuerySet(models.QuerySet):
    def active(self):
        """Those that are offered where a visit is booked."""
        return self.filter(is_active=True)

    def in_order(self):
        """By name, those no longer offered last."""
        return self.order_by("-is_active", Lower("name"), "pk")


class _Entry(PracticeModel):
    """A name of the directory. It is put aside and never deleted, for visits in the past name it."""

    is_active = models.BooleanField(default=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class Location(_Entry):
    """A place where visits take place. Without hours, any hour passes."""

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    open_days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday, help_text="ISO weekdays, Monday is 1")
    opens_at = models.TimeField(null=True, blank=True, default=time(8, 0), help_text="Wall time at the location")
    closes_at = models.TimeField(null=True, blank=True, default=time(17, 0), help_text="Wall time at the location")

    class Meta:
        constraints = [
            models.UniqueConstraint("practice", Lower("name"), name="location_name_in_practice"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")), name="location_hours"
            ),
            models.CheckConstraint(condition=Q(open_days__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="location_days"),
        ]


class Provider(_Entry):
    """Somebody who sees patients. `places` are where, if it was said; none means anywhere."""

    name = models.CharField(max_length=120)
    specialty = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("practice", Lower("name"), name="provider_name_in_practice")]


class ProviderPlace(PracticeModel):
    """A provider sees patients at a location."""

    provider = PracticeForeignKey(Provider, models.CASCADE, related_name="places")
    location = PracticeForeignKey(Location, models.CASCADE, related_name="places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "provider", "location"], name="provider_place_once")]

    def __str__(self):
        return f"place {self.pk} of a provider"


class VisitType(_Entry):
    """A kind of visit, how long it takes, and whether it is by video or phone."""

    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(5), MaxValueValidator(480)])
    is_telehealth = models.BooleanField(default=False, help_text="By video or phone: it needs no location")

    class Meta:
        constraints = [
            models.UniqueConstraint("practice", Lower("name"), name="visit_type_name_in_practice"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 480)), name="visit_type_minutes"),
        ]
