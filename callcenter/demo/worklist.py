"""Whom a demo agent calls next, on the terms of `campaigns.next_call`, at a price that allows thousands of calls.

The agent's own queue is read every two hours, by the same rules and in the same order; a promised call, and what
comes after the own queue has run dry, is claimed as the desk does it. Calling hours are asked for each call.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta

from campaigns import eligibility, next_call
from campaigns.calling_hours import Hours
from campaigns.models import CallAttempt, Callback, QueueItem

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
        self._hours = Hours.of(self.practice)
        self._due = defaultdict(list)
        for owner_id, due_at in Callback.objects.due(now=now + READ_EVERY).values_list("owner_id", "due_at"):
            self._due[owner_id].append(due_at)
        self._queues = defaultdict(deque)
        if self.claims_all:
            return
        places = QueueItem.objects.filter(done_at__isnull=True, agent__isnull=False).select_related("enrollment", "patient")
        blocked = eligibility.reasons_of(
            moment=eligibility.at_the_minute(practice=self.practice, now=now),
            enrollment_ids=places.values_list("enrollment_id", flat=True),
        )
        for place in places.order_by("position"):
            # Hours are asked for each call; the others hold for the two hours the list is good for.
            if not set(blocked[place.enrollment_id]) - {"OUT_OF_HOURS"}:
                columns = (place.enrollment_id, place.patient_id, place.enrollment.attempts_made, place.patient.hours_key)
                self._queues[place.agent_id].append(columns)

    def _has_promised(self, agent, now):
        return any(due_at <= now for due_at in self._due[agent.pk])

    def _own(self, agent, now):
        queue = self._queues[agent.pk]
        for place in list(queue):
            enrollment_id, patient_id, attempts_made, hours_key = place
            if patient_id in self._called:
                queue.remove(place)
            elif self._hours.is_open(hours_key, now):
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
