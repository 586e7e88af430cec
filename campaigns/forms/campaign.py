"""The form of a campaign: every field once, in parts that are the steps of the wizard and the sections of the edit page."""

from datetime import date, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.datastructures import MultiValueDict

from accounts.models import Membership
from accounts.templatetags.ui import weekday_names
from accounts.words import WEEKDAYS
from campaigns import own_hours
from campaigns.calling_hours import Hours
from campaigns.models import Campaign, Workflow
from patients.wishes import clock

Kind = Campaign.Kind
RULE_FIELDS = {
    Kind.REACTIVATION: ["months_since_visit"],
    Kind.NO_SHOW: ["lookback_days", "appointment_match"],
    Kind.CANCELLED: ["lookback_days", "appointment_match"],
    Kind.NO_ENCOUNTER: [],
    Kind.REVIEW: ["lookback_days"],
    Kind.WIN_BACK: ["win_back_after_days"],
}
ALL_RULES = sorted({name for names in RULE_FIELDS.values() for name in names})
PARTS = {
    "kind": ["kind", "name"],
    "rules": [
        *ALL_RULES, "max_attempts", "appointment_horizon_days", "starts_on", "ends_on",
    ],
    "script": ["workflow", "shown_once_verified"],
    "agents": ["agents"],
    "hours": ["keeps_hours", "own_days", "own_opens", "own_closes", "legal_class"],
    "cost": [
        "goal", "revenue_per_visit", "expected_answer_rate", "expected_agree_rate", "expected_show_rate", "agent_cost_per_month",
    ],
}  # fmt: skip
# Those that are no column of the campaign.
MADE_OF_OTHERS = {"agents", "keeps_hours", "own_days", "own_opens", "own_closes"}
OF_CAMPAIGN = [name for names in PARTS.values() for name in names if name not in MADE_OF_OTHERS]
LEGAL_WORDS = {
    "CARE": "About the patient's own care: a missed visit, a check-up that is due. Most recalls are this.",
    "OPERATIONAL": "About something that exists already: an appointment to confirm, a form, an opinion of the last visit.",
    "MARKETING": "Offers something new, or asks for referrals. Ask counsel first: consent and do-not-call lists may count.",
}
OF_PRACTICE, OWN = "PRACTICE", "OWN"
# Longer spans are not looked through: a practice that calls at all calls within a month.
LONGEST_LOOKED_AT = timedelta(days=31)
NAME_TAKEN = "Another campaign has this name. Choose one that agents can tell apart."
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
A_TIME = {"invalid": "Enter a time, as in 5:00 PM."}


def _limits(words):
    return dict.fromkeys(["required", "invalid", "min_value", "max_value", "max_digits", "max_decimal_places"], words) | {
        "max_whole_digits": words
    }


class AgentsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, membership):
        return membership.name


