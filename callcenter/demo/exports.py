"""The files that the demo practices export, in the layouts of their EMRs, as bytes."""

import csv
import io

from .emr import moment_of

DRCHRONO_STATUS = {
    "SCHEDULED": "Confirmed", "KEPT": "Complete", "NO_SHOW": "No Show", "CANCELLED": "Cancelled", "RESCHEDULED": "Rescheduled",
}  # fmt: skip
DRCHRONO_SEX = {"F": "Female", "M": "Male", "": "Unknown"}
DRCHRONO_LANGUAGE = {"en": "eng", "es": "spa", "zh": "zho", "vi": "vie", "tl": "tgl", "ru": "rus"}
MEDINFORMATIX_STATUS = {
    "SCHEDULED": "Scheduled", "KEPT": "Checked Out", "NO_SHOW": "No Show", "CANCELLED": "Canceled", "RESCHEDULED": "Rescheduled",
}  # fmt: skip
# The layout's own columns, and three at the end that a practice can add to the report.
CLMASTER = (
    "Company,Account,MRN,Doctor,Last Name,Middle Name,First Name,Address Street 1,Address Street 2,City,State,Zip,Home Phone,"
    "Work Phone,Cell Phone,Date Of Birth,Sex,Email,Patient Type,Fee Type,Drug Type,Referral,Student,Marital Status,"
    "Last Pay,Last Visit,Next Visit,Language,Deceased,Active"
)
APPOINTMENTS = (
    "Company,Account,MRN,Appt Date,ApptTime,Book,Reason,Appt Description,Allotted,Tag Date,Tag Time,Room Time,Finish Time,"
    "Status,Appt Flag,Create Date,Create Time,Appt Referral,User Name,Facility,Anesthesia Used,Note,Appt Id,Arrival Time,"
    "Flag User,Reason User,Stat,Eligibility,Reason Code,Reason Desc"
)


def drchrono(charts, visits, *, on):
    """[(file name, bytes)] of DrChrono: demographics, and appointments that carry no number of their own."""
    return _both(f"drchrono_demographics_{on}.csv", _demographics(charts), f"drchrono_appointments_{on}.csv", _booked(visits))


def medinformatix(charts, visits, *, on):
    """[(file name, bytes)] of MedInformatix: CLMASTER in the Windows code page, and APPOINTMENTS."""
    masters = _clmaster(charts, on=on)
    return _both(f"CLMASTER_{on:%Y%m%d}.CSV", masters, f"APPOINTMENTS_{on:%Y%m%d}.CSV", _appointments(visits), "cp1252")


def _both(chart_name, charts, visit_name, visits, encoding="utf-8"):
    """A file of charts and one of visits; a file without rows is not written."""
    named = ((chart_name, charts), (visit_name, visits))
    return [(name, _csv(rows, encoding)) for name, rows in named if len(rows) > 1]


def _csv(rows, encoding):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def _demographics(charts):
    header = (
        "chart_id,first_name,middle_name,last_name,date_of_birth,gender,social_security_number,cell_phone,home_phone,"
        "office_phone,office_phone_extension,email,address,city,state,zip_code,preferred_language,date_of_first_appointment,"
        "date_of_last_appointment,date_of_next_follow_up,disable_sms_messages,patient_status,doctor,referring_doctor"
    )
    rows = [header.split(",")]
    for n, chart in enumerate(charts):
        kept = sorted(visit.on for visit in chart.visits if visit.status == "KEPT")
        rows.append([
            chart.mrn, chart.first_name, chart.middle_name, chart.last_name, chart.born, DRCHRONO_SEX[chart.sex],
            f"900-{n // 10000 % 100:02d}-{n % 10000:04d}", _spaced(chart.cell), _spaced(chart.home), _spaced(chart.work), "",
            chart.email, chart.address, chart.city, chart.state, chart.zip_code, DRCHRONO_LANGUAGE.get(chart.language, ""),
            kept[0] if kept else "", kept[-1] if kept else "", "", "False", chart.status, chart.provider, "",
        ])  # fmt: skip
    return rows


def _booked(visits):
    header = "created_at,doctor,follow_up_appointment_date,new_patient,office,patient,reason,scheduled_time,status,updated_at"
    rows = [header.split(",")]
    for visit in visits:
        rows.append([
            f"{visit.made_on}T10:00:00", visit.provider, "", len(visit.chart.visits) == 1, visit.office, visit.chart.mrn,
            visit.reason, moment_of(visit).isoformat(), DRCHRONO_STATUS[visit.status], f"{visit.changed_on}T18:00:00",
        ])  # fmt: skip
    return rows


def _clmaster(charts, *, on):
    rows = [CLMASTER.split(",")]
    for chart in charts:
        ahead, last = chart.next_visit(on), chart.last_kept_on()
        rows.append([
            "01", chart.mrn[-4:], chart.mrn, chart.provider, chart.last_name.upper(), chart.middle_name, chart.first_name.upper(),
            chart.address, "", chart.city, chart.state, chart.zip_code, _slashed(chart.home), _slashed(chart.work),
            _slashed(chart.cell), _american_text(chart.born), chart.sex or "U", chart.email, "EST", "STD",
            "", "", "N", "", "", _american(last), _american(ahead.on) if ahead else "", chart.language.upper(),
            "Y" if chart.status == "D" else "N", "N" if chart.status == "I" else "Y",
        ])  # fmt: skip
    return rows


def _appointments(visits):
    rows = [APPOINTMENTS.split(",")]
    for visit in visits:
        mrn, made = visit.chart.mrn, _american(visit.made_on)
        rows.append([
            "01", mrn[-4:], mrn, _american(visit.on), f"{visit.at:%I:%M %p}", visit.provider, visit.reason, visit.reason, "15",
            "", "", "", "", MEDINFORMATIX_STATUS[visit.status], "", made, "10:00 AM", "", "FRONTDESK", visit.office, "N", "",
            visit.number, "", "", "", "", "", "", visit.cancel_reason,
        ])  # fmt: skip
    return rows


def _american(day):
    return f"{day:%m/%d/%Y}" if day else ""


def _american_text(iso):
    """A birth date the American way; what is no date is left as it was typed."""
    year, _, rest = iso.partition("-")
    return f"{rest.replace('-', '/')}/{year}" if len(rest) == 5 else iso


def _spaced(digits):
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else ""


def _slashed(digits):
    return f"{digits[:3]}/{digits[3:6]}-{digits[6:]}" if digits else ""
