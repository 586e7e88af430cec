"""Return on investment as screens say it: amounts, rows with their formula, and one sentence. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from . import roi

KNOWN = " kept, missed or canceled"


def number(value, places=1):
    """A count as in “1,681” or “87.5”, to so many decimals at most."""
    words = f"{_rounded(value, places):,f}"
    return words.rstrip("0").rstrip(".") if places else words


def dollars(value):
    """An amount in whole dollars, as in “$8,750” or “−$440”."""
    amount = _rounded(value, 0)
    return f"{'−' if amount < 0 else ''}${abs(amount):,f}"


def dollars_and_cents(value):
    """An amount as in “$19.89”, “$100” or “−$0.50”; a dash for None."""
    if value is None:
        return "–"
    amount = _rounded(value, 2)
    return f"{'−' if amount < 0 else ''}${abs(amount):,f}".removesuffix(".00")


def percent(value):
    """A rate as in “62.5%”."""
    return f"{number(value)}%"


def counted(value, word):
    """A count with its word, as in “1 agent” or “18 visits”."""
    words = number(value)
    return f"{words} {word}{'' if words == '1' else 's'}"


def cards(inputs, outlook):
    """The six figures on top: label, value, what it rests on."""
    month = outlook.month
    never = "a visit brings nothing in"
    visits, bookings = outlook.break_even_visits, outlook.break_even_bookings
    base = never if visits is None else "no booking is kept" if bookings is None else f"from {counted(bookings, 'booking')}"
    tone = "success" if month.net > 0 else "danger" if month.net < 0 else ""
    return [
        {"label": "Return a week", "icon": "calendar-week", "value": dollars(outlook.week.collections), "base": "one agent"},
        {"label": "Return a month", "icon": "calendar-month", "value": dollars(month.collections), "base": "one agent"},
        {
            "label": "Net a month", "icon": "coin", "value": dollars(month.net), "tone": tone,
            "base": f"after {dollars(month.cost)} for the agent",
        },
        {
            "label": "Return per dollar", "icon": "scale", "value": dollars_and_cents(month.per_dollar),
            "base": "calling costs nothing" if month.per_dollar is None else "for each dollar spent",
        },
        {
            "label": "Break-even", "icon": "flag-check", "value": "–" if visits is None else number(visits),
            "unit": "" if visits is None else f"visit{'' if visits == 1 else 's'} a month", "base": base,
        },
        {
            "label": "Agents needed", "icon": "headset", "value": number(outlook.agents),
            "base": f"for {counted(inputs.patients, 'patient')}",
        },
    ]  # fmt: skip


def agent_rows(inputs, outlook):
    """(label, a week, a month, the month of all agents, formula in words) of what one agent brings."""
    week, month, team = outlook.week, outlook.month, outlook.month.times(outlook.agents)
    each = number(outlook.week.bookings / outlook.week.dials * 100)
    cost = f"{dollars(inputs.agent_cost_a_month)} an agent a month, over {number(inputs.weeks_a_month, 2)} weeks"
    rows = [
        ("Dials", number, "dials", f"{number(inputs.dials_a_day)} a day × {counted(inputs.days_a_week, 'day')} a week"),
        ("Answered", number, "answered", f"{percent(inputs.answer_rate)} of dials"),
        ("Bookings", number, "bookings", f"{percent(inputs.agree_rate)} of answered; {each} of 100 dials"),
        ("Kept visits", number, "kept", f"{percent(inputs.show_rate)} of bookings"),
        ("Return", dollars, "collections", f"Kept visits × {dollars_and_cents(inputs.collections_per_visit)}"),
        ("Cost", dollars, "cost", cost),
        ("Net", dollars, "net", "Return less cost"),
    ]
    return [(label, *(write(getattr(each, name)) for each in (week, month, team)), how) for label, write, name, how in rows]


def list_rows(inputs, outlook):
    """(label, value, formula in words) of what it takes to work through the list, and what comes of it."""
    whole, attempts = outlook.whole, counted(inputs.attempts, "attempt")
    of_agents = f"with {counted(outlook.agents, 'agent')}"
    return [
        (
            "An agent’s numbers for a week", number(outlook.numbers_a_week, 0),
            f"{number(outlook.week.dials)} dials a week ÷ {counted(inputs.calls_a_week, 'call')} a week to each patient",
        ),
        (
            "An agent’s numbers for a month", number(outlook.numbers_a_month, 0),
            f"A list is dealt for {counted(inputs.weeks_on_a_list, 'week')}; "
            f"{number(inputs.weeks_a_month, 2)} ÷ {number(inputs.weeks_on_a_list)} lists a month",
        ),
        (
            "Agents needed", number(outlook.agents),
            f"{counted(inputs.patients, 'patient')} ÷ {number(outlook.numbers_a_month, 0)} numbers a month, rounded up",
        ),
        ("Everybody called once", counted(outlook.first_round_weeks, "week"), of_agents),
        (
            "List worked through", counted(outlook.weeks, "week"),
            f"{of_agents}; until each patient has answered or had {attempts}, "
            f"{counted(inputs.calls_a_week, 'call')} a week",
        ),
        (
            "Dials for the list", number(whole.dials, 0),
            f"{number(roi.dials_per_patient(inputs), 2)} a patient: until they answer, {attempts} at most",
        ),
        ("Bookings from the list", number(whole.bookings, 0), f"of {counted(inputs.patients, 'patient')}"),
        ("Kept visits from the list", number(whole.kept, 0), f"{percent(inputs.show_rate)} of bookings"),
        (
            "Return less cost", dollars(whole.net),
            f"{dollars(whole.collections)} less {dollars(whole.cost)}; "
            f"a dial costs {dollars_and_cents(roi.cost_of_a_dial(inputs))}",
        ),
    ]  # fmt: skip


def sentence(inputs):
    """What the list is expected to bring, in one sentence; for a form that asks for the same inputs."""
    found = roi.outlook(inputs)
    whole = found.whole
    if not inputs.patients:
        return "Nobody is on the list yet, so nothing is expected of it."
    return (
        f"At these rates {counted(inputs.patients, 'patient')} take {counted(found.agents, 'agent')} about "
        f"{counted(found.weeks, 'week')} and bring {counted(_rounded(whole.bookings, 0), 'booking')} and "
        f"{counted(_rounded(whole.kept, 0), 'kept visit')}: {dollars(whole.collections)} for {dollars(whole.cost)} of calls, "
        f"a net of {dollars(whole.net)}."
    )


def sensitivity(inputs):
    """The table of `roi.sensitivity` in words: head (show rates) and rows (answer rate, [(net, is as entered), …])."""
    shows, rows = roi.sensitivity(inputs)
    return {
        "head": [percent(show) for show in shows],
        "rows": [
            (
                percent(answer),
                [
                    (dollars(net), (answer, show) == (inputs.answer_rate, inputs.show_rate), net < 0)
                    for show, net in zip(shows, nets, strict=True)
                ],
            )
            for answer, nets in rows
        ],
    }


def measured(own):
    """What a practice measured (campaign_return.OwnNumbers) as values of the calculator's fields, where there is enough of it."""
    rates = {"answer_rate": own.answer, "agree_rate": own.agree, "show_rate": own.show}
    found = {name: number(rate.percent) for name, rate in rates.items() if rate.is_enough}
    if own.pace.is_enough:
        found["dials_a_day"] = number(own.pace.each)
    if own.open_work:
        found["patients"] = str(own.open_work)
    return found


