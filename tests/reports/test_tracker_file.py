"""The tracker as a file: the rows of the page, all of them, safe to open in a spreadsheet program, and written down."""

import csv
import io
import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts import tenancy
from audit.models import AccessEvent
from campaigns.models import Campaign, Enrollment
from patients.models import Patient
from reports import tracker_file
from tests.conftest import NOW
from tests.reports.tracker_world import TrackerWorld
from tests.world import call, enroll, make_campaign, make_patient, say

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 17)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\n-1", '"=1', "'+1", "＝1", "\tx"]
HARMLESS = ["O’Brien", "3-4", "a=b", "1+1", "Álvarez", '"quoted"', "a;b,c"]


@pytest.fixture(autouse=True)
def at_eleven(settings):
    """Put the clock that pages read to eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def url(practice):
    """`url("csv")`: the address of a file."""
    return lambda kind: reverse(f"reports:tracker_{kind}", args=[practice.slug])


def body(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def lines(response):
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))


def page_lines(client, practice, query):
    """The rows of the page as the file writes them: the moments of a column on the practice's clocks."""
    response = client.get(reverse("reports:tracker", args=[practice.slug]), query)
    said = []
    for row in response.context["rows"]:
        cells = [value.strftime("%Y-%m-%d %H:%M") if column.kind == "MOMENT" and value else value for column, value in row.cells]
        said.append([row.name, *("" if cell is None else str(cell) for cell in cells)])
    return said


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "open", "sort": "name"},
        {"sort": "-last_appointment", "columns": "waits,callback,why,language,closed,closed_because,mrn"},
        {"blocked": "COOLING_DOWN", "columns": "emr_note,remarks"},
    ],
)
def test_the_csv_file_has_the_rows_of_the_page(practice, sign_in, admin, url, query):
    TrackerWorld(practice, now=NOW)
    client = sign_in(admin)
    head, *found = lines(client.get(url("csv"), query))
    page = client.get(reverse("reports:tracker", args=[practice.slug]), query)
    assert head == ["Patient", *(column.label for column in page.context["arrangement"].shown)]
    assert found
    assert found == page_lines(client, practice, query)


def test_cells_that_could_be_formulas_are_marked_and_others_are_not(practice, agent, sign_in, admin, url):
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY, name="=Autumn")
        for text in FORMULAS + HARMLESS:
            enrollment = enroll(campaign, make_patient(text, "", mrn=text), NOW)
            call(enrollment, agent, NOW, say("LVM", note=text), key=uuid.uuid4())
    rows = lines(sign_in(admin).get(url("csv"), {"columns": "mrn,campaign,remarks"}))[1:]
    marked = reversed(FORMULAS)
    assert [row[1] for row in rows] == [*reversed(HARMLESS), *(f"'{text}" for text in marked)]
    assert [row[3] for row in rows] == [row[1] for row in rows]
    assert {row[2] for row in rows} == {"'=Autumn"}
    assert not [cell for row in rows for cell in row if re.match(r"[\s\"']*[=+\-@＝＋－＠]|[\t\r]", cell) and cell[0] != "'"]


def test_the_workbook_has_the_same_rows_with_numbers_and_dates_typed(practice, sign_in, admin, url):
    TrackerWorld(practice, now=NOW)
    client, query = sign_in(admin), {"columns": "mrn,attempts,assigned,callback,emr_note"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(client.get(url("xlsx"), query))))
    [head, *rows] = book.get_sheet_by_index(0).to_python()
    [csv_head, *expected] = lines(client.get(url("csv"), query))
    assert (book.sheet_names, head) == (["Tracker 1"], csv_head)
    assert {type(row[2]) for row in rows} == {float}
    assert {type(row[3]) for row in rows} == {date, str}
    said = [
        [row[0], row[1], str(int(row[2])), row[3] and row[3].isoformat(), row[4] and f"{row[4]:%Y-%m-%d %H:%M}", row[5]]
        for row in rows
    ]
    assert said == expected


