"""The history of a campaign, disposition or practice in words: who changed what, and when. Read from what the triggers keep."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise

from accounts.words import WEEKDAYS

from . import own_hours
from .figures import percent
from .models import CampaignAgent
from .roi_words import dollars_and_cents

CAMPAIGN = {
    "name": "Name",
    "kind": "Kind",
    "status": "Status",
    "legal_class": "Legal class",
    "months_since_visit": "Months since the last visit",
    "lookback_days": "Days to look back",
    "win_back_after_days": "Days since the patient said no",
    "appointment_horizon_days": "Days ahead in which an appointment counts",
    "appointment_match": "Which appointment counts",
    "max_attempts": "Attempts",
    "own_hours": "Own calling hours",
    "starts_on": "First day",
    "ends_on": "Last day",
    "goal": "Goal",
    "revenue_per_visit": "Revenue per visit",
    "expected_answer_rate": "Expected answer rate",
    "expected_agree_rate": "Expected bookings per conversation",
    "expected_show_rate": "Expected show rate",
    "agent_cost_per_month": "Cost of an agent a month",
    "archived_at": "Archived",
    "shown_once_verified": "Shown once verified",
    "workflow": "Script",
}
DISPOSITION = {
    "label": "Label",
    "position": "Place on the screen",
    "hotkey": "Key",
    "is_active": "Active",
    "is_reached": "A person answered",
    "is_right_party": "Right party",
    "is_success": "Booking won",
    "closes_as": "Closes as",
    "retry_after_days": "Call again after (days)",
    "requires": "Agents must enter",
    "number_effect": "Says about the number",
}

OWN_WORDS = {
    "own_hours": own_hours.words,
    "archived_at": lambda at: "yes" if at else "no",
    "revenue_per_visit": dollars_and_cents,
    "agent_cost_per_month": dollars_and_cents,
    "expected_answer_rate": percent,
    "expected_agree_rate": percent,
    "expected_show_rate": percent,
}

PRACTICE = {
    "name": "Name",
    "specialty": "Specialty",
    "phone": "Phone for patients",
    "time_zone": "Time zone",
    "build_at": "Nightly build",
    "calls_open": "Calls from",
    "calls_close": "Calls until",
    "call_days": "Calling days",
    "daily_call_cap": "Most calls in 24 hours",
    "weekly_call_cap": "Most calls in 7 days",
    "dial_link": "A click on a number opens",
    "wrap_up_hint_seconds": "Usual wrap-up (seconds)",
    "correction_minutes": "Agents may correct an outcome for (minutes)",
    "voicemail_may_name": "Voicemail texts may name the practice",
    "unconfirmed_days": "Unconfirmed files are kept (days)",
    "rejected_rows_days": "Rejected rows are kept (days)",
    "waiting_rows_days": "Rows wait for a chart (days)",
    "idle_alert_minutes": "Floor: idle too long (minutes)",
    "wrap_up_alert_minutes": "Floor: wrap-up too long (minutes)",
    "break_alert_minutes": "Floor: break too long (minutes)",
    "list_alert_patients": "Floor: a list runs dry (patients)",
    "data_alert_days": "Floor: EMR data too old (days)",
}


@dataclass
class Change:
    """What one person changed in one go. `what` holds (what, before, after); before or after may be empty."""

    at: datetime
    who: str
    title: str = "Changed"
    what: list = field(default_factory=list)


def people_of(*, practice):
    """User id → name of everybody who is or was a member, for `who_did`."""
    return dict(practice.memberships.values_list("user", "user__full_name"))


def who_did(event, *, people):
    """The name of the user who wrote a version of a row."""
    user = (event.pgh_context or {}).get("user")
    return people.get(user, "Somebody outside of the practice") if user else "Recall Desk"


def of_campaign(*, campaign):
    """All Changes of a campaign, the latest first. What no user did is said to be done by “Recall Desk”."""
    history = _History(campaign.practice)
    for before, after in history.versions(campaign):
        history.change(after).what += _differences(before, after, CAMPAIGN)
    members = dict(campaign.practice.memberships.values_list("pk", "user__full_name"))
    for event in CampaignAgent.pgh_event_model.objects.filter(campaign=campaign).order_by("pgh_id"):
        name = members.get(event.agent_id, "")
        added = event.pgh_label == "insert"
        history.change(event).what.append(("Agent added" if added else "Agent removed", "", name))
    return history.latest_first()


def of_disposition(*, disposition):
    """The same of a disposition, without what was not tracked yet."""
    history = _History(disposition.practice)
    for before, after in history.versions(disposition):
        history.change(after).what += _differences(before, after, DISPOSITION)
    return history.latest_first()


def of_practice(*, practice, most):
    """So many of the latest Changes of a practice's settings, the latest first, in the words of PRACTICE.

    Its history holds former versions (accounts.history.track_former): each ended when and by whom the next one began.
    """
    history = _History(practice)
    events = list(practice.events.order_by("-pgh_id")[:most])
    for after, before in zip([practice, *events], events, strict=False):
        history.change(before).what += _differences(before, after, PRACTICE)
    return [change for change in history.latest_first() if change.what]


class _History:
    """Changes of one row and what belongs to it. All that one transaction wrote is one: its triggers share a moment."""

    def __init__(self, practice):
        self.people = people_of(practice=practice)
        self.changes = {}

    def change(self, event):
        who = who_did(event, people=self.people)
        return self.changes.setdefault((event.pgh_created_at, who), Change(at=event.pgh_created_at, who=who))

    def versions(self, row):
        """Each version of a row with the one before."""
        events = list(row.events.order_by("pgh_id"))
        if events and events[0].pgh_label == "insert":
            self.change(events[0]).title = "Created"
        return pairwise(events)

    def latest_first(self):
        return sorted(self.changes.values(), key=lambda each: each.at)[::-1]


def _differences(before, after, labels):
    return [
        (label, _say(before, name), _say(after, name))
        for name, label in labels.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _say(event, name):
    value = getattr(event, name)
    if name in OWN_WORDS:
        return OWN_WORDS[name](value)
    if value is None or value in ("", []):
        return "none"
    if event._meta.get_field(name).choices:
        return getattr(event, f"get_{name}_display")()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "call_days":
        return ", ".join(WEEKDAYS[day] for day in value)
    if isinstance(value, time):
        return f"{value:%-I:%M %p}"
    if isinstance(value, list):
        words = dict(event._meta.get_field(name).base_field.choices or ())
        return ", ".join(str(words.get(each, each)) for each in value)
    return f"{value:%b %-d, %Y}" if isinstance(value, date) else str(value)
