"""Layouts: where the table begins, which rows are data, and which only look like something else."""

import io

import pytest

from imports.reading import UnreadableFile, open_table


def opened(text, encoding="utf-8"):
    return open_table(io.BytesIO(text.encode(encoding)), limit_bytes=50_000_000)


def cells_of(text):
    return [row.cells for row in opened(text).rows()]


HEADER = "MRN,Last Name,First Name,DOB,Phone,City,State,Zip,Email,Provider,Location,Status"
ROW = "1001,Lee,Ann,01/02/1950,212-555-0101,Boston,MA,02139,a@example.com,Rivera,Main,Kept"
WIDTH = 12


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Total", "footer"), ("Total: 120", "footer"), ("Total patients:,,120", "footer"),
        ("Grand Total,,,,,,,,,,,4", "footer"),
        ("Subtotal: 14", "footer"), ("Record count: 5,,,,", "footer"), ("Number of records,,7", "footer"),
        ("3 records", "footer"),
        ("(2 rows affected)", "footer"), ("Page 1 of 3", "footer"), (",,,,Page 2,of,3", "footer"),
        ("Printed 11/23/2026", "footer"),
        ("Printed by jdoe on 11/23/2026", "footer"), ("*** End of Report ***", "footer"), ("Confidential - PHI", "footer"),
        ("Report generated on 11/23/2026 at 10:15 AM", "footer"), ("Run date: 11/23/2026", "footer"), ("Total,,1", "footer"),
        ("Total for Rivera: 12", "footer"), ('"Report run by Lee, Ann",on,11/23', "footer"), ("1 ,,,,,,,,,,,Total", ""),
        ("Recall Type: Glaucoma Check", "section"), ("Recall Type:,Glaucoma Check", "section"),
        (",,Provider: Rivera,,", "section"),
        (",,,", "empty"), ("   ", "empty"), ("-----,-----,---", "empty"), ("====", "empty"),
        (HEADER, "repeated_header"), ("Recall List", "repeated_header"),
        # People with such names, and rows with little in them, are rows.
        ("1002,Total,Ann", ""), ("1002,Page,Ann", ""), (",Page,Ann", ""), (",Total,Ann", ""), ("1003,Count,Basie", ""),
        ("1004", ""),
        (",Printed,Ann,01/02/1950", ""), ("1006,Average,Joe", ""), ("1007,,,Confidential: call", ""), ("1008,Run", ""),
        ("x", ""),
        (",Total,,01/02/1950", ""), (",Sum,,,212-555-0199", ""),
    ],
)  # fmt: skip
def test_an_unusual_row_is_what_it_says(row, kind):
    table = opened(f"Recall List\n\n{HEADER}\n{ROW}\n{row}\n")
    rows = list(table.rows())

    assert dict(table.left_out) == ({kind: 1} if kind else {})
    assert [row.line for row in rows] == ([4] if kind else [4, 5])


@pytest.mark.parametrize(
    ("row", "kind"),
    [("Total,120", "footer"), ("Total,1", "footer"), ("Total,1002", ""), ("Page,1002", ""), ("Total Patients,1", "footer")],
)
def test_a_chart_number_makes_a_row_of_a_total_unless_it_is_the_count(row, kind):
    table = opened(f"Last Name,MRN\nLee,1001\n{row}\n") if row != "Total,120" else opened("City,Visits\nBoston,120\nTotal,120\n")
    assert len(list(table.rows())) == (1 if kind else 2)


@pytest.mark.parametrize(("row", "left"), [("Total, Ann,1002", 2), ("Total: 1", 1), ("Total,1", 1)])
def test_a_full_name_that_begins_like_a_total_is_a_person(row, left):
    last = '"Total, Ann",1002,x' if row.startswith("Total, Ann") else row
    assert len(list(opened(f'Patient Name,MRN,City\n"Lee, Bo",1001,Boston\n{last}\n').rows())) == left


def test_sections_with_subtotals_between_them():
    groups = f"Recall Type: A\n{ROW}\n{ROW}\nSubtotal,,2\nRecall Type: B\n{ROW}\nSubtotal,,1\n"
    table = opened(f"{HEADER}\n{groups}Grand total,,3\nEnd of report\n")

    assert [(row.line, row.section[-1]) for row in table.rows()] == [(3, "A"), (4, "A"), (7, "B")]
    assert table.left_out == {"section": 2, "footer": 4}


def test_titles_repeated_on_each_page_are_no_rows():
    pages = [f"Recall list,,Page {page} of 3\n\n{HEADER}\n{ROW}\n" for page in (1, 2, 3)]
    table = opened("".join(pages))

    assert [row.line for row in table.rows()] == [4, 8, 12]
    assert table.left_out == {"repeated_header": 4, "empty": 2}


