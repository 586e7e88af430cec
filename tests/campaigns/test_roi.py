"""The return on investment as numbers alone: the worked example, and what must hold for any numbers."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from campaigns import roi, roi_words
from campaigns.roi import Inputs, outlook

RATES = ["answer_rate", "agree_rate", "show_rate"]
WHOLE = {"patients": 50_000, "attempts": 12}


def _numbers(name):
    least, most = roi.LIMITS[name]
    if name in WHOLE:
        return st.integers(least, WHOLE[name])
    return st.integers(ceil(least * 10), most * 10).map(lambda tenths: Decimal(tenths) / 10)


# A busy machine is no reason to fail.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
any_inputs = st.builds(Inputs, **{name: _numbers(name) for name in roi.LIMITS})


def test_the_worked_example_comes_out():
    found = outlook(Inputs())
    week = (found.week.dials, found.week.answered, found.week.bookings, found.week.kept)
    assert week == (1000, 200, 125, Fraction("87.5"))
    assert (found.week.collections, found.month.collections) == (8750, 35_000)
    assert (found.month.cost, found.week.cost, found.month.net) == (1760, 440, 33_240)
    assert (found.break_even_visits, found.break_even_bookings) == (18, 26)


def test_a_dial_costs_the_same_in_reports_and_in_the_return_of_a_campaign():
    for cost in (Decimal(1760), Decimal("1999.99")):
        assert roi.cost_of_a_dial(Inputs(agent_cost_a_month=cost)) == Fraction(cost) / Fraction(roi.DIALS_A_MONTH)


@pytest.mark.parametrize(
    ("amount", "words"), [(None, "–"), (Decimal("0.44"), "$0.44"), (Decimal(1760), "$1,760"), (Decimal("-0.5"), "−$0.50")]
)
def test_dollars_and_cents(amount, words):
    assert roi_words.dollars_and_cents(amount) == words


def test_an_agent_needs_a_thousand_numbers_a_week_and_two_thousand_a_month_and_4000_patients_need_two_agents():
    found = outlook(Inputs(patients=4000))
    assert (found.numbers_a_week, found.numbers_a_month, found.agents) == (1000, 2000, 2)
    assert [outlook(Inputs(patients=patients)).agents for patients in (0, 1, 2000, 2001)] == [0, 1, 1, 2]


def test_of_a_days_two_hundred_forty_leave_the_list():
    assert roi.take(Inputs(), dials=Fraction(200)).answered == 40


def test_the_dials_of_a_list_are_those_of_calling_it_week_by_week():
    inputs = Inputs(patients=1000, attempts=3)
    left, dials = Fraction(1000), Fraction(0)
    for _ in range(3):
        dials += left
        left -= left / 5
    assert outlook(inputs).whole.dials == dials == 2440


@patiently
@given(any_inputs)
def test_each_step_is_a_part_of_the_one_before(inputs):
    for found in (outlook(inputs).week, outlook(inputs).month, outlook(inputs).whole):
        assert found.dials >= found.answered >= found.bookings >= found.kept >= 0
        assert found.collections == found.kept * Fraction(inputs.collections_per_visit)
        assert found.net == found.collections - found.cost


@patiently
@given(any_inputs)
def test_the_cost_of_a_month_of_dials_is_that_of_the_agent(inputs):
    assert outlook(inputs).month.cost == Fraction(inputs.agent_cost_a_month)


@patiently
@given(any_inputs)
def test_break_even_is_the_fewest_visits_that_pay(inputs):
    visits = outlook(inputs).break_even_visits
    worth, cost = Fraction(inputs.collections_per_visit), Fraction(inputs.agent_cost_a_month)
    if not worth:
        assert visits is None
    else:
        assert visits * worth >= cost
        assert visits == 0 or (visits - 1) * worth < cost


@patiently
@given(any_inputs)
def test_agents_suffice_for_the_list_and_one_fewer_would_not(inputs):
    found = outlook(inputs)
    assert found.agents * found.numbers_a_month >= inputs.patients
    assert found.agents == 0 or (found.agents - 1) * found.numbers_a_month < inputs.patients


@patiently
@given(any_inputs)
def test_the_weeks_hold_all_dials_and_all_attempts(inputs):
    found = outlook(inputs)
    assert found.weeks * found.agents * found.week.dials >= found.whole.dials
    assert found.whole.dials <= inputs.patients * inputs.attempts
    assert found.weeks >= found.first_round_weeks or inputs.answer_rate == 100 or not inputs.patients
    if inputs.patients and inputs.answer_rate < 100:
        assert found.weeks >= ceil(inputs.attempts / Fraction(inputs.calls_a_week))


@patiently
@given(any_inputs, st.sampled_from(RATES), st.integers(0, 10))
def test_a_better_rate_never_brings_less(inputs, name, more):
    better = getattr(inputs, name) + more
    assume(better <= 100)
    after = outlook(replace(inputs, **{name: better}))
    assert after.month.net >= outlook(inputs).month.net
    assert after.whole.bookings >= outlook(inputs).whole.bookings


@patiently
@given(any_inputs)
def test_the_table_of_other_rates_has_the_entered_ones_in_it(inputs):
    shows, rows = roi.sensitivity(inputs)
    nets = {(answer, show): net for answer, row in rows for show, net in zip(shows, row, strict=True)}
    assert nets[inputs.answer_rate, inputs.show_rate] == outlook(inputs).month.net
    assert all(0 <= rate <= 100 for pair in nets for rate in pair)


@patiently
@given(any_inputs)
def test_any_numbers_can_be_told(inputs):
    found = outlook(inputs)
    told = [*roi_words.cards(inputs, found), *roi_words.agent_rows(inputs, found), *roi_words.list_rows(inputs, found)]
    assert "Fraction" not in str(told) + roi_words.sentence(inputs) + str(roi_words.sensitivity(inputs))


@pytest.mark.parametrize(("name", "value"), [("answer_rate", 101), ("patients", -1), ("days_a_week", 8), ("calls_a_week", 0)])
def test_numbers_that_make_no_sense_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        Inputs(**{name: value})


def test_the_sentence_says_what_a_list_brings():
    assert roi_words.sentence(Inputs()) == (
        "At these rates 4,000 patients take 2 agents about 7 weeks and bring 1,681 bookings and 1,177 kept visits: "
        "$117,656 for $5,916 of calls, a net of $111,740."
    )
    assert "a net of −$5,916." in roi_words.sentence(Inputs(collections_per_visit=0))
    assert "Nobody is on the list" in roi_words.sentence(Inputs(patients=0))


@pytest.mark.parametrize(
    ("value", "words"), [(Fraction(175, 2), "87.5"), (1681, "1,681"), (Decimal("4.330"), "4.3"), (0, "0"), (100, "100")]
)
def test_counts_have_no_idle_zeros(value, words):
    assert roi_words.number(value) == words


def test_amounts_have_their_sign_before_the_dollar():
    assert [roi_words.dollars(value) for value in (8750, -440, Fraction(-1, 10))] == ["$8,750", "−$440", "$0"]
