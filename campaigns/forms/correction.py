"""What was entered for a call, once more: to save it again after it was taken back, or to correct it."""

from datetime import datetime

from django import forms

from campaigns.calling_hours import local_zone
from campaigns.outcome import Outcome
from patients.numbers import written

from .moment import typed
from .outcome import OutcomeForm


class CorrectionForm(OutcomeForm):
    """The outcome of a call that was saved before, and why it is another one."""

    why = forms.CharField(
        label="Why it is corrected",
        max_length=200,
        help_text="One sentence. It is kept with the former outcome.",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Say in one sentence why."},
    )

    def __init__(self, *args, said, patient, practice, **kwargs):
        initial = as_initial(said, patient=patient, practice=practice)
        super().__init__(*args, patient=patient, practice=practice, initial=initial, **kwargs)
        numbers = [(number.pk, written(number.e164)) for number in self.numbers]
        self.fields["phone_id"].choices = [("", "The one the call was for"), *numbers]

    def outcome(self):
        return Outcome(**{name: value for name, value in self.cleaned_data.items() if name != "why"})


def as_initial(said, *, patient, practice):
    """What an OutcomeForm shows for the fields of an Outcome as JSON holds them; times are on the patient's clocks."""
    initial = {name: value for name, value in said.items() if value not in (None, "")}
    if "phone_id" in initial:
        initial["phone_id"] = str(initial["phone_id"])
    if "opt_out_number" in initial:
        initial["opt_out_number"] = "yes" if initial["opt_out_number"] else "no"
    if "callback_at" in initial:
        moment = datetime.fromisoformat(initial.pop("callback_at"))
        initial["callback_when"] = typed(moment, local_zone(practice=practice, zone_key=patient.zone_key))
    return initial
