"""What supervisors do from the floor: messages to agents, and work moved between them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel

from .campaign import Campaign

LONGEST_MESSAGE = 300


class DeskMessageQuerySet(models.QuerySet):
    def unread(self):
        """Those their agent has not closed yet."""
        return self.filter(read_at__isnull=True)


class DeskMessage(PracticeModel):
    """A line from somebody who leads to an agent. It stands on the agent's desk until they close it, which is the receipt.

    Patients have no place in it: it is shown over whatever the agent has open.
    """

    agent = PracticeForeignKey(Membership, models.CASCADE, related_name="desk_messages")
    text = models.CharField(max_length=LONGEST_MESSAGE)
    sent_by = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(help_text="Calling clock")
    read_at = models.DateTimeField(null=True, help_text="Calling clock; null: not closed by the agent yet")
    key = models.UUIDField(help_text="Made by the form; the same key is the same message")

    objects = DeskMessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="desk_message_once_per_key")]
        indexes = [models.Index(fields=["practice", "agent", "-sent_at"], name="desk_message_of_agent")]

    def __str__(self):
        return f"desk message {self.pk}"


class WorkMove(PracticeModel):
    """Work taken from one agent and given to another, or to all (no `to_agent`), with what it takes to put it back."""

    from_agent = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    to_agent = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    campaign = PracticeForeignKey(Campaign, models.PROTECT, null=True, related_name="+", help_text="Null: of all campaigns")
    enrollment_ids = ArrayField(models.BigIntegerField())
    assigned_on = ArrayField(models.DateField(null=True), help_text="Of each enrollment: what it had before")
    positions = ArrayField(models.PositiveIntegerField(null=True), help_text="Of each: its place on today's list, if it had one")
    callback_ids = ArrayField(models.BigIntegerField())
    stayed = models.JSONField(help_text="What could not be moved: reason → count")
    moved_by = PracticeForeignKey(Membership, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    key = models.UUIDField(help_text="Made by the form; the same key is the same move")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="work_move_once_per_key")]
        indexes = [models.Index(fields=["practice", "-moved_at"], name="work_move_by_time")]

    def __str__(self):
        return f"work move {self.pk}"

    @property
    def listed(self):
        """How many of the enrollments stood on the list of that day."""
        return sum(place is not None for place in self.positions)
