"""Lists and reports: eye-care recalls, iMedicWare, OpenEMR, Office Ally, Epic, AdvancedMD."""

from . import writing as w
from .layout import (
    Export,
    appointments,
    booked,
    booking_table,
    constant,
    delimited,
    figures,
    initialed,
    last_visit,
    layout,
    phones,
    stored,
    table,
    upcoming,
)
from .people import EVERYBODY, PEOPLE

RECALL_HEAD = ["Scheduled Recall Date", "Next Appt Date", "Last Exam Date", "LastName", "FirstName", "DOB", "Sex", "Phone#",
               "Address 1", "Address 2", "City", "Zip", "State", "Email"]  # fmt: skip
RECALL_FIELDS = "last first born_on sex city zip_code state email"


def phone_of(person):
    return person.mobile or person.home


def one_number(person):
    return frozenset({f"+1{phone_of(person)}"})


def recall_row(p):
    return [f"0{1 + int(p.mrn) % 9}/15/27", w.two_digit(p.next_on), w.two_digit(p.last_visit) or "Never", p.last, p.first,
            w.two_digit(p.born_on), p.sex or "U", w.hyphens(phone_of(p)), p.street, "", p.city, p.zip_code, p.state,
            p.email]  # fmt: skip


def recall_groups(people):
    """Three recall types; some people stand in two of them."""
    kinds = ("Comprehensive Exam", "Glaucoma Check", "Contact Lenses")
    return {kind: [p for place, p in enumerate(people) if place % 3 == at or (place % 8 == 0 and at == 2)]
            for at, kind in enumerate(kinds)}  # fmt: skip


def _recall(people, *, repeat_header, encoding, above):
    lines = [] if repeat_header else [RECALL_HEAD]
    listed = 0
    for kind, members in recall_groups(people).items():
        lines.append([f"Recall Type: {kind}"])
        lines += [RECALL_HEAD] if repeat_header else []
        lines += [recall_row(p) for p in members]
        listed += len(members)
    expected = figures(people, rows=listed)
    del expected["duplicate"]  # as with every recall list: is a further recall news?
    return Export(
        files=(("recall.csv", delimited(lines, encoding=encoding, above=above)),),
        figures=expected,
        stored=stored(people, RECALL_FIELDS, numbers=one_number, visits=last_visit, appointments=upcoming),
    )


@layout("eye-care-recalls-in-sections-latin-1")
def eye_care():
    return _recall(PEOPLE, repeat_header=False, encoding="latin-1", above="Recall List\r\nPrinted 11/16/2026\r\n\r\n")


@layout("eye-care-recalls-header-under-each-section")
def eye_care_pages():
    above = "Bayview Eye Associates\r\n100 Bay St, Miami FL\r\n(305) 555-0100\r\nRecall List\r\nFrom 01/01/2024 to 12/31/2027\r\n"
    return _recall(EVERYBODY, repeat_header=True, encoding="utf-8-sig", above=above)


def _house_calls(delimiter):
    people = [p for p in EVERYBODY if p.next_on]
    columns = {
        "Patient Name": lambda p: f"{p.last}, {p.first}",
        "Patient Home Phone": lambda p: w.hyphens(p.home),
        "Patient Mobile Number": lambda p: w.hyphens(p.mobile),
        "Appointment Date": lambda p: w.dashed(p.next_on),
        "Appointment Time": constant("09:30 AM"),
        "Patient Account Number": lambda p: p.mrn,
        "Doctor Number": constant("17"),
        "Procedure Number": constant("3"),
        "Doctor Name": constant("Feldman, Saul"),
        "Procedure Name": constant("Follow up"),
        "Location (office) Name": constant("Main Office"),
        "Patient Address": lambda p: p.street,
        "Patient City": lambda p: p.city,
        "Patient State": lambda p: p.state,
        "Patient Zip Code": lambda p: p.zip_code,
        "Patient Email Address": lambda p: p.email,
    }
    return Export(
        files=(("reminder.txt", delimited(table(columns, people), delimiter=delimiter)),),
        figures=figures(people, appointments={"SCHEDULED": len(people)}),
        stored=stored(
            people,
            "mrn last email city state zip_code",
            given=lambda p: p.first,
            phones=phones(home="HOME", mobile="MOBILE"),
            appointments=upcoming,
        ),
    )


