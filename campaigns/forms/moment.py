"""A moment that a patient is promised, typed as people say it."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError

from campaigns import moments
from campaigns.calling_hours import Hours, NeverOpen, local_zone
from campaigns.outcome import TOO_FAR

CLOCKS_CHANGE = "The clocks change then: this time does not exist on that day."
NEVER_OPEN = "The calling hours never include this patient: no call can be promised. Choose another outcome."


class MomentField(forms.CharField):
    """“tue 3pm”, on the clocks of `zone`. Its value is a moment in UTC."""

    zone = None
    now = None

    def __init__(self, **kwargs):
        words = forms.TextInput({"autocomplete": "off", "placeholder": "tue 3pm", "spellcheck": "false"})
        super().__init__(max_length=60, widget=words, **kwargs)

    def on_clocks_of(self, *, patient, practice, now):
        """Read what is typed on the patient's clocks, counted from now."""
        self.zone, self.now = local_zone(practice=practice, zone_key=patient.zone_key), now

    def clean(self, value):
        words = super().clean(value)
        if not words:
            return None
        try:
            wall = moments.read(words, now=self.now.astimezone(self.zone))
            moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        except moments.Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from unreadable
        except OverflowError as far:  # the last days of the year 9999
            raise ValidationError(TOO_FAR) from far
        if moment.astimezone(self.zone).replace(tzinfo=None) != wall:
            raise ValidationError(CLOCKS_CHANGE)
        return moment


class MomentForm(forms.Form):
    """What a page asks while a moment is typed: how it is understood, and what would be promised."""

    callback_when = MomentField(required=False)

    def __init__(self, *args, patient, practice, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["callback_when"].on_clocks_of(patient=patient, practice=practice, now=now)
        self.patient, self.practice, self.now = patient, practice, now

    def clean(self):
        moment = self.cleaned_data.get("callback_when")
        if moment is not None:
            self.cleaned_data["promised"] = promised(moment, patient=self.patient, practice=self.practice)
        return self.cleaned_data


def promised(moment, *, patient, practice):
    """The moment that can be promised: this one, or the next in calling hours. Raises ValidationError where there is none."""
    try:
        return Hours.of(practice).next_open(patient.hours_key, moment)
    except NeverOpen as never:
        raise ValidationError({"callback_when": NEVER_OPEN}) from never
    except OverflowError as far:
        raise ValidationError({"callback_when": TOO_FAR}) from far


def typed(moment, zone):
    """A moment as the field takes it."""
    local: datetime = moment.astimezone(zone)
    return moments.written(local)
