"""Header names: what each column is called in the exports of real systems, and what of it may never be stored."""

import time

import pytest

from imports import aliases, fields, headers
from imports.refused import NOT_NEEDED, looks_secret, secret_in

# One line for each system: header, field; "-" is a column that is known to be somebody else's or of no use.
SYSTEMS = {
    "eClinicalWorks appointment report": """
        Appointment Facility Name=location|Appointment Provider Name=provider|Resource Provider Name=provider
        Appointment Date=appointment_on|Appointment Start Time=appointment_time|Patient Acct No=mrn|Visit Type=visit_type
        Visit Status=status|Patient Name=full_name|Patient First Name=first_name|Patient Last Name=last_name|Patient DOB=born_on
        Patient Gender=sex|Primary Insurance Name=-|Department Name=location|Practice Name=-|Encounter ID=appointment_id
    """,
    "eClinicalWorks list and tables": """
        Pat #=mrn|Pat F Name=first_name|Pat L Name=last_name|Pat Birthdate=born_on|Time=appointment_time|Reason=visit_type
        Appt Type=visit_type|users.upPhone=phone_other|users.umobileno=phone_mobile|users.ufname=first_name
        users.ulname=last_name|users.dob=born_on|patients.ptDob=born_on|patients.msgflag=-
    """,
    "athenaOne": """
        appt schdlng prvdr=provider|apptdate=appointment_on|apptstarttime=appointment_time|apptday=-|apptmnth=-|apptyear=-
        apptcancelleddate=cancelled|apptcancelledtime=-|patientid=mrn|patient firstname=first_name|patient lastname=last_name
        patient middleinitial=middle_name|patientdob=born_on|patientsex=sex|patient mobile no=phone_mobile
        patient workphone=phone_work|patient homephone=phone_home|patient email=email|patient address1=address
        patient address2=address_2|patient city=city|patient state=state|patient zip=zip_code|apptslotstatus=status
        apptcheckintime=checked_in|apptcancelreason=cancel_reason|appt schdlng prvdr spclty=specialty
    """,
    "Kareo": """
        Patient Created Date=-|Patient ID=mrn|Patient Prefix=-|Patient Suffix=-|Patient Medical Record #=mrn
        Patient Home Phone=phone_home|Patient Home Phone Ext=phone_extension|Patient Mobile Phone=phone_mobile
        Patient Email Address=email|Patient Address Line 1=address|Patient Address Line 2=address_2|Patient Zip Code=zip_code
        Default Rendering Provider Full Name=provider|Primary Care Physician Full Name=-|Referring Provider Full Name=-
        Service Location Name=location|Most Recent Encounter 1 ID=-|Most Recent Encounter 1 Date=encounter_on
        Most Recent Encounter 1 Status=-|Most Recent Encounter 9 Provider=encounter_provider|Most Recent Encounter 1 Location=-
    """,
    "Practice Fusion": """
        Patient Identifier=mrn|Age=-|Most Recent Visit Date=last_visit|Preferred Language=language|Home Phone=phone_home
        Email Address=email|Patient Record Number=mrn|Encounter=encounter_text|PatientPracticeGuid=mrn|NamePrefix=-
        FirstName=first_name|BirthDate=born_on|IsActive=active|OfficePhone=phone_work|OfficePhoneExtension=phone_extension
        IsDomesticMobilePhone=-|AppointmentGuid=appointment_id|ProviderGuid=-|FacilityGuid=-|StartDateTime=appointment_on
        EndDateTime=-|NoShowOrCancellationReason=cancel_reason|ChiefComplaint=-|AppointmentType=visit_type
        AppointmentStatus=status|RoomLocation=-|EncounterGuid=-|LastModifiedDateTimeUtc=-
    """,
    "DrChrono": """
        cell_phone=phone_mobile|home_phone=phone_home|office_phone=phone_work|office_phone_extension=phone_extension
        chart_id=mrn|date_of_birth=born_on|date_of_first_appointment=-|date_of_last_appointment=last_visit
        date_of_next_follow_up=-|disable_sms_messages=-|patient_status=patient_status|preferred_language=language
        referring_doctor=-|created_at=-|doctor=provider|follow_up_appointment_date=-|new_patient=-|reason=visit_type
        scheduled_time=appointment_on|updated_at=-
    """,
    "Nextech": """
        Patient Birth Date=born_on|Recall ID=-|Recall Status=-|Recall Date=-|Recall Appointment ID=-
        Appointment ID=appointment_id|Appointment Date=appointment_on|Appointment Type Name=visit_type
        Appointment Purpose=visit_type|Provider Name=provider|Location Name=location|Created Date=-
        Appointment Resource=provider|Appointment Start Time=appointment_time|Appointment End Time=-|Appointment Confirmed=-
        Appointment Status=status|Appointment NoShow Date=no_show|Appointment Is Cancelled?=cancelled
        Appointment Cancelled Reason=cancel_reason|Appointment Cancelled By=-|Appointment Cancelled Date=cancelled
    """,
    "MedInformatix": """
        Company=-|Account=mrn|MRN=mrn|Doctor=provider|Address Street 1=address|Address Street 2=address_2|Zip=zip_code
        Patient Type=-|Fee Type=-|Referral=-|Student=-|Last Visit=last_visit|Next Visit=next_visit|Appt Date=appointment_on
        ApptTime=appointment_time|Book=provider|Tag Date=-|Room Time=-|Finish Time=-|Create Date=-|Create Time=-
        Appt Referral=-|User Name=-|Appt Id=appointment_id|Arrival Time=checked_in|Flag User=-|Reason User=-|Reason Code=-
    """,
    "eye care recalls and Crystal PM": """
        Scheduled Recall Date=-|Next Appt Date=next_visit|Last Exam Date=last_visit|Phone#=phone_other|Address 1=address
        patient_home_phone=phone_home|patient_nickname=-|birthday=born_on|active=active|recall_type=-|last_exam=last_visit
        schedid=appointment_id|acctid=mrn|empid=-|mdate=appointment_on|mtime=appointment_time|showed=checked_in
        reschedid=rescheduled|deleted=cancelled
    """,
    "iMedicWare": """
        Patient Mobile Number=phone_mobile|Patient Account Number=mrn|Doctor Number=-|Procedure Number=-|Doctor Name=provider
        Procedure Name=visit_type|Location (office) Name=location|Account-ID=mrn|Message Type=-|Office=location
        Language Type=language|Patient Fname=first_name|App Date=appointment_on|App Time=appointment_time|App Type=visit_type
    """,
    "OpenEMR and Office Ally": """
        First=first_name|Last=last_name|Middle=middle_name|ID=mrn|Street=address|Patient Name (Last, First MI)=full_name
        Patient Preferred Language=language|Guarantor ID=-|UD1: =-
    """,
    "Epic": """
        Appt Made Date=-|Appt Cancelled Date=cancelled|Lag Time=-|Pt Zip Code=zip_code|Appt Status ID=-|Appt Status=status
        Same Day Cancellation=-|Detailed Appt Type=visit_type|NEW/RETURN/OTHER=-|Cancellation Reason=cancel_reason
        Epic Dept=location|Attending Provider=provider|PCP ID=-|PAT_ENC_CSN_ID=appointment_id|APPT_STATUS_C_NAME=status
        PAT_MRN_ID=mrn
    """,
    "AdvancedMD, NextGen and Synthea": """
        Textbox80=-|PatientName1=full_name|PreferredPhone1=phone_other|ZipCode1=zip_code|first_office_enc_date=-
        last_office_enc_date=last_visit|next_office_enc_date=next_visit|med_rec_nbr=mrn|person_nbr=mrn|Id=mrn
        BIRTHDATE=born_on|DEATHDATE=deceased|FIRST=first_name|LAST=last_name|PREFIX=-|COUNTY=-|LAT=-|GENDER=sex
    """,
    "chart numbers of many hospitals": """
        chart id=mrn|patid=mrn|medical account number=mrn|patient acct no=mrn|mrn=mrn|medrec=mrn|md rc=mrn|acct#=mrn
        acctnum=mrn|mrnum=mrn|mrno=mrn|per nbr=mrn|pt.id=mrn|chart number=mrn|mr#=mrn|pat_med_rec=mrn|armrnum=mrn
        armrnum-t=mrn|person_nbr=mrn|emr number=mrn|patient - patient - id=mrn|pt_id=mrn|mrn #=mrn|chart no.=mrn|v#=mrn
        pat person nbr=mrn|med_rec_nbr=mrn
    """,
    "e-mail of many hospitals": """
        pm_email=email|patemail=email|pt. email id=email|patmail=email|per_email:per addr street 1=email|arpatmail=email
        per email (addr type)=email|arsubmail-t=email|patientaddressemail=email
    """,
    "days of visits of many hospitals": """
        dos=encounter_on|srvdate=encounter_on|srvday=encounter_on|proc:proc dt/tm=encounter_on|adm_svc_date=encounter_on
        dt of svc=encounter_on|patvisitdt date=encounter_on|visitoradmitdate=encounter_on|enc registration dt/tm=encounter_on
        aradmdt=encounter_on|appt_datetime=appointment_on|appt dt=appointment_on|scheduledate=appointment_on
        from dos=encounter_on|d.date=encounter_on
    """,
    "visits side by side": """
        Encounter 1 Date=encounter_on|Encounter 1 Provider=encounter_provider|Visit Date 2=encounter_on|DOS3=encounter_on
        Appt 1 Date=appointment_on|Appt 2 Status=status|Appt 2 Provider=provider|Appointment 3 Time=appointment_time
    """,
    "wishes": """
        Do Not Call=do_not_call|DNC=do_not_call|OK to call=do_not_call|disable phone=do_not_call|DO_NOT_CALL_FLAG=do_not_call
        Do Not Contact=do_not_call|Phone Consent=do_not_call|Opt Out=do_not_call|Do Not Text=-|SMS Opt Out=-|Email Opt Out=-
    """,
    "somebody else's": """
        Emergency Contact Phone=-|emergencycontactphone=-|Guarantor Last Name=-|Spouse Name=-|Preferred Name=-|Nickname=-
        Preferred First Name=-|Next of Kin Phone=-|Insured Last Name=-|PCP Phone=-|Facility Phone=-|Home Fax=-|Fax=-|Fax #=-
        Responsible Party Name=-|Contact Name=-|Referring Provider=-|Pharmacy Phone=-|Modified Date=-|Last Updated=-
        Provider First Name=-|Previous Last Name=-|Mother's Name=-
    """,
    "plain words": """
        Tel (H)=phone_home|Phone (C)=phone_mobile|W Phone=phone_work|Prev Appt=last_visit|Last Eye Exam=last_visit
        Appt=appointment_on|Location/Facility=location|N/S=no_show|Chart ID #=mrn|Home Address Line 1=address
        May we call=do_not_call|Provider Name (Last, First)=provider|Last Visit Provider=-|Next Appt Time=-|City/State/Zip=-
        Phone Type=-|Rendering NPI=-
        GEMMS Last Name=last_name|Demographics.FirstName=first_name|Cell #=phone_mobile|Evening Phone=phone_home
        Day Phone=phone_work|Appt Date/Time=appointment_on|Last Seen On=last_visit|D.O.B.=born_on|No-Show?=no_show
        Appt. No.=appointment_id|Patient's First Name=first_name|Inactive=inactive|Seen By=provider
    """,
}  # fmt: skip
CASES = [
    (system, *pair.rsplit("=", 1))
    for system, lines in SYSTEMS.items()
    for line in lines.strip().splitlines()
    for pair in line.strip(" ").split("|")
]