@layout("imedicware-housecalls-pipes")
def house_calls_pipes():
    return _house_calls("|")


@layout("imedicware-housecalls-commas")
def house_calls_commas():
    return _house_calls(",")


@layout("imedicware-pam")
def pam():
    people = [p for p in EVERYBODY if p.next_on]
    columns = {
        "Account-ID": lambda p: p.mrn,
        "Message Type": constant("R"),
        "Office": constant("Main"),
        "Language Type": lambda p: {"en": "E", "es": "S"}[p.language],
        "Patient Fname": lambda p: p.first.upper(),
        "Patient Lname": lambda p: p.last.upper(),
        "App Date": lambda p: w.dashed(p.next_on),
        "App Time": constant("14:30"),
        "Provider": constant("FELDMAN"),
        "App Type": constant("FU"),
        "Home Phone": lambda p: p.home,
        "Email": lambda p: p.email,
        "Cell Phone": lambda p: p.mobile,
    }
    return Export(
        files=(("PAM.csv", delimited(table(columns, people))),),
        figures=figures(people, appointments={"SCHEDULED": len(people)}),
        stored=stored(people, "mrn last first email", phones=phones(home="HOME", mobile="MOBILE"), appointments=upcoming),
    )


def _open_emr(swapped):
    columns = {
        "Last Visit": lambda p: w.iso(p.last_visit),
        "First": lambda p: p.last if swapped else p.first,
        "Last": lambda p: p.first if swapped else p.last,
        "Middle": lambda p: p.middle,
        "ID": lambda p: p.mrn,
        "Street": lambda p: p.street,
        "City": lambda p: p.city,
        "State": lambda p: p.state,
        "Zip": lambda p: p.zip_code,
        "Home Phone": lambda p: w.hyphens(p.home),
        "Work Phone": lambda p: w.hyphens(p.work),
    }
    return Export(
        files=(("patient_list.csv", delimited(table(columns, EVERYBODY))),),
        figures=figures(EVERYBODY),
        stored=stored(
            EVERYBODY, "mrn last first city state zip_code", phones=phones(home="HOME", work="WORK"), visits=last_visit
        ),
    )


@layout("openemr-patient-list-names-swapped")
def open_emr_swapped():
    """Jennifer, Michael and José under “Last”: anybody who reads the list sees it."""
    return _open_emr(swapped=True)


@layout("openemr-patient-list")
def open_emr():
    return _open_emr(swapped=False)


@layout("office-ally-header-names-with-commas")
def office_ally():
    columns = {
        "Patient ID": lambda p: f"7{p.mrn}",
        "Status": constant("Active"),
        "Patient Name (Last, First MI)": w.inverted,
        "Patient Account Number": lambda p: p.mrn,
        "Patient Address": lambda p: p.street,
        "Patient City": lambda p: p.city,
        "Patient State": lambda p: p.state,
        "Patient Zip": lambda p: p.zip_code,
        "Patient Home Phone": lambda p: w.brackets(p.home),
        "Patient Cell Phone": lambda p: w.brackets(p.mobile),
        "Patient Preferred Language": lambda p: {"en": "English", "es": "Spanish"}[p.language],
        "DOB": lambda p: w.us(p.born_on),
        "Sex": lambda p: p.sex or "U",
        "Guarantor ID": lambda p: f"8{p.mrn}",
        "UD1: ": constant(""),
        "UD2: ": constant(""),
    }
    return Export(
        files=(("PatientList.csv", delimited(table(columns, EVERYBODY))),),
        figures=figures(EVERYBODY),
        stored=stored(
            EVERYBODY,
            "last born_on sex language state zip_code",
            given=initialed,
            phones=phones(home="HOME", mobile="MOBILE"),
        ),
    )


