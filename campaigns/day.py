"""An agent's working day: what they did, what is left, whom they promised to call."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from .emr_note import emr_line
from .figures import CALLED
from .models import CallAttempt, Callback, QueueItem


@dataclass(frozen=True)
class Day:
    """An agent's numbers on one date of the practice. `listed` counts today's call list, `left` what is open on it.

    `booked` are the agent's own bookings, `booked_by_dial` those of them that a dial won; `assisted` are bookings of colleagues
    whose patients rang back after this agent's call or voicemail.
    """

    dials: int
    reached: int
    booked: int
    booked_by_dial: int
    assisted: int
    listed: int
    left: int
    target: int

    @property
    def done(self):
        return self.listed - self.left

    @property
    def target_words(self):
        return f"of {self.target} planned"

    @property
    def reached_words(self):
        return self._share(self.reached)

    @property
    def booked_words(self):
        words = self._share(self.booked_by_dial)
        return f"{words} · {self.assisted} more from your voicemails" if self.assisted else words

    @property
    def left_words(self):
        return f"of {self.listed} on the list"

    def _share(self, part):
        """As in “21% of 42 dials”."""
        return f"{round(100 * part / self.dials)}% of {self.dials} dials" if self.dials else "no dials yet"


def bounds(*, practice, on):
    """The first moment of a date of the practice, and that of the next date."""
    return practice.midnight(on), practice.midnight(on + timedelta(days=1))


def of_agent(*, agent, practice, now):
    """The numbers of the agent's day so far, in three queries."""
    start, end = bounds(practice=practice, on=practice.business_date(now))
    called = attempts_today(agent=agent, practice=practice, now=now).aggregate(**CALLED)
    prompted = CallAttempt.objects.assisted().filter(ended_at__gte=start, ended_at__lt=end, prompted_by__agent=agent)
    listed = QueueItem.objects.filter(agent=agent).aggregate(listed=Count("pk"), left=Count("pk", filter=Q(done_at__isnull=True)))
    return Day(**called, **listed, assisted=prompted.count(), target=agent.daily_capacity)


def last_attempt(*, agent, practice, now):
    """The call the agent saved last today, with its `emr_note`, or None."""
    today = attempts_today(agent=agent, practice=practice, now=now).order_by("-ended_at", "-pk")
    attempt = today.select_related("patient", "campaign", "disposition", "appointment", "agent__user").first()
    if attempt is not None:
        attempt.emr_note = emr_line(attempt, practice=practice)
    return attempt


def attempts_today(*, agent, practice, now):
    start, end = bounds(practice=practice, on=practice.business_date(now))
    return CallAttempt.objects.filter(agent=agent, ended_at__gte=start, ended_at__lt=end)


def callbacks_today(*, agent, practice, now):
    """What the agent promised and has not kept, overdue or due by the end of the day; the earliest first."""
    _start, end = bounds(practice=practice, on=practice.business_date(now))
    mine = Callback.objects.pending().filter(owner=agent, due_at__lt=end)
    return mine.select_related("patient", "enrollment__campaign").order_by("due_at")
