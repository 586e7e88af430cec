"""Appointment lists thrown together by a seed: header names, words for a status, date and time together or apart."""

import random

from . import writing as w
from .layout import Export, appointments, booked, booking_table, delimited, layout, stored
from .mixtures import HEADERS
from .people import EVERYBODY

ON = [
    "Appt Date",
    "Appointment Date",
    "Appt Dt",
    "ScheduleDate",
    "Date of Appointment",
    "appointment_date",
    "APPT DATE",
    "Visit Date",
]
AT = ["Appt Time", "Time", "Start Time", "Appointment Time", "Appt Start", "start_time"]
TOGETHER = ["appt_datetime", "Appt Date/Time", "Appointment Date Time", "Scheduled For", "Start", "StartDateTime"]
STATUS = ["Status", "Appt Status", "Appointment Status", "Visit Status", "status_desc", "Appt. Status"]
WORDS = {
    "KEPT": ["Kept", "Completed", "Checked Out", "Arrived", "Seen", "Complete", "Visit Completed", "CHECKED OUT", "Check Out"],
    "NO_SHOW": ["No Show", "NoShow", "No-Show", "NO SHOW", "N/S", "Missed", "Did Not Show", "No Showed"],
    "CANCELLED": ["Cancelled", "Canceled", "CANCELLED BY PATIENT", "Cancel", "Pt Cancelled", "CANC", "Cancelled - Office", "Cxl"],
    "RESCHEDULED": ["Rescheduled", "R/S", "Resched", "RESCHEDULED", "Rescheduled by Pt", "Re-scheduled", "Reschedule"],
    "SCHEDULED": ["Scheduled", "Confirmed", "Pending", "Booked", "SCHEDULED", "Unconfirmed", "Open"],
}
DATES = [w.us, w.short, w.iso, w.dashed, w.worded, w.two_digit]
CLOCKS = [w.clock, lambda at: f"{at:%H:%M}", lambda at: f"{at:%H:%M:%S}", lambda at: w.clock(at).replace(" ", "").lower()]


def _columns(chance):
    date, clock = chance.choice(DATES), chance.choice(CLOCKS)
    words = {status: chance.choice(names) for status, names in WORDS.items()}
    columns = {
        chance.choice(HEADERS["mrn"]): lambda p, b: p.mrn,
        chance.choice(HEADERS["last"]): lambda p, b: p.last,
        chance.choice(HEADERS["first"]): lambda p, b: p.first,
        chance.choice(HEADERS["born_on"]): lambda p, b: date(p.born_on),
        chance.choice(STATUS): lambda p, b: words[b.status],
        "Provider": lambda p, b: "Rivera, Carmen",
        "Location": lambda p, b: "Main St",
        "Visit Type": lambda p, b: "Follow Up",
    }
    if chance.random() < 0.4:
        columns[chance.choice(TOGETHER)] = lambda p, b: f"{date(b.on)} {clock(b.at)}"
    else:
        columns |= {chance.choice(ON): lambda p, b: date(b.on), chance.choice(AT): lambda p, b: clock(b.at)}
    if chance.random() < 0.3:
        columns[chance.choice(["Created", "Date Created", "Appt Made Date", "Entered On"])] = lambda p, b: date(
            b.on.replace(year=2023, day=1)
        )
    if chance.random() < 0.3:
        columns[chance.choice(["Cancel Reason", "Reason", "Comments"])] = lambda p, b: (
            "Sick, will call" if b.status == "CANCELLED" else ""
        )
    named = list(columns.items())
    chance.shuffle(named)
    return dict(named)


def _register(seed):
    @layout(f"booking-mixture-{seed}")
    def make():
        chance = random.Random(5000 + seed)
        rows = booking_table(_columns(chance), EVERYBODY)
        content = delimited(rows, delimiter=chance.choice(",,\t;|"), encoding=chance.choice(["utf-8", "utf-8-sig", "utf-16"]))
        return Export(
            files=((chance.choice(["appointments.csv", "SCHEDULE.TXT"]), content),),
            figures=booked(EVERYBODY),
            stored=stored(EVERYBODY, "mrn last first born_on", appointments=appointments),
        )


for seed in range(24):
    _register(seed)
