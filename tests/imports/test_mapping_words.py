"""Names of columns put together from the words that people use, and columns known by what stands beside them."""

import csv
import datetime as dt
import io
import itertools
import random
import time

import pytest

from imports import fields, mapping
from imports.reading import open_table

TODAY = dt.date(2026, 11, 23)
# Each line: words of which one is taken from every group; "-" is none.
WORDINGS = {
    "last_name": "-,Pt,Pat,Patient,Client,Person,Member × Last,Surname,Family,LName,L Name × -,Name,Nm",
    "first_name": "-,Pt,Pat,Patient,Client,Person,Member × First,Given,FName,Forename,F Name × -,Name,Nm",
    "born_on": "-,Pt,Patient,Client,Person × DOB,D.O.B.,Birth Date,Birth Dt,Date of Birth,Birthday,B-Day,Born On",
    "mrn": "-,Pt,Patient,Client × Chart,MRN,Acct,Account,Med Rec,Medical Record × -,No,Nbr,Num,Number,#,ID",
    "phone_mobile": "-,Pt,Patient × Cell,Mobile,Mob,Cell Phone,Mobile Tel,Cellular × -,No,Number,#",
    "phone_home": "-,Pt,Patient × Home Phone,Home Tel,Res Phone,House Phone,Landline,Evening Phone × -,No,Number,#",
    "phone_work": "-,Pt,Patient × Work Phone,Wk Ph,Business Phone,Office Phone,Job Phone,Daytime Phone × -,No,Number,#",
    "phone_other": "-,Pt × Phone,Phone 1,Tel,Primary Phone,Alt Phone,Best Number,Contact Number"
    ",Callback Number,Phone on File,1st Phone",
    "appointment_on": "Appt,Appointment,Booking,Scheduled,Sched,App,Slot,Session × Date,Dt,For,DateTime"
    ",Date/Time,Start Date,Date and Time",
    "appointment_time": "Appt,Appointment,Visit,Booking × Time,Tm,Start Time,Time of Day,Hour",
    "status": "Appt,Appointment,Visit,Booking,Sched × Status,Sts,Outcome,Disposition,Result,Status Desc,Status Name",
    "last_visit": "Last,Most Recent,Previous,Latest"
    " × Visit,Appt,Exam,Office Visit,Seen,Encounter,Eye Exam,Checkup × -,Date,Dt,On",
    "next_visit": "Next,Upcoming,Future,Next Scheduled × Visit,Appt,Appointment,Exam,Encounter × -,Date,Dt,On",
    "visit_type": "Appt,Appointment,Visit,Booking × Type,Reason,Category,Purpose,Type Desc",
    "provider": "-,Appt,Rendering,Treating,Assigned,Scheduling,Seen By × Provider,Doctor,Dr,Physician,Clinician,Provider Name",
    "location": "-,Appt,Appointment,Service × Location,Loc,Facility,Site,Location Name,Facility Name",
    "appointment_id": "Appt,Appointment,Visit,Booking,Sched × ID,No,Number,#,Key",
    "cancel_reason": "Cancel,Cancellation,Canceled,Cxl,Appt Cancel × Reason,Rsn,Reason Desc",
    "cancelled": "-,Appt,Is × Cancelled,Canceled?,Cancelled (Y/N),Cancel Flag,Cxl Date,Date Cancelled",
    "checked_in": "-,Appt,Patient × Checked In,Check-In Time,Arrived,Arrival Time,Check-Out Time,Kept?,Showed",
    "sex": "-,Pt,Patient × Sex,Gender,Birth Sex,Sex (M/F),Gender Code,Legal Sex",
    "zip_code": "-,Pt,Home,Mailing × Zip,Zip Code,Postal Code,Zip/Postal Code,Zip+4",
    "": "Guarantor,Emergency Contact,Spouse,Next of Kin,NOK,Responsible Party,Insured,Policyholder,PCP"
    ",Ref Provider,Employer,Attorney"
    " × Name,Last Name,First Name,Phone,Cell,DOB,Email,City,Zip",
}
NOT_OURS = (
    "Created On,Date Created,Appt Made On,Modified,Last Modified Date,Last Updated,Date Entered,Date Added"
    ",Registration Date,Confirmed"
    ",Confirmed At,Confirmation Date,Reminder Sent,Date Printed,Run Date,Report Date,Last Payment Date"
    ",Last Statement Date,Last Billed,Age"
    ",Age at Visit,Balance,Recall Date,Next Recall,Last Recall Date,Follow Up Date,First Visit"
    ",First Appt Date,Patient Since,Last Contact"
    ",Last Call Date,Last Lab Date,Last No Show,Last Cancelled Appt,Number of Visits,# Visits,Referral Date"
    ",Auth Date,Effective Date"
    ",Insurance Exp Date,Verified On,Last Visit Provider,Next Appt Time,Next Appt Type,Last Appt Status"
    ",Former Last Name,Scheduled By"
    ",Appt End Time,Appt Length,Provider NPI,Date of Injury,Time Zone"
)


def styles(name):
    words = "".join(letter if letter.isalnum() else " " for letter in name.replace("#", "No")).split()
    return name, name.upper(), "_".join(words).lower(), f"{name}:"


def wordings(line):
    for parts in itertools.product(*(group.strip().split(",") for group in line.split("×"))):
        yield from styles(" ".join(part for part in parts if part != "-"))


@pytest.mark.parametrize("field", WORDINGS)
def test_words_put_together_name_their_field(field):
    found = {name: fields.field_for(name)[0] for name in wordings(WORDINGS[field])}

    assert {name: other for name, other in found.items() if other != field} == {}


