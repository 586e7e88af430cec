"""Whatever happens in whatever order, the rules of calling hold: a machine tries, a second writing of the rules judges.

Hypothesis draws the steps: claims, outcomes, holds that run out, wishes, files, builds, promises, and a clock that goes on.
After each step the counts must add up, and every offer and every allowed dial is held against the machine's own log, which
knows nothing of the tables. `STRESS=full` tries 300 days of 50 steps instead of 40 of 30, each time others.
"""

import io
import os
import uuid
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from campaigns import attempts, callbacks, dialing, household, next_call, opt_out, plan, ring_back, taking_back
from campaigns.campaign_status import pause, resume
from campaigns.models import CallAttempt, Callback, Campaign, Enrollment, Lease, QueueItem
from campaigns.outcome import Outcome, OutcomeRefused
from campaigns.standing import standing
from imports.importing import import_file
from patients.models import OptOut
from tests.campaigns.calling_oracle import federal_holidays
from tests.campaigns.counting import assert_sums_agree
from tests.conftest import NOW, make_member
from tests.world import booked, make_campaign, make_patient, visited

TODAY = NOW.date()
NEW_YORK = ZoneInfo("America/New_York")
NAMES = ("Ida", "Bea", "Carl", "Dora", "Emil")
COLUMNS = "MRN,First Name,Last Name,Next Visit,Inactive,Do Not Call"
UNANSWERED = ("NOANS", "LVM")
AGENTS = st.integers(0, 2)
PATIENTS = st.integers(0, 4)
# What takes somebody off the lists for good comes now and then, or nobody would be left to call.
SELDOM = st.sampled_from([False] * 5 + [True])
OUTCOMES = st.sampled_from(
    ["NOANS"] * 6
    + ["LVM", "CBACK", "CBACK", "UNAVLBL", "HUNGUP", "DONE", "RECONFIRMED", "WNUM", "DCONN", "LOST", "DNC", "DUPLICATE"]
)
CALLS = st.lists(st.tuples(AGENTS, OUTCOMES, st.integers(0, 3), st.integers(1, 9), st.booleans()), min_size=3, max_size=8)
TALKS = st.sampled_from(
    ["HUNGUP", "UNAVLBL", "CBACK"] * 4 + ["NOANS", "LVM", "WNUM", "DCONN", "DONE", "LOST", "DNC", "DUPLICATE"]
)
WORK = {
    "days": st.sampled_from([1, 7, 8, 2, 0, 14]),
    "hour": st.sampled_from([10, 11, 15, 19, 10, 11, 15, 8, 20]),
    "calls": CALLS,
}
STEPS = st.sampled_from([timedelta(minutes=5), timedelta(minutes=40), timedelta(hours=2)])
IS_FULL = os.environ.get("STRESS") == "full"


def is_in_hours(moment):
    """Nine to eight, Monday to Saturday, no federal holiday, on the clocks of New York, where all the patients are."""
    local = moment.astimezone(NEW_YORK)
    is_hour = time(9) <= local.time() < time(20)
    return is_hour and local.isoweekday() != 7 and local.date() not in federal_holidays(local.year)


def clock_distance(one, other):
    """How far two moments are apart on the face of the clock."""
    faces = [moment.astimezone(NEW_YORK) for moment in (one, other)]
    first, second = (timedelta(hours=face.hour, minutes=face.minute, seconds=face.second) for face in faces)
    return abs(first - second)


@dataclass(frozen=True)
class Dial:
    """What the machine remembers of a call. Outcomes of several people under one `line` are one dial."""

    line: int
    enrollment: int
    patient: int
    e164: str
    at: datetime
    code: str


