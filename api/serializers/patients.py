"""Patients as the API tells them, and what it takes about them."""

from rest_framework import serializers

from patients.models import OptOut, PhoneNumber
from patients.numbers import read
from patients.wishes import parse

from .parts import Body, Word, Yes, example

KINDS, STATES = PhoneNumber.Kind.choices, PhoneNumber.State.choices


class Number(serializers.Serializer):
    """A phone number of a patient."""

    id = serializers.IntegerField(help_text="Number of the row.")
    number = serializers.CharField(source="e164", help_text="As in +12125550101.")
    extension = serializers.CharField(help_text="Digits after the number; may be empty.")
    kind = serializers.ChoiceField(KINDS, help_text="What kind of phone it is.")
    state = serializers.ChoiceField(STATES, help_text="What calls have taught about it.")
    position = serializers.IntegerField(help_text="Order in which the numbers are tried, from 1.")
    voicemail_allowed = serializers.BooleanField(help_text="Whether a message may be left on it.")
    is_opted_out = serializers.BooleanField(help_text="Whether its owner asked not to be called on it. Never call it then.")
    state_changed_at = serializers.DateTimeField(allow_null=True, help_text="When the state last changed.")
    last_reached_at = serializers.DateTimeField(allow_null=True, help_text="When somebody last answered.")


class Wish(serializers.Serializer):
    """A wish not to be called. It holds from the second it is written, and no import lifts it."""

    id = serializers.IntegerField(help_text="Number of the row.")
    patient = serializers.IntegerField(
        source="patient_id", allow_null=True, help_text="The person; null: only a number is meant."
    )
    number = serializers.CharField(source="e164", help_text="The number; empty: only the person is meant.")
    scope = serializers.ChoiceField(OptOut.Scope.choices, help_text="What it forbids.")
    campaign = serializers.IntegerField(source="campaign_id", allow_null=True, help_text="The one campaign it is about.")
    channel = serializers.ChoiceField(OptOut.Channel.choices, help_text="How it was said.")
    opted_out_at = serializers.DateTimeField(help_text="Since when it holds.")


