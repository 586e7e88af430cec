from django.db import models
from django.db.models import F, Func, Q

from accounts.history import track_former
from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient

from ..names import name_key


class PatientQuerySet(models.QuerySet):
    def callable(self):
        """Those whose record allows a call at all: living, active, not a made-up chart entry, not merged into another."""
        return self.standing().filter(is_deceased=False, is_inactive=False, is_test=False)

    def standing(self):
        """Those that stand for a person: records merged into another one are left out."""
        return self.filter(merged_into__isnull=True)


@track_former(app_label="patients", exclude=["source_data_on", "import_id", "given_key"])
class Patient(ShowsPatient, PracticeModel):
    """A person in the care of a practice, as its EMR knows them. Row history is kept by trigger."""

    patient_id_attribute = "id"

    mrn = models.CharField("MRN", max_length=40, blank=True, db_collation="C", help_text="Chart number in the EMR")
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    # Row-level security keeps PostgreSQL from using indexes below lower() or LIKE, so the search key is stored.
    name_key = models.CharField(max_length=170, db_collation="C", editable=False)
    # The same with the first name first, made by the database whatever way the row comes (patients/search.py).
    given_key = models.GeneratedField(
        expression=Func(
            F("name_key"), template="split_part(%(expressions)s, ' ', 2) || ' ' || split_part(%(expressions)s, ' ', 1)"
        ),
        output_field=models.CharField(max_length=170, db_collation="C"),
        db_persist=True,
    )
    born_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True, help_text="F, M, X (other) or empty (unknown)")
    language = models.CharField(max_length=3, default="en", help_text="Preferred language, ISO 639-1")
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField("ZIP", max_length=10, blank=True)
    zone_key = models.CharField(
        max_length=400,
        blank=True,
        editable=False,
        db_collation="C",
        help_text="All places there is evidence for, zone@state joined by |; empty when unknown (patients/zones.py)",
    )
    wish_key = models.CharField(
        max_length=24,
        blank=True,
        db_default="",
        default="",
        editable=False,
        db_collation="C",
        help_text="Days and hours the person asked to be called in, as in #135/0900-1200 (patients/wishes.py); empty: none",
    )
    provider = models.CharField(max_length=120, blank=True, help_text="Usual provider")
    is_deceased = models.BooleanField(default=False)
    is_inactive = models.BooleanField(default=False, help_text="The EMR calls the chart inactive")
    is_test = models.BooleanField(default=False, help_text="A made-up chart entry of the EMR")
    voicemail_allowed = models.BooleanField(default=True)
    emr_note = models.TextField(blank=True)
    source_data_on = models.DateField(null=True, blank=True, help_text="Date of the EMR data this record shows")
    import_id = models.BigIntegerField(
        null=True, editable=False, help_text="The import that made the row, so that it can be undone"
    )
    merged_into = PracticeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        help_text="The record that stands for this person now; always one step away (campaigns/merging.py)",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "mrn"], condition=~Q(mrn=""), name="patient_mrn_in_practice"),
            models.CheckConstraint(condition=Q(sex__in=["", "F", "M", "X"]), name="patient_sex"),
            models.CheckConstraint(condition=Q(wish_key__regex=r"^(#[1-7]{1,7}/\d{4}-\d{4})?$"), name="patient_wish_key"),
        ]
        indexes = [
            models.Index(fields=["practice", "name_key", "born_on"], name="patient_by_name"),
            models.Index(fields=["practice", "given_key"], name="patient_by_given_name"),
            models.Index(fields=["practice", "born_on"], name="patient_by_birth"),
            models.Index(fields=["practice", "zone_key", "wish_key"], name="patient_by_hours"),
        ]

    def __str__(self):
        return f"patient {self.pk}"

    def save(self, *args, **kwargs):
        self.name_key = name_key(first_name=self.first_name, last_name=self.last_name)
        super().save(*args, **kwargs)

    @property
    def full_name(self):
        """First, middle and last name, for the screen."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)

    @property
    def standing(self):
        """The record that stands for this person: this one, unless it was merged into another."""
        return self.merged_into or self

    @property
    def hours_key(self):
        """All that decides when the person may be called: places and wishes in one word (campaigns/calling_hours.py)."""
        return self.zone_key + self.wish_key

    def age(self, *, on):
        """Whole years on a date, or None when the date of birth is unknown."""
        if self.born_on is None:
            return None
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


class PhoneNumberQuerySet(models.QuerySet):
    def usable(self):
        """Numbers worth dialing: not known to be wrong or disconnected."""
        return self.filter(state__in=PhoneNumber.USABLE)


class PhoneNumber(ShowsPatient, PracticeModel):
    """One number of one patient. What calls taught about it belongs to the number, not to the patient."""

    class Kind(models.TextChoices):
        MOBILE = "MOBILE", "Mobile"
        HOME = "HOME", "Home"
        WORK = "WORK", "Work"
        OTHER = "OTHER", "Other"

    class State(models.TextChoices):
        UNVERIFIED = "UNVERIFIED", "Unverified"
        VERIFIED = "VERIFIED", "Verified"
        WRONG = "WRONG", "Wrong number"
        DISCONNECTED = "DISCONNECTED", "Disconnected"

    USABLE = (State.UNVERIFIED, State.VERIFIED)

    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="phones")
    e164 = models.CharField(max_length=16, db_collation="C", help_text="As in +14155550123")
    # The last digits come first: so an index finds them (patients/search.py).
    e164_reversed = models.GeneratedField(
        expression=Func(F("e164"), function="reverse"),
        output_field=models.CharField(max_length=16, db_collation="C"),
        db_persist=True,
    )
    extension = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.OTHER)
    position = models.PositiveSmallIntegerField(default=1, help_text="Order in which the numbers are tried, from 1")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNVERIFIED)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    last_reached_at = models.DateTimeField(null=True, blank=True)
    voicemail_allowed = models.BooleanField(db_default=True, default=True, help_text="Whether a message may be left on it")
    import_id = models.BigIntegerField(null=True, editable=False, help_text="The import that made the row")

    objects = PhoneNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "patient", "e164"], name="phone_once_per_patient"),
            models.CheckConstraint(condition=Q(kind__in=["MOBILE", "HOME", "WORK", "OTHER"]), name="phone_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["UNVERIFIED", "VERIFIED", "WRONG", "DISCONNECTED"]), name="phone_state"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "e164"], name="phone_by_number"),
            models.Index(fields=["practice", "e164_reversed"], name="phone_by_last_digits"),
        ]

    def __str__(self):
        return f"phone number {self.pk}"
