"""Campaigns as the API tells them."""

from rest_framework import serializers

from campaigns.models import Campaign as Model

from .parts import Agent


class Campaign(serializers.Serializer):
    """Whom the practice wins back, by which rule, and how it stands."""

    id = serializers.IntegerField(help_text="Number of the campaign.")
    name = serializers.CharField(help_text="Its name.")
    kind = serializers.ChoiceField(Model.Kind.choices, help_text="Whom it calls.")
    status = serializers.ChoiceField(Model.Status.choices, help_text="How it stands.")
    legal_class = serializers.ChoiceField(Model.LegalClass.choices, help_text="What the law takes its calls for.")
    starts_on = serializers.DateField(help_text="First date of calls, by the practice's calendar.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last date of calls; null: open.")
    max_attempts = serializers.IntegerField(help_text="Dials to one patient at most.")
    goal = serializers.IntegerField(allow_null=True, help_text="Bookings hoped for.")
    revenue_per_visit = serializers.DecimalField(
        max_digits=8, decimal_places=2, help_text="Expected collections for a kept visit, in dollars, as a text."
    )
    agents = serializers.SerializerMethodField(help_text="Who works it; empty: all agents of the practice.")
    created_at = serializers.DateTimeField(help_text="When it was made.")
    archived_at = serializers.DateTimeField(allow_null=True, help_text="When it was put away; null: it was not.")

    def get_agents(self, campaign) -> Agent(many=True):
        return Agent([named.agent for named in campaign.agents.all()], many=True).data


class Figures(serializers.Serializer):
    """What came of a campaign so far. Rates are in percent; null where there is nothing to divide by."""

    enrolled = serializers.IntegerField(help_text="Enrollments, open and closed.")
    open = serializers.IntegerField(help_text="Those of them still to be worked.")
    won = serializers.IntegerField(help_text="Those that closed with a booking.")
    closed = serializers.IntegerField(help_text="Those that closed in any way.")
    dials = serializers.IntegerField(help_text="Calls that agents made.")
    reached = serializers.IntegerField(help_text="Dials that a person answered.")
    booked = serializers.IntegerField(help_text="Bookings, also of patients who rang back.")
    booked_by_dial = serializers.IntegerField(help_text="Those of them that a dial won.")
    answer_rate = serializers.FloatField(allow_null=True, help_text="Reached of dials.")
    conversion = serializers.FloatField(allow_null=True, help_text="Booked by dial, of dials.")


class CampaignWhole(Campaign):
    """A campaign with its figures."""

    figures = Figures(help_text="What came of it so far.")
