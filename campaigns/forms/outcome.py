"""What the agent enters at the end of a call."""

import re
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from campaigns import verification
from campaigns.outcome import Outcome
from patients.models import OptOut

from .moment import MomentField, promised

DATE = {"type": "date"}
TIME = {"type": "time"}
WAITED = re.compile(r"[0-9]{1,5}")
# Fields of the form by what a disposition requires; the rest of what was entered is left aside.
ASKED = {
    "APPOINTMENT": ("appointment_on", "appointment_at", "provider", "location", "visit_type"),
    "APPOINTED_ON": ("appointment_on",),
    "CALLBACK": ("callback_when",),
    "OPT_OUT": ("opt_out_number", "opt_out_words", "opt_out_scope"),
}


class OutcomeForm(forms.Form):
    """The outcome of one dial. Times of a callback are on the patient's clocks.

    `check` (verification.Check) says who is on the line; None where that was asked in the call, as in a correction of it.
    """

    code = forms.ChoiceField(
        label="Outcome",
        error_messages={"required": "Choose an outcome.", "invalid_choice": "This outcome can’t be chosen for this call."},
    )
    phone_id = forms.TypedChoiceField(label="Number dialed", coerce=int, empty_value=None, required=False)
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )
    appointment_on = forms.DateField(label="Date", required=False, widget=forms.DateInput(DATE, format="%Y-%m-%d"))
    appointment_at = forms.TimeField(label="Time", required=False, widget=forms.TimeInput(TIME, format="%H:%M"))
    provider = forms.CharField(
        label="Provider", required=False, max_length=120, widget=forms.TextInput({"list": "providers", "autocomplete": "off"})
    )
    location = forms.CharField(
        label="Location (if there are several)",
        required=False,
        max_length=120,
        widget=forms.TextInput({"list": "locations", "autocomplete": "off"}),
    )
    visit_type = forms.CharField(
        label="Kind of visit",
        required=False,
        max_length=80,
        widget=forms.TextInput({"list": "visit-types", "autocomplete": "off"}),
    )
    callback_when = MomentField(label="When, on the patient’s clocks", required=False)
    opt_out_words = forms.CharField(
        label="What the patient said", required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off"})
    )
    opt_out_number = forms.TypedChoiceField(
        label="Whose wish", required=False, coerce=lambda choice: choice == "yes", empty_value=None
    )
    opt_out_scope = forms.ChoiceField(label="What it is about", required=False, choices=OptOut.Scope.choices, initial="ALL")

    def __init__(self, *args, dispositions, numbers, patient, practice, check, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.practice, self.patient, self.numbers, self.check = practice, patient, list(numbers), check
        typed_at = now - timedelta(seconds=self._waited())
        self.fields["callback_when"].on_clocks_of(patient=patient, practice=practice, now=typed_at)
        self.zone = self.fields["callback_when"].zone
        # A message must not be left where the patient forbade it.
        may_leave = patient.voicemail_allowed and (not self.numbers or any(each.voicemail_allowed for each in self.numbers))
        self.dispositions = [one for one in dispositions if one.code != "LVM" or may_leave]
        self.fields["code"].choices = [(one.code, one.label) for one in self.dispositions]
        self.fields["phone_id"].choices = [(number.pk, number.e164) for number in self.numbers]
        self.fields["opt_out_number"].choices = [("no", f"Only {patient.full_name}"), ("yes", "Nobody on this number")]
        # Where others have the number too, whose wish it is must be asked.
        if not any(number.shared for number in self.numbers):
            self.fields["opt_out_number"].initial = "yes"

    def clean(self):
        """Forget what the chosen outcome does not ask for, and put the callback on the world's clock."""
        asked = self._asked()
        for names in ASKED.values():
            for name in names:
                if name not in asked:
                    self.errors.pop(name, None)
                    self.cleaned_data.pop(name, None)
        if not self.cleaned_data.get("opt_out_scope"):
            self.cleaned_data.pop("opt_out_scope", None)
        moment = self.cleaned_data.pop("callback_when", None)
        if moment is not None:
            self.cleaned_data["callback_at"] = self._promised(moment)
            self.cleaned_data["callback_words"] = self["callback_when"].value().strip()
        self._ask_who_it_was()
        if self.cleaned_data.get("code") == "LVM" and self._forbids_voicemail(self.cleaned_data.get("phone_id")):
            self.add_error("code", "No message may be left on this number. Choose “No answer”, or the number you dialed.")
        return self.cleaned_data

    def outcome(self):
        """What was said, as the domain takes it. The form must be valid."""
        return Outcome(**self.cleaned_data)

    def refuse(self, errors):
        """Show at the fields what the domain found missing."""
        for name, sentence in errors.items():
            self.add_error("callback_when" if name == "callback_at" else name, sentence)

    def _waited(self):
        """For how many seconds the page could not send what is in the form: “in two hours” was said so long ago."""
        waited = self.data.get("waited", "")
        return int(waited) if WAITED.fullmatch(waited) else 0

    def _chosen(self):
        return next((one for one in self.dispositions if one.code == self.cleaned_data.get("code")), None)

    def _asked(self):
        chosen = self._chosen()
        if chosen is None:
            return ()
        return ASKED["OPT_OUT"] if chosen.closes_as == "OPTED_OUT" else ASKED.get(chosen.requires, ())

    def _forbids_voicemail(self, phone_id):
        return any(number.pk == phone_id and not number.voicemail_allowed for number in self.numbers)

    def _promised(self, moment):
        """The moment, which may lie outside the calling hours: then the next one within them is promised (retry.py)."""
        try:
            promised(moment, patient=self.patient, practice=self.practice)
        except ValidationError as never:
            self.add_error(None, never)
        return moment

    def _ask_who_it_was(self):
        chosen = self._chosen()
        if chosen is not None and verification.is_needed_for(chosen) and self.check and not self.check.is_verified:
            more = {1: "One more identifier", 2: "Two identifiers"}[self.check.missing]
            self.add_error("code", f"{more} must match before an appointment is spoken of. Mark what the patient named right.")


class SkipForm(forms.Form):
    """Why an agent hands a patient back without a call."""

    REASONS = [
        ("Needs another language", "Needs another language"),
        ("Something is wrong in the chart", "Something is wrong in the chart"),
        ("I know this person", "I know this person"),
        ("Trouble with the phone line", "Trouble with the phone line"),
        ("I have to stop now", "I have to stop now"),
    ]
    why = forms.ChoiceField(label="Why do you hand this patient back?", choices=REASONS, widget=forms.RadioSelect)
