"""What those who lead do with a callback, and which callbacks they look at."""

from django import forms
from django.db.models import Q

from accounts.models import Membership
from campaigns.callback_list import STATES
from campaigns.callbacks import takers
from campaigns.calling_hours import local_zone
from campaigns.models import Callback, Campaign

from .moment import MomentField, typed


class NamesField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return row.name


class FilterForm(forms.Form):
    """Which of the pending callbacks to show; empty shows all."""

    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES.items()])
    owner = NamesField(Membership.objects.none(), label="Owner", required=False, empty_label="Anybody")
    campaign = NamesField(Campaign.objects.none(), label="Campaign", required=False, empty_label="Any")

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        # Also who has none left: after the last one is given away, the list with this filter still stands.
        owners, makers = Callback.objects.values("owner"), Callback.objects.values("promised_by")
        agents = practice.memberships.active().agents()
        known = practice.memberships.filter(Q(pk__in=owners) | Q(pk__in=makers) | Q(pk__in=agents))
        self.fields["owner"].queryset = known.select_related("user").order_by("user__full_name")
        campaigns = practice.campaigns.filter(pk__in=Callback.objects.values("enrollment__campaign"))
        self.fields["campaign"].queryset = campaigns.order_by("name")
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"


class MoveForm(forms.Form):
    """Another moment, on the patient's clocks. `zone` is theirs."""

    callback_when = MomentField(label="When", error_messages={"required": "Enter a day and a time."})

    def __init__(self, *args, callback, practice, now, **kwargs):
        zone = local_zone(practice=practice, zone_key=callback.patient.zone_key)
        super().__init__(*args, initial={"callback_when": typed(callback.due_at, zone)}, **kwargs)
        self.fields["callback_when"].on_clocks_of(patient=callback.patient, practice=practice, now=now)
        self.zone = zone


class OwnerField(NamesField):
    """An agent; who is off at the promised minute is marked."""

    due_at = None

    def label_from_instance(self, row):
        return row.name if row.works_at(self.due_at) else f"{row.name} (off then)"


class ReassignForm(forms.Form):
    """Who keeps the promise instead."""

    to = OwnerField(
        Membership.objects.none(),
        label="Agent",
        empty_label="Choose an agent",
        error_messages={
            "required": "Choose an agent.",
            "invalid_choice": "Choose an agent who works the campaign.",
        },
    )

    def __init__(self, *args, callback, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].due_at = callback.due_at
        self.fields["to"].queryset = takers(campaign=callback.enrollment.campaign).exclude(pk=callback.owner_id)


class CallOffForm(forms.Form):
    """Why the promise is taken back."""

    why = forms.CharField(
        label="Why",
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Say why the callback is called off."},
    )
