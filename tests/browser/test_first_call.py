"""A new admin gets from an empty practice to the first recorded call by the screens alone, with real processes.

The practice is made as platform staff make it. Every page that is loaded and every field that is filled is counted, so that
the way stays short.
"""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from accounts import tenancy
from accounts.models import Practice
from callcenter.demo.moment import offset_seconds
from campaigns import first_steps
from campaigns.models import CallAttempt
from tests.browsing import IN_A_BROWSER, chromium, open_page, sign_in_here
from tests.conftest import PASSWORD
from tests.processes import answers, eventually, free_port, running

pytestmark = IN_A_BROWSER

FILE = Path(__file__).parent.parent / "data" / "medinformatix_clmaster.csv"
SLOW = 90_000
# What somebody who reads along needs: eight seconds a page and five a field.
SECONDS_A_PAGE, SECONDS_A_FIELD = 8, 5


class Hands:
    """A person at a browser of their own, who only follows what the screens offer; what they do is counted."""

    def __init__(self, browser, address):
        self.page, self.errors = open_page(browser, address)
        self.pages = self.fields = 0
        self.page.on("framenavigated", self._count)

    def _count(self, frame):
        self.pages += frame == self.page.main_frame

    def fill(self, label, value, **options):
        self.page.get_by_label(label, **options).first.fill(value)
        self.fields += 1

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def to_first_steps(self):
        self.press("Setup")
        self.press("First steps", "link")
        expect(self.page.get_by_role("heading", name="First steps")).to_be_visible()

    def progress(self):
        """As the checklist tells it: “5 of 9”."""
        return re.search(r"\d of \d", self.page.locator(".first-steps-progress").inner_text())[0]

    def done(self):
        """Titles of the steps that are checked off."""
        return [title.split("\n")[0].strip() for title in self.page.locator(".first-step.is-done h2").all_inner_texts()]


@pytest.fixture
def address(tmp_path, transactional_db):
    """Web server and worker at work, on a day on which calls are made."""
    clock = {"CLOCK_OFFSET_SECONDS": str(offset_seconds(timezone.now())), "DEBUG": "false"}
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    port = free_port()
    gunicorn = ("gunicorn", "callcenter.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4")
    worker = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")
    with running(*gunicorn, log=tmp_path / "web.log", **clock), running(*worker, log=tmp_path / "worker.log", **clock):
        eventually(lambda: answers(f"http://127.0.0.1:{port}"), what="the web server")
        yield f"http://127.0.0.1:{port}"


def make_the_practice():
    """As docs/operators.md tells; the address of the admin's one-time link."""
    said = StringIO()
    call_command(
        "create_practice", slug="lakeside-eye", name="Lakeside Eye", time_zone="America/New_York",
        admin_email="ada@lakeside-eye.example", admin_name="Ada Admin", stdout=said,
    )  # fmt: skip
    return re.search(r"/accounts/\S+", said.getvalue())[0]


def come_in(hands, link, email):
    """Set the first password by the one-time link, and sign in."""
    hands.page.goto(link)
    for name in ("password1", "password2"):
        hands.page.locator(f"[name={name}]").fill(PASSWORD)
    hands.page.get_by_role("button", name="Save the password").click()
    hands.page.get_by_role("link", name="Sign in", exact=True).click()
    sign_in_here(hands.page, email)
    hands.fields += 4
    hands.page.wait_for_url("**/p/**")


def fill_in_the_practice(admin):
    admin.press("Practice details", "link")
    admin.fill("Phone patients can call back", "518-555-0100")
    admin.press("Save")
    expect(admin.page.get_by_text("Saved.")).to_be_visible()
    admin.to_first_steps()


def add_a_location(admin):
    admin.press("Locations and providers", "link")
    admin.page.locator("#location").get_by_role("link", name="Add a location").click()
    admin.fill("Name", "Lakeside Main Street")
    admin.press("Add")
    expect(admin.page.get_by_text("“Lakeside Main Street” is added.")).to_be_visible()
    admin.to_first_steps()


def invite_an_agent(admin):
    """The link that the agent gets."""
    admin.press("Invite an agent", "link")
    admin.fill("Name", "Ana Agent")
    admin.fill("E-mail", "ana@lakeside-eye.example")
    admin.press("Add and invite")
    link = admin.page.get_by_label("Link to set the password").input_value()
    admin.to_first_steps()
    return link


def import_a_file(admin):
    admin.press("Import a file", "link")
    admin.page.get_by_label("File from the EMR").set_input_files(FILE)
    admin.fields += 1
    admin.press("Upload and read")
    admin.press("Check the file")
    admin.page.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows$")).click(timeout=SLOW)
    expect(admin.page.get_by_text("What became of the")).to_be_visible(timeout=SLOW)
    admin.to_first_steps()


def make_a_campaign(admin):
    """Through the seven steps of a campaign as they are: a name, and the rest as it stands."""
    admin.press("New campaign", "link")
    admin.fill("Name", "Autumn recall")
    for step in ("rules", "script", "agents", "hours", "cost", "review"):
        admin.page.locator("#step-form").get_by_role("button", name="Next", exact=True).click()
        admin.page.wait_for_url(f"**/{step}/")
    admin.press("Make the campaign and enroll")
    expect(admin.page.get_by_role("heading", name="Autumn recall")).to_be_visible()
    admin.to_first_steps()


def record_a_call(agent):
    agent.press("Call next patient")
    expect(agent.page.locator("#outcome-form")).to_be_visible()
    agent.page.get_by_label("No answer").check()
    agent.fields += 1
    agent.page.get_by_role("button", name="Save and next").click()
    expect(agent.page.get_by_text("Last call").first).to_be_visible()


def test_from_an_empty_practice_to_the_first_recorded_call(address):
    link = make_the_practice()
    with chromium() as browser:
        admin, agent = Hands(browser, address), Hands(browser, address)
        come_in(admin, link, "ada@lakeside-eye.example")
        seen = [admin.progress()]
        invited = None
        for step in (fill_in_the_practice, add_a_location, invite_an_agent, import_a_file, make_a_campaign):
            invited = step(admin) or invited
            seen.append(admin.progress())
        admin.press("Build the call lists")
        seen.append(admin.progress())
        come_in(agent, invited, "ana@lakeside-eye.example")
        record_a_call(agent)
        admin.page.reload()
        seen.append(admin.progress())
        done = admin.done()
    practice = Practice.objects.get(slug="lakeside-eye")
    with tenancy.practice(practice.pk):
        titles = [step.title for step in first_steps.of(practice=practice, now=timezone.now()).steps]
        assert CallAttempt.objects.get().agent.user.email == "ana@lakeside-eye.example"
    pages, fields = admin.pages + agent.pages, admin.fields + agent.fields
    minutes = timedelta(seconds=pages * SECONDS_A_PAGE + fields * SECONDS_A_FIELD) / timedelta(minutes=1)

    assert seen == ["2 of 9", "3 of 9", "4 of 9", "5 of 9", "6 of 9", "7 of 9", "8 of 9", "9 of 9"]
    assert done == titles
    assert (admin.errors, agent.errors) == ([], [])
    assert pages <= 40
    assert fields <= 18
    assert minutes < 10