@pytest.mark.parametrize(("system", "header", "name"), CASES)
def test_a_header_names_its_field(system, header, name):
    assert fields.field_for(header)[0] == name.replace("-", "")


@pytest.mark.parametrize("value", ["Main Street", "Office Visit", "New Patient", "Main St Office", "Smith, John",
"Medicare Part B",
                                   "Checked Out", "Portland", "10:15 AM", "Dr. Home", "x" * 5_000])  # fmt: skip
def test_a_value_is_no_header(value):
    assert fields.field_for(value) == ("", 0)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        *((header, "Social Security number") for header in (
            "SSN", "Patient SSN", "PatientSSN", "Soc Sec #", "Social", "Social Security", "social_security_number", "SS#",
            "SSN Last 4",
            "Last 4 SSN", "last four of social", "PT SSN", "Soc. Sec. No.", "ssn_last4", "Guarantor SSN")),
        *((header, "Medicare or Medicaid id") for header in ("Medicare ID", "MBI", "HICN", "HIC #", "Medicaid No",
        "Medicare Beneficiary ID")),
        *((header, "insurance id") for header in (
            "Primary Insurance ID", "Policy Number", "Subscriber ID", "Member ID", "Group No", "Ins ID #1", "Policy #",
            "GroupNumber",
            "Insurance Policy Number", "Plan ID", "Insured ID", "Member #", "Secondary Ins Policy No")),
        *((header, "government id") for header in ("Driver's License", "DRIVERS", "DL#", "PASSPORT", "Drivers Lic State",
        "Tax ID")),
        *((header, "payment data") for header in ("Credit Card #", "CC Number", "Bank Account", "Routing Number", "Card Exp")),
        *((header, "secret") for header in ("Password", "portal_password", "Mother's Maiden Name", "PIN")),
        *((header, NOT_NEEDED) for header in (
            "Race", "Ethnicity", "RACE_C_NAME", "Religion", "Marital Status", "Diagnosis", "Dx Code 1", "ICD10", "Balance",
            "Account Balance",
            "Employer", "Employer Name", "Notes", "Clinical Notes", "Appointment Notes", "Comments", "Problem List", "Allergies",
            "Medications", "Occupation", "Last Pay", "Gender Identity", "Copay")),
    ],
)  # fmt: skip
def test_columns_that_are_never_stored(header, what):
    assert fields.refused(header) == what


