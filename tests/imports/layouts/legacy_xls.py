"""The .xls of Excel 97: BIFF8 records in an OLE2 container, no more of either than a small list needs."""

import struct
from datetime import date

from . import lists, plain
from . import writing as w
from .layout import Export, figures, layout, stored, upcoming
from .people import EVERYBODY, PEOPLE
from .workbooks import typed_rows

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
GENERAL, DATE = 0, 1


def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def start(kind):
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def cell(row, column, value):
    if value in ("", None):
        return b""
    if isinstance(value, date):
        return record(0x0203, struct.pack("<HHHd", row, column, DATE, float(w.serial(value))))
    if isinstance(value, int | float):
        return record(0x0203, struct.pack("<HHHd", row, column, GENERAL, value))
    return record(0x0204, struct.pack("<HHHHB", row, column, GENERAL, len(value), 1) + value.encode("utf-16-le"))


def stream(rows):
    """The Workbook stream of one sheet."""
    formats = b"".join(record(0x00E0, struct.pack("<HH", 0, number).ljust(20, b"\0")) for number in (0, 14))
    name = b"Report"
    head = start(0x0005) + record(0x0042, struct.pack("<H", 1200)) + formats
    listed = len(record(0x0085, b"\0" * 8 + name))
    offset = len(head) + listed + len(record(0x000A))
    sheet = record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    cells = b"".join(cell(line, place, value) for line, row in enumerate(rows) for place, value in enumerate(row))
    return head + sheet + record(0x000A) + start(0x0010) + record(0x0200, size) + cells + record(0x000A)


def entry(name, kind, child, first, size):
    """A directory entry: name, object type, child, first sector and size."""
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + b"\0" * 36 + struct.pack("<IQ", first, size)


def xls(rows):
    content = stream(rows)
    content += b"\0" * (max(4096, -(-len(content) // SECTOR) * SECTOR) - len(content))
    sectors = len(content) // SECTOR
    chain = [FAT, END, *range(3, sectors + 2), END]
    assert len(chain) <= SECTOR // 4
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    folder = entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, FREE, 2, len(content)) + entry("", 0, FREE, 0, 0) * 2
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    )
    return header + struct.pack("<109I", 0, *[FREE] * 108) + table + folder + content


@layout("workbook-xls-typed-cells")
def typed():
    return plain.export(xls(typed_rows()[:20]), EVERYBODY[:19], name="patients.xls")


@layout("workbook-xls-eye-care-recalls-in-sections")
def recalls():
    people = PEOPLE[:14]
    lines = [["Recall List"], ["Printed 11/16/2026"], lists.RECALL_HEAD]
    for kind, members in lists.recall_groups(people).items():
        lines += [[f"Recall Type: {kind}"], *(lists.recall_row(p) for p in members)]
    expected = figures(people, rows=sum(map(len, lists.recall_groups(people).values())))
    del expected["duplicate"]  # as in the text file: is a further recall news?
    return Export(
        files=(("Recall.xls", xls(lines)),),
        figures=expected,
        stored=stored(people, lists.RECALL_FIELDS, numbers=lists.one_number, visits=plain.last_visit, appointments=upcoming),
    )
