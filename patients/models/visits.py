from datetime import timedelta

from django.db import models
from django.db.models import Q

from accounts.tenancy import PracticeForeignKey, PracticeModel
from audit.access import ShowsPatient

from .patient import Patient

# Word of a visit is waited for so many days: no longer, for an EMR may never send it.
WORD_WITHIN_DAYS = 14


class AppointmentQuerySet(models.QuerySet):
    def live(self):
        """Appointments that stand: neither canceled, moved, missed nor over."""
        return self.filter(status=Appointment.Status.SCHEDULED)

    def awaited(self, *, on, data_on):
        """Live ones that are still to come on a date, or of whose day the EMR's data of `data_on` can't tell yet.

        `data_on` is a date or an expression; where it is null, nothing is waited for.
        """
        unheard = Q(on__gte=data_on) & Q(on__gte=on - timedelta(days=WORD_WITHIN_DAYS))
        return self.live().filter(Q(on__gte=on) | unheard)


class Appointment(ShowsPatient, PracticeModel):
    """A booked visit and what became of it, from the EMR or made by an agent.

    Date and time are wall time at the location, as printed on the patient's card; they have no zone of their own.
    """

    class Status(models.TextChoices):
        SCHEDULED = "SCHEDULED", "Scheduled"
        KEPT = "KEPT", "Kept"
        NO_SHOW = "NO_SHOW", "No-show"
        CANCELLED = "CANCELLED", "Canceled"
        RESCHEDULED = "RESCHEDULED", "Rescheduled"

    class Source(models.TextChoices):
        EMR = "EMR", "EMR file"
        DESK = "DESK", "Booked by an agent"

    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="appointments")
    external_id = models.CharField(max_length=60, blank=True, db_collation="C", help_text="The EMR's own id")
    on = models.DateField()
    at = models.TimeField(null=True, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.SCHEDULED)
    provider = models.CharField(max_length=120, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=120, blank=True)
    visit_type = models.CharField(max_length=80, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.EMR)
    import_id = models.BigIntegerField(null=True, editable=False, help_text="The import that made the row")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["SCHEDULED", "KEPT", "NO_SHOW", "CANCELLED", "RESCHEDULED"]),
                name="appointment_status",
            ),
            models.CheckConstraint(condition=Q(source__in=["EMR", "DESK"]), name="appointment_source"),
            models.UniqueConstraint(
                fields=["practice", "external_id"], condition=~Q(external_id=""), name="appointment_external_id"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "on"], name="appointment_by_patient"),
            models.Index(fields=["practice", "status", "on"], include=["id"], name="appointment_by_status"),
        ]

    def __str__(self):
        return f"appointment {self.pk}"


class Encounter(ShowsPatient, PracticeModel):
    """A visit that took place, as the EMR records it."""

    patient = PracticeForeignKey(Patient, models.CASCADE, related_name="encounters")
    on = models.DateField()
    provider = models.CharField(max_length=120, blank=True)
    import_id = models.BigIntegerField(null=True, editable=False, help_text="The import that made the row")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "patient", "on", "provider"], name="encounter_once"),
        ]

    def __str__(self):
        return f"encounter {self.pk}"
