"""The calculator of the return, and the panel on a campaign's page."""

import re
import uuid
from datetime import timedelta
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from campaigns import campaign_return, figures
from campaigns.models import CallAttempt, Campaign, Enrollment
from dispositions.models import Disposition
from patients.models import Appointment, Patient
from tests.conftest import NOW
from tests.world import make_campaign

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    return reverse("campaigns:roi", args=[practice.slug])


@pytest.fixture
def web(sign_in, supervisor):
    return sign_in(supervisor)


@pytest.fixture
def campaign(practice):
    with tenancy.practice(practice.pk):
        return make_campaign(practice, on=TODAY, name="Bring them back", goal=10)


def dial(campaign, agent, *, times=1, reached=False, visit=None, days=0, rang_back=False):
    """So many calls some days ago, booked if there is a `visit`: (days from today, status)."""
    disposition = Disposition.objects.get(code="DONE" if visit else "NOANS")
    for _ in range(times):
        patient = Patient.objects.create(first_name="Secret", last_name="Person")
        enrollment = Enrollment.objects.create(campaign=campaign, patient=patient, why="Test", enrolled_at=NOW)
        appointment = None
        if visit:
            on, status = visit
            appointment = Appointment.objects.create(patient=patient, on=TODAY + timedelta(days=on), status=status, source="DESK")
        ended_at = NOW - timedelta(days=days)
        CallAttempt.objects.create(
            enrollment=enrollment, campaign=campaign, patient=patient, agent=agent, number=0 if rang_back else 1,
            source="RING_BACK" if rang_back else "QUEUE", disposition=disposition, outcome=disposition.code,
            is_reached=reached or bool(visit), is_right_party=reached or bool(visit), is_success=bool(visit),
            started_at=ended_at - timedelta(minutes=2), ended_at=ended_at, appointment=appointment, key=uuid.uuid4(),
            body_hash="0" * 64,
        )  # fmt: skip


def returns(campaign):
    return campaign_return.of_campaign(campaign=campaign, figures=figures.of_campaign(campaign=campaign), today=TODAY)


# --- The calculator


def test_it_opens_with_the_usual_numbers_and_their_return(web, url):
    page = web.get(url)
    cards = {card["label"]: card["value"] for card in page.context["cards"]}
    assert cards["Return a week"] == "$8,750"
    assert cards["Agents needed"] == "2"
    assert 'value="62.5"' in page.content.decode()


def test_numbers_are_understood_as_people_write_them(web, url):
    page = web.get(url, {"agent_cost_a_month": "$3,520", "answer_rate": "40 %", "patients": "12,000"})
    cards = {card["label"]: card["value"] for card in page.context["cards"]}
    assert (page.status_code, cards["Net a month"], cards["Agents needed"]) == (200, "$66,480", "6")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("answer_rate", "-1", "Enter 0 to 100 percent."),
        ("answer_rate", "100.1", "Enter 0 to 100 percent."),
        ("answer_rate", "", "Enter 0 to 100 percent."),
        ("show_rate", "seventy", "Enter 0 to 100 percent."),
        ("show_rate", "NaN", "Enter 0 to 100 percent."),
        ("agree_rate", "62.55", "One decimal at most."),
        ("dials_a_day", "0", "Enter 1 to 2,000 dials."),
        ("dials_a_day", "1e400", "Enter 1 to 2,000 dials."),
        ("agent_cost_a_month", "9" * 400, "Enter 0 to 1,000,000 dollars."),
        ("collections_per_visit", "\x00", "Enter 0 to 1,000,000 dollars."),
        ("patients", "1.5", "Enter a whole number."),
        ("patients", "99999999999", "Enter 0 to 10,000,000 patients."),
        ("attempts", "13", "Enter 1 to 12 attempts."),
    ],
)
def test_numbers_that_make_no_sense_get_a_clear_sentence(web, url, name, value, words):
    page = web.get(url, {name: value})
    assert page.status_code == 422
    assert page.context["form"].errors == {name: [words]}
    assert "cards" not in page.context


