"""Numbers, preferred times and number repair in a real Chromium: accessible, fitting, and done by keyboard alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import Enrollment
from patients.models import OptOut, PhoneNumber
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW, make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def patient(practice, desk_clock):
    """A patient with a wrong, a refused and a shared number; three more who need one."""
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


@both_themes
def test_pages_are_accessible_and_fit(patient, signed_in, theme, width):
    page, errors = signed_in("sam.supervisor", theme=theme, width=width)
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


def test_a_number_is_repaired_by_keyboard_alone(patient, signed_in):
    page, _errors = signed_in("sam.supervisor")
    page.goto(reverse("campaigns:number_repair", args=[patient.practice.slug]))
    page.get_by_label("Phone number of Uwe Brandt").focus()
    page.keyboard.type("312 555 0199")
    page.keyboard.press("Enter")
    page.get_by_text("Back in 1 campaign").wait_for()
    assert page.get_by_text("Uwe Brandt").count() == 0
    with tenancy.practice(patient.practice_id):
        assert Enrollment.objects.get(patient__first_name="Uwe").status == "OPEN"
