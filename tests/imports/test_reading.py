"""Reading: what a file is, where its table begins, and which rows are data."""

import io
import json
import time
from pathlib import Path

import pytest

from imports.reading import UnreadableFile, open_table

DATA = Path(__file__).parent.parent / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text())
LIMIT = 50_000_000
NO_TABLE = "No table was found in the file: it needs columns with a name on top of each."
# cp1252 and Latin-1 are one and the same for a file that uses no byte between 0x80 and 0x9f.
ALIKE = {"latin-1": "cp1252"}


def table_of(content, limit=LIMIT):
    return open_table(io.BytesIO(content), limit_bytes=limit)


def cells_of(content):
    return [row.cells for row in table_of(content).rows()]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_has_the_rows_it_should(name):
    expected = EXPECTED[name]
    table = table_of((DATA / name).read_bytes())
    rows = list(table.rows())

    assert len(rows) == expected["rows"] - expected.get("footer_rows", 0) - expected.get("empty_rows", 0)
    assert table.left_out["section"] == expected.get("section_rows", 0)
    assert table.left_out["footer"] == expected.get("footer_rows", 0)
    assert table.left_out["empty"] == expected.get("empty_rows", 0)
    assert table.encoding == ALIKE.get(expected["encoding"], expected["encoding"])
    assert [row for row in rows if row.problem] == []


def test_title_lines_stand_above_the_header():
    table = table_of((DATA / "eyecare_recall_report.csv").read_bytes())

    assert table.title_lines == ("Recall List", "Printed 11/23/2026")
    assert table.header_line == 3
    assert table.header[3:5] == ("LastName", "FirstName")


def test_section_rows_become_a_value_of_the_rows_below():
    table = table_of((DATA / "eyecare_recall_report.csv").read_bytes())

    assert {row.section for row in table.rows()} == {
        "Recall Type: Comprehensive Exam", "Recall Type: Glaucoma Check", "Recall Type: Diabetic Eye",
    }  # fmt: skip


def test_line_numbers_are_those_of_the_file():
    lines = b'MRN,Last Name,Note\n1,Lee,"two\nlines"\n\n2,Ng,x\n'

    assert [(row.line, row.cells[0]) for row in table_of(lines).rows()] == [(2, "1"), (5, "2")]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_delimiter_is_found(delimiter):
    content = "\n".join(delimiter.join(row) for row in (["MRN", "Last Name", "DOB"], ["1", "Lee", "01/02/1950"])).encode()

    assert table_of(content).delimiter == delimiter
    assert cells_of(content) == [("1", "Lee", "01/02/1950")]


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encoding_is_found(codec, name):
    content = "MRN,Last Name,First Name\n1,Peña,José\n2,Öztürk,Zoë\n".encode(codec)

    assert table_of(content).encoding == name
    assert cells_of(content) == [("1", "Peña", "José"), ("2", "Öztürk", "Zoë")]


def test_bytes_that_windows_does_not_know_are_latin_1():
    assert table_of(b"MRN,Last Name\n1,Pe\xf1a\n2,x\x81y\n").encoding == "latin-1"


def test_a_quote_that_never_closes_costs_its_own_row_alone():
    content = b'MRN,Last Name,Note\n1,"Lee,x\n2,Ng,y\n3,Rossi,"z"\n'
    rows = list(table_of(content).rows())

    assert [(row.line, row.problem) for row in rows] == [
        (2, "a quotation mark is opened and never closed"), (3, ""), (4, ""),
    ]  # fmt: skip
    assert rows[2].cells == ("3", "Rossi", "z")


def test_a_line_too_long_to_read_costs_itself_alone():
    rows = list(table_of(b"MRN,Last Name,First Name\n1,Lee," + b"x" * 1_200_000 + b"\n2,Ng,Bo\n").rows())

    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (3, False)]


@pytest.mark.parametrize("end", [b'"', b""], ids=["closed", "open"])
def test_a_cell_too_long_to_read_costs_its_row_alone_also_in_quotes(end):
    rows = list(table_of(b'MRN,Last Name,First Name\n1,"' + b"x" * 200_000 + end + b",Ann\n2,Ng,Bo\n").rows())

    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (3, False)]


def test_a_huge_cell_at_the_top_of_a_file_is_no_name_and_takes_no_time():
    started = time.monotonic()
    table = table_of(b"MRN,Last Name,First Name\n1," + b"1 a" * 40_000 + b",Ann\n2,Ng,Bo\n")

    assert table.header == ("MRN", "Last Name", "First Name")
    assert time.monotonic() - started < 5


def test_every_column_has_a_name_of_its_own_short_enough_to_be_kept():
    table = table_of(b"A,A (2),A,MRN,Last Name,First Name," + b"x" * 300 + b"," + b"x" * 300 + b"\n1,2,3,4,Lee,Ann,5,6\n")

    assert table.header[:3] == ("A", "A (2)", "A (3)")
    assert [len(name) for name in table.header[-2:]] == [190, 194]


def test_a_row_with_too_many_cells_is_not_trusted():
    (row,) = table_of(b"MRN,Last Name,First Name\n1,Lee,Ann,12 Elm St\n").rows()

    assert row.problem == "has 4 cells where the header has 3"


def test_short_rows_are_filled_up():
    assert cells_of(b"MRN,Last Name,First Name,Email\n1,Lee,Ann\n") == [("1", "Lee", "Ann", "")]


def test_repeated_header_names_are_kept_apart():
    table = table_of(b"MRN,Last Name,Phone,Phone,\n1,Lee,212-555-0101,212-555-0102,\n")

    assert table.header == ("MRN", "Last Name", "Phone", "Phone (2)")


def test_a_header_repeated_on_each_page_is_no_row():
    table = table_of(b"MRN,Last Name,DOB\n1,Lee,01/02/1950\nMRN,Last Name,DOB\n2,Ng,01/02/1951\n")

    assert [row.cells[0] for row in table.rows()] == ["1", "2"]
    assert table.left_out == {"repeated_header": 1}


def test_a_file_without_header_goes_by_numbers():
    table = table_of(b"1001,Lee,01/02/1950,212-555-0101\n1002,Ng,03/04/1951,212-555-0102\n")

    assert table.header_line == 0
    assert table.header == ("Column 1", "Column 2", "Column 3", "Column 4")
    assert len(list(table.rows())) == 2


def test_nul_bytes_are_dropped():
    assert cells_of(b"MRN,Last Name,First Name\n" + b"1,Lee,Ann\n" * 50 + b"2,N\0g,Bo\n")[-1] == ("2", "Ng", "Bo")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "The zip file is damaged: make it again, or upload the table itself."),
        (b"%PDF-1.7 rest", "This is a PDF, not a text table: save it as CSV and upload that."),
        (bytes(range(256)) * 20, "This is not a text file: export the list from the EMR as CSV and upload that."),
        (b"Dear doctor\nplease find the list below\n", NO_TABLE),
        (b"\n\n\n", NO_TABLE),
    ],
    ids=["empty", "zip", "pdf", "binary", "letter", "blank"],
)  # fmt: skip
def test_what_is_no_table_gets_one_sentence(content, sentence):
    with pytest.raises(UnreadableFile) as error:
        table_of(content)
    assert str(error.value) == sentence


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(UnreadableFile) as error:
        table_of(b"x" * 2_000_001, limit=1_000_000)
    assert str(error.value) == "The file has 2.0 MB, the limit is 1 MB: split it or ask for a higher limit."
