"""The fields an EMR file can fill, and which of them a header names.

A header is compared by its key (see headers.key) with exact names, then by its words with rules; `aliases` has both.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from imports import aliases, grammar, headers
from imports.refused import refused

__all__ = ["BY_NAME", "FIELDS", "Field", "field_for", "group_of", "inverted", "refused", "speaks"]


@dataclass(frozen=True)
class Field:
    """One thing we keep. `kind` says how its values are read; `many` allows several columns for it.

    `repeats` allows one column for each number in the names ("Appt 1 Date", "Appt 2 Date"): appointments side by side.
    """

    name: str
    label: str
    kind: str
    group: str = "Patient"
    many: bool = False
    repeats: bool = False

    @property
    def in_a_sentence(self):
        """The label in lower case, abbreviations excepted, without the hint behind a colon."""
        words = self.label.partition(":")[0].split()
        return " ".join(word if word.strip("()").isupper() else word.lower() for word in words)


def _visit(name, label, kind):
    return Field(name, label, kind, "Appointment", repeats=True)


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
    Field("phone_extension", "Phone extension", "EXTENSION", many=True),
    Field("do_not_call", "Do not call: yes or no", "NO_CALLS", many=True),
    Field("patient_status", "Patient status (active, inactive, deceased)", "PATIENT_STATUS"),
    Field("active", "Active: yes or no", "FLAG"),
    Field("inactive", "Inactive: yes or no", "FLAG"),
    Field("deceased", "Deceased: yes, no or a date", "FLAG"),
    Field("last_visit", "Last visit", "DATE", "Visits"),
    Field("next_visit", "Next visit", "DATE", "Visits"),
    Field("encounter_on", "Date of an encounter", "DATE", "Visits", many=True),
    Field("encounter_provider", "Provider of an encounter", "TEXT", "Visits", many=True),
    Field("encounter_text", "Encounters in words (“Seen 1/2/2024 for …”)", "PROSE_DATE", "Visits", many=True),
    _visit("appointment_id", "Appointment number", "ID"),
    _visit("appointment_on", "Appointment date", "DATE"),
    _visit("appointment_time", "Appointment time", "TIME"),
    _visit("status", "Appointment status", "STATUS"),
    _visit("cancelled", "Canceled: yes, no or a date", "FLAG"),
    _visit("no_show", "No-show: yes, no or a date", "FLAG"),
    _visit("rescheduled", "Rescheduled: yes, no or a date", "FLAG"),
    _visit("checked_in", "Check-in time", "FLAG"),
    _visit("cancel_reason", "Cancel reason", "TEXT"),
    _visit("provider", "Provider", "TEXT"),
    _visit("location", "Location", "TEXT"),
    _visit("visit_type", "Visit type", "TEXT"),
    _visit("specialty", "Specialty", "TEXT"),
)
BY_NAME = {field.name: field for field in FIELDS}
SURE, RULE, LOOSE = 1000, 600, 300

_BY_KEY = {}
for _name, _keys in aliases.EXACT.items():
    for _rank, _key in enumerate(_keys.split()):
        _BY_KEY.setdefault(_key, (_name, SURE - 5 * _rank))
_GENERAL = frozenset(aliases.GENERAL.split())
_OTHERS, _NOT_OTHERS = re.compile(aliases.OTHERS), re.compile(aliases.NOT_OTHERS)
_NO_CALLS, _CALLS_ALLOWED = re.compile(aliases.NO_CALLS), re.compile(aliases.CALLS_ALLOWED)
_OTHER_CHANNELS = re.compile(r"\b(text|sms|email|mail|fax|marketing|portal|hipaa|voicemail|reminder|research)\b")
_SEEN = re.compile(r"\b(encounter|visit|service|exam)\b")
_BOOKED = re.compile(r"\b(appointment|booking|scheduled)\b")
_IN_TABLE = re.compile(r"\w+[.:](\w[\w ]*)")
_LEADING = re.compile(r"^(patient|pat|pt|person|client|appointment|appt)(?=.{2})")


def _compiled(rules, fillers):
    """Rules as (field, words demanded, whether unknown words may stand beside them, fillers)."""
    for name, alternatives in rules:
        for alternative in alternatives.split("|"):
            yield name, frozenset(alternative.lstrip("~").split()), alternative.startswith("~"), frozenset(fillers.split())


def _patterns():
    """The patterns of `grammar` as (field, score, groups of words of which one is demanded, all words that may be there)."""
    for name, score, patterns, beside in grammar.GRAMMAR:
        for pattern in patterns.split("|"):
            groups = [frozenset(group.split("/")) for group in pattern.split()]
            yield name, score, groups, frozenset(beside.split()).union(*groups)


_PATTERNS = tuple(_patterns())
_RULES = (*_compiled(aliases.VISIT_RULES, aliases.VISIT_FILLERS), *_compiled(aliases.PATIENT_RULES, aliases.PATIENT_FILLERS))


@lru_cache(maxsize=4_096)
def field_for(header):
    """The field a header names and how surely, or ('', 0).

    An exact name scores 1000 less 5 for each place down its list (best names stand first there), a rule 600, a rule
    with words beside it that we do not know 300. A repeated column ("Phone (2)") scores a little less than the first.
    """
    if not header or len(header) > headers.LONGEST or refused(header):
        return "", 0
    name, score = _by_key(header) or _by_words(header)
    numbers = headers.spelled(header)[1] if score else ()
    return name, score - (1 if numbers and numbers[-1] != "1" else 0)


def group_of(header):
    """The number that tells repeated columns apart ("2" in "Appt 2 Status" or "DOS2"), or ''."""
    numbers = headers.spelled(header)[1]
    return numbers[-1] if numbers else ""


def speaks(header):
    """Whether a name without a field says what the column is ("Age", "Emergency Phone"), so that its values need no guess.

    "Textbox39", "Column 2" and "Date" do not.
    """
    text, _ = headers.spelled(header)
    words = set(text.split())
    return _other(text) or (bool(words) and words <= headers.WORDS and not words <= _GENERAL)


def is_of_others(header):
    """Whether a name says that the column is about somebody or something else than the patient or the visit."""
    return _other(headers.spelled(header)[0])


def inverted(header):
    """Whether a column of calling wishes says whom we may call ("OK to call"), not whom we may not."""
    return bool(_CALLS_ALLOWED.search(headers.spelled(header)[0]))


def _by_key(header):
    """(field, score) of an exact name, with or without a table's name or "patient" before it."""
    text, numbers = headers.spelled(header)
    pivoted = _pivoted(text, numbers)
    if pivoted is not None:
        return pivoted, SURE if pivoted else 0
    column = _IN_TABLE.fullmatch(header)
    for part in (header, column[1]) if column else (header,):
        if (squeezed := headers.key(part)) in _BY_KEY:
            return _BY_KEY[squeezed]
    if _other(text):
        return None
    squeezed = headers.key(header)
    leading = _LEADING.match(squeezed)
    stripped = squeezed[leading.end() :] if leading else ""
    if stripped in _BY_KEY and stripped != "id":
        name, score = _BY_KEY[stripped]
        if leading[1].startswith("app") == (BY_NAME[name].group == "Appointment"):
            return name, score - 2
    return None


