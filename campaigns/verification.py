"""Who is on the line: two identifiers have to match before a word of the reason is shown or said.

Two, of name, date of birth, address and telephone number, are what practices ask for at the phone (45 CFR 164.514(h) asks
for a reasonable check and names no number). Only which ones matched is kept, never what was said.
"""

from dataclasses import dataclass

NAME, BORN, ADDRESS, PHONE = "NAME", "BORN", "ADDRESS", "PHONE"
# Each with its word and its key on the call page.
IDENTIFIERS = {NAME: ("Full name", "f"), BORN: ("Date of birth", "b"), ADDRESS: ("Address", "a"), PHONE: ("Phone ends in", "p")}
NEEDED = 2
# What discloses that the person is a patient with a visit to come can't be said to somebody else.
DISCLOSING = ("APPOINTMENT", "APPOINTED_ON")


@dataclass(frozen=True)
class Check:
    """The identifiers of one call. `known` are those on file, `matched` those marked."""

    known: dict[str, str]
    matched: frozenset[str]

    @property
    def is_verified(self):
        return len(self.matched) >= NEEDED

    @property
    def missing(self):
        """How many more must match."""
        return max(0, NEEDED - len(self.matched))

    @property
    def rows(self):
        """(code, word, key, value on file or "", whether it is marked), in the order they are asked."""
        return [(code, word, key, self.known.get(code, ""), code in self.matched) for code, (word, key) in IDENTIFIERS.items()]


def check_of(*, lease, numbers, matched=None):
    """The check of a hold, or what it would be with other marks. `numbers` as from call_sheet.numbers_of.

    What is not on file can't match.
    """
    patient = lease.patient
    on_file = {
        NAME: patient.full_name,
        BORN: f"{patient.born_on:%b} {patient.born_on.day}, {patient.born_on.year}" if patient.born_on else "",
        ADDRESS: " ".join(part for part in (patient.zip_code, patient.city) if part),
        PHONE: " or ".join(dict.fromkeys(number.e164[-4:] for number in numbers)),
    }
    known = {code: value for code, value in on_file.items() if value}
    return Check(known=known, matched=frozenset(lease.matched if matched is None else matched) & known.keys())


def keep(*, lease, check):
    """Write down which identifiers matched. Where an outcome is saved too, after it: it locks the hold after its enrollments."""
    matched = [code for code in IDENTIFIERS if code in check.matched]
    if matched != lease.matched:
        lease.matched = matched
        lease.save(update_fields=["matched"])


def is_needed_for(disposition):
    """Whether this outcome can only have come from a conversation with a person who was verified."""
    return disposition.requires in DISCLOSING
