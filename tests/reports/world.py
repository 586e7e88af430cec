"""A random month of calls, and what it adds up to, computed in plain Python from the same specification."""

import random
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts import tenancy
from campaigns.models import CallAttempt, Enrollment
from dispositions.models import Disposition
from patients.models import Patient
from reports.calls import Tally
from tests.conftest import make_member
from tests.world import make_campaign

# The flags are drawn apart from the outcome: reports must go by what was copied to the attempt.
OUTCOMES = ["NOANS", "LVM", "DONE", "CBACK", "HUNGUP"]


@dataclass(frozen=True)
class Call:
    """One call, as it is put into the database and as it is counted."""

    agent: str
    campaign: str
    outcome: str
    number: int
    is_reached: bool
    is_right_party: bool
    is_success: bool
    ended_at: datetime
    seconds: int
    rang_back: bool = False
    prompted_by: str = ""


def random_calls(*, seed, now, agents, campaigns, count=240):
    """Calls of the last 70 days, thick around midnights and around the ends of the periods."""
    chance = random.Random(seed)
    edges = [now, *(now - timedelta(days=days) for days in (1, 2, 7, 14, 30, 60))]
    calls = []
    for _ in range(count):
        if chance.random() < 0.4:
            ended_at = chance.choice(edges) - timedelta(minutes=chance.randint(0, 36 * 60))
        else:
            ended_at = now - timedelta(minutes=chance.randint(0, 70 * 24 * 60))
        reached = chance.random() < 0.5
        right_party = reached and chance.random() < 0.7
        calls.append(
            Call(
                agent=chance.choice(agents),
                campaign=chance.choice(campaigns),
                outcome=chance.choice(OUTCOMES),
                number=chance.randint(1, 8),
                is_reached=reached,
                is_right_party=right_party,
                is_success=chance.random() < (0.4 if right_party else 0.05),
                ended_at=ended_at,
                seconds=chance.randint(5, 600),
            )
        )
        if chance.random() < 0.2:  # the patient rang back, after a dial of somebody's or out of the blue
            calls[-1] = replace(
                calls[-1], rang_back=True, prompted_by=chance.choice(["", *agents]) if calls[-1].is_success else ""
            )
    return calls


def store(calls, *, practice, now):
    """Put calls into the database. Returns (name → membership, name → campaign)."""
    agents = {name: make_member(practice, name) for name in sorted({call.agent for call in calls})}
    with tenancy.practice(practice.pk):
        on = practice.business_date(now)
        campaigns = {name: make_campaign(practice, on=on, name=name) for name in sorted({call.campaign for call in calls})}
        codes = {each.code: each for each in Disposition.objects.all()}
        patients = Patient.objects.bulk_create(Patient(first_name="Secret", last_name=f"Name{i}") for i in range(len(calls)))
        enrollments = Enrollment.objects.bulk_create(
            Enrollment(campaign=campaigns[call.campaign], patient=patient, why="Test", enrolled_at=now)
            for call, patient in zip(calls, patients, strict=True)
        )
        made = [
            CallAttempt(
                enrollment=enrollment,
                campaign=enrollment.campaign,
                patient=enrollment.patient,
                agent=agents[call.agent],
                number=call.number,
                source="RING_BACK" if call.rang_back else "QUEUE",
                disposition=codes[call.outcome],
                outcome=call.outcome,
                is_reached=call.is_reached,
                is_right_party=call.is_right_party,
                is_success=call.is_success,
                started_at=call.ended_at - timedelta(seconds=call.seconds),
                ended_at=call.ended_at,
                key=uuid.uuid4(),
                body_hash="0" * 64,
            )
            for call, enrollment in zip(calls, enrollments, strict=True)
        ]
        dials = CallAttempt.objects.bulk_create(one for one in made if one.is_dial)
        for one, call in zip(made, calls, strict=True):
            if call.prompted_by:
                one.prompted_by = next(dial for dial in dials if dial.agent == agents[call.prompted_by])
        CallAttempt.objects.bulk_create(one for one in made if not one.is_dial)
    return agents, campaigns


def tally(calls, *, name="", group=None, assisted=None):
    """What these calls add up to, counted one by one."""
    dials = reached = right_party = booked = booked_by_dial = converted = 0
    handled = timedelta(0)
    for call in calls:
        booked += call.is_success
        if call.rang_back:
            continue
        dials += 1
        reached += call.is_reached
        right_party += call.is_right_party
        booked_by_dial += call.is_success
        converted += call.is_success and call.is_right_party
        handled += timedelta(seconds=call.seconds)
    time = handled if dials else None
    return Tally(name, group, dials, reached, right_party, booked, booked_by_dial, converted, time, assisted)
