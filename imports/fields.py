"""The fields an EMR file can fill, the header names they go by, and the columns that are never stored.

A header is compared by its *key*: lower case, accents and everything but letters and digits removed, so that
"Pt. DOB", "PT_DOB" and "pt dob" are one. The aliases were collected from public documentation of EMR exports.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One thing we keep. `kind` says how its values are read; `many` allows several columns for it."""

    name: str
    label: str
    kind: str
    group: str = "Patient"
    many: bool = False


FIELDS = (
    Field("mrn", "Chart number (MRN)", "ID"),
    Field("full_name", "Full name in one cell", "FULL_NAME"),
    Field("last_name", "Last name", "NAME"),
    Field("first_name", "First name", "NAME"),
    Field("middle_name", "Middle name", "NAME"),
    Field("born_on", "Date of birth", "BIRTH_DATE"),
    Field("sex", "Sex", "SEX"),
    Field("language", "Preferred language", "LANGUAGE"),
    Field("email", "E-mail", "EMAIL"),
    Field("address", "Street address", "TEXT"),
    Field("address_2", "Address, second line", "TEXT"),
    Field("city", "City", "TEXT"),
    Field("state", "State", "STATE"),
    Field("zip_code", "ZIP code", "ZIP"),
    Field("phone_mobile", "Mobile phone", "PHONE", many=True),
    Field("phone_home", "Home phone", "PHONE", many=True),
    Field("phone_work", "Work phone", "PHONE", many=True),
    Field("phone_other", "Phone of unknown kind", "PHONE", many=True),
    Field("patient_status", "Patient status (active, inactive, deceased)", "PATIENT_STATUS"),
    Field("active", "Active: yes or no", "FLAG"),
    Field("deceased", "Deceased: yes, no or a date", "FLAG"),
    Field("last_visit", "Last visit", "DATE", "Visits"),
    Field("next_visit", "Next visit", "DATE", "Visits"),
    Field("encounter_on", "Date of an encounter", "DATE", "Visits", many=True),
    Field("encounter_provider", "Provider of an encounter", "TEXT", "Visits", many=True),
    Field("appointment_id", "Appointment number", "ID", "Appointment"),
    Field("appointment_on", "Appointment date", "DATE", "Appointment"),
    Field("appointment_time", "Appointment time", "TIME", "Appointment"),
    Field("status", "Appointment status", "STATUS", "Appointment"),
    Field("cancelled", "Canceled: yes, no or a date", "FLAG", "Appointment"),
    Field("no_show", "No-show: yes, no or a date", "FLAG", "Appointment"),
    Field("checked_in", "Check-in time", "FLAG", "Appointment"),
    Field("cancel_reason", "Cancel reason", "TEXT", "Appointment"),
    Field("provider", "Provider", "TEXT", "Appointment"),
    Field("location", "Location", "TEXT", "Appointment"),
    Field("visit_type", "Visit type", "TEXT", "Appointment"),
    Field("specialty", "Specialty", "TEXT", "Appointment"),
)
BY_NAME = {field.name: field for field in FIELDS}

