"""The admin's way through the pages: upload, columns, check, import, and what is told on the way."""

import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import tenancy
from audit.models import AccessEvent
from imports import running
from imports.models import FileImport, ImportRow, IncomingRow
from patients.models import Patient
from tests.world import booked, make_patient

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
TWO = b"MRN,Last Name,First Name\n1,Lee,Ann\n2,Ng,Bo\n"


@pytest.fixture
def browser(sign_in, admin):
    return sign_in(admin)


@pytest.fixture
def work(practice, now):
    """Let the workers take up the newest import."""

    def _work():
        assert running.run(practice_id=practice.pk, import_id=latest(practice).pk, now=now)
        return latest(practice)

    return _work


@pytest.fixture
def checked(browser, practice, work):
    """Upload a file and settle its columns as guessed, with what is posted besides; returns the FileImport as it was checked."""

    def _checked(content, **answers):
        send(browser, content)
        waiting = latest(practice)
        if waiting.is_waiting:
            browser.post(url("columns", of=waiting), as_posted(waiting) | answers)
        return work()

    return _checked


def url(name, *, of=None):
    ids = {"import_id": of.pk} if of else {}
    return reverse(f"imports:{name}", kwargs={"practice_slug": "bayview-eye", **ids})


def send(browser, content, name="list.csv", **fields):
    return browser.post(url("new"), {"file": SimpleUploadedFile(name, content), **fields})


def page(browser, name, *, of=None):
    return browser.get(url(name, of=of)).content.decode()


def latest(practice):
    with tenancy.practice(practice.pk):
        return FileImport.objects.select_related("practice").latest("pk")


def as_posted(file_import):
    return {f"column_{place}": file_import.mapping[header] for place, header in enumerate(file_import.headers)}


def test_from_upload_to_result(browser, practice, work):
    response = send(browser, (DATA / "practicefusion_patients.csv").read_bytes())
    waiting = latest(practice)
    assert response.url == url("columns", of=waiting)
    columns = page(browser, "columns", of=waiting)
    assert "The name says date of birth." in columns
    assert "<span>07/14/1944</span><span>12/01/1987</span><span>10/30/1931</span>" in columns

    response = browser.post(url("columns", of=waiting), as_posted(waiting))
    assert response.url == url("detail", of=waiting)
    assert 'hx-trigger="every 1s"' in page(browser, "detail", of=waiting)
    assert "Waiting for its turn" in page(browser, "progress", of=waiting)

    work()
    assert browser.get(url("progress", of=waiting)).headers["HX-Refresh"] == "true"
    check = page(browser, "detail", of=waiting)
    assert "Nothing is saved yet" in check
    assert "hx-trigger" not in check
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 0

    assert browser.post(url("confirm", of=waiting)).url == url("detail", of=waiting)
    work()
    result = page(browser, "detail", of=waiting)
    assert "What became of the" in result
    assert "there is no such date" in result
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == 60


def test_a_chosen_encoding_is_read_and_kept_when_the_file_is_refused(browser, practice):
    send(browser, "MRN,Last Name,First Name\n1,Muñoz,Ana\n".encode("mac-roman"), encoding="mac-roman")
    waiting = latest(practice)
    assert waiting.encoding_asked == "mac-roman"
    assert "Muñoz" in page(browser, "columns", of=waiting)

    refused = send(browser, b"", encoding="cp1252").content.decode()
    assert '<option value="cp1252" selected>' in refused


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"one line of prose\n", "No table was found in the file"),
        (b"Shape,Color\nround,red\nsquare,blue\n", "No usable column was found"),
        (b"MRN,Last Name,First Name\n", "The table has a header but no rows."),
    ],
    ids=["empty", "prose", "no usable column", "header only"],
)
def test_a_bad_file_gets_one_clear_sentence_beside_the_field(browser, practice, content, sentence):
    response = send(browser, content)

    assert response.status_code == 422
    assert f"<strong>{sentence}" in response.content.decode()
    with tenancy.practice(practice.pk):
        assert FileImport.objects.count() == 0


def test_no_file_at_all_is_said(browser, practice):
    response = browser.post(url("new"), {})
    assert (response.status_code, "Choose a file first." in response.content.decode()) == (422, True)


def test_a_file_over_the_limit_is_refused(browser, practice, settings):
    settings.IMPORT_MAX_MB = 1
    response = send(browser, b"MRN,Last Name,First Name\n" + b"1,Lee,Ann\n" * 110_000)

    assert response.status_code == 422
    assert "the limit is 1 MB" in response.content.decode()


def test_what_is_never_stored_is_not_in_the_copy(browser, practice):
    send(browser, (DATA / "kareo_demographics.csv").read_bytes())
    waiting = latest(practice)

    assert "Patient SSN" in waiting.not_stored
    with tenancy.practice(practice.pk):
        kept = b"".join(zlib.decompress(bytes(chunk.content)) for chunk in waiting.chunks.all())
    assert b"900-10-1000" not in kept
    assert "Patient SSN" in page(browser, "columns", of=waiting)


