"""Tables of the dashboard as CSV and Excel: the same numbers as the page, lines that say what it is, and no formulas."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts import tenancy
from campaigns.models import Campaign
from reports import calls as calls_report
from reports import files
from reports.filters import read
from reports.sheet import COUNT, RATE, TEXT, Column, Row, Sheet
from reports.tabs import TABLES
from tests.conftest import NOW
from tests.reports.world import random_calls, store

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "\u00a0=1", "＝1+1", '"=1+1']


@pytest.fixture(autouse=True)
def at_eleven(settings):
    settings.CLOCK_OFFSET_SECONDS = (NOW - timezone.now()).total_seconds()


@pytest.fixture
def calls(practice):
    made = random_calls(seed=5, now=NOW, agents=["Ana Agent", "=Ben Brook"], campaigns=["Autumn"])
    store(made, practice=practice, now=NOW)
    return made


@pytest.fixture
def address(practice):
    return reverse("reports:dashboard_file", kwargs={"practice_slug": practice.slug})


def lines(answer):
    """The lines of a file: of CSV as words, of Excel as what the cells hold."""
    if answer["Content-Type"].startswith("text/csv"):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def plain(line):
    """A line without the empty cells at its end, numbers as words."""
    words = [f"{cell:g}" if isinstance(cell, float) else cell for cell in line]
    while words and words[-1] == "":
        words.pop()
    return words


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_has_the_numbers_of_the_table_and_says_what_it_is(sign_in, supervisor, practice, address, calls, kind):
    with tenancy.practice(practice.pk):
        campaign = Campaign.objects.get()
    asked = {"table": "agents", "as": kind, "period": "30", "campaign": campaign.pk}
    answer = sign_in(supervisor).get(address, asked)
    with tenancy.practice(practice.pk):
        filters, _problems = read({"period": "30"}, practice=practice, now=NOW)
        expected = calls_report.by_agent(filters=filters)
    found = [plain(line) for line in lines(answer)]
    assert found[:9] == [
        ["Bayview Eye"],
        ["What each agent did"],
        ["Period", "Oct 19 to Nov 17, 2026, until 11:00 AM EST"],
        ["Campaign", "Autumn"],
        ["Agent", "All"],
        ["Location", "All"],
        ["Taken by", "Sam Supervisor"],
        ["At", "Nov 17, 2026, 11:00 AM EST"],
        [
            "Assisted: booked with a colleague when the patient rang back after this agent’s call. "
            "The colleague’s Booked has them already."
        ],
    ]
    assert found[9] == []
    assert found[10][:4] == ["Agent", "Dials", "Reached", "Answer rate (%)"]
    assert [(row[0], row[1], row[6]) for row in found[11:-1]] == [
        (f"'{each.name}" if each.name == "=Ben Brook" else each.name, str(each.dials), str(each.booked)) for each in expected
    ]
    assert found[-1][:2] == ["All", str(sum(each.dials for each in expected))]


@pytest.mark.parametrize(("kind", "media"), files.TYPES.items())
def test_its_name_tells_practice_table_and_dates_alone(sign_in, supervisor, address, calls, kind, media):
    answer = sign_in(supervisor).get(address, {"table": "outcomes", "as": kind, "period": "7"})
    assert answer["Content-Type"] == media
    assert answer["Content-Disposition"] == f'attachment; filename="bayview-eye-outcomes-2026-11-11-2026-11-17.{kind}"'


@pytest.mark.parametrize("kind", files.TYPES)
def test_no_text_can_act_as_a_formula(kind):
    rows = [Row((text, 1, 12.5)) for text in FORMULAS]
    sheet = Sheet("sweep", "=Title", (Column("=Name", TEXT), Column("Dials", COUNT), Column("Rate", RATE)), rows)
    content = files.written(sheet=sheet, head=[("=Practice",), ("Agent", "=cmd|' /C calc'!A0")], kind=kind)
    if kind == "csv":
        cells = [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in line]
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = [cell for line in book.get_sheet_by_index(0).to_python() for cell in line]
    signs = tuple("=+-@＝")
    assert [cell for cell in cells if str(cell).strip(' \t\r\n"').startswith(signs)] == []
    assert sum(str(cell).startswith("'") for cell in cells) == len(FORMULAS) + 3


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_taken_along(sign_in, supervisor, address, calls, table):
    client = sign_in(supervisor)
    as_csv, as_xlsx = (client.get(address, {"table": table, "as": kind, "period": "30"}) for kind in files.TYPES)
    assert (as_csv.status_code, as_xlsx.status_code) == (200, 200)
    words, cells = ([plain(line) for line in lines(answer)] for answer in (as_csv, as_xlsx))
    assert [line[:1] for line in words] == [line[:1] for line in cells]
    assert len(words[words.index([]) + 1]) > 1
    assert "Secret" not in as_csv.content.decode()


@pytest.mark.parametrize("asked", [{"table": "patients"}, {}, {"table": "agents", "as": "pdf"}, {"table": "\x00"}])
def test_an_unknown_file_is_not_found(sign_in, supervisor, address, calls, asked):
    assert sign_in(supervisor).get(address, asked).status_code == 404


def test_filters_that_mean_nothing_give_the_page_that_says_so_instead_of_another_file(sign_in, supervisor, address, calls):
    answer = sign_in(supervisor).get(address, {"table": "agents", "campaign": "999999999"})
    assert (answer.status_code, "This campaign does not exist any more." in answer.content.decode()) == (422, True)


def test_an_agent_may_not_take_a_file_along(sign_in, agent, address):
    answer = sign_in(agent).get(address, {"table": "agents"})
    assert (answer.status_code, "Dials" in answer.content.decode()) == (403, False)
