"""The admin's way through the pages: upload, columns, preview, start, progress, result."""

import gzip
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import tenancy
from audit.models import AccessEvent
from imports import running
from imports.models import FileImport
from patients.models import Patient

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def browser(sign_in, admin):
    return sign_in(admin)


def url(name, *, of=None):
    ids = {"import_id": of.pk} if of else {}
    return reverse(f"imports:{name}", kwargs={"practice_slug": "bayview-eye", **ids})


def send(browser, content, name="list.csv"):
    return browser.post(url("new"), {"file": SimpleUploadedFile(name, content)})


def latest(practice):
    with tenancy.practice(practice.pk):
        return FileImport.objects.latest("pk")


def as_posted(file_import):
    return {f"column_{place}": file_import.mapping[header] for place, header in enumerate(file_import.headers)}


def test_from_upload_to_result(browser, practice, now):
    response = send(browser, (DATA / "practicefusion_patients.csv").read_bytes())
    waiting = latest(practice)
    assert response.url == url("columns", of=waiting)

    page = browser.get(response.url).content.decode()
    assert "The name says date of birth." in page
    assert "07/14/1944 · 12/01/1987 · 10/30/1931" in page

    response = browser.post(url("columns", of=waiting), as_posted(waiting))
    assert response.url == url("preview", of=waiting)
    page = browser.get(response.url).content.decode()
    assert page.count('data-label="Line"') == 20
    assert "López, Olga" in page

    assert browser.post(url("start", of=waiting)).url == url("detail", of=waiting)
    page = browser.get(url("detail", of=waiting)).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert browser.get(url("progress", of=waiting)).status_code == 200

    running.run(practice_id=practice.pk, import_id=waiting.pk, now=now)

    assert browser.get(url("progress", of=waiting)).headers["HX-Refresh"] == "true"
    page = browser.get(url("detail", of=waiting)).content.decode()
    assert "hx-trigger" not in page
    assert "there is no such date" in page
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 60


def test_codes_are_told_in_words(browser, practice, now):
    header = b"Last Name,First Name,DOB,Appointment Date,Appointment Status\n"
    send(browser, header + b"Oak,Ann,02/03/1970,10/05/2026,No Show\nElm,Bo,04/13/1981,10/06/2026,Cancelled\n\nTotal: 2,,,,\n")
    waiting = latest(practice)
    browser.post(url("columns", of=waiting), as_posted(waiting))
    page = browser.get(url("preview", of=waiting)).content.decode()
    assert re.findall(r'<span class="quiet">([a-z-]+)</span>', page) == ["no-show", "canceled"]

    browser.post(url("start", of=waiting))
    running.run(practice_id=practice.pk, import_id=waiting.pk, now=now)
    page = browser.get(url("detail", of=waiting)).content.decode()
    assert re.findall(r"<dt>([^<]+), no rows</dt><dd>(\d+)</dd>", page) == [("Empty lines", "1"), ("Totals and footers", "1")]


def test_the_admin_can_change_what_a_column_means(browser, practice, now):
    send(browser, b"MRN,Last Name,First Name,Extra\n1,Lee,Ann,212-555-0101\n2,Ng,Bo,\n")
    waiting = latest(practice)
    browser.post(url("columns", of=waiting), as_posted(waiting) | {"column_3": "phone_work"})
    browser.post(url("start", of=waiting))
    running.run(practice_id=practice.pk, import_id=waiting.pk, now=now)

    with tenancy.practice(practice.pk):
        assert list(Patient.objects.get(mrn="1").phones.values_list("e164", "kind")) == [("+12125550101", "WORK")]


def test_two_columns_for_one_field_are_sent_back(browser, practice):
    send(browser, b"MRN,Last Name,First Name,Maiden\n1,Lee,Ann,Ng\n")
    waiting = latest(practice)
    response = browser.post(url("columns", of=waiting), as_posted(waiting) | {"column_2": "last_name"})

    assert response.status_code == 422
    assert "Last name comes from both" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + bytes(100), "This is a spreadsheet or zip file, not a text table: save it as CSV and upload that."),
        (bytes(range(256)) * 9, "This is not a text file"),
        (b"one line of prose\n", "No table was found in the file"),
        (b"Shape,Color\nround,red\nsquare,blue\n", "No usable column was found"),
        (b"MRN,Last Name,First Name\n", "The table has a header but no rows."),
    ],
    ids=["empty", "zip", "binary", "prose", "no usable column", "header only"],
)
def test_a_bad_file_gets_one_clear_message_and_nothing_is_written(browser, practice, content, sentence):
    response = send(browser, content)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    with tenancy.practice(practice.pk):
        assert FileImport.objects.count() == 0


def test_a_file_over_the_limit_is_refused(browser, practice, settings):
    settings.IMPORT_MAX_MB = 1
    response = send(browser, b"MRN,Last Name,First Name\n" + b"1,Lee,Ann\n" * 110_000)

    assert response.status_code == 422
    assert "the limit is 1 MB" in response.content.decode()


def test_what_is_never_stored_is_not_in_the_copy(browser, practice):
    send(browser, (DATA / "kareo_demographics.csv").read_bytes())
    waiting = latest(practice)

    assert waiting.not_stored == ["Patient SSN"]
    assert b"900-10-1000" not in gzip.decompress(bytes(waiting.content))
    assert "Patient SSN" in browser.get(url("columns", of=waiting)).content.decode()


def test_a_started_import_is_not_started_again_or_dropped(browser, practice, now):
    send(browser, b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    waiting = latest(practice)
    browser.post(url("start", of=waiting))
    browser.post(url("start", of=waiting))
    browser.post(url("discard", of=waiting))
    assert latest(practice).state == "QUEUED"

    running.run(practice_id=practice.pk, import_id=waiting.pk, now=now)
    browser.post(url("start", of=waiting))
    assert latest(practice).state == "DONE"


def test_an_unwanted_file_is_dropped(browser, practice):
    send(browser, b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    browser.post(url("discard", of=latest(practice)))

    with tenancy.practice(practice.pk):
        assert FileImport.objects.count() == 0


def test_the_page_says_when_a_worker_has_stopped(browser, practice):
    send(browser, b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    waiting = latest(practice)
    browser.post(url("start", of=waiting))
    running._claim(practice.pk, waiting.pk)
    assert "The worker stopped" not in browser.get(url("detail", of=waiting)).content.decode()

    with tenancy.practice(practice.pk):
        row = FileImport.objects.get(pk=waiting.pk)
        row.heartbeat_at -= running.STALE_AFTER
        row.save(update_fields=["heartbeat_at"])
    assert "The worker stopped" in browser.get(url("detail", of=waiting)).content.decode()


@pytest.mark.parametrize("name", ["columns", "preview"])
def test_pages_with_cells_of_the_file_are_recorded(browser, practice, name):
    send(browser, (DATA / "medinformatix_clmaster.csv").read_bytes())
    waiting = latest(practice)
    browser.get(url(name, of=waiting))

    with tenancy.practice(practice.pk):
        event = AccessEvent.objects.latest("pk")
    assert (event.page, event.subject) == (f"imports:{name}", f"import:{waiting.pk}")


@pytest.mark.parametrize("who", ["agent", "supervisor"])
def test_imports_are_for_admins_alone(request, sign_in, who):
    assert sign_in(request.getfixturevalue(who)).get(url("list")).status_code == 403
