"""Nextech, MedInformatix and Crystal PM."""

import csv

from . import writing as w
from .layout import (
    Export,
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
    upcoming,
)
from .people import EVERYBODY, PEOPLE


@layout("nextech-recalls")
def nextech_recalls():
    """Two recalls for some: the second row of a person says nothing new about them but another recall."""
    head = ["Patient ID", "Patient First Name", "Patient Last Name", "Patient Birth Date", "Recall ID", "Discontinued",
            "Recall Template ID", "Recall Template Name", "Recall Status", "Recall Step ID", "Recall Appointment ID",
            "Recall Date", "Appointment ID", "Appointment Date", "Appointment Type Name", "Appointment Purpose",
            "Appointment Notes", "Provider Name", "Location Name", "Created Date", "Modified Date UTC"]  # fmt: skip
    rows = []
    for place, p in enumerate(EVERYBODY):
        booking = [str(77_000 + place), w.us(p.next_on), "Exam", "Annual", ""] if p.next_on else [""] * 5
        for recall in range(2 if place % 5 == 0 else 1):
            rows.append([p.mrn, p.first, p.last, w.us(p.born_on), str(9000 + 2 * place + recall), "No", str(3 + recall),
                         ("Glaucoma 6 months", "Annual exam")[recall], "Active", "1", "", f"0{recall + 1}/15/2026", *booking,
                         "Rivera, Carmen", "Main St", "01/02/2025", "2025-01-02 16:10"])  # fmt: skip
    expected = figures(EVERYBODY, rows=len(rows))
    del expected["duplicate"]  # whether a further recall is news depends on what is kept of recalls
    return Export(
        files=(("Recalls.csv", delimited([head, *rows])),),
        figures=expected,
        stored=stored(EVERYBODY, "mrn last first born_on", appointments=upcoming),
    )


def _nextech_row(p, b):
    status = {"KEPT": "Out", "NO_SHOW": "No Show"}.get(b.status, "Pending")
    return [b.number, p.mrn, p.first, p.last, w.us(p.born_on), w.us(b.on), "", "Exam", "Dr. Rivera", w.clock(b.at),
            w.clock(b.at.replace(minute=59)), "Follow up", ("Yes", "No", "LM")[int(p.mrn) % 3], status,
            w.us(b.on) if b.status == "NO_SHOW" else "", "Yes" if b.status == "CANCELLED" else "No",
            "Patient ill" if b.status == "CANCELLED" else "", "mlopez" if b.status == "CANCELLED" else "",
            w.us(b.on) if b.status == "CANCELLED" else ""]  # fmt: skip


@layout("nextech-appointments-with-canceled-flag-apart")
def nextech_appointments():
    people = [
        type(p)(**{**p.__dict__, "bookings": kept})
        for p in EVERYBODY
        if (kept := tuple(b for b in p.bookings if b.status != "RESCHEDULED"))
    ]
    head = ["Appointment ID", "Patient ID", "Patient First Name", "Patient Last Name", "Patient Birth Date", "Appointment Date",
            "Appointment Notes", "Appointment Purpose", "Appointment Resource", "Appointment Start Time", "Appointment End Time",
            "Appointment Type", "Appointment Confirmed", "Appointment Status", "Appointment NoShow Date",
            "Appointment Is Cancelled?", "Appointment Cancelled Reason", "Appointment Cancelled By",
            "Appointment Cancelled Date"]  # fmt: skip
    rows = [_nextech_row(p, b) for p in people for b in p.bookings]
    return Export(
        files=(("Appointments.csv", delimited([head, *rows])),),
        figures=booked(people),
        stored=stored(people, "mrn last first born_on", appointments=appointments),
    )


def _clmaster(people, **how):
    columns = {
        "Company": constant("01"),
        "Account": lambda p: p.mrn[-4:],
        "MRN": lambda p: p.mrn,
        "Doctor": constant("Rivera, Carmen"),
        "Last Name": lambda p: p.last.upper(),
        "Middle Name": lambda p: p.middle,
        "First Name": lambda p: p.first.upper(),
        "Address Street 1": lambda p: p.street,
        "Address Street 2": constant(""),
        "City": lambda p: p.city,
        "State": lambda p: p.state,
        "Zip": lambda p: p.zip_code,
        "Home Phone": lambda p: w.slashed(p.home),
        "Work Phone": lambda p: w.slashed(p.work),
        "Cell Phone": lambda p: w.slashed(p.mobile),
        "Date Of Birth": lambda p: w.us(p.born_on),
        "Sex": lambda p: p.sex or "U",
        "Email": lambda p: p.email,
        "Patient Type": constant("EST"),
        "Fee Type": constant("STD"),
        "Drug Type": constant(""),
        "Referral": constant(""),
        "Student": constant("N"),
        "Marital Status": constant("M"),
        "Last Pay": constant(""),
        "Last Visit": lambda p: w.us(p.last_visit),
        "Next Visit": lambda p: w.us(p.next_on),
    }
    return delimited(table(columns, people), **how)


CLMASTER = "mrn last first middle born_on sex email city state zip_code"
CL_PHONES = phones(home="HOME", work="WORK", mobile="MOBILE")


@layout("medinformatix-clmaster-cp1252")
def clmaster():
    return Export(
        files=(("CLMASTER.CSV", _clmaster(PEOPLE, encoding="cp1252")),),
        figures=figures(PEOPLE),
        stored=stored(PEOPLE, CLMASTER, phones=CL_PHONES, visits=last_visit, appointments=upcoming),
    )


