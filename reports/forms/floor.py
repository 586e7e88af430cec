"""What supervisors do from the floor, and when it alarms them."""

import uuid

from django import forms

from accounts.models import Membership, Practice
from campaigns.agent_campaigns import choices
from campaigns.models import LONGEST_MESSAGE, Campaign
from campaigns.moving_work import Load, loads

POOL = "POOL"
MINUTES = "1 to 240 minutes."


class KeyField(forms.UUIDField):
    """Makes what a form does happen once, however often it is sent."""

    def __init__(self):
        super().__init__(widget=forms.HiddenInput, initial=uuid.uuid4)


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Message",
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 2}),
        help_text=f"Up to {LONGEST_MESSAGE} characters. No patient data: it stands on the agent’s screen until they close it.",
    )
    key = KeyField()


class AgentField(forms.ModelChoiceField):
    """A member, told with what they have in hand."""

    loads = {}

    def label_from_instance(self, member):
        load = self.loads.get(member.pk, Load())
        return f"{member.name} ({load.listed:,} left today, {load.open:,} open)"


class CampaignField(forms.ModelChoiceField):
    def label_from_instance(self, campaign):
        return campaign.name


class MoveForm(forms.Form):
    from_agent = AgentField(label="From", queryset=Membership.objects.none(), empty_label="Choose an agent")
    to = forms.ChoiceField(label="To")
    campaign = CampaignField(label="Campaign", queryset=Campaign.objects.none(), required=False, empty_label="All campaigns")
    what = forms.ChoiceField(
        label="What",
        choices=[("LIST", "What is left to call today"), ("ALL", "All open work")],
        initial="LIST",
        widget=forms.RadioSelect,
    )
    most = forms.IntegerField(
        label="How many at most",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Empty: all. They are taken from the end of the list, so that whoever comes up next stays.",
    )
    with_callbacks = forms.BooleanField(
        label="Promised callbacks, too", required=False, help_text="Else they stay with the agent who promised them."
    )
    key = KeyField()

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        found = loads(practice=practice)
        members = practice.memberships.select_related("user").order_by("user__full_name", "pk")
        agents = members.active().agents()
        self.fields["from_agent"].loads = found
        self.fields["from_agent"].queryset = agents | members.filter(pk__in=[pk for pk in found if pk])
        self.takers = {str(agent.pk): agent for agent in agents}
        words = [(pk, f"{agent.name} ({found.get(agent.pk, Load()).listed:,} left today)") for pk, agent in self.takers.items()]
        pool = f"The shared pool ({found.get(None, Load()).listed:,} left today): anybody who may takes it"
        self.fields["to"].choices = [("", "Choose who gets it"), *words, (POOL, pool)]
        self.fields["campaign"].queryset = practice.campaigns.exclude(status=Campaign.Status.ENDED).order_by("name")

    @property
    def move(self):
        """The arguments of moving_work.move."""
        said = self.cleaned_data
        return {
            "from_agent": said["from_agent"],
            "to": self.takers.get(said["to"]),
            "campaign": said["campaign"],
            "listed_only": said["what"] == "LIST",
            "most": said["most"],
            "with_callbacks": said["with_callbacks"],
            "key": said["key"],
        }


class CampaignsForm(forms.Form):
    """The campaigns that name agents, with those the agent is named in."""

    campaigns = forms.ModelMultipleChoiceField(
        label="Works",
        queryset=Campaign.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "A campaign of this list ended meanwhile. Look again."},
    )

    def __init__(self, *args, agent, **kwargs):
        super().__init__(*args, **kwargs)
        found = choices(agent=agent)
        self.for_all = [each.campaign.name for each in found if each.is_for_all]
        naming = [each for each in found if not each.is_for_all]
        self.fields["campaigns"].queryset = Campaign.objects.filter(
            practice=agent.practice_id, pk__in=[each.campaign.pk for each in found]
        )
        self.fields["campaigns"].choices = [(each.campaign.pk, each.campaign.name) for each in naming]
        self.fields["campaigns"].initial = [each.campaign.pk for each in naming if each.is_worked]


class AlertsForm(forms.ModelForm):
    """From when on the floor alarms those who lead."""

    class Meta:
        model = Practice
        fields = [
            "idle_alert_minutes",
            "wrap_up_alert_minutes",
            "break_alert_minutes",
            "list_alert_patients",
            "data_alert_days",
        ]
        labels = {
            "idle_alert_minutes": "Ready without a call for (minutes)",
            "wrap_up_alert_minutes": "In wrap-up for (minutes)",
            "break_alert_minutes": "On a break for (minutes)",
            "list_alert_patients": "Fewer patients left on an agent’s list than",
            "data_alert_days": "EMR data older than (days)",
        }
        help_texts = {
            "idle_alert_minutes": f"{MINUTES} Also for an agent who is on shift and not at work.",
            "wrap_up_alert_minutes": MINUTES,
            "break_alert_minutes": MINUTES,
            "list_alert_patients": "0 to 500; 0 switches this alert off.",
            "data_alert_days": "1 to 365 days, by the date of the newest data.",
        }
        error_messages = {
            **{
                name: dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 1 to 240 minutes.")
                for name in ("idle_alert_minutes", "wrap_up_alert_minutes", "break_alert_minutes")
            },
            "list_alert_patients": dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 0 to 500 patients."),
            "data_alert_days": dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 1 to 365 days."),
        }

    def save(self):
        """Store these fields alone: another admin may be saving other ones of the practice at this moment."""
        self.instance.save(update_fields=self._meta.fields)
        return self.instance