# Aliases by key, without a leading "patient", "pt", "pat" or "appointment", "appt", which `field_for` strips.
ALIASES = {
    "mrn": "mrn mrno mrnum mrnnumber medicalrecordnumber medicalrecord medicalrecordno medrecno medrecnbr medrec mdrc mr"
    " mrnbr patmedrec chart chartid chartno chartnum chartnumber acct acctno acctnum acctnumber acctid account accountno"
    " accountnumber accountid medicalaccountnumber armrnum armrnumt emrnumber emrid personnbr pernbr patid patientid ptid"
    " patientno patientnumber patientidentifier patientacctno patientaccountnumber patientrecordnumber recordnumber"
    " patientpatientid v clientid patientpracticeguid practiceguid id",
    "full_name": "patientname ptname patname fullname patientfullname namelastfirst namelastfirstmi patientnamelastfirstmi"
    " lastfirst lastnamefirstname patientname1 clientname membername",
    "last_name": "last lastname lname surname familyname patlname patientlname lastnm namelast ulname plname",
    "first_name": "first firstname fname givenname forename patfname patientfname firstnm namefirst ufname pfname",
    "middle_name": "middle middlename middleinitial mi mname minit namemiddle",
    "born_on": "dob birthdate birthday dateofbirth birthdt bdate birth bday dobdate ptdob patdob",
    "sex": "sex gender sexatbirth birthsex administrativesex legalsex",
    "language": "language preferredlanguage lang preflang languagetype primarylanguage spokenlanguage",
    "email": "email emailaddress mail pmemail patemail ptemailid emailid patmail peremailperaddrstreet1 arpatmail"
    " peremailaddrtype arsubmailt patientaddressemail emailaddr primaryemail homeemail",
    "address": "address address1 addr addr1 street street1 streetaddress addressline1 addressstreet1 line1 homeaddress"
    " mailingaddress addressstreet perraddr",
    "address_2": "address2 addr2 street2 addressline2 addressstreet2 line2 apt apartment unit streetaddress2",
    "city": "city town addresscity homecity mailingcity",
    "state": "state st addressstate stateprovince province homestate mailingstate",
    "zip_code": "zip zipcode zip5 postalcode postcode zipcode1 addresszip addresspostalcode homezip mailingzip",
    "phone_mobile": "cell cellphone cellno cellnumber mobile mobilephone mobileno mobilenumber mobilephoneno umobileno"
    " phonecell phonemobile cellphonenumber mobilephonenumber celltelephone",
    "phone_home": "home homephone homeno homenumber hphone phonehome homephonenumber hometelephone hometel hphoneno",
    "phone_work": "work workphone workno worknumber officephone businessphone phonework wphone dayphone daytimephone"
    " workphonenumber worktelephone",
    "phone_other": "phone phoneno phonenumber telephone tel telno uphone primaryphone preferredphone preferredphone1 phone1"
    " phone2 phone3 contactphone contactnumber otherphone alternatephone altphone secondaryphone bestphone callback",
    "patient_status": "patientstatus ptstatus patstatus chartstatus accountstatus",
    "active": "active isactive activeflag activepatient",
    "deceased": "deceased isdeceased deceaseddate dateofdeath deathdate dod expired deceasedflag expireddate",
    "last_visit": "lastvisit lastvisitdate lastvisitdt mostrecentvisitdate mostrecentvisit lastexam lastexamdate lastseen"
    " lastseendate lastofficeencdate lastencounterdate lastencounter lastappointment lastappointmentdate lastappt"
    " lastapptdate dateoflastappointment dateoflastvisit lastdos lastservicedate recentvisitdate lastov",
    "next_visit": "nextvisit nextvisitdate nextappt nextapptdate nextappointment nextappointmentdate nextapptdt"
    " nextofficeencdate dateofnextappointment nextscheduledappointment nextapt nextaptdate",
    "encounter_on": "dos srvdate srvday servicedate dateofservice dtofsvc admsvcdate procprocdttm patvisitdtdate"
    " visitoradmitdate encregistrationdttm aradmdt fromdos encounterdate encdate visitdt startdate2",
    "encounter_provider": "encounterprovider",
    "appointment_id": "appointmentid apptid apptno appointmentnumber encounterid visitid schedid csn patenccsnid appointmentguid"
    " visitnumber apptnumber eventid",
    "appointment_on": "apptdate appointmentdate apptdt apptdatetime appdate scheduledate scheduleddate scheduledtime"
    " scheduleddatetime scheduledon appointmentdatetime appointmentstart startdatetime visitdate mdate aptdate datetime"
    " appointmentdt apptstartdate starttimedate appointmentstartdatetime apptday1 dateofappointment dateofappt",
    "appointment_time": "appttime apptstarttime appointmenttime appointmentstarttime starttime time apptstart mtime apptm"
    " apptime visittime timeofappointment begintime",
    "status": "status apptstatus appointmentstatus visitstatus apptslotstatus encounterstatus apptstatuscname bookingstatus"
    " confirmationstatus schedulestatus outcome appointmentoutcome stat",
    "cancelled": "cancelled canceled iscancelled iscanceled apptcancelleddate apptcanceleddate cancelleddate canceldate"
    " canceleddate apptcancelledon appointmentiscancelled cancelledflag cancelflag deleted",
    "no_show": "noshow isnoshow appointmentnoshowdate noshowdate noshowflag",
    "checked_in": "checkintime apptcheckintime checkin checkedin checkintimestamp arrivaltime arrivedat showed",
    "cancel_reason": "cancelreason apptcancelreason cancellationreason appointmentcancelledreason reasonforcancellation"
    " noshoworcancellationreason cancelledreason",
    "provider": "provider providername doctor doctorname apptschdlngprvdr schedulingprovider appointmentprovidername"
    " appointmentprovider resourceprovidername physician physicianname attendingprovider defaultrenderingproviderfullname"
    " renderingproviderfullname renderingprovidername resource appointmentresource md seenby clinician book prvdr",
    "location": "location locationname facility facilityname appointmentfacilityname office officename clinic clinicname"
    " site department departmentname dept servicelocationname epicdept servicelocation locationofficename branch",
    "visit_type": "visittype appttype appointmenttype appointmenttypename type reason apptreason reasonforvisit procedure"
    " procedurename detailedappttype apptdescription apptypename apptype appointmentreason typeofvisit",
    "specialty": "specialty speciality apptschdlngprvdrspclty providerspecialty spclty",
}
_BY_KEY = {alias: (name, rank) for name, keys in ALIASES.items() for rank, alias in enumerate(keys.split())}

