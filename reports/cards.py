"""The figures on top of a tab: each with what it is a part of, and its change against the period before."""

from django.contrib.humanize.templatetags.humanize import intcomma

from campaigns.figures import percent

from . import bookings, calls, contact_center, lists
from .amounts import clock, dollars
from .numbers import number_quality
from .promises import promises

MORE, LESS = "MORE", "LESS"  # what is good news


def work(filters):
    """Dials and what came of them."""
    now, before = calls.totals(filters=filters), calls.totals(filters=filters.before)
    rates = [
        ("Answer rate", "phone-check", "answer_rate", now.reached, now.dials, "dials"),
        ("Right-party rate", "user-check", "right_party_rate", now.right_party, now.dials, "dials"),
        ("Booked per dial", "target-arrow", "conversion", now.booked_by_dial, now.dials, "dials"),
        ("Booked per contact", "messages", "conversion_per_conversation", now.converted, now.right_party, "contacts"),
    ]
    return [
        _count("Dials", "phone-outgoing", now.dials, before.dials, filters, good=""),
        _count("Bookings", "calendar-check", now.booked, before.booked, filters),
        *(
            _rate(label, icon, getattr(now, name), getattr(before, name), f"{intcomma(part)} of {intcomma(whole)} {unit}")
            for label, icon, name, part, whole, unit in rates
        ),
    ]


def work_of_lists(filters, now):
    """How far the lists are worked (`now`: their Penetration), what lies untouched, how long patients wait."""
    idle = lists.untouched(filters=filters)
    waits, waited = lists.first_call(filters=filters), lists.first_call(filters=filters.before)
    return [
        # Told as of now: earlier lists have had more time, so a change against them would mean nothing.
        _rate("Dialed so far", "phone-outgoing", now.dialed_rate, None, _part(now.dialed, now.listed, "listed")),
        _rate("Reached so far", "phone-check", now.reached_rate, None, _part(now.reached, now.listed, "listed")),
        _rate("Untouched work", "hourglass", idle.rate, None, f"{_part(idle.untouched, idle.assigned, 'assigned')}, now"),
        _card(
            "Days to the first call",
            "calendar-time",
            "–" if waits.median is None else f"{waits.median:g}",
            f"median of {intcomma(waits.calls)} first dials; mean {'–' if waits.mean is None else f'{waits.mean:g}'}",
            _change(waits.median, waited.median, " days", good=LESS),
        ),
    ]


def times(filters):
    """What calls take."""
    now, before = contact_center.times(filters=filters), contact_center.times(filters=filters.before)
    seconds = [
        [None if each is None else each.total_seconds() for each in pair]
        for pair in ((now.handle_time, before.handle_time), (now.wrap_up_time, before.wrap_up_time))
    ]
    wrap_ups = "told of all campaigns and locations together" if now.wrap_ups is None else f"of {intcomma(now.wrap_ups)} wrap-ups"
    return [
        _card(
            "Average handle time", "clock", clock(now.handle_time),
            f"of {intcomma(now.dials)} dials, to the saved outcome", _change(*map(_rounded, seconds[0]), " s"),
        ),
        _card("Average wrap-up", "pencil", clock(now.wrap_up_time), wrap_ups, _change(*map(_rounded, seconds[1]), " s")),
    ]  # fmt: skip


def visits(filters, now, money):
    """What bookings come to: `now` are the Fates of the period, `money` its Money."""
    earlier = bookings.visits(filters=filters.before)
    before = bookings.fates(filters=filters.before, found=earlier)
    money_before = bookings.money(filters=filters.before, found=earlier)
    known = f"{intcomma(now.known)} kept or missed"
    kept = f"{intcomma(money.kept)} {'visit' if money.kept == 1 else 'visits'} kept"
    return [
        _rate("Kept", "calendar-check", now.kept_rate, before.kept_rate, f"{intcomma(now.kept)} of {known}"),
        _rate("No-show rate", "calendar-x", now.no_show_rate, before.no_show_rate, f"{intcomma(now.no_show)} of {known}", LESS),
        _card(
            "Revenue of kept visits", "coin", dollars(money.revenue, cents=False), kept,
            _percent_change(money.revenue, money_before.revenue),
        ),
        _card(
            "Cost per booking", "receipt", dollars(money.cost_per_booking),
            f"{dollars(money.cost, cents=False)} for {intcomma(money.booked)} bookings",
            _percent_change(money.cost_per_booking, money_before.cost_per_booking, LESS),
        ),
    ]  # fmt: skip


def promises_and_numbers(filters, now, found):
    """What was promised, and how good the numbers are: `now` are the Promises of the period, `found` its NumberQuality."""
    before, earlier = promises(filters=filters.before), number_quality(filters=filters.before)
    rates = [
        ("Wrong numbers", "phone-x", "wrong_rate", found.wrong, found.dials, "dials"),
        ("Disconnected", "phone-off", "disconnected_rate", found.disconnected, found.dials, "dials"),
        ("Opt-outs per contact", "hand-stop", "opt_out_rate_per_contact", found.opted_out, found.contacts, "contacts"),
    ]
    return [
        _rate("Callbacks kept", "calendar-check", now.kept_rate, before.kept_rate, _part(now.kept, now.settled, "settled")),
        *(
            _rate(label, icon, getattr(found, name), getattr(earlier, name), _part(part, whole, unit), LESS)
            for label, icon, name, part, whole, unit in rates
        ),
    ]


def _part(part, whole, unit):
    return f"{intcomma(part)} of {intcomma(whole)} {unit}"


def _rounded(seconds):
    return None if seconds is None else round(seconds)


def _card(label, icon, value, base, change):
    delta, tone = change
    return {"label": label, "icon": icon, "value": value, "base": base, "delta": delta, "delta_tone": tone}


def _rate(label, icon, now, before, base, good=MORE):
    return _card(label, icon, percent(now), base, _change(now, before, " pts", good=good))


def _count(label, icon, now, before, filters, good=MORE):
    base = f"{intcomma(before) if before else 'none'} {filters.period.name_before}"
    return _card(label, icon, intcomma(now), base, _percent_change(now, before, good))


def _change(now, before, unit, *, good=""):
    """The difference with its unit, and the tone it is told in; nothing where there is nothing to compare with."""
    if now is None or before is None:
        return "", "neutral"
    change = round(now - before, 1)
    return _told(change, _amount(abs(change), unit), good)


def _amount(number, unit):
    """As in “0.4 pts”, “1 pt”, “1 day”, “4 s”."""
    return f"{number:g}{unit.removesuffix('s') if number == 1 and len(unit) > 2 else unit}"


def _percent_change(now, before, good=MORE):
    if now is None or not before:
        return "", "neutral"
    change = round(100 * (now - before) / before)
    return _told(change, f"{abs(change)}%" if change < 1000 else "", good)


def _told(change, amount, good):
    if not change:
        return "no change", "neutral"
    words = f"{'+' if change > 0 else '−'}{amount}" if amount else "more than tenfold"
    if not good:
        return words, "neutral"
    return words, "success" if (change > 0) == (good == MORE) else "warn"
