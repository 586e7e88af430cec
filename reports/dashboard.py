"""The supervisor's dashboard: figures with their base and change, charts, tables."""

from django.contrib.humanize.templatetags.humanize import intcomma

from campaigns.figures import percent
from campaigns.models import Campaign
from patients.models import Patient

from . import calls, lists
from .promises import promises


def dashboard(*, filters):
    """Everything the page shows of the period, and of today's call lists."""
    practice, period = filters.practice, filters.period
    current = calls.totals(filters=filters)
    earlier = calls.totals(filters=filters.before)
    agents = calls.by_agent(filters=filters)
    campaigns = calls.by_campaign(filters=filters)
    return {
        "filters": filters,
        "period": period,
        "totals": current,
        "cards": _cards(current, earlier, against=period.name_before),
        "agents": agents,
        "campaigns": campaigns,
        "over_time": _over_time(filters),
        "agents_chart": _bars(agents, "Conversion per dial", "conversion", unit="%"),
        "campaigns_chart": _bars(campaigns, "Bookings", "booked"),
        "outcomes_chart": _bars(calls.by_disposition(filters=filters), "Dials", "dials"),
        "attempts_chart": _by_attempt(calls.by_attempt(filters=filters)),
        "queue": lists.queue_state(practice=practice, now=filters.now),
        "callbacks": promises(filters=filters),
        "data_as_of": lists.data_as_of(practice=practice),
        "first_step": "" if current.dials or current.booked else _first_step(practice),
    }


def _cards(current, earlier, *, against):
    """The six figures on top: label, value, what it is a part of, and the change."""
    rates = [
        ("Answer rate", "phone-check", "answer_rate", current.reached, current.dials, "dials"),
        ("Right-party rate", "user-check", "right_party_rate", current.right_party, current.dials, "dials"),
        ("Booked per dial", "target-arrow", "conversion", current.booked_by_dial, current.dials, "dials"),
        (
            "Booked per contact", "messages", "conversion_per_conversation",
            current.converted, current.right_party, "contacts",
        ),
    ]  # fmt: skip
    return [
        _count_card("Dials", "phone-outgoing", current.dials, earlier.dials, against, tone="neutral"),
        _count_card("Bookings", "calendar-check", current.booked, earlier.booked, against),
        *(
            {
                "label": label,
                "icon": icon,
                "value": percent(getattr(current, name)),
                "base": f"{intcomma(part)} of {intcomma(whole)} {unit}",
                **_change(getattr(current, name), getattr(earlier, name), points=True),
            }
            for label, icon, name, part, whole, unit in rates
        ),
    ]


def _count_card(label, icon, current, earlier, against, tone=""):
    card = {
        "label": label,
        "icon": icon,
        "value": intcomma(current),
        "base": f"{intcomma(earlier) if earlier else 'none'} {against}",
    }
    change = _change(current, earlier, points=False)
    return {**card, **change, "delta_tone": tone or change["delta_tone"]}


def _change(current, earlier, *, points):
    """Points between two rates, percent between two counts; nothing where there is nothing to compare with."""
    if current is None or not earlier:
        return {"delta": "", "delta_tone": "neutral"}
    change = round(current - earlier, 1) if points else round(100 * (current - earlier) / earlier)
    if not change:
        return {"delta": "no change", "delta_tone": "neutral"}
    amount = f"{'+' if change > 0 else '−'}{abs(change)}{' pts' if points else '%'}"
    return {
        "delta": amount if points or change < 1000 else "more than tenfold",
        "delta_tone": "success" if change > 0 else "warn",
    }


def _over_time(filters):
    if filters.period.is_one_day:
        tallies = calls.by_hour(filters=filters)
        labels = [f"{(each.group - 1) % 12 + 1} {'AM' if each.group < 12 else 'PM'}" for each in tallies]
    else:
        tallies = calls.by_day(filters=filters)
        day = "%a %-m/%-d" if filters.period.days <= 7 else "%-m/%-d"
        labels = [f"{each.group:{day}}" for each in tallies]
    return {
        "kind": "bar",
        "labels": labels,
        "series": [
            {"name": "Dials", "values": [each.dials for each in tallies]},
            {"name": "Reached", "values": [each.reached for each in tallies]},
            {"name": "Booked", "values": [each.booked for each in tallies]},
        ],
    }


def _bars(tallies, name, attribute, unit=""):
    """Bars of those with any dial, the longest first."""
    called = sorted((each for each in tallies if each.dials), key=lambda each: getattr(each, attribute), reverse=True)
    values = [getattr(each, attribute) for each in called]
    return {"kind": "hbar", "labels": [each.name for each in called], "unit": unit, "series": [{"name": name, "values": values}]}


def _by_attempt(tallies):
    """Rates with the dials they are made of in the label: a high bar over few dials means little."""
    return {
        "kind": "bar",
        "labels": [f"{each.name} ({intcomma(each.dials)})" for each in tallies],
        "unit": "%",
        "series": [
            {"name": "Reached per dial", "values": [each.answer_rate for each in tallies]},
            {"name": "Booked per dial", "values": [each.conversion for each in tallies]},
        ],
    }


def _first_step(practice):
    """What a practice without calls in the period has to do first: IMPORT, CAMPAIGN, or nothing but call."""
    if not Patient.objects.filter(practice=practice).exists():
        return "IMPORT"
    if not Campaign.objects.filter(practice=practice).exists():
        return "CAMPAIGN"
    return "CALL"
