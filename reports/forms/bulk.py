"""What a change of many enrollments needs to be told, by its action."""

from django import forms

from campaigns.bulk import CLOSINGS
from campaigns.models import BulkChange

POOL = "pool"


class ReassignForm(forms.Form):
    """Whose work it becomes."""

    to_agent = forms.ChoiceField(
        label="Hand over to",
        widget=forms.Select({"class": "form-select"}),
        error_messages={
            "required": "Choose an agent or the shared pool.",
            "invalid_choice": "This agent does not work a list here any more. Choose another one.",
        },
    )

    def __init__(self, data=None, *, practice):
        super().__init__(data)
        self.agents = {str(agent.pk): agent for agent in practice.memberships.active().agents().select_related("user")}
        named = sorted(((pk, agent.name) for pk, agent in self.agents.items()), key=lambda each: each[1])
        self.fields["to_agent"].choices = [("", "Choose…"), (POOL, "The shared pool, for the next build to deal"), *named]

    def clean_to_agent(self):
        return self.agents.get(self.cleaned_data["to_agent"])


class CloseForm(forms.Form):
    """How they end, and why."""

    closed_as = forms.ChoiceField(
        label="Close as",
        choices=list(CLOSINGS.items()),
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages={"required": "Choose how they are closed."},
    )
    why = forms.CharField(
        label="Why",
        max_length=BulkChange._meta.get_field("why").max_length,
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
        help_text="A few words without names: they stand with each enrollment.",
        error_messages={"required": "Say in a few words why."},
    )

    def __init__(self, data=None, *, practice):
        super().__init__(data)


class PutBackForm(forms.Form):
    """Needs no more than a yes."""

    def __init__(self, data=None, *, practice):
        super().__init__(data)


class PriorityForm(forms.Form):
    """High or normal."""

    is_priority = forms.TypedChoiceField(
        label="Priority",
        choices=[("yes", "High: called first of their agent’s list, after due callbacks"), ("no", "Normal")],
        coerce=lambda code: code == "yes",
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages={"required": "Choose a priority."},
    )

    def __init__(self, data=None, *, practice):
        super().__init__(data)


FORMS = {
    BulkChange.Action.REASSIGN: ReassignForm,
    BulkChange.Action.CLOSE: CloseForm,
    BulkChange.Action.PUT_BACK: PutBackForm,
    BulkChange.Action.PRIORITY: PriorityForm,
}