def _by_words(header):
    text, numbers = headers.spelled(header)
    if _NO_CALLS.search(text) or _CALLS_ALLOWED.search(text):
        return ("", 0) if _OTHER_CHANNELS.search(text) else ("do_not_call", RULE)
    if _other(text):
        return "", 0
    words = frozenset(text.split())
    if "extension" in words:
        return "phone_extension", RULE
    if numbers[-1:] == ("2",) and words & {"address", "street"} and not words & {"city", "state", "zip", "email"}:
        return "address_2", RULE
    for name, demanded, loosely, fillers in _RULES:
        if demanded <= words:
            beside = words - demanded - fillers
            if not beside or (loosely and not beside & headers.WORDS):
                return name, LOOSE if beside else RULE
    return _by_grammar(words - {"member"}, vague="member" in words)


def _by_grammar(words, *, vague):
    for name, score, groups, allowed in _PATTERNS:
        if words <= allowed and all(group & words for group in groups):
            return name, grammar.VAGUE if vague else score
    return "", 0


def _other(text):
    return bool(_OTHERS.search(text)) and not _NOT_OTHERS.search(text)


def _pivoted(text, numbers):
    """The field of one part of visits set side by side ("Encounter 2 Date"), '' for a part we do not keep, None if it is none."""
    if not numbers or not _SEEN.search(text) or _BOOKED.search(text) or _other(text):
        return None
    words = set(text.split())
    if words & {"date", "dates"} and not words & {"cancelled", "birth", "next"}:
        return "encounter_on"
    if "provider" in words and not words & {"id", "code"}:
        return "encounter_provider"
    return None if words & {"status", "type", "reason", "time"} and not words & {"encounter", "recent"} else ""
