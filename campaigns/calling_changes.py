"""The latest changes of a practice's narrower rules and calendar days in words, from the rows that the triggers keep."""

from accounts.words import WEEKDAYS
from patients.area_states import STATES

from .calling_law import Window
from .calling_reach import span_words
from .changes import Change, people_of, who_did
from .models import CalendarDay, HoursRule

RULE_TITLES = {"insert": "Rule added", "update": "Rule changed", "delete": "Rule removed"}


def latest_changes(*, practice, most):
    """So many Changes, the latest first. What no user did is said to be done by “Recall Desk”."""
    people = people_of(practice=practice)
    changes = [
        Change(at=event.pgh_created_at, who=who_did(event, people=people), title=title, what=[what])
        for model, say in ((HoursRule, _rule), (CalendarDay, _day))
        for event in model.pgh_event_model.objects.filter(practice=practice).order_by("-pgh_id")[:most]
        for title, what in [say(event)]
    ]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:most]


def where(rule):
    """Where a rule holds, as a row or a version has it."""
    return STATES[rule.state].name if rule.state in STATES else "Everywhere"


def hours(rule):
    """The hours it leaves."""
    return span_words(Window(rule.opens_at, rule.closes_at) if rule.opens_at else None)


def _rule(event):
    days = ", ".join(WEEKDAYS[day] for day in sorted(event.weekdays))
    return RULE_TITLES[event.pgh_label], (f"{where(event)}, {days}", "", f"{hours(event)} ({event.note})")


def _day(event):
    on = f"{event.on:%b %-d, %Y}"
    if event.pgh_label == "delete":
        return "As in the calendar again", (on, event.name, "calls" if event.is_closed else "holiday, no calls")
    return ("Day closed" if event.is_closed else "Holiday opened"), (on, "", event.name)
