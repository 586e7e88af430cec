"""Workbooks made to hurt."""

from datetime import date

from tests.imports.layouts import workbooks as good

from .binaries import OLE
from .registry import hostiles, rows

MAIN = f'xmlns="{good.MAIN}"'
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'


def book(**parts):
    """A good workbook with parts replaced (None takes one away); names written with “__” for “/”."""
    whole = good.xlsx_parts({"Sheet1": rows()})
    whole |= {name: parts[name] for name in parts}
    return good.archive({name: part for name, part in whole.items() if part is not None})


def sheet(body, prolog=""):
    return book(
        **{SHEET: f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>'}
    )


def listed(cell, line=3, column="B"):
    """The good list with one cell put in place of a last name."""
    xml = good.xlsx_sheet(rows())
    start = xml.index(f'<c r="{column}{line}"')
    return book(**{SHEET: xml[:start] + cell + xml[xml.index("</c>", start) + 4 :]})


def ods(content):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return good.archive({"mimetype": kind, "content.xml": content})


def ods_lines(lines, prolog=""):
    return ods(
        f'<?xml version="1.0"?>{prolog}<office:document-content xmlns:office="{good.OFFICE}:office:1.0" '
        f'xmlns:table="{good.OFFICE}:table:1.0" xmlns:text="{good.OFFICE}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{lines}</table:table></office:spreadsheet></office:body></office:document-content>'
    )


def ods_row(cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(map(good.ods_cell, cells))}</table:table-row>"


XLSX = good.xlsx({"Sheet1": rows()})
TEXT = '<c r="B3" t="inlineStr"><is><t>{}</t></is></c>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">'

hostiles(
    "xlsx",
    {
        "entity-bomb-in-the-sheet": lambda: sheet(f'<row r="1">{TEXT.format("&l9;")}</row>', BOMB),
        "entity-bomb-in-shared-strings": lambda: book(
            **{"xl/sharedStrings.xml": f"{BOMB}<sst {MAIN}><si><t>&l9;</t></si></sst>"}
        ),
        "entity-bomb-in-the-workbook": lambda: book(**{"xl/workbook.xml": f"{BOMB}<workbook {MAIN}>&l9;</workbook>"}),
        "external-entity": lambda: sheet(f'<row r="1">{TEXT.format("&e;")}</row>', EXTERNAL),
        "remote-dtd": lambda: sheet(f'<row r="1">{TEXT.format("x")}</row>', REMOTE),
        "formula-with-a-value": lambda: listed('<c r="B3" t="str"><f>HYPERLINK("http://127.0.0.1:9/","x")</f><v>Shown</v></c>'),
        "formula-without-a-value": lambda: listed('<c r="B3"><f>1+1</f></c>'),
        "formula-as-text": lambda: listed(TEXT.format("=cmd|' /C calc'!A0")),
        "error-cell": lambda: listed('<c r="B3" t="e"><v>#REF!</v></c>'),
        "boolean-cell": lambda: listed('<c r="B3" t="b"><v>1</v></c>'),
        "number-not-a-number": lambda: listed('<c r="B3"><v>NaN</v></c>'),
        "number-infinite": lambda: listed('<c r="B3"><v>1e999</v></c>'),
        "number-in-words": lambda: listed('<c r="B3"><v>twelve</v></c>'),
        "birthday-negative-serial": lambda: listed('<c r="E3" s="1"><v>-40000</v></c>', column="E"),
        "birthday-serial-zero": lambda: listed('<c r="E3" s="1"><v>0</v></c>', column="E"),
        "birthday-serial-60": lambda: listed('<c r="E3" s="1"><v>60</v></c>', column="E"),
        "birthday-serial-huge": lambda: listed('<c r="E3" s="1"><v>1e300</v></c>', column="E"),
        "birthday-serial-beyond-9999": lambda: listed('<c r="E3" s="1"><v>2958466</v></c>', column="E"),
        "shared-string-out-of-range": lambda: listed('<c r="B3" t="s"><v>99999</v></c>'),
        "shared-string-negative": lambda: listed('<c r="B3" t="s"><v>-1</v></c>'),
        "control-characters": lambda: listed(TEXT.format("Gar\x01\x02cia")),
        "control-characters-by-reference": lambda: listed(TEXT.format("Gar&#1;&#0;cia")),
        "control-characters-in-excel-escapes": lambda: listed(TEXT.format("Gar_x0000__x0001__xFFFD_cia")),
        "replacement-character": lambda: listed(TEXT.format("Gar\ufffdcia")),
        "lone-surrogate-by-reference": lambda: listed(TEXT.format("Gar&#xD800;cia")),
        "cell-of-a-million-characters": lambda: listed(TEXT.format("x" * 1_000_000)),
        "cell-in-the-last-corner": lambda: sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "cell-beyond-the-last-corner": lambda: sheet('<row r="9999999999"><c r="ZZZZZZ9999999999"><v>1</v></c></row>'),
        "cell-reference-empty": lambda: sheet('<row r="1"><c r=""><v>1</v></c></row>'),
        "rows-out-of-order": lambda: sheet('<row r="9"><c r="B9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
        "sixteen-thousand-columns": lambda: good.xlsx({"S": [[f"c{n}" for n in range(600)], *([["x"] * 600] * 5)]}),
        "no-sheet": lambda: book(**{SHEET: None}),
        "no-workbook": lambda: book(**{"xl/workbook.xml": None}),
        "no-relations": lambda: book(**{"xl/_rels/workbook.xml.rels": None}),
        "no-content-types": lambda: book(**{"[Content_Types].xml": None}),
        "wrong-content-types": lambda: book(**{"[Content_Types].xml": "<Types/>"}),
        "content-types-of-word": lambda: good.archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "relation-climbs-out": lambda: book(
            **{
                "xl/_rels/workbook.xml.rels": good.xlsx_parts({"S": []})["xl/_rels/workbook.xml.rels"].replace(
                    "worksheets/sheet1.xml", "../../../../etc/passwd"
                )
            }
        ),
        "sheet-empty": lambda: good.xlsx({"Sheet1": []}),
        "sheet-of-a-header": lambda: good.xlsx({"Sheet1": rows()[:1]}),
        "sheet-not-xml": lambda: book(**{SHEET: "MRN,Last,First"}),
        "sheet-cut": lambda: book(**{SHEET: good.xlsx_sheet(rows())[:900]}),
        "sheet-bomb": lambda: book(**{SHEET: f"<worksheet {MAIN}><sheetData>{' ' * 60_000_000}</sheetData></worksheet>"}),
        "two-hundred-sheets": lambda: good.xlsx({f"Sheet{n}": rows()[:2] for n in range(200)}),
        "two-sheets-both-lists": lambda: good.xlsx({"One": rows(), "Two": rows()}),
        "encrypted": lambda: OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 8000,
        "cut-at-a-third": lambda: XLSX[: len(XLSX) // 3],
        "cut-at-two-thirds": lambda: XLSX[: 2 * len(XLSX) // 3],
        "cut-before-the-last-byte": lambda: XLSX[:-1],
        "names-with-formulas": lambda: good.xlsx(
            {
                "S": [[cell if n else f"{cell}" for n, cell in enumerate(row)] for row in rows()]
                + [["=1+1", "@SUM(1)", "+1", "-1"]]
            }
        ),
    },
    file_name="patients.xlsx",
)
hostiles(
    "xlsx-under-another-name", {"bomb": lambda: sheet(f'<row r="1">{TEXT.format("&l9;")}</row>', BOMB)}, file_name="patients.csv"
)

ROW = ods_row(["204117", "O'Brien", "Jennifer", "11/09/1956"])
HEADER = ods_row(["MRN", "Last Name", "First Name", "DOB"])
hostiles(
    "ods",
    {
        "row-repeated-a-million-times": lambda: ods_lines(
            HEADER + ods_row(["204117", "O'Brien", "Jennifer", "11/09/1956"], 'table:number-rows-repeated="1048570"')
        ),
        "cell-repeated-16384-times": lambda: ods_lines(
            HEADER + ods_row("x").replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="16384" ')
        ),
        "repeated-minus-once": lambda: ods_lines(HEADER + ods_row(["1", "A", "B", "C"], 'table:number-rows-repeated="-1"')),
        "repeated-too-often-to-count": lambda: ods_lines(
            HEADER + ods_row(["1", "A", "B", "C"], 'table:number-rows-repeated="99999999999999999999"')
        ),
        "entity-bomb": lambda: ods_lines(HEADER + ods_row(["1", "A", "B", "C"]).replace(">A<", ">&l9;<"), BOMB),
        "external-entity": lambda: ods_lines(HEADER + ods_row(["1", "A", "B", "C"]).replace(">A<", ">&e;<"), EXTERNAL),
        "no-content": lambda: good.archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "content-not-xml": lambda: ods("MRN,Last,First"),
        "content-cut": lambda: ods_lines(HEADER + ROW)[:-400],
        "date-impossible": lambda: ods_lines(
            HEADER
            + ods_row(["204130", "McDonald", "Michael", date(1980, 12, 15)]).replace(
                'date-value="1980-12-15"', 'date-value="1980-13-45"'
            )
        ),
        "text-document": lambda: good.archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
    },
    file_name="patients.ods",
)
