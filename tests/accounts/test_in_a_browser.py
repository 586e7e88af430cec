"""The frame and the accounts pages in a real Chromium: no accessibility breach, no script error, both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from tests.browsing import chromium
from tests.conftest import NOW, PASSWORD, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]


@pytest.fixture
def admin_of_two(practice, other_practice):
    first = make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    make_member(practice, "Ana Agent", supervisor=make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR))
    with tenancy.practice(other_practice.pk):
        other_practice.memberships.create(user=first.user, role=Membership.Role.AGENT, joined_at=NOW)
    return first


@pytest.fixture
def open_browser(live_server, admin_of_two, settings, tmp_path):
    """`open_browser(theme=…, width=…)` gives a page of a fresh browser, and the list that script errors go to.

    The people must exist before it starts: its event loop keeps Django's database functions from running.
    """
    # What a demo has collected has hashed names; the live server knows plain ones alone.
    settings.STATIC_ROOT = tmp_path
    with chromium() as browser:

        def _open(*, theme, width=1280):
            context = browser.new_context(base_url=live_server.url, color_scheme=theme, viewport={"width": width, "height": 900})
            page, errors = context.new_page(), []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            return page, errors

        yield _open


def sign_in(page, email):
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def breaches(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_are_accessible_and_fit(open_browser, admin_of_two, theme, width):
    email, slug = admin_of_two.user.email, admin_of_two.practice.slug
    page, errors = open_browser(theme=theme, width=width)
    found = []
    page.goto(reverse("account_login"))
    found += breaches(page)
    sign_in(page, email)
    pages = [reverse(name) for name in ("practices", "account_change_password", "mfa_index", "account_logout")]
    pages += [reverse(f"accounts:{name}", args=[slug]) for name in ("users", "user_new", "tokens", "token_new")]
    for url in pages:
        page.goto(url)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += breaches(page) + ([(url, f"{wider} pixels too wide")] if wider > 0 else [])

    assert found == []
    assert errors == []


def test_the_theme_is_the_systems_until_one_is_chosen(open_browser, admin_of_two):
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


def test_errors_take_the_focus_and_lead_to_the_field(open_browser, admin_of_two):
    page, _ = open_browser(theme="light")
    sign_in(page, admin_of_two.user.email)
    page.goto(reverse("accounts:user_new", args=[admin_of_two.practice.slug]))
    page.get_by_role("button", name="Add and invite").click()
    page.wait_for_selector("[data-focus-first]:focus")
    page.get_by_role("link", name="Name: This field is required.").click()

    assert page.evaluate("document.activeElement.id") == "id_full_name"
    assert page.title() == "Error: Add a user · Bayview Eye"


def test_the_menu_of_a_phone_opens(open_browser, admin_of_two):
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
def test_the_bar_of_an_admin_fits_on_one_line_and_setup_opens_by_keyboard(open_browser, admin_of_two, width):
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
    page.keyboard.press("Escape")

    assert height < 70
    assert focused == "Dispositions"
    assert setup.get_attribute("aria-expanded") == "false"
    assert found == []
    assert errors == []
