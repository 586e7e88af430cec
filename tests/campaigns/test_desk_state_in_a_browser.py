"""States and callbacks of the desk in a real Chromium: by keys, as time passes, and accessible in each state."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from campaigns import agent_state
from campaigns.models import AgentSpell, CallAttempt, Callback, Campaign, Lease
from campaigns.next_call import claim
from campaigns.plan import build
from tests.browsing import IN_A_BROWSER, both_themes, inside, wrong
from tests.campaigns.conftest import TODAY
from tests.conftest import NOW, make_member
from tests.world import enroll, make_campaign, make_patient

pytestmark = IN_A_BROWSER
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agent(practice, desk_clock):
    """Ana, at eleven on a Tuesday, with three patients on her list."""
    member = make_member(practice, "Ana Agent")
    with tenancy.practice(practice.pk):
        make_campaign(practice, Campaign.Kind.NO_ENCOUNTER, on=TODAY, name="Never seen")
        for name in ("Ida", "Uwe", "Eva"):
            make_patient(name, "Keller")
        build(practice=practice, now=NOW)
    return member


@pytest.fixture
def promise(practice, agent):
    """`promise(6)`: a callback of Ana's so many minutes from now, to somebody in New York."""

    def _promise(minutes):
        with tenancy.practice(practice.pk):
            campaign, patient = make_campaign(practice, on=TODAY, name="Eye exam"), make_patient("Olga", "Zoe", zip_code="10001")
            due_at = NOW + minutes * MINUTE
            return Callback.objects.create(
                enrollment=enroll(campaign, patient, NOW), patient=patient, owner=agent, due_at=due_at,
                window_ends_at=due_at + timedelta(hours=1),
            )  # fmt: skip

    return _promise


@pytest.fixture
def open_page(agent, ana_at):
    """`open_page("desk", theme=…, width=…)`: a page of Ana's whose clock the test turns."""
    return partial(ana_at, before=lambda page: page.clock.install())


def state_of(page, words):
    """Wait until the badge says so on a page whose scripts have run."""
    page.get_by_role("group", name="My state").get_by_text(words).first.wait_for()
    page.wait_for_function("document.readyState === 'complete'")


def spells(practice):
    return inside(practice, lambda: list(AgentSpell.objects.order_by("pk").values_list("state", "reason")))


@both_themes
def test_a_day_by_keys_ready_call_wrap_up_break_and_back(open_page, practice, theme, width):
    page, errors = open_page("desk", theme=theme, width=width)
    state_of(page, "Ready")
    found = wrong(page, errors)
    page.get_by_role("button", name="Call next patient").press("Enter")
    state_of(page, "In call")
    page.keyboard.press("h")
    state_of(page, "Wrap-up")
    state_of(page, "usual 1:00")
    found += wrong(page, errors)
    page.clock.run_for(61_000)
    state_of(page, "Longer than usual")
    found += wrong(page, errors)
    page.keyboard.press("2")
    page.get_by_role("button", name="Save and break…").press("Enter")
    page.get_by_role("heading", name="Why the break?").wait_for()
    found += wrong(page, errors)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="On break (Lunch) since 11:0").wait_for()
    found += wrong(page, errors)
    page.clock.run_for(14 * 60_000)
    page.get_by_role("heading", name=", 14 min").wait_for()
    assert inside(practice, lambda: (CallAttempt.objects.count(), Lease.objects.open().count())) == (1, 0)
    page.keyboard.press("Enter")
    state_of(page, "In call")
    assert spells(practice) == [("READY", ""), ("IN_CALL", ""), ("WRAP_UP", ""), ("BREAK", "LUNCH"), ("IN_CALL", "")]
    assert found == []


def test_picking_an_outcome_is_wrap_up_and_saving_the_next_call(open_page, practice):
    page, errors = open_page("desk")
    page.get_by_role("button", name="Call next patient").press("Enter")
    state_of(page, "In call")
    first = page.locator("#patient-name").inner_text()
    page.keyboard.press("2")
    state_of(page, "Wrap-up")
    page.keyboard.press("Enter")
    page.wait_for_function("name => document.getElementById('patient-name')?.innerText !== name", arg=first)
    state_of(page, "In call")
    assert spells(practice)[1:] == [("IN_CALL", ""), ("WRAP_UP", ""), ("IN_CALL", "")]
    assert errors == []


def test_the_keys_rest_while_somebody_types(open_page, practice):
    page, errors = open_page("desk")
    page.get_by_role("button", name="Call next patient").press("Enter")
    state_of(page, "In call")
    page.keyboard.press("n")
    page.keyboard.type("hch")
    assert page.get_by_label("Note").input_value() == "hch"
    assert inside(practice, lambda: AgentSpell.objects.filter(state="WRAP_UP").count()) == 0
    assert errors == []


