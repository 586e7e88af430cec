from .agent_spell import AgentSpell
from .attempt import AttemptEffects, CallAttempt
from .bulk_change import BulkChange
from .call_total import CallTotal
from .callback import Callback
from .campaign import Campaign, CampaignAgent, Workflow, is_running
from .campaign_draft import CampaignDraft
from .draft import CallDraft
from .enrollment import Enrollment
from .floor import LONGEST_MESSAGE, DeskMessage, WorkMove
from .hours import CalendarDay, DeniedDial, HoursRule
from .preferences import DeskPreferences
from .queue import Lease, QueueBuild, QueueChange, QueueItem
from .saved_view import SavedView
from .script import Script, ScriptVersion

__all__ = [
    "LONGEST_MESSAGE",
    "AgentSpell",
    "AttemptEffects",
    "BulkChange",
    "CalendarDay",
    "CallAttempt",
    "CallDraft",
    "CallTotal",
    "Callback",
    "Campaign",
    "CampaignAgent",
    "CampaignDraft",
    "DeniedDial",
    "DeskMessage",
    "DeskPreferences",
    "Enrollment",
    "HoursRule",
    "Lease",
    "QueueBuild",
    "QueueChange",
    "QueueItem",
    "SavedView",
    "Script",
    "ScriptVersion",
    "WorkMove",
    "Workflow",
    "is_running",
]
