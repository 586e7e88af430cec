"""A real Chromium for tests: pages are opened, people sign in, and what is wrong with a page is said.

The fixtures that start it, `open_browser` and `signed_in`, are in tests/conftest.py.
"""

import os
import shutil
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import sync_playwright

from accounts import tenancy
from tests.conftest import PASSWORD

# The mark of a module whose tests drive a browser: `pytestmark = IN_A_BROWSER`.
IN_A_BROWSER = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
# Once at a desk in the light theme, once on a phone in the dark one.
both_themes = pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])


@contextmanager
def chromium():
    """A headless browser. Where Chromium is not installed the test is skipped, but never in continuous integration."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        problem = "Chromium is not installed (Debian: apt install chromium)"
        pytest.fail(problem) if os.environ.get("CI") else pytest.skip(problem)
    # Playwright's event loop lives in this thread, which Django takes for asynchronous code; queries run between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_page(browser, address, *, theme="light", width=1280, height=900, scripts=True):
    """A page on a machine of its own, and the list that its script errors go to. `address` is where the server listens."""
    context = browser.new_context(
        base_url=address,
        color_scheme=theme,
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
    )
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return page, errors


def sign_in(page, email):
    """Go to the page that asks who one is, and answer it."""
    page.goto(reverse("account_login"))
    sign_in_here(page, email)


def sign_in_here(page, email):
    """Answer the page that asks who one is, wherever it came up."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def breaches(page):
    """What axe finds on the page as it stands: the rule, and the element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


def wrong(page, errors=()):
    """What is wrong with the page as it stands: what axe finds, by how much it is too wide, and the errors so far."""
    found = breaches(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{wider} pixels too wide"] if wider > 0 else []), *errors]


def inside(practice, ask):
    """What `ask()` answers inside the practice, as a request would ask it."""
    with tenancy.practice(practice.pk):
        return ask()
