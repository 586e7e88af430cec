"""eClinicalWorks and athenaOne."""

from . import writing as w
from .layout import (
    Export,
    appointments,
    booked,
    booking_table,
    constant,
    delimited,
    figures,
    layout,
    numbers,
    phones,
    stored,
    table,
)
from .people import EVERYBODY, PEOPLE

ECW_STATUS = {"KEPT": "CHK", "NO_SHOW": "N/S", "CANCELLED": "CANC", "RESCHEDULED": "R/S", "SCHEDULED": "PEN"}
ECW_WORDS = {"CHK": "Checked Out", "N/S": "No Show", "CANC": "Cancelled", "R/S": "Rescheduled", "PEN": "Pending"}


def _ecw_columns(status):
    return {
        "Appointment Facility Name": lambda p, b: "Main St Eye Center   ",
        "Appointment Provider Name": lambda p, b: "Rivera, Carmen,",
        "Resource Provider Name": lambda p, b: "Rivera, Carmen",
        "Appointment Date": lambda p, b: w.us(b.on),
        "Appointment Start Time": lambda p, b: "00:00:00.000" if b.at.hour == 8 else f"{b.at:%H:%M}:59.999",
        "Patient Acct No": lambda p, b: f"{p.mrn}:{p.last}",
        "Visit Type": lambda p, b: "OV : Office Visit",
        "Visit Status": lambda p, b: status(b),
        "Patient Name": lambda p, b: f"{p.last}, {p.first}",
        "Patient First Name": lambda p, b: p.first + "  ",
        "Patient Last Name": lambda p, b: p.last,
        "Patient DOB": lambda p, b: w.us(p.born_on),
        "Patient Gender": lambda p, b: w.sex_word(p.sex),
        "Primary Insurance Name": lambda p, b: "Humana Gold Plus",
        "Department Name": lambda p, b: "Ophthalmology",
        "Practice Name": lambda p, b: "Sample Eye Group",
        "Encounter ID": lambda p, b: b.number,
    }


@layout("ecw-ebo-utf16-tab-named-csv")
def ecw_ebo():
    rows = booking_table(_ecw_columns(lambda b: f"{ECW_STATUS[b.status]} : {ECW_WORDS[ECW_STATUS[b.status]]}"), EVERYBODY)
    madeup = ["Sample Eye Group", "", "", "01/05/2026", "10:00:00.000", "999999:TEST", "OV : Office Visit", "CHK : Checked Out",
              "TEST, PATIENT", "PATIENT", "TEST", "01/01/1901", "Unknown", "", "", "", "1"]  # fmt: skip
    expected = booked(EVERYBODY)
    expected |= {"rows": expected["rows"] + 1, "skipped": 1}
    del expected["patients"], expected["appointments"]  # whether a made-up entry counts here is a matter of taste
    return Export(
        files=(("eBO Appointments.csv", delimited([*rows, madeup], delimiter="\t", encoding="utf-16")),),
        figures=expected,
        stored=stored(EVERYBODY, "mrn last first born_on sex", appointments=appointments),
    )


@layout("ecw-ebo-bare-codes-utf16-big-endian")
def ecw_codes():
    def code(booking):
        return "PEN_CHKIN" if booking.status == "SCHEDULED" and booking.at.hour % 2 else ECW_STATUS[booking.status]

    text = delimited(booking_table(_ecw_columns(code), EVERYBODY), delimiter="\t", above="\ufeff", encoding="utf-16-be")
    return Export(
        files=(("appointments.csv", text),),
        figures=booked(EVERYBODY),
        stored=stored(EVERYBODY, "mrn last first born_on sex", appointments=appointments),
    )


@layout("ecw-ebo-utf16-without-mark")
def ecw_no_mark():
    rows = booking_table(_ecw_columns(lambda b: ECW_STATUS[b.status]), PEOPLE)
    return Export(
        files=(("appointments.csv", delimited(rows, delimiter="\t", encoding="utf-16-le")),),
        figures=booked(PEOPLE),
        stored=stored(PEOPLE, "mrn last first born_on sex", appointments=appointments),
    )


@layout("ecw-list-with-leading-marks")
def ecw_list():
    marks = ("'", "*", "-", "")
    rows = [
        [f"'{p.mrn}", marks[place % 4] + p.first, marks[place % 3] + p.last, w.us(p.born_on), w.clock(p.bookings[0].at),
         "F/UP: glaucoma", "F/UP", "Aetna"]
        for place, p in enumerate(PEOPLE)
    ]  # fmt: skip
    head = ["Pat #", "Pat F Name", "Pat L Name", "Pat Birthdate", "Time", "Reason", "Appt Type", "Primary Insurance Name"]
    return Export(
        files=(("list.csv", delimited([head, *rows])),),
        figures=figures(PEOPLE),
        stored=stored(PEOPLE, "mrn last first born_on"),
    )


