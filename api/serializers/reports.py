"""Totals of calls as the API tells them, and which are asked for."""

from datetime import timedelta

from rest_framework import serializers

from api.paging import LARGEST_ID
from campaigns.models import Enrollment
from reports import filters, period

from .parts import Body

GROUPS = ["day", "campaign", "agent", "outcome", "attempt"]
USUAL_DAYS = timedelta(days=7)


class Asked(Body):
    """Which calls are counted, and by what they are told apart."""

    first_on = serializers.DateField(
        required=False, help_text=f"First date by the practice's calendar; without it, {USUAL_DAYS.days} days up to last_on."
    )
    last_on = serializers.DateField(required=False, help_text="Last date, by the practice's calendar; without it, today.")
    by = serializers.ChoiceField(GROUPS, required=False, help_text="Also tell the totals of each of these.")
    campaign = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="Id of a campaign; without it, all of them."
    )
    agent = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="Id of the agent who called; without it, all of them."
    )
    location = serializers.CharField(
        required=False,
        max_length=Enrollment._meta.get_field("location").max_length,
        help_text="Location of the enrollment that was called for, by its name; without it, all of them.",
    )

    def validate(self, fields):
        super().validate(fields)
        asked = {name: str(fields.pop(name)) for name in filters.GONE if name in fields}
        chosen, missing = filters.found(practice=self.context["practice"], **asked)
        if missing:
            raise serializers.ValidationError({name: f"There is no such {name}." for name in missing})
        fields |= chosen
        today = self.context["today"]
        last_on = fields.setdefault("last_on", today)
        usual = max(last_on, period.EARLIEST + USUAL_DAYS) - USUAL_DAYS + timedelta(days=1)
        if problem := period.wrong(fields.setdefault("first_on", usual), last_on, today=today):
            raise serializers.ValidationError({"first_on": problem})
        return fields


class Totals(serializers.Serializer):
    """What came of a number of dials. Rates are in percent; null where there is nothing to divide by."""

    group = serializers.SerializerMethodField(
        help_text="What is counted here: a date, the id of a campaign or agent, the code of an outcome, the number of the "
        "attempt, as a text; empty in the sum."
    )
    name = serializers.CharField(help_text="The same in words; may be empty.")
    dials = serializers.IntegerField(help_text="Calls that agents made.")
    reached = serializers.IntegerField(help_text="Dials that a person answered.")
    right_party = serializers.IntegerField(help_text="Dials in which the patient was spoken to, or who may speak for them.")
    booked = serializers.IntegerField(help_text="Bookings, also of patients who rang back.")
    booked_by_dial = serializers.IntegerField(help_text="Those of them that a dial won.")
    handled_seconds = serializers.SerializerMethodField(help_text="Time from opening the patient to saving, over all dials.")
    answer_rate = serializers.FloatField(allow_null=True, help_text="Reached of dials.")
    right_party_rate = serializers.FloatField(allow_null=True, help_text="Right party of dials.")
    conversion = serializers.FloatField(allow_null=True, help_text="Booked by dial, of dials.")

    def get_group(self, tally) -> str:
        return "" if tally.group is None else str(tally.group)

    def get_handled_seconds(self, tally) -> int:
        return round(tally.handled.total_seconds()) if tally.handled else 0


class Report(serializers.Serializer):
    """Totals of the calls of a period, and of its groups."""

    first_on = serializers.DateField(help_text="First date of the period, by the practice's calendar.")
    last_on = serializers.DateField(help_text="Last date of the period; of today, what was saved so far.")
    as_of = serializers.DateTimeField(help_text="The moment up to which calls are counted.")
    totals = Totals(help_text="All calls of the period.")
    groups = Totals(many=True, help_text="The same for each group of `by`; empty without it.")
