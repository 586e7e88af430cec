from django.db import models

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .enrollment import Enrollment
from .queue import Lease


class CallDraft(PracticeModel):
    """What an agent has typed of an outcome that is not saved yet. Saving the outcome deletes it.

    Kept on the server alone, so that it comes back after a crash and on another machine, and none of it lies in a browser.
    """

    agent = PracticeForeignKey(Membership, models.CASCADE, related_name="drafts")
    enrollment = PracticeForeignKey(Enrollment, models.CASCADE, related_name="+")
    lease = PracticeForeignKey(Lease, models.CASCADE, related_name="drafts", help_text="The last hold it was typed under")
    fields = models.JSONField(help_text="Fields of the outcome form as typed")
    version = models.PositiveIntegerField(default=1, help_text="Counts up, so that two pages can't overwrite each other unseen")
    saved_at = models.DateTimeField(help_text="Calling clock")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "agent", "enrollment"], name="one_draft_of_a_call")]

    def __str__(self):
        return f"call draft {self.pk}"
