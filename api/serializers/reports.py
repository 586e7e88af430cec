"""Totals of calls as the API tells them, and which are asked for."""

from datetime import date, timedelta

from rest_framework import serializers

from .parts import Body

GROUPS = ["day", "campaign", "agent", "outcome", "attempt"]
USUAL_DAYS, MOST_DAYS = 7, 366
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


class Asked(Body):
    """Which calls are counted, and by what they are told apart."""

    first_on = serializers.DateField(
        required=False, help_text=f"First date by the practice's calendar; without it, {USUAL_DAYS} days up to last_on."
    )
    last_on = serializers.DateField(required=False, help_text="Last date, by the practice's calendar; without it, today.")
    by = serializers.ChoiceField(GROUPS, required=False, help_text="Also tell the totals of each of these.")

    def validate(self, fields):
        super().validate(fields)
        last_on = fields.setdefault("last_on", self.context["today"])
        usual = max(EARLIEST, max(EARLIEST, last_on) - timedelta(days=USUAL_DAYS - 1))  # no date is before the year 1
        first_on = fields.setdefault("first_on", usual)
        if not EARLIEST <= first_on <= last_on <= LATEST:
            raise serializers.ValidationError({"first_on": "The period ends before it begins, or is out of reach."})
        if (last_on - first_on).days >= MOST_DAYS:
            raise serializers.ValidationError({"first_on": f"A period has at most {MOST_DAYS} days."})
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
