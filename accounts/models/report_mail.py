from django.db import models
from django.db.models import Q

from ..tenancy import PracticeForeignKey, PracticeModel
from .membership import Membership


class ReportChoiceQuerySet(models.QuerySet):
    def of(self, member):
        """What a member has chosen; of who has not chosen yet, nothing, not saved."""
        return self.filter(member=member).first() or self.model(member=member)


class ReportChoice(PracticeModel):
    """Which summaries a member wants by e-mail. Their own choice; without a row, none."""

    member = PracticeForeignKey(Membership, models.CASCADE, related_name="+")
    daily = models.BooleanField(default=False)
    weekly = models.BooleanField(default=False)

    objects = ReportChoiceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "member"], name="report_choice_once_per_member")]

    def __str__(self):
        return f"report choice {self.pk}"


class ReportMailQuerySet(models.QuerySet):
    def waiting(self):
        """Still to be sent, or being sent at this moment."""
        return self.filter(state=ReportMail.State.WAITING)


class ReportMail(PracticeModel):
    """One summary for one member: due, sent or given up (accounts/report_mails.py). Numbers are read when it is sent.

    At most one of a kind and date is due by the clock; those that were asked for come beside it, one at a time.
    """

    class Kind(models.TextChoices):
        DAILY = "DAILY", "Daily"
        WEEKLY = "WEEKLY", "Weekly"

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        SENT = "SENT", "Sent"
        FAILED = "FAILED", "Not sent"

    member = PracticeForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    business_date = models.DateField(help_text="Practice date on which it is due; it tells of the days before")
    is_asked = models.BooleanField(default=False, help_text="Asked for on the page, not due by the clock")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(help_text="Nobody else tries before then: a pause after a try, and the time one may take")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=120, blank=True, help_text="Why the last try failed; no addresses")

    objects = ReportMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member", "kind", "business_date"],
                condition=Q(is_asked=False),
                name="report_mail_once_a_date",
            ),
            models.UniqueConstraint(
                fields=["practice", "member", "kind"],
                condition=Q(is_asked=True, state="WAITING"),
                name="report_mail_asked_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(kind__in=["DAILY", "WEEKLY"]), name="report_mail_kind"),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False) | Q(state__in=["WAITING", "FAILED"], sent_at__isnull=True),
                name="report_mail_state",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "next_try_at"], condition=Q(state="WAITING"), name="report_mail_waiting"),
            models.Index(fields=["practice", "member", "made_at"], name="report_mail_by_member"),
        ]

    def __str__(self):
        return f"report mail {self.pk}"
