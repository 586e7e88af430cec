"""Files cut short, and quotes that are never closed."""

import random

from tests.imports.layouts.layout import delimited
from tests.imports.layouts.people import PEOPLE

from .registry import FEW, hostile, rows, text

WHOLE = text().encode()
QUOTED = delimited(rows(), quoting=1)


def register_cuts():
    """Cut at seeded places, and at the places that hurt."""
    chance = random.Random(77)
    for place in sorted(chance.sample(range(1, len(WHOLE)), 14)):
        hostile(f"cut-at-byte-{place}", WHOLE[:place])
    quoted = {
        "in-the-header": QUOTED[:30],
        "after-the-header": QUOTED[: QUOTED.index(b"\r\n") + 2],
        "between-cr-and-lf": QUOTED[: QUOTED.rindex(b"\r\n", 0, len(QUOTED) - 2) + 1],
        "in-a-quoted-cell": QUOTED[: QUOTED.index(b"Castro") + 3],
        "after-an-opening-quote": QUOTED[: QUOTED.index(b'"Castro') + 1],
        "in-a-character": QUOTED[: QUOTED.index("ü".encode()) + 1],
        "in-a-quoted-newline": QUOTED + b'"204999","Line\n',
        "before-the-last-byte": QUOTED.rstrip()[:-1],
    }
    for name, content in quoted.items():
        hostile(f"cut-{name}", content)
    wide = text().encode("utf-16")
    for place in (1, 2, 3, 101, len(wide) // 2, len(wide) - 1):
        hostile(f"cut-utf-16-at-byte-{place}", wide[:place])


def open_quote(line, cell, *, inside):
    """The list with one quote that nothing closes, at the start of a cell or inside it."""
    lines = [list(map(str, row)) for row in rows()]
    content = lines[line][cell]
    lines[line][cell] = f'{content[:1]}"{content[1:]}' if inside else f'"{content}'
    return "".join(",".join(row) + "\r\n" for row in lines)


def register_quotes():
    """Whoever stands in another line must come in: one broken row never swallows the next."""
    assert not any("," in cell for row in rows() for cell in row)
    for line in (1, 4, 11, 12):
        for cell in (0, 1, 4, 6, 9, 13):
            others = {person.mrn for place, person in enumerate(FEW, 1) if place != line}
            name = f"open-quote-line-{line}-cell-{cell}"
            hostile(name, open_quote(line, cell, inside=False), survivors=others)
    for line, cell in ((1, 1), (5, 9), (12, 13), (7, 2)):
        hostile(f"quote-inside-line-{line}-cell-{cell}", open_quote(line, cell, inside=True), survivors={p.mrn for p in FEW})
    for cell in (0, 4, 13):
        hostile(f"open-quote-in-the-header-cell-{cell}", open_quote(0, cell, inside=False))


register_cuts()
register_quotes()
hostile("open-quotes-in-every-line", "".join(f'"{",".join(row)}\r\n' for row in rows()))
hostile("quotes-doubled-everywhere", text().replace(",", '"",""'))
hostile(
    "quotes-nested-deep", text() + '204990,"' + '""' * 5000 + '",Nest,,01/02/1950,F,,,,,,,,\r\n', survivors={p.mrn for p in FEW}
)
hostile("quotes-escaped-by-backslash", "\r\n".join(",".join(f'"{cell}\\""' for cell in row) for row in rows()))
hostile("quotes-typographic", text().replace("O'Brien", "“O’Brien”").replace("Jennifer", "„Jennifer“"))
hostile("quotes-single", "\r\n".join(",".join(f"'{cell}'" for cell in row) for row in rows(PEOPLE[1:9])))
hostile("quotes-alone", '"\r\n' * 40)
hostile("quotes-odd-number", text() + '"""""""\r\n')
hostile("quote-open-at-the-very-end", text() + '"', survivors={p.mrn for p in FEW})
hostile("quotes-then-text", text().replace("Miami", '"Mi"ami'), survivors={p.mrn for p in FEW})
