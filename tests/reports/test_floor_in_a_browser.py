"""The floor and the wallboard in a real Chromium: renewed while somebody looks, stale when nobody answers, and nothing moves."""

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from campaigns.models import AgentSpell, DeskMessage, QueueItem
from tests.browsing import IN_A_BROWSER, both_themes, inside, wrong
from tests.conftest import NOW, make_member
from tests.reports import busy_floor

pytestmark = IN_A_BROWSER
ROUND = 6_000


@pytest.fixture
def members(practice, settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    return busy_floor.fill(practice, small=True)


@pytest.fixture
def open_floor(members, signed_in, practice):
    """`open_floor("floor", theme=…)`: a page of the reports before the admin, whose clock the test turns."""

    def _open_floor(name="floor", **machine):
        page, errors = signed_in("ada.admin", **machine)
        page.clock.install()
        page.goto(reverse(f"reports:{name}", args=[practice.slug]))
        page.wait_for_load_state("load")
        return page, errors

    return _open_floor


def set_state(practice, member, state):
    inside(practice, lambda: AgentSpell.objects.filter(agent=member, until_at=None).update(state=state, reason=""))


def asked(page, what="/floor/now/"):
    """The requests of the page for news from now on."""
    found = []
    page.on("request", lambda request: found.append(request.url) if what in request.url else None)
    return found


def pass_round(page, *, what="/floor/now/"):
    """Let the next round come and be answered."""
    with page.expect_response(lambda response: what in response.url):
        page.clock.run_for(ROUND)


@both_themes
def test_the_pages_of_the_floor_are_accessible_and_fit(open_floor, members, practice, theme, width):
    page, errors = open_floor(theme=theme, width=width)
    found = wrong(page, errors)
    page.get_by_role("link", name="Help Bo Lindqvist", exact=True).click()
    page.get_by_role("dialog", name="Bo Lindqvist").wait_for()
    found += wrong(page, errors)
    for url in (
        reverse("reports:floor_agent", args=[practice.slug, members["Ana Agent"].pk]),
        reverse("reports:floor_move", args=[practice.slug]),
        reverse("reports:floor_settings", args=[practice.slug]),
        reverse("reports:wallboard", args=[practice.slug]),
    ):
        page.goto(url)
        found += wrong(page, errors)
    page.goto(reverse("reports:floor_move", args=[practice.slug]))
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert found + wrong(page, errors[:0]) == []


def test_a_round_renews_the_page_and_leaves_focus_and_menus_alone(open_floor, members, practice, settings):
    page, errors = open_floor()
    row = page.get_by_role("row").filter(has_text="Erin O’Neill")
    expect(row).to_contain_text("Ready")
    link = page.get_by_role("link", name="Help Erin O’Neill", exact=True)
    link.focus()
    page.evaluate("document.activeElement.dataset.mine = 'yes'")
    stamp = page.locator(".as-of strong").inner_text()
    set_state(practice, members["Erin O’Neill"], "IN_CALL")
    settings.CLOCK_OFFSET_SECONDS += 5  # the round may come within the second of the page
    pass_round(page)
    expect(row).to_contain_text("In call")
    expect(link).to_be_focused()
    assert page.locator(".as-of strong").inner_text() != stamp
    menu = page.get_by_role("button", name="Setup")
    menu.click()
    set_state(practice, members["Erin O’Neill"], "WRAP_UP")
    pass_round(page)
    expect(row).to_contain_text("Wrap-up")
    expect(menu).to_have_attribute("aria-expanded", "true")
    assert errors == []


def test_who_comes_to_need_help_moves_up_and_is_announced_once(open_floor, members, practice):
    page, errors = open_floor()
    said = page.locator("[data-announce]")
    pass_round(page)
    expect(said).to_be_empty()
    inside(practice, lambda: AgentSpell.objects.filter(agent=members["Ana Agent"]).update(state="WRAP_UP"))
    inside(practice, lambda: QueueItem.objects.filter(agent=members["Ana Agent"]).delete())
    pass_round(page)
    expect(said).to_contain_text("Ana Agent: 3 min in wrap-up")
    page.evaluate("document.querySelector('[data-announce]').textContent = ''")
    pass_round(page)
    expect(said).to_be_empty()
    assert errors == []


def test_two_rounds_without_an_answer_say_so_and_the_next_answer_takes_it_back(open_floor):
    page, _errors = open_floor()
    badge = page.get_by_text("Not up to date: the server does not answer")
    page.route("**/floor/now/**", lambda route: route.abort())
    page.clock.run_for(ROUND)
    page.wait_for_timeout(300)
    expect(badge).to_be_hidden()
    page.clock.run_for(ROUND)
    expect(badge).to_be_visible()
    expect(page.get_by_text("That did not reach the server")).to_have_count(0)
    page.unroute("**/floor/now/**")
    pass_round(page)
    expect(badge).to_be_hidden()


def test_a_fault_of_the_server_counts_as_no_answer(open_floor):
    page, _errors = open_floor("wallboard")
    page.route("**/wallboard/now/**", lambda route: route.fulfill(status=500, body="broken"))
    for _ in range(2):
        pass_round(page, what="/wallboard/now/")
    expect(page.get_by_text("Not up to date")).to_be_visible()
    expect(page.get_by_text("The server could not do that")).to_have_count(0)
    expect(page.get_by_text("Dials", exact=True)).to_be_visible()


def test_nobody_asks_while_nobody_looks(open_floor):
    page, errors = open_floor()
    hide = "state => Object.defineProperty(document, 'visibilityState', {value: state, configurable: true})"
    page.evaluate(hide, "hidden")
    requests = asked(page)
    page.clock.run_for(10 * ROUND)
    page.wait_for_timeout(300)
    assert requests == []
    page.evaluate(hide, "visible")
    with page.expect_response(lambda response: "/floor/now/" in response.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert errors == []


def test_the_wallboard_renews_its_numbers(open_floor, members, practice):
    page, errors = open_floor("wallboard")
    number = page.locator(".board-number").filter(has_text="At work").locator(".value")
    assert number.inner_text() == "5"
    inside(practice, lambda: AgentSpell.objects.filter(agent=members["Ana Agent"]).update(seen_at=NOW, until_at=NOW))
    pass_round(page, what="/wallboard/now/")
    expect(number).to_have_text("4")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert errors == []


def test_a_message_is_sent_from_the_panel_by_keys_and_the_focus_comes_back(open_floor, members, practice):
    page, errors = open_floor()
    link = page.get_by_role("link", name="Help Bo Lindqvist", exact=True)
    link.press("Enter")
    panel = page.get_by_role("dialog", name="Bo Lindqvist")
    panel.wait_for()
    pass_round(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()
    link.press("Enter")
    panel.get_by_role("textbox", name="Message").fill("Please come to the desk.")
    panel.get_by_role("button", name="Send to Bo Lindqvist").click()
    page.get_by_text("Sent to Bo Lindqvist. The floor says when it was read.").wait_for()
    last = partial(DeskMessage.objects.latest, "pk")
    assert inside(practice, last).text == "Please come to the desk."
    expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text("Message not read")
    assert errors == []


@pytest.mark.parametrize("name", ["floor", "wallboard"])
def test_without_scripts_the_page_shows_the_same(members, signed_in, practice, name):
    page, _errors = signed_in("ada.admin", scripts=False)
    page.goto(reverse(f"reports:{name}", args=[practice.slug]))
    expect(page.get_by_text("Dials", exact=True).first).to_be_visible()
    expect(page.get_by_text("Not up to date")).to_be_hidden()
