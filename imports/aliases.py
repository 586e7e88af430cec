"""What columns are called: exact names found in public documentation of EMR exports, and rules over the words of a name."""

# Exact names by their key (see headers.key), the plainest first: the first takes the field when several columns want it.
EXACT = {
    "mrn": "mrn mrno mrnum mrnnumber medicalrecordnumber medicalrecord medicalrecordno medrecno medrecnbr medrec mdrc mr mrnbr"
    " patmedrec emrnumber emrid emrno chartnumber chart chartid chartno chartnum acct acctno acctnum acctnumber acctid account"
    " accountno accountnumber accountid medicalaccountnumber armrnum armrnumt patientacctno patientaccountnumber patid"
    " patientid ptid patientno patientnumber patientidentifier patientrecordnumber recordnumber patientpatientid patno"
    " patpersonnbr personnbr pernbr patmrnid personno v vno clientid patientpracticeguid practiceguid pid uid patientuid"
    " patientguid personid patientkey enterpriseid id",
    "full_name": "patientname ptname patname fullname patientfullname namelastfirst namelastfirstmi patientnamelastfirstmi"
    " lastfirst lastnamefirstname lastfirstname patientname1 clientname membername name",
    "last_name": "last lastname lname surname familyname patlname patientlname lastnm namelast ulname plname",
    "first_name": "first firstname fname givenname forename patfname patientfname firstnm namefirst ufname pfname",
    "middle_name": "middle middlename middleinitial mi mname minit namemiddle uminitial",
    "born_on": "dob birthdate birthday dateofbirth birthdt bdate birth bday dobdate ptdob patdob",
    "sex": "sex gender sexatbirth birthsex administrativesex legalsex patsex",
    "language": "language preferredlanguage lang preflang languagetype primarylanguage spokenlanguage",
    "email": "email emailaddress mail pmemail patemail ptemailid emailid patmail peremailperaddrstreet1 arpatmail"
    " peremailaddrtype arsubmailt patientaddressemail emailaddr primaryemail homeemail uemail",
    "address": "address address1 addr addr1 street street1 streetaddress addressline1 addressstreet1 line1 homeaddress"
    " mailingaddress addressstreet perraddr upaddress",
    "address_2": "address2 addr2 street2 addressline2 addressstreet2 line2 apt apartment unit streetaddress2 upaddress2",
    "city": "city town addresscity homecity mailingcity upcity",
    "state": "state st addressstate stateprovince province homestate mailingstate upstate",
    "zip_code": "zip zipcode zip5 postalcode postcode zipcode1 addresszip addresspostalcode homezip mailingzip",
    "phone_mobile": "cell cellphone cellno cellnumber mobile mobilephone mobileno mobilenumber mobilephoneno umobileno"
    " phonecell phonemobile cellphonenumber mobilephonenumber celltelephone umobile cphone phonec telm",
    "phone_home": "home homephone landline homeno homenumber hphone phonehome homephonenumber hometelephone hometel hphoneno"
    " hmphone phoneh telh",
    "phone_work": "work workphone workno worknumber officephone businessphone phonework wphone dayphone daytimephone"
    " workphonenumber worktelephone wkphone phonew telw",
    "phone_other": "phone phoneno phonenumber telephone tel telno upphone uphone primaryphone preferredphone preferredphone1"
    " phone1 phone2 phone3 contactphone contactnumber otherphone alternatephone altphone secondaryphone bestphone",
    "patient_status": "patientstatus ptstatus patstatus chartstatus accountstatus",
    "active": "active isactive activeflag activepatient",
    "inactive": "inactive isinactive inactiveflag",
    "deceased": "deceased isdeceased deceaseddate dateofdeath deathdate dod expired deceasedflag expireddate",
    "last_visit": "lastvisit lastvisitdate lastvisitdt mostrecentvisitdate mostrecentvisit lastexam lastexamdate lastseen"
    " lastseendate lastofficeencdate lastencounterdate lastencounter lastappointment lastappointmentdate lastappt"
    " lastapptdate dateoflastappointment dateoflastvisit lastdos lastservicedate recentvisitdate lastov",
    "next_visit": "nextvisit nextvisitdate nextappt nextapptdate nextappointment nextappointmentdate nextapptdt"
    " nextofficeencdate dateofnextappointment nextscheduledappointment nextapt nextaptdate",
    "encounter_on": "dos srvdate srvday servicedate dateofservice dtofsvc admsvcdate procprocdttm patvisitdtdate"
    " visitoradmitdate encregistrationdttm aradmdt fromdos encounterdate encdate visitdt startdate2 ddate contactdate visit",
    "encounter_text": "encounter encounters",
    "encounter_provider": "encounterprovider",
    "appointment_id": "appointmentid apptid apptno appointmentnumber encounterid visitid schedid csn patenccsnid"
    " appointmentguid visitnumber apptnumber eventid",
    "appointment_on": "apptdate appointmentdate apptdt apptdatetime appdate appointmentdatetime dateofappointment dateofappt"
    " apptstartdate appointmentstart appointmentdt startdatetime scheduledtime scheduleddatetime mdate aptdate"
    " starttimedate appointmentstartdatetime scheduledate scheduleddate startdate visitdate datetime date appointment"
    " appt",
    "appointment_time": "appttime apptstarttime appointmenttime appointmentstarttime starttime apptstart mtime apptm"
    " apptime visittime timeofappointment begintime time start",
    "status": "apptstatus appointmentstatus visitstatus apptslotstatus encounterstatus apptstatuscname bookingstatus"
    " schedulestatus status outcome appointmentoutcome stat confirmationstatus",
    "cancelled": "cancelled canceled appointmentiscancelled iscancelled iscanceled cancelledflag cancelflag cancelind"
    " apptcancelleddate apptcanceleddate cancelleddate canceldate canceleddate apptcancelledon deleted deleteind",
    "no_show": "noshow isnoshow noshowflag noshowind ns appointmentnoshowdate noshowdate",
    "rescheduled": "rescheduled isrescheduled reschedid reschedind rescheduledflag",
    "checked_in": "checkintime apptcheckintime checkin checkedin checkintimestamp showed apptkeptind keptind signedout"
    " arrivaltime arrivedat arrived",
    "cancel_reason": "cancelreason apptcancelreason cancellationreason appointmentcancelledreason reasonforcancellation"
    " noshoworcancellationreason cancelledreason cancelreasoncname",
    "provider": "provider providername doctor doctorname apptschdlngprvdr schedulingprovider appointmentprovidername"
    " appointmentprovider resourceprovidername physician physicianname attendingprovider defaultrenderingproviderfullname"
    " renderingproviderfullname renderingprovidername resource appointmentresource md seenby clinician book prvdr provname"
    " providernamelastfirst",
    "location": "location locationname facility facilityname appointmentfacilityname office officename clinic clinicname"
    " site department departmentname dept servicelocationname epicdept servicelocation locationofficename branch",
    "visit_type": "visittype appttype appointmenttype appointmenttypename detailedappttype apptypename apptype typeofvisit"
    " prcname type apptreason reason reasonforvisit appointmentreason procedurename procedure apptdescription"
    " appointmentpurpose reasondesc",
    "specialty": "specialty speciality apptschdlngprvdrspclty providerspecialty spclty",
    "do_not_call": "donotcall dnc donotcontact nocalls nocall donotphone optout optedout disablephone",
}  # fmt: skip

