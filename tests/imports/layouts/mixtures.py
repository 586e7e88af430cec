"""Layouts thrown together by a seed: each mixes header names, dates, phones, names, delimiters and what stands around."""

import random

from . import writing as w
from .layout import Export, delimited, figures, initialed, last_visit, layout, phones, stored, table, upcoming
from .people import EVERYBODY, PEOPLE

HEADERS = {
    "mrn": [
        "MRN",
        "Chart #",
        "Acct No",
        "Patient ID",
        "Med Rec Nbr",
        "Account Number",
        "pt_id",
        "Patient MRN",
        "Chart No",
        "Mr#",
    ],
    "name": ["Patient Name", "Name", "Pt Name", "Patient", "PATIENT NAME", "Patient Full Name", "patient_name"],
    "last": ["Last Name", "LAST", "Surname", "Pt Last Name", "last_nm", "Patient Last", "LastName", "Family Name"],
    "first": ["First Name", "FIRST", "Given Name", "Pt First Name", "first_nm", "Patient First", "FirstName", "Forename"],
    "born_on": ["DOB", "Birth Date", "Date of Birth", "Birthdate", "Pt DOB", "D.O.B.", "BirthDt", "date_of_birth", "Birthday"],
    "sex": ["Sex", "Gender", "M/F", "Pt Sex", "patient_gender", "Birth Sex"],
    "home": ["Home Phone", "Home Ph", "Phone (Home)", "Home Phone #", "home_phone", "Home Tel", "Hm Phone"],
    "mobile": ["Cell Phone", "Mobile", "Cell", "Mobile Phone #", "Phone (Cell)", "mobile_no", "Cell #"],
    "email": ["Email", "E-mail Address", "EMAIL", "Patient Email", "email_addr", "E Mail"],
    "city": ["City", "Patient City", "CITY", "Town"],
    "state": ["State", "ST", "Patient State", "state_cd"],
    "zip_code": ["Zip", "Zip Code", "Postal Code", "ZIP CODE", "zip_cd", "Zip/Postal"],
    "last_visit": ["Last Visit", "Last Visit Date", "Last Seen", "Last Exam Date", "Date Last Seen", "last_dos"],
    "next_on": ["Next Visit", "Next Appt", "Next Appointment Date", "Next Appt Date", "next_visit_dt"],
}
DATES = {
    "us": w.us,
    "short": w.short,
    "iso": w.iso,
    "dashed": w.dashed,
    "worded": w.worded,
    "two-digit": w.two_digit,
    "dotted": lambda on: on.strftime("%d.%m.%Y") if on else "",
    "slashed-iso": lambda on: on.strftime("%Y/%m/%d") if on else "",
    "month-name": lambda on: on.strftime("%d-%b-%Y") if on else "",
    "midnight": lambda on: f"{w.us(on)} 12:00:00 AM" if on else "",
    "serial": w.serial,
}
PHONES = [w.brackets, w.hyphens, w.slashed, w.gaping, w.dialed, w.dotted, str]
FILLERS = {
    "Balance": lambda p: f"{int(p.mrn) % 400}.50",
    "Insurance": lambda p: ("Aetna", "Humana Gold Plus", "Self Pay")[int(p.mrn) % 3],
    "PCP": lambda p: "Rivera, Carmen MD",
    "Age": lambda p: str(2026 - p.born_on.year),
    "Recall Reason": lambda p: "Annual exam",
    "Marital Status": lambda p: "M",
    "Fax": lambda p: "",
    "Race": lambda p: "Declined",
}
TITLES = ["Recall List", "Bayview Eye Associates", "Printed 11/16/2026 8:15 AM", "Phone: (305) 555-0100", "Provider: All", "",
          "Date range: 01/01/2024 - 11/16/2026", "User: mlopez", "Report ID: 88123"]  # fmt: skip


def _columns(chance, date):
    """Header → cell, in a seeded order, and whether names stand in one cell."""
    phone = chance.choice(PHONES)
    together, capitals = chance.random() < 0.5, chance.random() < 0.4
    case = str.upper if capitals else str
    cells = {
        "mrn": lambda p: p.mrn,
        "born_on": lambda p: date(p.born_on),
        "sex": chance.choice([lambda p: p.sex or "U", lambda p: w.sex_word(p.sex)]),
        "home": lambda p: phone(p.home),
        "mobile": lambda p: phone(p.mobile),
        "email": lambda p: p.email,
        "city": lambda p: case(p.city),
        "state": lambda p: p.state,
        "zip_code": chance.choice([lambda p: p.zip_code, lambda p: p.zip_code.lstrip("0"), lambda p: f"{p.zip_code}-0001"]),
        "last_visit": lambda p: date(p.last_visit),
        "next_on": lambda p: date(p.next_on),
    }
    if together:
        cells["name"] = lambda p: case(w.inverted(p))
    else:
        cells |= {"last": lambda p: case(p.last), "first": lambda p: case(p.first)}
    named = [(chance.choice(HEADERS[field]), cell) for field, cell in cells.items()]
    named += chance.sample(sorted(FILLERS.items()), chance.randint(0, 4))
    chance.shuffle(named)
    assert len(dict(named)) == len(named)
    return dict(named), together


def _around(chance, lines, count):
    """Title lines above, section rows between, totals below; each where the seed says so."""
    header, *body = lines
    if chance.random() < 0.4:
        cut = sorted(chance.sample(range(1, len(body)), 2))
        parts = [body[: cut[0]], body[cut[0] : cut[1]], body[cut[1] :]]
        body = [row for n, part in enumerate(parts) for row in ([f"Provider: Dr. {('Rivera', 'Feldman', 'Chandra')[n]}"], *part)]
    above = [[title] if title else [] for title in TITLES[: chance.choice([0, 0, 1, 3, 9])]]
    below = chance.choice([[], [], [[], [f"Total Patients: {count}"]], [["Total", str(count)], ["Page 1 of 1"]]])
    return [*above, header, *body, *below]


def _register(seed):
    @layout(f"mixture-{seed}")
    def make():
        chance = random.Random(9000 + seed)
        encoding = chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"])
        people = PEOPLE if encoding == "cp1252" else EVERYBODY
        columns, together = _columns(chance, DATES[sorted(DATES)[seed % len(DATES)]])
        lines = _around(chance, table(columns, people), len(people))
        content = delimited(
            lines,
            delimiter=chance.choice(",,\t;|"),
            encoding=encoding,
            eol=chance.choice(["\r\n", "\n"]),
            quoting=chance.choice([0, 0, 1]),
        )
        names = {"given": initialed} if together else {"given": lambda p: p.first}
        return Export(
            files=((chance.choice(["list.csv", "EXPORT.TXT", "report"]), content),),
            figures=figures(people),
            stored=stored(
                people,
                "mrn last born_on sex email city state zip_code",
                **names,
                phones=phones(home="HOME", mobile="MOBILE"),
                visits=last_visit,
                appointments=upcoming,
            ),
        )


for seed in range(33):
    _register(seed)
