"""The import pages in a real Chromium with a real worker: by mouse, by keyboard alone, accessible in every state."""

import pytest
from celery import current_app
from django.db.models.functions import Now
from django.urls import reverse
from playwright.sync_api import expect

from accounts import tenancy
from accounts.models import Membership
from imports.models import FileImport
from imports.tasks import run_import
from patients.models import Patient
from tests.browsing import IN_A_BROWSER, both_themes, breaches
from tests.conftest import NOW, make_member
from tests.processes import running
from tests.world import make_patient

pytestmark = IN_A_BROWSER

WORKER = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")
SLOW = 60_000
FIRST = (
    b"MRN,Last Name,First Name,DOB,SSN,City,Home Phone,Last Visit,Shoe Size\n"
    b"1,LEE,ANN,03/04/1985,900-12-3456,Troy,(212) 555-0101,02/03/2024,9\n"
    b"2,NG,BO,05/06/1990,900-12-3457,Rye,(212) 555-0102,04/05/2024,8\n"
    b"3,EK,AL,07/08/1970,900-12-3458,Rye,555-0103,06/07/2024,7\n"
    b"4,OH,CY,09/10/1971,900-12-3459,Rye,(212) 555-0104,08/09/2024,7\n"
    b"5,PO,DI,13/13/1971,900-12-3460,Rye,(212) 555-0105,08/09/2024,7\n"
    b"6,TEST,PATIENT,01/02/1971,,Rye,,,\n"
)
HELD = b"MRN,Last Name,First Name,DOB\n7,Ro,Fe,02/30/1985\n8,Su,Gi,12/31/1990\n"


@pytest.fixture
def worker(practice, tmp_path):
    """A worker is at work for a practice with an admin and one patient."""
    make_member(practice, "Ada Admin", Membership.Role.ADMIN)
    with tenancy.practice(practice.pk):
        make_patient("Ann", "Lee", mrn="1", city="Rye", phones=0)
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    with running(*WORKER, log=tmp_path / "worker.log") as process:
        yield process


@pytest.fixture
def wizard(practice, worker, signed_in):
    """`wizard(theme=…, width=…)` gives an admin's page at the list of imports, and the list that its errors go to."""

    def _wizard(**machine):
        page, errors = signed_in("ada.admin", **machine)
        page.goto(reverse("imports:list", args=[practice.slug]))
        return page, errors

    return _wizard


def choose(page, content, name="patients.csv"):
    page.get_by_label("File from the EMR").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def upload(page, content, name="patients.csv"):
    page.get_by_role("button", name="Setup").click()
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Import a file").first.click()
    choose(page, content, name)
    page.get_by_role("button", name="Upload and read").click()


def answer_dates(page):
    for answer in page.get_by_label("The month comes first").all():
        answer.check()


def checked(page):
    expect(page.get_by_role("heading", name="What this file would do")).to_be_visible(timeout=SLOW)


def done(page):
    expect(page.get_by_role("heading", name="What became of the 6 rows of the file")).to_be_visible(timeout=SLOW)


def test_the_whole_way_by_mouse(wizard, practice):
    page, errors = wizard()
    upload(page, FIRST)
    expect(page.get_by_text("is 02/03/2024 February 3 or 2 March?")).to_be_visible()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Say whether the month or the day comes first.")
    answer_dates(page)
    page.get_by_role("button", name="Check the file").click()
    checked(page)
    expect(page.locator("#new")).to_contain_text("Ng, Bo")
    expect(page.locator("#changed")).to_contain_text("Troy")
    expect(page.locator("#rejected")).to_contain_text("there is no such date")
    page.get_by_role("button", name="Change columns").click()
    answer_dates(page)
    page.get_by_role("button", name="Check the file").click()
    checked(page)
    page.get_by_role("button", name="Import 4 rows").click()
    done(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download rejected rows").click()
    assert "900-12" not in download.value.path().read_text(encoding="utf-8-sig")
    with tenancy.practice(practice.pk):
        assert Patient.objects.get(mrn="1").city == "Troy"

    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("3 that this import made")).to_be_visible()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible(timeout=SLOW)
    with tenancy.practice(practice.pk):
        assert list(Patient.objects.values_list("mrn", "city")) == [("1", "Rye")]
    assert errors == [one for one in errors if "422" in one]


IN_FOCUS = """() => {
  const each = document.activeElement;
  const words = each.getAttribute("aria-label") || each.labels?.[0]?.innerText || each.innerText || "";
  return [each.getAttribute("role") || each.tagName, words.trim()];
}"""


