"""What the calculator of the return asks for. It takes no patient data, so its values stand in the address."""

from django import forms

from ..roi import LIMITS, Inputs
from ..roi_words import number

DEFAULTS = Inputs()


class AmountField(forms.DecimalField):
    """A number as people write it: “1,760”, “$ 100” and “20 %” are fine. Its limits are those of roi.LIMITS."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})

    def __init__(self, name, *, unit="", places=1, **kwargs):
        least, most = LIMITS[name]
        words = f"Enter {number(least)} to {number(most)}{unit}."
        decimals = {0: "Enter a whole number.", 1: "One decimal at most.", 2: "Two decimals at most."}[places]
        problems = ["required", "invalid", "min_value", "max_value", "max_digits", "max_whole_digits"]
        messages = {**dict.fromkeys(problems, words), "max_decimal_places": decimals}
        super().__init__(min_value=least, max_value=most, decimal_places=places, error_messages=messages, **kwargs)

    def to_python(self, value):
        return super().to_python(value.replace(",", "").strip("$% ") if isinstance(value, str) else value)


class RoiForm(forms.Form):
    """The Inputs of campaigns/roi.py. A field that is not asked for has its default; one that was emptied is an error."""

    dials_a_day = AmountField("dials_a_day", unit=" dials", label="Dials a day", help_text="By one agent")
    days_a_week = AmountField("days_a_week", unit=" days", label="Days a week")
    weeks_a_month = AmountField(
        "weeks_a_month", unit=" weeks", places=2, label="Weeks a month", help_text="4 weeks are 160 hours; 4.33 the calendar’s"
    )
    answer_rate = AmountField("answer_rate", unit=" percent", label="Answer rate (%)", help_text="Dials that a person answers")
    agree_rate = AmountField("agree_rate", unit=" percent", label="Agree rate (%)", help_text="Answered calls that book")
    show_rate = AmountField("show_rate", unit=" percent", label="Show rate (%)", help_text="Booked visits that are kept")
    collections_per_visit = AmountField(
        "collections_per_visit",
        unit=" dollars",
        places=2,
        label="Collections a visit ($)",
        help_text="What a kept visit brings in",
    )
    agent_cost_a_month = AmountField("agent_cost_a_month", unit=" dollars", places=2, label="An agent a month ($)")
    patients = AmountField("patients", unit=" patients", places=0, label="Patients on the list")
    calls_a_week = AmountField("calls_a_week", unit=" calls", label="Calls a week to a patient")
    attempts = AmountField("attempts", unit=" attempts", places=0, label="Attempts at most", help_text="Dials to one patient")
    weeks_on_a_list = AmountField(
        "weeks_on_a_list", unit=" weeks", label="Weeks a list is dealt for", help_text="Then it is shuffled between agents"
    )

    GROUPS = [
        ("Calling", ["dials_a_day", "days_a_week", "weeks_a_month"]),
        ("Rates", ["answer_rate", "agree_rate", "show_rate"]),
        ("Money", ["collections_per_visit", "agent_cost_a_month"]),
        ("The list", ["patients", "calls_a_week", "attempts", "weeks_on_a_list"]),
    ]

    @classmethod
    def asked(cls, query, *, measured=None):
        """The form of an address; `measured` values, by name, stand in the place of those asked for."""
        values = {name: query.get(name, number(getattr(DEFAULTS, name), 2).replace(",", "")) for name in cls.base_fields}
        return cls(values | (measured or {}))

    @property
    def groups(self):
        """(title, bound fields) as the page shows them."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    @property
    def inputs(self):
        """The Inputs of a valid form."""
        whole = {name: int(self.cleaned_data[name]) for name in ("patients", "attempts")}
        return Inputs(**self.cleaned_data | whole)