@pytest.mark.parametrize("name", NOT_OURS.split(","))
def test_what_is_about_something_else_names_no_field(name):
    assert [fields.field_for(style)[0] for style in styles(name)] == [""] * 4


# Files

DICE = random.Random(8)
FIRST = ("Ann", "Bo", "Cyrus", "Dina", "Earl", "Fay", "Gus", "Hope", "Ian", "Joy")
LAST = ("Lee", "Ng", "Smith", "Garcia", "Brown", "Khan", "Patel", "Ruiz", "Kim", "Chen")
PEOPLE = [
    (str(4000 + 3 * n), LAST[n % 10], FIRST[n // 10], f"{DICE.randrange(1, 13):02d}/{DICE.randrange(1, 29):02d}/{1935 + n}")
    for n in range(50)
]
HEAD = ["MRN", "Last Name", "First Name", "DOB"]
DAYS = [TODAY + dt.timedelta(DICE.randrange(-200, 60)) for _ in PEOPLE]
PAST = [TODAY - dt.timedelta(DICE.randrange(20, 900)) for _ in PEOPLE]


def us(day):
    return f"{day:%m/%d/%Y}"


def outcome(day, n):
    return "Scheduled" if day > TODAY else ("Completed", "No Show", "Cancelled")[n % 3]


def guessed(columns, people=PEOPLE):
    """{header: field} of a list of the people with further columns, {header: cells}."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [[*HEAD, *columns], *([*row, *cells] for row, *cells in zip(people, *columns.values(), strict=True))]
    )
    table = open_table(io.BytesIO(text.getvalue().encode()), limit_bytes=99_000_000)
    return {guess.header: guess.field for guess in mapping.guess(table, today=TODAY)}


BESIDE = {"Status": [outcome(day, n) for n, day in enumerate(DAYS)], "Visit Type": ["New", "Follow Up"] * 25}


@pytest.mark.parametrize(
    "name", ["Scheduled For", "When", "Appt Day", "Calendar", "Booked On", "Slot", "Qx17", "Patient Arriving"]
)
def test_the_one_day_beside_a_status_is_of_the_appointment(name):
    found = guessed(BESIDE | {name: [f"{us(day)} 08:15" for day in DAYS]})

    assert (found[name], found["Status"]) == ("appointment_on", "status")


@pytest.mark.parametrize("name", ["Created On", "Modified", "Printed", "Last Payment Date", "Recall Date", "Spouse Birthday"])
def test_a_day_of_something_else_is_not_of_the_appointment(name):
    found = guessed(BESIDE | {name: [us(day) for day in PAST]})

    assert (found[name], found["Status"]) == ("", "")


def test_of_two_days_that_of_the_appointment_has_a_time_of_day():
    found = guessed(BESIDE | {"Booked On": [us(day) for day in PAST], "Start": [f"{us(day)} 9:30 AM" for day in DAYS]})

    assert (found["Booked On"], found["Start"]) == ("", "appointment_on")


def test_a_day_on_which_somebody_booked_is_no_appointment_by_itself():
    assert guessed({"Booked On": [us(day) for day in PAST]})["Booked On"] == ""


def test_a_lone_day_named_like_a_visit_is_the_last_one():
    assert guessed({"Came To Office": [us(day) for day in PAST]})["Came To Office"] == "last_visit"
    assert guessed({"Qx17": [us(day) for day in PAST]})["Qx17"] == ""


def test_one_odd_cell_turns_no_guess():
    def odd(cells, cell):
        return [*cells[:7], cell, *cells[8:]]

    columns = {
        "Last Visit": odd([us(day) for day in PAST], "see chart"), "Cell": odd(["312-555-0100"] * 50, "wife's"),
        "Sex": odd(["M", "F"] * 25, "?"),
        "Qx1": odd(BESIDE["Status"], "2 pm"), "Qx2": odd([us(day) for day in DAYS], "01/01/1925"),
    }  # fmt: skip
    found = guessed(columns, odd(PEOPLE, ("4021", "Lee", "Bo", "01/02/2031")))

    assert list(found.values()) == [
        "mrn", "last_name", "first_name", "born_on", "last_visit", "phone_mobile", "sex", "status", "appointment_on",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "cells", "field"),
    [
        ("Last Name 2", ["Lee, Ann"] * 50, ""),
        ("Account", [f"312555{n:04d}" for n in range(100, 150)], "phone_other"),
        ("Last Visit", [us(TODAY + dt.timedelta(n + 3)) if n % 3 else "" for n in range(50)], "next_visit"),
        ("City", [us(day) for day in PAST], ""),
        ("Email", [f"312-555-01{n:02d}" for n in range(50)], "phone_other"),
    ],
)  # fmt: skip
def test_values_that_contradict_a_name_overrule_it(name, cells, field):
    assert guessed({name: cells})[name] == field


def test_a_thousand_unknown_columns_are_guessed_in_time():
    kinds = [
        lambda n: f"{n * 7919 % 10**7}",
        lambda n: us(PAST[n % 50]),
        lambda n: f"words {n} of some length",
        lambda n: "NY"[n % 2],
    ]
    rows = [[kinds[column % 4](n * column) for column in range(990)] for n in range(300)]
    text = io.StringIO()
    csv.writer(text).writerows([[f"Qx{n}" for n in range(990)], *rows])
    table = open_table(io.BytesIO(text.getvalue().encode()), limit_bytes=99_000_000)
    sample = table.sample(300)
    started = time.process_time()
    mapping.guess(table, sample, today=TODAY)

    assert time.process_time() - started < 2
