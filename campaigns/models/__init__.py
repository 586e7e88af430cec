from .attempt import CallAttempt
from .callback import Callback
from .campaign import Campaign, CampaignAgent, is_running
from .enrollment import Enrollment
from .queue import Lease, QueueBuild, QueueItem

__all__ = [
    "CallAttempt",
    "Callback",
    "Campaign",
    "CampaignAgent",
    "Enrollment",
    "Lease",
    "QueueBuild",
    "QueueItem",
    "is_running",
]
