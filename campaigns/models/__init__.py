from .agent_spell import AgentSpell
from .attempt import AttemptEffects, CallAttempt
from .call_total import CallTotal
from .callback import Callback
from .campaign import Campaign, CampaignAgent, Workflow, is_running
from .draft import CallDraft
from .enrollment import Enrollment
from .hours import CalendarDay, DeniedDial, HoursRule
from .preferences import DeskPreferences
from .queue import Lease, QueueBuild, QueueChange, QueueItem
from .script import Script, ScriptVersion

__all__ = [
    "AgentSpell",
    "AttemptEffects",
    "CalendarDay",
    "CallAttempt",
    "CallDraft",
    "CallTotal",
    "Callback",
    "Campaign",
    "CampaignAgent",
    "DeniedDial",
    "DeskPreferences",
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
