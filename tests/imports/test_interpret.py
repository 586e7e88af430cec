"""Rows to records: every sample gives the numbers its description promises."""

import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from imports import mapping
from imports.interpret import Interpreter, Record, Rejection, vote
from imports.reading import open_table

DATA = Path(__file__).parent.parent / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text())
TODAY = dt.date(2026, 11, 23)


def read(content):
    table = open_table(io.BytesIO(content), limit_bytes=50_000_000)
    chosen = mapping.as_mapping(mapping.guess(table))
    formats = vote(table.header, chosen, table.rows())
    interpreter = Interpreter(table.header, chosen, formats=formats, today=TODAY, zone=ZoneInfo("America/New_York"))
    return [interpreter.read(row) for row in table.rows()]


def read_sample(name):
    return read((DATA / name).read_bytes())


def people(records):
    return {(r.mrn, r.last_name, r.first_name, r.born_on) for r in records if isinstance(r, Record) and not r.is_test}


def statuses(records):
    return Counter(visit.status.lower() for r in records if not r.is_test for visit in r.appointments)


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "patients" in EXPECTED[name]))
def test_sample_holds_the_people_it_should(name):
    rows = read_sample(name)

    assert len(people(rows)) == EXPECTED[name]["patients"]
    assert sum(isinstance(row, Rejection) for row in rows) == EXPECTED[name].get("rejected_or_flagged_rows", 0)


@pytest.mark.parametrize("name", ["athenaone_report.csv", "eclinicalworks_appointments.csv"])
def test_appointments_by_status(name):
    rows = read_sample(name)

    assert statuses(rows) == EXPECTED[name]["appointments_by_status"]
    assert sum(row.is_test for row in rows) == EXPECTED[name].get("test_patients", 0)


def test_medinformatix_visits():
    rows = read_sample("medinformatix_clmaster.csv")

    assert sum(len(row.encounters) for row in rows) == EXPECTED["medinformatix_clmaster.csv"]["with_last_visit"]
    assert sum(len(row.appointments) for row in rows) == EXPECTED["medinformatix_clmaster.csv"]["with_next_visit"]


def test_drchrono_charts_and_appointments():
    charts, visits = read_sample("drchrono_demographics.csv"), read_sample("drchrono_appointments.csv")

    assert sum(bool(row.deceased) for row in charts) == EXPECTED["drchrono_demographics.csv"]["deceased"]
    assert sum(bool(row.inactive) for row in charts) == EXPECTED["drchrono_demographics.csv"]["inactive"]
    words = EXPECTED["drchrono_appointments.csv"]["statuses"]
    assert statuses(visits) == {
        "cancelled": words["Cancelled"], "no_show": words["No Show"], "kept": words["Complete"],
        "rescheduled": words["Rescheduled"], "scheduled": words["Confirmed"],
    }  # fmt: skip
    assert {row.mrn for row in visits} == {row.mrn for row in charts}


def test_kareo_encounters_come_out_of_their_column_groups():
    rows = read_sample("kareo_demographics.csv")

    assert sum(len(row.encounters) for row in rows) == EXPECTED["kareo_demographics.csv"]["encounters"]
    assert [(seen.on, seen.provider) for seen in rows[0].encounters] == [
        (dt.date(2023, 8, 8), "Okonkwo, Adaeze"), (dt.date(2023, 1, 20), "Okonkwo, Adaeze"),
    ]  # fmt: skip
    assert rows[0].born_on == dt.date(1962, 11, 12)


def test_eyecare_births_before_1950():
    rows = read_sample("eyecare_recall_report.csv")

    assert rows[0].born_on == dt.date(1947, 4, 2)
    assert max(row.born_on for row in rows) <= TODAY
    assert (rows[0].last_name, rows[0].first_name) == ("Peña", "Nguyên")


def test_the_impossible_row_is_rejected_with_line_column_and_reason():
    (rejection,) = (row for row in read_sample("practicefusion_patients.csv") if isinstance(row, Rejection))

    assert (rejection.line, rejection.column, rejection.reason) == (64, "DOB", "there is no such date")


def test_a_whole_record():
    (record,) = read(
        b"MRN,Last Name,First Name,DOB,Sex,Lang,Email,Address,City,State,Zip,Cell Phone,Home Phone,Next Appt Date\n"
        b"007,O'BRIEN,MARY,02/03/47,Female,Spanish,M@Example.com,1 Elm St,Boston,MA,2108,617-555-0101 x9,ask wife,12/01/26\n"
    )

    assert record.as_values() == {
        "mrn": "007", "last_name": "O'Brien", "first_name": "Mary", "middle_name": "", "born_on": "1947-02-03", "sex": "F",
        "language": "es", "email": "m@example.com", "address": "1 Elm St", "city": "Boston", "state": "MA", "zip_code": "02108",
        "provider": "", "phones": (("+16175550101", "MOBILE", "9"),), "deceased": None, "inactive": None, "is_test": False,
        "appointments": [{"on": "2026-12-01", "at": None, "status": "SCHEDULED", "external_id": "", "provider": "",
                          "location": "", "visit_type": "", "specialty": "", "cancel_reason": "", "implied": True}],
        "encounters": [], "section": "",
    }  # fmt: skip
    assert record.warnings == ()


def test_a_bad_phone_costs_the_number_and_is_told():
    records = read(b"MRN,Last Name,First Name,Cell Phone\n1,Lee,Ann,do not call\n2,Ng,Bo,617-555-0101\n3,Ng,Cy,617-555-0102\n")

    assert [record.warnings for record in records] == [(("Cell Phone", "says not to call"),), (), ()]
    assert [len(record.phones) for record in records] == [0, 1, 1]


@pytest.mark.parametrize(
    ("flags", "status"),
    [("Pending,Yes,", "CANCELLED"), ("Pending,No,", "SCHEDULED"), ("Pending,,10/02/2026", "NO_SHOW"), ("Out,,", "KEPT")],
)
def test_flags_beside_the_status(flags, status):
    (record,) = read(
        b"Patient ID,Last Name,First Name,Appointment Date,Appointment Status,Appointment Is Cancelled?,Appointment NoShow Date\n"
        b"1,Lee,Ann,10/01/2026," + flags.encode() + b"\n"
    )

    assert [visit.status for visit in record.appointments] == [status]


def test_a_row_without_any_person_is_rejected():
    _, rejection = read(b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,01/02/1950\n,Ng,,01/02/1951\n")

    assert (rejection.line, rejection.reason) == (3, "neither a chart number nor a full name")


def test_a_broken_row_keeps_none_of_its_cells():
    _, rejection = read(b"MRN,Last Name,First Name,SSN\n1,Lee,Ann,900-12-1234\n2,Ng,Bo,x,900-12-1235\n")

    assert rejection.reason == "the row has 5 cells where the header has 4"
    assert rejection.source == {}
