"""The whole job in a real browser, with real processes: file, campaign, night, three calls, dashboard.

An admin imports a file, a supervisor makes a campaign, beat and a worker build the queue, an agent works three
patients by keyboard, and the supervisor sees exactly those numbers.
"""

from datetime import timedelta

import pytest
from celery import current_app
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import expect

from accounts import tenancy
from accounts.models import Membership, Practice, User
from callcenter.demo.moment import offset_seconds
from campaigns.models import CallAttempt, Enrollment, QueueBuild
from patients.models import Patient
from tests.browsing import IN_A_BROWSER, chromium, open_page, sign_in_here
from tests.conftest import PASSWORD, make_member, make_practice
from tests.processes import answers, eventually, free_port, running

pytestmark = IN_A_BROWSER

PATIENTS = ("Keller", "Lopez", "Nguyen")


def emr_file(today):
    """Three patients of a MedInformatix-like file who were last seen two years ago."""
    seen = (today - timedelta(days=730)).strftime("%m/%d/%Y")
    lines = ["Company,Account,MRN,Doctor,Last Name,First Name,City,State,Zip,Home Phone,Date Of Birth,Sex,Last Visit,Next Visit"]
    lines += [
        f'01,{number},10{number},"Rivera, Carmen",{name.upper()},ANN,New York,NY,10001,212/555-01{number:02},07/24/1975,F,{seen},'
        for number, name in enumerate(PATIENTS, start=10)
    ]
    return "\n".join(lines).encode()


@pytest.fixture
def world(tmp_path):
    """A practice with one person of each role, and web, worker and beat at work for it."""
    offset = offset_seconds(timezone.now())
    now = timezone.now() + timedelta(seconds=offset)
    practice = make_practice("bayview-eye", build_at="23:59")
    every_day = {"shift_days": [1, 2, 3, 4, 5, 6, 7]}
    for name, role in (("Ada Admin", "ADMIN"), ("Sam Supervisor", "SUPERVISOR"), ("Ana Agent", "AGENT")):
        member = make_member(practice, name, Membership.Role(role), **every_day)
        # The tests' cheap hash is unknown to the real web server.
        User.objects.filter(pk=member.user_id).update(password=make_password(PASSWORD, hasher="argon2"))
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    port = free_port()
    clock = {"CLOCK_OFFSET_SECONDS": str(offset), "DEBUG": "false"}
    gunicorn = ("gunicorn", "callcenter.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4")
    worker = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")
    beat = ("celery", "-A", "callcenter", "beat", "-l", "INFO", "--schedule", str(tmp_path / "schedule"))
    address = f"http://127.0.0.1:{port}"
    with (
        running(*gunicorn, log=tmp_path / "web.log", **clock),
        running(*worker, log=tmp_path / "worker.log", **clock),
        running(*beat, log=tmp_path / "beat.log", **clock),
    ):
        eventually(lambda: answers(address), what="the web server")
        yield practice, address, practice.business_date(now)


def signed_in(browser, address, name):
    page, _errors = open_page(browser, address)
    page.goto("/")
    sign_in_here(page, f"{name}@bayview-eye.example")
    return page


def import_the_file(page, today):
    page.get_by_role("button", name="Setup").click()
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("File from the EMR").set_input_files(
        {"name": "clmaster.csv", "mimeType": "text/csv", "buffer": emr_file(today)}
    )
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Keller").first).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("What became of the 3 rows of the file")).to_be_visible(timeout=90_000)


def make_the_campaign(page):
    page.get_by_role("link", name="Campaigns").first.click()
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_label("Name").fill("Autumn recall")
    for _step in range(6):
        page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Make the campaign and enroll").click()
    expect(page.get_by_role("heading", name="Autumn recall")).to_be_visible()


def work_three_patients(page):
    page.get_by_role("button", name="Call next patient").click()
    for key in ("2", "3", "1"):
        expect(page.locator("#outcome-form")).to_be_visible()
        action = page.locator("#outcome-form").get_attribute("action")
        if key == "1":  # an appointment is only spoken of with who was verified
            page.keyboard.press("f")
            page.keyboard.press("b")
            expect(page.get_by_text("Verified", exact=True)).to_be_visible()
        page.keyboard.press(key)
        if key == "1":
            page.locator("[name=appointment_on]").fill((timezone.now() + timedelta(days=9)).strftime("%Y-%m-%d"))
            page.locator("[name=appointment_at]").fill("09:30")
            page.locator("[name=provider]").fill("Rivera, Carmen")
        page.locator("[name=note]").fill(f"Typed with key {key}")
        page.get_by_role("button", name="Save and next").click()
        expect(page.locator(f"#outcome-form[action='{action}']")).to_have_count(0)


def test_from_a_file_to_worked_calls_and_the_dashboard(world):
    practice, address, today = world
    with chromium() as browser:
        admin = signed_in(browser, address, "ada.admin")
        import_the_file(admin, today)
        supervisor = signed_in(browser, address, "sam.supervisor")
        make_the_campaign(supervisor)
        let_it_be_night(practice)
        agent = signed_in(browser, address, "ana.agent")
        work_three_patients(agent)
        supervisor.goto(f"/p/{practice.slug}/dashboard/?period=today")
        shown = supervisor.locator("main").inner_text()
    assert recorded(practice) == [("DONE", "WON"), ("LVM", ""), ("NOANS", "")]
    assert "3" in shown
    assert "1 of 3" in shown


def let_it_be_night(practice):
    """Bring the hour of the nightly build to now; the next tick of beat has the worker build."""
    Practice.objects.filter(pk=practice.pk).update(build_at="00:00")

    def built():
        with tenancy.practice(practice.pk):
            return list(QueueBuild.objects.values_list("queued", flat=True))

    assert eventually(built, seconds=120, what="the nightly build") == [3]


def recorded(practice):
    with tenancy.practice(practice.pk):
        assert sorted(Patient.objects.values_list("last_name", flat=True)) == sorted(PATIENTS)
        assert Enrollment.objects.count() == 3
        return sorted(CallAttempt.objects.values_list("outcome", "enrollment__closed_as"))
