from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Lower

from accounts.history import track
from accounts.models import Membership
from accounts.tenancy import PracticeForeignKey, PracticeModel


def everything_shown():
    return list(Campaign.Shown.values)


def is_running(*, on, of=""):
    """The condition that a campaign is active and its dates include this date of the practice.

    `of` is the way to the campaign for rows that belong to one, as in "campaign__".
    """
    active = Q((f"{of}status", Campaign.Status.ACTIVE), (f"{of}starts_on__lte", on))
    return active & (Q((f"{of}ends_on__isnull", True)) | Q((f"{of}ends_on__gte", on)))


class CampaignQuerySet(models.QuerySet):
    def running(self, *, on):
        """Active ones whose dates include this date of the practice."""
        return self.filter(is_running(on=on))

    def listed(self):
        """Those that were not put away."""
        return self.filter(archived_at__isnull=True)

    def in_order(self):
        """Active ones first, then the paused, then the ended; by name."""
        ranks = [When(status=status, then=rank) for rank, status in enumerate(Campaign.Status.values)]
        return self.order_by(Case(*ranks), Lower("name"))


class Workflow(models.TextChoices):
    """What a call is about, and so what is said in it (campaigns/scripts.py)."""

    CANCELLED_BY_US = "CANCELLED_BY_US", "Canceled by us"
    CANCELLED_BY_PATIENT = "CANCELLED_BY_PATIENT", "Canceled by the patient"
    NO_SHOW = "NO_SHOW", "No-show"
    REACTIVATION = "REACTIVATION", "Reactivation"
    NO_ENCOUNTER = "NO_ENCOUNTER", "Registered, never seen"
    REVIEW = "REVIEW", "Patient review"
    WIN_BACK = "WIN_BACK", "Win back the lost"
    TELE_VISIT = "TELE_VISIT", "Convert to a tele-visit"
    VOICEMAIL = "VOICEMAIL", "Voicemail"
    REFERRAL = "REFERRAL", "Ask for a referral"

    @classmethod
    def of_calls(cls):
        """Choices without the two that are parts of every call."""
        return [choice for choice in cls.choices if choice[0] not in (cls.VOICEMAIL, cls.REFERRAL)]


