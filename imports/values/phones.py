"""Phone numbers to E.164, with what was wrong said. American numbers take a fast path, others go through phonenumbers."""

import re
from functools import lru_cache

import phonenumbers

_NANP = re.compile(
    r"(?<!\d)(?:\+?1[\s.\-]*)?\(?\s*([2-9]\d{2})\s*\)?[\s./\-]*([2-9]\d{2})[\s.\-]*(\d{4})(?!\d)"
    r"(?:[\s,]*(?:ext(?:ension)?\.?|x|#)\s*:?\s*(\d{1,6})\b)?",
    re.IGNORECASE,
)
_REFUSAL = re.compile(r"do not call|don'?t call|\bdnc\b", re.IGNORECASE)
_NOT_A_NUMBER = {"", "-", "--", "n/a", "na", "none", "null", "unknown", "no phone", "0", "\\n"}


def read_phones(text):
    """Every number in a cell as (E.164, extension) pairs; () for a blank. Raises ValueError when there is text but no number."""
    text = text.strip().lstrip("'")
    if text.lower() in _NOT_A_NUMBER:
        return ()
    found = {}
    for area, exchange, line, extension in _NANP.findall(text):
        number = f"+1{area}{exchange}{line}"
        if len(set(number[2:])) > 1:
            found.setdefault(number, extension)
    return tuple(found.items()) or ((_foreign(text), ""),)


def refuses(text):
    """Whether a cell says in words that the patient is not to be called."""
    return bool(_REFUSAL.search(text))


@lru_cache(maxsize=4096)
def _foreign(text):
    digits = re.sub(r"\D", "", text)
    if not digits:
        raise ValueError("says not to call" if _REFUSAL.search(text) else "no number in it")
    if len(set(digits)) == 1:
        raise ValueError("a placeholder, not a number")
    if len(digits) == 7:
        raise ValueError("the area code is missing")
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise ValueError("not a phone number") from None
    # A possible number is enough: whether it is in service only a call can tell.
    if not phonenumbers.is_possible_number(number):
        raise ValueError("too few or too many digits for a phone number")
    if number.country_code == 1:
        raise ValueError("no such area code or exchange")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
