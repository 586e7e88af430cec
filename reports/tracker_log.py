"""What was changed of many enrollments at once, and what was taken along as a file, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import QueryDict

from accounts.models import User
from accounts.words import LANGUAGES
from audit.models import AccessEvent
from campaigns import bulk, tracker_choice
from campaigns.models import BulkChange
from campaigns.models.bulk_change import UNDO_WITHIN

Action = BulkChange.Action
FILES = {"csv": "CSV", "xlsx": "Excel"}
PAGES = ["reports:tracker_csv", "reports:tracker_xlsx"]
EXPORTS_SHOWN = 50
# What each action does: as a heading, as a button, and done.
WORDS = {
    Action.REASSIGN: ("Reassign", "hand over", "handed over"),
    Action.CLOSE: ("Close", "close", "closed"),
    Action.PUT_BACK: ("Put back", "put back", "put back"),
    Action.PRIORITY: ("Change priority", "change the priority of", "changed"),
}
# What follows, said before it is done.
CONSEQUENCES = {
    Action.REASSIGN: "Their places on today’s list move along; promised callbacks stay with who promised them.",
    Action.CLOSE: "They leave today’s call lists, and their promised callbacks are called off.",
    Action.PUT_BACK: "They come onto the call lists with the next build, if no rule holds them back; who no longer fits the rule "
    "of the campaign closes again tonight.",
    Action.PRIORITY: "High ones come first in their agent’s list at once, after due callbacks; normal ones stand where the "
    "expected yield puts them, from the next build on.",
}


@dataclass(frozen=True)
class Outlook:
    """What a change would do at this moment: `counts` by reason, the empty one: would be changed."""

    counts: dict

    @property
    def chosen(self):
        return sum(self.counts.values())

    @property
    def fits(self):
        return self.counts.get("", 0)

    @property
    def words(self):
        """As in “1,284 enrollments”."""
        return f"{intcomma(self.fits)} enrollment{'' if self.fits == 1 else 's'}"

    @property
    def refused(self):
        """As in “9 in a call right now, 5 closed already”; empty if none is."""
        return bulk.told({code: count for code, count in self.counts.items() if code})


@dataclass(frozen=True)
class Change:
    """A BulkChange and how it is told."""

    row: BulkChange
    now: datetime
    filter_words: str = ""

    @property
    def heading(self):
        return WORDS[self.row.action][0]

    @property
    def verb(self):
        return WORDS[self.row.action][1]

    @property
    def what(self):
        """As in “Handed over to Ana Lopez”."""
        row = self.row
        if row.action == Action.REASSIGN:
            return f"Handed over to {row.to_agent.name if row.to_agent else 'the shared pool'}"
        if row.action == Action.CLOSE:
            return f"Closed as {row.get_closed_as_display().lower()}: {row.why}"
        if row.action == Action.PRIORITY:
            return "Priority high" if row.is_priority else "Priority normal"
        return "Put back"

    @property
    def consequence(self):
        return CONSEQUENCES[self.row.action]

    @property
    def undo_until(self):
        return self.row.done_at + UNDO_WITHIN

    @property
    def counted(self):
        """As in “1,270 done, 14 refused: 9 in a call right now, 5 closed already”."""
        return _counted(self.row.done, "done", self.row.refused, "refused")

    @property
    def counted_undo(self):
        """As in “1,260 changed back, 10 left: 10 called since”."""
        return _counted(self.row.undone, "changed back", self.row.kept, "left as they are")

    @property
    def may_be_undone(self):
        return self.row.may_be_undone(now=self.now)


@dataclass(frozen=True)
class Export:
    """A file that somebody took along."""

    by: str
    at: datetime
    rows: str
    kind: str
    filter_words: str


def worded(changes, *, practice, now):
    """A Change for each of these, with the filter that chose it in words."""
    names = _names(practice)
    return [Change(row, now, filter_words(row.query, names) if row.query else "") for row in changes]


def exports(*, practice):
    """The latest files that were taken along, the newest first."""
    events = AccessEvent.objects.filter(practice_id=practice.pk, page__in=PAGES).exclude(subject="").defer("patient_ids")
    events = list(events.order_by("-seen_at")[:EXPORTS_SHOWN])
    names = _names(practice) if events else {}
    people = dict(User.objects.filter(pk__in={event.user_id for event in events}).values_list("pk", "full_name"))
    return [_export(event, people, names) for event in events]


def filter_words(query, names):
    """The filters of an address in words, as in “Campaign: No-shows · State: Open”; “All enrollments” without any."""
    said, told = QueryDict(query), []
    for name, (label, known) in names.items():
        if said.get(name):
            told.append(f"{label}: {known.get(said[name], 'no longer known')}")
    for name, label in tracker_choice.RANGES.items():
        first, last = said.get(f"{name}_from"), said.get(f"{name}_to")
        if first or last:
            told.append(f"{label}: {' '.join([*(['from', first] if first else []), *(['to', last] if last else [])])}")
    return " · ".join(told) or "All enrollments"


def _names(practice):
    """Filter → (its label, code → words)."""
    members = practice.memberships.select_related("user")
    return {
        "campaign": ("Campaign", {str(pk): name for pk, name in practice.campaigns.values_list("pk", "name")}),
        "agent": ("Agent", {tracker_choice.UNASSIGNED: "nobody", **{str(each.pk): each.name for each in members}}),
        "state": ("State", tracker_choice.STATES),
        "outcome": (
            "Last outcome",
            {tracker_choice.NEVER: "never called", **dict(practice.dispositions.values_list("code", "label"))},
        ),
        "attempts": ("Calls made", tracker_choice.ATTEMPTS),
        "blocked": ("Held back by", tracker_choice.BLOCKED),
        "priority": ("Priority", tracker_choice.PRIORITY),
        "language": ("Language", LANGUAGES),
    }


def _export(event, people, names):
    rows, _, file = event.subject.partition(" rows as ")
    kind, _, query = file.partition("?")
    return Export(
        by=people.get(event.user_id, ""), at=event.seen_at, rows=rows, kind=FILES.get(kind, kind),
        filter_words=filter_words(query, names),
    )  # fmt: skip


def _counted(done, how, left, why):
    words = f"{intcomma(done)} {how}"
    refused = sum(left.values())
    return f"{words}, {intcomma(refused)} {why}: {bulk.told(left)}" if refused else words
