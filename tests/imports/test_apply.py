"""Files into the database: the numbers of the samples, and what a second file changes."""

import datetime as dt
import json
import zlib
from pathlib import Path

import pytest

from accounts import tenancy
from imports.models import FileImport, ImportRow, IncomingRow
from patients.models import Appointment, Encounter, OptOut, Patient, PhoneNumber

pytestmark = pytest.mark.django_db

EXPECTED = json.loads((Path(__file__).parent.parent / "data" / "expected.json").read_text())
HEAD = b"MRN,Last Name,First Name,DOB,Home Phone,Cell Phone,Email,Zip\n"
LEE = b"1,LEE,ANN,01/02/1950,212-555-0101,,a@example.com,10001\n"


def counts(file_import):
    return {verdict: rows for verdict, rows in file_import.counts.items() if rows}


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("medinformatix_clmaster.csv", {"CREATE": 120}),
        ("athenaone_report.csv", {"CREATE": 80}),
        ("drchrono_demographics.csv", {"CREATE": 50}),
        ("kareo_demographics.csv", {"CREATE": 70}),
        ("practicefusion_patients.csv", {"CREATE": 60, "DUPLICATE": 1, "REJECTED": 1}),
        ("eyecare_recall_report.csv", {"CREATE": 75, "DUPLICATE": 10}),
        ("eclinicalworks_appointments.csv", {"CREATE": 90, "UPDATE": 67, "SKIPPED": 1}),
    ],
)
def test_each_sample_reconciles(bring_in, practice, name, verdicts):
    done = bring_in(name)

    assert (done.state, done.failure) == ("DONE", "")
    assert counts(done) == verdicts
    assert sum(done.counts.values()) == done.rows_total == done.rows_staged
    assert done.found["patients"] == EXPECTED[name]["patients"]
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == EXPECTED[name]["patients"]


def test_a_second_run_of_each_file_changes_nothing(bring_in, practice):
    bring_in("eclinicalworks_appointments.csv")
    again = bring_in("eclinicalworks_appointments.csv")
    assert counts(again) == {"UNCHANGED": 157, "SKIPPED": 1}

    bring_in("eyecare_recall_report.csv")
    again = bring_in("eyecare_recall_report.csv")
    assert counts(again) == {"UNCHANGED": 75, "DUPLICATE": 10}

    bring_in("kareo_demographics.csv")
    again = bring_in("kareo_demographics.csv")
    assert counts(again) == {"UNCHANGED": 70}


def test_athena_appointments_by_status(bring_in, practice):
    done = bring_in("athenaone_report.csv")

    assert done.found["appointments"] == {"CANCELLED": 16, "KEPT": 48, "SCHEDULED": 16}
    with tenancy.practice(practice.pk):
        assert Appointment.objects.filter(status="KEPT").count() == 48


@pytest.mark.parametrize(
    ("name", "people"),
    [("athenaone_report.csv", 80), ("eclinicalworks_appointments.csv", 90), ("medinformatix_clmaster.csv", 120),
     ("kareo_demographics.csv", 70), ("practicefusion_patients.csv", 60), ("drchrono_demographics.csv", 50)],
)  # fmt: skip
def test_everybody_of_a_sample_has_their_chart_number(bring_in, practice, name, people):
    bring_in(name)

    with tenancy.practice(practice.pk):
        assert Patient.objects.exclude(mrn="").count() == people


def test_ecw_appointments_by_status(bring_in):
    done = bring_in("eclinicalworks_appointments.csv")

    assert done.found["appointments"] == {"CANCELLED": 27, "KEPT": 23, "NO_SHOW": 28, "RESCHEDULED": 39, "SCHEDULED": 40}


def test_medinformatix_visits(bring_in, practice):
    bring_in("medinformatix_clmaster.csv")

    with tenancy.practice(practice.pk):
        assert Encounter.objects.count() == 120
        assert Appointment.objects.filter(status="SCHEDULED").count() == 18
        patient = Patient.objects.get(mrn="100014")
        assert (patient.full_name, patient.born_on, patient.provider) == (
            "Priya Marie Lee", dt.date(1988, 8, 31), "Okonkwo, Adaeze",
        )  # fmt: skip
        assert patient.zone_key == "America/Los_Angeles@OR|America/Los_Angeles@WA"
        assert list(patient.phones.order_by("position").values_list("e164", "kind")) == [
            ("+12065551034", "MOBILE"), ("+15035552580", "HOME"),
        ]  # fmt: skip


def test_drchrono_appointments_join_their_charts(bring_in, practice):
    bring_in("drchrono_demographics.csv")
    done = bring_in("drchrono_appointments.csv")

    assert counts(done) == {"UPDATE": 50}
    assert done.found["appointments"] == {"CANCELLED": 14, "KEPT": 8, "NO_SHOW": 10, "RESCHEDULED": 11, "SCHEDULED": 7}
    with tenancy.practice(practice.pk):
        assert Patient.objects.filter(is_deceased=True).count() == 3
        assert Patient.objects.filter(is_inactive=True).count() == 4


