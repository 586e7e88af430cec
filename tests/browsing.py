"""A real Chromium for tests."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright


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
