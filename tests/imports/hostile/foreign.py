"""Other people's formats, named .csv: each is refused or reconciled, never half understood."""

import json

from tests.imports.layouts import writing as w

from .registry import FEW, hostiles, rows, text

HL7 = "\r".join(
    line
    for p in FEW
    for line in (
        f"MSH|^~\\&|EMR|BAY|RD|RD|20261116||ADT^A08|{p.mrn}|P|2.5",
        f"PID|1||{p.mrn}^^^BAY^MR||{p.last}^{p.first}||{p.born_on:%Y%m%d}|{p.sex}|||{p.street}^^{p.city}^{p.state}^{p.zip_code}||{p.home}",
    )
)
RECORDS = [dict(zip(rows()[0], row, strict=True)) for row in rows()[1:]]
CELLS = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows())
HTML = f"<html><head><title>Report</title></head><body><table border=1>{CELLS}</table></body></html>"


def vcards():
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{p.last};{p.first}\r\nTEL:{p.home}\r\nBDAY:{p.born_on}\r\nEND:VCARD\r\n" for p in FEW
    )


def sql():
    lines = (f"INSERT INTO patients VALUES ('{p.mrn}', '{p.last}', '{p.first}');\n" for p in FEW)  # noqa: S608 (a file, not a query)
    return "".join(lines)


def fhir():
    entries = [
        {"resource": {"resourceType": "Patient", "id": p.mrn, "name": [{"family": p.last, "given": [p.first]}]}} for p in FEW
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=1)


def spreadsheet_2003():
    def row(cells):
        return "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells) + "</Row>"

    name = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = "".join(map(row, rows()))
    table = f"<Worksheet><Table>{lines}</Table></Worksheet>"
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{table}</Workbook>'


hostiles(
    "foreign",
    {
        "json-array": lambda: json.dumps(RECORDS),
        "json-lines": lambda: "\n".join(map(json.dumps, RECORDS)),
        "json-deep": "[" * 100_000,
        "fhir-bundle": fhir,
        "xml": "<patients>" + "".join(f"<p mrn='{p.mrn}'>{p.last}</p>" for p in FEW) + "</patients>",
        "xml-entity-bomb": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        "ccda": '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget/></ClinicalDocument>',
        "html-table": HTML,
        "html-sign-in-page": "<!doctype html><html><body><h1>Session expired</h1><form>Sign in, please</form></body></html>",
        "svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "sql-dump": sql,
        "vcards": vcards,
        "e-mail": f"From: emr@example.com\r\nTo: desk@example.com\r\nSubject: Export\r\n\r\nSee below.\r\n\r\n{text()}",
        "mailbox-with-attachment": "From x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/csv\n\n"
        + text()
        + "\n--b--\n",
        "hl7-carriage-returns": HL7,
        "hl7-newlines": HL7.replace("\r", "\n"),
        "hl7-mllp": f"\x0b{HL7}\x1c\r",
        "hl7-without-msh": HL7.partition("\r")[2],
        "hl7-bad-escapes": HL7.replace("O'Brien", "O\\X\\Brien\\Z99\\"),
        "hl7-batch": f"FHS|^~\\&|EMR\rBHS|^~\\&|EMR\r{HL7}\rBTS|12\rFTS|1",
        "x12-claim": "ISA*00*          *00*          *ZZ*A*ZZ*B*261116*0815*^*00501*1*0*P*:~ST*837*1~NM1*IL*1*DOE*ANN~",
        "yaml": "".join(f"- mrn: {p.mrn}\n  last: {p.last}\n" for p in FEW),
        "toml": "".join(f'[p{p.mrn}]\nlast = "{p.last}"\n' for p in FEW),
        "ini": "[patients]\ncount=12\n",
        "log": "".join(f"2026-11-16T08:15:0{n % 10}Z INFO worker[{n}]: done, in {n} ms\n" for n in range(60)),
        "rtf": "{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}\\f0 " + text().replace("\r\n", "\\par\n") + "}",
        "postscript": "%!PS-Adobe-3.0\n(Hi) show\n",
        "python": "import os\nfor name, value in os.environ.items():\n    print(name, value)\n",
        "shell": '#!/bin/sh\nrm -rf "$HOME"/x, y, z\n',
        "prose": "The quick brown fox, it is said, jumps over the lazy dog.\nAnd then, having jumped, it rests.\n" * 20,
        "poem-without-commas": "Roses are red\nViolets are blue\n" * 20,
        "calendar": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201T091500\nEND:VEVENT\nEND:VCALENDAR\n",
        "pem": "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 90 + "\n-----END CERTIFICATE-----\n",
        "excel-2003-xml": spreadsheet_2003,
        "sylk": 'ID;PWXL;N;E\nC;Y1;X1;K"MRN"\nC;Y1;X2;K"Last"\nC;Y2;X1;K204117\nE\n',
        "dif": 'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\nDATA\n0,0\n""\nEOD\n',
        "price-list": "Item,Price,Stock\nDrops,9.99,4\nLenses,19.99,2\n" * 9,
        "access-log": '127.0.0.1 - - [16/Nov/2026:08:15:00 +0000] "GET / HTTP/1.1" 200 12\n' * 40,
        "ledger-with-dates": "Date,Account,Amount\n" + "".join(f"{w.us(p.born_on)},{p.mrn},{n}.00\n" for n, p in enumerate(FEW)),
        "staff-list": "Employee,Department,Hired\n" + "".join(f"{p.first} {p.last},Billing,{w.us(p.born_on)}\n" for p in FEW),
    },
)
hostiles(
    "foreign-named-xls",
    {"html-table": HTML, "excel-2003-xml": spreadsheet_2003, "sign-in-page": "<html>Sign in</html>"},
    file_name="report.xls",
)