def test_appointments_of_unknown_charts_wait_for_the_patient_file(bring_in, practice):
    early = bring_in("drchrono_appointments.csv")

    assert counts(early) == {"SKIPPED": 50}
    assert early.reasons == {"waits for its chart: no patient with this number yet": 50}
    assert sum(early.found["appointments"].values()) == 50
    with tenancy.practice(practice.pk):
        assert Patient.objects.count() == Appointment.objects.count() == 0

    bring_in("drchrono_demographics.csv")
    with tenancy.practice(practice.pk):
        early.refresh_from_db()
        assert Appointment.objects.count() == 50
        assert IncomingRow.objects.count() == 0
    assert (counts(early), early.reasons) == ({"UPDATE": 50}, {})


def test_the_rejected_row_says_line_column_and_reason(bring_in, practice):
    done = bring_in("practicefusion_patients.csv")

    with tenancy.practice(practice.pk):
        (row,) = ImportRow.objects.rejected()
    assert (row.line, row.column, row.reason) == (64, "DOB", "there is no such date")
    assert done.reasons == {"DOB: there is no such date": 1}


@pytest.mark.parametrize("name", ["drchrono_demographics.csv", "kareo_demographics.csv"])
def test_social_security_numbers_are_nowhere(receive, bring_in, practice, name):
    waiting = receive(name)
    with tenancy.practice(practice.pk):
        assert b"900-" not in b"".join(zlib.decompress(bytes(chunk.content)) for chunk in waiting.chunks.all())
    bring_in(name)
    with tenancy.practice(practice.pk):
        texts = [json.dumps(row) for row in ImportRow.objects.values_list("cells", flat=True)]
        assert not any("900-" in text for text in texts)
        assert set(FileImport.objects.latest("pk").not_stored) >= set(EXPECTED[name]["must_not_store"])


def test_a_blank_erases_nothing_and_news_is_taken(bring_in, practice):
    bring_in(HEAD + LEE)
    done = bring_in(HEAD + b"1,Lee,Ann,,,917-555-0102,,10002\n")

    assert counts(done) == {"UPDATE": 1}
    with tenancy.practice(practice.pk):
        patient = Patient.objects.get()
        assert (patient.born_on, patient.email, patient.zip_code) == (dt.date(1950, 1, 2), "a@example.com", "10002")
        assert list(patient.phones.order_by("position").values_list("e164", "position")) == [
            ("+19175550102", 1), ("+12125550101", 2),
        ]  # fmt: skip


def test_opt_outs_and_what_calls_taught_stay(bring_in, practice, now):
    bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        patient = Patient.objects.get()
        OptOut.objects.create(patient=patient, e164="+12125550101", opted_out_at=now)
        PhoneNumber.objects.update(state="WRONG")
    bring_in(HEAD + LEE.replace(b"ANN", b"ANNA"))

    with tenancy.practice(practice.pk):
        assert Patient.objects.get().first_name == "Anna"
        assert PhoneNumber.objects.get().state == "WRONG"
        assert OptOut.objects.count() == 1


def test_a_chart_without_number_is_known_by_name_birth_and_phone(bring_in, practice):
    bring_in(b"Last Name,First Name,DOB,Phone\nO'Brien,Jos\xc3\xa9,01/02/1950,212-555-0101\n")
    done = bring_in(
        b"MRN,Last Name,First Name,DOB,Phone\n7,OBRIEN,JOSE,01/02/1950,(212) 555-0101\n8,OBRIEN,JOSE,01/02/1950,917-555-0199\n"
    )

    assert counts(done) == {"UPDATE": 1, "CREATE": 1}
    with tenancy.practice(practice.pk):
        assert sorted(Patient.objects.values_list("mrn", flat=True)) == ["7", "8"]


def test_deceased_in_the_file_is_deceased_here(bring_in, practice):
    bring_in(HEAD + LEE)
    bring_in(b"MRN,Last Name,First Name,Deceased\n1,Lee,Ann,Yes\n")

    with tenancy.practice(practice.pk):
        assert Patient.objects.get().is_deceased is True


def test_an_appointment_moves_with_its_number(bring_in, practice):
    head = b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Appointment Time,Appointment Status\n"
    bring_in(head + b"1,Lee,Ann,A1,12/01/2026,9:00 AM,Scheduled\n")
    done = bring_in(head + b"1,Lee,Ann,A1,12/08/2026,10:00 AM,Scheduled\n")

    assert counts(done) == {"UPDATE": 1}
    with tenancy.practice(practice.pk):
        visit = Appointment.objects.get()
        assert (visit.on, visit.at) == (dt.date(2026, 12, 8), dt.time(10, 0))


