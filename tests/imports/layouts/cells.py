"""Odd cells: dates, phones, names and codes as hospitals write them."""

from dataclasses import replace
from datetime import date

from . import plain
from . import writing as w
from .layout import Export, appointments, booked, booking_table, constant, delimited, figures, layout, stored, table
from .people import EVERYBODY


@layout("cells-two-digit-years")
def two_digit_years():
    return plain.export(plain.rows(date=w.two_digit))


@layout("cells-day-first-beyond-doubt")
def day_first():
    assert any(p.born_on.day > 12 for p in EVERYBODY)
    return plain.export(plain.rows(date=w.day_first))


@layout("cells-day-first-with-dots")
def day_first_dots():
    return plain.export(plain.rows(date=lambda on: on.strftime("%d.%m.%Y") if on else ""))


@layout("cells-months-in-words")
def worded():
    return plain.export(plain.rows(date=w.worded))


@layout("cells-months-in-words-day-first")
def worded_day_first():
    return plain.export(plain.rows(date=lambda on: on.strftime("%d-%b-%Y").upper() if on else ""))


@layout("cells-month-first-with-dashes")
def dashes():
    return plain.export(plain.rows(date=w.dashed))


@layout("cells-iso-with-midnight")
def midnight():
    return plain.export(plain.rows(date=lambda on: f"{on}T00:00:00" if on else ""))


@layout("cells-excel-serials")
def serials():
    return plain.export(plain.rows(date=w.serial))


@layout("cells-null-dates-of-open-dental")
def null_dates():
    return plain.export(plain.rows(Last_Visit=lambda p: w.iso(p.last_visit) or "0001-01-01"))


@layout("cells-nothing-written-in-words")
def nothings():
    """NULL, N/A and the like say that there is nothing."""
    words = ("NULL", "N/A", "none", "-", "")

    def nothing(cell):
        return lambda p: cell(p) or words[int(p.mrn) % 5]

    columns = plain.columns()
    return plain.export(
        table(
            columns | {name: nothing(columns[name]) for name in ("Email", "Last Visit", "Cell Phone", "Middle Name")}, EVERYBODY
        )
    )


@layout("cells-zip-without-its-zero-and-zip-plus-4")
def zips():
    def cell(p):
        return (p.zip_code.lstrip("0"), f"{p.zip_code}-1234", f"{p.zip_code}1234".lstrip("0"), f"{p.zip_code}.0".lstrip("0"))[
            int(p.mrn) % 4
        ]

    return plain.export(plain.rows(Zip=cell))


@layout("cells-placeholder-addresses")
def placeholder_addresses():
    words = ("same", "on file", "homeless", "refused")
    rows = plain.rows(Address=lambda p: words[int(p.mrn) % 4] if int(p.mrn) % 3 == 0 else p.street)
    expect = plain.as_stored(fields=plain.FIELDS, has_address=lambda p: int(p.mrn) % 3 != 0)
    return plain.export(rows, expect=expect)


@layout("cells-last-comma-first-middle")
def inverted():
    columns = {
        "MRN": lambda p: p.mrn,
        "Patient": w.inverted,
        "DOB": lambda p: w.us(p.born_on),
        "Home #": lambda p: w.brackets(p.home),
    }
    expect = stored(EVERYBODY, "mrn last born_on", given=lambda p: f"{p.first} {p.middle[:1]}".strip(),
                    phones=plain.phones(home="HOME"))  # fmt: skip
    return plain.export(table(columns, EVERYBODY), expect=expect)


@layout("cells-first-middle-last")
def direct():
    """Without a comma a double name could be parted in several ways: those people are not in this file."""
    people = [p for p in EVERYBODY if " " not in p.first + p.last]
    columns = {
        "MRN": lambda p: p.mrn,
        "Patient Name": lambda p: " ".join(part for part in (p.first, p.middle[:1], p.last) if part),
        "DOB": lambda p: w.us(p.born_on),
    }
    return plain.export(
        table(columns, people), people, expect=stored(people, "mrn last first born_on", middle=lambda p: p.middle[:1])
    )


@layout("cells-all-capitals")
def capitals():
    upper = {name: (lambda p, cell=cell: cell(p).upper()) for name, cell in plain.columns().items()}
    return plain.export(table(upper, EVERYBODY), expect=plain.as_stored(
        fields="mrn last first born_on sex email state zip_code", middle=lambda p: p.middle))  # fmt: skip


@layout("cells-codes-with-labels")
def codes():
    words = {"KEPT": "3 : Checked Out", "NO_SHOW": "NS : No Show", "CANCELLED": "CAN : Cancelled",
             "RESCHEDULED": "RS : Rescheduled", "SCHEDULED": "SCH : Scheduled"}  # fmt: skip
    columns = {
        "Account": lambda p, b: p.mrn,
        "Patient Last": lambda p, b: p.last,
        "Patient First": lambda p, b: p.first,
        "Birth Date": lambda p, b: w.us(p.born_on),
        "Sex": lambda p, b: {"F": "F : Female", "M": "M : Male", "X": "X : Other", "": "U : Unknown"}[p.sex],
        "Appt Date": lambda p, b: w.us(b.on),
        "Appt Time": lambda p, b: w.clock(b.at),
        "Appt Type": lambda p, b: "FU : Follow Up",
        "Appt Status": lambda p, b: words[b.status],
    }
    return Export(
        files=(("appointments.csv", delimited(booking_table(columns, EVERYBODY))),),
        figures=booked(EVERYBODY),
        stored=stored(EVERYBODY, "mrn last first born_on sex", appointments=appointments),
    )