@track(app_label="campaigns")
class Campaign(PracticeModel):
    """Whom to win back, by which rule, and how. Enrollment follows the rule every night (campaigns/enrollment.py)."""

    class Kind(models.TextChoices):
        REACTIVATION = "REACTIVATION", "Reactivation"
        NO_SHOW = "NO_SHOW", "No-shows"
        CANCELLED = "CANCELLED", "Canceled"
        NO_ENCOUNTER = "NO_ENCOUNTER", "Registered, never seen"
        REVIEW = "REVIEW", "Patient reviews"
        WIN_BACK = "WIN_BACK", "Win back the lost"

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        PAUSED = "PAUSED", "Paused"
        ENDED = "ENDED", "Ended"

    class Match(models.TextChoices):
        ANY = "ANY", "Any appointment"
        SPECIALTY = "SPECIALTY", "Same specialty"
        PROVIDER = "PROVIDER", "Same provider"

    class LegalClass(models.TextChoices):
        CARE = "CARE", "Care recall"
        OPERATIONAL = "OPERATIONAL", "Operational"
        MARKETING = "MARKETING", "Marketing"

    class Shown(models.TextChoices):
        WHY = "WHY", "Why the patient is in the campaign"
        CHART = "CHART", "MRN and provider"
        VISITS = "VISITS", "Visits, past and coming"
        CALLS = "CALLS", "Notes of earlier calls"
        EMR_NOTE = "EMR_NOTE", "The note in the chart"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.ACTIVE)
    legal_class = models.CharField(max_length=11, choices=LegalClass.choices, default=LegalClass.CARE)
    months_since_visit = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="Reactivation: no visit for at least this many months",
    )
    lookback_days = models.PositiveSmallIntegerField(
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(1825)],
        help_text="How many days back the missed visit or the visit to review may lie",
    )
    win_back_after_days = models.PositiveSmallIntegerField(
        default=180,
        db_default=180,
        validators=[MinValueValidator(30), MaxValueValidator(1825)],
        help_text="Win back: at least so many days after the patient said no in another campaign",
    )
    appointment_horizon_days = models.PositiveSmallIntegerField(
        default=28,
        validators=[MaxValueValidator(365)],
        help_text="A patient with a live appointment within so many days is not called",
    )
    appointment_match = models.CharField(max_length=9, choices=Match.choices, default=Match.ANY)
    max_attempts = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(12)], help_text="Dials to one patient"
    )
    own_hours = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="Weekdays and hours on the patient's clocks, within the practice's: ~12345/1700-1900; empty: all of those",
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    goal = models.PositiveIntegerField(null=True, blank=True, help_text="Bookings hoped for")
    revenue_per_visit = models.DecimalField(
        max_digits=8, decimal_places=2, default=100, help_text="Expected collections for a kept visit, in dollars"
    )
    expected_answer_rate = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=20,
        db_default=20,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Dials that a person is expected to answer, in percent",
    )
    expected_agree_rate = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=Decimal("62.5"),
        db_default=Decimal("62.5"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Answered calls that are expected to end with a booking, in percent",
    )
    expected_show_rate = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=70,
        db_default=70,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Booked visits that are expected to be kept, in percent",
    )
    agent_cost_per_month = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=1760,
        db_default=1760,
        validators=[MinValueValidator(0)],
        help_text="What an agent costs a month, in dollars",
    )
    archived_at = models.DateTimeField(null=True, editable=False, help_text="Ended and put away: lists leave it out from then on")
    shown_once_verified = ArrayField(
        models.CharField(max_length=8, choices=Shown.choices),
        default=everything_shown,
        db_default=["WHY", "CHART", "VISITS", "CALLS", "EMR_NOTE"],
        blank=True,
        help_text="What an agent sees of the patient once two identifiers match; before that, nothing of it",
    )
    workflow = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        choices=Workflow.of_calls(),
        help_text="Which script agents follow; empty: that of the kind",
    )
    created_by = PracticeForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="campaign_name_in_practice"),
            models.CheckConstraint(
                condition=Q(kind__in=["REACTIVATION", "NO_SHOW", "CANCELLED", "NO_ENCOUNTER", "REVIEW", "WIN_BACK"]),
                name="campaign_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    expected_answer_rate__range=(0, 100), expected_agree_rate__range=(0, 100), expected_show_rate__range=(0, 100)
                ),
                name="campaign_expected_rates",
            ),
            models.CheckConstraint(condition=Q(archived_at__isnull=True) | Q(status="ENDED"), name="campaign_archived"),
            models.CheckConstraint(condition=Q(status__in=["ACTIVE", "PAUSED", "ENDED"]), name="campaign_status"),
            models.CheckConstraint(condition=Q(appointment_match__in=["ANY", "SPECIALTY", "PROVIDER"]), name="campaign_match"),
            models.CheckConstraint(
                condition=Q(legal_class__in=["CARE", "OPERATIONAL", "MARKETING"]), name="campaign_legal_class"
            ),
            models.CheckConstraint(
                condition=Q(workflow__in=["", *(code for code, _label in Workflow.of_calls())]), name="campaign_workflow"
            ),
            models.CheckConstraint(
                condition=Q(own_hours__regex=r"^(~[1-7]{1,7}/[0-2][0-9][0-5][0-9]-[0-2][0-9][0-5][0-9])?$"),
                name="campaign_own_hours",
            ),
            models.CheckConstraint(condition=Q(max_attempts__gte=1, max_attempts__lte=12), name="campaign_attempts"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="campaign_dates"),
        ]

    def __str__(self):
        return f"campaign {self.pk}"

    def runs(self, *, on):
        """Whether calls are made on this date of the practice: `is_running` for a campaign that may not be stored yet."""
        return self.status == self.Status.ACTIVE and self.starts_on <= on and (not self.ends_on or on <= self.ends_on)


@track(app_label="campaigns")
class CampaignAgent(PracticeModel):
    """An agent who works a campaign. A campaign without any is worked by all agents of the practice."""

    campaign = PracticeForeignKey(Campaign, models.CASCADE, related_name="agents")
    agent = PracticeForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "campaign", "agent"], name="campaign_agent_once"),
        ]

    def __str__(self):
        return f"campaign agent {self.pk}"