class Floor(RuleBasedStateMachine):
    """A practice with three agents, five people and two campaigns."""

    world = None

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.practice, self.agents, self.supervisor, self.campaigns, self.people = self.world
        self.now, self.files = NOW, 0
        self.held, self.left_behind, self.saved = {}, [], []
        self.dials, self.promised, self.attempts_seen, self.carried = [], {}, {}, {}
        self.rang = set()
        self.wishes, self.refused_numbers, self.gone, self.bookings, self.paused = set(), set(), set(), [], set()

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def the_day_begins(self):
        plan.build(practice=self.practice, now=self.now)

    # What agents do

    @rule(agent=AGENTS)
    def claims(self, agent):
        before = self.held.get(agent)
        lease = next_call.claim(agent=self.agents[agent], now=self.now)
        if lease is None or (before and before.pk == lease.pk):
            return
        if before:
            self.left_behind.append(before)
        self.held[agent] = lease
        self._judge(lease)

    def _work(self, days, hour, calls):
        """Some days later, or later today: agents call and save, one after the other."""
        local = self.now.astimezone(NEW_YORK)
        later = local.replace(hour=hour, minute=0) + timedelta(days=days)
        if later > local:
            self.time_goes_by(later - self.now)
        for agent, code, in_days, in_hours, flag in calls:
            self.claims(agent)
            if in_hours > 7:
                self.a_patient_rings_back(agent=agent, person=in_days, code="HUNGUP", stays_open=flag)
            if agent in self.held:
                self._save(self.held.pop(agent), self._outcome(code, in_days, in_hours, flag))

    # Drawn about as often as all that disturbs the work.
    monday, tuesday, wednesday, thursday = rule(**WORK)(_work), rule(**WORK)(_work), rule(**WORK)(_work), rule(**WORK)(_work)
    friday, saturday, sunday = rule(**WORK)(_work), rule(**WORK)(_work), rule(**WORK)(_work)

    @rule(code=OUTCOMES, hours=st.integers(1, 9), flag=st.booleans())
    def saves_late(self, code, hours, flag):
        if self.left_behind:
            self._save(self.left_behind.pop(0), self._outcome(code, 1, hours, flag))

    @rule()
    def saves_again(self):
        for attempt_pk, call in self.saved[-1:]:
            before = CallAttempt.objects.count()
            assert attempts.record(**call).pk == attempt_pk
            with pytest.raises(attempts.KeyReused):
                attempts.record(**call | {"outcome": Outcome(code="LOST", note="Another word")})
            assert CallAttempt.objects.count() == before

    @rule(agent=AGENTS, code=OUTCOMES, other=OUTCOMES, is_undone=st.booleans())
    def saves_and_mends_it(self, agent, code, other, is_undone):
        """Saved, and undone to be saved as another outcome, or corrected to it: from then on only the other was ever said."""
        self.claims(agent)
        if agent not in self.held or code == other:
            return
        lease, mine = self.held.pop(agent), self.agents[agent]
        log = {
            name: copy(getattr(self, name)) for name in ("saved", "dials", "promised", "bookings", "wishes", "refused_numbers")
        }
        self._save(lease, self._outcome(code, 1, 2, flag=True))
        attempt = CallAttempt.objects.get(pk=self.saved[-1][0])
        if is_undone:
            vars(self).update(log)
            self._save(taking_back.undo(attempt=attempt, by=mine, now=self.now), self._outcome(other, 2, 3, flag=False))
        else:
            outcome = Outcome(**{**self._outcome(other, 2, 3, flag=False).__dict__, "phone_id": attempt.phone_id})
            taking_back.correct(attempt=attempt, outcome=outcome, why="Wrong key", by=mine, now=self.now)
            vars(self).update({**log, "saved": self.saved, "dials": [*log["dials"], replace(self.dials[-1], code=other)]})
            self._remember(lease, outcome)

    @rule(agent=AGENTS)
    def dials_by_button(self, agent):
        lease = self.held.get(agent)
        phone = lease and lease.patient.phones.filter(e164=lease.e164).first()
        if phone and dialing.ask(lease=lease, phone=phone, now=self.now) is None:
            assert Lease.objects.open().filter(pk=lease.pk).exists()
            self._judge(lease)

    @rule(agent=AGENTS)
    def skips(self, agent):
        if agent in self.held:
            next_call.skip(lease=self.held[agent], why="I have to stop now")
            self.left_behind.append(self.held.pop(agent))

    @rule(agent=AGENTS, code=OUTCOMES)
    def goes_on_with_the_household(self, agent, code):
        if agent in self.held or not self.saved:
            return
        first = Lease.objects.get(pk=self.saved[-1][1]["lease_id"])
        for other in household.due_at(lease=first, e164=first.dialed_e164 or first.e164, now=self.now)[:1]:
            first.agent = self.agents[agent]
            try:
                lease = household.go_on_with(enrollment_id=other.pk, lease=first, now=self.now)
            except household.HouseholdRefused:
                return
            self._judge(lease)
            self._save(lease, self._outcome(code, 1, 2, flag=False))

    @rule(agent=AGENTS, person=PATIENTS, code=TALKS, stays_open=SELDOM)
    def a_patient_rings_back(self, agent, person, code, stays_open):
        """Beside the agent's next call, whoever must not be called, at any hour."""
        self.claims(agent)
        agent = self.agents[agent]
        before = next_call.current(agent=agent)
        try:
            lane = ring_back.open_lane(patient=self.people[person], agent=agent, now=self.now)
        except ring_back.NotOpened:
            return
        if lane.is_ring_back and not stays_open:
            self._save_ring_back(lane, self._outcome(code, 1, 3, flag=False))
        assert next_call.current(agent=agent) == before

    # What others do

    @rule(agent=AGENTS)
    def holds_run_out(self, agent):
        Lease.objects.open().filter(agent=self.agents[agent]).update(expires_at=Now())

    @rule(agent=AGENTS)
    def the_supervisor_frees_a_patient(self, agent):
        if agent in self.held:
            next_call.hand_back(lease=self.held[agent])
            self.left_behind.append(self.held.pop(agent))

    @rule(person=PATIENTS, campaign=st.sampled_from([None, 0, 1]), is_so=SELDOM)
    def a_person_says_no(self, person, campaign, is_so):
        if not is_so:
            return
        only = None if campaign is None else self.campaigns[campaign]
        scope = OptOut.Scope.ALL if only is None else OptOut.Scope.CAMPAIGN
        self._register(patient=self.people[person], scope=scope, campaign=only)
        self.wishes.add((self.people[person].pk, only and only.pk))

    @rule(person=PATIENTS, is_so=SELDOM)
    def a_number_is_refused(self, person, is_so):
        if not is_so:
            return
        e164 = self.people[person].phones.order_by("position").first().e164
        self._register(patient=self.people[person], whole_person=False, e164=e164)
        self.refused_numbers.add(e164)

    @rule(person=PATIENTS, kind=st.sampled_from(["booked", "inactive", "no calls"]), days=st.integers(1, 9), is_so=SELDOM)
    def a_file_comes_in(self, person, kind, days, is_so):
        if not is_so:
            return
        patient, on = self.people[person], self._today() + timedelta(days=days)
        news = {"booked": f"{on:%m/%d/%Y},,", "inactive": ",Y,", "no calls": ",,Y"}[kind]
        self.files += 1
        content = f"{COLUMNS}\n{patient.mrn},{patient.first_name},{patient.last_name},{news}\n".encode()
        said = import_file(
            practice_id=self.practice.pk,
            stream=io.BytesIO(content),
            name=f"news{self.files}.csv",
            now=self.now,
            by=self.supervisor,
        )
        assert (said["held"], said["rejected"]) == ([], 0)
        if kind == "booked":
            self.bookings.append((patient.pk, on))
        elif kind == "inactive":
            self.gone.add(patient.pk)
        else:
            self.wishes.add((patient.pk, None))

    @rule(campaign=st.integers(0, 1))
    def a_campaign_pauses_for_a_while(self, campaign):
        campaign = Campaign.objects.get(pk=self.campaigns[campaign].pk)
        pause(campaign=campaign, by=self.supervisor)
        self.paused.add(campaign.pk)
        for agent in range(len(self.agents)):
            self.claims(agent)
        resume(campaign=campaign, by=self.supervisor, now=self.now)
        self.paused.remove(campaign.pk)
        plan.build(practice=self.practice, now=self.now)

    @rule(hours=st.integers(1, 30))
    def a_promise_is_moved(self, hours):
        for callback in Callback.objects.pending().order_by("pk")[:1]:
            due_at = self.now + timedelta(hours=hours, minutes=7)
            try:
                moved = callbacks.move(callback=callback, due_at=due_at, by=self.supervisor, now=self.now)
            except callbacks.AlreadySo:  # in hours it comes to the moment that is promised
                continue
            self.promised[callback.enrollment_id] = moved.due_at

    @rule()
    def a_promise_is_called_off(self):
        for callback in Callback.objects.pending().order_by("-pk")[:1]:
            callbacks.call_off(callback=callback, why="Asked by mail", by=self.supervisor, now=self.now)
            del self.promised[callback.enrollment_id]

    @rule()
    def lists_are_built(self):
        plan.build(practice=self.practice, now=self.now)

    @rule()
    def a_minute_ticks(self):
        callbacks.take_care(practice=self.practice, now=self.now)

    @rule(step=STEPS)
    def time_goes_by(self, step):
        """Both clocks go on, also the database's, which stands still inside a transaction. The first tick of a day builds."""
        self.now += step
        fields = {name: F(name) - step for name in ("opened_at", "expires_at", "closed_at")}
        Lease.objects.update(**fields)
        plan.build_due(practice=self.practice, now=self.now)

    # What must hold

    @invariant()
    def places_add_up(self):
        found = standing(practice=self.practice, now=self.now)
        assert sum(place.rows for place in found) == Enrollment.objects.open().count()

    @invariant()
    def the_sums_of_reports_equal_the_calls(self):
        assert_sums_agree(self.practice)

    @invariant()
    def lists_hold_open_work_or_what_is_done(self):
        assert not QueueItem.objects.filter(done_at__isnull=True).exclude(enrollment__status="OPEN").exists()
        assert not Callback.objects.pending().exclude(enrollment__status="OPEN").exists()

    @invariant()
    def one_hold_an_agent_a_person_and_a_number(self):
        held = list(Lease.objects.open())
        numbers = [lease.e164 for lease in held if lease.e164]
        for column in ([(one.agent_id, one.is_ring_back) for one in held], [one.patient_id for one in held], numbers):
            assert len(column) == len(set(column))

    @invariant()
    def attempts_are_counted_and_never_fall(self):
        dialed = ~Q(attempts__source="RING_BACK")
        rows = Enrollment.objects.annotate(made=Count("attempts", filter=dialed), last=Max("attempts__number", filter=dialed))
        for pk, stated, made, last in rows.values_list("pk", "attempts_made", "made", "last"):
            carried = self.carried.setdefault(pk, stated - made)
            assert stated == carried + made
            assert last in (None, stated)
            assert stated >= self.attempts_seen.get(pk, 0)
            self.attempts_seen[pk] = stated
        assert sum(self.attempts_seen.values()) - sum(self.carried.values()) == len(self.dials)

    # The second writing of the rules

    def _judge(self, lease):
        """Whether the person of a hold may be called now, by the machine's own log alone."""
        enrollment = Enrollment.objects.select_related("campaign").get(pk=lease.enrollment_id)
        patient, campaign = lease.patient_id, enrollment.campaign
        assert enrollment.status == "OPEN"
        assert is_in_hours(self.now)
        assert campaign.pk not in self.paused
        assert patient not in self.gone
        assert not {(patient, None), (patient, campaign.pk)} & self.wishes
        assert lease.e164 not in self.refused_numbers
        assert lease.e164 in set(lease.patient.phones.values_list("e164", flat=True))
        near = self._today() + timedelta(days=campaign.appointment_horizon_days)
        assert not [on for person, on in self.bookings if person == patient and self._today() <= on <= near]
        is_promised = lease.source == "CALLBACK"
        if is_promised:
            assert self.promised[enrollment.pk] <= self.now
        else:
            self._judge_unasked(enrollment, campaign)
        self._judge_caps(lease, most_in_a_day=3 if is_promised else 1, most_in_a_week=None if is_promised else 3)

    def _judge_unasked(self, enrollment, campaign):
        assert enrollment.attempts_made < campaign.max_attempts
        promise = self.promised.get(enrollment.pk)
        # What nobody kept on its day is missed, and the enrollment back in the normal order.
        assert promise is None or promise.astimezone(NEW_YORK).date() < self._today()
        mine = [dial for dial in self.dials if dial.enrollment == enrollment.pk]
        if mine and mine[-1].code in UNANSWERED and enrollment.pk not in self.rang:
            assert clock_distance(mine[-1].at, self.now) >= timedelta(hours=2)

    def _judge_caps(self, lease, *, most_in_a_day, most_in_a_week):
        kinds = {"person": [dial for dial in self.dials if dial.patient == lease.patient_id]}
        if lease.source != "HOUSEHOLD":  # the number has just been dialed, and it is that dial
            kinds["number"] = [dial for dial in self.dials if dial.e164 == lease.e164]
        for made in kinds.values():
            in_a_day = {dial.line for dial in made if self.now - dial.at < timedelta(hours=24)}
            in_a_week = {dial.line for dial in made if self.now - dial.at < timedelta(days=7)}
            assert len(in_a_day) < most_in_a_day
            assert most_in_a_week is None or len(in_a_week) < most_in_a_week

    # How it is done

    def _today(self):
        return self.now.astimezone(NEW_YORK).date()

    def _outcome(self, code, days, hours, flag):
        more = {
            "DONE": {"appointment_on": self._today() + timedelta(days=days), "appointment_at": time(9, 30), "provider": "Rivera"},
            "RECONFIRMED": {"appointment_on": self._today() + timedelta(days=days)},
            "CBACK": {"callback_at": self.now + timedelta(days=days, hours=hours)},
            "DNC": {"opt_out_number": flag},
        }
        return Outcome(code=code, **more.get(code, {}))

    def _save(self, lease, outcome):
        """As the desk does: the key is that of the hold."""
        phone = lease.patient.phones.get(e164=lease.e164)
        outcome = Outcome(**{**outcome.__dict__, "phone_id": phone.pk})
        call = {
            "enrollment_id": lease.enrollment_id, "agent": lease.agent, "key": uuid.uuid5(uuid.NAMESPACE_OID, str(lease.pk)),
            "outcome": outcome, "now": self.now, "started_at": self.now, "source": lease.source, "lease_id": lease.pk,
        }  # fmt: skip
        attempt = attempts.record(**call)
        self.saved.append((attempt.pk, call))
        line = lease.household_of_id or lease.pk
        self.dials.append(Dial(line, lease.enrollment_id, lease.patient_id, lease.e164, self.now, outcome.code))
        self.rang.discard(lease.enrollment_id)
        self._remember(lease, outcome)

    def _save_ring_back(self, lane, outcome):
        """The patient was spoken to and not dialed: other outcomes are refused."""
        call = {
            "enrollment_id": lane.enrollment_id, "agent": lane.agent, "key": uuid.uuid5(uuid.NAMESPACE_OID, str(lane.pk)),
            "outcome": outcome, "now": self.now, "started_at": self.now, "source": lane.source, "lease_id": lane.pk,
        }  # fmt: skip
        if outcome.code in ("NOANS", "LVM", "WNUM", "DCONN"):
            with pytest.raises(OutcomeRefused):
                attempts.record(**call)
            next_call.hand_back(lease=lane)
            return
        self.saved.append((attempts.record(**call).pk, call))
        self.rang.add(lane.enrollment_id)
        self._remember(lane, outcome)

    def _remember(self, lease, outcome):
        self.promised.pop(lease.enrollment_id, None)
        if outcome.code == "CBACK" and Enrollment.objects.get(pk=lease.enrollment_id).status == "OPEN":
            self.promised[lease.enrollment_id] = outcome.callback_at
        if outcome.code in ("DONE", "RECONFIRMED"):
            self.bookings.append((lease.patient_id, outcome.appointment_on))
        if outcome.code == "DNC":
            self.wishes.add((lease.patient_id, None))
            self.refused_numbers |= {lease.e164} if outcome.opt_out_number else set()

    def _register(self, **wish):
        opt_out.register(by=self.supervisor, now=self.now, channel=OptOut.Channel.WRITTEN, **wish)


