"""Who is who: numbers used twice, secrets in odd columns, junk for phones and names."""

import unicodedata

from .registry import FEW, hostile, hostiles, rows, with_cells

# Numbers nobody has: the 900s are not given out, and the two in the middle are always 12, so that a test can find them.
SSNS = [f"900-12-{3400 + n}" for n in range(12)]
BARE = [number.replace("-", "") for number in SSNS]

hostiles(
    "secrets",
    {
        "under-other-id": lambda: with_cells("Other ID", SSNS),
        "under-notes": lambda: with_cells("Notes", [f"pt gave SSN {number}, verified" for number in SSNS]),
        "under-address": lambda: with_cells("Address", SSNS),
        "under-middle-name": lambda: with_cells("Middle Name", SSNS),
        "under-chart-number": lambda: with_cells("Chart Number", SSNS),
        "under-home-phone": lambda: with_cells("Home Phone", SSNS),
        "under-email": lambda: with_cells("Email", SSNS),
        "under-last-name": lambda: with_cells("Last Name", [f"Smith {number}" for number in SSNS]),
        "under-city": lambda: with_cells("City", [f"Miami {SSNS[0]}"]),
        "bare-under-soc": lambda: with_cells("SOC", BARE),
        "bare-under-ss-number": lambda: with_cells("S.S.#", BARE),
        "spaced-under-tin": lambda: with_cells("TIN", [number.replace("-", " ") for number in SSNS]),
        "in-one-row-alone": lambda: with_cells("Address", ["12 Oak Ave"] * 11 + [SSNS[3]]),
        "in-a-rejected-row": lambda: [*rows(), ["", "", "", "", "13/45/1980", SSNS[0], "x", "x", "", SSNS[1]]],
        "beyond-the-last-column": lambda: [*rows(), *([*row, SSNS[2]] for row in rows()[1:2])],
        "in-the-title": lambda: [[f"Report for {SSNS[5]}"], [], *rows()],
        "in-the-footer": lambda: [*rows(), [f"Printed by SSN {SSNS[6]}"]],
        "in-a-section-row": lambda: [rows()[0], [f"Guarantor: {SSNS[7]}"], *rows()[1:]],
        "in-the-header": lambda: [[*rows()[0], SSNS[8]], *([*row, "x"] for row in rows()[1:])],
        "without-a-header": lambda: [[*row, number] for row, number in zip(rows()[1:], SSNS, strict=True)],
        "in-the-only-unreadable-row": lambda: "\r\n".join(",".join(row) for row in rows()) + f'\r\n"204990,{SSNS[9]},"x"y',
    },
)
hostile("secrets-in-the-file-name", rows, file_name=f"patient {SSNS[0]}.csv")

hostiles(
    "chart-numbers",
    {
        "same-for-two-people": lambda: [*rows(), [FEW[0].mrn, "Quackenbush", "Zelda", "", "01/02/1950", "F"]],
        "same-for-everybody": lambda: with_cells("Chart Number", ["204117"]),
        "two-for-one-person": lambda: [*rows(), ["299999", *rows()[1][1:]]],
        "blank-for-everybody": lambda: with_cells("Chart Number", [""]),
        "blank-for-some": lambda: with_cells("Chart Number", [FEW[0].mrn, ""]),
        "of-500-characters": lambda: with_cells("Chart Number", [str(n) * 500 for n in range(1, 10)] + ["a", "b", "c"]),
        "with-controls": lambda: with_cells("Chart Number", [f"20\x00{n}\x1b" for n in range(12)]),
        "as-decimals": lambda: with_cells("Chart Number", [f"{p.mrn}.0" for p in FEW]),
        "scientific": lambda: with_cells("Chart Number", ["2.04E+05"]),
        "apart-by-case": lambda: with_cells("Chart Number", ["ab1", "AB1", "Ab1", "aB1"]),
        "apart-by-spaces": lambda: with_cells("Chart Number", ["ab 1", " ab 1 ", "ab  1", "ab1"]),
        "apart-by-zeros": lambda: with_cells("Chart Number", ["7", "07", "007", "0007"]),
        "apart-by-invisible-characters": lambda: with_cells(
            "Chart Number", ["204117", "204117\u200b", "\ufeff204117", "204\u00ad117"]
        ),
        "as-placeholders": lambda: with_cells("Chart Number", ["N/A", "NONE", "0", "TBD", "#N/A", "999999"]),
    },
)

JUNK = [
    "do not call",
    "none",
    "000-000-0000",
    "555-5555",
    "(999) 999-9999",
    "1234567890",
    "12",
    "+44 20 7946 0958",
    "911",
    "0",
    "305-555-12",
    "305555123456789",
    "CALL WIFE",
    "3O5-555-I234",
    "😀",
    "‪+13055551234‬",
    "٣٠٥٥٥٥١٢٣٤",
    "３０５５５５１２３４",
    "-",
    "305.555.1234 ext",
    "x" * 5000,
    "=305-555-1234",
    "1-800-FLOWERS",
    "305-555-1234" * 40,
]
hostiles(
    "phones",
    {
        "junk": lambda: with_cells("Home Phone", JUNK, FEW * 2),
        "junk-and-nothing-else": lambda: with_cells("Home Phone", JUNK[12:]),
        "same-for-everybody": lambda: with_cells("Cell Phone", ["(305) 555-1234"]),
        "ninety-nine-in-a-cell": lambda: with_cells("Home Phone", ["; ".join(f"305-555-{1300 + n}" for n in range(99))]),
        "endless-extension": lambda: with_cells("Home Phone", ["305-555-1234 x" + "9" * 400]),
    },
)

