"""A message that reaches an agent's open page in a real Chromium: it comes by itself, and nothing typed or focused is lost."""

import uuid

import pytest
from playwright.sync_api import expect

from accounts import tenancy
from accounts.models import Membership
from campaigns import desk_messages
from campaigns.models import Campaign, DeskMessage
from campaigns.plan import build
from tests.browsing import IN_A_BROWSER, both_themes, inside, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import make_campaign, make_patient

pytestmark = IN_A_BROWSER


@pytest.fixture
def ana(practice, desk_clock):
    member = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        make_patient("Ida", "Keller")
        build(practice=practice, now=NOW)
    return member


@pytest.fixture
def send(practice, ana):
    leader = make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)

    def _send(text):
        key = uuid.uuid4()
        return inside(practice, lambda: desk_messages.send(agent=ana, text=text, key=key, by=leader, now=NOW))

    return _send


def pass_round(page):
    with page.expect_response(lambda response: "/desk/messages/" in response.url):
        page.clock.run_for(16_000)


@both_themes
def test_a_message_comes_to_the_open_call_and_what_is_typed_stays(ana_at, ana, send, practice, theme, width):
    page, errors = ana_at("desk", before=lambda page: page.clock.install(), theme=theme, width=width)
    page.get_by_role("button", name="Call next patient").press("Enter")
    page.locator("#patient-name").wait_for()
    note = page.get_by_label("Note")
    note.fill("Asked for a Tues")
    note.evaluate("field => field.setSelectionRange(5, 8)")
    send("Please take a break at noon.")
    pass_round(page)
    message = page.get_by_role("region", name="Messages to you").get_by_text("Please take a break at noon.")
    expect(message).to_be_visible()
    expect(note).to_be_focused()
    assert note.evaluate("field => [field.value, field.selectionStart, field.selectionEnd]") == ["Asked for a Tues", 5, 8]
    found = wrong(page, errors)
    page.get_by_role("button", name="Got it").click()
    expect(message).to_have_count(0)
    assert note.input_value() == "Asked for a Tues"
    assert inside(practice, lambda: DeskMessage.objects.get().read_at) is not None
    pass_round(page)
    expect(message).to_have_count(0)
    assert found + errors == []


def test_a_message_sent_while_the_agent_was_away_waits_on_the_list(ana_at, ana, send, practice):
    send("Welcome back.")
    page, errors = ana_at("desk")
    expect(page.get_by_text("Welcome back.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Welcome back.")).to_be_visible()
    assert errors == []


def test_it_is_closed_without_scripts_too(ana_at, ana, send, practice):
    send("No scripts here.")
    page, _errors = ana_at("desk", scripts=False)
    page.get_by_role("button", name="Got it").click()
    expect(page.get_by_text("No scripts here.")).to_have_count(0)
    assert inside(practice, lambda: DeskMessage.objects.unread().count()) == 0
