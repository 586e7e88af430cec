from django import forms

from campaigns.models import AgentSpell

State = AgentSpell.State


class StateForm(forms.Form):
    """What the agent says of themselves: a break names its reason, a call that has ended its hold; nothing is a sign of life."""

    state = forms.ChoiceField(choices=State.choices, required=False)
    reason = forms.ChoiceField(choices=AgentSpell.Reason.choices, required=False)
    lease = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def clean(self):
        entered = super().clean()
        state = entered.get("state")
        if state == State.BREAK and not entered.get("reason"):
            self.add_error("reason", "Choose a reason for the break.")
        if state == State.WRAP_UP and not entered.get("lease"):
            self.add_error("lease", "Say which call has ended.")
        return entered