class Times(serializers.Serializer):
    """Days and hours in which a person asked to be called, on their own clocks. A hard limit, not a hint."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), help_text="ISO weekdays, Monday is 1."
    )
    starts = serializers.TimeField(format="%H:%M", help_text="From then on, as in 09:00.")
    ends = serializers.TimeField(format="%H:%M", help_text="Until then, as in 12:00.")


class Patient(serializers.Serializer):
    """A person in the care of the practice, as its EMR knows them."""

    id = serializers.IntegerField(help_text="Number of the record.")
    mrn = serializers.CharField(help_text="Chart number in the EMR; may be empty.")
    first_name = serializers.CharField(help_text="First name.")
    middle_name = serializers.CharField(help_text="Middle name; may be empty.")
    last_name = serializers.CharField(help_text="Last name.")
    born_on = serializers.DateField(allow_null=True, help_text="Date of birth.")
    sex = serializers.CharField(help_text="F, M, X (other) or empty (unknown).")
    language = serializers.CharField(help_text="Preferred language, ISO 639-1.")
    email = serializers.CharField(help_text="E-mail; may be empty.")
    address = serializers.CharField(help_text="Street and house; may be empty.")
    city = serializers.CharField(help_text="City; may be empty.")
    state = serializers.CharField(help_text="State by its two letters; may be empty.")
    zip_code = serializers.CharField(help_text="ZIP; may be empty.")
    provider = serializers.CharField(help_text="Usual provider; may be empty.")
    is_deceased = serializers.BooleanField(help_text="Whether the EMR says so.")
    is_inactive = serializers.BooleanField(help_text="Whether the EMR calls the chart inactive.")
    is_test = serializers.BooleanField(help_text="Whether it is a made-up entry of the EMR.")
    voicemail_allowed = serializers.BooleanField(help_text="Whether messages may be left for the person.")
    preferred_times = serializers.SerializerMethodField(help_text="When the person asked to be called; null: any time.")
    source_data_on = serializers.DateField(allow_null=True, help_text="Date of the EMR data that the record shows.")
    created_at = serializers.DateTimeField(help_text="When the record was made.")
    merged_into = serializers.IntegerField(
        source="merged_into_id", allow_null=True, help_text="The record that stands for the person now; null: this one."
    )
    numbers = Number(source="phones", many=True, help_text="In the order in which they are tried.")
    opt_outs = Wish(many=True, help_text="Wishes of the person not to be called, the first one first.")

    def get_preferred_times(self, patient) -> Times(allow_null=True):
        wish = parse(patient.wish_key)
        return Times(wish).data if wish else None


class Found(serializers.Serializer):
    """Who fits."""

    results = Patient(many=True, help_text="At most 20, by id. Records that were merged into others are found, too.")


@example({"phone": "212-555-0101"})
class Lookup(Body):
    """By what a patient is looked up: one of the two. It stands in the body because addresses are kept in logs."""

    mrn = Word(required=False, max_length=40, help_text="Chart number, in any case of its letters.")
    phone = Word(required=False, max_length=60, help_text="A number in any usual way of writing.")

    def validate_phone(self, text):
        return _read(text)[0]

    def validate(self, fields):
        super().validate(fields)
        if len(fields) != 1:
            raise serializers.ValidationError("Send either mrn or phone.")
        return fields


@example({"number": "212-555-0134", "kind": "MOBILE"})
class NewNumber(Body):
    """A number to add behind those the patient has."""

    number = Word(max_length=60, help_text="In any usual way of writing, also with an extension: 212-555-0101 ext. 12.")
    kind = serializers.ChoiceField(KINDS, default=PhoneNumber.Kind.OTHER, help_text="What kind of phone it is.")

    def validate_number(self, text):
        return _read(text)


@example({"state": "DISCONNECTED", "seen_state": "UNVERIFIED"})
class NumberChange(Body):
    """What is to be changed of a number. `state` needs `seen_state`, so that what a call found is not undone."""

    kind = serializers.ChoiceField(KINDS, required=False, help_text="What kind of phone it is.")
    voicemail_allowed = Yes(required=False, help_text="Whether a message may be left on it.")
    state = serializers.ChoiceField(STATES, required=False, help_text="What is known about it.")
    seen_state = serializers.ChoiceField(STATES, required=False, help_text="The state it had when the program looked.")

    def validate(self, fields):
        super().validate(fields)
        if ("state" in fields) != ("seen_state" in fields):
            raise serializers.ValidationError("Send state and seen_state together, or neither.")
        return fields


@example({"channel": "WRITTEN", "words": "Please do not call me."})
class NewWish(Body):
    """A wish not to be called that somebody told the practice."""

    channel = serializers.ChoiceField(OptOut.Channel.choices, help_text="How it was said.")
    words = Word(required=False, default="", allow_blank=True, max_length=500, help_text="What was said, as noted.")
    whole_person = Yes(required=False, default=True, help_text="Whether the person is not to be called at all.")
    number = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=1, max_value=2**63 - 1,
        help_text="Id of one of the patient's numbers that nobody is to be called on.",
    )  # fmt: skip

    def validate(self, fields):
        super().validate(fields)
        if not fields["whole_person"] and fields["number"] is None:
            raise serializers.ValidationError("Name the whole person, a number, or both.")
        return fields


@example({"weekdays": [1, 3, 5], "starts": "09:00", "ends": "12:00"})
class NewTimes(Body):
    """Days and hours in which a person asked to be called, on their own clocks."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), allow_empty=False, max_length=7,
        help_text="ISO weekdays, Monday is 1.",
    )  # fmt: skip
    starts = serializers.TimeField(input_formats=["%H:%M"], format="%H:%M", help_text="From then on, as in 09:00.")
    ends = serializers.TimeField(input_formats=["%H:%M"], format="%H:%M", help_text="Until then, as in 12:00.")

    def validate(self, fields):
        super().validate(fields)
        if fields["starts"] >= fields["ends"]:
            raise serializers.ValidationError({"ends": "It must be after starts."})
        return fields


def _read(text):
    try:
        return read(text)
    except ValueError as problem:
        raise serializers.ValidationError(str(problem)) from None
