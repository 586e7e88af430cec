"""The twelve dispositions every practice starts with (DESIGN § 4)."""

from .models import Disposition

WEEK = [7]

DEFAULTS = [
    {
        "code": "DONE", "label": "Re-appointed", "hotkey": "1", "is_reached": True, "is_right_party": True,
        "is_success": True, "closes_as": "WON", "requires": "APPOINTMENT", "number_effect": "VERIFIED",
    },
    {"code": "NOANS", "label": "No answer", "hotkey": "2", "retry_after_days": WEEK},
    {"code": "LVM", "label": "Left voicemail", "hotkey": "3", "retry_after_days": WEEK},
    {
        "code": "CBACK", "label": "Call back later", "hotkey": "4", "is_reached": True, "is_right_party": True,
        "requires": "CALLBACK", "retry_after_days": [1], "number_effect": "VERIFIED",
    },
    {
        "code": "UNAVLBL", "label": "Patient not available", "hotkey": "5", "is_reached": True,
        "retry_after_days": [1, 2], "number_effect": "VERIFIED",
    },
    {"code": "HUNGUP", "label": "Hung up", "hotkey": "6", "is_reached": True, "retry_after_days": [14]},
    {
        "code": "RECONFIRMED", "label": "Already has an appointment", "hotkey": "7", "is_reached": True,
        "is_right_party": True, "closes_as": "ALREADY_BOOKED", "requires": "APPOINTED_ON",
        "number_effect": "VERIFIED",
    },
    {
        "code": "LOST", "label": "Gone elsewhere or need met", "hotkey": "8", "is_reached": True,
        "is_right_party": True, "closes_as": "LOST", "number_effect": "VERIFIED",
    },
    {
        "code": "DNC", "label": "Do not call", "hotkey": "9", "is_reached": True, "is_right_party": True,
        "closes_as": "OPTED_OUT",
    },
    {
        "code": "WNUM", "label": "Wrong number", "hotkey": "w", "is_reached": True, "retry_after_days": [1],
        "number_effect": "WRONG",
    },
    {
        "code": "DCONN", "label": "Disconnected", "hotkey": "d", "retry_after_days": [1],
        "number_effect": "DISCONNECTED",
    },
    {"code": "DUPLICATE", "label": "Same person twice", "hotkey": "u", "closes_as": "DUPLICATE"},
]  # fmt: skip


def create_defaults(*, practice):
    """Give a practice the twelve default dispositions; those it already has are left as they are."""
    Disposition.objects.bulk_create(
        [Disposition(practice=practice, position=position, **row) for position, row in enumerate(DEFAULTS, start=1)],
        ignore_conflicts=True,
    )
