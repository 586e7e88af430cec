"""A small demo world, lived through the code of the product: what must hold for every call it made."""

from collections import defaultdict
from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise
from random import Random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Min

from accounts import tenancy
from callcenter.demo import load, odds, people
from callcenter.demo.talk import Talks
from callcenter.demo.worklist import Call
from campaigns import agent_state
from campaigns.models import CallAttempt, Callback, Enrollment, QueueItem, ScriptVersion
from imports.models import FileImport
from patients.models import Appointment, OptOut, PhoneNumber
from tests.world import call, enroll, make_campaign, make_patient

DAY = timedelta(hours=24)


@pytest.mark.parametrize("claims_all", [False, True], ids=["lists", "claims"])
@pytest.mark.django_db
def test_a_small_world_keeps_every_rule(claims_all, monkeypatch, now):
    """The cardiology practice after nine days, at a Tuesday's afternoon, whichever way the next call is found."""
    monkeypatch.setitem(odds.REFUSALS, "DNC", 500)  # as rare as they are, a small world would have none
    specification = replace(people.HARBOR, patients=190)
    practice = people.create(specification)
    present = now + timedelta(hours=2)
    options = {"report": lambda line: None, "analyze": lambda: None, "days": 9, "claims_all": claims_all}
    load.live(specification=specification, practice=practice, now=present, **options)
    with tenancy.practice(practice.pk):
        check_calls(present)
        check_wishes()
        check_what_is_left_to_show(practice, present)
        check_states(practice, present)
        [script] = ScriptVersion.objects.approved()
        assert "blood pressure readings" in script.text


@pytest.mark.django_db
def test_whoever_asks_not_to_be_called_says_whose_wish_it_is(practice, agent, monkeypatch, now):
    """A couple with one telephone: without the answer the desk does not record the outcome."""
    for name, value in {"REFUSALS": {"DNC": 1}, "BOOKED_MEANWHILE": 0, "answers": lambda _: 1, "agrees": lambda _: 0}.items():
        monkeypatch.setattr(odds, name, value)
    chart = SimpleNamespace(is_twin=False, born="1960-01-01", next_visit=lambda _: None)
    with tenancy.practice(practice.pk):
        couple = [make_patient(mrn=mrn) for mrn in ("1", "2")]
        PhoneNumber.objects.update(e164="+12125550111")
        enrollment = enroll(make_campaign(practice, on=practice.business_date(now)), couple[0], now)
        emr = SimpleNamespace(rng=Random(1), lines={}, charts={"1": chart, "2": chart})
        talks = Talks(practice, emr, skills={agent.pk: 1.0})
        talks.meet_patients()
        dial = Call(enrollment.pk, couple[0].pk, attempt=1, source=CallAttempt.Source.QUEUE)
        outcome, _ = talks.hold(dial, agent=agent, now=now)
        call(enrollment, agent, now, outcome)
        assert OptOut.objects.get().e164 == "+12125550111"


def check_calls(present):
    """Calling hours where the patient is, the cap on attempts, a day between two calls, one call at a time."""
    attempts = list(CallAttempt.objects.select_related("patient", "campaign").order_by("started_at", "pk"))
    assert len(attempts) > 100
    of_patient, of_agent = defaultdict(list), defaultdict(list)
    for attempt in attempts:
        of_patient[attempt.patient_id].append(attempt)
        of_agent[attempt.agent_id].append(attempt)
        assert attempt.started_at <= attempt.ended_at <= present
        for place in attempt.patient.zone_key.split("|"):
            local = attempt.started_at.astimezone(ZoneInfo(place.partition("@")[0]))
            assert time(9, 0) <= local.time() < time(20, 0)
            assert local.isoweekday() <= 5
        if attempt.source == CallAttempt.Source.QUEUE:
            assert attempt.number <= attempt.campaign.max_attempts
    for calls in of_patient.values():
        for before, after in pairwise(calls):
            assert after.source == CallAttempt.Source.CALLBACK or after.started_at - before.ended_at >= DAY
    for calls in of_agent.values():
        for before, after in pairwise(calls):
            assert after.started_at >= before.ended_at


def check_wishes():
    """Nobody who asked not to be called was called again, by person or by number."""
    wishes = list(OptOut.objects.all())
    assert wishes
    for wish in wishes:
        later = CallAttempt.objects.filter(started_at__gt=wish.opted_out_at)
        assert not later.filter(patient=wish.patient_id).exists()
        assert not later.filter(e164=wish.e164).exclude(e164="").exists()
        assert not Enrollment.objects.open().filter(patient=wish.patient_id).exists()


def check_what_is_left_to_show(practice, present):
    outcomes = set(CallAttempt.objects.values_list("outcome", flat=True))
    assert {"DONE", "LVM", "NOANS", "CBACK"} <= outcomes
    assert CallAttempt.objects.filter(number=2).exists()
    assert CallAttempt.objects.filter(ended_at__gte=practice.local(present).replace(hour=0)).exists()
    assert QueueItem.objects.filter(done_at__isnull=True).exists()
    assert Callback.objects.pending().filter(due_at__lt=present).exists()
    assert FileImport.objects.filter(state=FileImport.State.DONE).count() >= 3
    # The EMR's news of the seventh day knows what became of the visits that agents booked.
    # Whether one of the few was kept is chance, and differs with the ids of the database; that none is left open is not.
    booked = Appointment.objects.filter(source=Appointment.Source.DESK)
    news_on = FileImport.objects.latest("pk").source_data_on
    assert booked.exists()
    assert not booked.filter(on__lt=news_on, status=Appointment.Status.SCHEDULED).exists()


def check_states(practice, present):
    """Who called today is in a state without a gap from the first call until now, and in calls as long as the calls took."""
    today = CallAttempt.objects.filter(ended_at__gte=practice.midnight(practice.business_date(present)))
    begun = dict(today.values_list("agent").annotate(first=Min("started_at")))
    times = agent_state.totals(practice=practice, on=practice.business_date(present), now=present)
    assert begun
    assert {agent_id: sum(times[agent_id].values()) for agent_id in times} == {
        agent_id: int((present - first.replace(microsecond=0)).total_seconds()) for agent_id, first in begun.items()
    }
    assert agent_state.at_work(practice=practice, now=present).keys() == begun.keys()
