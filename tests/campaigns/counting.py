"""The sums of calls, counted once more in plain Python from plain rows."""

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from campaigns.models import CallAttempt, CallTotal, Enrollment

SUMS = ("dials", "reached", "right_party", "booked", "booked_by_dial", "converted")


def kept_sums(practice):
    """What the database kept: key → sums, without those that were taken back to nothing."""
    keys = ("kind", "first_on", "campaign_id", "agent_id", "location", "value")
    rows = CallTotal.objects.filter(practice=practice).values()
    found = {tuple(row[name] for name in keys): (*(row[name] for name in SUMS), row["handled"]) for row in rows}
    return {key: sums for key, sums in found.items() if any(sums[:-1])}


def recounted_sums(practice):
    """What the calls add up to."""
    zone = ZoneInfo(practice.time_zone)
    found = defaultdict(lambda: [0, 0, 0, 0, 0, 0, timedelta(0)])
    for call in CallAttempt.objects.filter(practice=practice).values():
        dial = call["source"] != "RING_BACK"
        if not dial and not call["is_success"]:
            continue
        on = call["ended_at"].astimezone(zone).date()
        values = (
            dial,
            dial and call["is_reached"],
            dial and call["is_right_party"],
            call["is_success"],
            dial and call["is_success"],
            dial and call["is_success"] and call["is_right_party"],
        )
        for kind, first_on, value in (
            ("DAY", on, ""),
            ("OUTCOME", on.replace(day=1), call["outcome"]),
            ("NUMBER", on.replace(day=1), str(call["number"])),
        ):
            sums = found[kind, first_on, call["campaign_id"], call["agent_id"], call["location"], value]
            for place, one in enumerate(values):
                sums[place] += int(one)
            if dial:
                sums[-1] += call["ended_at"] - call["started_at"]
    return {key: tuple(sums) for key, sums in found.items()}


def kept_firsts(practice):
    """Enrollment id → first dial, first reached, first booking, as the enrollments say."""
    rows = Enrollment.objects.filter(practice=practice)
    return {row[0]: row[1:] for row in rows.values_list("pk", "first_dialed_at", "first_reached_at", "first_booked_at")}


def recounted_firsts(practice):
    """The same, as the calls say."""
    found = {pk: [None, None, None] for pk in Enrollment.objects.filter(practice=practice).values_list("pk", flat=True)}
    for call in CallAttempt.objects.filter(practice=practice).order_by("-ended_at").values():
        dial, firsts = call["source"] != "RING_BACK", found[call["enrollment_id"]]
        for place, counts in enumerate((dial, dial and call["is_reached"], call["is_success"])):
            if counts:
                firsts[place] = call["ended_at"]
    return {pk: tuple(firsts) for pk, firsts in found.items()}


def assert_sums_agree(practice):
    """The sums and firsts that are kept equal the calls."""
    assert kept_sums(practice) == recounted_sums(practice)
    assert kept_firsts(practice) == recounted_firsts(practice)
