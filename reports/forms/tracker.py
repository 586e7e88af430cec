"""What is asked of the tracker: which rows, in which order, with which columns, and under which name that is kept."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.words import LANGUAGES
from campaigns import desk_columns, tracker_choice
from campaigns.models import SavedView
from campaigns.tracker_choice import RANGES, Choice
from reports.tracker import COMFORTABLE, COMPACT, Arrangement
from reports.tracker_columns import COLUMNS, SORTS, USUAL_SORT

UNKNOWN = {"invalid_choice": "not known, or not any more"}
DENSITIES = [(COMFORTABLE, "Comfortable"), (COMPACT, "Compact")]


class _Day(forms.DateField):
    """A date of a century that a practice can have to do with."""

    def __init__(self, label):
        span = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
        super().__init__(
            label=label, required=False, validators=span, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        )


class ArrangementForm(forms.Form):
    """Filters, sort, columns and density, as the address says them. What is not known is left out and told."""

    campaign = forms.ChoiceField(label="Campaign", required=False, error_messages=UNKNOWN)
    agent = forms.ChoiceField(label="Agent", required=False, error_messages=UNKNOWN)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *tracker_choice.STATES.items()], error_messages=UNKNOWN
    )
    outcome = forms.ChoiceField(label="Last outcome", required=False, error_messages=UNKNOWN)
    attempts = forms.ChoiceField(
        label="Calls made", required=False, choices=[("", "Any"), *tracker_choice.ATTEMPTS.items()], error_messages=UNKNOWN
    )
    blocked = forms.ChoiceField(
        label="Held back by", required=False, choices=[("", "Any"), *tracker_choice.BLOCKED.items()], error_messages=UNKNOWN
    )
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=[("", "Any"), *tracker_choice.PRIORITY.items()], error_messages=UNKNOWN
    )
    language = forms.ChoiceField(
        label="Language", required=False, choices=[("", "Any"), *LANGUAGES.items()], error_messages=UNKNOWN
    )
    enrolled_from = _Day("Enrolled from")
    enrolled_to = _Day("Enrolled to")
    called_from = _Day("Latest call from")
    called_to = _Day("Latest call to")
    appointment_from = _Day("Appointment booked from")
    appointment_to = _Day("Appointment booked to")
    sort = forms.ChoiceField(
        label="Order", required=False, choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        error_messages=UNKNOWN,
    )  # fmt: skip
    columns = forms.CharField(label="Columns", required=False, max_length=1000)
    density = forms.ChoiceField(label="Rows", required=False, choices=DENSITIES, error_messages=UNKNOWN)

    def __init__(self, data, *, practice):
        super().__init__(data)
        campaigns = [(str(each.pk), _campaign_words(each)) for each in practice.campaigns.in_order()]
        members = practice.memberships.select_related("user").order_by("user__full_name", "pk")
        agents = [(str(each.pk), each.name) for each in members]
        outcomes = [(each.code, each.label) for each in practice.dispositions.order_by("position")]
        self.fields["campaign"].choices = [("", "Any"), *campaigns]
        self.fields["agent"].choices = [("", "Any"), (tracker_choice.UNASSIGNED, "Nobody: in the pool"), *agents]
        self.fields["outcome"].choices = [("", "Any"), (tracker_choice.NEVER, "Never called"), *outcomes]
        for name, field in self.fields.items():
            is_date = isinstance(field, _Day)
            field.widget.attrs |= {
                "class": f"{'form-control' if is_date else 'form-select'} form-{'control' if is_date else 'select'}-sm"
            }
            field.widget.attrs["id"] = f"filter-{name}"

    def clean(self):
        for name in RANGES:
            first, last = (self.cleaned_data.get(f"{name}_{end}") for end in ("from", "to"))
            if first and last and last < first:
                self.add_error(f"{name}_to", "before the first day")
        return self.cleaned_data

    @property
    def filters(self):
        """The fields that leave somebody out one by one; the ranges stand in `ranges`."""
        return [self[name] for name in self.fields if name in Choice.__dataclass_fields__ and not name.endswith(("_from", "_to"))]

    @property
    def ranges(self):
        """(words, field of the first day, field of the last)."""
        return [(words, self[f"{name}_from"], self[f"{name}_to"]) for name, words in RANGES.items()]

    def problems(self):
        """What can't be used, as in “Campaign: not known, or not any more”."""
        return [f"{self.fields[name].label}: {' '.join(found)}" for name, found in self.errors.items()]

    def arrangement(self):
        """What was asked for, without what is wrong in it."""
        self.is_valid()
        said = self.cleaned_data
        codes = [code for code in said.get("columns", "").split(",") if code]
        return Arrangement(
            choice=Choice(
                **{
                    name: said.get(name) or None if _is_range(name) else said.get(name, "")
                    for name in Choice.__dataclass_fields__
                }
            ),
            sort=said.get("sort") or USUAL_SORT,
            columns=tuple(codes),
            density=said.get("density") or COMFORTABLE,
        )


class ColumnsForm(forms.Form):
    """Which columns, in which order, and how dense. What is not known is left out, so that the form is never refused."""

    density = forms.ChoiceField(required=False, choices=DENSITIES)

    def __init__(self, data, *, before):
        """`before` are the codes of all columns in the order in which the page listed them."""
        super().__init__(data)
        self.before = before
        for code in before:
            self.fields[f"place_{code}"] = forms.IntegerField(required=False, min_value=1, max_value=len(COLUMNS))

    def chosen(self):
        """(codes of the columns in order, density) as they were chosen."""
        self.is_valid()
        places = {code: self.cleaned_data[f"place_{code}"] for code in self.before if self.cleaned_data.get(f"place_{code}")}
        shown = self.data.getlist("shown")
        columns = tuple(code for code in desk_columns.moved(self.before, places=places) if code in shown)
        return columns, self.cleaned_data.get("density") or COMFORTABLE


class ViewForm(forms.Form):
    """The name of a view, and who sees it."""

    name = forms.CharField(
        label="Name",
        max_length=SavedView._meta.get_field("name").max_length,
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
        error_messages={"required": "Give the view a name."},
    )
    is_shared = forms.BooleanField(label="Shared: all supervisors and admins see it", required=False)


def _campaign_words(campaign):
    return (
        campaign.name
        if campaign.status == campaign.Status.ACTIVE
        else f"{campaign.name} ({campaign.get_status_display().lower()})"
    )


def _is_range(name):
    return name.endswith(("_from", "_to"))
