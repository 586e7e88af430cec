"""What the agent enters at the end of a call."""

from datetime import UTC, datetime

from django import forms

from campaigns.calling_hours import Hours, NeverOpen, local_zone
from campaigns.outcome import TOO_FAR, Outcome
from patients.models import OptOut

DATE = {"type": "date"}
TIME = {"type": "time"}
# Fields of the form by what a disposition requires; the rest of what was entered is left aside.
ASKED = {
    "APPOINTMENT": ("appointment_on", "appointment_at", "provider", "location"),
    "APPOINTED_ON": ("appointment_on",),
    "CALLBACK": ("callback_on", "callback_time"),
    "OPT_OUT": ("opt_out_number", "opt_out_words", "opt_out_scope"),
}


class OutcomeForm(forms.Form):
    """The outcome of one dial. Times of a callback are on the patient's clocks."""

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
        label="Location (if there are several)", required=False, max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    callback_on = forms.DateField(label="Date", required=False, widget=forms.DateInput(DATE, format="%Y-%m-%d"))
    callback_time = forms.TimeField(label="Time", required=False, widget=forms.TimeInput(TIME, format="%H:%M"))
    opt_out_words = forms.CharField(
        label="What the patient said", required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off"})
    )
    opt_out_number = forms.TypedChoiceField(
        label="Whose wish", required=False, coerce=lambda choice: choice == "yes", empty_value=None
    )
    opt_out_scope = forms.ChoiceField(label="What it is about", required=False, choices=OptOut.Scope.choices, initial="ALL")

    def __init__(self, *args, dispositions, numbers, patient, practice, **kwargs):
        super().__init__(*args, **kwargs)
        self.practice, self.hours_key, self.numbers = practice, patient.hours_key, list(numbers)
        self.zone = local_zone(practice=practice, zone_key=patient.zone_key)
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
        on, at = self.cleaned_data.pop("callback_on", None), self.cleaned_data.pop("callback_time", None)
        if on and at:
            self.cleaned_data["callback_at"] = self._promised(on, at)
        if self.cleaned_data.get("code") == "LVM" and self._forbids_voicemail(self.cleaned_data.get("phone_id")):
            self.add_error("code", "No message may be left on this number. Choose “No answer”, or the number you dialed.")
        return self.cleaned_data

    def outcome(self):
        """What was said, as the domain takes it. The form must be valid."""
        return Outcome(**self.cleaned_data)

    def refuse(self, errors):
        """Show at the fields what the domain found missing."""
        for name, sentence in errors.items():
            self.add_error("callback_on" if name == "callback_at" else name, sentence)

    def _asked(self):
        chosen = next((one for one in self.dispositions if one.code == self.cleaned_data.get("code")), None)
        if chosen is None:
            return ()
        return ASKED["OPT_OUT"] if chosen.closes_as == "OPTED_OUT" else ASKED.get(chosen.requires, ())

    def _forbids_voicemail(self, phone_id):
        return any(number.pk == phone_id and not number.voicemail_allowed for number in self.numbers)

    def _promised(self, on, at):
        """The moment, which may lie outside the calling hours: then the next one within them is promised (retry.py)."""
        try:
            moment = datetime.combine(on, at, self.zone).astimezone(UTC)
            Hours.of(self.practice).next_open(self.hours_key, moment)
        except OverflowError:  # the last days of the year 9999
            self.add_error("callback_on", TOO_FAR)
            return None
        except NeverOpen:
            self.add_error(
                "callback_on", "The calling hours never include this patient: no call can be promised. Choose another outcome."
            )
        if moment.astimezone(self.zone).replace(tzinfo=None) != datetime.combine(on, at):
            self.add_error("callback_time", "The clocks change then: this time does not exist on that day.")
        return moment


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