class CampaignForm(forms.ModelForm):
    """Whom to win back, how, and who calls. `today` is the practice's date."""

    unsaid = frozenset()

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
    keeps_hours = forms.ChoiceField(
        label="When its patients are called",
        choices=[(OF_PRACTICE, "Whenever the practice calls"), (OWN, "Only on these days and hours")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the campaign has hours of its own."},
    )
    own_days = forms.TypedMultipleChoiceField(
        label="Days", choices=WEEKDAYS.items, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    own_opens = forms.TimeField(
        label="From", required=False, widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks"
    )
    own_closes = forms.TimeField(
        label="Until", required=False, widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks"
    )

    class Meta:
        model = Campaign
        fields = OF_CAMPAIGN
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
            "expected_answer_rate": "Calls answered (%)",
            "expected_agree_rate": "Of those, booked (%)",
            "expected_show_rate": "Of those, kept (%)",
            "agent_cost_per_month": "Cost of an agent a month ($)",
            "workflow": "Script",
            "legal_class": "What kind of call the law sees",
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
            "revenue_per_visit": "Expected collections; 100 is usual",
            "expected_answer_rate": "Of 100 dials; 20 is usual",
            "expected_agree_rate": "Of 100 conversations; 50 to 70 is usual",
            "expected_show_rate": "Of 100 booked visits; 70 is usual",
            "agent_cost_per_month": "1,760 is usual",
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
            "revenue_per_visit": _limits("Enter an amount in dollars up to 999,999.99, or 0 if it is not known."),
            "expected_answer_rate": _limits("Enter a share of 0 to 100 percent, with one decimal at most."),
            "expected_agree_rate": _limits("Enter a share of 0 to 100 percent, with one decimal at most."),
            "expected_show_rate": _limits("Enter a share of 0 to 100 percent, with one decimal at most."),
            "agent_cost_per_month": _limits("Enter an amount in dollars up to 999,999.99."),
        }
        widgets = {"starts_on": DATE, "ends_on": DATE, "legal_class": forms.RadioSelect}

    def __init__(self, *args, practice, today, instance=None, **kwargs):
        instance = instance or Campaign(practice=practice, kind=Kind.REACTIVATION, starts_on=today)
        super().__init__(*args, instance=instance, **kwargs)
        self.practice, self.today = practice, today
        if instance.pk is not None:
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = "Fixed once patients are enrolled; make another campaign for another kind"
            self.initial["agents"] = list(self.instance.agents.values_list("agent_id", flat=True))
        self.initial |= self._hours_of(instance)
        self.fields["kind"].choices = Kind.choices
        self.fields["legal_class"].choices = Campaign.LegalClass.choices
        self.fields["workflow"].choices = [("", "That of the kind"), *Workflow.of_calls()]
        self.fields["goal"].min_value = 1
        self.fields["revenue_per_visit"].min_value = 0
        self.fields["agents"].queryset = self._agents()
        self._keep_rule_fields()

    @classmethod
    def of_draft(cls, fields, *, practice, today):
        """The form of a campaign that is not made yet, bound to what was typed: name → list of values."""
        return cls(MultiValueDict(fields), practice=practice, today=today)

    @property
    def kind(self):
        """The kind that is chosen at present, valid or not."""
        return self["kind"].value()

    @property
    def rule_fields(self):
        """The bound fields the chosen kind of rule asks for."""
        return [self[name] for name in RULE_FIELDS.get(self.kind, [])]

    @property
    def legal_choices(self):
        """(radio button, what it means) of each legal class."""
        return [(radio, LEGAL_WORDS[radio.data["value"]]) for radio in self["legal_class"]]

    @property
    def rule_is_complete(self):
        """Whether a bound form says enough to apply the rule, whatever else is missing."""
        return not self.wrong & {"kind", *RULE_FIELDS.get(self.kind, [])}

    @property
    def wrong(self):
        """The fields with an error, whether it is said or not."""
        return self.unsaid | self.errors.keys()

    def keep_errors_of(self, part):
        """Say only what is wrong with one part of a bound form; nothing for None."""
        self.unsaid = set(self.errors) - set(PARTS.get(part, []))
        for name in self.unsaid:
            del self.errors[name]

    def parts_at_fault(self):
        """The parts with an error, in their order."""
        return [part for part, names in PARTS.items() if self.errors.keys() & set(names)]

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
        cleaned["own_hours"] = self._own_hours(cleaned) if cleaned.get("keeps_hours") == OWN else ""
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day lies before the first day.")
        elif ends_on and ends_on < self.today and "ends_on" in self.changed_data:
            self.add_error("ends_on", "This day has passed already: nobody would be called.")
        elif starts_on and ends_on and not self._has_a_calling_day(max(starts_on, self.today), ends_on):
            self.add_error("ends_on", "The practice calls nobody on any of these days. Choose a later last day.")
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        self.instance.own_hours = self.cleaned_data.get("own_hours", "")

    def _own_hours(self, cleaned):
        """The word for the hours that were entered (own_hours.py); empty, with the reason as an error, where they can't be."""
        days, opens_at, closes_at = cleaned.get("own_days"), cleaned.get("own_opens"), cleaned.get("own_closes")
        self._check_days(days)
        self._check_hours(opens_at, closes_at)
        if self.errors.keys() & {"own_days", "own_opens", "own_closes"}:
            return ""
        word = own_hours.word(weekdays=days, opens_at=opens_at, closes_at=closes_at)
        hours = Hours.of(self.practice, with_keys=True)
        if hours.keys and not any(hours.opens_in_a_week(key + word) for key in hours.keys):
            self.add_error("own_closes", "Nobody could ever be called in these hours: the law leaves the patients other ones.")
            return ""
        return word

    def _check_days(self, days):
        closed = set(days or ()) - set(self.practice.call_days)
        if not days:
            self.add_error("own_days", "Choose at least one day.")
        elif closed:
            self.add_error("own_days", f"The practice makes no calls on {weekday_names(closed)}. Choose other days.")

    def _check_hours(self, opens_at, closes_at):
        for name, value in (("own_opens", opens_at), ("own_closes", closes_at)):
            if value is None and name not in self.errors:
                self.add_error(name, A_TIME["invalid"])
        if not opens_at or not closes_at:
            return
        practice = self.practice
        words = f"The practice calls from {clock(practice.calls_open)} to {clock(practice.calls_close)}"
        if opens_at >= closes_at:
            self.add_error("own_closes", "The hours must end after they start.")
        if opens_at < practice.calls_open:
            self.add_error("own_opens", f"{words}. Start at {clock(practice.calls_open)} or later.")
        if closes_at > practice.calls_close:
            self.add_error("own_closes", f"{words}. End at {clock(practice.calls_close)} or earlier.")

    def _has_a_calling_day(self, first, last):
        """Whether a patient of the practice could be called on a date from `first` to `last`. Dates that stay are not asked."""
        if not {"starts_on", "ends_on"} & set(self.changed_data):
            return True
        if not timedelta(0) <= last - first <= LONGEST_LOOKED_AT or not self.practice.patients.exists():
            return True
        hours, own = Hours.of(self.practice, with_keys=True), self.cleaned_data["own_hours"]
        dates = [first + timedelta(days=days) for days in range((last - first).days + 1)]
        return any(hours.opens_on(key + own, on) for on in dates for key in hours.keys)

    def _hours_of(self, campaign):
        """What the fields of its own hours say of a campaign; for one without any, hours to begin with."""
        own, practice = own_hours.meant(campaign.own_hours), self.practice
        return {
            "keeps_hours": OWN if own else OF_PRACTICE,
            "own_days": list(own.weekdays if own else sorted(practice.call_days)),
            "own_opens": own.starts if own else practice.calls_open,
            "own_closes": own.ends if own else practice.calls_close,
        }

    def _agents(self):
        members = self.practice.memberships.select_related("user").order_by("user__full_name")
        may_call = Q(pk__in=self.practice.memberships.active().agents())
        return members.filter(may_call | Q(pk__in=self.initial.get("agents", [])))

    def _keep_rule_fields(self):
        used = set(RULE_FIELDS.get(self.kind, []))
        for name in set(ALL_RULES) - used:
            del self.fields[name]


def as_typed(*, campaign, practice, today):
    """Every field as it would be typed for a campaign, stored or not: name → list of values. What a draft begins with."""
    form = CampaignForm(instance=campaign, practice=practice, today=today)
    callable_now = set(practice.memberships.active().agents().values_list("pk", flat=True))
    values = {name: getattr(campaign, name) for name in ALL_RULES}
    values |= {name: form[name].value() for name in form.fields}
    values["agents"] = [pk for pk in values["agents"] or [] if pk in callable_now]
    return {name: _typed(value) for name, value in values.items()}


def _typed(value):
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if isinstance(value, time):
        return [f"{value:%H:%M}"]
    if isinstance(value, date):
        return [value.isoformat()]
    return [] if value is None else [str(value)]
