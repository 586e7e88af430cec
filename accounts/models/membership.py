from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from ..history import track
from ..tenancy import PracticeForeignKey
from .practice import Practice
from .user import User


def monday_to_friday():
    return [1, 2, 3, 4, 5]


def english():
    return ["en"]


class MembershipQuerySet(models.QuerySet):
    def active(self):
        """Memberships whose holder may enter."""
        return self.filter(is_active=True, user__is_active=True)

    def agents(self):
        """Those who work a call list."""
        return self.filter(role=Membership.Role.AGENT)


@track(app_label="accounts")
class Membership(models.Model):
    """A person's place in one practice: role, supervisor, languages, shift and daily capacity.

    Global table: memberships are read before a practice is known. Its history stands behind the wall.
    """

    class Role(models.TextChoices):
        AGENT = "AGENT", "Agent"
        SUPERVISOR = "SUPERVISOR", "Supervisor"
        ADMIN = "ADMIN", "Admin"

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    supervisor = PracticeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="team", limit_choices_to={"role": Role.SUPERVISOR}
    )
    languages = ArrayField(
        models.CharField(max_length=3), default=english, help_text="Languages spoken with patients, ISO 639-1 codes"
    )
    daily_capacity = models.PositiveSmallIntegerField(
        default=200, validators=[MaxValueValidator(500)], help_text="Dials planned for one day"
    )
    shift_days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday, help_text="ISO weekdays, Monday is 1")
    shift_starts = models.TimeField(default=time(9, 0), help_text="In the practice's time zone")
    shift_ends = models.TimeField(default=time(18, 0), help_text="In the practice's time zone")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, help_text="Null while the person has not taken up the invitation yet")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="membership_once_per_practice"),
            models.CheckConstraint(condition=Q(role__in=["AGENT", "SUPERVISOR", "ADMIN"]), name="membership_role"),
            models.CheckConstraint(condition=Q(is_active=False) | Q(joined_at__isnull=False), name="membership_joined"),
            models.CheckConstraint(condition=Q(shift_starts__lt=F("shift_ends")), name="membership_shift"),
        ]

    def __str__(self):
        return f"membership {self.pk}"

    @property
    def name(self):
        return self.user.full_name

    @property
    def is_waiting(self):
        """Whether the person, who works elsewhere, has still to say yes to this practice."""
        return self.joined_at is None

    @property
    def is_agent(self):
        return self.role == self.Role.AGENT

    @property
    def is_admin(self):
        return self.role == self.Role.ADMIN

    @property
    def leads(self):
        """Whether the holder may see the floor: supervisors and admins."""
        return self.role in (self.Role.SUPERVISOR, self.Role.ADMIN)

    def works_at(self, moment):
        """Whether the moment falls into the holder's shift, by the practice's clocks."""
        local = self.practice.local(moment)
        return local.isoweekday() in self.shift_days and self.shift_starts <= local.time() < self.shift_ends