# Rules over the written-out words: all words named must be there, and but for fillers no other word. The first rule wins.
# After a tilde other words that we do not know may be there too ("GEMMS Last Name").
PATIENT_FILLERS = "patient person legal current full primary demographic demographics info the of is s chart text value c nm 1"
VISIT_FILLERS = (
    "patient appointment visit scheduled encounter booking slot of the for is s name full local default rendering"
    " attending resource service servicing c cname"
)
PATIENT_RULES = (
    ("email", "~email|email address|address email|email id"),
    ("phone_mobile", "~mobile phone|~mobile phone number|mobile|mobile number|text number|sms number|text phone|sms phone"),
    ("phone_home", "~home phone|~home phone number|home number"),
    ("phone_work", "~work phone|~work phone number|work number|office phone|office phone number|day phone|~business phone"),
    (
        "phone_other",
        "~phone|~phone number|preferred phone|other phone|other phone number|contact phone|contact phone number|contact number"
        "|best phone|best phone number|preferred phone number|number to call",
    ),
    ("born_on", "~birth date|birth|~birth date time"),
    (
        "mrn",
        "~mrn|mrn id|mrn number|mr number|chart|chart id|chart number|chart id number|medical record number|medical record"
        "|medical record id"
        "|record number|account number|account|account id|patient id|patient number|patient identifier|person number|person id"
        "|medical account number|patient code|emr number|emr id|record id|patient record id|patient uid|patient uuid"
        "|patient guid|external id|chart code",
    ),
    (
        "full_name",
        "last name first name|last first|name last first|name last first middle initial|name last first middle|patient name"
        "|full name|patient full name|first last|first name last name|name first last|name",
    ),
    ("last_name", "~last name|last"),
    ("first_name", "~first name|first"),
    ("middle_name", "~middle name|middle initial|middle|~middle initial name"),
    ("sex", "sex|sex birth|sex at birth|administrative sex|sex code|sex assigned at birth"),
    ("language", "language|preferred language|language preferred|spoken language|language code|language name|speaks"),
    ("address_2", "address line two"),
    ("address", "address|street|street address|address line|home address|home address line|mailing address"
     "|address street|line"),
    ("city", "city|home city|address city|mailing city"),
    ("state", "state|home state|address state|mailing state|state code"),
    ("zip_code", "zip|zip code|home zip|address zip|mailing zip|zip code plus"),
    ("deceased", "deceased|deceased date|deceased flag|date of deceased|deceased date time|vital status"),
    ("patient_status", "patient status|chart status|account status|active status"),
    ("active", "active|active flag|is active|active patient|active yn"),
    ("inactive", "inactive|inactive flag|is inactive|inactive yn"),
)  # fmt: skip
VISIT_RULES = (
    ("cancel_reason", "cancelled reason|noshow cancelled reason|noshow or cancelled reason|reason cancelled|noshow reason"),
    (
        "last_visit",
        "previous appointment|previous appointment date|last appointment|last appointment date|last visit|recent visit"
        "|last visit date|recent visit date|previous visit|previous visit date|most recent visit"
        "|most recent visit date|~last exam|~last exam date|last seen|last seen date|last seen on|last service date"
        "|last encounter date|last office visit|last office visit date|last office encounter date|last date seen|last service",
    ),
    (
        "next_visit",
        "next visit|next visit date|next exam|next exam date|next appointment|next appointment date|next office visit"
        "|next office visit date|next scheduled date|next appointment date time|next visit date time",
    ),
    ("cancelled", "cancelled|cancelled date|cancelled flag|cancelled yn|cancelled on|is cancelled|cancelled date time"),
    ("no_show", "noshow|noshow date|noshow flag|is noshow|noshow yn"),
    ("rescheduled", "rescheduled|rescheduled flag|is rescheduled|rescheduled yn|rescheduled date"),
    ("checked_in", "checkin|checkin time|checkin date|checkin date time|kept flag|arrived|arrived time|checkin flag|kept"),
    ("status", "status|status description|status name|status code"),
    ("appointment_id", "appointment id|appointment number|visit id|visit number|encounter id|encounter number|booking id|csn"),
    ("visit_type", "visit type|appointment type|type visit|visit reason|reason visit|appointment reason|appointment purpose"
     "|appointment description|type description|visit type description|procedure name|procedure description|appointment type"
     " description|encounter type"),
    (
        "appointment_time",
        "appointment time|visit time|start time|appointment start time|time start|appointment start|time appointment",
    ),
    (
        "appointment_on",
        "appointment date|appointment date time|scheduled date|scheduled date time|booking date"
        "|appointment start date|appointment start date time|start date time",
    ),
    ("encounter_on", "service date|encounter date|visit date|visit date time|encounter date time|service date time|from service"
     " date|seen date|date seen|service from date"),
    ("specialty", "specialty|provider specialty|specialty name"),
    ("provider", "provider|provider name|provider full name|appointment resource|usual provider|usual provider name"
     "|provider last name|seen by"),
    (
        "location",
        "location|location name|location facility|facility location|facility|facility name|clinic|clinic name|department"
        "|department name|office name"
        "|office location|practice location|service location|site name|location description",
    ),
)  # fmt: skip

