from itertools import groupby

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.functional import cached_property

from imports import date_columns, intake, mapping
from imports.decoding import CHOICES as ENCODINGS
from imports.fields import FIELDS
from imports.reading import UnreadableFile

NOT_USED = ("", "– not used –")
CHOICES = [NOT_USED] + [
    (group, [(field.name, field.label) for field in fields]) for group, fields in groupby(FIELDS, key=lambda field: field.group)
]
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods,.zip"


class UploadForm(forms.Form):
    """The file. What is wrong with it is said beside the field, in one sentence."""

    file = forms.FileField(
        label="File from the EMR",
        allow_empty_file=True,
        error_messages={"required": "Choose a file first.", "missing": "Choose a file first."},
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ACCEPTED}),
    )
    encoding = forms.ChoiceField(
        label="Encoding of the letters",
        choices=[("", "Recognize it"), *ENCODINGS],
        required=False,
        help_text="Only if an earlier upload showed wrong letters, such as MuÃ±oz for Muñoz.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    @property
    def limit_megabytes(self):
        return settings.IMPORT_MAX_MB

    def receive(self, *, practice, by, now):
        """Take the file in. Returns the FileImport, or None with the reason added to the form."""
        sent = self.cleaned_data["file"]
        encoding = self.cleaned_data["encoding"]
        try:
            with transaction.atomic():  # a refusal halfway leaves nothing
                return intake.receive(stream=sent.file, name=sent.name, practice=practice, by=by, now=now, encoding=encoding)
        except UnreadableFile as refusal:
            self.add_error("file", str(refusal))
            return None


class ColumnsForm(forms.Form):
    """What each column means: one select a column, named by its place; and a question for each that leaves its dates open."""

    def __init__(self, *args, file_import, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.file_import, self.today = file_import, today
        self.guesses = intake.guesses_for(file_import)
        for place, guess in enumerate(self.guesses):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=guess.header,
                choices=CHOICES,
                required=False,
                initial=file_import.mapping.get(guess.header, ""),
                widget=forms.Select(attrs={"class": "form-select", "aria-describedby": f"why_{place}"}),
            )
        for place, dates in self._questions():
            self.fields[f"dates_{place}"] = forms.ChoiceField(
                label=dates.header,
                choices=[("MDY", "The month first"), ("DMY", "The day first")],
                initial={True: "DMY", False: "MDY"}.get(file_import.day_first.get(dates.header)),
                widget=forms.RadioSelect,
                error_messages={"required": "Say whether the month or the day comes first."},
            )

    def _chosen(self):
        """The mapping as it is posted, or as it stands."""
        places = {guess.header: f"column_{place}" for place, guess in enumerate(self.guesses)}
        known = dict(choice for group in CHOICES[1:] for choice in group[1])
        says = self.data.get if self.is_bound else lambda name: self.fields[name].initial
        return {header: says(name) if says(name) in known else "" for header, name in places.items()}

    @cached_property
    def dates(self):
        """header → DateColumn of the columns with dates in numbers."""
        rows = date_columns.first_rows(self.file_import)
        return date_columns.of(headers=self.file_import.headers, mapping=self._chosen(), rows=rows, answers={}, today=self.today)

    def _questions(self):
        for place, guess in enumerate(self.guesses):
            dates = self.dates.get(guess.header)
            if dates and dates.is_open:
                yield place, dates

    @property
    def questions(self):
        """(DateColumn, bound field) of each column whose dates read both ways."""
        return [(dates, self[f"dates_{place}"]) for place, dates in self._questions()]

    @property
    def rows(self):
        """(place, guess, bound field, DateColumn or None) of each column that is read."""
        return [row for row in self._rows if row[2].value()]

    @property
    def unused(self):
        """The same of the columns that are not."""
        return [row for row in self._rows if not row[2].value()]

    @cached_property
    def _rows(self):
        return [(place, guess, self[f"column_{place}"], self.dates.get(guess.header)) for place, guess in enumerate(self.guesses)]

    def clean(self):
        chosen = {guess.header: self.cleaned_data.get(f"column_{place}", "") for place, guess in enumerate(self.guesses)}
        for sentence in mapping.problems(chosen):
            self.add_error(None, sentence)
        asked = {dates.header: self.cleaned_data.get(f"dates_{place}") == "DMY" for place, dates in self._questions()}
        told = {header: dates.day_first for header, dates in self.dates.items() if dates.is_settled}
        return {"mapping": chosen, "day_first": told | asked}

    def save(self):
        """Settle the columns of the import."""
        chosen = self.cleaned_data["mapping"]
        self.file_import.choose(mapping=chosen, kind=mapping.kind_of(chosen), day_first=self.cleaned_data["day_first"])


class ConfirmForm(forms.Form):
    """The go for an import; one that is held asks for a look first."""

    looked = forms.BooleanField(
        label="I have looked at this: import anyway",
        error_messages={"required": "The file is held: look at the reasons above, then check the box."},
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args, file_import, **kwargs):
        super().__init__(*args, **kwargs)
        if not file_import.alarms:
            del self.fields["looked"]


class ProfileForm(forms.Form):
    """How an admin calls a layout."""

    name = forms.CharField(
        label="Name of the layout",
        max_length=80,
        required=False,
        help_text="As in “weekly patient export”; empty: the name of its last file",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())