EPIC_STATUS = {"KEPT": "Completed", "NO_SHOW": "No Show", "CANCELLED": "Canceled", "SCHEDULED": "Scheduled"}
EPIC_CODES = {"KEPT": "2", "NO_SHOW": "4", "CANCELLED": "3", "SCHEDULED": "1"}


def epic_people():
    """Clarity shows a moved appointment as a canceled one."""
    return [
        type(p)(**{**p.__dict__, "bookings": kept})
        for p in EVERYBODY
        if (kept := tuple(b for b in p.bookings if b.status in EPIC_STATUS))
    ]


@layout("epic-without-header-row")
def epic_headless():
    columns = {
        "Appt Date": lambda p, b: w.us(b.on),
        "MRN": lambda p, b: f"E{p.mrn}",
        "Name": lambda p, b: f"{p.last}, {p.first}",
        "Birth Date": lambda p, b: w.us(p.born_on),
        "Pt Zip Code": lambda p, b: p.zip_code,
        "Phone": lambda p, b: w.hyphens(phone_of(p)),
        "Appt Status": lambda p, b: EPIC_STATUS[b.status],
        "Detailed Appt Type": lambda p, b: "RETURN PATIENT",
        "Epic Dept": lambda p, b: "MAIN ST OPHTHALMOLOGY",
        "Attending Provider": lambda p, b: "RIVERA, CARMEN",
    }
    people = epic_people()
    return Export(
        files=(("clarity_extract.csv", delimited(booking_table(columns, people)[1:])),),
        figures=booked(people),
        stored=stored(
            people,
            "last born_on",
            given=lambda p: p.first,
            mrn=lambda p: f"E{p.mrn}",
            numbers=one_number,
            appointments=appointments,
        ),
    )


@layout("epic-ehi-tsv")
def epic_ehi():
    columns = {
        "PAT_ENC_CSN_ID": lambda p, b: b.number,
        "PAT_MRN_ID": lambda p, b: p.mrn,
        "PAT_NAME": lambda p, b: f"{p.last.upper()},{p.first.upper()}",
        "BIRTH_DATE": lambda p, b: f"{w.short(p.born_on)} 12:00:00 AM",
        "SEX_C_NAME": lambda p, b: w.sex_word(p.sex),
        "HOME_PHONE": lambda p, b: w.hyphens(p.home),
        "APPT_TIME": lambda p, b: f"{w.short(b.on)} {w.clock(b.at).replace(' ', ':00 ')}",
        "APPT_STATUS_C_NAME": lambda p, b: EPIC_STATUS[b.status],
        "CANCEL_REASON_C_NAME": lambda p, b: "Patient" if b.status == "CANCELLED" else "",
        "APPT_MADE_DATE": lambda p, b: "1/5/2024 12:00:00 AM",
    }
    people = epic_people()
    return Export(
        files=(("PAT_ENC.tsv", delimited(booking_table(columns, people), delimiter="\t")),),
        figures=booked(people),
        stored=stored(
            people,
            "mrn last born_on sex",
            given=lambda p: p.first,
            phones=phones(home="HOME"),
            appointments=appointments,
        ),
    )


@layout("advancedmd-textbox-headers")
def advanced_md():
    columns = {
        "Textbox80": constant("Established Patient 15"),
        "StartDate2": lambda p: w.short(p.bookings[0].on),
        "Textbox39": constant("1/5/2024"),
        "PatientName1": lambda p: f"{p.last.upper()}, {p.first.upper()}",
        "Textbox41": lambda p: w.short(p.born_on),
        "PreferredPhone1": lambda p: w.brackets(phone_of(p)),
        "ZipCode1": lambda p: p.zip_code,
    }
    return Export(
        files=(("rptAppointments.csv", delimited(table(columns, EVERYBODY), encoding="utf-8-sig")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "last born_on zip_code", given=lambda p: p.first, numbers=one_number),
    )
