"""NextGen and Synthea."""

from . import writing as w
from .layout import Export, constant, delimited, figures, layout, phones, stored, table
from .people import EVERYBODY, PEOPLE


def _nextgen(date):
    columns = {
        "person_nbr": lambda p: f"{int(p.mrn) + 500_000:012d}",
        "med_rec_nbr": lambda p: f"{p.mrn:0>12}",
        "last_name": lambda p: p.last,
        "first_name": lambda p: p.first,
        "middle_name": lambda p: p.middle,
        "date_of_birth": lambda p: date(p.born_on),
        "sex": lambda p: p.sex or "U",
        "home_phone": lambda p: p.home,
        "cell_phone": lambda p: p.mobile,
        "email_address": lambda p: p.email,
        "zip": lambda p: p.zip_code,
        "first_office_enc_date": lambda p: date(p.last_visit) if p.last_visit else "",
        "last_office_enc_date": lambda p: date(p.last_visit) if p.last_visit else "",
        "next_office_enc_date": lambda p: date(p.next_on) if p.next_on else "",
    }
    return Export(
        files=(("recall_universe.csv", delimited(table(columns, EVERYBODY))),),
        figures=figures(EVERYBODY),
        stored=stored(
            EVERYBODY,
            "last first middle born_on sex email zip_code",
            mrn=lambda p: f"{p.mrn:0>12}",
            phones=phones(home="HOME", mobile="MOBILE"),
            visits=lambda p: frozenset(p.visits[:1]),
            appointments=lambda p: frozenset({(p.next_on, "SCHEDULED")} if p.next_on else ()),
        ),
    )


@layout("nextgen-days-without-separators")
def nextgen_compact():
    return _nextgen(lambda on: on.strftime("%Y%m%d"))


@layout("nextgen-days-with-midnight")
def nextgen_midnight():
    return _nextgen(lambda on: f"{on} 00:00:00.000")


def identifier(person):
    return f"{person.mrn}ab-0c1d-4e2f-8a3b-{int(person.mrn):012x}"


DEAD = {PEOPLE[3].mrn, PEOPLE[16].mrn}


def _synthea_people(*, date, head, place):
    columns = {
        head: identifier,
        "BIRTHDATE": lambda p: date(p.born_on),
        "DEATHDATE": lambda p: date(p.visits[0].replace(year=2026, month=3)) if p.mrn in DEAD and p.visits else "",
        "SSN": w.ssn,
        "DRIVERS": lambda p: f"S999{p.mrn[-4:]}",
        "PASSPORT": lambda p: f"X{p.mrn}01X",
        "PREFIX": constant("Ms."),
        "FIRST": lambda p: f"{p.first}{p.mrn[-3:]}",
        "LAST": lambda p: f"{p.last}{p.mrn[-3:]}",
        "SUFFIX": constant(""),
        "MAIDEN": constant(""),
        "MARITAL": constant("M"),
        "RACE": constant("white"),
        "ETHNICITY": constant("nonhispanic"),
        "GENDER": lambda p: p.sex,
        "BIRTHPLACE": constant("Boston  Massachusetts  US"),
        "ADDRESS": lambda p: p.street,
    }
    return table(columns | place, EVERYBODY)


# What is made of the digits in Freeman822 is left open: names are not compared.
SYNTHEA = {"mrn": identifier, "numbers": lambda p: frozenset(), "deceased": lambda p: p.mrn in DEAD and bool(p.visits)}
SYNTHEA_EXPORT = {"refused": frozenset({"SSN"}), "secrets": tuple(w.ssn(p) for p in EVERYBODY)}
STATES = {"FL": "Florida", "MA": "Massachusetts", "TX": "Texas", "IL": "Illinois", "AZ": "Arizona", "NJ": "New Jersey",
          "WA": "Washington", "NY": "New York"}  # fmt: skip


@layout("synthea-2019")
def synthea_old():
    rows = _synthea_people(date=w.iso, head="ID", place={})
    return Export(
        files=(("patients.csv", delimited(rows, eol="\n")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "born_on sex", **SYNTHEA),
        **SYNTHEA_EXPORT,
    )


def _synthea_new(date):
    place = {
        "CITY": lambda p: p.city,
        "STATE": lambda p: STATES[p.state],
        "COUNTY": constant("Suffolk County"),
        "ZIP": lambda p: p.zip_code.lstrip("0"),
        "LAT": constant("42.35"),
        "LON": constant("-71.05"),
        "HEALTHCARE_EXPENSES": constant("271227.08"),
        "HEALTHCARE_COVERAGE": constant("1334.88"),
    }
    return _synthea_people(date=date, head="Id", place=place)


@layout("synthea-later-lost-zero-in-zip")
def synthea_new():
    return Export(
        files=(("patients.csv", delimited(_synthea_new(w.iso), eol="\n")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "born_on sex state zip_code", **SYNTHEA),
        **SYNTHEA_EXPORT,
    )


@layout("synthea-derived-day-first")
def synthea_day_first():
    return Export(
        files=(("patients.csv", delimited(_synthea_new(w.day_first), eol="\n")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "born_on sex state zip_code", **SYNTHEA),
        **SYNTHEA_EXPORT,
    )


@layout("synthea-patients-then-encounters")
def synthea_encounters():
    head = ["Id", "START", "STOP", "PATIENT", "ORGANIZATION", "PROVIDER", "PAYER", "ENCOUNTERCLASS", "CODE", "DESCRIPTION",
            "BASE_ENCOUNTER_COST"]  # fmt: skip
    rows = [
        [f"e{on.toordinal()}-0000-4e2f-8a3b-{int(p.mrn):012x}", f"{on}T15:30:00Z", f"{on}T15:45:00Z", identifier(p),
         "0b1c0000-aaaa-4e2f-8a3b-000000000001", "0b1c0000-aaaa-4e2f-8a3b-000000000002", "0b1c0000-aaaa-4e2f-8a3b-000000000003",
         "ambulatory", "185349003", "Encounter for check up", "129.16"]
        for p in EVERYBODY
        for on in p.visits
    ]  # fmt: skip
    patients, encounters = (delimited(lines, eol="\n") for lines in (_synthea_new(w.iso), [head, *rows]))
    return Export(
        files=(("patients.csv", patients), ("encounters.csv", encounters)),
        figures={"rows": len(rows), "create": 0, "rejected": 0, "skipped": 0, "duplicate": 0},
        stored=stored(EVERYBODY, "born_on", **SYNTHEA, seen=lambda p: frozenset(p.visits)),
        secrets=SYNTHEA_EXPORT["secrets"],
    )