def test_the_open_page_gets_the_results_alone(web, url):
    part = web.get(url, {"show_rate": "35"}, headers={"HX-Request": "true", "HX-Target": "roi-results"})
    text = part.content.decode()
    assert "$4,375" in text
    assert "<html" not in text
    wrong = web.get(url, {"show_rate": "350"}, headers={"HX-Request": "true", "HX-Target": "roi-results"})
    assert (wrong.status_code, "Enter 0 to 100 percent." in wrong.content.decode()) == (422, True)


def test_own_numbers_are_those_of_the_last_90_days_with_their_base(web, url, practice, agent, campaign):
    with tenancy.practice(practice.pk):
        dial(campaign, agent, times=60)
        dial(campaign, agent, times=10, reached=True, days=89)
        dial(campaign, agent, times=24, visit=(-2, "KEPT"))
        dial(campaign, agent, times=6, visit=(-2, "NO_SHOW"))
        dial(campaign, agent, times=3, visit=(5, "SCHEDULED"))
        dial(campaign, agent, times=2, visit=(-2, "KEPT"), rang_back=True)
        dial(campaign, agent, times=50, visit=(-70, "KEPT"), days=91)
    page = web.get(url, {"own": "yes", "answer_rate": "3", "agent_cost_a_month": "2000"})
    rows = {label: (value, base) for label, value, base in page.context["own"]["rows"]}
    assert rows["Answer rate"] == ("41.7%", "43 answered of 103 dials")
    assert rows["Agree rate"] == ("76.7%", "33 booked of 43 answered dials")
    assert rows["Show rate"] == ("81.3%", "26 kept of 32 booked visits kept, missed or canceled")
    assert rows["Dials a day"] == ("", "103 dials on 2 agent days")
    assert rows["Patients on the list"] == ("155", "open in campaigns today")
    form = page.context["form"]
    assert [form[name].value() for name in ("answer_rate", "dials_a_day", "agent_cost_a_month")] == ["41.7", "200", "2000"]


def test_too_few_own_numbers_say_so_and_leave_the_usual_ones(web, url, practice, agent, campaign):
    with tenancy.practice(practice.pk):
        dial(campaign, agent, times=29, reached=True)
    page = web.get(url, {"own": "yes"})
    assert {row[0]: row[1] for row in page.context["own"]["rows"]}["Answer rate"] == ""
    assert page.context["form"]["answer_rate"].value() == "20"
    assert "Too few" in page.content.decode()


def test_own_numbers_are_of_this_practice_alone(web, url, other_practice, stranger):
    with tenancy.practice(other_practice.pk):
        theirs = make_campaign(other_practice, on=TODAY)
        dial(theirs, stranger, times=40, reached=True)
    rows = {label: base for label, _value, base in web.get(url, {"own": "yes"}).context["own"]["rows"]}
    assert rows["Answer rate"] == "0 answered of 0 dials"


def test_own_numbers_cost_the_same_for_any_number_of_calls(practice, agent, campaign, django_assert_num_queries):
    with tenancy.practice(practice.pk):
        for times in (1, 3):
            dial(campaign, agent, times=times, visit=(-2, "KEPT"))
            with django_assert_num_queries(4):
                campaign_return.own_numbers(practice=practice, now=NOW)


# --- A campaign's panel


def test_the_panel_sets_what_was_brought_beside_what_was_expected(inside, agent, campaign):
    dial(campaign, agent, times=92)
    dial(campaign, agent, times=3, visit=(-2, "KEPT"))
    dial(campaign, agent, times=1, visit=(-2, "NO_SHOW"))
    dial(campaign, agent, times=1, visit=(-9, "CANCELLED"))
    dial(campaign, agent, times=1, visit=(-1, "SCHEDULED"))
    dial(campaign, agent, times=2, visit=(5, "SCHEDULED"))
    found = returns(campaign)
    actual, expected = found.actual, found.expected
    assert (actual.dials, actual.answered, actual.bookings, actual.kept) == (100, 8, 8, 3)
    assert (expected.dials, expected.answered, expected.bookings) == (100, 20, Fraction("12.5"))
    assert (found.known, found.silent, found.coming) == (5, 1, [(TODAY + timedelta(days=5), 2)])
    assert expected.kept == Fraction("3.5")
    assert (actual.collections, actual.cost, actual.net) == (300, 44, 256)
    assert (found.break_even_at, found.is_paid) == (1, True)


