from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.history import track
from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient
from patients.models import Patient

from .enrollment import Enrollment
from .queue import Lease


@track(app_label="campaigns")
class HoursRule(PracticeModel):
    """Hours that narrow the practice's and the law's for one state or for all, as a practice's counsel asks.

    Rules only ever take hours away: a call needs the law, the practice's own hours and every rule to be open.
    """

    state = models.CharField(max_length=2, blank=True, help_text="As in NY; empty: everywhere")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="ISO weekdays the rule is about, Monday is 1")
    opens_at = models.TimeField(null=True, blank=True, help_text="In the patient's time zone; empty: no calls on these days")
    closes_at = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=120, help_text="Why: the law's citation, or the practice's wish")
    created_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="hours_rule_span",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7], weekdays__len__gte=1), name="hours_rule_weekdays"
            ),
        ]

    def __str__(self):
        return f"hours rule {self.pk}"


@track(app_label="campaigns")
class CalendarDay(PracticeModel):
    """A date on which the practice departs from the calendar: closed on an ordinary day, or calling on a holiday.

    Federal holidays are days without calls unless a row says otherwise; where a state forbids calls on its holidays
    (calling_law.toml), no row can open them.
    """

    on = models.DateField()
    name = models.CharField(max_length=60)
    is_closed = models.BooleanField(default=True)
    created_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "on"], name="calendar_day_once")]

    def __str__(self):
        return f"calendar day {self.pk}"


class DeniedDial(ShowsPatient, PracticeModel):
    """A dial an agent asked for and did not get, with the rule that forbade it. Kept like calls: nobody edits it."""

    append_only = True
    # As with calls: to whom it is counted may change when two records become one.
    movable_columns = ("patient_id",)

    patient = PracticeForeignKey(Patient, models.PROTECT, related_name="denied_dials")
    enrollment = PracticeForeignKey(Enrollment, models.PROTECT, null=True, related_name="+")
    lease = PracticeForeignKey(Lease, models.PROTECT, null=True, related_name="+")
    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    e164 = models.CharField(max_length=16, db_collation="C")
    rule = models.CharField(max_length=20, help_text="OUT_OF_HOURS, or the name of a rule of campaigns/eligibility.py")
    detail = models.CharField(max_length=200, help_text="The rule in words, with its citation where it is law")
    denied_at = models.DateTimeField(help_text="Calling clock")

    class Meta:
        indexes = [models.Index(fields=["practice", "denied_at"], name="denied_dial_by_time")]

    def __str__(self):
        return f"denied dial {self.pk}"
