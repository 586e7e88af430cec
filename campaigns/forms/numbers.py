"""Numbers of a patient, and the times they may be called at, as a supervisor enters them."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts.words import WEEKDAYS
from patients.models import PhoneNumber
from patients.numbers import EXAMPLE, read
from patients.wishes import DAY_BEGINS, DAY_ENDS, wish_key

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class AddNumberForm(forms.Form):
    """A new number, typed in any usual way."""

    number = forms.CharField(
        label="Phone number",
        max_length=60,
        help_text=f"As in {EXAMPLE}, or {EXAMPLE} ext. 12",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"required": "Enter a phone number."},
    )
    kind = forms.ChoiceField(choices=PhoneNumber.Kind.choices, initial=PhoneNumber.Kind.MOBILE)

    def clean_number(self):
        try:
            self.cleaned_data["e164"], self.cleaned_data["extension"] = read(self.cleaned_data["number"])
        except ValueError as problem:
            raise ValidationError(str(problem)) from None
        return self.cleaned_data["number"]

    @property
    def values(self):
        """What `numbers.add` takes."""
        return {name: self.cleaned_data[name] for name in ("e164", "extension", "kind")}


class NumberForm(forms.Form):
    """What may be changed of a number. `seen_state` tells what stood on the page, so that a call's finding is not undone."""

    kind = forms.ChoiceField(choices=PhoneNumber.Kind.choices)
    extension = forms.CharField(
        required=False,
        max_length=8,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        validators=[RegexValidator(r"^\d*$", "Digits only.")],
    )
    state = forms.ChoiceField(choices=PhoneNumber.State.choices)
    voicemail_allowed = forms.BooleanField(label="A message may be left on it", required=False)
    seen_state = forms.ChoiceField(choices=PhoneNumber.State.choices, widget=forms.HiddenInput)

    def __init__(self, data=None, *, number):
        values = {name: getattr(number, name) for name in ("kind", "extension", "state", "voicemail_allowed")}
        super().__init__(data, auto_id=f"id_{number.pk}_%s", initial={**values, "seen_state": number.state})


class MoveForm(forms.Form):
    """Which place in the order a number gets, from 1. Asked twice it stays there."""

    to = forms.IntegerField(min_value=1, max_value=100)


class WishForm(forms.Form):
    """Days and hours in which the person asked to be called; all of it empty for none in particular."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Only on", choices=WEEKDAYS.items, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label="From", required=False, widget=CLOCK, help_text="Empty: from the morning on")
    ends = forms.TimeField(label="Until", required=False, widget=CLOCK, help_text="Empty: until the evening")

    def __init__(self, data=None, *, wish=None):
        initial = {"weekdays": wish.weekdays, "starts": wish.starts, "ends": wish.ends} if wish else {}
        super().__init__(data, auto_id="id_wish_%s", initial=initial)

    def clean(self):
        data = super().clean()
        if not self.errors and any(data.values()):
            if not data["weekdays"]:
                self.add_error("weekdays", "Choose at least one day.")
            starts, ends = data["starts"] or DAY_BEGINS, data["ends"] or DAY_ENDS
            if (starts.hour, starts.minute) >= (ends.hour, ends.minute):  # kept to the minute
                self.add_error("ends", "It must end after it starts.")
        return data

    @property
    def key(self):
        """The wish as it is stored on the patient; empty for none."""
        return wish_key(**self.cleaned_data)
