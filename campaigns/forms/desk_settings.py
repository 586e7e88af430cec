"""How the desk of a practice behaves."""

from django import forms

from accounts.models import Practice


class DeskSettingsForm(forms.ModelForm):
    """What a click on a number opens. The values are checked by the model."""

    class Meta:
        model = Practice
        fields = ["dial_link"]
        labels = {"dial_link": "A click on a number opens"}
        help_texts = {
            "dial_link": "tel:{number} for the telephone program of each computer; sip:{number}@pbx.example.com for a softphone. "
            "{number} becomes the number as in +12125550101."
        }
        widgets = {"dial_link": forms.TextInput({"autocomplete": "off", "spellcheck": "false"})}
