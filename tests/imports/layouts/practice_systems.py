"""Kareo/Tebra, Practice Fusion and DrChrono."""

import csv

from . import writing as w
from .layout import (
    Export,
    all_visits,
    appointments,
    booked,
    booking_table,
    constant,
    delimited,
    figures,
    last_visit,
    layout,
    phones,
    stored,
    table,
)
from .people import EVERYBODY, PEOPLE


def _kareo_columns():
    columns = {
        "Patient Created Date": constant("6/2/2021"),
        "Patient ID": lambda p: p.mrn,
        "Patient Prefix": constant(""),
        "Patient First Name": lambda p: p.first,
        "Patient Middle Name": lambda p: p.middle,
        "Patient Last Name": lambda p: p.last,
        "Patient Suffix": constant(""),
        "Patient SSN": w.ssn,
        "Patient DOB": lambda p: w.serial(p.born_on) if int(p.mrn) % 3 == 0 else w.short(p.born_on),
        "Patient Gender": lambda p: p.sex or "U",
        "Patient Medical Record #": lambda p: p.mrn,
        "Patient Home Phone": lambda p: w.brackets(p.home),
        "Patient Home Phone Ext": constant(""),
        "Patient Work Phone": lambda p: w.brackets(p.work),
        "Patient Work Phone Ext": lambda p: "12" if p.work else "",
        "Patient Mobile Phone": lambda p: w.dialed(p.mobile),
        "Patient Mobile Phone Ext": constant(""),
        "Patient Email Address": lambda p: p.email,
        "Patient City": lambda p: p.city,
        "Patient State": lambda p: p.state,
        "Patient Zip Code": lambda p: p.zip_code,
        "Default Rendering Provider Full Name": constant("Okonkwo, Adaeze"),
        "Primary Care Physician Full Name": constant("Rivera, Carmen"),
        "Referring Provider Full Name": constant("Feldman, Saul"),
        "Service Location Name": constant("Main St Eye Center"),
    }
    for group in range(9):
        columns |= _kareo_encounter(group)
    return columns


def _kareo_encounter(group):
    def cell(text):
        return lambda p: text(p.visits[group]) if len(p.visits) > group else ""

    name = f"Most Recent Encounter {group + 1}"
    return {
        f"{name} ID": cell(lambda on: str(on.toordinal())),
        f"{name} Date": cell(w.short),
        f"{name} Status": cell(lambda on: "Approved"),
        f"{name} Provider": cell(lambda on: "Okonkwo, Adaeze"),
        f"{name} Location": cell(lambda on: "Main St Eye Center"),
    }


@layout("kareo-178-columns-pivoted")
def kareo():
    rows = table(_kareo_columns(), EVERYBODY)
    total = f"Total Patients: {len(EVERYBODY)}" + "," * (len(rows[0]) - 1) + "\r\n"
    return Export(
        files=(("rptPatientDemographicExport.csv", delimited(rows, below=total)),),
        figures=figures(EVERYBODY),
        stored=stored(
            EVERYBODY,
            "mrn last first middle born_on sex email state zip_code",
            phones=phones(home="HOME", work="WORK", mobile="MOBILE"),
            extensions=lambda p: frozenset({(f"+1{p.work}", "12")} if p.work else ()),
            visits=all_visits,
        ),
        refused=frozenset({"Patient SSN"}),
        secrets=tuple(w.ssn(p) for p in EVERYBODY),
    )


def _fusion_columns(birth):
    return {
        "Patient Identifier": lambda p: p.mrn,
        "Patient First Name": lambda p: p.first,
        "Patient Last Name": lambda p: p.last,
        "Age": lambda p: f"{2026 - p.born_on.year} yrs",
        birth: lambda p: w.us(p.born_on),
        "Sex": lambda p: w.sex_word(p.sex),
        "Most Recent Visit Date": lambda p: w.us(p.last_visit),
        "Preferred Language": lambda p: {"en": "English", "es": "Spanish; Castilian"}[p.language],
        "Home Phone": lambda p: w.gaping(p.home),
        "Email Address": lambda p: p.email,
    }


