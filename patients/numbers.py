"""Telephone numbers for people's eyes."""

import phonenumbers


def written(e164):
    """A number as people write it: (212) 555-0101; other countries' with their prefix."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat.NATIONAL if number.country_code == 1 else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
