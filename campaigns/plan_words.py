"""The codes of a build in words: what was left out of the call lists, who entered, left or changed hands, and why."""

import re
from dataclasses import dataclass
from datetime import date

from .eligibility import LABELS
from .models import Enrollment, QueueChange

Kind = QueueChange.Kind
QUEUED = "QUEUED"
LEFT_OUT = {QUEUED: "On the call lists", **LABELS, "DONE_TODAY": "Called earlier that day"}
WHY = {
    Kind.ENTERED: {
        "NEW": "Newly enrolled",
        "WAITED": "Days after the last call are over",
        "FREED": "Nothing holds them back any more",
    },
    Kind.LEFT: {**LABELS, "CLOSED": "Enrollment closed"},
    Kind.MOVED: {
        "SHUFFLE": "Two-week shuffle",
        "AGENT_LEFT": "Dealt anew: had no agent, or the agent no longer calls for it",
        "ROOM": "The agent has room, or is back",
        "OFF_SHIFT": "The agent is off that day",
        "FULL": "The agent's list is full",
    },
}
POOL = "the shared pool"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Row:
    """So many open enrollments stood here when the lists were built. `code` is QUEUED or that of a rule."""

    code: str
    rows: int

    @property
    def label(self):
        return LEFT_OUT.get(self.code, self.code)

    @property
    def is_ready(self):
        return self.code == QUEUED


@dataclass(frozen=True)
class Followed:
    """What a campaign's rule did in a build: `ways` are (how enrollments closed, count), the most frequent first."""

    name: str
    campaign_id: int
    entered: int
    stayed: int
    ways: list

    @property
    def left(self):
        return sum(count for _way, count in self.ways)


def why(*, kind, code):
    """Why enrollments entered, left or changed hands, by the kind and code of a QueueChange."""
    return WHY[kind].get(code, code)


def lists(*, kind, source, target):
    """On or off whose list enrollments went, as in “from Ana Lopez to Ben Brook”. None is the pool that all share."""
    from_whom, to_whom = source.name if source else POOL, target.name if target else POOL
    if kind == Kind.MOVED:
        return f"from {from_whom} to {to_whom}"
    return f"to {to_whom}" if kind == Kind.ENTERED else f"from {from_whom}"


def rows(*, build):
    """A Row for each place at the time of the build; they add up to the open enrollments. In the rules' order."""
    found = {QUEUED: build.queued, **build.blocked}
    known = [code for code in LEFT_OUT if found.get(code)]
    return [Row(code, found[code]) for code in [*known, *sorted(found.keys() - LEFT_OUT.keys())]]


def followed(*, build, campaigns):
    """A Followed for each of the campaigns (in their order) whose rule the build asked."""
    told = []
    for campaign in campaigns:
        counts = build.enrollment.get(str(campaign.pk))
        if counts is not None:
            ways = sorted(counts["left"].items(), key=lambda way: (-way[1], way[0]))
            labeled = [(Enrollment.ClosedAs(code).label, count) for code, count in ways]
            told.append(Followed(campaign.name, campaign.pk, counts["entered"], counts["stayed"], labeled))
    return told


def because(*, enrollment, expected_yield):
    """Why an enrollment stands where it does on its list: which call it would be, what it may bring, and its reason."""
    reason = with_dates(enrollment.why)
    return f"{outlook(enrollment=enrollment, expected_yield=expected_yield)}; {reason[:1].lower()}{reason[1:]}"


def outlook(*, enrollment, expected_yield):
    """Which call the next one is, and what it may bring: “call 2 of 5, expected to book 8 of 100 such dials”."""
    words = [f"call {enrollment.attempts_made + 1} of {enrollment.campaign.max_attempts}"]
    if expected_yield is not None:
        hundredth = round(expected_yield / 10)
        words.append(f"expected to book {hundredth or 'less than 1'} of 100 such dials")
    return ", ".join(words)


def with_dates(why):
    """The words of a rule with their date as screens write it: “No-show on Oct 2, 2026”."""
    return ISO_DATE.sub(lambda found: f"{date.fromisoformat(found[0]):%b %-d, %Y}", why)


def took(*, build):
    """How long the build worked, as in “0.8 s” or “2 min 5 s”."""
    seconds = max((build.finished_at - build.started_at).total_seconds(), 0.1)
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
