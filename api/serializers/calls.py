"""Enrollments, attempts and callbacks as the API tells them. Patients stand in them by id alone."""

from rest_framework import serializers

from campaigns import models
from patients.models import Appointment as Visit

from .parts import Agent, Body, Moment, Word, example


class Enrollment(serializers.Serializer):
    """A patient in a campaign: why, how far the calls have come, and how it ended."""

    id = serializers.IntegerField(help_text="Number of the enrollment.")
    campaign = serializers.IntegerField(source="campaign_id", help_text="Id of the campaign.")
    patient = serializers.IntegerField(source="patient_id", help_text="Id of the patient.")
    status = serializers.ChoiceField(models.Enrollment.Status.choices, help_text="Whether it is still to be worked.")
    why = serializers.CharField(help_text="Why the rule took the patient.")
    source_data_on = serializers.DateField(allow_null=True, help_text="Date of the EMR data that the rule looked at.")
    enrolled_at = serializers.DateTimeField(help_text="When the patient entered.")
    agent = Agent(source="assigned_agent", allow_null=True, help_text="Who has the work; null: the shared pool.")
    assigned_on = serializers.DateField(allow_null=True, help_text="Start of the agent's two weeks.")
    attempts_made = serializers.IntegerField(help_text="Dials so far.")
    last_attempt_at = serializers.DateTimeField(allow_null=True, help_text="When the last one ended.")
    last_outcome = serializers.CharField(help_text="Disposition code of the last one; may be empty.")
    next_eligible_at = serializers.DateTimeField(allow_null=True, help_text="Not called before; null: no such moment.")
    closed_as = serializers.ChoiceField(
        [("", "Open"), *models.Enrollment.ClosedAs.choices], help_text="How it ended; empty while it is open."
    )
    closed_because = serializers.CharField(help_text="The same in words; may be empty.")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When it ended.")


class Appointment(serializers.Serializer):
    """A booked visit. Date and time are wall time at the location."""

    id = serializers.IntegerField(help_text="Number of the appointment.")
    on = serializers.DateField(help_text="Date of the visit.")
    at = serializers.TimeField(allow_null=True, format="%H:%M", help_text="Time of the visit.")
    status = serializers.ChoiceField(Visit.Status.choices, help_text="What became of it.")
    provider = serializers.CharField(help_text="With whom; may be empty.")
    location = serializers.CharField(help_text="Where; may be empty.")


class Attempt(serializers.Serializer):
    """One call and its outcome: a dial, or a patient who rang back."""

    id = serializers.IntegerField(help_text="Number of the call.")
    enrollment = serializers.IntegerField(source="enrollment_id", help_text="Id of the enrollment.")
    campaign = serializers.IntegerField(source="campaign_id", help_text="Id of the campaign.")
    patient = serializers.IntegerField(source="patient_id", help_text="Id of the patient.")
    agent = Agent(help_text="Who called.")
    number = serializers.IntegerField(help_text="1st, 2nd, … dial of the enrollment.")
    source = serializers.ChoiceField(models.CallAttempt.Source.choices, help_text="What the call came from.")
    dialed = serializers.CharField(source="e164", help_text="The number that was dialed; may be empty.")
    outcome = serializers.CharField(help_text="Disposition code, as in DONE.")
    is_reached = serializers.BooleanField(help_text="Whether a person answered.")
    is_right_party = serializers.BooleanField(help_text="Whether it was the patient, or who may speak for them.")
    is_success = serializers.BooleanField(help_text="Whether it won a booking.")
    started_at = serializers.DateTimeField(help_text="When the patient was opened on the desk.")
    ended_at = serializers.DateTimeField(help_text="When the outcome was saved.")
    changed_at = serializers.DateTimeField(help_text="When it was saved or last corrected: the order of the list.")
    corrected_at = serializers.DateTimeField(allow_null=True, help_text="When the outcome was last corrected.")
    note = serializers.CharField(help_text="What the agent noted; may be empty.")
    appointment = Appointment(allow_null=True, help_text="The visit that was booked, if any.")


class Callback(serializers.Serializer):
    """A promise to call at a moment."""

    id = serializers.IntegerField(help_text="Number of the callback.")
    enrollment = serializers.IntegerField(source="enrollment_id", help_text="Id of the enrollment.")
    campaign = serializers.IntegerField(source="enrollment.campaign_id", help_text="Id of the campaign.")
    patient = serializers.IntegerField(source="patient_id", help_text="Id of the patient.")
    owner = Agent(help_text="Who keeps it.")
    status = serializers.ChoiceField(models.Callback.Status.choices, help_text="What became of it.")
    due_at = serializers.DateTimeField(help_text="The promised moment.")
    window_ends_at = serializers.DateTimeField(help_text="Called later than this, it counts as missed.")
    created_at = serializers.DateTimeField(help_text="When it was promised.")
    settled_at = serializers.DateTimeField(allow_null=True, help_text="When it was kept, missed or called off.")
    why_changed = serializers.CharField(help_text="Why it was last handed over, moved or called off; may be empty.")


@example({"due_at": "2026-11-30T15:00:00-05:00"})
class Move(Body):
    """Another moment for a callback."""

    due_at = Moment(help_text="The new moment, ISO 8601 with zone. Outside of calling hours the next one within them is taken.")


@example({"why": "The patient booked online"})
class CallOff(Body):
    """Why a callback is called off."""

    why = Word(max_length=100, help_text="The reason, which stands with the callback from then on.")