def test_a_workbook_without_rows_has_its_head(practice, sign_in, admin, url):
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(sign_in(admin).get(url("xlsx"), {"columns": "mrn"}))))
    assert book.get_sheet_by_index(0).to_python() == [["Patient", "MRN"]]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(practice, sign_in, admin, url, monkeypatch):
    monkeypatch.setattr(tracker_file, "SHEET_ROWS", 3)
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=TODAY)
        for number in range(5):
            enroll(campaign, make_patient(f"Ida{number}", "", phones=0), NOW)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(sign_in(admin).get(url("xlsx"), {"columns": "attempts"}))))
    sheets = [[row[0] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names]
    assert sheets == [["Patient", "Ida4", "Ida3"], ["Patient", "Ida2", "Ida1"], ["Patient", "Ida0"]]


def test_a_cell_longer_than_a_sheet_takes_is_cut_and_not_lost(practice, agent, sign_in, admin, url):
    with tenancy.practice(practice.pk):
        enrollment = enroll(make_campaign(practice, on=TODAY), make_patient("Ida", ""), NOW)
        call(enrollment, agent, NOW, say("LVM", note="x" * 40_000))
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(sign_in(admin).get(url("xlsx"), {"columns": "remarks"}))))
    assert book.get_sheet_by_index(0).to_python()[1] == ["Ida", "x" * 32_767]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_took_whom_along_by_which_filter_is_written_down(practice, sign_in, admin, supervisor, url, kind):
    world = TrackerWorld(practice, now=NOW)
    response = sign_in(admin).get(url(kind), {"language": "es", "state": "open"})
    body(response)
    assert response["Content-Disposition"] == f'attachment; filename="tracker_bayview-eye_2026-11-17.{kind}"'
    matching = world.matching(language="es", state="open")
    with tenancy.practice(practice.pk):
        event = AccessEvent.objects.latest("pk")
        patients = set(Enrollment.objects.filter(pk__in=matching).values_list("patient", flat=True))
    assert (event.user_id, event.page, event.method) == (admin.user_id, f"reports:tracker_{kind}", "GET")
    assert event.subject == f"{len(matching)} rows as {kind}?state=open&language=es"
    assert event.patient_ids == sorted(patients)
    page = sign_in(supervisor).get(reverse("reports:tracker_activity", args=[practice.slug]))
    [export] = page.context["exports"]
    assert (export.by, export.rows, export.filter_words) == ("Ada Admin", str(len(matching)), "State: Open · Language: Spanish")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_file_that_fails_is_neither_given_nor_written_down(practice, sign_in, admin, url, monkeypatch):
    monkeypatch.setattr(tracker_file, "_workbook", lambda *_args, **_more: 1 / 0)
    client = sign_in(admin)
    client.raise_request_exception = False
    assert client.get(url("xlsx")).status_code == 500
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_only_admins_take_rows_along_and_others_are_told(practice, sign_in, supervisor, agent, url, kind):
    for member in (supervisor, agent):
        response = sign_in(member).get(url(kind))
        assert response.status_code == 403
        assert "Only admins take rows of patients along as a file." in response.content.decode()
    page = sign_in(supervisor).get(reverse("reports:tracker", args=[practice.slug])).content.decode()
    assert url(kind) not in page


def test_a_wrong_filter_makes_no_file(practice, sign_in, admin, url):
    response = sign_in(admin).get(url("csv"), {"campaign": "99999"})
    assert response.status_code == 422
    assert "No file was made: a filter can’t be used." in response.content.decode()


def test_the_files_of_two_practices_never_mix(practice, stranger, sign_in, admin, url):
    with tenancy.practice(stranger.practice_id):
        enroll(make_campaign(stranger.practice, Campaign.Kind.REVIEW, on=TODAY), make_patient("Foreign"), NOW)
    with tenancy.practice(practice.pk):
        enroll(make_campaign(practice, on=TODAY), make_patient("Own"), NOW - timedelta(days=1))
        assert Patient.objects.count() == 1
    assert [row[0] for row in lines(sign_in(admin).get(url("csv")))] == ["Patient", "Own Keller"]