def test_title_lines_of_a_file_without_header_are_no_rows():
    table = opened("Recall List\n\n1001,Lee,01/02/1950\n1002,Ng,03/04/1951\n")

    assert [row.line for row in table.rows()] == [3, 4]
    assert (table.title_lines, table.header_line) == (("Recall List",), 0)


@pytest.mark.parametrize("above", [1, 5, 39, 40])
def test_the_header_may_stand_far_down(above):
    table = opened("\n".join([*(f"Line {n} of the letterhead" for n in range(above)), HEADER, ROW]))

    assert (table.header_line, len(table.header)) == (above + 1, WIDTH)
    assert [row.cells for row in table.rows()] == [tuple(ROW.split(","))]


def test_filters_above_the_header_are_no_header():
    table = opened(f"Provider,Location,,,,,,,,,,\nAll,Main,,,,,,,,,,\nDate range:,01/01/2026 - 11/23/2026\n\n{HEADER}\n{ROW}\n")

    assert table.header == tuple(HEADER.split(","))
    assert table.header_line == 5


def test_of_two_header_lines_the_second_names_the_columns():
    table = opened(f"Patient,,,,Contact,,,,,Visit,,\n{HEADER}\n{ROW}\n")

    assert (table.header[0], table.header_line) == ("MRN", 2)


def test_names_nobody_knows_below_a_line_of_groups():
    table = opened(
        "Person,Person,Person,Things,Things\nTextboxA,TextboxB,StartX,TextboxC,Foo\n1001,Lee,01/02/1950,x,4\n1002,Ng,01/03/1950,y,5\n"
    )

    assert (table.header[0], table.header_line) == ("TextboxA", 2)


def test_units_below_the_header_are_no_row():
    table = opened(f"{HEADER}\n(number),(text),(text),mm/dd/yyyy,(###) ###-####\n{ROW}\n")

    assert [row.line for row in table.rows()] == [3]


@pytest.mark.parametrize(
    "first",
    [
        "1001,Lee,Ann,01/02/1950,212-555-0101,Home,Active",
        "1001,Lee,Ann,01/02/1950,212-555-0101,Office,Kept",
        "1001,Last,First,01/02/1950,212-555-0101,Home,Cancelled",
        "Cancelled,Lee,Ann,Home,Active,Office,01/02/1950",
        "1001,Lee,Ann,,,Home,",
        "1001,City,Type,01/02/1950,(212) 555-0101,Home,Status",
    ],
)
def test_a_file_without_header_keeps_its_first_row(first):
    rest = ["1002,Ng,Bo,03/04/1951,212-555-0102,Office,Active", "1003,Rossi,Cy,05/06/1952,212-555-0103,Home,Expired"]
    if first.startswith("Cancelled"):
        rest = ["Kept,Ng,Bo,Home,Expired,Office,03/04/1951", "Cancelled,Rossi,Cy,Cell,Active,Main,05/06/1952"]
    table = opened("\n".join([first, *rest]) + "\n")

    assert (table.header_line, table.header[0], len(list(table.rows()))) == (0, "Column 1", 3)


def test_a_header_alone_is_a_table_without_rows():
    table = opened(HEADER + "\n")

    assert (len(table.header), list(table.rows())) == (WIDTH, [])


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nMRN;Last Name;DOB\n1;Lee, Jr;01/02/1950\n",
        '"sep=;"\r\nMRN;Last Name;DOB\r\n1;Lee, Jr;01/02/1950\r\n',
    ],
)  # fmt: skip
def test_excels_line_about_the_separator_is_obeyed(text):
    table = opened(text)

    assert (table.delimiter, table.header, table.title_lines) == (";", ("MRN", "Last Name", "DOB"), ())
    assert [row.cells for row in table.rows()] == [("1", "Lee, Jr", "01/02/1950")]


