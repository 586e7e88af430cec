"""The wizard in a real Chromium: through all steps by keyboard, accessible, fitting, and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import tenancy
from accounts.models import Membership
from campaigns.models import Campaign
from tests.browsing import IN_A_BROWSER, both_themes, wrong
from tests.conftest import NOW, make_member
from tests.world import make_campaign, make_patient, visited

pytestmark = IN_A_BROWSER
TODAY = NOW.date()


@pytest.fixture
def wide_practice(practice, desk_clock):
    """A practice with two agents and patients who were last seen long ago, one of whom none of the agents understands."""
    make_member(practice, "Ana Lopez", languages=["en", "es"])
    make_member(practice, "Ben Carter")
    make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    with tenancy.practice(practice.pk):
        for number, language in enumerate(("en", "es", "vi", "en")):
            visited(make_patient(language=language, phones=number and 1), TODAY - timedelta(days=500 + 300 * number))
        make_patient("Nora", "New")
        make_campaign(practice, on=TODAY, name="Last year", status="ENDED", archived_at=NOW)
    return practice


@both_themes
def test_a_campaign_is_set_up_by_keyboard_alone(wide_practice, signed_in, theme, width):
    page, _errors = signed_in("sam.supervisor", theme=theme, width=width)
    found = []

    def on_with():
        page.get_by_role("button", name="Next", exact=True).press("Enter")

    def arrive(step):
        """Scripts listen once the page is loaded: what is changed before that moment they don't hear."""
        page.wait_for_url(f"**/{step}/")
        page.wait_for_load_state("load")

    page.goto(reverse("campaigns:list", args=[wide_practice.slug]))
    found += wrong(page)
    page.get_by_role("link", name="New campaign").first.press("Enter")
    page.get_by_text("4 patients today").wait_for()
    page.get_by_label("Reactivation").press("ArrowDown")
    expect(page.get_by_label("No-shows")).to_be_checked()
    page.get_by_label("No-shows").press("ArrowUp")
    found += wrong(page)
    on_with()
    expect(page.get_by_role("link", name="Name: Give the campaign a name.")).to_be_visible()
    found += wrong(page)
    page.get_by_label("Name").fill("Winter recall")
    page.get_by_label("Name").press("Enter")  # goes on, though buttons of the list of steps stand before it

    arrive("rules")
    page.get_by_label("Months since the last visit").fill("20")
    page.get_by_label("Months since the last visit").press("Tab")
    page.get_by_text("at least 20 months ago").wait_for()
    page.get_by_role("button", name="Show twenty examples").press("Enter")
    page.get_by_text("All left out").wait_for()
    page.get_by_role("button", name="What would tonight's queue be?").press("Enter")
    page.get_by_text("Counted for the next nightly build").wait_for()
    found += wrong(page)
    page.get_by_label("Attempts for each patient").fill("4")
    page.get_by_label("Attempts for each patient").press("Tab")
    expect(page.get_by_text("All left out")).to_have_count(0)
    on_with()

    arrive("script")
    page.get_by_label("Script", exact=False).first.select_option("TELE_VISIT")
    page.get_by_text("Convert to a tele-visit").nth(1).wait_for()
    found += wrong(page)
    on_with()

    arrive("agents")
    page.get_by_label("Ana Lopez").press("Space")
    page.get_by_text("This agent can dial").wait_for()
    found += wrong(page)
    on_with()

    arrive("hours")
    page.get_by_label("Whenever the practice calls").press("ArrowDown")
    page.get_by_label("From").fill("17:00")
    page.get_by_label("Until").fill("19:00")
    page.get_by_text("patients of the practice can be called").wait_for()
    found += wrong(page)
    on_with()

    page.get_by_label("Goal (bookings)").fill("40")
    found += wrong(page)
    page.get_by_role("button", name="Rules", exact=False).press("Enter")
    expect(page.get_by_label("Attempts for each patient")).to_have_value("4")
    page.get_by_role("button", name="Goal and cost").press("Enter")
    expect(page.get_by_label("Goal (bookings)")).to_have_value("40")
    on_with()

    page.get_by_text("What happens then").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Make the campaign and enroll").press("Enter")
    page.get_by_text("“Winter recall” is saved.").wait_for()
    found += wrong(page)
    with tenancy.practice(wide_practice.pk):
        made = Campaign.objects.get(name="Winter recall")
        assert (made.max_attempts, made.workflow, made.own_hours, made.goal) == (4, "TELE_VISIT", "~123456/1700-1900", 40)
        assert [each.agent.name for each in made.agents.all()] == ["Ana Lopez"]
    assert found == []


@both_themes
def test_a_copy_is_kept_for_later_and_discarded(wide_practice, signed_in, theme, width):
    page, _errors = signed_in("sam.supervisor", theme=theme, width=width)
    found = []
    page.goto(reverse("campaigns:list", args=[wide_practice.slug]))
    page.get_by_role("link", name="Show archived (1)").click()
    page.get_by_role("link", name="Last year").click()
    found += wrong(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_label("Name")).to_have_value("Last year (copy)")
    page.get_by_label("Name").fill("This year")
    page.get_by_role("button", name="Keep for later").click()
    page.get_by_role("link", name="New campaign").first.click()
    found += wrong(page)
    page.get_by_role("link", name="This year").click()
    page.get_by_role("button", name="Discard…").click()
    page.get_by_role("button", name="Discard the draft").wait_for()
    found += wrong(page)
    page.get_by_role("button", name="Discard the draft").click()
    page.get_by_text("The draft is discarded.").wait_for()
    assert found == []


def test_all_steps_work_without_scripts(wide_practice, signed_in):
    page, _errors = signed_in("sam.supervisor", scripts=False)
    page.goto(reverse("campaigns:new", args=[wide_practice.slug]))
    page.get_by_role("link", name="Count whom each of them would take today").click()
    page.get_by_text("4 patients today").wait_for()
    page.get_by_label("Name").fill("Winter recall")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Show twenty examples").click()
    page.get_by_text("All left out").wait_for()
    page.get_by_role("button", name="What would tonight's queue be?").click()
    page.get_by_text("Counted for the next nightly build").wait_for()
    for _step in range(5):
        page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Make the campaign and enroll").click()
    page.get_by_text("“Winter recall” is saved. 4 patients enrolled.").wait_for()
