"""The frame and the accounts pages in a real Chromium: no accessibility breach, no script error, both themes."""

import pytest
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from tests.browsing import IN_A_BROWSER, both_themes, breaches, sign_in, sign_in_here, wrong
from tests.conftest import NOW, make_member

pytestmark = IN_A_BROWSER


@pytest.fixture
def admin_of_two(practice, other_practice):
    first = make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    make_member(practice, "Ana Agent", supervisor=make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR))
    with tenancy.practice(other_practice.pk):
        other_practice.memberships.create(user=first.user, role=Membership.Role.AGENT, joined_at=NOW)
    return first


@both_themes
def test_pages_are_accessible_and_fit(admin_of_two, open_browser, theme, width):
    email, slug = admin_of_two.user.email, admin_of_two.practice.slug
    page, errors = open_browser(theme=theme, width=width)
    found = []
    page.goto(reverse("account_login"))
    found += breaches(page)
    sign_in_here(page, email)
    pages = [reverse(name) for name in ("practices", "account_change_password", "mfa_index", "account_logout")]
    pages += [reverse(f"accounts:{name}", args=[slug]) for name in ("users", "user_new", "tokens", "token_new")]
    for url in pages:
        page.goto(url)
        found += [(url, one) for one in wrong(page)]

    assert found == []
    assert errors == []


def test_the_theme_is_the_systems_until_one_is_chosen(admin_of_two, open_browser):
    page, _ = open_browser(theme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    sign_in(page, admin_of_two.user.email)
    page.goto(reverse("practices"))
    of_the_system = page.evaluate(ground)
    page.get_by_role("button", name="Theme: as the system").click()
    page.get_by_role("button", name="Light").click()
    chosen = page.evaluate(ground)
    page.reload()

    assert of_the_system == "rgb(16, 26, 31)"
    assert chosen == page.evaluate(ground) == "rgb(245, 247, 247)"


def test_errors_take_the_focus_and_lead_to_the_field(admin_of_two, open_browser):
    page, _ = open_browser(theme="light")
    sign_in(page, admin_of_two.user.email)
    page.goto(reverse("accounts:user_new", args=[admin_of_two.practice.slug]))
    page.get_by_role("button", name="Add and invite").click()
    page.wait_for_selector("[data-focus-first]:focus")
    page.get_by_role("link", name="Name: This field is required.").click()

    assert page.evaluate("document.activeElement.id") == "id_full_name"
    assert page.title() == "Error: Add a user · Bayview Eye"


def test_the_menu_of_a_phone_opens(admin_of_two, open_browser):
    page, _ = open_browser(theme="light", width=390)
    sign_in(page, admin_of_two.user.email)
    page.goto(reverse("accounts:users", args=[admin_of_two.practice.slug]))
    link = page.get_by_role("link", name="My list")
    hidden = link.is_hidden()
    page.get_by_role("button", name="Menu").click()
    link.wait_for(state="visible")

    assert hidden
    assert page.get_by_role("link", name="Users").get_attribute("aria-current") == "page"


@pytest.mark.parametrize("width", [1000, 1366, 1500])
def test_the_bar_of_an_admin_fits_on_one_line_and_setup_opens_by_keyboard(admin_of_two, open_browser, width):
    page, errors = open_browser(theme="dark", width=width)
    sign_in(page, admin_of_two.user.email)
    page.goto(reverse("accounts:users", args=[admin_of_two.practice.slug]))
    setup = page.get_by_role("button", name="Setup")
    height = page.locator(".topbar").bounding_box()["height"]
    setup.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Calling rules").wait_for(state="visible")
    found = breaches(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.textContent.trim()")
    second = page.locator(".dropdown-menu.show a").nth(1).text_content().strip()
    page.keyboard.press("Escape")

    assert height < 70
    assert focused == second
    assert setup.get_attribute("aria-expanded") == "false"
    assert found == []
    assert errors == []
