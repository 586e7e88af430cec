"""The form of a campaign. It asks only for what the chosen kind of rule uses."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Membership
from campaigns.calling_hours import Hours
from campaigns.models import Campaign, Workflow

Kind = Campaign.Kind
RULE_FIELDS = {
    Kind.REACTIVATION: ["months_since_visit"],
    Kind.NO_SHOW: ["lookback_days", "appointment_match"],
    Kind.CANCELLED: ["lookback_days", "appointment_match"],
    Kind.NO_ENCOUNTER: [],
    Kind.REVIEW: ["lookback_days"],
    Kind.WIN_BACK: ["win_back_after_days"],
}
# Longer spans are not looked through: a practice that calls at all calls within a month.
LONGEST_LOOKED_AT = timedelta(days=31)
NAME_TAKEN = "Another campaign has this name. Choose one that agents can tell apart."
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _limits(words):
    return dict.fromkeys(["required", "invalid", "min_value", "max_value"], words)


class AgentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, membership):
        return membership.name


class CampaignForm(forms.ModelForm):
    """Whom to win back, how, and who calls. `today` is the practice's date."""

    agents = AgentsField(
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Agents",
        help_text="Choose nobody to let all agents of the practice work it",
    )

    shown_once_verified = forms.MultipleChoiceField(
        choices=Campaign.Shown.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Shown once the patient is verified",
        help_text="Before two identifiers match, agents see nothing of this",
    )

    class Meta:
        model = Campaign
        fields = [
            "name", "kind", "months_since_visit", "lookback_days", "appointment_match", "win_back_after_days",
            "appointment_horizon_days", "max_attempts", "starts_on", "ends_on", "goal", "revenue_per_visit", "workflow",
            "shown_once_verified",
        ]  # fmt: skip
        labels = {
            "kind": "Whom to win back",
            "months_since_visit": "Months since the last visit",
            "lookback_days": "Days to look back",
            "appointment_match": "Leave out who has booked since",
            "win_back_after_days": "Days since they said no",
            "appointment_horizon_days": "Don't call with an appointment within (days)",
            "max_attempts": "Attempts for each patient",
            "starts_on": "First day",
            "ends_on": "Last day",
            "goal": "Goal (bookings)",
            "revenue_per_visit": "Revenue per kept visit ($)",
            "workflow": "Script",
        }
        help_texts = {
            "name": "As agents see it on their lists",
            "months_since_visit": "At least so many months ago, 1 to 120",
            "lookback_days": "1 to 1,825 days",
            "appointment_match": "What must be booked for a patient to count as settled",
            "win_back_after_days": "30 to 1,825 days; who asked not to be called is never taken",
            "appointment_horizon_days": "0 to 365; 28 is usual",
            "max_attempts": "1 to 12 dials; 5 is usual",
            "ends_on": "Optional; calls are made on this day too",
            "goal": "Optional",
            "workflow": "What the call is about, where that is not the kind: to offer tele-visits, say",
        }
        error_messages = {
            "name": {"required": "Give the campaign a name."},
            "months_since_visit": _limits("Enter 1 to 120 months."),
            "lookback_days": _limits("Enter 1 to 1,825 days."),
            "win_back_after_days": _limits("Enter 30 to 1,825 days."),
            "appointment_horizon_days": _limits("Enter 0 to 365 days."),
            "max_attempts": _limits("Enter 1 to 12 attempts."),
            "goal": _limits("Enter at least 1 booking, or leave it empty."),
            "revenue_per_visit": {"required": "Enter an amount in dollars, 0 if it is not known."},
        }
        widgets = {"starts_on": DATE, "ends_on": DATE}

    def __init__(self, *args, practice, today, instance=None, **kwargs):
        instance = instance or Campaign(practice=practice, kind=Kind.REACTIVATION, starts_on=today)
        super().__init__(*args, instance=instance, **kwargs)
        self.practice, self.today = practice, today
        if instance.pk is not None:
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = "Fixed once patients are enrolled; make another campaign for another kind"
            self.initial["agents"] = list(self.instance.agents.values_list("agent_id", flat=True))
        self.fields["kind"].choices = Kind.choices
        self.fields["workflow"].choices = [("", "That of the kind"), *Workflow.of_calls()]
        self.fields["goal"].min_value = 1
        self.fields["revenue_per_visit"].min_value = 0
        self.fields["agents"].queryset = self._agents()
        self._keep_rule_fields()

    @classmethod
    def of_draft(cls, posted, *, instance, **kwargs):
        """The form while it is filled in: a field of the rule that was not on the page yet has its default."""
        data = posted.copy()
        for name in RULE_FIELDS.get(instance.kind if instance else data.get("kind"), []):
            data.setdefault(name, str(Campaign._meta.get_field(name).default))
        return cls(data, instance=instance, **kwargs)

    @property
    def kind(self):
        """The kind that is chosen at present, valid or not."""
        return self["kind"].value()

    @property
    def rule_fields(self):
        """The bound fields the chosen kind of rule asks for."""
        return [self[name] for name in RULE_FIELDS.get(self.kind, [])]

    @property
    def rule_is_complete(self):
        """Whether a bound form says enough to apply the rule, whatever else is missing."""
        self.full_clean()
        return not self.errors.keys() & {"kind", *RULE_FIELDS.get(self.kind, [])}

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if self.practice.campaigns.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(NAME_TAKEN)
        return name

    def clean_goal(self):
        if self.cleaned_data["goal"] == 0:
            raise ValidationError("Enter at least 1 booking, or leave it empty.")
        return self.cleaned_data["goal"]

    def clean_revenue_per_visit(self):
        if self.cleaned_data["revenue_per_visit"] < 0:
            raise ValidationError("Revenue can't be less than 0.")
        return self.cleaned_data["revenue_per_visit"]

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day lies before the first day.")
        elif ends_on and ends_on < self.today and "ends_on" in self.changed_data:
            self.add_error("ends_on", "This day has passed already: nobody would be called.")
        elif starts_on and ends_on and not self._has_a_calling_day(max(starts_on, self.today), ends_on):
            self.add_error("ends_on", "The practice calls nobody on any of these days. Choose a later last day.")
        return cleaned

    def _has_a_calling_day(self, first, last):
        """Whether a patient of the practice could be called on a date from `first` to `last`. Dates that stay are not asked."""
        if not {"starts_on", "ends_on"} & set(self.changed_data):
            return True
        if not timedelta(0) <= last - first <= LONGEST_LOOKED_AT or not self.practice.patients.exists():
            return True
        hours = Hours.of(self.practice, with_keys=True)
        return any(hours.keys_open_on(first + timedelta(days=days)) for days in range((last - first).days + 1))

    def _agents(self):
        members = self.practice.memberships.select_related("user").order_by("user__full_name")
        may_call = Q(pk__in=self.practice.memberships.active().agents())
        return members.filter(may_call | Q(pk__in=self.initial.get("agents", [])))

    def _keep_rule_fields(self):
        used = set(RULE_FIELDS.get(self.kind, []))
        for name in {name for names in RULE_FIELDS.values() for name in names} - used:
            del self.fields[name]
