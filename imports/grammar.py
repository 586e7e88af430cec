"""What columns are called in words that `aliases` does not list: a subject and an aspect of it, in any order.

"Scheduled For", "Booking Dt" and "Day of Visit" all say when an appointment is. A pattern is one of each of its groups
("appointment/visit date/day"), and beside them only words that its field allows. Words are those of `headers.spelled`.
"""

SURE, LIKELY, VAGUE = 550, 480, 250

_SUBJECT = "appointment/visit/booking/scheduled/planned/event"
_BOOKED = "appointment/visit/booking/scheduled/booked"
_LATEST = "last/recent/previous"
_SEEN = "visit/appointment/exam/seen/encounter/service/treatment/physical/kept/completed"
_LINKS = "of the for on at and to is s patient"

# Field, how surely, patterns, other words allowed. The first that fits wins.
GRAMMAR = (
    (
        "cancel_reason",
        SURE,
        "cancelled/noshow reason/why|why cancelled",
        f"appointment visit or description comment text {_LINKS}",
    ),
    ("cancel_reason", LIKELY, "cancelled/noshow reason", f"appointment visit or code name c {_LINKS}"),
    ("cancelled", SURE, "cancelled", f"appointment visit booking scheduled date flag yn {_LINKS}"),
    ("no_show", SURE, "noshow", f"appointment visit booking date flag yn {_LINKS}"),
    ("rescheduled", SURE, "rescheduled", f"appointment visit booking date flag yn {_LINKS}"),
    ("checked_in", SURE, "arrived/checkin/kept", f"appointment visit booking patient date time flag yn up {_LINKS}"),
    ("checked_in", LIKELY, "checkout", f"appointment visit booking patient date time flag yn {_LINKS}"),
    (
        "last_visit",
        SURE,
        f"{_LATEST} {_SEEN}",
        f"date time day most office eye clinic annual comprehensive wellness hygiene full patient kept completed {_LINKS}",
    ),
    (
        "next_visit",
        SURE,
        "next visit/appointment/exam/seen/encounter/booking/booked|next scheduled",
        f"date day office eye clinic patient most scheduled booked {_LINKS}",
    ),
    (
        "next_visit",
        SURE,
        "next visit/appointment/exam/scheduled/booking date",
        f"time start office patient scheduled booked {_LINKS}",
    ),
    (
        "status",
        SURE,
        "appointment/visit/booking/scheduled/encounter/event status/outcome/attendance",
        f"description name current final type patient primary {_LINKS}",
    ),
    (
        "status",
        LIKELY,
        "status/outcome/attendance",
        f"description name current final arrived checkin noshow attendance kept {_LINKS}",
    ),
    ("status", VAGUE, "appointment/visit/booking/scheduled state|kept/noshow cancelled|kept noshow", _LINKS),
    (
        "appointment_id",
        SURE,
        "appointment/visit/booking/scheduled/event id/number/reference/ref/guid",
        f"patient record unique {_LINKS}",
    ),
    (
        "visit_type",
        LIKELY,
        "appointment/visit/booking/scheduled/encounter/event/service type/class/purpose/reason/description",
        f"name description patient detailed {_LINKS}",
    ),
    ("visit_type", LIKELY, "appointment/visit procedure/service", f"name description {_LINKS}"),
    (
        "appointment_on",
        VAGUE,
        "booked date/day/on/at|scheduled on/at",
        f"appointment visit booking date time local patient when {_LINKS}",
    ),
    (
        "appointment_on",
        SURE,
        f"{_SUBJECT} date|{_BOOKED} for/when|booked start|appointment/visit/booking on/at",
        f"appointment visit booking scheduled booked planned calendar event start time day when local be seen facility {_LINKS}",
    ),
    (
        "appointment_time",
        SURE,
        "appointment/visit/booking/scheduled time/start|time",
        f"day local start date {_LINKS}",
    ),
    ("encounter_on", SURE, "seen on/date/at|encounter/service date", f"time day start patient clinic office from {_LINKS}"),
    (
        "provider",
        SURE,
        "provider",
        "full name treating assigned primary rendering attending seen by with appointment visit scheduled resource usual"
        f" {_LINKS}",
    ),
    ("provider", SURE, "provider", f"full name last first middle initial {_LINKS}"),
    (
        "location",
        SURE,
        "location/facility/office/site/clinic/department/center/branch|where",
        f"name description service practice appointment main {_LINKS}",
    ),
    ("provider", LIKELY, "resource/staff/with", f"name appointment {_LINKS}"),
    ("specialty", SURE, "specialty/spec", f"provider department clinic name description appointment {_LINKS}"),
    ("phone_mobile", SURE, "mobile", f"phone number contact personal preferred primary other or patient text {_LINKS}"),
    ("phone_home", SURE, "home phone/number/contact", f"number primary preferred other or {_LINKS}"),
    ("phone_work", SURE, "work phone/number/contact", f"number primary preferred other or {_LINKS}"),
    (
        "phone_other",
        LIKELY,
        "phone|best/primary/contact/other/callback/preferred/reach/main number",
        f"number best primary main contact other callback preferred first third call file default day patient reach {_LINKS}",
    ),
    ("email", LIKELY, "email", f"address id home primary personal preferred contact other patient created {_LINKS}"),
    ("address", SURE, "address/street", f"home mailing line primary street patient number full {_LINKS}"),
    ("city", SURE, "city", f"home mailing address name patient primary {_LINKS}"),
    ("state", SURE, "state", f"home mailing address code abbreviation abbr patient primary name {_LINKS}"),
    ("zip_code", SURE, "zip|post code", f"home mailing address code patient primary plus five {_LINKS}"),
    ("address_2", LIKELY, "apartment/apt/suite/unit", "number"),
    ("born_on", SURE, "birth", f"date day on patient person time dob {_LINKS}"),
    ("sex", SURE, "sex", f"code description name birth administrative legal assigned patient person {_LINKS}"),
    (
        "language",
        SURE,
        "language",
        f"preferred native primary main description code name spoken speaks patient mother tongue {_LINKS}",
    ),
    ("last_name", SURE, "last", f"name patient person legal {_LINKS}"),
    ("first_name", SURE, "first", f"name patient person legal given {_LINKS}"),
    ("middle_name", SURE, "middle", f"name initial patient person legal m {_LINKS}"),
    ("full_name", SURE, "name|last first", f"full last first middle initial m patient person legal {_LINKS}"),
    (
        "mrn",
        LIKELY,
        "patient/person/chart/legacy/ehr/emr/pms/pm/internal/external/system/health id/number/code/account/record"
        "|file/folder/unit/hospital number|empi/mpi|mrn|chart|account|medical record",
        f"patient record practice medical chart unique mrn number id {_LINKS}",
    ),
    ("deceased", SURE, "deceased", f"date time flag yn {_LINKS}"),
    ("inactive", SURE, "inactive", f"flag yn {_LINKS}"),
    ("active", SURE, "active", f"flag yn {_LINKS}"),
    ("patient_status", LIKELY, "patient/chart/account/active status|active inactive", f"patient account active {_LINKS}"),
)  # fmt: skip
