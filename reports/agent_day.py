"""A day of each agent: the state now, and the time in each state. Read from what the desk kept (campaigns/agent_state.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Membership
from campaigns import agent_state
from campaigns.figures import share
from campaigns.models import AgentSpell

State, Reason = AgentSpell.State, AgentSpell.Reason


@dataclass(frozen=True)
class AgentDay:
    """Seconds of one agent on one date; `ready` + `in_call` + `wrap_up` + `on_break` = `total`.

    `breaks` are (reason, seconds) in the order of the reasons. `shift` is the length of the shift that day, 0 for a day off.
    `spell` is the current one; None on another date than today, and for somebody who is away.
    """

    agent: Membership
    ready: int
    in_call: int
    wrap_up: int
    breaks: list
    shift: int
    seen_at: datetime | None
    spell: AgentSpell | None

    @property
    def on_break(self):
        return sum(seconds for _reason, seconds in self.breaks)

    @property
    def total(self):
        return self.ready + self.in_call + self.wrap_up + self.on_break

    @property
    def of_shift(self):
        """The total in percent of the shift."""
        return share(self.total, self.shift)


def agent_days(*, practice, on, now):
    """One AgentDay for each active agent and each other person with time on that date, by name."""
    totals = agent_state.totals(practice=practice, on=on, now=now)
    current = agent_state.at_work(practice=practice, now=now) if on == practice.business_date(now) else {}
    seen = agent_state.last_seen(practice=practice, on=on)
    members = practice.memberships.select_related("user").order_by("user__full_name", "pk")
    shown = [
        member for member in members if member.pk in totals or (member.is_agent and member.is_active and member.user.is_active)
    ]
    return [
        _agent_day(member, totals.get(member.pk, {}), on=on, spell=current.get(member.pk), seen_at=seen.get(member.pk))
        for member in shown
    ]


def sums(days):
    """What the columns add up to."""
    return {name: sum(getattr(day, name) for day in days) for name in ("ready", "in_call", "wrap_up", "on_break", "total")}


def _agent_day(member, times, *, on, spell, seen_at):
    return AgentDay(
        agent=member,
        ready=times.get((State.READY, ""), 0),
        in_call=times.get((State.IN_CALL, ""), 0),
        wrap_up=times.get((State.WRAP_UP, ""), 0),
        breaks=[(Reason(code).label, times[State.BREAK, code]) for code in Reason.values if (State.BREAK, code) in times],
        shift=_shift(member) if on.isoweekday() in member.shift_days else 0,
        seen_at=seen_at,
        spell=spell,
    )


def _shift(member):
    starts, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (member.shift_starts, member.shift_ends))
    return int((ends - starts).total_seconds())
