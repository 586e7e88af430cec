"""The dashboard in a real browser: accessible in both themes and sizes, drawn, printable, and of use without scripts."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from campaigns import plan
from campaigns.models import CallAttempt
from reports.tabs import TABS
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW
from tests.reports.world import random_calls, store
from tests.world import make_campaign, make_patient, visited

pytestmark = IN_A_BROWSER
PAINTED = """() => [...document.querySelectorAll("[data-chart] canvas")].map((canvas) =>
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0))"""
# The colors of the first chart of the tab of times.
COLORS = """() => {
  const canvas = document.querySelector("#weekdays canvas");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add(data.slice(at, at + 3).join());
  return [...found];
}"""
DIALS_IN_LIGHT = "20,97,107"  # --desk-chart-1


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


def dial_in_some_hours(shades=5, dials=40):
    """Dial in as many hours of a Tuesday as the heat map has shades, in each often enough, and with another answer rate."""
    first = list(CallAttempt.objects.dials()[: shades * dials])
    made = []
    for place, each in enumerate(first):
        hour, turn = place // dials, place % dials
        said = {"is_reached": turn < 6 * hour, "is_right_party": False, "is_success": False, "body_hash": "0" * 64}
        fixed = {name: getattr(each, name) for name in ("enrollment", "campaign", "patient", "agent", "disposition", "outcome")}
        moments = {"started_at": NOW - timedelta(days=7, minutes=2), "ended_at": NOW - timedelta(days=7)}
        made.append(CallAttempt(**fixed, **said, **moments, number=9, key=uuid.uuid4(), patient_hour=24 + 9 + hour))
    CallAttempt.objects.bulk_create(made)


@pytest.fixture
def world(practice, supervisor):
    agents = ["Ana Agent", "Ben Brook", "Cleo Cruz with a long name to carry"]
    store(random_calls(seed=5, now=NOW, agents=agents, campaigns=["Autumn", "Spring"], count=280), practice=practice, now=NOW)
    with tenancy.practice(practice.pk):
        dial_in_some_hours()
        make_campaign(practice, on=practice.business_date(NOW))
        visited(make_patient(), practice.business_date(NOW) - timedelta(days=800))
        plan.build(practice=practice, now=NOW)
    return practice


@pytest.fixture
def open_tab(signed_in, world):
    def _open_tab(tab, query="", **machine):
        page, errors = signed_in("sam.supervisor", **machine)
        page.goto(address(world, tab, query))
        return page, errors

    return _open_tab


def address(practice, tab, query=""):
    return reverse(TABS[tab].url_name, args=[practice.slug]) + query


@both_themes
def test_every_tab_is_accessible_and_fits_and_its_charts_are_drawn(open_tab, world, theme, width):
    page, errors = open_tab("overview", theme=theme, width=width)
    found = {}
    for tab in TABS:
        page.goto(address(world, tab, "?period=30"))
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if tab == "timing":
            assert {shade for shade in range(1, 6) if page.locator(f"td.heat-{shade}").count()} == {1, 2, 3, 4, 5}
        found[tab] = (wrong(page), all(page.evaluate(PAINTED)))
    assert found == dict.fromkeys(TABS, ([], True))
    assert errors == []


@both_themes
def test_a_period_without_calls_and_one_that_is_wrong_are_accessible(open_tab, world, theme, width):
    page, errors = open_tab("timing", "?period=yesterday&campaign=999999", theme=theme, width=width)
    assert page.get_by_text("This campaign does not exist any more.").is_visible()
    found = wrong(page)
    page.goto(address(world, "overview", "?from=2020-01-01&to=2020-01-02"))
    assert page.get_by_text("No calls in these days").is_visible()
    assert found + wrong(page) == []
    assert [error for error in errors if "422" not in error] == []


def test_dates_of_ones_own_show_when_asked_for_and_stay_across_tabs(open_tab):
    page, errors = open_tab("overview")
    assert not page.get_by_label("First date").is_visible()
    page.get_by_label("Period").select_option("custom")
    page.get_by_label("First date").fill("2026-11-02")
    page.get_by_label("Last date").fill("2026-11-08")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Nov 2 to Nov 8, 2026").first.wait_for()
    page.get_by_role("link", name="Bookings", exact=True).click()
    page.wait_for_url("**/dashboard/bookings/?period=custom&from=2026-11-02&to=2026-11-08")
    assert page.get_by_label("First date").input_value() == "2026-11-02"
    assert errors == []


def test_filters_and_tables_work_without_scripts(open_tab):
    page, _errors = open_tab("outcomes", "?period=7", scripts=False)
    page.get_by_label("Period").select_option("30")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**period=30**")
    page.get_by_text("Show the numbers").first.click()
    assert page.get_by_role("rowheader", name="1st").is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()


def test_on_paper_stands_who_printed_what_and_the_menus_do_not(open_tab):
    page, errors = open_tab("timing", "?period=30", theme="dark")
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    words = page.locator("body").inner_text()
    told = (
        "Bayview Eye: When do patients answer",
        "Oct 19 to Nov 17, 2026",
        "Printed by Sam Supervisor at Nov 17, 2026, 11:00 AM EST",
    )
    assert [part for part in told if part not in words] == []
    assert [part for part in ("Reports", "Excel", "Show the numbers", "All campaigns") if part in words] == []
    assert page.get_by_role("rowheader", name="Wednesday").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    on_paper = page.evaluate(COLORS)
    page.emulate_media(media="screen")
    page.wait_for_timeout(300)
    assert (DIALS_IN_LIGHT in on_paper, DIALS_IN_LIGHT in page.evaluate(COLORS)) == (True, False)
    assert errors == []
