"""Cells of a person, read one by one into the form they are kept in. A function that refuses a cell raises ValueError."""

import re

from imports.values import codes, names

NO_ID = {"", "0", "n/a", "na", "none", "null", "unknown", "-", "new"}
_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")
_NO_ADDRESS = {"same", "on file", "homeless", "refused", "unknown", "none", "n/a", "na", "null", "-"}


def read_name(text):
    """A part of a name in the case people write it in."""
    return names.nice_case(text)[:80]


def read_mrn(text):
    """A chart number; '' for what EMRs write where there is none."""
    mrn = codes.code_of(text)
    if len(mrn) > 40:
        raise ValueError("too long for a chart number")
    return "" if mrn.lower() in NO_ID else mrn


def read_city(text):
    """A town, as written."""
    return " ".join(text.split())[:80].strip().rstrip(" ,")


def read_address(text):
    """A line of an address; '' for words that stand in for one."""
    text = " ".join(text.split())
    return "" if text.lower() in _NO_ADDRESS else text[:200]


def read_said(text):
    """Whether a cell says yes; None where it says nothing, as a blank or an empty date. A plain 0 is a no."""
    return codes.read_flag(text) if text == "0" or text.strip("0-/: .tT") else None


def read_email(text):
    """An e-mail address in lower case; '' for a blank and for words that stand in for one."""
    text = text.strip().strip("<>").lower()
    if not text or text in _NO_ADDRESS or text.startswith(("none@", "noemail@", "declined", "refused")):
        return ""
    if not _EMAIL.match(text) or len(text) > 254:
        raise ValueError("not an e-mail address")
    return text
