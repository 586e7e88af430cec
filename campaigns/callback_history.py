"""What happened to one callback, in words: who moved it, gave it away or settled it. Read from the rows triggers keep."""

from itertools import pairwise

from .changes import Change, people_of, who_did
from .models import Callback


def of_callback(*, callback, practice):
    """All Changes of a callback, the latest first. What no user did is said to be done by “Recall Desk”."""
    members = dict(practice.memberships.values_list("pk", "user__full_name"))
    people = people_of(practice=practice)
    versions = list(callback.events.order_by("pgh_id"))
    changes = [
        Change(at=version.pgh_created_at, who=who_did(version, people=people), title="Promised") for version in versions[:1]
    ]
    for before, after in pairwise(versions):
        what = _differences(before, after, members=members, practice=practice)
        if not what and before.why_changed == after.why_changed:
            continue
        changes.append(Change(at=after.pgh_created_at, who=who_did(after, people=people), title=_title(before, after), what=what))
    return changes[::-1]


def _title(before, after):
    if before.status != after.status:
        return "Called off" if after.status == Callback.Status.CANCELLED else Callback.Status(after.status).label
    return after.why_changed or "Changed"


def _differences(before, after, *, members, practice):
    found = []
    if before.owner_id != after.owner_id:
        found.append(("Owner", members.get(before.owner_id, ""), members.get(after.owner_id, "")))
    if before.due_at != after.due_at:
        found.append(("Promised for", _moment(before.due_at, practice), _moment(after.due_at, practice)))
    if before.status != after.status and before.why_changed != after.why_changed:
        found.append(("Why", "", after.why_changed))
    return found


def _moment(moment, practice):
    return f"{practice.local(moment):%a %b %-d, %-I:%M %p %Z}"
