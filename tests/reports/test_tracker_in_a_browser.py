"""The tracker in a real Chromium: accessible, fitting, and worked by keyboard from the filter to the undo."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from campaigns import saved_views
from campaigns.models import Enrollment
from reports import tracker
from tests.browsing import IN_A_BROWSER, inside, wrong
from tests.conftest import NOW, make_member
from tests.reports.tracker_world import TrackerWorld

pytestmark = IN_A_BROWSER
TODAY = date(2026, 11, 17)


@pytest.fixture
def floor(practice, settings, monkeypatch):
    """Forty enrollments of which a page shows ten, a supervisor with a view, and an admin."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    monkeypatch.setattr(tracker, "ROWS", 10)
    world = TrackerWorld(practice, now=NOW)
    supervisor = make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        saved_views.save(by=supervisor, name="Spanish speakers", query="language=es", is_shared=True, now=NOW)
    return world


@pytest.fixture
def at(floor, signed_in, practice):
    """`at("sam.supervisor", "tracker", "?sort=name", theme=…)`: a page of the tracker before somebody."""

    def _at(who, name="tracker", query="", **machine):
        page, errors = signed_in(who, **machine)
        page.goto(reverse(f"reports:{name}", args=[practice.slug]) + query)
        return page, errors

    return _at


def open_work(world):
    return inside(world.practice, lambda: Enrollment.objects.open().filter(campaign=world.campaigns[0]).count())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit(at, theme, width):
    page, errors = at("ada.admin", theme=theme, width=width)
    found = wrong(page)
    for name in ("Columns", "All enrollments", "Save as…"):
        page.get_by_role("button", name=name).click()
        found += wrong(page)
        page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="Select all 40 matching").check()
    page.get_by_role("button", name="Close…").click()
    page.get_by_role("heading", name="Close").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Close").click()  # nothing is filled in
    page.locator("[data-focus-first]").wait_for()
    found += wrong(page)
    page.get_by_role("radio", name="Lost: not enrolled again").check()
    page.get_by_label("Why").fill("Moved away")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Undo").wait_for()
    found += wrong(page)
    page.get_by_role("link", name="Activity").click()
    page.get_by_role("heading", name="Files taken along").wait_for()
    found += wrong(page)
    page.goto(page.url.partition("tracker/")[0] + "tracker/?campaign=99999&language=fr")
    found += wrong(page)
    assert (found, [error for error in errors if "422" not in error]) == ([], [])


@pytest.mark.parametrize("scripts", [True, False])
def test_all_that_match_are_changed_and_changed_back_by_keyboard(at, floor, scripts):
    page, errors = at("sam.supervisor", scripts=scripts)
    page.get_by_role("combobox", name="Campaign").select_option(str(floor.campaigns[0].pk))
    page.get_by_role("combobox", name="State").select_option("open")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    page.wait_for_url("**state=open**")
    open_before = open_work(floor)
    assert page.get_by_role("checkbox", name="Select Ida").count() == min(open_before, 10)
    page.get_by_role("checkbox", name=f"Select all {open_before} matching").press("Space")
    page.get_by_role("button", name="Close…").press("Enter")
    page.get_by_text(f"This will close {open_before} enrollments").wait_for()
    page.get_by_role("radio", name="Lost: not enrolled again").press("Space")
    page.get_by_label("Why").fill("Office closes")
    page.keyboard.press("Enter")
    page.get_by_text(f"{open_before} done.").wait_for()
    assert open_work(floor) == 0
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text(f"{open_before} changed back.").wait_for()
    assert open_work(floor) == open_before
    page.get_by_role("link", name="Back to the tracker").press("Enter")
    page.wait_for_url("**state=open**")
    assert errors == []


def test_rows_are_ticked_one_by_one_or_a_page_at_once_and_counted(at, floor):
    page, errors = at("sam.supervisor", query="?sort=name")
    told = page.get_by_role("status").filter(has_text="selected")
    page.get_by_role("checkbox", name="Select Ida").first.press("Space")
    assert told.inner_text() == "1 selected"
    page.get_by_role("checkbox", name="Select the rows of this page").press("Space")
    assert told.inner_text() == "10 selected"
    page.get_by_role("checkbox", name="Select all 40 matching").press("Space")
    assert told.inner_text() == "All matching selected"
    page.get_by_role("checkbox", name="Select all 40 matching").press("Space")
    page.get_by_role("button", name="Reassign…").press("Enter")
    page.get_by_label("Hand over to").select_option("Ana Agent")
    page.get_by_role("button", name="Hand over").press("Enter")
    page.get_by_text("Handed over to Ana Agent").first.wait_for()
    assert errors == []


def test_a_view_is_saved_changed_and_opened_again_by_keyboard(at):
    page, errors = at("sam.supervisor", query="?state=open")
    page.get_by_role("button", name="Save as…").press("Enter")
    page.get_by_role("dialog", name="Save as a view").get_by_label("Name").fill("Open work")
    page.keyboard.press("Enter")
    page.get_by_text("Saved as “Open work”.").wait_for()
    page.get_by_role("columnheader", name="Patient").get_by_role("link").press("Enter")
    page.wait_for_url("**sort=name**")
    page.get_by_text("Changed", exact=True).wait_for()
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    page.get_by_text("“Open work” now shows this.").wait_for()
    page.get_by_role("button", name="Open work").press("Enter")
    page.get_by_role("dialog", name="Views").get_by_role("link", name="Spanish speakers").press("Enter")
    page.wait_for_url("**language=es**")
    assert page.get_by_text("Changed", exact=True).count() == 0
    assert errors == []


def test_head_and_patient_stay_while_the_table_scrolls(at):
    page, _errors = at("sam.supervisor", width=390)
    frame = page.get_by_role("region", name="Enrollments")
    before = [frame.locator(where).first.bounding_box() for where in ("thead th", "tbody th")]
    frame.evaluate("frame => { frame.style.maxHeight = '160px'; frame.scrollTo(600, 120); }")
    after = [frame.locator(where).first.bounding_box() for where in ("thead th", "tbody th")]
    assert (after[0]["x"], after[0]["y"], after[1]["x"]) == (before[0]["x"], before[0]["y"], before[1]["x"])
    assert after[1]["y"] < before[1]["y"]
    assert before[1]["width"] < 200


def test_an_admin_takes_the_rows_along(at):
    page, errors = at("ada.admin", query="?state=open")
    for kind, name in (("csv", "CSV"), ("xlsx", "Excel")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).press("Enter")
        assert download.value.suggested_filename == f"tracker_bayview-eye_{TODAY}.{kind}"
    assert errors == []
