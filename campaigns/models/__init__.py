from .attempt import CallAttempt
from .callback import Callback
from .campaign import Campaign, CampaignAgent, Workflow, is_running
from .enrollment import Enrollment
from .hours import CalendarDay, DeniedDial, HoursRule
from .queue import Lease, QueueBuild, QueueChange, QueueItem
from .script import Script, ScriptVersion

__all__ = [
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
    "Script",
    "ScriptVersion",
    "Workflow",
    "is_running",
]
