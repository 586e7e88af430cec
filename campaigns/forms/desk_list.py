"""How an agent arranges their list: filters, order, and columns."""

from dataclasses import asdict

from django import forms

from campaigns import desk_columns
from campaigns.desk_choice import CALLBACK, CALLED, HOURS, SORTS, USUAL_SORT, Choice
from campaigns.models import DeskPreferences


class ChoiceForm(forms.Form):
    """Filters and sort. What is not known, as a campaign that is no longer on the list, counts as not asked for."""

    sort = forms.ChoiceField(required=False, choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")])
    campaign = forms.ChoiceField(label="Campaign", required=False)
    hours = forms.ChoiceField(label="Calling hours", required=False, choices=[("", "Any"), *HOURS.items()])
    language = forms.ChoiceField(label="Language", required=False)
    called = forms.ChoiceField(label="Called", required=False, choices=[("", "Any"), *CALLED.items()])
    callback = forms.ChoiceField(label="Callback", required=False, choices=[("", "Any"), *CALLBACK.items()])

    def __init__(self, data, *, facets):
        super().__init__(data)
        self.fields["campaign"].choices = [("", "Any"), *facets.campaigns.items()]
        self.fields["language"].choices = [("", "Any"), *facets.languages.items()]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select form-select-sm"

    @classmethod
    def showing(cls, choice, *, facets):
        """The form filled in with a Choice."""
        return cls(asdict(choice), facets=facets)

    @property
    def filters(self):
        return [field for field in self if field.name != "sort"]

    def choice(self):
        """What was asked for as a Choice."""
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return Choice(**known | {"sort": known["sort"] or USUAL_SORT})


class ColumnsForm(forms.Form):
    """Which columns, in which order, and how dense. What is not known is left out, so that the form is never refused."""

    density = forms.ChoiceField(required=False, choices=DeskPreferences.Density.choices)

    def __init__(self, data, *, before):
        """`before` are the codes of all columns in the order in which the page listed them."""
        super().__init__(data)
        self.before = before
        for code in before:
            self.fields[f"place_{code}"] = forms.IntegerField(required=False, min_value=1, max_value=len(before))

    def chosen(self):
        """The fields of DeskPreferences as they were chosen."""
        self.is_valid()
        places = {code: self.cleaned_data[f"place_{code}"] for code in self.before if self.cleaned_data.get(f"place_{code}")}
        shown = self.data.getlist("shown")
        return {
            "columns": [code for code in desk_columns.moved(self.before, places=places) if code in shown],
            "density": self.cleaned_data.get("density") or DeskPreferences.Density.COMFORTABLE,
        }