# Words in a header that say the column is about somebody or something else than the patient or the visit.
OTHERS = re.compile(
    r"guarantor|emergency|spouse|mother|father|parent|guardian|next of kin|\bkin\b|employer|insur|payer|payor|subscriber"
    r"|policy|carrier|\breferr|pharmac|responsible|relative|caregiver|copay|balance|\bpcp\b|primary care|created|modified"
    r"|updated|billing|follow ?up|\bext(ension)?\b|\bfax\b|user name|confirmed by|cancelled by|canceled by|recall|template"
    r"|\bprevious (name|last)|maiden|nick|\bdisable|consent|\bopt ?(in|out)\b|guid\b"
)
# Broad patterns, tried in order after the exact aliases; `(?=…)` pairs demand both words.
PATTERNS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"e ?mail", "email"),
        (r"(?=.*\b(cell|mobile|sms|text)).*(phone|tel|num|no\b|nbr|#)", "phone_mobile"),
        (r"(?=.*\b(home|evening)).*(phone|tel|num|no\b|nbr|#)", "phone_home"),
        (r"(?=.*\b(work|office|business|day(time)?)).*(phone|tel)", "phone_work"),
        (r"\b(phone|tele?phone|tel)\b", "phone_other"),
        (r"\b(dob|birth ?(date|day)|date of birth|born)\b", "born_on"),
        (r"\b(chart|mrn|med(ical)? rec(ord)?|m ?r ?(no|num|nbr|number))\b", "mrn"),
        (r"\b(acc(oun)?t|patient|pt|person|client)\b.*\b(id|no|nbr|num(ber)?|identifier|code)\b", "mrn"),
        (r"(?=.*\b(last|family|sur) ?name).*\bfirst", "full_name"),
        (r"\b(last|family|sur) ?(name|nm)\b", "last_name"),
        (r"\b(first|given|fore) ?(name|nm)\b", "first_name"),
        (r"\bmiddle\b", "middle_name"),
        (r"\b(patient|pt|full|client|person)\b.*\bname\b", "full_name"),
        (r"\b(gender|sex)\b", "sex"),
        (r"\blang(uage)?\b", "language"),
        (r"\b(zip|postal)\b", "zip_code"),
        (r"\b(address|street|addr)\b.*\b(2|two)\b", "address_2"),
        (r"\b(address|street|addr)\b", "address"),
        (r"\bcity\b", "city"),
        (r"\bstate\b", "state"),
        (r"\b(deceased|death)\b", "deceased"),
        (r"(?=.*\b(last|recent|latest|previous|prior)\b).*\b(visit|seen|exam|appt|appointment|encounter|dos)\b", "last_visit"),
        (r"(?=.*\b(next|upcoming|future)\b).*\b(visit|exam|appt|appointment)\b", "next_visit"),
        (r"\bcancel\w*\b.*\breason\b|\breason\b.*\bcancel", "cancel_reason"),
        (r"\bcancel+(ed|ation)?\b.*\b(date|flag|on|dt)\b|\bis cancel", "cancelled"),
        (r"\bno ?show\b", "no_show"),
        (r"\bcheck(ed)? ?in\b", "checked_in"),
        (r"\b(appt|appointment|visit|booking|slot)\b.*\bstatus\b", "status"),
        (r"\b(appt|appointment|visit|booking)\b.*\b(id|no|nbr|num(ber)?)\b", "appointment_id"),
        (r"\b(appt|appointment|visit|booking|scheduled|sched)\b.*\b(type|reason)\b", "visit_type"),
        (r"\b(appt|appointment|visit|booking|scheduled|sched)\b.*\btime\b", "appointment_time"),
        (r"\b(appt|appointment|booking|scheduled|sched)\b.*\b(date|dt|day)\b", "appointment_on"),
        (r"\bspecial(i)?ty\b", "specialty"),
        (r"\b(doctor|provider|physician|clinician|practitioner)\b", "provider"),
        (r"\b(location|facility|clinic|office|dept|department|site)\b", "location"),
    )
)

