"""Telephone numbers for people's eyes, and from their hands."""

import re

import phonenumbers

EXAMPLE = "212-555-0101"
LONGEST_EXTENSION = 8  # digits
# Area code and exchange begin with 2 to 9. Whether the number is in service only a call can tell.
_american = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}").fullmatch
_WRONG_LENGTH = {
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "The area code is missing.",
    phonenumbers.ValidationResult.TOO_SHORT: "This has too few digits for a phone number.",
    phonenumbers.ValidationResult.TOO_LONG: "This has too many digits for a phone number.",
}


def written(e164):
    """A number as people write it: (212) 555-0101; other countries' with their prefix."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat.NATIONAL if number.country_code == 1 else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def read(text):
    """What somebody typed, as (E.164, extension): American unless it begins with + and a country.

    Raises ValueError with a sentence that tells the person what is wrong.
    """
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise ValueError(f"This is not a phone number. Write it as in {EXAMPLE}.") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError(_WRONG_LENGTH.get(reason, f"There is no such phone number. Write it as in {EXAMPLE}."))
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == 1 and not _american(e164):
        raise ValueError("There is no such area code or exchange: both begin with 2 to 9.")
    extension = number.extension or ""
    if len(extension) > LONGEST_EXTENSION:
        raise ValueError(f"An extension has at most {LONGEST_EXTENSION} digits.")
    return e164, extension