def own(own):
    """The same for people: {first_on, rows of (label, value or nothing, base)}."""
    rates = [
        ("Answer rate", own.answer, "answered", "dial", ""),
        ("Agree rate", own.agree, "booked", "answered dial", ""),
        ("Show rate", own.show, "kept", "booked visit", KNOWN),
    ]
    rows = [
        (
            label,
            percent(rate.percent) if rate.is_enough else "",
            f"{number(rate.part)} {verb} of {counted(rate.whole, noun)}{more}",
        )
        for label, rate, verb, noun, more in rates
    ]
    pace = number(own.pace.each) if own.pace.is_enough else ""
    rows.insert(0, ("Dials a day", pace, f"{counted(own.pace.part, 'dial')} on {counted(own.pace.whole, 'agent day')}"))
    rows.append(("Patients on the list", number(own.open_work) if own.open_work else "", "open in campaigns today"))
    return {"first_on": own.first_on, "rows": rows}


def told(found):
    """A campaign's return (campaign_return.CampaignReturn) as its page tells it."""
    return {
        "dials": found.actual.dials and counted(found.actual.dials, "dial"),
        "rows": _panel(found),
        "break_even": _break_even(found),
        "is_paid": found.is_paid,
        "goal": _goal(found),
        "waiting": _waiting(found),
    }


