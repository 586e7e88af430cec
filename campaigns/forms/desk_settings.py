"""How the desk of a practice behaves. The values are checked by the model."""

from django import forms

from accounts.models import Practice


class DeskSettingsForm(forms.ModelForm):
    """Telephone link, wrap-up hint, how long outcomes can be corrected, and what a voicemail may name."""

    class Meta:
        model = Practice
        fields = ["dial_link", "wrap_up_hint_seconds", "correction_minutes", "voicemail_may_name"]
        labels = {
            "dial_link": "A click on a number opens",
            "wrap_up_hint_seconds": "Usual wrap-up (seconds)",
            "correction_minutes": "Agents may correct an outcome for (minutes)",
            "voicemail_may_name": "Voicemail texts may name the practice, its specialty and its providers",
        }
        help_texts = {
            "dial_link": "tel:{number} for the telephone program of each computer; sip:{number}@pbx.example.com for a softphone. "
            "{number} becomes the number as in +12125550101.",
            "wrap_up_hint_seconds": "10 to 900. The desk hints when a wrap-up takes longer; nobody is cut off.",
            "correction_minutes": "Up to 1,440, on the same date only. 0: only those who lead correct outcomes.",
            "voicemail_may_name": "Whoever listens to a message may not be the patient: a name can tell why the practice called.",
        }
        error_messages = {
            "wrap_up_hint_seconds": dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 10 to 900 seconds."),
            "correction_minutes": dict.fromkeys(["required", "invalid", "min_value", "max_value"], "Enter 0 to 1,440 minutes."),
        }
        widgets = {"dial_link": forms.TextInput({"autocomplete": "off", "spellcheck": "false"})}

    def save(self):
        """Store these fields alone: another admin may be saving other ones of the practice at this moment."""
        self.instance.save(update_fields=self._meta.fields)
        return self.instance
