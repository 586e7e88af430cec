"""An agent's working day: what they did, what is left, whom they promised to call."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from . import callback_list, pace, taking_back
from .emr_note import emr_line
from .figures import CALLED, CONTACTS, DIALED
from .models import CallAttempt, Callback, QueueItem

SPOKEN = {
    "conversations": CONTACTS,
    "converted": Count("pk", filter=DIALED & Q(is_right_party=True, is_success=True)),
}


@dataclass(frozen=True)
class Day:
    """An agent's numbers on one date of the practice. `listed` counts today's call list, `left` what is open on it.

    `conversations` are dials that reached the patient themselves, `converted` those of them that booked. `expected` are the
    dials that an even pace over the shift has made by now, None on a day off and for who works no list.
    `booked` are the agent's own bookings, `booked_by_dial` those of them that a dial won; `assisted` are bookings of colleagues
    whose patients rang back after this agent's call or voicemail.
    """

    dials: int
    reached: int
    booked: int
    conversations: int
    converted: int
    booked_by_dial: int
    assisted: int
    listed: int
    left: int
    target: int
    expected: int | None

    @property
    def done(self):
        return self.listed - self.left

    @property
    def target_words(self):
        return f"of {self.target} planned"

    @property
    def is_behind(self):
        return self.expected is not None and self.dials < self.expected

    @property
    def pace_words(self):
        """As in “12 behind pace: 96 expected by now”."""
        if self.expected is None:
            return "not on shift today"
        return f"{pace.words(dials=self.dials, expected=self.expected)}: {self.expected} expected by now"

    @property
    def conversation_words(self):
        """As in “57% of 7 conversations”."""
        if not self.conversations:
            return "no conversation yet"
        many = f"{self.conversations} conversation{'' if self.conversations == 1 else 's'}"
        return f"{round(100 * self.converted / self.conversations)}% of {many}"

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
        many = f"{self.dials} dial{'' if self.dials == 1 else 's'}"
        return f"{round(100 * part / self.dials)}% of {many}" if self.dials else "no dials yet"


def bounds(*, practice, on):
    """The first moment of a date of the practice, and that of the next date."""
    return practice.midnight(on), practice.midnight(on + timedelta(days=1))


def of_agent(*, agent, practice, now):
    """The numbers of the agent's day so far, in three queries."""
    start, end = bounds(practice=practice, on=practice.business_date(now))
    called = attempts_today(agent=agent, practice=practice, now=now).aggregate(**CALLED, **SPOKEN)
    prompted = CallAttempt.objects.assisted().filter(ended_at__gte=start, ended_at__lt=end, prompted_by__agent=agent)
    listed = QueueItem.objects.filter(agent=agent).aggregate(listed=Count("pk"), left=Count("pk", filter=Q(done_at__isnull=True)))
    expected = pace.expected(
        target=agent.daily_capacity,
        starts=agent.shift_starts,
        ends=agent.shift_ends,
        weekdays=agent.shift_days if agent.is_agent else [],
        local=practice.local(now),
    )
    return Day(**called, **listed, assisted=prompted.count(), target=agent.daily_capacity, expected=expected)


def so_far(*, agent, practice, now):
    """What the bar of a call shows of the day: dials, booked, left, target. For every call, so it counts no more than that."""
    made = attempts_today(agent=agent, practice=practice, now=now)
    called = made.aggregate(dials=CALLED["dials"], booked=CALLED["booked"])
    left = QueueItem.objects.filter(agent=agent, done_at__isnull=True).count()
    return {**called, "left": left, "target": agent.daily_capacity}


def last_attempt(*, agent, practice, now):
    """The call the agent saved last today, or None; with its `emr_note` and `undo_seconds`, for which it can be taken back."""
    today = attempts_today(agent=agent, practice=practice, now=now).order_by("-ended_at", "-pk")
    attempt = today.select_related("patient", "campaign", "disposition", "appointment").first()
    if attempt is not None:
        attempt.agent = agent
        attempt.emr_note = emr_line(attempt, practice=practice)
        attempt.undo_seconds = taking_back.seconds_left(attempt=attempt, now=now)
    return attempt


def attempts_today(*, agent, practice, now):
    start, end = bounds(practice=practice, on=practice.business_date(now))
    return CallAttempt.objects.filter(agent=agent, ended_at__gte=start, ended_at__lt=end)


def callbacks_today(*, agent, practice, now):
    """What the agent promised and has not kept, overdue or due by the end of the day; the earliest first."""
    _start, end = bounds(practice=practice, on=practice.business_date(now))
    mine = Callback.objects.pending().filter(owner=agent, due_at__lt=end)
    return mine.select_related("patient", "enrollment__campaign").order_by("due_at")


def callbacks_kept(*, agent, practice, now):
    """What became of the promises for today that are the agent's, as a callback_list.Tally."""
    start, end = bounds(practice=practice, on=practice.business_date(now))
    return callback_list.tally(practice=practice, since=start, until=end, now=now, owner=agent)