def _panel(found):
    """(label, expected, so far, base) of each row."""
    inputs, expected, actual = found.inputs, found.expected, found.actual
    dials = counted(actual.dials, "dial")
    return [
        ("Answered", number(expected.answered, 0), number(actual.answered), f"{percent(inputs.answer_rate)} of {dials} expected"),
        (
            "Bookings", number(expected.bookings, 0), number(actual.bookings),
            f"{percent(inputs.agree_rate)} of answered expected",
        ),
        (
            "Kept visits", number(expected.kept, 0), number(actual.kept),
            f"{percent(inputs.show_rate)} expected of {counted(found.known, 'booked visit')}{KNOWN}",
        ),
        (
            "Revenue", dollars(expected.collections), dollars(actual.collections),
            f"Kept visits × {dollars_and_cents(inputs.collections_per_visit)}",
        ),
        (
            "Cost", dollars(expected.cost), dollars(actual.cost),
            f"{dials} × {dollars_and_cents(roi.cost_of_a_dial(inputs))}",
        ),
        ("Net", dollars(expected.net), dollars(actual.net), "Revenue less cost"),
    ]  # fmt: skip


def _waiting(found):
    """The booked visits that no row of the panel counts yet, or an empty text."""
    coming = sum(bookings for _on, bookings in found.coming)
    words = [f"{counted(coming, 'booked visit')} still to come"] if coming else []
    words += [f"{counted(found.silent, 'booking')} without word of the visit yet: import a fresh file"] if found.silent else []
    return f"Not counted yet: {' and '.join(words)}." if words else ""


def _break_even(found):
    """Whether the campaign pays for its calls so far, or when it is expected to."""
    cost = f"the {dollars(found.actual.cost)} of calls so far"
    if not found.actual.dials:
        return "No call yet: it says here when kept visits pay for the calls."
    if found.break_even_at is None:
        return "By the campaign’s settings a kept visit brings nothing in, so it never pays for its calls."
    if found.is_paid:
        return f"Reached: {counted(found.actual.kept, 'kept visit')}; {number(found.break_even_at)} pay for {cost}."
    missing = f"{counted(found.break_even_at, 'kept visit')} pay for {cost}"
    if found.paid_on is not None:
        return f"Expected on {found.paid_on:%b %-d, %Y}, by the visits booked so far: {missing}."
    if found.dials_to_pay is None:
        return f"Not at the expected rates, where a dial costs more than it brings: {missing}."
    return f"Expected after {counted(found.dials_to_pay, 'more dial')} at the expected rates: {missing}."


def _goal(found):
    """How far the bookings are from the campaign's goal, or an empty text without one."""
    if found.goal is None:
        return ""
    so_far = f"{number(found.actual.bookings)} of {counted(found.goal, 'booking')}"
    if found.actual.bookings >= found.goal:
        return f"Goal reached: {so_far}."
    if found.dials_to_goal is None:
        return f"Goal: {so_far}."
    return f"Goal: {so_far}; about {counted(found.dials_to_goal, 'more dial')} at the expected rates."


def _rounded(value, places):
    exact = Fraction(value)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
