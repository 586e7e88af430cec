from .agent_spell import AgentSpell
from .attempt import CallAttempt
from .callback import Callback
from .campaign import Campaign, CampaignAgent, is_running
from .enrollment import Enrollment
from .hours import CalendarDay, DeniedDial, HoursRule
from .queue import Lease, QueueBuild, QueueChange, QueueItem

__all__ = [
    "AgentSpell",
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