FUSION_FIELDS = "mrn last first born_on sex language email"


@layout("practice-fusion-report")
def fusion():
    return Export(
        files=(("Patients.csv", delimited(table(_fusion_columns("DOB"), EVERYBODY), quoting=csv.QUOTE_ALL)),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, FUSION_FIELDS, phones=phones(home="HOME"), visits=last_visit),
    )


@layout("practice-fusion-date-of-birth-cp1252")
def fusion_birth():
    text = delimited(table(_fusion_columns("Date of Birth"), PEOPLE), encoding="cp1252", eol="\n")
    return Export(
        files=(("patients.csv", text),),
        figures=figures(PEOPLE),
        stored=stored(PEOPLE, FUSION_FIELDS, phones=phones(home="HOME"), visits=last_visit),
    )


@layout("practice-fusion-encounters-in-prose")
def fusion_prose():
    def prose(person):
        return ";".join(f"Seen {w.us(on)} for 185349003 (SNOMED-CT) - Office Visit at Main St Eye Center" for on in person.visits)

    columns = {
        "Patient Record Number": lambda p: p.mrn,
        "Patient First Name": lambda p: p.first,
        "Patient Last Name": lambda p: p.last,
        "Encounter": prose,
        "Diagnosis": constant("H40.9 Unspecified glaucoma"),
    }
    people = [p for p in EVERYBODY if p.visits]
    return Export(
        files=(("encounters.csv", delimited(table(columns, people))),),
        figures=figures(people),
        stored=stored(people, "mrn last first", seen=all_visits),
    )


def guid(person):
    return f"{person.mrn}00-5d1c-4b7e-9a3f-{int(person.mrn):012x}"


def _fusion_ehi(people):
    columns = {
        "PatientPracticeGuid": guid,
        "NamePrefix": constant(""),
        "FirstName": lambda p: p.first,
        "MiddleName": lambda p: p.middle,
        "LastName": lambda p: p.last,
        "BirthDate": lambda p: f"{p.born_on} 00:00:00",
        "IsActive": lambda p: "False" if int(p.mrn) % 11 == 0 else "True",
        "OfficePhone": lambda p: w.dialed(p.work),
        "OfficePhoneExtension": constant(""),
        "HomePhone": lambda p: w.dialed(p.home),
        "MobilePhone": lambda p: w.dialed(p.mobile),
        "IsDomesticMobilePhone": constant("True"),
        "Email": lambda p: p.email,
        "SSN": w.ssn,
    }
    return delimited(table(columns, people), delimiter="\t")


FUSION_PHONES = phones(work="WORK", home="HOME", mobile="MOBILE")


@layout("practice-fusion-ehi-patients")
def fusion_ehi():
    return Export(
        files=(("patient.tsv", _fusion_ehi(EVERYBODY)),),
        figures=figures(EVERYBODY),
        stored=stored(
            EVERYBODY, "last first middle born_on email", mrn=guid, phones=FUSION_PHONES, inactive=lambda p: int(p.mrn) % 11 == 0
        ),
        refused=frozenset({"SSN"}),
        secrets=tuple(w.ssn(p) for p in EVERYBODY),
    )


@layout("practice-fusion-ehi-patients-then-appointments")
def fusion_ehi_pair():
    words = {"KEPT": "Seen", "NO_SHOW": "No Show", "CANCELLED": "Cancelled", "RESCHEDULED": "Rescheduled", "SCHEDULED": "Pending"}
    columns = {
        "PatientPracticeGuid": lambda p, b: guid(p),
        "AppointmentGuid": lambda p, b: f"{b.number}0-77aa-4b7e-9a3f-0123456789ab",
        "ProviderGuid": lambda p, b: "5f000000-77aa-4b7e-9a3f-0123456789ab",
        "FacilityGuid": lambda p, b: "6f000000-77aa-4b7e-9a3f-0123456789ab",
        "StartDateTime": lambda p, b: f"{b.on} {b.at}",
        "EndDateTime": lambda p, b: f"{b.on} {b.at.replace(minute=59)}",
        "NoShowOrCancellationReason": lambda p, b: "Sick" if b.status == "CANCELLED" else "",
        "ChiefComplaint": lambda p, b: "blurry vision",
        "AppointmentType": lambda p, b: "Follow-Up Visit",
        "AppointmentStatus": lambda p, b: words[b.status],
        "LastModifiedDateTimeUtc": lambda p, b: "2026-11-01 23:10:00",
    }
    bookings = delimited(booking_table(columns, EVERYBODY), delimiter="\t")
    return Export(
        files=(("patient.tsv", _fusion_ehi(EVERYBODY)), ("appointment.tsv", bookings)),
        figures=booked(EVERYBODY, create=0),
        stored=stored(EVERYBODY, "last first", mrn=guid, phones=FUSION_PHONES, appointments=appointments),
        refused=frozenset(),
        secrets=tuple(w.ssn(p) for p in EVERYBODY),
    )