@layout("medinformatix-clmaster-semicolons-utf8")
def clmaster_semicolons():
    return Export(
        files=(("clmaster.csv", _clmaster(EVERYBODY, delimiter=";", eol="\n")),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, CLMASTER, phones=CL_PHONES, visits=last_visit, appointments=upcoming),
    )


MED_HEAD = next(csv.reader([
    "Company,Account,MRN,Appt Date,ApptTime,Book,Reason,Appt Description,Allotted,Tag Date,Tag Time,Room Time,Finish Time,"
    "Status,Appt Flag,Create Date,Create Time,Appt Referral,User Name,Facility,Anesthesia Used,Note,Appt Id,Arrival Time,"
    "Flag User,Reason User,Stat,Eligibility,Reason Code,Reason Desc"
]))  # fmt: skip


def _med_appointments(day, at):
    words = {"KEPT": "Checked Out", "NO_SHOW": "No Show", "CANCELLED": "Cancelled", "RESCHEDULED": "Rescheduled"}
    rows = []
    for p in PEOPLE:
        for b in p.bookings:
            cells = dict.fromkeys(MED_HEAD, "") | {
                "Company": "01", "Account": p.mrn[-4:], "MRN": p.mrn, "Appt Date": day(b), "ApptTime": at(b), "Book": "RIV",
                "Reason": "FU", "Appt Description": "Follow up", "Allotted": "15", "Status": words.get(b.status, "Scheduled"),
                "Create Date": "01/03/2024", "Create Time": "10:15 AM", "User Name": "JLO", "Facility": "MAIN", "Note": "",
                "Appt Id": b.number, "Reason Code": "FU", "Reason Desc": "Follow up",
            }  # fmt: skip
            rows.append(list(cells.values()))
    return [MED_HEAD, *rows]


@layout("medinformatix-patients-then-appointments")
def medinformatix_pair():
    bookings = delimited(_med_appointments(lambda b: w.us(b.on), lambda b: w.clock(b.at)))
    return Export(
        files=(("CLMASTER.CSV", _clmaster(PEOPLE, encoding="latin-1")), ("APPOINTMENTS.CSV", bookings)),
        figures=booked(PEOPLE, create=0),
        stored=stored(PEOPLE, CLMASTER, phones=CL_PHONES, appointments=lambda p: appointments(p) | upcoming(p)),
    )


@layout("medinformatix-appointments-with-time-in-the-date")
def medinformatix_stamps():
    bookings = delimited(_med_appointments(lambda b: f"{w.short(b.on)} {w.clock(b.at).replace(' ', ':00 ')}", lambda b: ""))
    return Export(
        files=(("CLMASTER.CSV", _clmaster(PEOPLE, encoding="cp1252")), ("APPOINTMENTS.CSV", bookings)),
        figures=booked(PEOPLE, create=0),
        stored=stored(PEOPLE, CLMASTER, phones=CL_PHONES, appointments=lambda p: appointments(p) | upcoming(p)),
    )


def _crystal_patients():
    columns = {
        "acctid": lambda p: p.mrn,
        "patient_first_name": lambda p: p.first,
        "patient_last_name": lambda p: p.last,
        "patient_middle_initial": lambda p: p.middle[:1],
        "patient_home_phone": lambda p: p.home,
        "patient_work_phone": lambda p: p.work,
        "patient_nickname": lambda p: "Bob" if p.first == "Robert" else "",
        "ssn": w.ssn,
        "birthday": lambda p: w.iso(p.born_on),
        "balance": constant("0.00"),
        "active": lambda p: "0" if int(p.mrn) % 10 == 3 else "1",
        "recall_type": constant("1"),
        "last_exam": lambda p: w.iso(p.last_visit) or "0000-00-00",
    }
    return delimited(table(columns, EVERYBODY), eol="\n")


CRYSTAL = {
    "phones": phones(home="HOME", work="WORK"),
    "visits": last_visit,
    "inactive": lambda p: int(p.mrn) % 10 == 3,
    "middle": lambda p: p.middle[:1],
}


@layout("crystal-pm-patients-with-sentinels")
def crystal():
    return Export(
        files=(("patients.csv", _crystal_patients()),),
        figures=figures(EVERYBODY),
        stored=stored(EVERYBODY, "mrn last first born_on", **CRYSTAL),
        refused=frozenset({"ssn"}),
        secrets=tuple(w.ssn(p) for p in EVERYBODY),
    )


@layout("crystal-pm-patients-then-appointments-by-flags")
def crystal_appointments():
    columns = {
        "schedid": lambda p, b: b.number,
        "acctid": lambda p, b: p.mrn,
        "empid": lambda p, b: "4",
        "mdate": lambda p, b: w.iso(b.on),
        "mtime": lambda p, b: str(b.at),
        "showed": lambda p, b: "1" if b.status == "KEPT" else "0",
        "reschedid": lambda p, b: "991204" if b.status == "RESCHEDULED" else "0",
        "signedout": lambda p, b: f"{b.on} 17:39:20" if b.status == "KEPT" else "0000-00-00 00:00:00",
        "deleted": lambda p, b: "1" if b.status == "CANCELLED" else "0",
    }
    bookings = delimited(booking_table(columns, EVERYBODY))
    return Export(
        files=(("patients.csv", _crystal_patients()), ("appts.csv", bookings)),
        figures=booked(EVERYBODY, create=0),
        stored=stored(EVERYBODY, "mrn last first born_on", **CRYSTAL, appointments=appointments),
        secrets=tuple(w.ssn(p) for p in EVERYBODY),
    )
