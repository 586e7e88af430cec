from itertools import groupby

from django import forms
from django.conf import settings

from imports import intake, mapping
from imports.fields import FIELDS
from imports.reading import UnreadableFile

NOT_USED = ("", "– not used –")
CHOICES = [NOT_USED] + [
    (group, [(field.name, field.label) for field in fields]) for group, fields in groupby(FIELDS, key=lambda field: field.group)
]


class UploadForm(forms.Form):
    """The file. What is wrong with it is said beside the field, in one sentence."""

    file = forms.FileField(
        label="File from the EMR",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = f"CSV or other text, up to {settings.IMPORT_MAX_MB} MB. Nothing is saved before you confirm."

    def receive(self, *, practice, by, now):
        """Take the file in. Returns the FileImport, or None with the reason added to the form."""
        sent = self.cleaned_data["file"]
        try:
            return intake.receive(stream=sent.file, name=sent.name, practice=practice, by=by, now=now)
        except UnreadableFile as refusal:
            self.add_error("file", str(refusal))
            return None


class ColumnsForm(forms.Form):
    """What each column means: one select a column, named by its place in the file."""

    def __init__(self, *args, file_import, guesses, **kwargs):
        super().__init__(*args, **kwargs)
        self.guesses = guesses
        for place, guess in enumerate(guesses):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=guess.header,
                choices=CHOICES,
                required=False,
                initial=file_import.mapping.get(guess.header, ""),
                widget=forms.Select(attrs={"class": "form-select", "aria-describedby": f"why_{place}"}),
            )

    @property
    def rows(self):
        """(place, guess, bound field) of each column, for the table."""
        return [(place, guess, self[f"column_{place}"]) for place, guess in enumerate(self.guesses)]

    def clean(self):
        chosen = {guess.header: self.cleaned_data.get(f"column_{place}", "") for place, guess in enumerate(self.guesses)}
        for sentence in mapping.problems(chosen):
            self.add_error(None, sentence)
        return {"mapping": chosen}

    def save(self, file_import):
        """Settle the columns of the import."""
        chosen = self.cleaned_data["mapping"]
        file_import.choose(mapping=chosen, kind=mapping.kind_of(chosen))
