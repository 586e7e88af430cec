"""Campaigns that are being set up: kept on the server while somebody goes through the steps, and made of that once."""

from datetime import timedelta

from .campaign_setup import save
from .models import CampaignDraft

STEPS = {
    "kind": "Whom to call",
    "rules": "Rules",
    "script": "Script",
    "agents": "Agents",
    "hours": "Hours",
    "cost": "Goal and cost",
    "review": "Review",
}
# Longer than any field may be, so that the form says what is wrong with it; no page of the wizard sends more.
LONGEST_VALUE, MOST_VALUES, LONGEST_NAME = 200, 1000, 80
KEPT = timedelta(days=90)


def of(*, owner):
    """The drafts of a person of which no campaign was made yet, those touched last first."""
    return CampaignDraft.objects.filter(owner=owner, campaign__isnull=True).order_by("-updated_at", "-pk")


def start(*, owner, key, fields, now):
    """A new draft with every field of the form. Started again with the same key, a UUID, it is the same one."""
    values = {"owner": owner, "fields": _clean(fields), "reached": "kind", "updated_at": now}
    draft, _is_new = CampaignDraft.objects.filter(owner=owner).get_or_create(practice=owner.practice, key=key, defaults=values)
    return draft


def keep(*, draft, fields, now, reached=""):
    """Keep what was typed in some fields (name → list of values), right or wrong; `reached` is the step that comes next."""
    draft.fields |= _clean(fields)
    steps = list(STEPS)
    if reached and steps.index(reached) > steps.index(draft.reached):
        draft.reached = reached
    draft.updated_at = now
    draft.save(update_fields=["fields", "reached", "updated_at"])


def progress(*, step, reached):
    """The steps as a list shows them to somebody at `step` who had come as far as `reached`: those can be gone to."""
    furthest = list(STEPS).index(reached)
    return [
        {
            "key": key,
            "label": label,
            "number": place + 1,
            "is_current": key == step,
            "is_done": place < furthest and key != step,
            "is_reached": place <= furthest and key != step,
        }
        for place, (key, label) in enumerate(STEPS.items())
    ]


def make(*, draft, campaign, agents, by, now):
    """Make the campaign of a draft that is locked (`locked`). Returns how many (entered, left). Raises NameTaken."""
    moved = save(campaign=campaign, agents=agents, by=by, now=now)
    draft.campaign, draft.fields = campaign, {}
    draft.save(update_fields=["campaign", "fields"])
    return moved


def locked(*, owner, draft_id):
    """A draft for making the campaign of it, or None: a second click waits here until the first is through."""
    return CampaignDraft.objects.select_for_update(no_key=True).filter(owner=owner, pk=draft_id).first()


def name_of_copy(*, campaign):
    """A name for a copy that no campaign of the practice has: “Fall recall (copy)”, “Fall recall (copy 2)”, …"""
    taken = {name.lower() for name in campaign.practice.campaigns.values_list("name", flat=True)}
    for number in range(1, len(taken) + 2):
        ending = f" (copy {number})" if number > 1 else " (copy)"
        name = campaign.name[: LONGEST_NAME - len(ending)] + ending
        if name.lower() not in taken:
            break
    return name


def forget(*, now):
    """Drop drafts that nobody has touched for long, and what is left of those a campaign was made of."""
    CampaignDraft.objects.filter(updated_at__lt=now - KEPT).delete()


def _clean(fields):
    """Values as PostgreSQL takes them."""
    return {
        name: [str(value).replace("\0", "")[:LONGEST_VALUE] for value in values[:MOST_VALUES]] for name, values in fields.items()
    }