@pytest.mark.parametrize(
    "text",
    [
        '"MRN,Last Name,DOB"\n"1,Lee,01/02/1950"\n"2,""Ng, Jr"",03/04/1951"\n',
        '"MRN|Last Name|DOB"\n"1|Lee|01/02/1950"\n"2|Ng, Jr|03/04/1951"\n',
        '"MRN|Last Name|DOB",,\n"1|Lee|01/02/1950",,\n"2|Ng, Jr|03/04/1951",,\n',
        'MRN|Last Name|DOB,,\n1|Lee|01/02/1950,,\n2|Ng, Jr|03/04/1951,,\n',
        '"MRN|Last Name|DOB\n1|Lee|01/02/1950\n2|Ng, Jr|03/04/1951"\n',
        '"MRN\tLast Name\tDOB"\n"1\tLee\t01/02/1950"\n"2\tNg, Jr\t03/04/1951"\n',
    ],
    ids=["commas", "pipes", "pipes and commas", "bare", "one cell", "tabs"],
)  # fmt: skip
def test_a_table_packed_in_one_cell_is_unpacked(text):
    assert cells_of(text) == [("1", "Lee", "01/02/1950"), ("2", "Ng, Jr", "03/04/1951")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"], ids=repr)
def test_every_kind_of_line_end(end):
    table = opened(end.join(["MRN,Last Name,DOB", "1,Lee,01/02/1950", "2,Ng,03/04/1951", ""]))

    assert [(row.line, row.cells) for row in table.rows()] == [(2, ("1", "Lee", "01/02/1950")), (3, ("2", "Ng", "03/04/1951"))]


def test_mixed_line_ends():
    assert cells_of("MRN,Last Name,DOB\r\n1,Lee,x\r2,Ng,y\n3,Ito,z") == [("1", "Lee", "x"), ("2", "Ng", "y"), ("3", "Ito", "z")]


def test_empty_cells_after_the_last_column_are_no_columns():
    table = opened("MRN,Last Name,DOB,,,\n1,Lee,01/02/1950,,,\n2,Ng,03/04/1951,,,\n3,Ito,x,,,y\n")

    assert [(row.cells, row.problem) for row in table.rows()] == [
        (("1", "Lee", "01/02/1950"), ""), (("2", "Ng", "03/04/1951"), ""),
        (("3", "Ito", "x"), "has 6 cells where the header has 3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "cells", "problem"),
    [
        ('1,"Lee "Bob"",x', ("1", 'Lee "Bob"', "x"), ""),
        ('1,Lee "Bob" Ng,x', ("1", 'Lee "Bob" Ng', "x"), ""),
        ('1,"Lee,"x', ("1", "Lee", "x"), ""),
        ('1,Lee",x', ("1", 'Lee"', "x"), ""),
        ('1,"Lee,x', ("1", "Lee", "x"), "a quotation mark is opened and never closed"),
    ],
)
@pytest.mark.parametrize("others", [2, 5_000])
def test_a_broken_row_never_swallows_the_next(line, cells, problem, others):
    good = [f'{n},"Ng, Jr",y' for n in range(others)]
    rows = list(opened("\n".join(["MRN,Last Name,Note", *good, line, *good])).rows())
    whole = [(str(n), "Ng, Jr", "y") for n in range(others)]

    assert [row.cells for row in rows if not row.problem or row.cells == cells] == [
        *whole, cells, *whole,
    ]  # fmt: skip
    assert [row.problem for row in rows if row.problem] == ([problem] if problem else [])


def test_two_stray_quotes_in_two_rows_do_not_make_one():
    rows = list(opened('MRN,Last Name,Note\n1,"Lee,x\n2,Ng",y\n3,Ito,z\n').rows())

    assert [(row.line, row.cells[0], bool(row.problem)) for row in rows] == [(2, "1", True), (3, "2", False), (4, "3", False)]


def test_five_thousand_columns_are_refused():
    with pytest.raises(UnreadableFile) as error:
        opened(",".join(f"Col{n}" for n in range(5_000)) + "\n" + ",".join("1" * 5_000) + "\n")
    assert str(error.value) == "The table has 5000 columns, more than the 999 we read."


def test_a_cell_of_ten_megabytes_costs_its_row_alone():
    rows = list(opened("MRN,Last Name,Note\n1,Lee,x\n2,Ng," + "z" * 10_000_000 + "\n3,Ito,y\n").rows())

    assert [(row.line, row.problem) for row in rows] == [(2, ""), (3, "the line is longer than a million characters"), (4, "")]


def test_a_file_of_one_line_ends_in_a_sentence():
    with pytest.raises(UnreadableFile) as error:
        opened("x," * 10_000_000)
    assert str(error.value) == "No table was found in the file: it needs columns with a name on top of each."


def test_line_ends_in_cells_across_many_blocks():
    text = "MRN,Last Name,Note\n" + "".join(f'{n},Lee,"a\n{"b" * (n % 50)}, ""c"""\n' for n in range(20_000))
    rows = list(opened(text).rows())

    assert [row.cells for row in rows] == [(str(n), "Lee", f'a\n{"b" * (n % 50)}, "c"') for n in range(20_000)]
    assert [row.line for row in rows] == [2 + 2 * n for n in range(20_000)]


def test_blocks_and_rows_are_the_same_from_the_top_each_time():
    table = opened(HEADER + "\n" + f"{ROW}\n" * 5_000 + "Total,,5000\n")

    assert [row for block in table.blocks() for row in block] == list(table.rows())
    assert table.left_out == {"footer": 1}
