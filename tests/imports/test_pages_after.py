"""What the pages tell when an import is over: the result, the rejected rows as a file, what changed, undo, news, the list."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from audit.models import AccessEvent
from imports import running
from imports.models import FileImport, ImportRow
from imports.profiles import REASON_COLUMN
from patients.models import Patient, PossibleDouble
from tests.world import call, enroll, make_campaign, make_patient

pytestmark = pytest.mark.django_db

LIST_QUERIES = 9


@pytest.fixture
def browser(sign_in, admin):
    return sign_in(admin)


def url(name, of=None):
    ids = {"import_id": of.pk} if of else {}
    return reverse(f"imports:{name}", kwargs={"practice_slug": "bayview-eye", **ids})


def text(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8-sig")


def latest(practice):
    with tenancy.practice(practice.pk):
        return FileImport.objects.select_related("practice").latest("pk")


def work(practice, now):
    running.run(practice_id=practice.pk, import_id=latest(practice).pk, now=now)
    return latest(practice)


HEADER = "MRN|Last Name|First Name|DOB|SSN|Home Phone\n"
BAD = (
    HEADER + "1|Lee|Ann|12/31/1985|900-12-3456|(212) 555-0101\n"
    "2|Ng|Bo|02/30/1990|900-12-3457|+1 212 555 0102\n"
    "3|=Ek|Al|19/19/1990|900-12-3458|(212) 555-0103\n"
    "4|Oh|Cy|03/14/1970|900-12-3459|(212) 555-0104\n"
    "5|Po|Di|03/15/1970|900-12-3460|(212) 555-0105\n"
    "6|Qu|Ed|03/16/1970|900-12-3461|(212) 555-0106\n"
    "7|Ro|Fe|03/17/1970|900-12-3462|(212) 555-0107\n"
    "8|Su|Gi|03/18/1970|900-12-3463|(212) 555-0108\n"
    "9|Ty|Hu|03/19/1970|900-12-3464|(212) 555-0109\n"
    "10|Um|Io|03/20/1970|900-12-3465|(212) 555-0110\n"
)


@pytest.fixture
def by_hand(browser, practice, now):
    """Bring a file in through the pages, its columns as guessed."""

    def _by_hand(content):
        browser.post(url("new"), {"file": SimpleUploadedFile("list.csv", content)})
        waiting = latest(practice)
        columns = {f"column_{place}": waiting.mapping[header] for place, header in enumerate(waiting.headers)}
        browser.post(url("columns", of=waiting), columns)
        browser.post(url("confirm", of=work(practice, now)), {"looked": "on"})
        return work(practice, now)

    return _by_hand


def test_rejected_rows_corrected_and_uploaded_again_converge(browser, by_hand, practice, now):
    done = by_hand(BAD.encode())
    assert (done.counts["CREATE"], done.counts["REJECTED"]) == (8, 2)
    rejected = text(browser.get(url("rejected_file", of=done)))
    rows = list(csv.DictReader(io.StringIO(rejected), delimiter="|"))
    assert list(rows[0]) == ["MRN", "Last Name", "First Name", "DOB", "Home Phone", REASON_COLUMN]
    assert [row["Last Name"] for row in rows] == ["Ng", "'=Ek"]
    assert rows[0]["Home Phone"] == "'+1 212 555 0102"
    assert rows[0][REASON_COLUMN] == "Line 3, DOB: there is no such date"
    assert "900-12" not in rejected
    with tenancy.practice(practice.pk):
        assert AccessEvent.objects.latest("pk").subject == f"import:{done.pk}"

    corrected = rejected.replace("02/30/1990", "02/03/1990").replace("19/19/1990", "09/09/1990").replace("'=Ek", "Ek")
    response = browser.post(url("new"), {"file": SimpleUploadedFile("corrected.csv", corrected.encode("utf-8-sig"))})
    again = latest(practice)
    assert response.url == url("detail", of=again)  # its columns are known, and so is the order of its dates
    assert again.is_correction
    assert work(practice, now).alarms == []
    browser.post(url("confirm", of=again))
    ended = work(practice, now)
    assert ended.counts == {"CREATE": 2, "UPDATE": 0, "UNCHANGED": 0, "DUPLICATE": 0, "SKIPPED": 0, "REJECTED": 0}
    with tenancy.practice(practice.pk):
        born = dict(Patient.objects.filter(mrn__in=["2", "3"]).values_list("last_name", "born_on"))
        assert {name: str(day) for name, day in born.items()} == {"Ng": "1990-02-03", "Ek": "1990-09-09"}
        assert str(Patient.objects.get(mrn="2").phones.get().e164) == "+12125550102"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\t ="])
def test_no_cell_of_the_download_runs_in_a_spreadsheet(browser, practice, bring_in, start):
    done = bring_in(BAD.encode())
    with tenancy.practice(practice.pk):
        row = done.noted_rows.rejected().first()
        row.cells = {"Last Name": f"{start}cmd()"}
        row.save()
    downloaded = text(browser.get(url("rejected_file", of=done)))
    cells = [cell for line in csv.reader(io.StringIO(downloaded, newline=""), delimiter="|") for cell in line]
    assert f"'{start}cmd()" in cells


def test_cells_that_were_forgotten_are_not_offered(browser, practice, bring_in):
    done = bring_in(BAD.encode())
    assert "Download rejected rows" in text(browser.get(url("detail", of=done)))
    with tenancy.practice(practice.pk):
        FileImport.objects.filter(pk=done.pk).update(finished_at=done.finished_at - timedelta(days=31))
    assert "are kept for 30 days" in text(browser.get(url("detail", of=done)))


def test_every_rejected_row_is_listed_in_pages(browser, practice, bring_in):
    done = bring_in(BAD.encode())
    with tenancy.practice(practice.pk):
        ImportRow.objects.bulk_create(
            ImportRow(file_import=done, line=n, verdict="REJECTED", reason="x", column="DOB", cells={"DOB": f"cell {n}"})
            for n in range(100, 160)
        )
    first, second = (text(browser.get(url("rejected", of=done), {"page": n})) for n in (1, 2))
    assert ("cell 147" in first, "cell 148" in first, "cell 148" in second) == (True, False, True)


def test_the_result_tells_what_changed_and_followed(browser, practice, bring_in, settings, now):
    settings.CLOCK_OFFSET_SECONDS = (now - timezone.now()).total_seconds()
    today = practice.business_date(now)
    with tenancy.practice(practice.pk):
        known = make_patient("Ann", "Lee", mrn="1", city="Rye", phones=0)
        enroll(make_campaign(practice, on=today), known, now)
        make_patient("Al", "Ek", mrn="", born_on="1985-12-31")
    done = bring_in(
        b"MRN,Last Name,First Name,DOB,City,Next Visit\n1,Lee,Ann,12/30/1985,Troy,%s\n2,Ek,Alan,12/31/1985,,\n"
        % (today + timedelta(days=9)).strftime("%m/%d/%Y").encode()
    )
    result = " ".join(text(browser.get(url("detail", of=done))).split())
    assert "<del>Rye</del>" in result
    assert "<ins>Troy</ins>" in result
    assert f'href="{reverse("campaigns:patient", args=["bayview-eye", known.pk])}"' in result
    assert "Left the call list" in result
    assert "booked 1" in result
    assert "Nov 23, 2026: today&#x27;s" in result or "Nov 23, 2026: today's" in result
    with tenancy.practice(practice.pk):
        assert f"{PossibleDouble.objects.open().count()} to decide" in result or PossibleDouble.objects.count() == 0
    assert "Troy" in text(browser.get(url("changed", of=done)))


def test_an_import_is_undone_from_its_page(browser, practice, bring_in, agent, now):
    with tenancy.practice(practice.pk):
        known = make_patient("Ann", "Lee", mrn="1", city="Rye")
    done = bring_in(
        b"MRN,Last Name,First Name,City,Home Phone\n1,Lee,Ann,Troy,\n2,Ng,Bo,Rye,(212) 555-0102\n3,Ek,Al,,(212) 555-0103\n"
    )
    with tenancy.practice(practice.pk):
        campaign = make_campaign(practice, on=practice.business_date(now))
        worked_on = Patient.objects.get(mrn="2")
        call(enroll(campaign, worked_on, now), agent, now + timedelta(hours=1), "NOANS")

    outlook = " ".join(text(browser.get(url("undo", of=done))).split())
    assert "<strong>1</strong> that this import made" in outlook
    assert "<strong>1</strong> that it changed" in outlook
    assert "<strong>1</strong> called since" in outlook

    for _ in range(2):
        assert browser.post(url("undo", of=done)).url == url("detail", of=done)
    assert "Undoing the import" in text(browser.get(url("detail", of=done)))
    undone = work(practice, now + timedelta(hours=2))
    assert (undone.state, undone.undone_by.name) == ("UNDONE", "Ada Admin")
    page = " ".join(text(browser.get(url("detail", of=done))).split())
    assert "1 patient removed, 1 record back to the former values, 1 left alone" in page
    assert "Called since" in page
    assert worked_on.full_name in page
    browser.post(url("undo", of=done))
    assert latest(practice).state == "UNDONE"
    with tenancy.practice(practice.pk):
        assert sorted(Patient.objects.values_list("mrn", "city")) == [("1", known.city), ("2", "Rye")]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_undo_that_broke_down_is_said_and_can_be_tried_again(browser, practice, bring_in, now, monkeypatch):
    done = bring_in(b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    browser.post(url("undo", of=done))
    with monkeypatch.context() as broken:
        broken.setattr("imports.undo.REMOVE", ("SELECT 1/0",))
        assert work(practice, now).state == "DONE"
    assert "The undo broke down on our side" in text(browser.get(url("detail", of=done)))
    browser.post(url("undo", of=done))
    assert work(practice, now).state == "UNDONE"


def test_a_person_is_told_of_the_end_wherever_they_are_and_once(browser, practice, now):
    browser.post(url("new"), {"file": SimpleUploadedFile("list.csv", b"MRN,Last Name,First Name\n1,Lee,Ann\n")})
    waiting = latest(practice)
    elsewhere = reverse("campaigns:list", kwargs={"practice_slug": "bayview-eye"})
    assert url("news") not in text(browser.get(elsewhere))
    columns = {f"column_{place}": waiting.mapping[header] for place, header in enumerate(waiting.headers)}
    browser.post(url("columns", of=waiting), columns)
    assert url("news") in text(browser.get(elsewhere))
    quiet = browser.post(url("news"))
    assert (quiet.status_code, text(quiet).strip()) == (200, "")

    work(practice, now)
    told = browser.post(url("news"))
    assert told.status_code == 286
    assert "waits for your go" in text(told)
    assert url("detail", of=waiting) in text(told)
    assert text(browser.post(url("news"))).strip() == ""
    assert url("news") not in text(browser.get(elsewhere))


def test_who_has_seen_the_end_is_not_told_of_it(browser, practice, now, bring_in):
    done = bring_in(b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    browser.post(url("undo", of=done))
    assert url("news") in text(browser.get(url("list")))
    work(practice, now)
    browser.get(url("detail", of=done))
    assert url("news") not in text(browser.get(url("list")))


def test_the_list_tells_the_state_of_each(browser, practice, bring_in, check):
    bring_in(b"MRN,Last Name,First Name\n1,Lee,Ann\n")
    check(b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,02/30/1985\n2,Ng,Bo,12/31/1990\n")
    with tenancy.practice(practice.pk):
        for state in ("UNDONE", "FAILED", "UPLOADED"):
            FileImport.objects.create(
                file_name=f"{state}.csv", file_hash="0" * 64, encoding="utf-8", source_data_on="2026-11-23", state=state,
                created_at="2026-11-23T16:00Z",
            )  # fmt: skip
    page = text(browser.get(url("list")))
    for words in ("Done", "Held for a second look", "Undone", "Failed, nothing changed", "Columns to confirm"):
        assert f"</svg>{words}</span>" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_imports(browser, bring_in, count, django_assert_num_queries):
    for n in range(count):
        bring_in(b"MRN,Last Name,First Name\n%d,Lee,Ann\n" % n, name=f"{n}.csv")
    browser.get(url("list"))
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(url("list"))


@pytest.mark.parametrize("who", ["agent", "supervisor"])
def test_imports_are_for_admins_alone(request, sign_in, who):
    assert sign_in(request.getfixturevalue(who)).get(url("list")).status_code == 403
