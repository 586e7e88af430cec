"""The history of a campaign in words: who changed what, and when. Read from the rows that the triggers keep."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from .models import Campaign, CampaignAgent

LABELS = {
    "name": "Name",
    "kind": "Kind",
    "status": "Status",
    "legal_class": "Legal class",
    "months_since_visit": "Months since the last visit",
    "lookback_days": "Days to look back",
    "appointment_horizon_days": "Days ahead in which an appointment counts",
    "appointment_match": "Which appointment counts",
    "max_attempts": "Attempts",
    "starts_on": "First day",
    "ends_on": "Last day",
    "goal": "Goal",
    "revenue_per_visit": "Revenue per visit",
}


@dataclass
class Change:
    """What one person changed in one go. `what` holds (what, before, after); before or after may be empty."""

    at: datetime
    who: str
    title: str = "Changed"
    what: list = field(default_factory=list)


def of_campaign(*, campaign):
    """All Changes of a campaign, the latest first. What no user did is said to be done by “Recall Desk”."""
    members = dict(campaign.practice.memberships.values_list("pk", "user__full_name"))
    people = dict(campaign.practice.memberships.values_list("user", "user__full_name"))
    changes = {}

    def change(event):
        """All that one transaction wrote is one change: the triggers stamp it with the same moment."""
        user = (event.pgh_context or {}).get("user")
        who = people.get(user, "Somebody outside of the practice") if user else "Recall Desk"
        return changes.setdefault((event.pgh_created_at, who), Change(at=event.pgh_created_at, who=who))

    events = list(campaign.events.order_by("pgh_id"))
    for event in events[:1]:
        change(event).title = "Created"
    for before, after in pairwise(events):
        change(after).what += _differences(before, after)
    for event in CampaignAgent.pgh_event_model.objects.filter(campaign=campaign).order_by("pgh_id"):
        name = members.get(event.agent_id, "")
        added = event.pgh_label == "insert"
        change(event).what.append(("Agent added" if added else "Agent removed", "", name))
    return sorted(changes.values(), key=lambda each: each.at)[::-1]


def _differences(before, after):
    found = [
        (label, _say(before, name), _say(after, name))
        for name, label in LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if before.script != after.script:
        found.append(("Script", "", "rewritten" if after.script else "back to the standard script"))
    return found


def _say(event, name):
    value = getattr(event, name)
    if value is None:
        return "none"
    if Campaign._meta.get_field(name).choices:
        return getattr(event, f"get_{name}_display")()
    return f"{value:%b %-d, %Y}" if isinstance(value, date) else str(value)
