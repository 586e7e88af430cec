"""Every way to muddle a date of birth or of a visit."""

from tests.imports.layouts import writing as w

from .registry import FEW, hostiles, rows, with_cells

US = [w.us(p.born_on) for p in FEW]
MUDDLES = {
    "orders-mixed": ["03/14/1950", "14/03/1950", "1950-03-14", "14.03.1950"],
    "ambiguous-throughout": ["03/04/1950", "05/06/1961", "01/02/1972", "11/12/1983"],
    "day-first-and-month-first-in-turn": ["25/03/1950", "03/25/1950"],
    "impossible-days": ["02/30/1950", "04/31/1961", "13/13/1972", "00/10/1983"],
    "thirteen-thirteen-thirteen": ["13/13/13"],
    "year-0": ["01/02/0000", "0000-01-02"],
    "year-9999": ["12/31/9999", "9999-12-31"],
    "year-10000": ["01/01/10000", "10000-01-01"],
    "all-zeros": ["0000-00-00", "00/00/0000", "00000000"],
    "negative-serials": ["-1", "-40000", "-1.5"],
    "tiny-serials": ["0", "1", "59", "60", "61"],
    "huge-serials": ["99999999", "1e308", "2958466"],
    "serials-and-dates-mixed": ["22962", "03/14/1950", "31444.5", "1961-05-06"],
    "epochs": ["-623376000", "-623376000000", "1700000000"],
    "future": ["11/18/2026", "01/01/2050", "2101-01-01"],
    "long-ago": ["01/01/1066", "01/01/1753", "12/31/1899"],
    "two-digit-years": ["03/14/50", "03/14/26", "03/14/27", "03/14/00"],
    "years-alone": ["1950", "1961"],
    "months-alone": ["05/1950", "1950-05"],
    "one-digit-years": ["3/4/5", "1/2/3"],
    "no-separators": ["03141950", "19500314", "31450"],
    "odd-separators": ["03|14|1950", "03\\14\\1950", "03 14 1950", "03_14_1950"],
    "full-width-digits": ["０３/１４/１９５０"],
    "arabic-digits": ["٠٣/١٤/١٩٥٠"],
    "superscripts": ["⁰³/¹⁴/¹⁹⁵⁰", "①②/③"],
    "roman-months": ["14 III 1950"],
    "spanish-months": ["14 de marzo de 1950", "14-ene-1950"],
    "iso-weeks-and-day-numbers": ["1950-W11-2", "1950-073"],
    "times": ["24:00", "25:61:61", "10:15 AM"],
    "zones": ["1950-03-14T23:30:00-11:00", "1950-03-14T00:30:00+14:00", "1950-03-14T00:00:00Z"],
    "leap-days": ["02/29/1951", "02/29/1900", "02/29/1952"],
    "two-in-a-cell": ["03/14/1950 - 05/06/1961", "03/14/1950;05/06/1961"],
    "words": ["yesterday", "Q3 1950", "unknown", "circa 1950", "deceased"],
    "thousand-digits": ["1" * 1000, "03/14/" + "9" * 1000],
    "signs": ["+03/14/1950", "03/-14/1950", "--"],
    "quotes-inside": ["03/14/'50", '03/14/""50'],
}
hostiles("birthdays", {name: (lambda cells=cells: with_cells("Date of Birth", cells)) for name, cells in MUDDLES.items()})
hostiles("visits", {name: (lambda cells=cells: with_cells("Last Visit", cells)) for name, cells in MUDDLES.items()})


def booked(cells):
    """Appointments of the people, on the days given."""
    lines = [["MRN", "Last Name", "First Name", "DOB", "Appt Date", "Appt Time", "Appt Status"]]
    times = ["9:15 AM", "25:61", "", "noon", "00:00:00.000", "-1:30"]
    for place, p in enumerate(FEW):
        lines.append([p.mrn, p.last, p.first, w.us(p.born_on), cells[place % len(cells)], times[place % 6], "Scheduled"])
    return lines


hostiles(
    "bookings",
    {
        name: (lambda cells=MUDDLES[name]: booked(cells))
        for name in (
            "orders-mixed",
            "impossible-days",
            "year-9999",
            "year-10000",
            "negative-serials",
            "huge-serials",
            "zones",
            "words",
        )
    },
)
hostiles(
    "some-birthdays",
    {
        "one-impossible": lambda: with_cells("Date of Birth", [*US[:-1], "13/45/1980"]),
        "day-first-in-the-last-row": lambda: with_cells("Date of Birth", ["03/04/1950"] * 11 + ["25/03/1950"]),
        "all-blank": lambda: with_cells("Date of Birth", [""]),
        "half-blank": lambda: with_cells("Date of Birth", [*US[:6], ""]),
        "same-for-all": lambda: with_cells("Date of Birth", ["01/01/1901"]),
        "in-the-visit-column": lambda: [[*row[:4], row[13], *row[5:13], row[4]] for row in rows()],
    },
)
