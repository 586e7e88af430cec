"""Mapping: columns are guessed by name and by value, explained, and some are never stored."""

import io
from pathlib import Path

import pytest

from imports import fields, mapping
from imports.reading import UnreadableFile, open_table

DATA = Path(__file__).parent.parent / "data"


def guesses_of(content):
    return mapping.guess(open_table(io.BytesIO(content), limit_bytes=50_000_000))


def used(guesses):
    return {header: name for header, name in mapping.as_mapping(guesses).items() if name}


def test_medinformatix():
    guesses = guesses_of((DATA / "medinformatix_clmaster.csv").read_bytes())

    assert used(guesses) == {
        "MRN": "mrn", "Doctor": "provider", "Last Name": "last_name", "Middle Name": "middle_name", "First Name": "first_name",
        "Address Street 1": "address", "Address Street 2": "address_2", "City": "city", "State": "state", "Zip": "zip_code",
        "Home Phone": "phone_home", "Work Phone": "phone_work", "Cell Phone": "phone_mobile", "Date Of Birth": "born_on",
        "Sex": "sex", "Email": "email", "Last Visit": "last_visit", "Next Visit": "next_visit",
    }  # fmt: skip
    assert mapping.kind_of(mapping.as_mapping(guesses)) == "PATIENTS"


def test_drchrono_appointments_know_the_chart_number_by_its_values():
    guesses = guesses_of((DATA / "drchrono_appointments.csv").read_bytes())

    assert used(guesses) == {
        "doctor": "provider", "patient": "mrn", "reason": "visit_type", "scheduled_time": "appointment_on", "status": "status",
    }  # fmt: skip
    assert mapping.kind_of(mapping.as_mapping(guesses)) == "APPOINTMENTS"
    (patient,) = (guess for guess in guesses if guess.header == "patient")
    assert patient.reason == "The values look like chart numbers."
    assert patient.samples == ("103472", "103479", "103486")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("athenaone_report.csv", "BOTH"), ("eclinicalworks_appointments.csv", "BOTH"), ("kareo_demographics.csv", "PATIENTS"),
     ("practicefusion_patients.csv", "PATIENTS"), ("eyecare_recall_report.csv", "PATIENTS")],
)  # fmt: skip
def test_kind_of_file(name, kind):
    assert mapping.kind_of(mapping.as_mapping(guesses_of((DATA / name).read_bytes()))) == kind


def test_social_security_numbers_are_refused_by_name():
    guesses = guesses_of((DATA / "drchrono_demographics.csv").read_bytes())

    assert mapping.not_stored(guesses) == ["social_security_number"]
    assert "social_security_number" not in mapping.as_mapping(guesses)
    assert [guess.samples for guess in guesses if guess.refused] == [()]


def test_social_security_and_medicare_numbers_are_refused_by_value():
    rows = b"".join(b"%d,Lee,Ann,900-12-%04d,1EG4-TE5-MK73\n" % (n, n) for n in range(10))
    guesses = guesses_of(b"MRN,Last Name,First Name,Ref A,Ref B\n" + rows)

    assert mapping.not_stored(guesses) == ["Ref A", "Ref B"]


@pytest.mark.parametrize(
    "header",
    ["SSN", "Patient SSN", "PatientSSN", "Soc Sec #", "Medicare ID", "MBI", "Primary Insurance ID", "Policy Number",
     "Subscriber ID", "Member ID", "Driver's License", "HICN", "Guarantor SSN", "Group No"],
)  # fmt: skip
def test_columns_nobody_needs_are_refused(header):
    assert fields.refused(header) != ""


@pytest.mark.parametrize(
    "header", ["Patient ID", "Primary Phone", "MRN", "Primary Insurance Name", "Home Phone Number", "Member Name"]
)
def test_columns_that_only_sound_like_it_are_not(header):
    assert fields.refused(header) == ""


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Pt. DOB", "born_on"), ("PAT_MRN", "mrn"), ("chart no.", "mrn"), ("Acct#", "mrn"), ("patemail", "email"),
        ("dos", "encounter_on"),
        ("Patient Fname", "first_name"), ("App Date", "appointment_on"), ("PreferredPhone1", "phone_other"),
        ("med_rec_nbr", "mrn"),
        ("Appointment Is Cancelled?", "cancelled"), ("Appointment NoShow Date", "no_show"),
        ("Patient Name (Last, First MI)", "full_name"),
        ("last_office_enc_date", "last_visit"), ("Patient Preferred Language", "language"), ("ID", "mrn"),
        ("Emergency Contact Phone", ""), ("Referring Provider Full Name", ""),
        ("Guarantor Last Name", ""), ("Spouse Name", ""), ("Patient Type", ""), ("Patient Created Date", ""),
    ],
)  # fmt: skip
def test_header_names(header, name):
    assert fields.field_for(header)[0] == name


def test_columns_with_meaningless_names_are_told_by_their_values():
    rows = (
        b"".join(
            b'%d,"Lee, Ann %d",0%d/02/19%d,(212) 555-01%02d,a%d@example.com\n' % (1000 + n, n, n % 9 + 1, 30 + n * 2, n, n)
            for n in range(20)
        )
        .replace(b"Ann 1", b"Bo")
        .replace(b"Ann 0", b"Cy")
    )
    rows = b"".join(
        b'%d,"%s, Ann",0%d/02/19%d,(212) 555-01%02d,a%d@example.com\n'
        % (1000 + n, bytes([65 + n]) + b"ee", n % 9 + 1, 30 + n * 2, n, n)
        for n in range(20)
    )
    guesses = guesses_of(b"Textbox80,Textbox12,StartX,Textbox39,Textbox40\n" + rows)

    assert [guess.field for guess in guesses] == ["mrn", "full_name", "born_on", "phone_other", "email"]


def test_a_name_that_its_values_deny_is_not_believed():
    guesses = guesses_of(b"MRN,Last Name,First Name,Cell Phone\n" + b"1,Lee,Ann,yes\n2,Ng,Bo,no\n3,Ng,Cy,yes\n")

    assert used(guesses) == {"MRN": "mrn", "Last Name": "last_name", "First Name": "first_name"}


def test_a_status_without_appointments_is_the_status_of_the_chart():
    guesses = guesses_of(b"MRN,Status,Last Name,First Name\n1,Active,Lee,Ann\n2,Inactive,Ng,Bo\n")

    assert used(guesses)["Status"] == "patient_status"


def test_without_names_and_numbers_no_column_is_usable():
    with pytest.raises(UnreadableFile):
        mapping.kind_of({"City": "city", "State": "state"})


def test_an_admins_mapping_is_checked():
    assert mapping.problems({"A": "last_name", "B": "first_name", "C": "phone_home", "D": "phone_home"}) == []
    assert mapping.problems({"A": "last_name", "B": "first_name", "C": "last_name"}) == [
        "Last name comes from both “A” and “C”: choose one."
    ]
    assert mapping.problems({"A": "last_name", "B": "first_name", "C": "shoe_size"}) == [
        "“C” is mapped to a field that does not exist."
    ]
