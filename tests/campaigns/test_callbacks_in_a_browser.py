"""Callbacks in a real Chromium: accessible, fitting, changed by keyboard alone, and a reminder that comes by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import Callback
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER
# Promises of Ana, in minutes from NOW.
PROMISED = {"overdue": -90, "due": -2, "soon": 6, "later": 26 * 60}


@pytest.fixture
def promised(practice, desk_clock):
    agent, bo = make_member(practice, "Ana Agent"), make_member(practice, "Bo Agent")
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY, name="Eye exam overdue")
        made = {}
        for name, minutes in PROMISED.items():
            due_at = NOW + timedelta(minutes=minutes)
            patient = make_patient("Ida", name.title(), zip_code="90001" if name == "later" else "10001")
            made[name] = Callback.objects.create(
                enrollment=enroll(campaign, patient, NOW), patient=patient, owner=agent, due_at=due_at,
                window_ends_at=due_at + timedelta(hours=1),
            )  # fmt: skip
        Callback.objects.filter(pk=made["due"].pk).update(owner=bo, promised_by=agent, why_changed="Ana Agent is off")
    return made


@both_themes
def test_pages_are_accessible_and_fit(practice, promised, signed_in, theme, width):
    page, errors = signed_in("sam.supervisor", theme=theme, width=width)
    found = []
    page.goto(reverse("campaigns:callbacks", args=[practice.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Change the callback of Ida Due").click()
    page.get_by_role("heading", name="Reassign").wait_for()
    found += wrong(page)
    page.goto(reverse("campaigns:callbacks", args=[practice.slug]) + f"?state=later&owner={promised['due'].owner_id}")
    page.goto(reverse("campaigns:callbacks", args=[practice.slug]) + "?state=overdue")
    found += wrong(page)
    assert found == []
    assert errors == []


def test_a_callback_is_moved_by_keyboard_alone(practice, promised, signed_in):
    page, errors = signed_in("sam.supervisor")
    page.goto(reverse("campaigns:callback", args=[practice.slug, promised["later"].pk]))
    page.get_by_label("When").fill("")
    page.keyboard.type("nov 18 1:15pm")
    page.get_by_text("Wed Nov 18, 1:15 PM PST for the patient, Wed Nov 18, 4:15 PM EST at the practice").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Moved to Wed Nov 18, 1:15 PM PST for the patient.").wait_for()
    with tenancy.practice(practice.pk):
        assert practice.local(Callback.objects.get(pk=promised["later"].pk).due_at).hour == 16
    assert errors == []


def test_the_reminder_comes_when_its_minute_comes(practice, promised, signed_in):
    with tenancy.practice(practice.pk):
        Callback.objects.filter(pk=promised["overdue"].pk).delete()
    page, errors = signed_in("ana.agent")
    page.clock.install()
    page.goto(reverse("campaigns:desk", args=[practice.slug]))
    notice = page.get_by_role("status", name="Promised calls")
    assert notice.count() == 0
    page.clock.run_for(70 * 1000)
    notice.wait_for()
    assert "11:06 AM EST" in notice.inner_text()
    assert wrong(page) == []
    assert errors == []
