"""Calling rules in a real Chromium: accessible, fitting, and asked about before somebody is shut out."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import CalendarDay, HoursRule
from tests.browsing import chromium
from tests.conftest import NOW, PASSWORD, make_member
from tests.world import make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]


@pytest.fixture
def admin_browser(live_server, practice, settings, tmp_path):
    """A browser of an admin whose patients live in New York and, one of them, in Rhode Island."""
    settings.STATIC_ROOT = tmp_path
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    admin = make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        for zip_code in ("10001", "02903"):
            make_patient(zip_code=zip_code)
        HoursRule.objects.create(state="NY", weekdays=[6], note="Counsel's letter", created_by=admin)
        CalendarDay.objects.create(on=date(2026, 11, 26), name="Thanksgiving Day", is_closed=False, created_by=admin)
        CalendarDay.objects.create(on=date(2026, 12, 24), name="Staff day", created_by=admin)
    with chromium() as browser:

        def _open(*, theme, width):
            context = browser.new_context(base_url=live_server.url, color_scheme=theme, viewport={"width": width, "height": 900})
            page = context.new_page()
            page.goto(reverse("account_login"))
            page.get_by_label("Email").fill("ada.admin@bayview-eye.example")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            return page

        yield _open


def wrong(page):
    """What axe finds, and by how much the page is too wide."""
    found = [(one["id"], node["html"]) for one in Axe().run(page).response["violations"] for node in one["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{wider} pixels too wide"] if wider > 0 else [])


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_are_accessible_and_a_warning_is_answered_by_a_check_mark(admin_browser, practice, theme, width):
    page, found = admin_browser(theme=theme, width=width), []
    page.goto(reverse("campaigns:calling_rules", args=[practice.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Change hours and caps").click()
    page.get_by_label("From").fill("18:00")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_text("As if these hours and caps held tonight.").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Rhode Island: 1 patient").wait_for()
    found += wrong(page)
    page.get_by_label("Save all the same").check()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("6:00 PM–8:00 PM").wait_for()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_role("button", name="Add the rule").click()
    page.get_by_role("link", name="Choose at least one day").wait_for()
    found += wrong(page)
    page.goto(reverse("campaigns:calling_rules", args=[practice.slug]))
    page.get_by_role("button", name="Remove the rule").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The rule is back.").wait_for()
    found += wrong(page)
    assert found == []