@pytest.fixture
def world(inside, supervisor):
    """Five people due in one campaign, two of them in another too; the last two share a number, the third has two."""
    agents = [make_member(inside, name, shift_days=[1, 2, 3, 4, 5, 6]) for name in ("Ana Agent", "Ben Agent", "Cleo Agent")]
    campaigns = [
        make_campaign(inside, on=TODAY, name="Overdue"),
        make_campaign(inside, Campaign.Kind.NO_SHOW, on=TODAY, name="Missed", max_attempts=2),
    ]
    people = [make_patient(name, mrn=str(number), phones=1 + (number == 3)) for number, name in enumerate(NAMES, start=1)]
    for number, patient in enumerate(people):
        visited(patient, TODAY - timedelta(days=900))
        if number % 2:
            booked(patient, TODAY - timedelta(days=20 + number), status="NO_SHOW")
    shared = people[4].phones.get()
    shared.e164 = people[3].phones.get().e164
    shared.save()
    return inside, agents, supervisor, campaigns, people


@pytest.mark.django_db
@pytest.mark.timeout(3600 if IS_FULL else 300)
def test_the_rules_of_calling_hold_whatever_happens(world):
    class Bound(Floor):
        pass

    Bound.world = world
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=300 if IS_FULL else 40,
            stateful_step_count=50 if IS_FULL else 30,
            deadline=None,
            derandomize=not IS_FULL,
            database=None,
            # Finding the shortest way to a failure can take an hour.
            phases=list(Phase) if IS_FULL else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
