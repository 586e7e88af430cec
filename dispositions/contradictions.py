"""What is wrong with a disposition, in words. Pure: the draft, the others of the practice and its caps in, sentences out."""

import re

from .next_step import NUMBER_LOST
from .vocabulary import LONGEST_WAIT

CODE = re.compile(r"[A-Z0-9_]{2,16}")
HOTKEY = re.compile(r"[a-z0-9]")
# Keys of the call page that mean something else there (static/js/desk_*.js), with what they do.
TAKEN_KEYS = {
    "n": "writes a note",
    "h": "says that the call has ended",
    "c": "starts a callback",
    "s": "skips a patient",
    "z": "takes back the outcome saved last",
    "f": "marks the full name as matched",
    "b": "marks the date of birth as matched",
    "a": "marks the address as matched",
    "p": "marks the phone as matched",
}
SHORT_CODE = "Use 2 to 16 capital letters, digits or underscores."
ONE_KEY = "Use one letter or digit, or leave it empty."
MOST_WAITS = 12
# The outcome by which a person's wish not to be called becomes an opt-out.
DO_NOT_CALL = "DNC"


def contradictions(draft, *, others, daily_call_cap):
    """Why a disposition can't be saved like this: field → sentence; empty when it can.

    `others` are the practice's further dispositions, `daily_call_cap` its dials to one person in 24 hours. Fields of the
    draft may be None where what was entered could not be read; they are left aside.
    """
    active = [other for other in others if other.is_active]
    found = _about_code(draft, others) | _about_flags(draft) | _about_closing(draft) | _about_waits(draft, daily_call_cap)
    return _about_look(draft, active) | found | _about_what_must_stay(draft, active)


def keeps_open(disposition):
    """Whether the patient is called again, on the same number, after this outcome."""
    return not disposition.closes_as and disposition.number_effect not in NUMBER_LOST


def _about_code(draft, others):
    if not CODE.fullmatch(draft.code or ""):
        return {"code": SHORT_CODE}
    if any(other.code == draft.code for other in others):
        return {"code": "Another disposition has this code. Codes tell outcomes apart in every report, so each is used once."}
    return {}


def _about_look(draft, active):
    found = {}
    if draft.is_active and draft.label and any(other.label.casefold() == draft.label.casefold() for other in active):
        found["label"] = "Another active disposition has this label. Choose one that agents can tell apart."
    key = (draft.hotkey or "").lower()
    holder = next((other for other in active if other.hotkey.lower() == key), None)
    if key in TAKEN_KEYS:
        found["hotkey"] = f"The key {key.upper()} {TAKEN_KEYS[key]} on the call page. Choose another one."
    elif key and not HOTKEY.fullmatch(key):
        found["hotkey"] = ONE_KEY
    elif key and holder:
        found["hotkey"] = f"“{holder.label}” has this key. Choose another one."
    return found


def _about_flags(draft):
    found = {}
    if draft.is_right_party and not draft.is_reached:
        found["is_right_party"] = "Who speaks with the right party has reached a person: check “A person answered” too."
    elif draft.is_right_party and draft.number_effect in NUMBER_LOST:
        found["number_effect"] = "The right party was spoken to on this number, so it works and is theirs."
    elif draft.is_reached and draft.number_effect == "DISCONNECTED":
        found["number_effect"] = "A person answered, so the number is in service."
    if draft.is_success and not draft.is_right_party:
        found["is_success"] = "A booking is made with the right party: check “The right party was spoken to” too."
    return found


def _about_closing(draft):
    if draft.is_success and draft.closes_as != "WON":
        return {"closes_as": "A booking won closes the enrollment as “Re-appointed”."}
    if draft.closes_as == "WON" and not draft.is_success:
        return {"closes_as": "Only a booking won closes as “Re-appointed”: check “Counts as a booking won”, or close otherwise."}
    if draft.code == DO_NOT_CALL and draft.closes_as != "OPTED_OUT":
        return {"closes_as": "This outcome records a wish not to be called. It must close as “Do not call”."}
    if draft.requires == "CALLBACK" and draft.closes_as:
        return {"requires": "A promised callback keeps the enrollment open: leave “Closes as” empty, or ask for something else."}
    return {}


def _about_waits(draft, daily_call_cap):
    waits = draft.retry_after_days
    if waits is None:
        return {}
    if draft.closes_as:
        return {"retry_after_days": "It closes the enrollment, so no call follows: leave the days empty."} if waits else {}
    if not waits and draft.requires != "CALLBACK":
        return {"retry_after_days": "Say after how many days the patient is called again, as in 7, 7, 14."}
    if len(waits) > MOST_WAITS:
        return {"retry_after_days": f"Enter at most {MOST_WAITS} numbers; the last one holds for all further attempts."}
    if any(days < 0 for days in waits):
        return {"retry_after_days": "Days can't be less than 0: nobody is called in the past."}
    if any(days > LONGEST_WAIT for days in waits):
        return {"retry_after_days": f"Enter at most {LONGEST_WAIT} days. To call nobody again, close the enrollment."}
    if 0 in waits and daily_call_cap == 1:
        return {"retry_after_days": "Enter at least 1 day: nobody is called twice in 24 hours."}
    return {}


def _about_what_must_stay(draft, active):
    if draft.code == DO_NOT_CALL and not draft.is_active:
        return {"is_active": "It stays active: who asks not to be called must be noted at once (47 CFR 64.1200(d)(3))."}
    if not any(keeps_open(other) for other in [*active, draft] if other.is_active):
        field = "closes_as" if draft.is_active else "is_active"
        return {field: "One active disposition at least must keep the enrollment open, or every call would be the last one."}
    return {}
