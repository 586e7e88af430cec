"""Practice details, for admins."""

from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Practice
from accounts.models.practice import REJECTED_ROWS_DAYS, UNCONFIRMED_DAYS, WAITING_ROWS_DAYS
from patients.numbers import EXAMPLE, read, written

from ..directory import tidy
from ..practice_settings import COLUMNS

US_ZONES = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Mountain, no daylight saving (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
    "America/Puerto_Rico": "Atlantic (Puerto Rico, US Virgin Islands)",
    "Pacific/Guam": "Chamorro (Guam, Northern Marianas)",
    "Pacific/Pago_Pago": "Samoa (Pago Pago)",
}
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
NOT_AGREED = "Not saved yet: check “Change the time zone” if you mean it."


def zones(*, stored):
    """Choices of time zones: those of the United States first, then all others by name; `stored` is always among them."""
    others = sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS and name not in US_ZONES)
    if stored not in US_ZONES and stored not in others:
        others.insert(0, stored)
    return [("United States", list(US_ZONES.items())), ("Others", [(name, name.replace("_", " ")) for name in others])]


def days(label, bounds, words):
    """A number of days within the bounds the model allows."""
    fewest, most = bounds
    said = dict.fromkeys(["required", "invalid", "min_value", "max_value"], f"Enter {fewest} to {most} days.")
    return forms.IntegerField(
        label=label, min_value=fewest, max_value=most, error_messages=said, help_text=f"{fewest} to {most}. {words}"
    )


class PracticeForm(forms.Form):
    """What a practice is called, where it is, when its nights are, and how long copies of files are kept."""

    name = forms.CharField(label="Name", max_length=120, help_text="As agents say it on the phone")
    specialty = forms.CharField(
        label="Specialty", max_length=80, required=False, help_text="As scripts say it: “eye care”, “cardiology”"
    )
    phone = forms.CharField(
        label="Phone patients can call back",
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        help_text=f"As in {EXAMPLE}; voicemail texts and scripts name it",
    )
    time_zone = forms.ChoiceField(label="Time zone", error_messages={"invalid_choice": "Choose a time zone of the list."})
    build_at = forms.TimeField(
        label="Call lists are built at",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(["required", "invalid"], "Enter a time, as in 3:00 AM."),
        help_text="Each night, by the practice’s clock",
    )
    unconfirmed_days = days("A file nobody confirms", UNCONFIRMED_DAYS, "Then its copy is deleted.")
    rejected_rows_days = days("Cells of rejected rows", REJECTED_ROWS_DAYS, "So long they can be downloaded and corrected.")
    waiting_rows_days = days("Rows that wait for a chart", WAITING_ROWS_DAYS, "Appointments that come before their patient.")
    zone_agreed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data=None, *, practice):
        initial = {name: getattr(practice, name) for name in COLUMNS}
        super().__init__(data, initial=initial)
        self.practice, self.zone_asked = practice, ""
        self.fields["time_zone"].choices = zones(stored=practice.time_zone)

    def clean_name(self):
        return tidy(self.cleaned_data["name"])

    def clean_specialty(self):
        return tidy(self.cleaned_data["specialty"])

    def clean_phone(self):
        """As people write it, for agents read it aloud. What was stored before stays as it is."""
        phone = tidy(self.cleaned_data["phone"])
        if not phone or phone == self.practice.phone:
            return phone
        try:
            e164, extension = read(phone)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None
        said = written(e164) + (f" ext. {extension}" if extension else "")
        if len(said) > Practice._meta.get_field("phone").max_length:
            raise ValidationError("This is too long to be read aloud: leave the extension out.")
        return said

    @property
    def values(self):
        """What practice_settings.save takes."""
        return {name: self.cleaned_data[name] for name in COLUMNS}

    def ask_about_zone(self):
        """Have the page ask whether another time zone is meant, and say what follows from it."""
        self.zone_asked = self.cleaned_data["time_zone"]
        self.add_error("time_zone", NOT_AGREED)
