"""Header names no importer was taught by a vendor: aliases hospitals use, each in a layout of its own."""

from . import writing as w
from .layout import Export, delimited, figures, layout, numbers, stored, table
from .people import EVERYBODY

# (chart number, last, first, birth, phone, e-mail, day of the visit)
ALIASES = {
    "acct-number": ("acct#", "pt last name", "pt first name", "dob", "phone", "pm_email", "dos"),
    "patid": ("PATID", "PATLNAME", "PATFNAME", "PATDOB", "PATPHONE", "patemail", "srvdate"),
    "pat-med-rec": ("pat_med_rec", "pat_last_name", "pat_first_name", "pat_dob", "pat_home_phone", "patmail", "srvday"),
    "mr-number": ("MR#", "Pt. Last Name", "Pt. First Name", "Pt. DOB", "Pt. Phone", "Pt. Email ID", "Dt of Svc"),
    "armrnum": ("armrnum", "last name", "first name", "birth date", "home phone", "arpatmail", "aradmdt"),
    "armrnum-t": ("ARMRNUM-T", "LAST", "FIRST", "BIRTHDATE", "PHONE", "ARSUBMAIL-T", "ADM_SVC_DATE"),
    "patient-patient-id": (
        "Patient - Patient - ID", "Patient - Last Name", "Patient - First Name", "Patient - Birth Date",
        "Patient - Home Phone", "Per Email (Addr Type)", "Proc:Proc Dt/Tm",
    ),
    "chart-no": ("Chart No.", "Surname", "Given Name", "D.O.B.", "Telephone", "PatientAddressEmail", "PatVisitDt Date"),
    "pat-person-nbr": ("Pat Person Nbr", "Pat Last", "Pat First", "Pat Birth Date", "Day Phone", "E-Mail",
                       "Enc Registration Dt/Tm"),
    "md-rc": ("MD RC", "LNAME", "FNAME", "BIRTH DT", "PH #", "EMAIL ADDR", "FROM DOS"),
    "mrn-number": ("MRN #", "Patient Last", "Patient First", "Date of birth:", "Phone No.", "per_email:per addr street 1",
                   "VisitOrAdmitDate"),
    "medical-account-number": ("Medical Account Number", "Last", "First", "DOB", "Telephone #", "email", "Date of Service"),
    "pt-id": ("pt_id", "lastname", "firstname", "birthdate", "phone_number", "email_address", "service_date"),
}  # fmt: skip


def _register(name, heads):
    chart, last, first, birth, phone, email, seen = heads
    stamped = "Dt/Tm" in seen

    @layout(f"aliases-{name}")
    def make():
        columns = {
            seen: lambda p: w.us(p.last_visit) + (" 09:40" if stamped and p.last_visit else ""),
            chart: lambda p: p.mrn,
            last: lambda p: p.last.upper(),
            first: lambda p: p.first.upper(),
            birth: lambda p: w.us(p.born_on),
            phone: lambda p: w.hyphens(p.mobile or p.home),
            email: lambda p: p.email,
        }
        people = [p for p in EVERYBODY if p.visits]
        return Export(
            files=(("visits.csv", delimited(table(columns, people))),),
            figures=figures(people),
            stored=stored(
                people,
                "mrn last first born_on email",
                numbers=lambda p: numbers("mobile")(p) or numbers("home")(p),
                seen=lambda p: frozenset(p.visits[:1]),
            ),
        )


for name, heads in ALIASES.items():
    _register(name, heads)
