"""All that a campaign is set up to do, in words: for the review before it is made, and for its page."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.humanize.templatetags.humanize import intcomma

from . import own_hours
from .campaign_words import count, rule
from .dry_run import next_build
from .models import Campaign
from .roi_words import dollars_and_cents

BOOKED_SINCE = {
    Campaign.Match.ANY: "Any appointment takes a patient out",
    Campaign.Match.SPECIALTY: "An appointment of the same specialty takes a patient out",
    Campaign.Match.PROVIDER: "An appointment with the same provider takes a patient out",
}


@dataclass(frozen=True)
class Part:
    """What one step of the wizard (campaign_drafts.STEPS) decides, as (label, words) pairs."""

    step: str
    facts: list


def parts(*, campaign, agents):
    """The Parts of a campaign, stored or not; `agents` are memberships, none for all of the practice."""
    dates = f"From {_date(campaign.starts_on)}" + (f" to {_date(campaign.ends_on)}" if campaign.ends_on else ", with no last day")
    shown = [label for code, label in Campaign.Shown.choices if code in campaign.shown_once_verified]
    return [
        Part("kind", [("Name", campaign.name), ("Kind", campaign.get_kind_display())]),
        Part("rules", [
            ("Takes", rule(campaign=campaign)),
            ("Attempts", f"{campaign.max_attempts} for each patient at most"),
            ("Not called", f"with an appointment within {count(campaign.appointment_horizon_days, 'day')}"),
            *([("Booked since", BOOKED_SINCE[campaign.appointment_match])] if campaign.kind in ("NO_SHOW", "CANCELLED") else []),
            ("Dates", dates),
        ]),
        Part("script", [
            ("Script", campaign.get_workflow_display() or f"That of the kind: {campaign.get_kind_display().lower()}"),
            ("Shown once verified", ", ".join(shown) or "Nothing of the chart"),
        ]),
        Part("agents", [("Agents", ", ".join(agent.name for agent in agents) or "All agents of the practice")]),
        Part("hours", [
            ("Called", own_hours.words(campaign.own_hours) + ", on the patient's clocks" if campaign.own_hours
             else "Whenever the practice and the law allow calls"),
            ("Legal class", campaign.get_legal_class_display()),
        ]),
        Part("cost", [
            ("Goal", count(campaign.goal, "booking") if campaign.goal else "None set"),
            ("Expected", f"{_share(campaign.expected_answer_rate)} of calls answered, {_share(campaign.expected_agree_rate)} of "
             f"those booked, {_share(campaign.expected_show_rate)} of those kept"),
            ("Revenue", f"{dollars_and_cents(campaign.revenue_per_visit)} per kept visit"),
            ("Cost", f"{dollars_and_cents(campaign.agent_cost_per_month)} for an agent a month"),
        ]),
    ]  # fmt: skip


def on_making(*, campaign, preview, now):
    """What happens when a campaign is made, as sentences. `preview` is preview.Preview."""
    practice = campaign.practice
    on, build_at = practice.business_date(now), next_build(practice=practice, now=now)
    if not campaign.runs(on=on):
        return [
            f"Nobody is enrolled before {_date(campaign.starts_on)}. In the night to that day it takes whoever fits then.",
            "Until then you can change everything but the kind.",
        ]
    enrolled = f"{count(preview.fits, 'patient')} {'is' if preview.fits == 1 else 'are'} enrolled at once"
    unable = f", {intcomma(preview.without_number)} of them without a usable number" if preview.without_number else ""
    local = practice.local(build_at)
    return [
        f"{enrolled}{unable}.",
        f"They come onto the call lists with the next nightly build, {local:%a, %b %-d, %-I:%M %p %Z}. "
        "To call them today, rebuild today's call lists on the campaigns' page.",
        "After that the rule is asked again every night: who comes to fit it enters, who no longer fits leaves.",
    ]


def _date(on):
    return f"{on:%b %-d, %Y}"


def _share(value):
    return f"{Decimal(value).normalize():f}%"
