"""A campaign as somebody sets it up: its form filled in, sent part by part as the wizard asks, or at once on the edit page."""

import uuid
from itertools import pairwise

from campaigns.models import Campaign

STEPS = ["kind", "rules", "script", "agents", "hours", "cost", "review"]


def filled(*, today, **fields):
    """Every field of the form, with the usual values."""
    form = {
        "name": "Winter recall", "kind": "REACTIVATION", "months_since_visit": "12", "appointment_horizon_days": "28",
        "max_attempts": "5", "starts_on": str(today), "ends_on": "", "workflow": "",
        "shown_once_verified": Campaign.Shown.values, "keeps_hours": "PRACTICE", "legal_class": "CARE", "goal": "",
        "revenue_per_visit": "100", "expected_answer_rate": "20", "expected_agree_rate": "62.5", "expected_show_rate": "70",
        "agent_cost_per_month": "1760",
    }  # fmt: skip
    return form | fields


def begin(web, url, form):
    """Go through the first step. Returns the id of the draft, or the answer that refuses it."""
    answer = web.post(url("new"), form | {"key": str(uuid.uuid4())})
    return int(answer.url.split("/")[-3]) if answer.status_code == 302 else answer


def go_through(web, url, form):
    """Go to the review. Returns the id of the draft, or the answer of the first step that refuses its part."""
    draft_id = begin(web, url, form)
    if not isinstance(draft_id, int):
        return draft_id
    for step, after in pairwise(STEPS[1:]):
        answer = web.post(url("new_step", draft_id=draft_id, step=step), form | {"to": after})
        if answer.status_code != 302:
            return answer
        assert answer.url == url("new_step", draft_id=draft_id, step=after)
    return draft_id


def set_up(web, url, form):
    """Go through all steps and make the campaign. Returns the last answer, its page if all went well."""
    draft_id = go_through(web, url, form)
    return web.post(url("new_create", draft_id=draft_id), follow=True) if isinstance(draft_id, int) else draft_id


def previewed(web, url, form, **headers):
    """What stands beside the rules of a new campaign, as the form is filled in."""
    return web.post(url("new_beside", draft_id=begin(web, url, form), step="rules"), form, headers=headers)