@layout("cells-impossible-in-a-few-rows")
def impossible():
    """A birthday that cannot be is rejected with its row; the rest comes in."""
    bad = {EVERYBODY[4].mrn: "13/45/1980", EVERYBODY[9].mrn: "02/30/1971", EVERYBODY[15].mrn: "not a date"}
    good = [p for p in EVERYBODY if p.mrn not in bad]
    rows = plain.rows(Date_of_Birth=lambda p: bad.get(p.mrn) or w.us(p.born_on))
    return Export(
        files=(("patients.csv", delimited(rows)),),
        figures=figures(good, rows=len(EVERYBODY), rejected=3),
        stored=plain.as_stored(good),
    )


@layout("cells-test-patients")
def test_patients():
    header, *body = plain.rows()
    made_up = [replace(EVERYBODY[0], mrn=f"99999{n}", last=last, first=first, born_on=date(1901, 1, 1), home="", mobile="",
                       email="") for n, (last, first) in enumerate([("TEST", "PATIENT"), ("ZZTEST", "DUMMY")])]  # fmt: skip
    lines = [header, *body, *table(plain.columns(), made_up)[1:]]
    export = plain.export(lines, counts={"rows": len(EVERYBODY) + 2, "skipped": 2})
    del export.figures["patients"]
    return export


@layout("cells-insurance-and-government-numbers")
def refused():
    secret = {"Medicare ID": "1EG4-TE5-MK73", "Passport No": "X12345678"}
    columns = plain.columns() | {
        "Social Security #": w.ssn,
        "Patient Soc Sec": lambda p: w.ssn(p).replace("-", ""),
        "Medicare ID": constant(secret["Medicare ID"]),
        "Driver's License": lambda p: f"F{p.mrn}88123",
        "Credit Card Number": constant("4111 1111 1111 1111"),
    }
    return plain.export(
        table(columns, EVERYBODY),
        refused=frozenset({"Social Security #", "Patient Soc Sec", "Medicare ID", "Credit Card Number"}),
        secrets=(
            *(w.ssn(p) for p in EVERYBODY),
            *(w.ssn(p).replace("-", "") for p in EVERYBODY),
            "1EG4-TE5-MK73",
            "4111 1111 1111 1111",
        ),
    )


@layout("cells-ssn-under-an-innocent-name")
def hidden_ssn():
    columns = plain.columns() | {"Alt ID": w.ssn}
    return plain.export(table(columns, EVERYBODY), refused=frozenset({"Alt ID"}), secrets=tuple(w.ssn(p) for p in EVERYBODY))


@layout("cells-appointments-pivoted")
def pivoted():
    words = {
        "KEPT": "Kept",
        "NO_SHOW": "No Show",
        "CANCELLED": "Cancelled",
        "RESCHEDULED": "Rescheduled",
        "SCHEDULED": "Scheduled",
    }

    def cell(place, text):
        return lambda p: text(p.bookings[place]) if len(p.bookings) > place else ""

    columns = {name: cell_ for name, cell_ in plain.columns().items() if name != "Last Visit"}
    for place in range(3):
        columns |= {
            f"Appointment {place + 1} Date": cell(place, lambda b: w.us(b.on)),
            f"Appointment {place + 1} Time": cell(place, lambda b: w.clock(b.at)),
            f"Appointment {place + 1} Status": cell(place, lambda b: words[b.status]),
        }
    export = plain.export(
        table(columns, EVERYBODY), expect=plain.as_stored(visits=lambda p: frozenset(), appointments=appointments)
    )
    export.figures["appointments"] = booked(EVERYBODY)["appointments"]
    return export


@layout("cells-deceased-and-inactive-flags")
def flags():
    columns = plain.columns() | {
        "Deceased": lambda p: "Y" if int(p.mrn) % 9 == 0 else "N",
        "Active": lambda p: "No" if int(p.mrn) % 7 == 0 else "Yes",
    }
    expect = plain.as_stored(deceased=lambda p: int(p.mrn) % 9 == 0, inactive=lambda p: int(p.mrn) % 7 == 0)
    return plain.export(table(columns, EVERYBODY), expect=expect)


@layout("cells-status-and-canceled-date")
def canceled_date():
    """Only the date of the cancellation tells it; the status column stayed at Booked."""
    people = [p for p in EVERYBODY if p.bookings[0].status in {"CANCELLED", "SCHEDULED"}]
    people = [replace(p, bookings=p.bookings[:1]) for p in people]
    columns = {
        "MRN": lambda p, b: p.mrn,
        "Name": lambda p, b: f"{p.last}, {p.first}",
        "DOB": lambda p, b: w.us(p.born_on),
        "Appt Date/Time": lambda p, b: f"{w.us(b.on)} {w.clock(b.at)}",
        "Status": lambda p, b: "Booked",
        "Cancel Date": lambda p, b: w.us(b.on) if b.status == "CANCELLED" else "",
    }
    return Export(
        files=(("booked.csv", delimited(booking_table(columns, people))),),
        figures=booked(people),
        stored=stored(people, "mrn last born_on", given=lambda p: p.first, appointments=appointments),
    )
