"""The tabs of the dashboard: the question each answers, and what it shows. Each asks the database for that alone."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.models import CallAttempt, Campaign
from patients.models import Patient

from . import answer_times, booking_sheets, bookings, call_sheets, calls, cards, list_sheets
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
    """`content` makes of the filters what the tab's template shows; `later`, if any, what takes a large practice a second:
    the page asks for that when it is there.
    """

    code: str
    label: str
    question: str
    content: Callable
    later: Callable | None = None

    @property
    def url_name(self):
        return "reports:dashboard" if self.code == OVERVIEW else f"reports:dashboard_{self.code}"

    @property
    def template(self):
        return f"reports/dashboard/{self.code}.html"


OVERVIEW = "overview"
MOST_DAYS_BY_HOUR = 31


def _sheets(filters, *codes):
    return {code: TABLES[code](filters) for code in codes}


def _overview(filters):
    if filters.is_narrowed or _has_calls(filters):
        return {"cards": cards.work(filters), **_sheets(filters, "volume", "campaigns")}
    return {"first_step": "CALL", **_queue(filters)}


def _timing(filters):
    found, by_day = heat_map(filters=filters), calls.by_day(filters=filters)
    spans = {code: TABLES[code](filters, by_day) for code in ("weekdays", "weeks", "months")}
    # Hours of longer periods would be read from every single call; the heat map tells of them.
    hours = _sheets(filters, "hours") if filters.period.days <= MOST_DAYS_BY_HOUR else {}
    return {"shades": answer_times.shades(found), "answer_times": answer_times.sheet(found), **spans, **hours}


def _outcomes(filters):
    return _sheets(filters, "attempts", "attempts_pay", "mix", "outcomes")


def _lists(filters):
    found = penetration(filters=filters)
    return {
        "cards": cards.work_of_lists(filters, found),
        "worked": list_sheets.worked(filters, found),
        **_sheets(filters, "age"),
    }


def _queue(filters):
    state = queue_state(practice=filters.practice, now=filters.now)
    return {"queue": state, "standing": list_sheets.standing(filters, state)}


def _agents(filters):
    return {"cards": cards.times(filters), **_sheets(filters, "comparison", "agents")}


def _bookings(filters):
    visits = bookings.visits(filters=filters)
    leads, money = (asked(filters=filters, found=visits) for asked in (bookings.no_show_by_lead_time, bookings.money))
    return {
        "cards": cards.visits(filters, bookings.summed(leads), money),
        "lead_times": booking_sheets.lead_times(filters, leads),
        "money": booking_sheets.money(filters, money),
    }


def _funnel(filters):
    return _sheets(filters, "funnel")


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
        Tab("lists", "Lists", "How far are the lists worked, and what holds the rest back?", _lists, _queue),
        Tab("agents", "Agents", "Who wins more or less than the list they had lets expect?", _agents),
        Tab("bookings", "Bookings", "Do bookings become visits, and do they pay?", _bookings, _funnel),
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
        ("Taken by", by.name),
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