def _chrono_people():
    status = {0: "D", 1: "I"}
    columns = {
        "chart_id": lambda p: p.mrn,
        "first_name": lambda p: p.first,
        "middle_name": lambda p: p.middle,
        "last_name": lambda p: p.last,
        "date_of_birth": lambda p: w.iso(p.born_on),
        "gender": lambda p: w.sex_word(p.sex),
        "social_security_number": w.ssn,
        "cell_phone": lambda p: w.brackets(p.mobile),
        "home_phone": lambda p: w.brackets(p.home),
        "office_phone": lambda p: w.brackets(p.work),
        "office_phone_extension": lambda p: "204" if p.work else "",
        "email": lambda p: p.email,
        "city": lambda p: p.city,
        "state": lambda p: p.state,
        "zip_code": lambda p: p.zip_code,
        "preferred_language": lambda p: {"en": "eng", "es": "spa"}[p.language],
        "date_of_last_appointment": lambda p: w.iso(p.last_visit),
        "disable_sms_messages": constant("False"),
        "patient_status": lambda p: status.get(int(p.mrn) % 9, "A"),
        "referring_doctor": constant(""),
    }
    return delimited(table(columns, EVERYBODY))


def _chrono_bookings():
    words = {"KEPT": "Complete", "NO_SHOW": "No Show", "CANCELLED": "Cancelled", "RESCHEDULED": "Rescheduled"}
    columns = {
        "created_at": lambda p, b: "2024-01-10T10:00:00",
        "doctor": lambda p, b: "Okonkwo, Adaeze",
        "follow_up_appointment_date": lambda p, b: "",
        "new_patient": lambda p, b: "False",
        "patient": lambda p, b: p.mrn,
        "reason": lambda p, b: 'Follow-up, "blurry"\nvision',
        "scheduled_time": lambda p, b: f"{b.on}T{b.at}",
        "status": lambda p, b: words.get(b.status, "Confirmed"),
        "updated_at": lambda p, b: "2026-11-03T11:00:00",
    }
    return delimited(booking_table(columns, EVERYBODY), eol="\n")


CHRONO = {
    "stored": stored(
        EVERYBODY,
        "mrn last first middle born_on sex email state zip_code language",
        phones=phones(mobile="MOBILE", home="HOME", work="WORK"),
        deceased=lambda p: int(p.mrn) % 9 == 0,
        inactive=lambda p: int(p.mrn) % 9 == 1,
        appointments=appointments,
    ),
    "secrets": tuple(w.ssn(p) for p in EVERYBODY),
}


@layout("drchrono-patients-then-appointments")
def chrono():
    return Export(
        files=(("demographics.csv", _chrono_people()), ("appointments.csv", _chrono_bookings())),
        figures=booked(EVERYBODY, create=0),
        **CHRONO,
    )


@layout("drchrono-appointments-then-patients")
def chrono_reversed():
    return Export(
        files=(("appointments.csv", _chrono_bookings()), ("demographics.csv", _chrono_people())),
        figures={"rows": len(EVERYBODY), "patients": len(EVERYBODY), "rejected": 0, "skipped": 0},
        refused=frozenset({"social_security_number"}),
        **CHRONO,
    )
