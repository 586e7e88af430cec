"""The agent's list in a real Chromium: accessible, fitting, arranged by keyboard, and the same in another session."""

from datetime import timedelta
from functools import partial

import pytest

from accounts import tenancy
from campaigns.models import Campaign, QueueItem
from campaigns.plan import build
from patients.models import Patient
from tests.browsing import IN_A_BROWSER, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import booked, call, make_campaign, make_patient, say, visited

pytestmark = IN_A_BROWSER


@pytest.fixture
def worked_list(practice, desk_clock):
    """Eight patients of Ana's, some called last week, one with a promise."""
    agent = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for number in range(1, 9):
            make_patient(f"Ida{number}", "Keller", zip_code="90001" if number % 3 == 0 else "10001")
        build(practice=practice, now=NOW)
        places = list(QueueItem.objects.filter(agent=agent).select_related("enrollment", "patient").order_by("position"))
        outcomes = ["NOANS", say("CBACK", note="Busy, wants the afternoon", callback_at=NOW + timedelta(hours=3)), "LVM"]
        for days, place, outcome in zip((7, 7, 8), places, outcomes, strict=False):
            call(place.enrollment, agent, NOW - timedelta(days=days), outcome)
        QueueItem.objects.update(done_at=None)
        call(places[3].enrollment, agent, NOW - timedelta(hours=1), "NOANS")
        booked(places[4].patient, TODAY - timedelta(days=30), "NO_SHOW")
        Patient.objects.filter(pk=places[6].patient_id).update(language="es")
        visited(places[5].patient, TODAY - timedelta(days=700))
    return agent


@pytest.fixture
def open_list(worked_list, ana_at):
    """`open_list(theme=…, width=…, scripts=…)`: the list before Ana."""
    return partial(ana_at, "desk")


def heads(page):
    return page.get_by_role("region", name="Call list").get_by_role("columnheader").all_inner_texts()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_is_accessible_and_fits(open_list, theme, width):
    page, errors = open_list(theme=theme, width=width)
    page.get_by_text("My week").click()
    found = wrong(page)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("heading", name="Columns").wait_for()
    found += wrong(page)
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Language").select_option("es")
    page.get_by_role("combobox", name="Called").select_option("before")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="No match").wait_for()
    found += wrong(page)
    assert found == []
    assert errors == []


@pytest.mark.parametrize("scripts", [True, False])
def test_columns_and_filters_are_chosen_by_keyboard_and_stand_in_another_session(open_list, scripts):
    page, errors = open_list(scripts=scripts)
    page.get_by_role("button", name="Columns").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Columns")
    for label in ("Why this place", "Status", "EMR data of"):
        dialog.get_by_role("checkbox", name=label).press("Space")
    dialog.get_by_role("spinbutton", name="Number of Remarks").fill("1")
    dialog.get_by_role("radio", name="Compact").press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**#call-list")
    chosen = heads(page)
    assert chosen[:3] == ["Patient", "Remarks", "Place"]
    assert not {"Why this place", "Status", "EMR data of"} & set(chosen)
    page.get_by_role("columnheader", name="Calls").get_by_role("button").press("Enter")
    page.wait_for_url("**sort=attempts**")
    page.get_by_role("columnheader", name="Calls").get_by_role("button").press("Enter")
    page.wait_for_url("**sort=-attempts**")
    assert page.get_by_role("columnheader", name="Calls").get_attribute("aria-sort") == "descending"
    order = page.get_by_role("rowheader").all_inner_texts()
    page.reload()
    assert heads(page) == chosen
    elsewhere, other_errors = open_list()
    assert heads(elsewhere) == chosen
    assert elsewhere.get_by_role("rowheader").all_inner_texts() == order
    assert elsewhere.locator(".desk-compact").count() == 1
    assert errors + other_errors == []


def test_sorting_swaps_the_list_alone_and_keeps_the_focus(open_list):
    page, errors = open_list()
    page.evaluate("window.still = true")
    head = page.get_by_role("columnheader", name="Last encounter").get_by_role("button")
    head.press("Enter")
    page.wait_for_url("**sort=last_encounter")
    page.get_by_text("Sorted by last encounter, ascending.").wait_for()
    assert page.evaluate("[window.still, document.activeElement.id]") == [True, "sort-last_encounter"]
    page.get_by_role("combobox", name="Called").select_option("never")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("4 of 7 match. Sorted by last encounter, ascending.").wait_for()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("dialog", name="Columns").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_url("**sort=last_encounter")
    page.get_by_role("button", name="Back to the order of the list").click()
    page.wait_for_url("**sort=place")
    page.go_back()
    page.get_by_text("Sorted by last encounter, ascending.").wait_for()
    assert wrong(page) == []
    assert errors == []


def test_head_and_patient_stay_while_the_table_scrolls(open_list):
    page, _errors = open_list()
    frame = page.get_by_role("region", name="Call list")
    before = [frame.locator(where).first.bounding_box() for where in ("thead th", "tbody th")]
    frame.evaluate("frame => { frame.style.maxHeight = '160px'; frame.scrollTo(600, 120); }")
    after = [frame.locator(where).first.bounding_box() for where in ("thead th", "tbody th")]
    assert (after[0]["x"], after[0]["y"], after[1]["x"]) == (before[0]["x"], before[0]["y"], before[1]["x"])
    assert after[1]["y"] < before[1]["y"]