@layout("ecw-ehi-users-table")
def ecw_users():
    columns = {
        "users.uid": lambda p: p.mrn,
        "users.ufname": lambda p: p.first.upper(),
        "users.uminitial": lambda p: p.middle[:1],
        "users.ulname": lambda p: p.last.upper(),
        "users.dob": lambda p: w.us(p.born_on),
        "patients.ptDob": lambda p: f"{p.born_on} 00:00:00",
        "users.sex": lambda p: p.sex or "unknown",
        "users.upPhone": lambda p: w.hyphens(p.home),
        "users.umobileno": lambda p: w.hyphens(p.mobile),
        "users.uemail": lambda p: p.email,
        "users.zipcode": lambda p: p.zip_code,
        "patients.msgflag": constant("ON"),
    }
    return Export(
        files=(("users.csv", delimited(table(columns, EVERYBODY), encoding="utf-8-sig")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "mrn last first born_on email zip_code", numbers=numbers("home", "mobile")),
    )


ATHENA_STATUS = {"KEPT": "3 - Checked Out", "CANCELLED": "x - Cancelled", "SCHEDULED": "f - Filled"}


def _athena(people, *, date, canceled_name):
    columns = {
        "appt schdlng prvdr": lambda p, b: "Feldman",
        "apptdate": lambda p, b: date(b.on),
        "apptstarttime": lambda p, b: w.clock(b.at),
        "apptday": lambda p, b: f"{b.on:%A}".upper().ljust(9),
        "apptmnth": lambda p, b: f"{b.on:%B}".upper().ljust(9),
        "apptyear": lambda p, b: str(b.on.year),
        "apptcancelleddate": lambda p, b: date(b.on) if b.status == "CANCELLED" else "",
        "apptcancelledtime": lambda p, b: "8:00 AM" if b.status == "CANCELLED" else "",
        "patientid": lambda p, b: p.mrn,
        "patient firstname": lambda p, b: p.first.upper(),
        "patient lastname": lambda p, b: p.last.upper(),
        "patient middleinitial": lambda p, b: p.middle[:1],
        "patientdob": lambda p, b: w.us(p.born_on),
        "patientsex": lambda p, b: p.sex or "U",
        "patient mobile no": lambda p, b: w.brackets(p.mobile),
        "patient workphone": lambda p, b: w.brackets(p.work),
        "patient email": lambda p, b: p.email.upper(),
        "patient address1": lambda p, b: p.street,
        "patient city": lambda p, b: p.city.upper(),
        "patient state": lambda p, b: p.state,
        "patient zip": lambda p, b: p.zip_code,
        "apptslotstatus": lambda p, b: _athena_status(b, canceled_name),
        "apptcheckintime": lambda p, b: w.clock(b.at) if b.status == "KEPT" else "",
        "apptcancelreason": lambda p, b: "PATIENT RESCHEDULED" if b.status == "CANCELLED" else "",
        "appt schdlng prvdr spclty": lambda p, b: "Cardiology",
    }
    return booking_table(columns, people)


def _athena_status(booking, canceled_name):
    if booking.status == "CANCELLED":
        return canceled_name
    return "4 - Charge Entered" if booking.status == "KEPT" and booking.at.hour > 10 else ATHENA_STATUS[booking.status]


def _athena_people(people):
    """athena's slots know neither no-shows nor moved appointments."""
    kept = [(p, tuple(b for b in p.bookings if b.status in ATHENA_STATUS)) for p in people]
    return [type(p)(**{**p.__dict__, "bookings": bookings}) for p, bookings in kept if bookings]


def _athena_stored(people):
    return stored(
        people,
        "mrn last first born_on sex state zip_code email",
        middle=lambda p: p.middle[:1],
        phones=phones(mobile="MOBILE", work="WORK"),
        appointments=appointments,
    )


@layout("athena-title-line-and-squeezed-names")
def athena():
    people = _athena_people(EVERYBODY)
    rows = _athena(people, date=w.us, canceled_name="x - Cancelled")
    title = "\ufeffRecall - Missed and Cancelled Appointments (all departments)\r\n"
    return Export(
        files=(("recall_report.csv", delimited(rows, above=title)),),
        figures=booked(people),
        stored=_athena_stored(people),
    )


@layout("athena-saved-again-by-excel")
def athena_excel():
    people = _athena_people(PEOPLE)
    rows = _athena(people, date=w.short, canceled_name="x")
    title = "Cancelled Appointments" + "," * 24 + "\r\n" + "," * 24 + "\r\n"
    return Export(
        files=(("report1 (2).csv", delimited(rows, above=title, encoding="cp1252")),),
        figures=booked(people),
        stored=_athena_stored(people),
    )
