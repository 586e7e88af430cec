"""The set-up of dispositions in a real Chromium: accessible, fitting, and a dry run without a new page."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from tests.browsing import chromium
from tests.conftest import NOW, PASSWORD, make_member
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]


@pytest.fixture
def noans(practice):
    """The disposition that an enrollment's only call, nine days ago, ended with."""
    agent = make_member(practice, "Ana Agent")
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        enrollment = enroll(make_campaign(practice, on=NOW.date()), make_patient(), NOW)
        call(enrollment, agent, NOW - timedelta(days=9), "NOANS")
        return practice.dispositions.get(code="NOANS")


@pytest.fixture
def open_browser(live_server, noans, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
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
def test_pages_are_accessible_and_a_dry_run_shows_beside_the_form(open_browser, noans, theme, width):
    page, found = open_browser(theme=theme, width=width), []
    page.goto(reverse("campaigns:dispositions", args=[noans.practice.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Edit No answer").click()
    page.get_by_role("heading", name="No answer").wait_for()
    found += wrong(page)
    page.get_by_label("Call again after (days)").fill("21")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    row = page.get_by_role("row", name="Cooling down after the last call")
    row.wait_for()
    assert row.get_by_role("cell").all_inner_texts() == ["0", "1", "+1"]
    assert page.get_by_label("Call again after (days)").input_value() == "21"
    found += wrong(page)
    page.get_by_label("Call again after (days)").fill("-1")
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_role("link", name="Days can't be less than 0").wait_for()
    found += wrong(page)
    assert found == []
