"""Possible doubles in a real Chromium: accessible, fitting, and decided by keyboard alone."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns.merging import merge
from patients import doubles
from patients.models import OptOut, Patient, PossibleDouble
from tests.browsing import chromium
from tests.conftest import NOW, PASSWORD, make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, visited

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
BORN_ON = date(1951, 4, 7)


@pytest.fixture
def pair(practice):
    agent = make_member(practice, "Ana Agent")
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        older = make_patient("Ida", "Keller", mrn="448120", born_on=BORN_ON, phones=2, address="1 Main St", city="New York")
        newer = make_patient("Ida", "Kellar", born_on=BORN_ON, email="ida@mail.example")
        visited(older, NOW.date() - timedelta(days=500))
        booked(newer, NOW.date() - timedelta(days=40), "NO_SHOW")
        OptOut.objects.create(patient=older, e164="+12125550199", opted_out_at=NOW)
        for patient in (older, newer):
            campaign = make_campaign(practice, on=NOW.date(), name=f"Recall of {patient.pk}")
            call(enroll(campaign, patient, NOW - timedelta(days=9)), agent, NOW - timedelta(days=8), "NOANS")
        kept, absorbed = make_patient("Jon", "Brandt", mrn="2"), make_patient("Jonathan", "Brandt")
        merge(keep=kept, absorb=absorbed, by=None, now=NOW)
        return doubles.add(patient=newer, other=older, source=PossibleDouble.Source.IMPORT, now=NOW)


@pytest.fixture
def open_browser(live_server, pair, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    with chromium() as browser:

        def _open(*, theme, width):
            context = browser.new_context(base_url=live_server.url, color_scheme=theme, viewport={"width": width, "height": 900})
            page, errors = context.new_page(), []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.goto(reverse("account_login"))
            page.get_by_label("Email").fill("sam.supervisor@bayview-eye.example")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            return page, errors

        yield _open


def wrong(page):
    """What axe finds, and by how much the page is too wide."""
    found = [(one["id"], node["html"]) for one in Axe().run(page).response["violations"] for node in one["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{wider} pixels too wide"] if wider > 0 else [])


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_are_accessible_and_fit(open_browser, pair, theme, width):
    page, errors = open_browser(theme=theme, width=width)
    slug, found = pair.practice.slug, []
    page.goto(reverse("campaigns:doubles", args=[slug]))
    found += wrong(page)
    page.get_by_role("link", name="Compare Ida Keller and Ida Kellar").click()
    page.get_by_role("heading", name="Same person?").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Same person: merge").click()
    page.get_by_role("heading", name="One record now").wait_for()
    found += wrong(page)
    assert found == []
    assert errors == []


def test_a_pair_is_merged_and_parted_by_keyboard_alone(open_browser, pair):
    page, _errors = open_browser(theme="light", width=1280)
    page.goto(reverse("campaigns:double", args=[pair.practice.slug, pair.pk]))
    page.get_by_role("radio", name="The older record").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Merged: the two records are one now.").wait_for()
    with tenancy.practice(pair.practice_id):
        older = Patient.objects.get(pk=pair.older_id)
    assert older.merged_into_id == pair.newer_id
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The merge is undone").wait_for()
    with tenancy.practice(pair.practice_id):
        assert Patient.objects.standing().filter(pk__in=[pair.older_id, pair.newer_id]).count() == 2
