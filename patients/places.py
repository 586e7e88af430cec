"""Keeping the places of a patient true to what is known of them: written anew whenever a number, ZIP or state changes."""

from .zones import zone_key


def write_zones(*, patient):
    """Store the places there is evidence for now (zones.py). The patient's row is written only if they changed."""
    e164s = list(patient.phones.order_by("pk").values_list("e164", flat=True))
    key = zone_key(zip_code=patient.zip_code, e164s=e164s, state=patient.state)
    if key != patient.zone_key:
        patient.zone_key = key
        patient.save(update_fields=["zone_key"])