# Recognized and refused: nobody needs them to call a patient, and a leak of them cannot be mended.
REFUSED = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"\bssn|ssn\b|\bss ?(no|num|nbr|n|#)\b|\bsoc(ial)? ?sec(urity)?|\bss#|last ?4 ?(of )?ss", "Social Security number"),
        (r"\bmbi\b|\bhicn?\b|medicare ?(id|no|num|nbr|#|claim|benef)|medicaid ?(id|no|num|nbr|#)", "Medicare or Medicaid id"),
        (
            r"(insur\w*|\bins|policy|member|subscriber|payer|payor|group|\bplan|certificate) ?"
            r"(policy |member |subscriber |plan |group )?(id|no|num|number|nbr|#)\b",
            "insurance id",
        ),
        (r"driver ?s? ?lic|\bdl ?(no|num|#)|passport|state id\b|tax ?id|\bitin\b|alien", "government id"),
        (r"credit ?card|card ?(no|num|#)|\bcvv\b|routing|bank ?acc|\biban\b", "payment data"),
        (r"password|\bpin\b|maiden ?name|security (question|answer)", "secret"),
    )
)
_GAPS = re.compile(r"[^a-z0-9#]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LEADING = re.compile(r"^(patient|pat|pt|person|client|appointment|appt)(?=.{2})")
_NUMBERED = re.compile(r"\b\d+\b")


def words(header):
    """The header as lower-case words with single spaces: "PatientLastName" and "PT_LAST_NAME:" read alike."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", header)).encode("ascii", "ignore").decode()
    return _GAPS.sub(" ", plain.lower()).strip()


def key(header):
    """The header squeezed to letters and digits, the form in which aliases are compared."""
    return words(header).replace(" ", "").replace("#", "")


def refused(header):
    """What kind of never-stored column this header names ("Social Security number"), or ''."""
    text = words(header)
    for pattern, what in REFUSED:
        if pattern.search(text):
            return what
    return ""


def field_for(header):
    """The field a header names and how surely, or ('', 0).

    An alias scores 1000 less 5 for each place down its list (best names stand first there), a pattern 100.
    """
    squeezed = key(header)
    if not squeezed or refused(header):
        return "", 0
    if squeezed in _BY_KEY:
        return _alias(squeezed)
    text = words(header)
    if OTHERS.search(text):
        return "", 0
    encounter = _numbered_encounter(text)
    if encounter is not None:
        return encounter, 1000 if encounter else 0
    leading = _LEADING.match(squeezed)
    stripped = squeezed[leading.end() :] if leading else ""
    if stripped == "id":
        return _alias("appointmentid" if _about(leading[1]) else "patientid")
    if stripped in _BY_KEY and _about(leading[1]) == (BY_NAME[_BY_KEY[stripped][0]].group == "Appointment"):
        return _alias(stripped)
    for pattern, name in PATTERNS:
        if pattern.search(text):
            return name, 100
    return "", 0


def _alias(squeezed):
    name, rank = _BY_KEY[squeezed]
    return name, 1000 - 5 * rank


def _about(prefix):
    """Whether a leading word speaks of the appointment, not of the patient ("Patient Type" is no visit type)."""
    return prefix.startswith("app")


def _numbered_encounter(text):
    """Encounters pivoted into column groups ("Most Recent Encounter 2 Date"): the field, '' for a part we do not keep."""
    if not ("encounter" in text and _NUMBERED.search(text)):
        return None
    if re.search(r"\bdate\b|\bdos\b", text):
        return "encounter_on"
    return "encounter_provider" if "provider" in text else ""
