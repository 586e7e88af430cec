"""The script editor and the script of a call in a real Chromium: a preview while typing, and nothing typed is lost."""

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns import script_versions
from campaigns.models import Campaign, ScriptVersion
from campaigns.next_call import claim
from campaigns.plan import build
from campaigns.scripts import standard_text
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import make_campaign, make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def drafted(practice, desk_clock):
    """Sam wrote a version for no-shows, which waits; Sue may approve it. Ana has a patient open."""
    sam, _sue = (make_member(practice, name, Membership.Role.SUPERVISOR) for name in ("Sam Supervisor", "Sue Second"))
    agent = make_member(practice, "Ana Agent")
    text = standard_text("NO_SHOW", "en").replace("? I forgot", "? I forgot about it")
    with tenancy.practice(practice.pk):
        script_versions.write(practice=practice, workflow="NO_SHOW", language="en", text=text, seen=0, by=sam, now=NOW)
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        make_patient("Ida", "Keller", phones=2)
        build(practice=practice, now=NOW)
        claim(agent=agent, now=NOW)
    return practice


@both_themes
def test_a_text_is_previewed_while_it_is_typed_saved_and_approved(drafted, signed_in, theme, width):
    page, _errors = signed_in("sue.second", theme=theme, width=width)
    found = []
    page.goto(reverse("campaigns:scripts", args=[drafted.slug]))
    found += wrong(page)
    page.get_by_role("link", name="Review No-show, English").click()
    page.get_by_role("heading", name="Version 1 waits for approval").wait_for()
    found += wrong(page)
    text = page.get_by_label("Text", exact=True)
    text.fill("# Open\nHello, this is {agent_name}.\n=== Verified ===\nYou missed {mised_date}.")
    page.get_by_text("Line 4: “{mised_date}” can't be filled in.").wait_for()
    found += wrong(page)
    text.fill("# Open\nHello, this is {agent_name}.\n=== Verified ===\nYou missed {missed_date}.")
    page.get_by_text("You missed November 10.").wait_for()
    assert page.get_by_text("This can't be saved yet").count() == 0
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("heading", name="Version 2 waits for approval").wait_for()
    found += wrong(page)
    page.goto(reverse("campaigns:scripts", args=[drafted.slug]))
    page.get_by_role("link", name="Review No-show, English").click()
    page.get_by_text("You wrote this version. Another supervisor or an admin has to approve it.").wait_for()
    other, _errors = signed_in("sam.supervisor", theme=theme, width=width)
    other.goto(reverse("campaigns:scripts", args=[drafted.slug]))
    other.get_by_role("link", name="Review No-show, English").click()
    other.get_by_role("button", name="Approve version 2").click()
    other.get_by_text("Agents see it from now on.").wait_for()
    found += wrong(other)
    with tenancy.practice(drafted.pk):
        assert [version.approved_by and version.approved_by.name for version in ScriptVersion.objects.order_by("number")] == [
            None, "Sam Supervisor",
        ]  # fmt: skip
    assert found == []


def test_without_scripts_a_button_previews(drafted, signed_in):
    page, _errors = signed_in("sue.second", scripts=False)
    page.goto(f"{reverse('campaigns:script_edit', args=[drafted.slug])}?workflow=NO_SHOW&language=en")
    page.get_by_label("Text", exact=True).fill("Hello.\n=== Verified ===\nYou missed {missed_date}.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("You missed November 10.").wait_for()
    assert page.get_by_label("Text", exact=True).input_value().endswith("You missed {missed_date}.")
    with tenancy.practice(drafted.pk):
        assert ScriptVersion.objects.count() == 1


@both_themes
def test_a_call_switches_its_language_and_keeps_what_was_typed(drafted, signed_in, theme, width):
    page, _errors = signed_in("ana.agent", theme=theme, width=width)
    page.goto(reverse("campaigns:call", args=[drafted.slug]))
    page.get_by_label("Note").fill("She laughed.")
    page.get_by_text("Somebody else answers").click()
    page.get_by_text("When is a good time to reach Ida?").wait_for()
    found = wrong(page)
    page.get_by_role("link", name="Español").click()
    page.get_by_text("Hola, le habla Ana Agent de Bayview Eye.").wait_for()
    assert page.get_by_label("Note").input_value() == "She laughed."
    assert page.evaluate("document.activeElement.id") == "script-es"
    page.locator("#id_code").get_by_text("Left voicemail").click()
    page.get_by_text("Hola, le habla Ana Agent con un mensaje para Ida Keller.").wait_for()
    found += wrong(page)
    assert found == []
