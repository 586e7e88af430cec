"""Workbooks, zip files and web pages: the table in them, or one sentence, quickly and in little memory."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from imports.reading import UnreadableFile, open_table

WORKBOOKS = Path(__file__).parent.parent / "data" / "workbooks"
TABLE = b"MRN,Last Name,First Name\n1,Lee,Ann\n2,Ng,Bo\n"
ROWS = [("1", "Lee", "Ann"), ("2", "Ng", "Bo")]
BOMB = "The zip file unpacks to far more than it should: upload the table itself."
BROKEN = "The zip file is damaged: make it again, or upload the table itself."
OUTSIDE = "The zip file names a place outside of itself: upload the table itself."
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def opened(content, **options):
    return open_table(io.BytesIO(content), limit_bytes=50_000_000, **options)


def refusal(content):
    with pytest.raises(UnreadableFile) as error:
        opened(content)
    return str(error.value)


def zipped(*files, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as package:
        for name, content in files:
            package.writestr(name, content)
    return packed.getvalue()


def workbook(*sheets, before=""):
    """An xlsx file of sheets given as XML rows; `before` stands above the XML of each sheet."""
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    parts = [
        ("_rels/.rels", f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
                        'Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'),
    ]  # fmt: skip
    for n, rows in enumerate(sheets, 1):
        sheet = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        parts.append((f"xl/worksheets/sheet{n}.xml", sheet))
    return zipped(*parts)


def sheet_of(*rows):
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    return "".join("<row>" + "".join(map(text.format, row)) + "</row>" for row in rows)


NAMES = ("MRN", "Last Name", "First Name")
LIST = sheet_of(NAMES, *ROWS)


def test_a_workbook_of_excel_is_read_with_its_row_numbers():
    table = opened((WORKBOOKS / "recall_list.xlsx").read_bytes())

    assert (table.encoding, table.delimiter, table.header_line, table.more_sheets) == ("workbook", "", 4, 0)
    assert table.title_lines == ("Recall List", "Printed 11/23/2026")
    assert [tuple(row) for row in table.rows()] == [
        (5, ("1001", "Lee", "Ann", "1950-01-02", "(212) 555-0101", "2026-03-04 09:30:00", "12.5", "TRUE"), "", ""),
        (6, ("1002", "Peña", "Zoë", "1961-12-31", "2125550102", "2026-03-05 14:00:00", "0", "FALSE"), "", ""),
        (8, ("1003", "Ng", "two\nlines", "", "x", "y", "0.25", ""), "", ""),
    ]
    assert table.left_out == {"empty": 2, "footer": 1}


@pytest.mark.parametrize("name", ["patients.xls", "patients.ods"])
def test_older_and_open_workbooks_read_alike(name):
    assert [tuple(row) for row in opened((WORKBOOKS / name).read_bytes()).rows()] == [
        (2, ("1001", "Lee", "Ann", "1950-01-02", "(212) 555-0101", "2026-03-04 09:30:00", "12.5", "TRUE"), "", ""),
        (3, ("1002", "Peña", "Zoë", "1961-12-31", "2125550102", "2026-03-05 14:00:00", "0", "FALSE"), "", ""),
    ]


def test_the_sheet_that_looks_most_like_a_table_is_read_and_the_others_are_counted():
    table = opened(workbook(sheet_of(("Key", "Value"), ("x", "1")), LIST, sheet_of(("Nothing here",))))

    assert (table.header, table.more_sheets) == (NAMES, 1)
    assert [row.cells for row in table.rows()] == ROWS


def test_a_text_table_pasted_into_one_column_of_a_workbook():
    table = opened(workbook(sheet_of(*[("|".join(row),) for row in (NAMES, *ROWS)])))

    assert ([row.cells for row in table.rows()], table.encoding, table.delimiter) == (ROWS, "workbook", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ((WORKBOOKS / "password.xlsx").read_bytes(), "The workbook is protected by a password: save it without and upload that."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
         "The workbook is damaged or no Excel or OpenDocument sheet: open it, save it as CSV and upload that."),
        ((WORKBOOKS / "recall_list.xlsx").read_bytes()[:-500], BROKEN),
        (workbook(""), "The workbook is empty."),
        (workbook(LIST, before='<!DOCTYPE x [<!ENTITY a "b">]>'),
         "The workbook declares entities, which no spreadsheet needs: save it anew or as CSV."),
        (workbook(" " * 20_000_000), BOMB),
        (workbook('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'),
         "The workbook is too large to be opened: save it as CSV and upload that."),
    ],
    ids=["password", "damaged xls", "truncated", "empty", "entities", "bomb", "far apart"],
)  # fmt: skip
def test_a_workbook_that_cannot_be_read_gets_one_sentence(content, sentence):
    assert refusal(content) == sentence


@pytest.mark.parametrize(
    "files",
    [
        [("list.csv", TABLE)],
        [("folder/list.csv", TABLE)],
        [("export", TABLE)],
        [("list.csv", TABLE), ("README.txt", "hello"), ("__MACOSX/._list.csv", "x"), (".DS_Store", "y")],
        [("list.txt", TABLE.replace(b",", b"|"))],
        [("list.xlsx", workbook(LIST))],
    ],
    ids=["csv", "folder", "no extension", "companions", "txt", "workbook"],
)
def test_a_zip_file_of_one_table(files):
    assert [row.cells for row in opened(zipped(*files)).rows()] == ROWS


def test_the_encoding_chosen_holds_for_the_table_in_a_zip_file():
    content = "MRN,Last Name,First Name\n1,Peña,José\n".encode("mac-roman")

    assert [row.cells for row in opened(zipped(("a.csv", content)), encoding="mac-roman").rows()] == [("1", "Peña", "José")]


def lying(claimed):
    """A zip file of 18 MB that says it holds a few bytes."""
    content = b"1,2,3\n" * 3_000_000
    return zipped(("a.csv", content)).replace(struct.pack("<I", len(content)), struct.pack("<I", claimed))


def linked():
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    return zipped((link, "/etc/hostname"))


def with_password():
    content = bytearray(zipped(("a.csv", TABLE)))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def flipped():
    content = bytearray(zipped(("a.csv", TABLE * 100)))
    content[50] ^= 255
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: zipped(("a.csv", TABLE), ("b.csv", TABLE)),
         "The zip file holds 2 tables: put exactly one into it, or upload the table itself."),
        (lambda: zipped(), "The zip file holds no table: put exactly one into it, or upload the table itself."),
        (lambda: zipped(("a.docx", TABLE), ("b.pdf", TABLE)),
         "The zip file holds no table: put exactly one into it, or upload the table itself."),
        (lambda: zipped(("a.zip", zipped(("a.csv", TABLE)))), "The zip file holds another zip file: upload the table itself."),
        (lambda: zipped(*[(f"{n}.csv", TABLE) for n in range(21)]),
         "The zip file holds more than 20 files: upload the table itself."),
        (lambda: zipped(*[(f"{n}.csv", b"") for n in range(3_000)]),
         "The zip file holds too many files: upload the table itself."),
        (lambda: zipped(("../a.csv", TABLE)), OUTSIDE),
        (lambda: zipped(("..\\a.csv", TABLE)), OUTSIDE),
        (lambda: zipped(("/etc/a.csv", TABLE)), OUTSIDE),
        (linked, "The zip file holds a link instead of a file: upload the table itself."),
        (with_password, "The zip file is protected by a password: upload it without."),
        (lambda: zipped(("a.csv", TABLE), method=zipfile.ZIP_BZIP2),
         "The zip file is packed in a way we cannot read: upload the table itself."),
        (lambda: zipped(("a.csv", bytes(20_000_000))), BOMB),
        (lambda: lying(100), BOMB),
        (lambda: zipped(("a.csv", TABLE)).replace(struct.pack("<I", len(TABLE)), struct.pack("<I", 9)), BROKEN),
        (lambda: zipped(("a.csv", TABLE * 100))[:-40], BROKEN),
        (flipped, BROKEN),
    ],
    ids=["two", "none", "documents", "nested", "21", "3000", "parent", "backslash", "absolute", "link", "password", "bzip2",
         "bomb", "lying bomb", "lying", "truncated", "flipped"],
)  # fmt: skip
def test_a_zip_file_that_is_no_single_table_gets_one_sentence(make, sentence):
    content = make()
    tracemalloc.start()
    try:
        assert refusal(content) == sentence
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><table><tr><td colspan=3>Recall List</td></tr><tr><th>MRN</th><th>Last<br>Name</th><th>First Name</th></tr>"
        "<tr><td>1</td><td> Lee</td><td>Ann\n</td></tr><tr><td>2<td>N&#103;<td>Bo</table></html>",
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><ss:Workbook xmlns:ss="urn:x"><ss:Table>'
        "<ss:Row><ss:Cell><ss:Data>Recall List</ss:Data></ss:Cell></ss:Row>"
        + "".join("<Row>" + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in row) + "</Row>" for row in (NAMES, *ROWS))
        + "</ss:Table></ss:Workbook>",
    ],
    ids=["html", "xml"],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_web_page_named_xls_is_read(page, codec):
    table = opened(page.encode(codec))

    assert (table.header, table.header_line, table.delimiter, table.title_lines) == (NAMES, 2, "", ("Recall List",))
    assert [row.cells for row in table.rows()] == ROWS


@pytest.mark.parametrize("page", [b"<table><tr><td>" + b"<a " * 1_000_000, b"<table><tr><td><![x[y"], ids=["endless", "odd"])
def test_a_damaged_web_page_gets_one_sentence(page):
    assert refusal(page) == "The web page is damaged: open it in Excel, save it as CSV and upload that."