def test_an_appointment_the_desk_booked_is_found_again(bring_in, practice):
    bring_in(HEAD + LEE)
    with tenancy.practice(practice.pk):
        Appointment.objects.create(patient=Patient.objects.get(), on=dt.date(2026, 11, 10), at=dt.time(9), source="DESK")
    head = b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Appointment Time,Appointment Status\n"
    bring_in(head + b"1,Lee,Ann,A1,11/10/2026,9:00 AM,Checked Out\n")

    with tenancy.practice(practice.pk):
        visit = Appointment.objects.get()
        assert (visit.status, visit.external_id, visit.source) == ("KEPT", "A1", "DESK")


def test_a_next_visit_never_changes_an_appointment_we_know(bring_in, practice):
    head = b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Appointment Time,Appointment Status\n"
    bring_in(head + b"1,Lee,Ann,A1,12/01/2026,9:00 AM,Scheduled\n")
    done = bring_in(b"MRN,Last Name,First Name,Next Visit\n1,Lee,Ann,12/01/2026\n")

    assert counts(done) == {"UNCHANGED": 1}
    with tenancy.practice(practice.pk):
        assert Appointment.objects.count() == 1


def test_appointment_numbers_that_repeat_from_patient_to_patient_are_none(bring_in, practice):
    head = b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Appointment Status\n"
    bring_in(head + b"1,Lee,Ann,1,10/01/2026,No Show\n2,Ng,Bo,1,10/02/2026,No Show\n")

    with tenancy.practice(practice.pk):
        assert list(Appointment.objects.values_list("external_id", flat=True)) == ["", ""]


def test_another_practice_with_the_same_chart_numbers_is_not_touched(bring_in, practice, other_practice):
    with tenancy.practice(other_practice.pk):
        Patient.objects.create(mrn="1", first_name="Cher", last_name="Lee")
    bring_in(HEAD + LEE)

    with tenancy.practice(practice.pk):
        assert Patient.objects.get().first_name == "Ann"
    with tenancy.practice(other_practice.pk):
        assert Patient.objects.get().first_name == "Cher"


@pytest.mark.parametrize(("cell", "deceased"), [("", True), ("0000-00-00", True), ("No", False), ("0", False)])
def test_a_blank_brings_nobody_back_to_life(bring_in, practice, cell, deceased):
    bring_in(b"MRN,Last Name,First Name,Deceased\n1,Lee,Ann,Yes\n")
    bring_in(f"MRN,Last Name,First Name,Deceased\n1,Lee,Ann,{cell}\n".encode())

    with tenancy.practice(practice.pk):
        assert Patient.objects.get().is_deceased is deceased


def test_who_is_deceased_by_one_line_of_several_is_not_called(bring_in, practice):
    done = bring_in(b"MRN,Last Name,First Name,Patient Status\n1,Lee,Ann,Active\n1,Lee,Ann,Deceased\n2,Ng,Bo,Active\n")

    assert counts(done) == {"CREATE": 2, "DUPLICATE": 1}
    with tenancy.practice(practice.pk):
        assert list(Patient.objects.filter(is_deceased=True).values_list("mrn", flat=True)) == ["1"]


def test_a_wish_on_a_further_line_is_kept_and_counted(bring_in, practice):
    done = bring_in(b"MRN,Last Name,First Name,Do Not Call\n1,Lee,Ann,\n1,Lee,Ann,Yes\n")

    assert counts(done) == {"CREATE": 1, "UPDATE": 1}
    with tenancy.practice(practice.pk):
        assert OptOut.objects.get().patient.mrn == "1"


def test_visits_of_a_rejected_line_are_not_found(bring_in):
    head = b"MRN,Last Name,First Name,DOB,Appointment Date,Appointment Status\n"
    done = bring_in(head + b"1,Lee,Ann,01/02/1950,12/01/2026,Booked\n1,Oh,Cy,07/08/1980,12/02/2026,Booked\n2,Ng,Bo,,,\n")

    assert done.found == {"patients": 2, "appointments": {"SCHEDULED": 1}}


def test_a_newer_file_is_not_overruled_by_a_row_that_waited(bring_in, practice):
    head = b"MRN,Appointment ID,Appointment Date,Appointment Status\n"
    bring_in(head + b"15,A1,12/01/2026,Scheduled\n")
    bring_in(b"MRN,Last Name,First Name,Appointment ID,Appointment Date,Appointment Status\n15,Lee,Ann,A1,12/01/2026,Cancelled\n")

    with tenancy.practice(practice.pk):
        assert [visit.status for visit in Appointment.objects.all()] == ["CANCELLED"]


def test_a_made_up_entry_with_a_bad_date_counts_once(bring_in):
    head = b"MRN,Last Name,First Name,Appointment Date\n"
    done = bring_in(head + b"1,TEST,PATIENT,13/45/2026\n2,Lee,Ann,12/01/2026\n")

    assert sum(done.counts.values()) == done.rows_total == 2