def test_the_admin_can_change_what_a_column_means(browser, checked, work, practice):
    file_import = checked(b"MRN,Last Name,First Name,Extra\n1,Lee,Ann,212-555-0101\n2,Ng,Bo,\n", column_3="phone_work")
    browser.post(url("confirm", of=file_import))
    work()

    with tenancy.practice(practice.pk):
        assert list(Patient.objects.get(mrn="1").phones.values_list("e164", "kind")) == [("+12125550101", "WORK")]


def test_two_columns_for_one_field_are_sent_back(browser, practice):
    send(browser, b"MRN,Last Name,First Name,Zap\n1,Lee,Ann,Ng\n")
    waiting = latest(practice)
    response = browser.post(url("columns", of=waiting), as_posted(waiting) | {"column_3": "last_name"})

    assert response.status_code == 422
    assert "Last name comes from both" in response.content.decode()


AMBIGUOUS = b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,03/04/1985\n2,Ng,Bo,05/06/1990\n3,Ek,Al,07/07/1977\n"


def test_dates_that_read_both_ways_are_asked_for_with_examples(browser, practice):
    send(browser, AMBIGUOUS)
    waiting = latest(practice)
    columns = page(browser, "columns", of=waiting)
    assert "DOB: is 03/04/1985 March 4 or 3 April?" in columns
    assert "03/04/1985 → Mar 4, 1985" in columns
    assert "05/06/1990 → Jun 5, 1990" in columns

    response = browser.post(url("columns", of=waiting), as_posted(waiting))
    assert response.status_code == 422
    assert "Say whether the month or the day comes first." in response.content.decode()
    assert latest(practice).state == "UPLOADED"


@pytest.mark.parametrize(("answer", "born"), [("MDY", ["1985-03-04", "1990-05-06"]), ("DMY", ["1985-04-03", "1990-06-05"])])
def test_the_answer_is_how_the_dates_are_read(checked, practice, answer, born):
    file_import = checked(AMBIGUOUS, dates_3=answer)
    with tenancy.practice(practice.pk):
        rows = IncomingRow.objects.filter(import_id=file_import.pk).order_by("line")
        assert [str(row.born_on) for row in rows][:2] == born


def test_dates_that_tell_their_order_are_shown_not_asked(browser, practice):
    send(browser, AMBIGUOUS + b"4,Oh,Cy,12/31/1984\n")
    columns = page(browser, "columns", of=latest(practice))
    assert "month first, e.g." in columns
    assert "12/31/1984 → Dec 31, 1984" in columns
    assert 'type="radio"' not in columns


def test_a_column_newly_mapped_to_dates_is_asked_for_too(browser, practice):
    send(browser, b"MRN,Last Name,First Name,Zap\n1,Lee,Ann,03/04/2025\n2,Ng,Bo,05/06/2025\n")
    waiting = latest(practice)
    posted = as_posted(waiting) | {"column_3": "last_visit"}
    response = browser.post(url("columns", of=waiting), posted)
    assert response.status_code == 422
    assert "Zap: is 03/04/2025 March 4 or 3 April?" in response.content.decode()
    assert browser.post(url("columns", of=waiting), posted | {"dates_3": "DMY"}).status_code == 302


def test_a_known_layout_goes_straight_on_and_its_columns_can_be_changed(browser, checked, work, practice):
    browser.post(url("confirm", of=checked(AMBIGUOUS, dates_3="DMY")))
    work()

    response = send(browser, AMBIGUOUS + b"9,New,Nell,01/02/1999\n")
    again = latest(practice)
    assert response.url == url("detail", of=again)
    assert again.state == "QUEUED"
    work()
    assert "Read like the last file of this layout" in page(browser, "detail", of=again)

    assert browser.post(url("reopen", of=again)).url == url("columns", of=again)
    with tenancy.practice(practice.pk):
        assert IncomingRow.objects.filter(import_id=again.pk).count() == 0
        assert ImportRow.objects.filter(file_import=again).count() == 0
    assert 'value="DMY" required aria-describedby="id_dates_3_why" checked' in page(browser, "columns", of=again)
    browser.post(url("columns", of=again), as_posted(again) | {"dates_3": "DMY"})
    assert work().counts["CREATE"] == 1


def test_a_changed_layout_is_said(browser, checked, work, practice):
    header = b"MRN,Last Name,First Name,DOB,Home Phone,%s\n1,Lee,Ann,12/31/1985,212-555-0101,%s\n"
    browser.post(url("confirm", of=checked(header % (b"City", b"Rye"))))
    work()
    send(browser, header % (b"Email", b"a@example.org"))
    columns = page(browser, "columns", of=latest(practice))
    assert "Gone: City" in columns
    assert "New: Email" in columns


