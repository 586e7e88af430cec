"""What the agents were doing on each day, told from the calls they made."""

from datetime import timedelta
from itertools import groupby

from campaigns import day
from campaigns.models import AgentSpell, CallAttempt

State = AgentSpell.State
WRAP_UP = timedelta(seconds=25)
# Who makes no call for so long is at lunch, or in a meeting from which all have just come back.
AWAY = timedelta(minutes=20)
BACK = timedelta(minutes=2)


def fill(*, practice, on, now):
    """Keep the states of a date; of the present day the last of each agent is still open."""
    starts_at, ends_at = day.bounds(practice=practice, on=on)
    is_over = ends_at <= now
    calls = CallAttempt.objects.filter(practice=practice, ended_at__gte=starts_at, ended_at__lt=min(ends_at, now))
    rows = calls.order_by("agent", "started_at", "pk").values_list("agent", "started_at", "ended_at")
    for agent_id, made in groupby(rows, key=lambda row: row[0]):
        times = [(state, reason, _whole(at)) for state, reason, at in _states([row[1:] for row in made], now, is_over)]
        ends = [at for _state, _reason, at in times[1:]]
        if is_over:
            times.pop()
        AgentSpell.objects.bulk_create(
            AgentSpell(agent_id=agent_id, state=state, reason=reason, since_at=at, seen_at=until or _whole(now), until_at=until)
            for (state, reason, at), until in zip(times, ends if is_over else [*ends, None], strict=True)
        )


def _states(calls, now, is_over):
    """(state, reason, since) in order of time, each until the next; what begins last on a day that is over only ends it."""
    free_at = calls[0][0]
    for started_at, ended_at in calls:
        if started_at > free_at:
            yield (State.BREAK, "LUNCH", free_at) if started_at - free_at > AWAY else (State.READY, "", free_at)
        started_at = max(started_at, free_at)
        free_at = max(started_at, ended_at)
        yield State.IN_CALL, "", started_at
        yield State.WRAP_UP, "", max(started_at, free_at - WRAP_UP)
    if not is_over and now - free_at > AWAY:
        yield State.BREAK, "MEETING", free_at
        free_at = now - BACK
    yield State.READY, "", free_at


def _whole(moment):
    return moment.replace(microsecond=0)
