"""How EMRs write dates and phones."""


def us(on):
    """03/09/1941"""
    return on.strftime("%m/%d/%Y") if on else ""


def short(on):
    """3/9/1941"""
    return f"{on.month}/{on.day}/{on.year}" if on else ""


def two_digit(on):
    """03/09/41"""
    return on.strftime("%m/%d/%y") if on else ""


def dashed(on):
    """03-09-1941"""
    return on.strftime("%m-%d-%Y") if on else ""


def iso(on):
    """1941-03-09"""
    return on.isoformat() if on else ""


def day_first(on):
    """09-03-1941, the day first"""
    return on.strftime("%d-%m-%Y") if on else ""


def worded(on):
    """Mar 9, 1941"""
    return f"{on:%b} {on.day}, {on.year}" if on else ""


def serial(on):
    """The day number of Excel."""
    return str(on.toordinal() - 693_594) if on else ""


def clock(at):
    """9:15 AM"""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def hyphens(digits):
    """305-555-1234"""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def brackets(digits):
    """(305) 555-1234"""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else ""


def slashed(digits):
    """305/555-1234"""
    return f"{digits[:3]}/{digits[3:6]}-{digits[6:]}" if digits else ""


def gaping(digits):
    """( 305) 555-1234"""
    return f"( {digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else ""


def dialed(digits):
    """+1(305)555-1234"""
    return f"+1({digits[:3]}){digits[3:6]}-{digits[6:]}" if digits else ""


def dotted(digits):
    """305.555.1234"""
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:]}" if digits else ""


def sex_word(sex):
    return {"F": "Female", "M": "Male", "X": "Other", "": "Unknown"}[sex]


def sex_letter(sex):
    return {"X": "O", "": "U"}.get(sex, sex)


def ssn(person):
    """A number no one has: the 900s are not given out."""
    return f"9{person.mrn[:2]}-{person.mrn[2:4]}-{person.mrn[2:]}"


def inverted(person):
    """Last, First M"""
    return f"{person.last}, {person.first} {person.middle[:1]}".strip()
