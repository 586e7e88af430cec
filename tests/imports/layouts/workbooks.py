"""Workbooks and archives: xlsx, ods and zip, written part by part so that every cell type is known."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

from . import lists, plain
from . import writing as w
from .layout import Export, delimited, figures, layout, stored, upcoming
from .people import EVERYBODY, PEOPLE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
DATE_STYLE = 1


def archive(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return content.getvalue()


def letters(place):
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def xlsx_cell(value, reference):
    if value in ("", None):
        return ""
    if isinstance(value, date):
        return f'<c r="{reference}" s="{DATE_STYLE}"><v>{w.serial(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def xlsx_sheet(rows):
    lines = "".join(
        f'<row r="{line}">{"".join(xlsx_cell(cell, letters(place) + str(line)) for place, cell in enumerate(row))}</row>'
        for line, row in enumerate(rows, 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def xlsx_parts(sheets):
    """The parts of a workbook: {sheet name: rows}."""
    names = list(sheets)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    linked = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{linked}<Relationship Id="rId99" '
        f'Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": xlsx_sheet(sheets[name]) for n, name in enumerate(names, 1)},
    }


def xlsx(sheets):
    return archive(xlsx_parts(sheets))


def ods_cell(value):
    if value in ("", None):
        return "<table:table-cell/>"
    if isinstance(value, date):
        typed = f'office:value-type="date" office:date-value="{value}"'
        return f"<table:table-cell {typed}><text:p>{w.us(value)}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def ods(rows):
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OFFICE}:office:1.0" '
        f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Patients">{lines}<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{kind}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def typed_rows(people=EVERYBODY):
    """The ordinary list with real dates, and numbers for whatever Excel takes for one."""
    columns = plain.columns(date=lambda on: on, phone=lambda digits: int(digits) if digits else "") | {
        "Chart Number": lambda p: int(p.mrn),
        "Zip": lambda p: int(p.zip_code),
    }
    return plain.table(columns, people)


@layout("workbook-xlsx-of-texts")
def xlsx_texts():
    return plain.export(xlsx({"Sheet1": plain.rows()}), name="patients.xlsx")


@layout("workbook-xlsx-typed-cells")
def xlsx_typed():
    return plain.export(xlsx({"Patients": typed_rows()}), name="patients.xlsx")


@layout("workbook-xlsx-title-lines-and-total")
def xlsx_titles():
    rows = [["Recall list"], ["Printed", date(2026, 11, 16)], [], *typed_rows(), [], ["Total Patients", len(EVERYBODY)]]
    return plain.export(xlsx({"Report": rows}), name="Recall Report.XLSX")


@layout("workbook-xlsx-cover-sheet-first")
def xlsx_cover():
    cover = [["Bayview Eye Associates"], ["Report", "Recall list"], ["Run on", date(2026, 11, 16)]]
    return plain.export(xlsx({"Cover": cover, "Data": typed_rows()}), name="report.xlsx")


@layout("workbook-xlsx-named-csv")
def xlsx_as_csv():
    return plain.export(xlsx({"Sheet1": plain.rows()}), name="patients.csv")


@layout("workbook-xlsx-eye-care-recalls")
def xlsx_recalls():
    lines = [["Recall List"], ["Printed 11/16/2026"], [], lists.RECALL_HEAD]
    for kind, members in lists.recall_groups(PEOPLE).items():
        lines += [[f"Recall Type: {kind}"], *(lists.recall_row(p) for p in members)]
    expected = figures(PEOPLE, rows=sum(map(len, lists.recall_groups(PEOPLE).values())))
    del expected["duplicate"]
    return Export(
        files=(("recalls.xlsx", xlsx({"Recalls": lines})),),
        figures=expected,
        stored=stored(PEOPLE, lists.RECALL_FIELDS, numbers=lists.one_number, visits=plain.last_visit, appointments=upcoming),
    )


@layout("workbook-ods-typed-cells")
def ods_typed():
    return plain.export(ods(typed_rows()), name="patients.ods")


@layout("archive-zip-of-a-csv")
def zipped():
    return plain.export(archive({"export/patients.csv": delimited(plain.rows())}), name="export.zip")


@layout("archive-zip-of-utf-16-tabs-beside-a-mac-folder")
def zipped_mac():
    parts = {"patients.csv": delimited(plain.rows(), delimiter="\t", encoding="utf-16"), "__MACOSX/._patients.csv": b"\0\5\x16\7"}
    return plain.export(archive(parts), name="export.zip")


@layout("archive-zip-of-a-workbook")
def zipped_workbook():
    return plain.export(archive({"patients.xlsx": xlsx({"Sheet1": typed_rows()})}), name="patients.zip")
