"""Numbers, preferred times and number repair in a real Chromium: accessible, fitting, and done by keyboard alone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import Enrollment
from patients.models import OptOut, PhoneNumber
from tests.browsing import chromium
from tests.conftest import NOW, PASSWORD, make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]


@pytest.fixture
def patient(practice, settings):
    """A patient with a wrong, a refused and a shared number; three more who need one."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        patient = make_patient("Ida", "Keller", mrn="448120", phones=3, wish_key="#135/0900-1200")
        wrong, refused, shared = patient.phones.order_by("position")
        PhoneNumber.objects.filter(pk=wrong.pk).update(state="WRONG", state_changed_at=NOW - timedelta(days=2), kind="HOME")
        OptOut.objects.create(e164=refused.e164, opted_out_at=NOW)
        PhoneNumber.objects.filter(pk=shared.pk).update(last_reached_at=NOW - timedelta(days=40), voicemail_allowed=False)
        PhoneNumber.objects.create(patient=make_patient("Jonathan", "Brandt-Keller", phones=0), e164=shared.e164)
        recall = make_campaign(practice, on=NOW.date(), name="Diabetic eye exam recall")
        make_campaign(practice, on=NOW.date(), name="No-shows of the fall")
        enroll(recall, patient, NOW - timedelta(days=9))
        for name, phones in (("Nora", 0), ("Uwe", 1), ("Maximiliane", 3)):
            one = make_patient(name, "Brandt", phones=phones, mrn=f"44{name}")
            one.phones.update(state="WRONG", state_changed_at=NOW - timedelta(days=1))
            closed = {"status": "CLOSED", "closed_as": "UNREACHABLE", "closed_at": NOW}
            enroll(recall, one, NOW - timedelta(days=9), **closed)
        return patient


@pytest.fixture
def open_browser(live_server, patient, settings, tmp_path):
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
def test_pages_are_accessible_and_fit(open_browser, patient, theme, width):
    page, errors = open_browser(theme=theme, width=width)
    slug, found = patient.practice.slug, []
    page.goto(reverse("campaigns:number_repair", args=[slug]))
    found += wrong(page)
    page.get_by_label("Phone number of Nora Brandt").fill("555")
    page.get_by_role("button", name="Add a number for Nora Brandt").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    found += wrong(page)
    page.goto(reverse("campaigns:patient", args=[slug, patient.pk]))
    for summary in page.locator("summary").all():
        summary.click()
    found += wrong(page)
    assert found == []
    assert [error for error in errors if "422" not in error] == []


def test_a_number_is_repaired_by_keyboard_alone(open_browser, patient):
    page, _errors = open_browser(theme="light", width=1280)
    page.goto(reverse("campaigns:number_repair", args=[patient.practice.slug]))
    page.get_by_label("Phone number of Uwe Brandt").focus()
    page.keyboard.type("312 555 0199")
    page.keyboard.press("Enter")
    page.get_by_text("Back in 1 campaign").wait_for()
    assert page.get_by_text("Uwe Brandt").count() == 0
    with tenancy.practice(patient.practice_id):
        assert Enrollment.objects.get(patient__first_name="Uwe").status == "OPEN"
