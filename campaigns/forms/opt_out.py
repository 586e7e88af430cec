"""A wish not to be called, as a supervisor enters it."""

from django import forms

from campaigns.templatetags.desk import phone
from patients.models import OptOut


class OptOutForm(forms.Form):
    """Person, number or both; how the wish came in; what was said."""

    whole_person = forms.BooleanField(
        label="Never call this person", required=False, initial=True, help_text="On any number, for any campaign"
    )
    e164 = forms.ChoiceField(label="Never call this number", required=False, help_text="Also holds for everybody else who has it")
    channel = forms.ChoiceField(label="How it was said", choices=OptOut.Channel.choices)
    words = forms.CharField(
        label="What was said", required=False, max_length=500, widget=forms.Textarea({"rows": 2, "autocomplete": "off"})
    )

    def __init__(self, *args, numbers, **kwargs):
        super().__init__(*args, **kwargs)
        choices = dict.fromkeys(number.e164 for number in numbers)
        self.fields["e164"].choices = [("", "No number in particular"), *((e164, phone(e164)) for e164 in choices)]

    def clean(self):
        data = super().clean()
        if not data.get("whole_person") and not data.get("e164"):
            raise forms.ValidationError("Choose the person, a number, or both.")
        return data


class SaidForm(forms.Form):
    """What somebody said who asked on the phone not to be called."""

    words = forms.CharField(
        label="What was said", required=False, max_length=500, widget=forms.Textarea({"rows": 2, "autocomplete": "off"})
    )
