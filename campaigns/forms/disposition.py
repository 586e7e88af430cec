"""The form of a disposition."""

from django import forms
from django.core.exceptions import ValidationError

from dispositions.contradictions import ONE_KEY, SHORT_CODE, contradictions
from dispositions.models import Disposition

CODE_FIXED = "Fixed: reports tell outcomes apart by it"
DAYS = "Enter whole numbers of days with commas between them, as in 7, 7, 14."
CHOICES = {"closes_as": "Nothing: it stays open", "requires": "Nothing", "number_effect": "Nothing"}


class DaysField(forms.CharField):
    """Waiting times as “7, 7, 14”: days after the 1st, 2nd and every further attempt."""

    def prepare_value(self, value):
        return ", ".join(str(days) for days in value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        parts = [part.strip() for part in super().to_python(value).replace(";", ",").split(",")]
        try:
            # PostgreSQL's smallint is far larger than any wait that is allowed, and far smaller than what can be typed.
            return [] if parts == [""] else [max(min(int(part), 9999), -1) for part in parts]
        except ValueError:
            raise ValidationError(DAYS) from None


class DispositionForm(forms.ModelForm):
    """What an outcome means and what follows from it. The code is chosen once, when it is made."""

    retry_after_days = DaysField(
        label="Call again after (days)",
        required=False,
        help_text="Days after the 1st, 2nd, … attempt, as in 7, 7, 14; the last number holds for all further attempts",
    )

    class Meta:
        model = Disposition
        fields = [
            "code", "label", "hotkey", "is_active", "is_reached", "is_right_party", "is_success", "closes_as",
            "retry_after_days", "requires", "number_effect",
        ]  # fmt: skip
        labels = {
            "hotkey": "Key",
            "is_active": "Active: agents can choose it",
            "is_reached": "A person answered",
            "is_right_party": "The right party was spoken to",
            "is_success": "Counts as a booking won",
            "closes_as": "Closes the enrollment as",
            "requires": "Agents must enter",
            "number_effect": "What it says about the number",
        }
        help_texts = {
            "code": "2 to 16 capital letters, digits or underscores, as in MOVED; it can't be changed later",
            "label": "As agents see it on the call page",
            "hotkey": "Optional: one letter or digit that chooses it on the call page",
            "is_reached": "Counts for the answer rate",
            "is_right_party": "The patient, or who may speak for them; counts for the right-party rate",
            "is_success": "Counts for conversion",
            "closes_as": "Closed, the patient is called no more for this campaign",
        }
        error_messages = {
            "code": {"required": "Choose a code. It can't be changed later.", "max_length": SHORT_CODE},
            "label": {"required": "Give it a label that agents understand."},
            "hotkey": {"max_length": ONE_KEY},
        }

    def __init__(self, *args, practice, instance=None, **kwargs):
        super().__init__(*args, instance=instance or Disposition(practice=practice), **kwargs)
        self.practice = practice
        if self.instance.pk is not None:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = CODE_FIXED
        for name, nothing in CHOICES.items():
            self.fields[name].choices = [("", nothing), *Disposition._meta.get_field(name).choices]

    def clean_code(self):
        return self.cleaned_data["code"].upper()

    def clean_hotkey(self):
        return self.cleaned_data["hotkey"].strip().lower()

    def clean_label(self):
        return " ".join(self.cleaned_data["label"].split())

    def clean(self):
        """Find what contradicts itself or another disposition, as far as the fields could be read."""
        cleaned = super().clean()
        draft = Disposition(**{name: cleaned.get(name) for name in self._meta.fields})
        others = list(self.practice.dispositions.exclude(pk=self.instance.pk))
        self.refuse(contradictions(draft, others=others, daily_call_cap=self.practice.daily_call_cap))
        return cleaned

    def refuse(self, errors):
        """Say at the fields what is wrong, but for those where something else is said already."""
        for name, sentence in errors.items():
            if name not in self.errors:
                self.add_error(name, sentence)


class PlaceForm(forms.Form):
    """On which place of the screen a disposition stands."""

    position = forms.IntegerField(min_value=1, max_value=1000)
