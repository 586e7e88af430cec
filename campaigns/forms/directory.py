"""Locations, providers and visit types, for admins."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.words import WEEKDAYS
from patients.models import Location, Provider, VisitType
from patients.numbers import read, written

from ..directory import tidy

TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
A_TIME = "Enter a time, as in 9:00 AM."
NAME_TAKEN = "This name is in the list already, perhaps among those no longer offered."


class LocationsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, location):
        return location.name


class EntryForm(forms.ModelForm):
    """What every entry has: a name that no other of its kind has, whatever the letters."""

    def clean_name(self):
        name = tidy(self.cleaned_data["name"])
        others = type(self.instance).objects.filter(practice=self.instance.practice_id, name__iexact=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(NAME_TAKEN)
        return name

    @property
    def locations(self):
        """Those chosen for a provider; None for other kinds."""
        return self.cleaned_data.get("locations")


class LocationForm(EntryForm):
    open_days = forms.TypedMultipleChoiceField(
        label="Open on",
        choices=WEEKDAYS.items,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day."},
    )

    class Meta:
        model = Location
        fields = ["name", "address", "phone", "open_days", "opens_at", "closes_at"]
        labels = {"opens_at": "Opens", "closes_at": "Closes", "phone": "Phone"}
        help_texts = {"name": "As the EMR writes it", "opens_at": "Both empty: any hour passes", "closes_at": ""}
        error_messages = {name: {"invalid": A_TIME} for name in ("opens_at", "closes_at")}
        widgets = {"opens_at": TIME, "closes_at": TIME, "phone": forms.TextInput({"type": "tel", "autocomplete": "off"})}

    def clean_phone(self):
        phone = tidy(self.cleaned_data["phone"])
        if not phone or phone == self.initial.get("phone"):
            return phone
        try:
            return written(read(phone)[0])
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean_open_days(self):
        return sorted(set(self.cleaned_data["open_days"]))

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if not self.errors.keys() & {"opens_at", "closes_at"}:
            if (opens is None) != (closes is None):
                self.add_error("opens_at" if opens is None else "closes_at", "Enter both hours, or neither.")
            elif opens and opens >= closes:
                self.add_error("closes_at", "It must close after it opens.")
        return cleaned


class ProviderForm(EntryForm):
    locations = LocationsField(
        queryset=Location.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Sees patients at",
        help_text="Choose none if anywhere will do",
    )

    class Meta:
        model = Provider
        fields = ["name", "specialty"]
        help_texts = {"name": "As the EMR writes it", "specialty": "Optional; agents see it beside the name"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = [place.location_id for place in self.instance.places.all()] if self.instance.pk else []
        locations = Location.objects.filter(practice=self.instance.practice_id)
        self.fields["locations"].queryset = (locations.active() | locations.filter(pk__in=chosen)).in_order()
        self.initial["locations"] = chosen


class VisitTypeForm(EntryForm):
    class Meta:
        model = VisitType
        fields = ["name", "minutes", "is_telehealth"]
        labels = {"minutes": "Takes (minutes)", "is_telehealth": "By video or phone"}
        help_texts = {"name": "As the EMR writes it", "minutes": "5 to 480", "is_telehealth": "It needs no location"}
        error_messages = {"minutes": dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 5 to 480 minutes.")}


FORMS = {Location: LocationForm, Provider: ProviderForm, VisitType: VisitTypeForm}