@pytest.mark.parametrize(
    "header",
    ["Patient ID", "Primary Phone", "MRN", "Primary Insurance Name", "Home Phone Number", "Member Name", "Visit Type", "Reason",
     "Appointment Reason", "Employer Phone", "Session", "Passage", "Ship To", "Assigned Provider", "Classification",
     "Preferred Language",
     "Account Number", "Chart Number", "Patient Account Number", "Textbox39", "Group", "Pinehurst Location", "Planned Date",
     "Sex"],
)  # fmt: skip
def test_columns_that_only_sound_like_it_are_not(header):
    assert fields.refused(header) == ""


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("123-45-6789", "Social Security number"), ("123 45 6789", "Social Security number"), ("XXX-XX-6789",
        "Social Security number"),
        ("***-**-6789", "Social Security number"), ("1EG4-TE5-MK73", "Medicare id"), ("1EG4TE5MK73", "Medicare id"),
        ("123-45-6789A", "Medicare id"), ("4111 1111 1111 1111", "payment card number"), ("4111111111111111",
        "payment card number"),
        ("378282246310005", "payment card number"), ("4111111111111112", ""), ("312-555-1234", ""), ("02134-1234", ""),
        ("1980-01-02", ""), ("123456789", ""), ("100000001A", ""), ("", ""),
    ],
)  # fmt: skip
def test_cells_that_look_secret(cell, what):
    assert looks_secret(cell) == what