def test_patients_who_rang_back_bring_visits_and_cost_no_dial(inside, agent, campaign):
    dial(campaign, agent, times=1, visit=(-2, "KEPT"), rang_back=True)
    dial(campaign, agent, times=10)
    found = returns(campaign)
    assert (found.actual.dials, found.actual.bookings, found.actual.kept) == (10, 1, 1)


def test_break_even_is_expected_on_the_day_the_booked_visits_make_up_for_the_calls(inside, agent, campaign):
    dial(campaign, agent, times=500)
    dial(campaign, agent, times=2, visit=(3, "SCHEDULED"))
    dial(campaign, agent, times=3, visit=(9, "SCHEDULED"))
    found = returns(campaign)
    assert (found.actual.cost, found.break_even_at) == (Fraction("222.2"), 3)
    assert (found.is_paid, found.paid_on) == (False, TODAY + timedelta(days=9))


def test_without_enough_visits_booked_break_even_is_told_in_dials(inside, agent, campaign):
    dial(campaign, agent, times=400)
    found = returns(campaign)
    # A dial brings 8.75 dollars and costs 0.44.
    assert (found.paid_on, found.dials_to_pay) == (None, 22)


def test_a_campaign_whose_dials_cost_more_than_they_bring_says_so(inside, agent, campaign):
    campaign.revenue_per_visit = 1
    dial(campaign, agent, times=10)
    assert returns(campaign).dials_to_pay is None


def test_the_goal_is_told_in_bookings_and_dials(inside, agent, campaign):
    dial(campaign, agent, times=4, visit=(5, "SCHEDULED"))
    assert returns(campaign).dials_to_goal == 48


@pytest.mark.parametrize("fields", [{"revenue_per_visit": 0}, {"goal": None}, {"expected_answer_rate": 0}, {}])
def test_the_page_shows_the_panel_whatever_the_campaign_expects(web, practice, agent, campaign, fields):
    with tenancy.practice(practice.pk):
        type(campaign).objects.filter(pk=campaign.pk).update(**fields)
        dial(campaign, agent, times=2)
    page = web.get(reverse("campaigns:detail", args=[practice.slug, campaign.pk]))
    assert [row[0] for row in page.context["returns"]["rows"]] == [
        "Answered", "Bookings", "Kept visits", "Revenue", "Cost", "Net",
    ]  # fmt: skip
    assert "Break-even" in page.content.decode()


def test_the_way_to_the_calculator_takes_the_campaigns_numbers_along(web, practice, agent, campaign):
    with tenancy.practice(practice.pk):
        type(campaign).objects.filter(pk=campaign.pk).update(expected_answer_rate="33.3", revenue_per_visit="1250.50")
        dial(campaign, agent, times=2)
    text = web.get(reverse("campaigns:detail", args=[practice.slug, campaign.pk])).content.decode()
    address = re.search(r'href="([^"]*/roi/[?][^"]*)"', text).group(1).replace("&amp;", "&")
    inputs = web.get(address).context["form"].inputs
    with tenancy.practice(practice.pk):
        assert inputs == campaign_return.inputs_of(campaign=Campaign.objects.get(pk=campaign.pk), patients=2)


def test_a_campaign_without_calls_says_what_will_stand_there(web, practice, campaign):
    page = web.get(reverse("campaigns:detail", args=[practice.slug, campaign.pk]))
    assert "No call yet: it says here when kept visits pay for the calls." in page.content.decode()


def test_the_panel_is_one_query(practice, inside, agent, campaign, django_assert_num_queries):
    numbers = figures.of_campaign(campaign=campaign)
    for times in (1, 3):
        dial(campaign, agent, times=times, visit=(times, "SCHEDULED"))
        with django_assert_num_queries(1):
            campaign_return.of_campaign(campaign=campaign, figures=numbers, today=TODAY)


def test_a_campaign_that_is_not_stored_yet_says_what_it_would_bring(inside):
    assert campaign_return.expected(campaign=Campaign(), patients=4000).startswith("At these rates 4,000 patients take 2 agents")
