"""Too much of something. Made when asked for and never kept."""

from .registry import FEW, hostiles, rows, text

TEN = 10_000_000
OTHERS = {p.mrn for p in FEW}


def giant_cell(size, *, quoted, header="Address"):
    """The list with a cell of `size` characters in its sixth line."""
    lines = text().splitlines(keepends=True)
    cells = lines[5].split(",")
    place = rows()[0].index(header)
    cells[place] = '"' + "x" * size + '"' if quoted else "x" * size
    lines[5] = ",".join(cells)
    return "".join(lines)


hostiles(
    "giant",
    {
        "cell-of-10-mb": lambda: giant_cell(TEN, quoted=False),
        "quoted-cell-of-10-mb": lambda: giant_cell(TEN, quoted=True),
        "cell-of-150-kb": lambda: giant_cell(150_000, quoted=True),
        "cell-of-131073-characters": lambda: giant_cell(131_073, quoted=False),
    },
    survivors=OTHERS - {FEW[4].mrn},
)
hostiles(
    "giant",
    {
        "notes-of-10-mb-with-newlines": lambda: (
            text() + '204990,Doe,Ann,,01/02/1950,F,,,,"' + ("x" * 9998 + "\r\n") * (TEN // 10_000) + '",,,,\r\n'
        ),
        "name-of-10-mb": lambda: giant_cell(TEN, quoted=False, header="Last Name"),
        "line-of-20-mb": lambda: "x" * (2 * TEN),
        "line-of-20-mb-below-the-list": lambda: text() + "x" * (2 * TEN),
        "line-of-a-million-commas": lambda: text() + "," * 1_000_000 + "\r\n",
        "open-quote-and-10-mb": lambda: text() + '204990,"' + ("x,y" * 300 + "\r\n") * (TEN // 900),
        "five-thousand-columns": lambda: [
            rows()[0] + [f"Extra {n}" for n in range(5000)],
            *(row + ["x"] * 5000 for row in rows()[1:]),
        ],
        "five-thousand-columns-of-one-name": lambda: [
            rows()[0] + ["Phone"] * 5000,
            *(row + ["305-555-1234"] * 5000 for row in rows()[1:]),
        ],
        "five-thousand-columns-without-rows": lambda: [[f"Column {n}" for n in range(5000)]],
        "header-of-2-mb": lambda: [["MRN" + "x" * 2_000_000, *rows()[0][1:]], *rows()[1:]],
        "two-hundred-thousand-blank-lines": lambda: text() + "\r\n" * 200_000,
        "fifty-thousand-quotes-in-a-cell": lambda: text() + '204990,"' + '""' * 50_000 + '"\r\n',
        "twenty-thousand-titles": lambda: "Recall List\r\n" * 20_000 + text(),
        "twenty-thousand-sections": lambda: text() + "Recall Type: Exam\r\n" * 20_000,
    },
)
