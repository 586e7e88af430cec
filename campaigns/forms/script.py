"""The forms of the script editor."""

from django import forms

from campaigns.models import Campaign, Workflow
from campaigns.script_rules import LONGEST
from campaigns.scripts import LANGUAGES


class SubjectForm(forms.Form):
    """Which script a page is about, from its address or its form."""

    workflow = forms.ChoiceField(label="The call is about", choices=Workflow.choices)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))
    campaign = forms.ModelChoiceField(Campaign.objects.none(), required=False)

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = practice.campaigns

    @classmethod
    def of_campaigns(cls, *, practice):
        """The form that asks for which campaign a text is to be written."""
        form = cls(practice=practice)
        form.fields["campaign"].choices = [(campaign.pk, campaign.name) for campaign in practice.campaigns.listed().in_order()]
        return form


class ScriptForm(forms.Form):
    """The text. `seen` is the number of the newest version that its writer saw."""

    text = forms.CharField(
        label="Text",
        # One more, so that the rules say it in their own words.
        max_length=LONGEST + 1,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true", "class": "script-text"}),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def refuse(self, sentences):
        """Say at the text what is wrong with it."""
        for sentence in sentences:
            self.add_error("text", sentence)
