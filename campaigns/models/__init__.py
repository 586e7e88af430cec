from .attempt import AttemptEffects, CallAttempt
from .callback import Callback
from .campaign import Campaign, CampaignAgent, is_running
from .enrollment import Enrollment
from .hours import CalendarDay, DeniedDial, HoursRule
from .queue import Lease, QueueBuild, QueueChange, QueueItem

__all__ = [
    "AttemptEffects",
    "CalendarDay",
    "CallAttempt",
    "Callback",
    "Campaign",
    "CampaignAgent",
    "DeniedDial",
    "Enrollment",
    "HoursRule",
    "Lease",
    "QueueBuild",
    "QueueChange",
    "QueueItem",
    "is_running",
]
