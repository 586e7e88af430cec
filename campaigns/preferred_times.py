"""The days and hours a person asked to be called in (45 CFR 164.522(b)): a hard gate, like the law's own hours."""

from .calling_hours import Hours, NeverOpen


def keep(*, patient, wish_key):
    """Store the wish (patients/wishes.py), or with an empty key that there is none. Returns whether it is a new one."""
    if patient.wish_key == wish_key:
        return False
    patient.wish_key = wish_key
    patient.save(update_fields=["wish_key"])
    return True


def ever_open(*, patient, practice, now):
    """Whether the wish, the law and the practice's hours together leave any minute to call the patient in."""
    try:
        Hours.of(practice).next_open(patient.hours_key, now)
    except NeverOpen:
        return False
    return True