def to(page, role, name):
    """Walk there by Tab, as one must who has no mouse."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(IN_FOCUS)
        if found[0].lower() == role and found[1].startswith(name):
            return
    raise AssertionError(f"Tab never comes to {role} {name}")


def test_the_whole_way_by_keyboard_alone(wizard, practice):
    page, _errors = wizard()
    to(page, "a", "Import a file")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/")
    page.wait_for_load_state()
    to(page, "input", "File from the EMR")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files({"name": "held.csv", "mimeType": "text/csv", "buffer": HELD})
    to(page, "button", "Upload and read")
    page.keyboard.press("Enter")
    page.wait_for_url("**/columns/")
    to(page, "select", "MRN")
    to(page, "button", "Check the file")
    page.keyboard.press("Enter")
    checked(page)
    to(page, "button", "Import 1 row")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-focus-first]:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary of errors leads to the box
    assert page.evaluate("document.activeElement.id") == "id_looked"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What became of the 2 rows of the file")).to_be_visible(timeout=SLOW)
    to(page, "a", "Undo this import")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/")
    to(page, "button", "Undo this import")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible(timeout=SLOW)
    with tenancy.practice(practice.pk):
        assert list(Patient.objects.values_list("mrn", flat=True)) == ["1"]


def test_a_file_is_dropped_and_a_refused_one_is_told_beside_the_field(wizard):
    page, _errors = wizard()
    page.get_by_role("link", name="Import a file").first.click()
    drop = """(content) => {
      const carried = new DataTransfer();
      carried.items.add(new File([content], "dropped.csv", {type: "text/csv"}));
      const zone = document.querySelector("[data-drop]");
      for (const kind of ["dragover", "drop"])
        zone.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
    }"""
    page.wait_for_load_state()
    page.evaluate(drop, "one line of prose")
    page.get_by_role("button", name="Upload and read").click()
    expect(page.locator("#file_error")).to_contain_text("No table was found in the file")
    expect(page.get_by_role("alert")).to_be_focused()
    page.evaluate(drop, HELD.decode())
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    expect(page.get_by_text("dropped.csv")).to_be_visible()


def test_the_end_is_told_on_another_page(wizard, practice):
    page, _errors = wizard()
    upload(page, HELD)
    page.wait_for_url("**/columns/")
    waits_behind = another_in_hand(practice)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    page.goto(reverse("campaigns:list", args=[practice.slug]))
    with tenancy.practice(practice.pk):
        waits_behind.fail(failure="Over", now=NOW)
        mine = FileImport.objects.get(state="QUEUED")
    run_import.ring(practice.pk, import_id=mine.pk)
    told = page.get_by_role("status").filter(has_text="An import is held for a second look.")
    expect(told).to_be_visible(timeout=SLOW)
    told.get_by_role("link", name="See it").click()
    checked(page)
    page.goto(reverse("campaigns:list", args=[practice.slug]))
    expect(page.locator(".toasts")).to_have_count(0)


def another_in_hand(practice):
    """An import that a worker has in hand, so that the next one waits for its turn."""
    with tenancy.practice(practice.pk):
        return FileImport.objects.create(
            file_name="other.csv", file_hash="0" * 64, encoding="utf-8", source_data_on=NOW.date(), state="STAGING", claim=1,
            heartbeat_at=Now(), created_at=Now(),
        )  # fmt: skip


# What reaches beyond the page, where the page scrolls sideways.
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const beyond = [...document.querySelectorAll("main *")].filter((each) => each.getBoundingClientRect().right > page.clientWidth);
  return beyond.map((each) => each.outerHTML.slice(0, 120));
}"""


def wrong(page):
    """What axe finds on the page, and whether it scrolls sideways."""
    return [(page.url, one) for one in breaches(page) + page.evaluate(TOO_WIDE)]


@both_themes
def test_every_state_is_accessible_and_fits(wizard, practice, theme, width):
    page, errors = wizard(theme=theme, width=width)
    found = []
    list_url = reverse("imports:list", args=[practice.slug])
    found += wrong(page)
    page.goto(reverse("imports:new", args=[practice.slug]))
    found += wrong(page)
    page.get_by_role("button", name="Upload and read").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found += wrong(page)
    choose(page, FIRST)
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_text("Columns that are not used").click()
    found += wrong(page)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += wrong(page)
    answer_dates(page)
    page.get_by_role("button", name="Check the file").click()
    checked(page)
    found += opened(page)
    page.get_by_role("button", name="Import 4 rows").click()
    done(page)
    found += opened(page)
    for link in ("See all 1", "Undo this import"):
        page.get_by_role("link", name=link).first.click()
        found += wrong(page)
        page.go_back()
    page.goto(reverse("imports:changed", args=[practice.slug, latest(practice).pk]))
    found += wrong(page)
    found += states(page, practice, list_url)
    assert found == []
    assert [one for one in errors if "422" not in one] == []


def opened(page):
    page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
    return wrong(page)


def latest(practice):
    with tenancy.practice(practice.pk):
        return FileImport.objects.latest("pk")


def states(page, practice, list_url):
    """The pages of the states that pass too quickly to be met, and of those that a whole import does not come to."""
    found = []
    row = latest(practice)
    url = reverse("imports:detail", args=[practice.slug, row.pk])
    for state in ("QUEUED", "STAGING", "CONFIRMED", "APPLYING", "UNDOING", "FAILED", "UNDONE"):
        with tenancy.practice(practice.pk):
            news = {"effects": {"undone": {"removed": 3, "restored": 1, "kept": 0}}, "undone_at": row.created_at}
            # Held by a live worker's heartbeat, so that the worker of the test leaves it alone.
            FileImport.objects.filter(pk=row.pk).update(
                state=state, claim=5, heartbeat_at=row.heartbeat_at, failure="It broke.", **news
            )
        page.goto(url)
        found += wrong(page)
    page.goto(list_url)
    return found + wrong(page)