def test_one_social_security_number_in_ten_cells_is_enough():
    assert secret_in(["123-45-6789"] + ["see chart"] * 9) == "Social Security number"
    assert secret_in(["123-45-6789"] + ["see chart"] * 19) == ""


def test_a_long_number_in_ten_passes_the_check_of_card_numbers_by_chance():
    assert secret_in(["4111111111111111"] + [f"41111111111111{n}" for n in range(20, 29)]) == ""


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("PT_LNAME", "patient last name"), ("apptcancelleddate", "appointment cancelled date"), ("Cell Phone #",
        "mobile phone number"),
        ("nextofkinphone", "kin phone"), ("statement", "statement"), ("notes", "notes"), ("Pat F Name", "patient first name"),
    ],
)  # fmt: skip
def test_squeezed_and_short_names_are_spelled_out(header, words):
    assert headers.spelled(header)[0] == words


def test_a_wish_can_be_put_the_other_way_round():
    assert [fields.inverted(header) for header in ("OK to call", "Consent to call", "Do not call", "DNC", "Phone consent")] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_every_alias_names_a_field():
    named = set(aliases.EXACT) | {name for name, _ in (*aliases.VISIT_RULES, *aliases.PATIENT_RULES)}
    assert named - set(fields.BY_NAME) == set()
    assert set(fields.BY_NAME) - named - {"do_not_call", "phone_extension"} == set()


@pytest.mark.parametrize("piece", ["a", "patient", "- ", "1", "#", "é", "(", "pat "])
def test_a_long_header_is_taken_apart_at_once(piece):
    started = time.monotonic()
    for read in (fields.field_for, fields.refused, fields.speaks, headers.spelled):
        read(piece * 100_000)

    assert time.monotonic() - started < 2
