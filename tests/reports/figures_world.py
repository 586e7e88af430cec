"""A practice of a year and a half with everything in it that reports count, drawn by chance from a seed."""

import random
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts import tenancy
from campaigns.models import AgentSpell, CallAttempt, Callback, Enrollment
from dispositions.models import Disposition
from patients.models import Appointment, Patient, PhoneNumber
from tests.conftest import make_member
from tests.world import make_campaign

# Tuesday, 11:00 in New York.
NOW = datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOCATIONS = ("", "Main St", "Mall & Airport")
ZONES = {
    "America/New_York@NY": ["America/New_York"],
    "America/New_York@NY|America/Los_Angeles@CA": ["America/New_York", "America/Los_Angeles"],
    "Pacific/Honolulu@HI": ["Pacific/Honolulu"],
    "": [],
}
FATES = ("SCHEDULED", "KEPT", "KEPT", "NO_SHOW", "CANCELLED", "RESCHEDULED")


def patients_hour(zone_key, moment):
    """The hour of the week on the clocks of all places, worked out apart from the code that is tested."""
    hours = set()
    for zone in ZONES[zone_key]:
        local = moment.astimezone(ZoneInfo(zone))
        hours.add(local.weekday() * 24 + local.hour)
    return hours.pop() if len(hours) == 1 else None