# Words that say the column is about somebody or something else than the patient or the visit.
OTHERS = (
    r"\b(guarantor|emergency|spouse|husband|wife|mother|father|parent|guardian|kin|employer|insurance|payer|payor|subscriber"
    r"|policy|carrier|referring|pharmacy|responsible|relative|relationship|caregiver|copay|balance|pcp|created|modified|updated"
    r"|entered|billing|fax|login|user|recall|template|maiden|nick|nickname|alias|aka|goes by|disable|opt|uuid|guids?"
    r"|domestic|made|by|eligibility|template|username|authorization|payment|claim|statement|reminder|subject|drug"
    r"|smoking|room|suffix|prefix|title|confirmed|duration|cancelled by|partner|proxy|poa|reminded|portal|lab|hospital)\b"
    r"|follow ?up|primary (care|provider)|previous (last |first )?name|preferred (first |middle |last )?name|\bguid\b"
    r"|\b(attorney|significant|case manager|former|bad|rp|ice|print(ed)?|posted|verified|verification|effective|expiration"
    r"|expires|exp|injury|onset|accident|surgery|rx|refill|letter|message|contacted|stmt|bill(ed)?|due|overdue|since|count|total"
    r"|wait|waitlist|report|extract|rank|score|seq|sequence|authorized|signature|hipaa|consent date"
    r"|run|reg|pmt|auth|elig|npi|student|lag"
    r"|chair|salutation|version|row|priority|sort|quarter|weekday|height|weight|bmi|a1c|hba1c|bp|mammogram|colonoscopy|vaccine|shot"
    r"|privacy|as of date|f u|post date|time zone|timezone|payments?|paid)\b"
    r"|\b(first|initial|original|new patient) (visit|seen|appointment|encounter|office visit)\b|\bfirst seen\b"
    r"|\blast (contact|call|note|touch|provider)\b|\b(next|previous|last|family) provider\b"
    r"|^number (of )?(visit|appointment|noshow)$"
    r"|\bcontact person|contact (last |first |full )?name|\bcontact (id|type|relation)"
    r"|\b(provider|facility|clinic|location|department|practice|supervising)\b.*\b(phone|address|street|city|state|zip|email|fax|npi|id"
    r"|number|first|dea|sex|birth|status|group|taxonomy)\b"
)
# "Deceased by", "seen by" and the like stay what they are.
NOT_OTHERS = (
    r"\bseen by\b|\bcancelled by patient\b|^(appointment|booking|visit|scheduled) guid$"
    r"|^provider (name )?last (name )?first( name)?$"
)
# Words that leave open what a column holds: its values may still be asked for.
GENERAL = (
    "date time number id code name text value type phone patient description other appointment booking booked scheduled planned"
    " start day on at for when of the and local calendar status outcome"
)
# What says that a person may not be called, and the same turned round.
NO_CALLS = (
    r"\b(do not (call|phone|contact)|(don t|dont|never) (call|phone|contact)|(number|no) (calls?|contact))\b"
    r"|\bdisable (phone|calls?|voice)\b|\bdnc\b"
    r"|\b(phone|calls?|voice) (opt ?out|opted out|disabled|refused|blocked)\b|\bopt(ed)? out (of )?(all|calls?|phone|voice)\b"
    r"|^(patient )?opt(ed)? ?out( flag| date| yn)?$"
)
CALLS_ALLOWED = (
    r"\b(ok|okay|permission|may|can|consent|allow(ed|s)?|agrees?) (we |to )?(be )?(call(ed)?|phone|contact(ed)?|calls)\b"
    r"|\b(call|calls|phone|contact|voice) (ok|okay|allowed|permitted|consent|permission|opt ?in|enabled)\b"
    r"|\b(opt(ed)? in) (to )?(calls?|phone|voice)\b"
)
