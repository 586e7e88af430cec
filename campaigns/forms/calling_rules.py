"""The forms of calling hours, narrower rules and days of the calendar."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.words import WEEKDAYS
from patients.area_states import STATES
from patients.wishes import clock

from ..calling_calendar import last_day
from ..calling_law import FEDERAL, federal_holiday

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
EARLIEST, LATEST = FEDERAL.weekdays.opens, FEDERAL.weekdays.closes
LAW = f"Federal law allows calls from {clock(EARLIEST)} to {clock(LATEST)} ({FEDERAL.citation})"
ENDS_FIRST = "The hours must end after they start."
A_TIME = {"required": "Enter a time, as in 9:00 AM.", "invalid": "Enter a time, as in 9:00 AM."}
A_DATE = {"required": "Choose a date.", "invalid": "Choose a date."}
# What stands in SHUT_OUT is shown above the form with all its numbers; these only say that nothing was saved.
NOBODY_LEFT = "Nothing was saved: nobody could ever be called with this. Choose wider hours or more days."
SOME_LEFT_OUT = "Not saved yet: some patients could never be called. Change it, or check “Save all the same”."


def _cap(most, label, **kwargs):
    words = dict.fromkeys(["required", "invalid", "min_value", "max_value"], f"Enter 1 to {most} calls.")
    return forms.IntegerField(label=label, min_value=1, max_value=most, error_messages=words, **kwargs)


def _weekdays(label, words):
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=WEEKDAYS.items,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": words},
    )


class _AgreeingForm(forms.Form):
    """A form that may have to be sent a second time, with the token of what its first answer warned about."""

    agreed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    shut_out = None

    def refuse(self, shut_out):
        """Say whom it would shut out (calling_reach.ShutOut), for the page to show and to ask about."""
        self.shut_out = shut_out
        self.add_error(None, NOBODY_LEFT if shut_out.is_everybody else SOME_LEFT_OUT)

    @property
    def values(self):
        """What was entered, but for the token."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.kept}


class HoursForm(_AgreeingForm):
    """The hours and caps of the practice."""

    kept = ("calls_open", "calls_close", "call_days", "daily_call_cap", "weekly_call_cap")

    call_days = _weekdays("Calls are made on", "Choose at least one day: without one nobody is ever called.")
    calls_open = forms.TimeField(label="From", widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks")
    calls_close = forms.TimeField(label="Until", widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks")
    daily_call_cap = _cap(3, "Most calls in 24 hours", help_text="1 to 3; 1 is usual")
    weekly_call_cap = _cap(7, "Most calls in 7 days", help_text="1 to 7; 3 is usual")

    def __init__(self, data=None, *, practice):
        super().__init__(data, initial={name: getattr(practice, name) for name in self.kept})

    def clean_calls_open(self):
        if self.cleaned_data["calls_open"] < EARLIEST:
            raise ValidationError(f"{LAW}. Start at {clock(EARLIEST)} or later.")
        return self.cleaned_data["calls_open"]

    def clean_calls_close(self):
        if self.cleaned_data["calls_close"] > LATEST:
            raise ValidationError(f"{LAW}. End at {clock(LATEST)} or earlier.")
        return self.cleaned_data["calls_close"]

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("calls_open"), cleaned.get("calls_close")
        if opens and closes and opens >= closes:
            self.add_error("calls_close", ENDS_FIRST)
        daily, weekly = cleaned.get("daily_call_cap"), cleaned.get("weekly_call_cap")
        if daily and weekly and daily > weekly:
            self.add_error("weekly_call_cap", "Calls in 7 days can’t be fewer than calls in 24 hours.")
        return cleaned


class RuleForm(_AgreeingForm):
    """A rule that takes hours away in one state or everywhere."""

    HOURS, NO_CALLS = "HOURS", "NO_CALLS"
    kept = ("state", "weekdays", "opens_at", "closes_at", "note")

    state = forms.ChoiceField(
        label="Where",
        required=False,
        choices=[("", "Everywhere"), *sorted(((code, row.name) for code, row in STATES.items()), key=lambda choice: choice[1])],
        help_text="Patients whose state is not known are held to the rules of all states",
    )
    weekdays = _weekdays("On", "Choose at least one day.")
    effect = forms.ChoiceField(
        label="What it allows",
        choices=[(HOURS, "Calls only between these hours"), (NO_CALLS, "No calls on these days")],
        initial=HOURS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the rule allows."},
    )
    opens_at = forms.TimeField(
        label="From", required=False, widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks"
    )
    closes_at = forms.TimeField(
        label="Until", required=False, widget=CLOCK, error_messages=A_TIME, help_text="On the patient’s clocks"
    )
    note = forms.CharField(
        label="Why",
        max_length=120,
        help_text="The law’s citation, or the practice’s wish; agents see it where the rule forbids a call",
        error_messages={"required": "Say why: a citation, or the practice’s wish."},
    )

    def clean_weekdays(self):
        return sorted(set(self.cleaned_data["weekdays"]))

    def clean_note(self):
        return " ".join(self.cleaned_data["note"].split())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("effect") == self.NO_CALLS:
            cleaned["opens_at"] = cleaned["closes_at"] = None
            for name in ("opens_at", "closes_at"):
                self.errors.pop(name, None)
        elif "opens_at" in cleaned and "closes_at" in cleaned:
            self._check_hours(cleaned["opens_at"], cleaned["closes_at"])
        return cleaned

    def _check_hours(self, opens_at, closes_at):
        for name, value in (("opens_at", opens_at), ("closes_at", closes_at)):
            if value is None:
                self.add_error(name, A_TIME["required"])
        if opens_at and closes_at and opens_at >= closes_at:
            self.add_error("closes_at", ENDS_FIRST)


class DayForm(forms.Form):
    """A date of the calendar ahead. `today` is the practice's date."""

    on = forms.DateField(label="Date", widget=DATE, error_messages=A_DATE)

    def __init__(self, data=None, *, practice, today):
        super().__init__(data, auto_id="id_day_%s")
        self.practice, self.today = practice, today

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on < self.today:
            raise ValidationError("This day has passed already.")
        if on > last_day(self.today):
            raise ValidationError(
                f"Choose a day until {last_day(self.today):%b %-d, %Y}; later ones can be closed when they are nearer."
            )
        return on


class CloseDayForm(DayForm):
    """A date on which no calls are made, and why."""

    name = forms.CharField(
        label="Why", max_length=60, help_text="As in “Staff day”", error_messages={"required": "Say why, as in “Staff day”."}
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class OpenDayForm(DayForm):
    """A federal holiday on which calls are made."""

    def clean_on(self):
        on = super().clean_on()
        if not federal_holiday(on):
            raise ValidationError("This is no federal holiday: calls are made on it unless the practice closes it.")
        if on.isoweekday() not in self.practice.call_days:
            raise ValidationError(f"The practice makes no calls on {on:%A}s. Add the day to its hours first.")
        return on