class World:
    """Draws and stores; `make` is all that tests need."""

    def __init__(self, practice, seed):
        self.practice, self.chance = practice, random.Random(seed)
        self.agents = [make_member(practice, name) for name in ("Ana Agent", "Ben Brook", "Cleo Cruz", "Dee Dunn")]
        make_member(practice, "Ida Idle")
        self.gone = make_member(practice, "Gus Gone", is_active=False)

    def make(self, *, patients=60):
        with tenancy.practice(self.practice.pk):
            on = self.practice.business_date(NOW)
            self.campaigns = [
                make_campaign(
                    self.practice, on=on, name=name, revenue_per_visit=revenue, expected_show_rate=show, agent_cost_per_month=cost
                )
                for name, revenue, show, cost in [
                    ("Autumn", 100, 70, 1760), ("No-shows", 2, "33.3", 4000), ("Never seen", "87.50", "61.5", "2100.10"),
                ]
            ]  # fmt: skip
            make_campaign(self.practice, on=on, name="Quiet")
            make_campaign(self.practice, on=on, name="Old", status="ENDED")
            self.dispositions = {each.code: each for each in Disposition.objects.all()}
            for _ in range(patients):
                self._patient()
            self._spells()
            self._correct()

    def _moment(self):
        """Often near a midnight or the end of a period, else any in 500 days."""
        if self.chance.random() < 0.4:
            edge = NOW - DAY * self.chance.choice([0, 0, 1, 2, 6, 7, 13, 14, 16, 17, 29, 30, 47, 48, 59, 89, 364, 365])
            return edge - timedelta(minutes=self.chance.randint(0, 30 * 60))
        return NOW - timedelta(minutes=self.chance.randint(0, 500 * 24 * 60))

    def _patient(self):
        chance = self.chance
        patient = Patient.objects.create(
            first_name="Secret", last_name="Name", zone_key=chance.choice([*ZONES, "America/New_York@NY", "Pacific/Honolulu@HI"])
        )
        for position in range(chance.randint(1, 2)):
            PhoneNumber.objects.create(
                patient=patient,
                e164=f"+1212555{chance.randint(0, 9999):04d}",
                position=position + 1,
                state=chance.choice(["UNVERIFIED", "VERIFIED", "WRONG", "DISCONNECTED"]),
            )
        for campaign in chance.sample(self.campaigns, chance.randint(1, 2)):
            self._enrollment(patient, campaign)

    def _enrollment(self, patient, campaign):
        chance, enrolled_at = self.chance, self._moment()
        closed_at = enrolled_at + chance.randint(0, 60) * DAY if chance.random() < 0.6 else None
        closed_at = min(closed_at, NOW) if closed_at else None
        enrollment = Enrollment.objects.create(
            campaign=campaign,
            patient=patient,
            why="Test",
            enrolled_at=enrolled_at,
            location=chance.choice(LOCATIONS),
            status="CLOSED" if closed_at else "OPEN",
            closed_at=closed_at,
            closed_as="EXHAUSTED" if closed_at else "",
            assigned_agent=chance.choice([None, *self.agents]),
            assigned_on=self.practice.business_date(enrolled_at),
        )
        moment, number, last_dial = enrolled_at, chance.choice([0, 0, 0, 2]), None
        for _ in range(chance.randint(0, 8)):
            moment += timedelta(minutes=chance.choice([3, 90, 24 * 60, 24 * 60 * 7, 24 * 60 * 20]))
            if moment > NOW + HOUR:
                break
            rang_back = chance.random() < 0.2
            number += 0 if rang_back else 1
            last_dial = self._call(enrollment, moment, number, rang_back, last_dial) or last_dial
        Enrollment.objects.filter(pk=enrollment.pk).update(last_attempt_at=last_dial and last_dial.ended_at, attempts_made=number)
        if chance.random() < 0.5:
            self._promise(enrollment)

    def _call(self, enrollment, moment, number, rang_back, last_dial):
        """Store a call and return it if it was a dial. Its flags are drawn apart from what its outcome means now."""
        chance = self.chance
        disposition = self.dispositions[chance.choice(["NOANS", "LVM", "DONE", "DONE", "WNUM", "DCONN", "DNC", "HUNGUP"])]
        is_success = chance.random() < 0.3
        right_party = (is_success and chance.random() < 0.9) or chance.random() < 0.2
        attempt = CallAttempt.objects.create(
            enrollment=enrollment,
            campaign=enrollment.campaign,
            patient=enrollment.patient,
            agent=chance.choice([*self.agents, *self.agents, self.gone]),
            number=number,
            source="RING_BACK" if rang_back else chance.choice(["QUEUE", "CALLBACK", "HOUSEHOLD"]),
            disposition=disposition,
            outcome=disposition.code,
            is_reached=right_party or chance.random() < 0.2,
            is_right_party=right_party,
            is_success=is_success,
            location=enrollment.location,
            patient_hour=patients_hour(enrollment.patient.zone_key, moment),
            started_at=moment - timedelta(seconds=chance.randint(5, 900), microseconds=chance.randint(0, 999_999)),
            ended_at=moment,
            appointment=self._visit(enrollment, moment) if is_success and chance.random() < 0.9 else None,
            prompted_by=last_dial if rang_back and is_success else None,
            key=uuid.UUID(int=chance.getrandbits(128)),
            body_hash="0" * 64,
        )
        return None if rang_back else attempt

    def _visit(self, enrollment, moment):
        """A new visit, or one that an earlier call booked already."""
        chance = self.chance
        known = Appointment.objects.filter(patient=enrollment.patient).order_by("pk").first()
        if known and chance.random() < 0.3:
            return known
        on = self.practice.business_date(moment) + chance.choice([0, 1, 7, 8, 14, 15, 21, 22, 40]) * DAY
        status = chance.choice(FATES) if on <= NOW.date() else "SCHEDULED"
        return Appointment.objects.create(patient=enrollment.patient, on=on, status=status, source="DESK")

    def _promise(self, enrollment):
        chance, due_at = self.chance, self._moment() + chance_hours(self.chance)
        status = chance.choice(["PENDING", "KEPT", "MISSED", "CANCELLED"]) if enrollment.status == "OPEN" else "KEPT"
        promise = Callback.objects.create(
            enrollment=enrollment, patient=enrollment.patient, owner=chance.choice(self.agents), due_at=due_at,
            window_ends_at=due_at + HOUR, status=status, settled_at=None if status == "PENDING" else self._moment(),
        )  # fmt: skip
        Callback.objects.filter(pk=promise.pk).update(created_at=self._moment())

    def _spells(self):
        for _ in range(60):
            until_at = self._moment()
            since_at = until_at - timedelta(seconds=self.chance.randint(1, 900))
            state = self.chance.choice(["READY", "IN_CALL", "WRAP_UP", "WRAP_UP"])
            AgentSpell.objects.create(
                agent=self.chance.choice(self.agents), state=state, since_at=since_at, seen_at=until_at, until_at=until_at
            )
        AgentSpell.objects.create(agent=self.gone, state="WRAP_UP", since_at=NOW - HOUR, seen_at=NOW)

    def _correct(self):
        """A tenth of the calls have got another outcome since."""
        for attempt in CallAttempt.objects.order_by("pk"):
            if self.chance.random() < 0.1:
                disposition = self.dispositions[self.chance.choice(["NOANS", "LVM", "HUNGUP"])]
                CallAttempt.objects.filter(pk=attempt.pk).update(
                    disposition=disposition, outcome=disposition.code, is_reached=self.chance.random() < 0.5,
                    is_right_party=False, is_success=False, appointment=None, prompted_by=None, corrected_at=NOW,
                    why_changed="Test",
                )  # fmt: skip


def chance_hours(chance):
    """A few hours before or after."""
    return HOUR * chance.choice([-1, 0, 1, 2, 50])
