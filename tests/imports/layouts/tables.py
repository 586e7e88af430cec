"""Odd shapes: where the table stands, how its cells are parted, what stands around it."""

import csv
import io

from . import plain
from . import writing as w
from .layout import delimited, layout
from .people import EVERYBODY, PEOPLE

FACILITY = [
    ["Facility:", "Bayview Eye Associates"], ["Address:", "100 Bay St"], ["City, State:", "Miami, FL 33125"],
    ["Phone:", "(305) 555-0100"], ["Fax:", "(305) 555-0101"], ["NPI:", "1000000004"], ["Report:", "Recall list"],
    ["Run by:", "mlopez"], ["Run on:", "11/16/2026 08:15"], [],
]  # fmt: skip


@layout("table-header-on-line-20-below-a-facility-block")
def deep_header():
    above = [*FACILITY, ["Filters"], ["Provider", "All"], ["Location", "All"], ["Status", "Active"], [], ["Sorted by", "Name"],
             [], ["Page 1"], []]  # fmt: skip
    assert len(above) == 19
    return plain.export([*above, *plain.rows()])


@layout("table-header-on-line-39")
def deeper_header():
    return plain.export([*([[f"Note {line}"] for line in range(38)]), *plain.rows()])


@layout("table-without-header")
def no_header():
    """Names in one cell, so that nobody has to guess which column is which."""
    rows = [
        [p.mrn, f"{p.last}, {p.first}", w.us(p.born_on), p.sex or "U", w.brackets(p.mobile or p.home), p.email, p.city, p.state,
         p.zip_code]
        for p in EVERYBODY
    ]  # fmt: skip
    expect = plain.stored(
        EVERYBODY,
        "mrn last born_on email state zip_code",
        given=lambda p: p.first,
        numbers=lambda p: frozenset({f"+1{p.mobile or p.home}"}),
    )
    return plain.export(rows, expect=expect)


def _packed(quoted):
    lines = ["|".join(row) for row in plain.rows()]
    return delimited([[line] for line in lines], quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)


@layout("table-packed-in-one-quoted-cell")
def packed():
    return plain.export(_packed(quoted=True))


@layout("table-packed-in-one-cell-below-a-title")
def packed_below_title():
    return plain.export(b'"Recall list of Bayview Eye Associates"\r\n' + _packed(quoted=True), name="export.txt")


@layout("table-semicolons-cp1252")
def semicolons():
    return plain.export(delimited(plain.rows(PEOPLE), delimiter=";", encoding="cp1252"), PEOPLE)


@layout("table-tabs-in-a-txt")
def tabs():
    return plain.export(delimited(plain.rows(), delimiter="\t", encoding="utf-8-sig"), name="patients.TXT")


@layout("table-pipes-with-one-more-at-the-end")
def trailing_pipes():
    lines = "".join("|".join(row) + "|\r\n" for row in plain.rows())
    return plain.export(lines.encode(), name="patients.txt")


@layout("table-empty-columns-at-both-ends")
def empty_columns():
    return plain.export([["", *row, "", "", ""] for row in plain.rows()])


@layout("table-old-mac-line-ends")
def carriage_returns():
    return plain.export(delimited(plain.rows(), eol="\r"))


@layout("table-footers-and-totals")
def footers():
    below = [[], ["Total Patients:", str(len(EVERYBODY))], ["Grand Total", "", "", str(len(EVERYBODY))],
             ["Report generated on 11/16/2026 08:15 by mlopez"], ["Page 1 of 1"], ["*** End of Report ***"]]  # fmt: skip
    return plain.export([*plain.rows(), *below])


@layout("table-page-breaks-repeat-the-header")
def page_breaks():
    header, *body = plain.rows()
    lines = []
    for page in range(5):
        part = body[page * 6 : page * 6 + 6]
        lines += [["Recall list", "", f"Page {page + 1} of 5"], [], header, *part] if part else []
    return plain.export(lines)


@layout("table-subtotals-between-sections")
def subtotals():
    header, *body = plain.rows()
    lines = [header]
    for group in range(3):
        part = body[group::3]
        lines += [[f"Provider: Dr. {('Rivera', 'Feldman', 'Okonkwo')[group]}"], *part, ["Subtotal", str(len(part))], []]
    return plain.export(lines)


@layout("table-exact-repeats")
def repeats():
    header, *body = plain.rows()
    lines = [header, *body, body[2], body[7], body[7]]
    return plain.export(lines, counts={"rows": len(EVERYBODY) + 3, "duplicate": 3})


@layout("table-header-names-repeated")
def repeated_names():
    """Two columns called Phone, two called Address: the second address is empty."""
    header, *body = table_with_two_phones()
    return plain.export([header, *body], expect=plain.stored(
        EVERYBODY, "mrn last first born_on",
        numbers=lambda p: frozenset(f"+1{n}" for n in (p.home, p.mobile) if n),
    ))  # fmt: skip


def table_with_two_phones():
    yield ["MRN", "Last", "First", "DOB", "Phone", "Phone", "Address", "Address"]
    for p in EVERYBODY:
        yield [p.mrn, p.last, p.first, w.us(p.born_on), w.brackets(p.home), w.brackets(p.mobile), p.street, ""]


@layout("table-newlines-and-quotes-in-notes")
def notes():
    header, *body = plain.rows()
    lines = [[*header, "Notes"]]
    for place, row in enumerate(body):
        note = ('He said "call me later"\nthen hung up', "=cmd|' /C calc'!A0", "a;b|c\td", "line one\r\n\r\nline three, end", "")
        lines.append([*row, note[place % 5]])
    return plain.export(lines)


@layout("table-ragged-short-rows")
def ragged():
    """Empty cells at the end of a line are left out, as several report writers do."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in plain.rows():
        cells = list(row)
        while cells and not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    return plain.export(text.getvalue().encode())


@layout("table-header-names-padded-and-marked")
def padded_header():
    header, *body = plain.rows()
    marks = (" {} ", "{}: ", "{} *", "  {}", "{}:")
    names = [marks[place % 5].format(name.upper()) for place, name in enumerate(header)]
    return plain.export([names, *body])


@layout("table-header-quoted-with-newlines")
def broken_header():
    header, *body = plain.rows()
    return plain.export([[name.replace(" ", "\n") for name in header], *body])


@layout("table-columns-in-another-order")
def reordered():
    order = [13, 9, 12, 10, 11, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    return plain.export([[row[place] for place in order] for row in plain.rows()])


@layout("table-excel-separator-line")
def separator_line():
    return plain.export(b"sep=;\r\n" + delimited(plain.rows(), delimiter=";"))