def test_the_check_shows_examples_of_each_verdict(browser, checked, practice, now):
    with tenancy.practice(practice.pk):
        known = make_patient("Ann", "Lee", mrn="1", city="Rye", phones=0)
        booked(known, practice.business_date(now), provider="Rivera", external_id="A1")
        make_patient("Same", "Old", mrn="5", phones=0, zip_code="")
    file_import = checked(
        b"MRN,Last Name,First Name,DOB,City,Home Phone,Next Visit\n"
        b"1,Lee,Ann,12/31/1985,Troy,(212) 555-0101,12/15/2026\n"
        b"2,Ng,Bo,01/13/1990,Rye,(212) 555-0102,\n"
        b"2,Ng,Bo,01/13/1990,Rye,(212) 555-0102,\n"
        b"3,Ek,Al,02/30/1990,Rye,555-0103,\n"
        b"4,Test,Patient,,,,\n"
        b"5,Old,Same,,,,\n"
        b"6,Oh,Cy,03/14/1970,,555-0199,\n"
    )
    assert file_import.counts == {"CREATE": 2, "UPDATE": 1, "UNCHANGED": 1, "DUPLICATE": 1, "SKIPPED": 1, "REJECTED": 1}
    check = " ".join(page(browser, "detail", of=file_import).split())
    assert "<del>Rye</del>" in check
    assert "<ins>Troy</ins>" in check
    assert "<del>nothing</del>" in check
    assert "<ins>Dec 31, 1985</ins>" in check
    assert "(212) 555-0101" in check
    assert "Dec 15, 2026" in check
    assert "Ng, Bo" in check
    assert '<strong>1 ×</strong></td> <td data-label="Column">DOB</td>' in check
    assert "line 5: “02/30/1990”" in check
    assert "the area code is missing" in check
    assert "Import 5 rows" in check
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.latest("pk").subject == f"import:{file_import.pk}"
        assert AccessEvent.objects.latest("pk").patient_ids == [known.pk]


def test_rows_that_wait_for_their_chart_are_told(browser, checked):
    file_import = checked(b"MRN,Appointment Date,Appointment Status\n77,12/15/2026,Scheduled\n")
    check = page(browser, "detail", of=file_import)
    assert "waits for its chart" in check
    assert "line 2: “77”" in check


def test_a_held_file_needs_a_word_that_somebody_looked(browser, checked, practice):
    held = checked(b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,02/30/1985\n2,Ng,Bo,12/31/1990\n")
    assert "Held for a second look" in page(browser, "detail", of=held)

    response = browser.post(url("confirm", of=held))
    assert response.status_code == 422
    assert "The file is held: look at the reasons above" in response.content.decode()
    assert latest(practice).state == "CHECKED"
    browser.post(url("confirm", of=held), {"looked": "on"})
    assert latest(practice).state == "CONFIRMED"


def test_a_started_import_is_not_started_again_or_dropped(browser, checked, work, practice):
    file_import = checked(TWO)
    browser.post(url("confirm", of=file_import))
    browser.post(url("confirm", of=file_import))
    browser.post(url("reopen", of=file_import))
    browser.post(url("discard", of=file_import))
    assert latest(practice).state == "CONFIRMED"

    work()
    browser.post(url("confirm", of=file_import))
    assert latest(practice).state == "DONE"


def test_an_unwanted_file_is_dropped_before_and_after_the_check(browser, checked, practice):
    send(browser, TWO)
    browser.post(url("discard", of=latest(practice)))
    browser.post(url("discard", of=checked(TWO)))

    with tenancy.practice(practice.pk):
        assert FileImport.objects.count() == IncomingRow.objects.count() == 0


def test_the_page_says_when_a_worker_has_stopped(browser, practice):
    send(browser, TWO)
    waiting = latest(practice)
    browser.post(url("columns", of=waiting), as_posted(waiting))
    running._claim(practice.pk, waiting.pk)
    assert "The worker stopped" not in page(browser, "detail", of=waiting)

    with tenancy.practice(practice.pk):
        row = FileImport.objects.get(pk=waiting.pk)
        row.heartbeat_at -= running.STALE_AFTER
        row.save(update_fields=["heartbeat_at"])
    assert "The worker stopped" in page(browser, "detail", of=waiting)


def test_progress_tells_real_counts_and_the_pace(browser, practice):
    send(browser, TWO)
    waiting = latest(practice)
    browser.post(url("columns", of=waiting), as_posted(waiting))
    running._claim(practice.pk, waiting.pk)
    with tenancy.practice(practice.pk):
        row = FileImport.objects.get(pk=waiting.pk)
        row.rows_total, row.rows_staged = 4_000, 1_000
        row.started_at -= running.STALE_AFTER / 12  # ten seconds
        row.save()
    progress = page(browser, "progress", of=waiting)
    assert "1,000 of 4,000" in progress
    assert "rows a second, about 30 seconds left" in progress


def test_columns_of_a_file_are_recorded_as_seen(browser, practice):
    send(browser, (DATA / "medinformatix_clmaster.csv").read_bytes())
    waiting = latest(practice)
    browser.get(url("columns", of=waiting))

    with tenancy.practice(practice.pk):
        event = AccessEvent.objects.latest("pk")
    assert (event.page, event.subject) == ("imports:columns", f"import:{waiting.pk}")
