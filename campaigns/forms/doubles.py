"""What a supervisor decides about two records."""

from django import forms

from patients.models import Patient


class KeepForm(forms.Form):
    """Which of the two records stays."""

    keep = forms.ModelChoiceField(
        Patient.objects.none(),
        label="Which record stays?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which record stays.", "invalid_choice": "Choose one of these two records."},
    )

    def __init__(self, *args, pair, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep"].queryset = Patient.objects.filter(pk__in=[pair.older_id, pair.newer_id])


class SuspectForm(forms.Form):
    """The other record of a person, named by its chart number."""

    mrn = forms.CharField(
        label="Chart number of the other record",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Enter the chart number of the other record."},
    )

    def __init__(self, *args, patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.other = None

    def clean_mrn(self):
        """Find the record; `other` is it."""
        mrn = self.cleaned_data["mrn"]
        self.other = Patient.objects.standing().filter(practice=self.patient.practice_id, mrn=mrn).first()
        if self.other is None:
            raise forms.ValidationError("No patient has this chart number.")
        if self.other == self.patient:
            raise forms.ValidationError("This is the record you are looking at.")
        return mrn