@both_themes
def test_a_reminder_comes_five_minutes_before_and_at_the_minute_and_c_starts(open_page, practice, promise, theme, width):
    callback = promise(6)
    page, errors = open_page("desk", theme=theme, width=width)
    notice = page.get_by_role("status", name="Promised calls")
    assert (notice.count(), page.title()) == (0, "My list · Bayview Eye")
    assert page.get_by_role("button", name="Start the callback").count() == 0
    page.clock.run_for(70_000)
    notice.get_by_text("within five minutes").wait_for()
    page.get_by_text("Within 5 minutes", exact=True).wait_for()
    assert page.title() == "(!) Callback 11:06 AM – My list · Bayview Eye"
    found = wrong(page, errors)
    page.clock.run_for(5 * 60_000)
    notice.get_by_text("now", exact=True).wait_for()
    page.get_by_text("Due now", exact=True).wait_for()
    assert page.title() == "(!) Callback 11:06 AM – My list · Bayview Eye"
    inside(practice, lambda: Callback.objects.update(due_at=NOW))
    page.keyboard.press("c")
    page.get_by_role("heading", name="Olga Zoe").wait_for()
    assert inside(practice, lambda: Lease.objects.open().get().enrollment_id) == callback.enrollment_id
    assert spells(practice)[-1] == ("IN_CALL", "")
    assert found + wrong(page, errors) == []


def test_a_callback_too_early_is_refused_in_words(open_page, practice, promise):
    promise(20)
    page, errors = open_page("desk")
    page.clock.run_for(16 * 60_000)  # a browser whose clock runs ahead
    page.keyboard.press("c")
    page.get_by_text("The callback was not started. It is too early").wait_for()
    assert inside(practice, Lease.objects.count) == 0
    assert errors == []


def test_the_sound_is_off_until_switched_on_and_stays_so(open_page, practice, promise):
    promise(60)
    page, errors = open_page("desk")
    assert not page.get_by_label("Sound").is_checked()
    page.get_by_label("Sound").check()
    page.reload()
    assert page.get_by_label("Sound").is_checked()
    assert errors == []


def test_the_sound_comes_once_for_each_reminder(open_page, promise):
    promise(6)
    page, errors = open_page("desk")
    page.evaluate("""() => { window.tones = 0; const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); }; }""")
    page.get_by_label("Sound").check()
    page.clock.run_for(4 * 60_000)
    assert page.evaluate("window.tones") == 2  # as it was switched on, and at five minutes
    page.clock.run_for(4 * 60_000)
    assert page.evaluate("window.tones") == 3  # and at the minute
    assert errors == []


@both_themes
def test_an_empty_desk_looks_again_by_itself_and_offers_who_came(open_page, practice, agent, theme, width):
    inside(practice, lambda: Campaign.objects.update(status="PAUSED"))
    page, errors = open_page("call", theme=theme, width=width)
    page.get_by_role("heading", name="Nobody can be called at this minute").wait_for()
    page.clock.run_for(10_000)
    assert page.get_by_text("Looking again in 0:").inner_text()[:18] == "Looking again in 0"
    found = wrong(page, errors)
    page.get_by_label("Look again by itself").uncheck()
    inside(practice, lambda: Campaign.objects.update(status="ACTIVE"))
    page.clock.run_for(120_000)
    page.get_by_text("Not looking").wait_for()
    page.get_by_label("Look again by itself").check()
    page.clock.run_for(31_000)
    page.get_by_role("heading", name="Ready when you are").wait_for()
    assert inside(practice, Lease.objects.count) == 0
    assert found + wrong(page, errors) == []


def test_an_empty_desk_offers_a_callback_at_its_minute(open_page, practice, promise):
    inside(practice, lambda: Campaign.objects.update(status="PAUSED"))
    promise(6)
    page, errors = open_page("call")
    page.get_by_label("Look again by itself").uncheck()
    page.clock.run_for(70_000)
    page.get_by_role("button", name="Start the callback of 11:06 AM EST").wait_for()
    assert errors == []


def test_an_empty_desk_whose_other_tab_opened_a_patient_shows_them(open_page, practice, agent):
    inside(practice, lambda: Campaign.objects.update(status="PAUSED"))
    page, errors = open_page("call")
    page.get_by_role("heading", name="Nobody can be called at this minute").wait_for()
    inside(practice, lambda: Campaign.objects.update(status="ACTIVE"))
    inside(practice, lambda: claim(agent=agent, now=NOW))
    page.clock.run_for(31_000)
    page.locator("#patient-name").wait_for()
    assert errors == []


@both_themes
def test_the_page_of_the_agents_is_accessible_and_fits(open_page, practice, agent, theme, width):
    inside(practice, lambda: agent_state.take_break(agent=agent, reason="LUNCH", now=NOW))
    inside(practice, lambda: Membership.objects.filter(pk=agent.pk).update(role="SUPERVISOR"))
    page, errors = open_page("desk", theme=theme, width=width)
    page.goto(reverse("reports:agents", args=[practice.slug]))
    page.get_by_text("On break (Lunch)").wait_for()
    assert wrong(page, errors) == []