NAMES = {
    "of-10000-characters": ["N" * 10_000],
    "of-81-characters": ["N" * 81],
    "of-one-letter": ["X"],
    "of-emoji": ["😀👨‍👩‍👧", "🇺🇸"],
    "of-digits": ["12345", "0"],
    "of-marks": ["***", "...", "-", "'", ",", ",,,"],
    "of-markup": ["<script>alert(1)</script>", "<b>", "&lt;", "{{7*7}}", "{% debug %}", "${7*7}", "%(x)s", "{0.__class__}"],
    "of-sql": ["'; DROP TABLE patients_patient; --", "\\", "\\N", "\\.", "$$", "NULL", "Null", "%s", "?"],
    "of-copy-escapes": ["a\\tb", "a\\nb", "\\x00", "\\", "{1,2}", '{"a"}', "(1,2)"],
    "from-right-to-left": ["\u202eaicraG\u202c", "גרסיה", "\u2067Garcia\u2069", "\u200fGarcia"],
    "with-zero-width": ["Gar\u200bcia", "Gar\u200dcia", "\ufeffGarcia", "Gar\u00adcia", "\u2060Garcia"],
    "with-controls": ["Gar\x07cia", "Gar\x08\x08cia", "\x1b[31mGarcia", "Gar\x7fcia", "Gar\x0bcia", "Gar\x1fcia", "Gar\x9bcia"],
    "with-nul": ["Gar\x00cia", "\x00", "Garcia\x00"],
    "with-newlines": ["Gar\ncia", "Gar\r\ncia", "\nGarcia", "Gar\u2028cia", "Gar\x85cia"],
    "with-tabs": ["Gar\tcia", "\tGarcia"],
    "with-combining-marks": ["Z" + "\u0301\u0327\u0336" * 300],
    "decomposed": [unicodedata.normalize("NFD", "Müller-Núñez")],
    "decomposed-and-composed-of-one-person": ["Müller", unicodedata.normalize("NFD", "Müller")],
    "full-width": ["Ｇａｒｃｉａ", "Gar\u3000cia"],
    "ligatures": ["ﬁscher", "ǅordić", "ẞ", "İnan", "ıŞIK"],
    "of-spaces": ["\u00a0", "\u2003", " "],
}
hostiles("names", {name: (lambda cells=cells: with_cells("Last Name", cells)) for name, cells in NAMES.items()})
hostiles(
    "first-names",
    {
        name: (lambda cells=NAMES[name]: with_cells("First Name", cells))
        for name in ("of-10000-characters", "with-nul", "with-controls", "of-spaces")
    },
)
hostiles(
    "cells",
    {
        "emails": lambda: with_cells(
            "Email",
            [
                "a@b",
                "@",
                "x" * 1000 + "@example.com",
                "a@example.com\r\nBcc: b@example.com",
                "a b@example.com",
                "ä@exämple.com",
                '"a b"@example.com',
                "a@example.com;b@example.com",
            ],
        ),
        "states": lambda: with_cells("State", ["XX", "Florida!", "12", "FL\x00", "Puerto Rico", "Ontario", "f" * 3000]),
        "zips": lambda: with_cells("Zip", ["00000", "1", "99999-9999", "ABCDE", "33125-", "SW1A 1AA", "-2108", "2" * 3000]),
        "sexes": lambda: with_cells("Gender", ["Q", "1", "female?", "M/F", "♀", "f" * 3000]),
        "statuses": lambda: [
            [*row, "Appt Date" if not n else "12/01/2026", "Status" if not n else ["??", "x" * 3000, "\x00", "Zombie"][n % 4]]
            for n, row in enumerate(rows())
        ],
        "languages": lambda: with_cells("Preferred Language", ["Klingon", "xx", "en;es", "\ufffd", "l" * 3000]),
        "cities": lambda: with_cells("City", ["C" * 3000, "Mi\x00ami", "\ufffd", "Miami\ufffdBeach"]),
        "replacement-characters": lambda: with_cells("Last Name", ["M\ufffdller", "\ufffd\ufffd", "Garc\ufffda"]),
        "one-replacement-character": lambda: with_cells("Last Name", [*(p.last for p in FEW[:11]), "D\ufffdAngelo"]),
    },
)
hostiles(
    "people",
    {
        "twins": lambda: [
            *rows(),
            ["299991", "Doe", "Ann", "", "01/02/1990", "F", "(305) 555-1300"],
            ["299992", "Doe", "Amy", "", "01/02/1990", "F", "(305) 555-1300"],
        ],
        "same-twice-with-other-dates-of-birth": lambda: [*rows(), [*rows()[1][:4], "01/02/1950", *rows()[1][5:]]],
        "same-twice-with-other-phones": lambda: [*rows(), [*rows()[1][:6], "(305) 555-9876", *rows()[1][7:]]],
        "without-chart-numbers-alike": lambda: [row[1:] for row in [*rows(), *rows()[1:]]],
        "first-and-last-swapped-in-some": lambda: [
            [row[0], row[2], row[1], *row[3:]] if n % 2 and n else row for n, row in enumerate(rows())
        ],
    },
)
