"""Rows to clean columns: every sample gives the numbers its description promises."""

import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from imports import mapping
from imports.interpret import Interpreter
from imports.reading import open_table
from imports.voting import vote

DATA = Path(__file__).parent.parent / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text())
TODAY = dt.date(2026, 11, 23)


def read(content, **answers):
    table = open_table(io.BytesIO(content), limit_bytes=50_000_000)
    chosen = mapping.as_mapping(mapping.guess(table))
    formats = vote(table.header, chosen, table.rows(), **answers)
    interpreter = Interpreter(table.header, chosen, formats=formats, today=TODAY, zone=ZoneInfo("America/New_York"))
    return interpreter.read(list(table.rows()))


def read_sample(name):
    return read((DATA / name).read_bytes())


def records(columns):
    """Columns as the working tables take them, as a list of dicts."""
    names = list(columns)
    return [dict(zip(names, each, strict=True)) for each in zip(*(values for _, values in columns.values()), strict=True)]


def rejected(batch):
    return [note for note in batch.notes if note.verdict == "REJECTED"]


def statuses(batch):
    return Counter(visit["status"].lower() for visit in records(batch.visits))


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "patients" in EXPECTED[name]))
def test_sample_holds_the_people_it_should(name):
    batch = read_sample(name)

    assert len({(r["mrn"], r["name_key"], r["born_on"]) for r in records(batch.rows)}) == EXPECTED[name]["patients"]
    assert len(rejected(batch)) == EXPECTED[name].get("rejected_or_flagged_rows", 0)


@pytest.mark.parametrize("name", ["athenaone_report.csv", "eclinicalworks_appointments.csv"])
def test_appointments_by_status(name):
    batch = read_sample(name)

    assert statuses(batch) == EXPECTED[name]["appointments_by_status"]
    skipped = [note for note in batch.notes if note.verdict == "SKIPPED"]
    assert len(skipped) == EXPECTED[name].get("test_patients", 0)


def test_medinformatix_visits():
    batch = read_sample("medinformatix_clmaster.csv")

    assert len(records(batch.encounters)) == EXPECTED["medinformatix_clmaster.csv"]["with_last_visit"]
    assert len(records(batch.visits)) == EXPECTED["medinformatix_clmaster.csv"]["with_next_visit"]


def test_drchrono_charts_and_appointments():
    charts, visits = read_sample("drchrono_demographics.csv"), read_sample("drchrono_appointments.csv")

    assert charts.rows["deceased"][1].count("true") == EXPECTED["drchrono_demographics.csv"]["deceased"]
    assert charts.rows["inactive"][1].count("true") == EXPECTED["drchrono_demographics.csv"]["inactive"]
    words = EXPECTED["drchrono_appointments.csv"]["statuses"]
    assert statuses(visits) == {
        "cancelled": words["Cancelled"], "no_show": words["No Show"], "kept": words["Complete"],
        "rescheduled": words["Rescheduled"], "scheduled": words["Confirmed"],
    }  # fmt: skip
    assert set(visits.rows["mrn"][1]) == set(charts.rows["mrn"][1])


def test_kareo_encounters_come_out_of_their_column_groups():
    batch = read_sample("kareo_demographics.csv")
    encounters, first = records(batch.encounters), records(batch.rows)[0]

    assert len(encounters) == EXPECTED["kareo_demographics.csv"]["encounters"]
    assert [(seen["on"], seen["provider"]) for seen in encounters if seen["line"] == first["line"]] == [
        ("2023-08-08", "Okonkwo, Adaeze"), ("2023-01-20", "Okonkwo, Adaeze"),
    ]  # fmt: skip
    assert first["born_on"] == "1962-11-12"


def test_eyecare_births_before_1950_and_sections():
    batch = read_sample("eyecare_recall_report.csv")
    first = records(batch.rows)[0]

    assert first["born_on"] == "1947-04-02"
    assert max(batch.rows["born_on"][1]) <= TODAY.isoformat()
    assert (first["last_name"], first["first_name"]) == ("Peña", "Nguyên")
    assert len(set(batch.rows["note"][1])) == EXPECTED["eyecare_recall_report.csv"]["section_rows"]


def test_the_impossible_row_is_rejected_with_line_column_and_reason():
    (note,) = rejected(read_sample("practicefusion_patients.csv"))

    assert (note.line, note.column, note.reason) == (64, "DOB", "there is no such date")


