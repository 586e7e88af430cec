"""A practice whose enrollments stand everywhere they can, and what the tracker says of each, worked out in plain Python."""

import random
from datetime import timedelta

from accounts import tenancy
from campaigns import eligibility
from campaigns.models import CallAttempt, Campaign, Enrollment
from campaigns.tracker_choice import MANY, NEVER, NEVER_HELD_BACK, UNASSIGNED
from patients.models import OptOut
from tests.conftest import make_member
from tests.world import booked, call, enroll, make_campaign, make_patient, say, visited

OUTCOMES = ["NOANS", "LVM", "HUNGUP", "LOST", "DNC"]


class TrackerWorld:
    """Enrollments of three campaigns, one of them ended, dealt to two agents or nobody, with up to seven calls."""

    def __init__(self, practice, *, now, count=40, seed=3):
        self.practice, self.now = practice, now
        self.today = practice.business_date(now)
        self.agents = [make_member(practice, "Ana Agent"), make_member(practice, "Ben Brook")]
        with tenancy.practice(practice.pk):
            kinds = (Campaign.Kind.REACTIVATION, Campaign.Kind.NO_SHOW, Campaign.Kind.REVIEW)
            self.campaigns = [
                make_campaign(practice, kind, on=self.today, name=f"{kind.label} {practice.slug}") for kind in kinds
            ]
            chance = random.Random(seed)
            for number in range(count):
                self._enroll(number, chance)
            Campaign.objects.filter(pk=self.campaigns[2].pk).update(status="ENDED")

    def _enroll(self, number, chance):
        patient = make_patient(
            f"Ida{number}",
            chance.choice(["Keller", "Álvarez", "O’Brien"]),
            mrn=f"M{number}" if number % 3 else "",
            language=chance.choice(["en", "es"]),
            phones=chance.choice([0, 1, 2]),
        )
        enrolled_at = self.now - timedelta(days=chance.randint(0, 80), hours=chance.randint(0, 23))
        agent = chance.choice([*self.agents, None])
        enrollment = enroll(
            chance.choice(self.campaigns), patient, enrolled_at, is_priority=chance.random() < 0.2, assigned_agent=agent,
            assigned_on=agent and self.today - timedelta(days=chance.randint(0, 13)),
            source_data_on=self.today - timedelta(days=2),
        )  # fmt: skip
        for days in sorted(chance.sample(range(60), chance.choice([0, 0, 1, 2, 3, 7])), reverse=True):
            if Enrollment.objects.get(pk=enrollment.pk).status == "OPEN":
                self._call(enrollment, chance, self.now - timedelta(days=days, minutes=chance.randint(0, 600)))
        for _ in range(chance.choice([0, 1, 2])):
            visited(patient, self.today - timedelta(days=chance.randint(1, 900)), provider=str(chance.random()))
            booked(
                patient, self.today + timedelta(days=chance.randint(-200, 60)), chance.choice(["SCHEDULED", "KEPT", "NO_SHOW"])
            )

    def _call(self, enrollment, chance, at):
        outcome = chance.choice([*OUTCOMES, "NOANS", "NOANS", "LVM", "DONE"])
        said = {"note": chance.choice(["", "Back  after\nthe holidays", "Moved"])}
        phone = enrollment.patient.phones.first()
        said["phone_id"] = phone.pk if phone else None
        if outcome == "DONE":
            said |= {
                "appointment_on": self.today + timedelta(days=chance.randint(1, 40)),
                "appointment_at": "09:30",
                "provider": "Rivera",
            }
        if outcome == "DNC":
            said |= {"opt_out_words": "No more calls", "opt_out_number": False}
        rang_back = outcome in ("LOST", "DONE", "DNC", "HUNGUP") and chance.random() < 0.4
        call(enrollment, chance.choice(self.agents), at, say(outcome, **said), source="RING_BACK" if rang_back else "QUEUE")

    def matching(self, **choice):
        """Ids of the enrollments that pass the filters, each looked at by itself."""
        with tenancy.practice(self.practice.pk):
            rows = Enrollment.objects.select_related("patient", "campaign").order_by("-pk")
            return [row.pk for row in rows if all(getattr(self, f"_{name}")(row, value) for name, value in choice.items())]

    def _date(self, moment):
        return moment and self.practice.business_date(moment)

    def _campaign(self, row, value):
        return row.campaign_id == value

    def _agent(self, row, value):
        return row.assigned_agent_id == (None if value == UNASSIGNED else value)

    def _state(self, row, value):
        return row.status.lower() == value or row.closed_as == value

    def _outcome(self, row, value):
        calls = CallAttempt.objects.filter(enrollment=row).order_by("ended_at", "pk")
        return (calls.last().outcome if calls else NEVER) == value

    def _attempts(self, row, value):
        made = CallAttempt.objects.dials().filter(enrollment=row).count()
        return made >= MANY if value == f"{MANY}+" else str(made) == value

    def _blocked(self, row, value):
        moment = eligibility.today(practice=self.practice, now=self.now)
        reasons = eligibility.reasons_of(moment=moment, enrollment_ids=[row.pk]).get(row.pk)
        return reasons is not None and (reasons[:1] or [NEVER_HELD_BACK]) == [value]

    def _priority(self, row, value):
        return row.is_priority == (value == "yes")

    def _language(self, row, value):
        return row.patient.language == value

    def _enrolled_from(self, row, value):
        return self._date(row.enrolled_at) >= value

    def _enrolled_to(self, row, value):
        return self._date(row.enrolled_at) <= value

    def _latest(self, row):
        calls = CallAttempt.objects.filter(enrollment=row).order_by("ended_at", "pk")
        return self._date(calls.last().ended_at) if calls else None

    def _called_from(self, row, value):
        return (latest := self._latest(row)) is not None and latest >= value

    def _called_to(self, row, value):
        return (latest := self._latest(row)) is not None and latest <= value

    def _booked(self, row):
        return [each.appointment.on for each in CallAttempt.objects.filter(enrollment=row, appointment__isnull=False)]

    def _appointment_from(self, row, value):
        return any(on >= value for on in self._booked(row))

    def _appointment_to(self, row, value):
        return any(on <= value for on in self._booked(row))


def opted_out(patient, now):
    return OptOut.objects.create(patient=patient, words="No more calls", opted_out_at=now)
