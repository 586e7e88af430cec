from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from accounts.history import track
from accounts.tenancy import PracticeModel

from .vocabulary import CLOSES_AS, LONGEST_WAIT, NUMBER_EFFECTS, REQUIREMENTS


class DispositionQuerySet(models.QuerySet):
    def active(self):
        """Those an agent may choose, in the order of the screen."""
        return self.filter(is_active=True).order_by("position")


@track(app_label="dispositions")
class Disposition(PracticeModel):
    """The outcome of one dial and what follows from it. Twelve come with every practice (dispositions/defaults.py).

    An edit affects later outcomes only: what an attempt meant is copied to the attempt when it is recorded.
    """

    code = models.CharField(max_length=16, db_collation="C")
    label = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    hotkey = models.CharField(max_length=1, blank=True)
    is_reached = models.BooleanField(default=False, help_text="A person answered")
    is_right_party = models.BooleanField(default=False, help_text="The patient, or who may speak for them, was spoken to")
    is_success = models.BooleanField(default=False, help_text="Counts as a booking won")
    closes_as = models.CharField(
        max_length=16, blank=True, choices=CLOSES_AS, help_text="Closes the enrollment; empty keeps it open"
    )
    retry_after_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(LONGEST_WAIT)]),
        size=12,
        default=list,
        blank=True,
        help_text="Days to wait after the 1st, 2nd, … attempt; the last one holds for all further",
    )
    requires = models.CharField(max_length=12, blank=True, choices=REQUIREMENTS)
    number_effect = models.CharField(max_length=12, blank=True, choices=NUMBER_EFFECTS)
    is_active = models.BooleanField(default=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="disposition_code_in_practice"),
            models.UniqueConstraint(
                fields=["practice", "hotkey"], condition=~Q(hotkey=""), name="disposition_hotkey_in_practice"
            ),
            models.CheckConstraint(
                condition=Q(closes_as__in=["", *(code for code, _label in CLOSES_AS)]), name="disposition_closes_as"
            ),
            models.CheckConstraint(
                condition=Q(requires__in=["", *(code for code, _label in REQUIREMENTS)]), name="disposition_requires"
            ),
            models.CheckConstraint(
                condition=Q(number_effect__in=["", *(code for code, _label in NUMBER_EFFECTS)]),
                name="disposition_number_effect",
            ),
            # Spoken with the patient means somebody was; a booking is won by speaking.
            models.CheckConstraint(
                condition=(Q(is_reached=True) | Q(is_right_party=False)) & (Q(is_right_party=True) | Q(is_success=False)),
                name="disposition_flags_agree",
            ),
        ]

    def __str__(self):
        return self.code
