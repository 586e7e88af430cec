import re
from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from ..history import track_former

# How long copies of patient data from files may be kept, in days: fewest, most. No law asks for such a copy, the EMR is the
# record; 45 CFR 164.502(b) asks to keep no more than the purpose needs.
UNCONFIRMED_DAYS = 1, 30
REJECTED_ROWS_DAYS = 1, 90
WAITING_ROWS_DAYS = 7, 180


def validate_time_zone(name):
    """Refuse a name that is not in the IANA database."""
    if name not in available_timezones():
        raise ValidationError("“%(name)s” is not a time zone.", params={"name": name})


def validate_dial_link(link):
    """Refuse a link that no telephone takes, or that has no place for the number."""
    if not re.fullmatch(r"(tel|sip|sips|callto):[^\s\"'<>]*\{number\}[^\s\"'<>]*", link):
        raise ValidationError("Begin with tel:, sip: or callto: and write {number} where the number goes.")


def monday_to_saturday():
    return [1, 2, 3, 4, 5, 6]


def _days(default, bounds, words):
    fewest, most = bounds
    limits = [MinValueValidator(fewest), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(default=default, db_default=default, validators=limits, help_text=words)


@track_former(app_label="accounts", exclude=[])
class Practice(models.Model):
    """The tenant: one medical practice whose patients are called. Global table, it is read before a practice is known.

    So is its history, which holds former versions: the row itself is the latest one.
    """

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    specialty = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="The number patients can call back")
    time_zone = models.CharField(max_length=40, default="America/New_York", validators=[validate_time_zone])
    build_at = models.TimeField(default=time(3, 0), help_text="Local hour of the nightly build")
    calls_open = models.TimeField(default=time(9, 0), help_text="First minute of calling, in the patient's time zone")
    calls_close = models.TimeField(default=time(20, 0), help_text="End of calling, in the patient's time zone")
    call_days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_saturday, help_text="ISO weekdays, Monday is 1")
    daily_call_cap = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text="Dials to one person, and to one number, in any 24 hours, over all campaigns",
    )
    weekly_call_cap = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text="Dials to one person, and to one number, in any seven days, over all campaigns",
    )
    dial_link = models.CharField(
        max_length=120,
        default="tel:{number}",
        db_default="tel:{number}",
        validators=[validate_dial_link],
        help_text="What a click on a number opens, with {number} as +12125550101: tel:{number}, sip:{number}@pbx.example.com",
    )
    wrap_up_hint_seconds = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(10), MaxValueValidator(900)],
        help_text="What wrapping up a call usually takes, in seconds; the desk hints at it and cuts nobody off",
    )
    voicemail_may_name = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Voicemail texts may name the practice, its specialty and its providers",
    )
    correction_minutes = models.PositiveSmallIntegerField(
        default=120,
        db_default=120,
        validators=[MaxValueValidator(1440)],
        help_text="So long after an outcome its agent may correct it, on the same date; 0: only those who lead may",
    )
    idle_alert_minutes = models.PositiveSmallIntegerField(
        default=5,
        db_default=5,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text="Floor: an agent is ready without a call for longer",
    )
    wrap_up_alert_minutes = models.PositiveSmallIntegerField(
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text="Floor: a wrap-up lasts longer",
    )
    break_alert_minutes = models.PositiveSmallIntegerField(
        default=45,
        db_default=45,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text="Floor: a break lasts longer",
    )
    list_alert_patients = models.PositiveSmallIntegerField(
        default=20,
        db_default=20,
        validators=[MaxValueValidator(500)],
        help_text="Floor: an agent at work has fewer patients left on the list",
    )
    data_alert_days = models.PositiveSmallIntegerField(
        default=7,
        db_default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Floor: the newest EMR data are older",
    )
    unconfirmed_days = _days(7, UNCONFIRMED_DAYS, "A file that nobody confirms is dropped so many days after its upload")
    rejected_rows_days = _days(30, REJECTED_ROWS_DAYS, "Cells of rejected rows are kept so many days after the import")
    waiting_rows_days = _days(90, WAITING_ROWS_DAYS, "Rows wait so many days for a chart, and the copy of their file with them")

    class Meta:
        constraints = [
            # 47 CFR 64.1200(c)(1): a practice may narrow the legal hours, never widen them.
            models.CheckConstraint(
                condition=Q(calls_open__gte=time(8, 0), calls_close__lte=time(21, 0), calls_open__lt=F("calls_close")),
                name="practice_calls_within_legal_hours",
            ),
            models.CheckConstraint(condition=Q(call_days__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="practice_call_days"),
            # Three in 24 hours is the most that FL, MD and OK allow (campaigns/calling_law.toml).
            models.CheckConstraint(
                condition=Q(
                    daily_call_cap__range=(1, 3), weekly_call_cap__range=(1, 7), daily_call_cap__lte=F("weekly_call_cap")
                ),
                name="practice_call_caps",
            ),
            models.CheckConstraint(
                condition=Q(
                    unconfirmed_days__range=UNCONFIRMED_DAYS,
                    rejected_rows_days__range=REJECTED_ROWS_DAYS,
                    waiting_rows_days__range=WAITING_ROWS_DAYS,
                ),
                name="practice_retention",
            ),
        ]

    def __str__(self):
        return self.slug

    @property
    def zone(self):
        """The practice's own time zone."""
        return ZoneInfo(self.time_zone)

    def local(self, moment):
        """An aware moment as the practice's clocks show it."""
        return moment.astimezone(self.zone)

    def business_date(self, moment):
        """The practice's calendar date at this moment."""
        return self.local(moment).date()

    def midnight(self, on):
        """The first moment of one of the practice's dates."""
        return datetime.combine(on, time.min, self.zone)
