"""A floor at eleven on a Tuesday with somebody in every state, and calls, lists, promises and messages of today."""

import uuid
from datetime import timedelta

from django.db.models.functions import Now

from accounts import heartbeat, tenancy
from accounts.models import Membership
from campaigns import desk_messages
from campaigns.models import AgentSpell, CallAttempt, Callback, CampaignAgent, Lease, QueueBuild, QueueItem
from dispositions.models import Disposition
from tests.conftest import NOW, make_member
from tests.world import enroll, make_campaign, make_patient

MINUTE = timedelta(minutes=1)
TODAY = NOW.date()
# Name → state, reason, minutes since it began, dials, how many of them were contacts and bookings, left on the list.
AGENTS = {
    "Ana Agent": ("IN_CALL", "", 3, 62, 9, 6, 118),
    "Bo Lindqvist": ("READY", "", 8, 41, 6, 3, 90),
    "Carla Ortiz": ("WRAP_UP", "", 2, 57, 8, 4, 12),
    "Dev Patel": ("BREAK", "LUNCH", 97, 33, 4, 1, 140),
    "Erin O’Neill": ("READY", "", 1, 66, 11, 7, 96),
    "Femi Adeyemi": (None, "", 0, 0, 0, 0, 150),
}


def heartbeats():
    for name in heartbeat.Name:
        heartbeat.give(name)


def spell(agent, state, minutes, reason=""):
    """The agent has been in this state for so many minutes."""
    return AgentSpell.objects.create(
        agent=agent, state=state, reason=reason, since_at=NOW - minutes * MINUTE, seen_at=NOW - MINUTE * min(minutes, 1)
    )


def list_of(agent, campaign, count, build):
    """So many patients on the agent's list of today (the pool's without an agent)."""
    items = []
    for number in range(count):
        patient = make_patient(f"Secret{number}", "Listed", phones=0)
        enrollment = enroll(campaign, patient, NOW, assigned_agent=agent)
        items.append(QueueItem(build=build, enrollment=enrollment, patient=patient, agent=agent, position=number + 1))
    return QueueItem.objects.bulk_create(items)


def calls_of(agent, campaign, dials, contacts, booked, *, at=NOW):
    """So many dials, the first ones with contact and booking."""
    patient = make_patient("Secret", "Called", phones=0)
    enrollment = enroll(campaign, patient, NOW, status="CLOSED", closed_as="LOST", closed_at=NOW)
    code = Disposition.objects.get(code="NOANS")
    start = CallAttempt.objects.filter(enrollment=enrollment).count()
    CallAttempt.objects.bulk_create(
        CallAttempt(
            enrollment=enrollment, campaign=campaign, patient=patient, agent=agent, number=start + number + 1, disposition=code,
            outcome="NOANS", is_reached=number < 2 * contacts, is_right_party=number < contacts, is_success=number < booked,
            started_at=at - 2 * MINUTE, ended_at=at - number * MINUTE / 2, key=uuid.uuid4(), body_hash="0" * 64,
        )
        for number in range(dials)
    )  # fmt: skip


def make_build(on=TODAY):
    return QueueBuild.objects.create(business_date=on, started_at=NOW, finished_at=NOW, queued=0, blocked={}, changes={})


def promise(agent, campaign, minutes, *, name="Promised"):
    """A callback of the agent's so many minutes from now."""
    patient, due_at = make_patient("Secret", name, phones=0), NOW + minutes * MINUTE
    return Callback.objects.create(
        enrollment=enroll(campaign, patient, NOW, assigned_agent=agent), patient=patient, owner=agent, due_at=due_at,
        window_ends_at=due_at + timedelta(hours=1),
    )  # fmt: skip


def hold(agent, enrollment):
    """The agent has the patient open."""
    return Lease.objects.create(
        enrollment=enrollment, patient=enrollment.patient, agent=agent, opened_at=Now(), expires_at=Now() + 20 * MINUTE,
        source="RING_BACK",
    )  # fmt: skip


def fill(practice, *, small=False):
    """Put it all there. `small` makes short lists, where their length does not matter. Returns name → Membership."""
    heartbeats()
    leader = practice.memberships.filter(role="SUPERVISOR").first()
    leader = leader or make_member(practice, "Sam Supervisor", Membership.Role.SUPERVISOR)
    members = {name: practice.memberships.filter(user__full_name=name).first() for name in AGENTS}
    members = {name: member or make_member(practice, name, supervisor=leader) for name, member in members.items()}
    with tenancy.practice(practice.pk):
        build = make_build()
        recall = make_campaign(practice, on=TODAY, name="Eye exam recall", goal=400, ends_on=TODAY + timedelta(days=20))
        shows = make_campaign(practice, on=TODAY, name="No-shows of autumn")
        empty = make_campaign(practice, on=TODAY, name="Never seen by us", goal=90, ends_on=TODAY + timedelta(days=30))
        CampaignAgent.objects.create(campaign=shows, agent=members["Ana Agent"])
        CampaignAgent.objects.create(campaign=shows, agent=members["Erin O’Neill"])
        for name, (state, reason, minutes, dials, contacts, booked, left) in AGENTS.items():
            agent = members[name]
            if state:
                spell(agent, state, minutes, reason)
            calls_of(agent, shows if name.startswith("E") else recall, dials, contacts, booked)
            list_of(agent, shows if name.startswith("E") else recall, left // 10 if small else left, build)
        calls_of(members["Ana Agent"], recall, 210, 30, 20, at=NOW - timedelta(days=1))
        calls_of(members["Ana Agent"], recall, 280, 40, 24, at=NOW - timedelta(days=7))
        list_of(None, recall, 3, build)
        enroll(empty, make_patient("Secret", "Waits", phones=0), NOW)
        promise(members["Dev Patel"], recall, -12)
        promise(members["Erin O’Neill"], shows, 4)
        desk_messages.send(agent=members["Bo Lindqvist"], text="All well?", key=uuid.uuid4(), by=leader, now=NOW - 3 * MINUTE)
    return members
