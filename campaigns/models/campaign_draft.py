import uuid

from django.db import models

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .campaign import Campaign


class CampaignDraft(PracticeModel):
    """A campaign that is being set up, step by step, and not made yet. Its owner alone sees it.

    Kept on the server, so that it survives a reload and can be gone on with on another machine.
    """

    owner = PracticeForeignKey(Membership, models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, help_text="Comes with the first page: a second click makes no second draft")
    fields = models.JSONField(help_text="Every field of the form by its name: a list of what was typed or chosen")
    reached = models.CharField(max_length=10, help_text="The furthest step that was come to (campaigns/campaign_drafts.py)")
    campaign = PracticeForeignKey(
        Campaign, models.CASCADE, null=True, related_name="+", help_text="The campaign that was made of it; null: none yet"
    )
    updated_at = models.DateTimeField(help_text="Calling clock")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "owner", "key"], name="campaign_draft_once")]

    def __str__(self):
        return f"campaign draft {self.pk}"
