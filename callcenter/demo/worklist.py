"""Whom a demo agent calls next, on the terms of `campaigns.next_call`, at a price that allows thousands of calls.

The agent's own queue is read every two hours, by the same rules and in the same order; a promised call, and what
comes after the own queue has run dry, is claimed as the desk does it. Calling hours are asked for each call.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta

from campaigns import next_call
from campaigns.calling_hours import is_open
from campaigns.eligibility import open_work
from campaigns.models import CallAttempt, Callback

READ_EVERY = timedelta(hours=2)


@dataclass(frozen=True)
class Call:
    """The next call of an agent; `lease_id` is None where nobody else could have taken it."""

    enrollment_id: int
    patient_id: int
    attempt: int
    source: str
    lease_id: int | None = None


class Worklist:
    """The call lists of one practice while its simulated day passes. `claims_all` turns the shortcut off."""

    def __init__(self, practice, *, claims_all=False):
        self.practice, self.claims_all = practice, claims_all
        self.forget()

    def forget(self):
        """Read everything anew at the next call, as after a night or an opt-out."""
        self._read_at, self._queues, self._called, self._due, self._idle = None, {}, set(), {}, set()

    def next(self, agent, *, now):
        """The Call for this agent at this minute, or None."""
        if self._read_at is None or now >= self._read_at + READ_EVERY:
            self._read(now)
        if agent.pk in self._idle:
            return None
        if not self.claims_all and not self._has_promised(agent, now):
            call = self._own(agent, now)
            if call is not None:
                return call
        return self._claimed(agent, now)

    def promise(self, agent, *, due_at):
        """Note a callback made since the lists were read."""
        self._due[agent.pk].append(due_at)

    def _read(self, now):
        self.forget()
        self._read_at = now
        self._due = defaultdict(list)
        for owner_id, due_at in Callback.objects.due(now=now + READ_EVERY).values_list("owner_id", "due_at"):
            self._due[owner_id].append(due_at)
        self._queues = defaultdict(deque)
        if self.claims_all:
            return
        work = open_work(practice=self.practice, now=now).filter(
            blocked_by="", queue_items__done_at__isnull=True, queue_items__agent__isnull=False
        )
        columns = ("queue_items__agent_id", "pk", "patient_id", "attempts_made", "patient__zone_key")
        for agent_id, *place in work.order_by("queue_items__position").values_list(*columns):
            self._queues[agent_id].append(place)

    def _has_promised(self, agent, now):
        return any(due_at <= now for due_at in self._due[agent.pk])

    def _own(self, agent, now):
        queue = self._queues[agent.pk]
        for place in list(queue):
            enrollment_id, patient_id, attempts_made, zone_key = place
            if patient_id in self._called:
                queue.remove(place)
            elif is_open(practice=self.practice, zone_key=zone_key, now=now):
                queue.remove(place)
                self._called.add(patient_id)
                return Call(enrollment_id, patient_id, attempts_made + 1, CallAttempt.Source.QUEUE)
        return None

    def _claimed(self, agent, now):
        self._due[agent.pk] = [due_at for due_at in self._due[agent.pk] if due_at > now]
        lease = next_call.claim(agent=agent, now=now)
        if lease is None:
            self._idle.add(agent.pk)
            return None
        self._called.add(lease.patient_id)
        return Call(lease.enrollment_id, lease.patient_id, lease.enrollment.attempts_made + 1, lease.source, lease.pk)
