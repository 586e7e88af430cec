from django.db import models
from django.db.models import F, Q

from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel


class AgentSpellQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody has ended; may have gone without a sign of life for long (campaigns/agent_state.py)."""
        return self.filter(until_at__isnull=True)


class AgentSpell(PracticeModel):
    """One unbroken time of an agent in one state, in whole seconds of the calling clock. At most one is open per agent."""

    class State(models.TextChoices):
        READY = "READY", "Ready"
        IN_CALL = "IN_CALL", "In call"
        WRAP_UP = "WRAP_UP", "Wrap-up"
        BREAK = "BREAK", "On break"

    class Reason(models.TextChoices):
        LUNCH = "LUNCH", "Lunch"
        REST = "REST", "Rest"
        TRAINING = "TRAINING", "Training"
        MEETING = "MEETING", "Meeting"
        COACHING = "COACHING", "Coaching"
        TECHNICAL = "TECHNICAL", "Technical trouble"
        OTHER = "OTHER", "Other"

    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="spells")
    state = models.CharField(max_length=7, choices=State.choices)
    reason = models.CharField(max_length=9, blank=True, choices=Reason.choices, help_text="Of a break")
    since_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="The last sign of life: what the agent did, or an open page that they touched")
    until_at = models.DateTimeField(null=True)

    objects = AgentSpellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "agent"], condition=Q(until_at__isnull=True), name="one_open_spell_per_agent"
            ),
            models.CheckConstraint(condition=Q(state__in=["READY", "IN_CALL", "WRAP_UP", "BREAK"]), name="spell_state"),
            models.CheckConstraint(
                condition=~Q(state="BREAK") & Q(reason="")
                | Q(
                    state="BREAK",
                    reason__in=["LUNCH", "REST", "TRAINING", "MEETING", "COACHING", "TECHNICAL", "OTHER"],
                ),
                name="spell_reason",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("since_at")) & (Q(until_at__isnull=True) | Q(until_at__gte=F("since_at"))),
                name="spell_times",
            ),
        ]
        indexes = [models.Index(fields=["practice", "until_at"], name="spell_until")]

    def __str__(self):
        return f"spell {self.pk}"

    @property
    def is_break(self):
        return self.state == self.State.BREAK

    @property
    def is_wrap_up(self):
        return self.state == self.State.WRAP_UP

    @property
    def words(self):
        """The state as screens say it: a break with its reason."""
        return f"On break ({self.get_reason_display()})" if self.is_break else self.get_state_display()

    def seconds(self, *, now):
        """How long it has lasted, in whole seconds."""
        return max(0, int((now - self.since_at).total_seconds()))
