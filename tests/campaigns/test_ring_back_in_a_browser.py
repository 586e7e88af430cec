"""A ring-back in a real Chromium, by keyboard alone: found in the middle of another call, booked, and back at the first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import tenancy
from campaigns.models import CallAttempt, Campaign, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from patients.models import PhoneNumber
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def floor(practice, desk_clock):
    """Ana has Ida open; Ben left Bea a voicemail a week ago. Returns Ana's hold and Bea's enrollment."""
    ana, ben = make_member(practice, "Ana Agent"), make_member(practice, "Ben Busy")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        make_patient("Ida", "Keller", born_on="1960-02-03", mrn="M1")
        build(practice=practice, now=NOW)
        held = claim(agent=ana, now=NOW) or claim(agent=ben, now=NOW)
        Lease.objects.filter(pk=held.pk).update(agent=ana)
        bea = enroll(
            make_campaign(practice, on=TODAY, name="Recall"), make_patient("Bea", "Braun", mrn="B7"), NOW - timedelta(days=30)
        )
        PhoneNumber.objects.filter(patient=bea.patient).update(e164="+12125560199")
        call(bea, ben, NOW - timedelta(days=7), "LVM")
        for number in range(3):
            make_patient("Berta", f"Brandt{'abc'[number]}", born_on="1951-04-07", city="Albany")
        return held, bea


@pytest.fixture
def open_page(floor, ana_at):
    """`open_page("call", theme=…, width=…, scripts=…)`: a page of Ana's, in the middle of the call."""
    return ana_at


def test_by_keyboard_from_the_first_call_to_the_booking_and_back(open_page, practice, floor):
    held, bea = floor
    page, errors = open_page("call")
    page.get_by_role("heading", name="Ida Keller").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("556 0199")
    page.get_by_text("1 found.").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bea Braun").wait_for()
    assert page.get_by_role("link", name="2 Ring-back").get_attribute("aria-current") == "page"
    page.keyboard.press("[")
    page.get_by_role("heading", name="Ida Keller").wait_for()
    page.keyboard.press("]")
    page.get_by_role("heading", name="Bea Braun").wait_for()
    page.keyboard.press("f")
    page.keyboard.press("p")
    page.get_by_text("Verified", exact=True).wait_for()
    page.keyboard.press("1")
    page.get_by_label("Date", exact=True).first.fill("2026-12-01")
    page.get_by_label("Time", exact=True).first.fill("09:30")
    page.get_by_label("Provider").fill("Rivera")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="Ida Keller").wait_for()
    with tenancy.practice(practice.pk):
        assert list(Lease.objects.open()) == [held]
        attempt = CallAttempt.objects.get(source="RING_BACK")
        assert (attempt.patient, attempt.is_success, attempt.prompted_by.agent.name) == (bea.patient, True, "Ben Busy")
    assert errors == []


def test_arrows_move_and_escape_gives_the_focus_back(open_page):
    page, errors = open_page("call")
    page.locator("[name=code]").first.focus()
    page.keyboard.press("/")
    page.keyboard.type("brandt")
    page.get_by_text("3 found.").wait_for()
    focused = "document.activeElement.textContent.trim().split(' ').slice(0, 2).join(' ').split('\\n')[0]"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "Berta Brandtb"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "Berta Brandta"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "ring-back-query"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.name") == "code"
    # The list goes in an event that comes after the box has closed.
    page.locator("[data-found]").first.wait_for(state="detached")
    assert page.evaluate("document.getElementById('ring-back-query').value") == ""
    assert errors == []


def test_the_key_rests_while_somebody_types_or_has_switched_keys_off(open_page):
    page, _errors = open_page("call")
    page.get_by_label("Note", exact=True).fill("Call at")
    page.keyboard.press("/")
    assert page.get_by_label("Note", exact=True).input_value() == "Call at/"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert not page.get_by_label("Phone, name").is_visible()
    page.get_by_role("button", name="Patient rang back").click()
    assert page.get_by_label("Phone, name").is_visible()


@both_themes
def test_each_state_is_accessible(open_page, practice, theme, width):
    page, errors = open_page("call", theme=theme, width=width)
    page.get_by_role("button", name="Patient rang back").click()
    page.keyboard.type("br")
    page.get_by_text("Type at least three").wait_for()
    assert wrong(page, errors) == []
    page.keyboard.type("a")
    page.get_by_text("4 found.").wait_for()
    assert wrong(page, errors) == []
    page.get_by_role("button", name="Berta Brandta").click()
    page.get_by_role("heading", name="In no campaign").wait_for()
    assert wrong(page, errors) == []
    page.goto(reverse("campaigns:search", args=[practice.slug]))
    page.get_by_label("Phone, name").fill("braun")
    page.get_by_text("1 found.").wait_for()
    assert wrong(page, errors) == []
    page.get_by_role("button", name="Bea Braun").click()
    page.get_by_text("Patient rang back.").wait_for()
    assert wrong(page, errors) == []
    page.goto(reverse("campaigns:desk", args=[practice.slug]))
    page.get_by_role("link", name="2 Ring-back").wait_for()
    assert wrong(page, errors) == []


def test_it_works_without_scripts(open_page, practice):
    page, _errors = open_page("search", scripts=False)
    page.get_by_label("Phone, name").fill("braun")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Bea Braun").click()
    page.get_by_role("heading", name="Bea Braun").wait_for()
    page.get_by_role("button", name="Close without outcome").click()
    page.get_by_role("heading", name="Ida Keller").wait_for()