def test_a_whole_record():
    batch = read(
        b"MRN,Last Name,First Name,DOB,Sex,Lang,Email,Address,City,State,Zip,Cell Phone,Home Phone,Next Appt Date\n"
        b"007,O'BRIEN,MARY,02/03/47,Female,Spanish,M@Example.com,1 Elm St,Boston,MA,2108,617-555-0101 x9,,12/01/26\n"
    )

    assert records(batch.rows) == [{
        "line": "2", "mrn": "007", "last_name": "O'Brien", "first_name": "Mary", "middle_name": "", "born_on": "1947-02-03",
        "sex": "F", "language": "es", "email": "m@example.com", "address": "1 Elm St", "city": "Boston", "state": "MA",
        "zip_code": "02108", "provider": "", "name_key": "obrien mary", "person": "m007", "note": "",
        "zone_key": "America/New_York@MA", "deceased": "NULL", "inactive": "NULL", "do_not_call": "NULL",
    }]  # fmt: skip
    assert records(batch.phones) == [{"line": "2", "place": "1", "e164": "+16175550101", "kind": "MOBILE", "extension": "9"}]
    assert records(batch.visits) == [{
        "line": "2", "place": "1", "external_id": "", "on": "2026-12-01", "at": "NULL", "status": "SCHEDULED", "provider": "",
        "location": "", "visit_type": "", "specialty": "", "cancel_reason": "", "implied": "true",
    }]  # fmt: skip
    assert (records(batch.encounters), batch.notes) == ([], [])


def test_a_bad_phone_costs_the_number_and_is_told():
    batch = read(b"MRN,Last Name,First Name,Cell Phone\n1,Lee,Ann,ask wife\n2,Ng,Bo,617-555-0101\n3,Ng,Cy,617-555-0102\n")

    assert [(note.line, note.verdict, note.column) for note in batch.notes] == [(2, "", "Cell Phone")]
    assert [phone["line"] for phone in records(batch.phones)] == ["3", "4"]


def test_words_in_a_phone_cell_that_refuse_calls_are_heard():
    batch = read(
        b"MRN,Last Name,First Name,Cell Phone\n1,Lee,Ann,do not call\n2,Ng,Bo,617-555-0101 DO NOT CALL\n3,Ng,Cy,617-555-0102\n"
    )

    assert batch.rows["do_not_call"][1] == ["true", "true", "NULL"]


@pytest.mark.parametrize(
    ("flags", "status"),
    [("Pending,Yes,", "CANCELLED"), ("Pending,No,", "SCHEDULED"), ("Pending,,10/02/2026", "NO_SHOW"), ("Out,,", "KEPT")],
)
def test_flags_beside_the_status(flags, status):
    batch = read(
        b"Patient ID,Last Name,First Name,Appointment Date,Appointment Status,Appointment Is Cancelled?,Appointment NoShow Date\n"
        b"1,Lee,Ann,10/01/2026," + flags.encode() + b"\n"
    )

    assert batch.visits["status"][1] == (status,)


def test_a_row_without_any_person_is_rejected():
    (note,) = read(b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,01/02/1950\n,Ng,,01/02/1951\n").notes

    assert (note.line, note.reason) == (3, "neither a chart number nor a full name")


def test_a_broken_row_keeps_none_of_its_cells():
    (note,) = read(b"MRN,Last Name,First Name,SSN\n1,Lee,Ann,900-12-1234\n2,Ng,Bo,x,900-12-1235\n").notes

    assert note.reason == "the row has 5 cells where the header has 4"
    assert note.cells == {}


def test_a_day_first_column_that_cannot_tell_goes_by_the_answer():
    content = b"MRN,Last Name,First Name,DOB\n1,Lee,Ann,03/04/1950\n2,Ng,Bo,05/06/1951\n"

    assert read(content).rows["born_on"][1] == ["1950-03-04", "1951-05-06"]
    assert read(content, day_first={"DOB": True}).rows["born_on"][1] == ["1950-04-03", "1951-06-05"]


@pytest.mark.parametrize(("on", "status"), [("11/24/2026", "SCHEDULED"), ("11/23/2026", "KEPT")])
def test_a_visit_ahead_cannot_have_been_kept(on, status):
    batch = read(f"MRN,Last Name,First Name,Appointment Date,Appointment Status\n1,Lee,Ann,{on},Checked Out\n".encode())

    assert batch.visits["status"][1] == (status,)
