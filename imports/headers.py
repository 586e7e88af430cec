"""Header names taken apart: lower case, abbreviations written out, squeezed names cut into their words.

"PAT_LNAME", "Patient Last Name:", "ptlastname" and "users.ulname" all become the words "patient last name".
"""

import re
import unicodedata
from functools import lru_cache

# No name of a column is longer than this; what is longer is a value, and slow to take apart.
LONGEST = 190
_GAPS = re.compile(r"[^a-z0-9#]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_FIRST, _FURTHER = re.compile(r"\b1 ?st\b"), re.compile(r"\b(2 ?nd|3 ?rd)\b")
_PIECES = re.compile(r"[a-z]+|\d+|#")

# What a word of a header is short for. The first word of each line is the one it is written out as.
_SHORT = """
patient: patient patients pt pts pat ptnt ptn client clients
appointment: appointment appointments appt appts apptmt app appnt apmt appmt apptment appmnt apnt
number: number no num nbr nmbr nr
date: date dates dt dte
time: time times tm hour hr
phone: phone phones telephone tel tele ph phn phonenumber
mobile: mobile cell cellular cel mob cellphone
home: home hm residence residential res evening eve night landline house
work: work wk wrk business bus daytime job
first: first fst given fore
last: last lst sur family
middle: middle mid mname
initial: initial init
name: name nm names
birth: birth births brth born
sex: sex gender mf
language: language lang langs languages
address: address addr adr addrs
zip: zip zipcode postal postcode
city: city town
state: state province
record: record rec recs
account: account acct acc acnt accnt
id: id identifier ids key
status: status stat sts statuses
provider: provider providers prov prvdr doctor doctors dr doc physician physicians phys clinician practitioner prvd therapist
provider: optometrist dentist surgeon hygienist
location: location loc
facility: facility fac
department: department dept dep
office: office ofc
visit: visit visits vst consult consultation checkup
booking: booking bookings slot session reservation
start: start begin beginning begins starts
encounter: encounter encounters enc
service: service services svc srv serv
type: type typ category kind
reason: reason rsn
description: description desc descr
cancelled: cancelled canceled cancel canc cxl cancellation cancelation cancelling
rescheduled: rescheduled reschedule resched resch
noshow: noshow noshows missed
kept: kept showed attended
arrived: arrived arrival arrive
exam: exam exams examination
outcome: outcome result disposition disp resolution
full: full complete display formatted
other: other second secondary alternate alt alternative
checkin: checkin checkedin
scheduled: scheduled sched schd schdlng scheduling schedule
deceased: deceased death dead died
specialty: specialty speciality spclty
recent: recent latest
previous: previous prev prior
created: created create creation entered entry added registered registration inserted insert recorded
modified: modified modify updated update changed change edited
next: next nxt upcoming future
extension: extension ext extn
code: code cd
flag: flag flg ind indicator
insurance: insurance ins insur insured insurer
referring: referring referred referral referrer
guarantor: guarantor guarantors guar grntr
kin: kin nok
mother: mother mothers
father: father fathers
parent: parent parents
guardian: guardian guardians
spouse: spouse spouses
responsible: responsible resp
subscriber: subscriber subscribers policyholder
emergency: emergency emerg emer emergcy
confirmed: confirmed confirm confirmation conf
end: end stop finish
preferred: preferred pref prefd preference
medical: medical med
"""
_CANON = {}
for _line in _SHORT.strip().splitlines():
    _word, _, _forms = _line.partition(": ")
    _CANON.update(dict.fromkeys(_forms.split(), _word))
_CANON |= {
    "dob": "birth date", "bdate": "birth date", "bday": "birth date", "birthday": "birth date", "birthdt": "birth date",
    "lname": "last name", "fname": "first name", "surname": "last name", "forename": "first name", "minit": "middle initial",
    "firstname": "first name", "lastname": "last name", "datetime": "date time", "timestamp": "date time", "dttm": "date time",
    "dos": "service date", "mrn": "mrn", "ssn": "ssn", "md": "provider", "st": "state", "hphone": "home phone",
    "wphone": "work phone", "cphone": "mobile phone", "mi": "middle initial", "ov": "office visit",
    "addr1": "address 1", "dod": "deceased date",
}  # fmt: skip
# Words that are not short for anything but say what a column is about; squeezed names are cut along these too.
_PLAIN = (
    "chart person full street line initial exam seen legal current primary other contact email mail text sms fax login"
    " clinic site branch resource specialty purpose procedure kept new active inactive deleted discharge admission party"
    " relationship employer payer payor policy plan group subscriber member carrier pharmacy caregiver recall template"
    " modified updated made user by of the for is has was at on in from to and or how what reminder notes note comment"
    " balance age race ethnicity marital suffix prefix title nick maiden alias day month year mnth county country only"
    " default rendering attending usual servicing duration room length best call calls contacted do not ok permission"
    " consent opt out disable guid uuid csn hospital practice area speaks spoken interpreter needed apartment apt unit"
    " unknown message mailing personal native administrative pcp attorney case manager significant former bad callback"
    " treating assigned attendance printed print posted verified effective expiration due when event planned calendar local"
    " eye annual plus abbreviation abbr class staff where completed main most yn legacy ehr emr pms internal external system"
    " file folder health okay can we may list care relative poa sent report extract payment payments paid statement billed"
    " bill claim authorization auth portal signup wait"
)
_KNOWN = set(_CANON) | set(_PLAIN.split())
WORDS = frozenset(word for phrase in _CANON.values() for word in phrase.split()) | set(_PLAIN.split())
# Pairs that mean one thing, after the words were written out.
_PAIRS = (
    ("e mail", "email"), ("number show", "noshow"), ("no show", "noshow"), ("check in", "checkin"), ("checked in", "checkin"),
    ("phone h", "home phone"), ("phone c", "mobile phone"), ("phone m", "mobile phone"), ("phone w", "work phone"),
    ("h phone", "home phone"), ("c phone", "mobile phone"), ("w phone", "work phone"), ("next of kin", "kin"),
    ("m i", "middle initial"), ("m f", "sex"), ("y n", "yn"), ("check out", "checkout"), ("n s", "noshow"),
    ("patient s", "patient"), ("provider s", "provider"), ("apt (?=[a-z])(?!number|unit|suite)", "appointment "),
    ("next apt", "next appointment"), ("scheduled apt", "scheduled appointment"), ("last apt", "last appointment"),
    ("ns (?=cancelled|flag)", "noshow "), ("d o b", "birth date"), ("b day", "birth date"),
    ("(provider|clinic) visit(?! type| reason| status)", "visit"), ("ref (?=provider|name|phone)", "referring "),
    ("call back", "callback"), ("show status", "noshow status"), ("home home", "home"), ("sex sex", "sex"),
    ("cell phone", "mobile phone"), ("mobile mobile", "mobile"), ("re scheduled", "rescheduled"), ("day phone", "work phone"),
    ("f name", "first name"), ("l name", "last name"), ("m name", "middle name"), ("number call", "no call"),
    ("number calls", "no call"), ("time stamp", "date time"),
)  # fmt: skip
_PHRASES = tuple((re.compile(rf"\b{pair}" + ("" if pair.endswith(")") else r"\b")), one) for pair, one in _PAIRS)


def words(header):
    """The header as lower-case words with single spaces, "#" kept: "PT_LAST_NAME:" is "pt last name"."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", header[:LONGEST])).encode("ascii", "ignore").decode()
    return _GAPS.sub(" ", plain.lower()).strip()


def key(header):
    """The header squeezed to letters and digits, "#" read as "no": the form in which exact names are compared."""
    return words(header).replace(" ", "").replace("#", "no")


@lru_cache(maxsize=4_096)
def spelled(header):
    """(words written out, numbers in it): "Appt 2 Dt" is ("appointment date", ("2",))."""
    pieces = []
    plain = _FURTHER.sub("other", _FIRST.sub("primary", words(header)))
    for piece in _PIECES.findall(plain):
        pieces += [piece] if piece in _KNOWN or len(piece) < 4 else _cut(piece)
    text = " ".join("number" if piece == "#" else _CANON.get(piece, piece) for piece in pieces if not piece.isdigit())
    for pair, one in _PHRASES:
        text = pair.sub(one, text)
    return text, tuple(piece.lstrip("0") or "0" for piece in pieces if piece.isdigit())


def _cut(squeezed):
    """A squeezed name as the fewest known words ("apptcancelleddate"), or as it is when they do not cover it."""
    best = [[]] + [None] * len(squeezed)
    for end in range(1, len(squeezed) + 1):
        for start in range(max(0, end - 14), end - 1):
            if (
                best[start] is not None
                and squeezed[start:end] in _KNOWN
                and (best[end] is None or len(best[start]) + 1 < len(best[end]))
            ):
                best[end] = [*best[start], squeezed[start:end]]
    return best[-1] or [squeezed]
