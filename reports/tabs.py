"""The tabs of the dashboard: the question each answers, and what it shows. Each asks the database for that alone."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.models import CallAttempt, Campaign
from patients.models import Patient

from . import answer_times, booking_sheets, bookings, call_sheets, cards, list_sheets
from .heat_map import heat_map
from .lists import data_as_of, penetration, queue_state
from .numbers import number_quality
from .promises import promises

# What can be taken along as a file.
TABLES = {
    "volume": call_sheets.volume,
    "campaigns": call_sheets.campaigns,
    "answer_times": answer_times.answer_times,
    "hours": call_sheets.hours,
    "weekdays": call_sheets.weekdays,
    "weeks": call_sheets.weeks,
    "months": call_sheets.months,
    "outcomes": call_sheets.outcomes,
    "mix": call_sheets.mix,
    "attempts": call_sheets.attempts,
    "attempts_pay": call_sheets.attempts_pay,
    "worked": list_sheets.worked,
    "age": list_sheets.age,
    "standing": list_sheets.standing,
    "agents": call_sheets.agents,
    "comparison": call_sheets.comparison,
    "funnel": booking_sheets.funnel,
    "lead_times": booking_sheets.lead_times,
    "money": booking_sheets.money,
    "callbacks": list_sheets.callbacks,
    "quality": list_sheets.quality,
    "numbers": list_sheets.numbers,
}


@dataclass(frozen=True)
class Tab:
    """`content` makes of the filters what the tab's template shows."""

    code: str
    label: str
    question: str
    content: Callable

    @property
    def url_name(self):
        return "reports:dashboard" if self.code == OVERVIEW else f"reports:dashboard_{self.code}"

    @property
    def template(self):
        return f"reports/dashboard/{self.code}.html"


OVERVIEW = "overview"


def _sheets(filters, *codes):
    return {code: TABLES[code](filters) for code in codes}


def _overview(filters):
    if filters.is_narrowed or _has_calls(filters):
        return {"cards": cards.work(filters), **_sheets(filters, "volume", "campaigns")}
    return {"first_step": "CALL", **_queue(filters)}


def _timing(filters):
    found = heat_map(filters=filters)
    return {
        "shades": answer_times.shades(found),
        "answer_times": answer_times.sheet(found),
        **_sheets(filters, "hours", "weekdays", "weeks", "months"),
    }


def _outcomes(filters):
    return _sheets(filters, "attempts", "attempts_pay", "mix", "outcomes")


def _lists(filters):
    found = penetration(filters=filters)
    return {
        "cards": cards.work_of_lists(filters, found),
        "worked": list_sheets.worked(filters, found),
        **_sheets(filters, "age"),
        **_queue(filters),
    }


def _queue(filters):
    queue = queue_state(practice=filters.practice, now=filters.now)
    return {"queue": queue, "standing": list_sheets.standing(filters, queue)}


def _agents(filters):
    return {"cards": cards.times(filters), **_sheets(filters, "comparison", "agents")}


def _bookings(filters):
    leads, money = bookings.no_show_by_lead_time(filters=filters), bookings.money(filters=filters)
    return {
        "cards": cards.visits(filters, bookings.summed(leads), money),
        "lead_times": booking_sheets.lead_times(filters, leads),
        "money": booking_sheets.money(filters, money),
        **_sheets(filters, "funnel"),
    }


def _promises(filters):
    made, found = promises(filters=filters), number_quality(filters=filters)
    return {
        "cards": cards.promises_and_numbers(filters, made, found),
        "callbacks": list_sheets.callbacks(filters, made),
        "quality": list_sheets.quality(filters, found),
        **_sheets(filters, "numbers"),
    }


TABS = {
    tab.code: tab
    for tab in (
        Tab(OVERVIEW, "Overview", "How much was called, and what did it win?", _overview),
        Tab("timing", "Times", "When do patients answer, and when do we call?", _timing),
        Tab("outcomes", "Outcomes", "How do calls end, and how many attempts pay?", _outcomes),
        Tab("lists", "Lists", "How far are the lists worked, and what holds the rest back?", _lists),
        Tab("agents", "Agents", "Who wins more or less than the list they had lets expect?", _agents),
        Tab("bookings", "Bookings", "Do bookings become visits, and do they pay?", _bookings),
        Tab("promises", "Callbacks and numbers", "Are promises kept, and are the numbers any good?", _promises),
    )
}


def shown(*, tab, filters):
    """All that a tab shows; of a practice without patients or campaigns, what to do first."""
    practice = filters.practice
    step = _first_step(practice)
    content = {"first_step": step} if step else tab.content(filters)
    return {"tab": tab, "tabs": TABS.values(), "filters": filters, "data_as_of": data_as_of(practice=practice), **content}


def head(*, sheet, filters, by, now):
    """The lines on top of a file: what it is and tells, of which practice, period and filters, and who took it when."""
    clock = filters.practice.local(now)
    return [
        (filters.practice.name,),
        (sheet.title,),
        *described(filters),
        ("Printed by", by.name),
        ("At", f"{clock:%b %-d, %Y, %-I:%M %p %Z}"),
        *((words,) for words in (sheet.note, *sheet.remarks) if words),
    ]


def described(filters):
    """(name, value) of the period and of each filter."""
    ends = filters.practice.local(filters.period.ends_at)
    until = "" if filters.period.is_whole(practice=filters.practice) else f", until {ends:%-I:%M %p %Z}"
    return [
        ("Period", f"{filters.period.dates_in_words}{until}"),
        ("Campaign", filters.campaign.name if filters.campaign else "All"),
        ("Agent", filters.agent.name if filters.agent else "All"),
        ("Location", filters.location or "All"),
    ]


def _has_calls(filters):
    period = filters.period
    calls = CallAttempt.objects.filter(practice=filters.practice)
    return calls.filter(ended_at__gte=period.starts_at, ended_at__lte=period.ends_at).exists()


def _first_step(practice):
    """What has to be done before there can be calls: IMPORT or CAMPAIGN; empty where there is a campaign."""
    if Campaign.objects.filter(practice=practice).exists():
        return ""
    return "CAMPAIGN" if Patient.objects.filter(practice=practice).exists() else "IMPORT"
