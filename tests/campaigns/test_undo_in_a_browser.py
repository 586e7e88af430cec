"""Undo and corrections in a real Chromium: by one key back to the patient before, and accessible in both themes."""

import os
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from accounts import tenancy
from campaigns.models import CallAttempt, Campaign
from campaigns.next_call import claim
from campaigns.plan import build
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import call, make_campaign, make_patient

pytestmark = IN_A_BROWSER
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def calling(practice, desk_clock):
    """Ana has Ida open; two more are on her list, and a call of this morning is behind her."""
    agent = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for name in ("Ida", "Bea", "Uwe", "Ole"):
            make_patient(name, "Keller", phones=2, born_on="1951-04-07")
        build(practice=practice, now=NOW)
        call(agent.queue.latest("position").enrollment, agent, NOW - timedelta(hours=3), "DNC")
        return claim(agent=agent, now=NOW)


@pytest.fixture
def open_page(calling, ana_at):
    """`open_page(theme=…, width=…)`: the call page before Ana."""
    return partial(ana_at, "call")


def shown(page, errors, shot):
    """What is wrong with the page, which is kept as a picture where SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{shot}.png", full_page=True)
    return wrong(page, errors)


def outcomes(practice):
    with tenancy.practice(practice.pk):
        return list(CallAttempt.objects.filter(ended_at__gte=NOW).order_by("pk").values_list("outcome", "note"))


def test_one_key_brings_the_patient_before_back_with_the_note(open_page, practice):
    page, errors = open_page()
    first = page.locator("#patient-name").inner_text()
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("Rang out twice, zzz")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Last call: No answer").wait_for()
    assert (page.locator("#patient-name").inner_text() != first, outcomes(practice)) == (True, [("NOANS", "Rang out twice, zzz")])
    page.keyboard.press("z")
    page.get_by_text("Taken back. The patient is open again").wait_for()
    assert (page.locator("#patient-name").inner_text(), outcomes(practice)) == (first, [])
    assert page.locator("#id_note").input_value() == "Rang out twice, zzz"
    assert page.locator("[name=code]:checked").get_attribute("value") == "NOANS"
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.get_by_text("Last call: Left voicemail").wait_for()
    assert outcomes(practice) == [("LVM", "Rang out twice, zzz")]
    assert errors == []


def test_the_offer_counts_down_and_goes_while_the_words_stay(open_page, practice):
    page, errors = open_page()
    page.clock.install()
    page.reload()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Undo")
    undo.wait_for()
    page.keyboard.press("n")
    page.keyboard.type("z")
    assert page.locator("#id_note").input_value() == "z"
    page.clock.run_for(4_000)
    assert page.locator("[data-undo-left]").inner_text() in ("(5)", "(6)", "(7)")
    page.clock.run_for(7_000)
    undo.wait_for(state="hidden")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    assert page.get_by_text("Last call: No answer").is_visible()
    assert (len(outcomes(practice)), errors) == (1, [])


@both_themes
def test_each_page_is_accessible(open_page, practice, theme, width):
    page, errors = open_page(theme=theme, width=width)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for()
    found = shown(page, errors, f"call-{theme}-{width}")
    page.keyboard.press("2")
    page.get_by_role("button", name="Save and stop").click()
    page.get_by_role("heading", name="Last call").wait_for()
    found += shown(page, errors, f"list-{theme}-{width}")
    page.get_by_role("link", name="My calls today").click()
    page.get_by_role("heading", name="My calls today").wait_for()
    page.get_by_text("Tell your supervisor").wait_for()
    page.get_by_role("link", name="Correct").first.click()
    page.get_by_text("Re-appointed").click()
    found += shown(page, errors, f"correct-{theme}-{width}")
    page.get_by_text("Left voicemail").click()
    page.get_by_label("Why it is corrected").fill("Pressed the wrong key.")
    page.get_by_role("button", name="Save the correction").click()
    page.get_by_text("was No answer: Pressed the wrong key.").wait_for()
    found += shown(page, errors, f"calls-{theme}-{width}")
    page.goto(reverse("campaigns:desk", args=[practice.slug]))
    page.get_by_role("button", name="Call next patient").click()
    page.locator("#patient-name").wait_for()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="All done").wait_for()
    assert page.get_by_role("button", name="Undo").is_visible()
    found += shown(page, errors, f"idle-{theme}-{width}")
    assert found == []
