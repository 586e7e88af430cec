"""What a supervisor should look at, in plain words and with what to do. Pure: everything it judges is passed in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.models import AgentSpell
from campaigns.standing import NEXT_BUILD

State = AgentSpell.State
# After its hour the nightly build may take this long before it counts as missing.
BUILD_TAKES = timedelta(minutes=15)


@dataclass(frozen=True)
class Link:
    """A page that helps: its name, what its path and its query name, and the words of the link."""

    label: str
    page: str
    path: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Alert:
    """`key` names what it is about, so that a page can tell a new one. `tone` is danger or warn.

    `short` stands at the agent, or beside other practices; `title` and `advice` on top.
    """

    key: str
    tone: str
    icon: str
    title: str
    advice: str
    short: str = ""
    agent_id: int | None = None
    link: Link | None = None


def of_agent(row, *, practice, now):
    """The alerts of one agent (floor.Row), the most urgent first."""
    found = [_state(row, practice=practice, now=now), _absent(row, practice=practice, now=now), _dry(row, practice=practice)]
    return [alert for alert in found if alert]


def of_promises(promises, *, practice, now):
    """Callbacks of one owner that nobody has begun (floor_counts.Promises)."""
    at = _clock(promises.first_at, practice)
    late = int((now - promises.first_at).total_seconds()) // 60
    if promises.count == 1:
        words = f"the callback of {at} is not begun" + (f", {late} min late" if promises.past else "")
    else:
        words = f"{promises.count} callbacks are not begun, " + (f"{promises.past} late, " if promises.past else "")
        words += f"the first of {at}"
    return Alert(
        key=f"callback {promises.owner_id}",
        tone="danger" if promises.past else "warn",
        icon="bell-ringing",
        title=f"{promises.owner}: {words}",
        short="Callback late" if promises.past else "Callback soon",
        advice="Ask the owner to start it, or give it to somebody who is free.",
        agent_id=promises.owner_id,
        link=Link("Callbacks", "campaigns:callbacks", query={"owner": promises.owner_id}),
    )


def of_campaign(strip):
    """A campaign (floor.Strip) that nobody can be called for, or whose agents are all away."""
    if not strip.stalls:
        return None
    return Alert(
        key=f"campaign {strip.campaign.pk} {strip.stalls}",
        tone="warn",
        icon="player-pause",
        title=f"{strip.campaign.name} stalls: {strip.why}",
        advice=strip.advice,
        link=Link("Open the campaign", "campaigns:detail", path={"campaign_id": strip.campaign.pk}),
    )


def stalled(*, campaign_left, open_places, someone_works, works_it):
    """(code, why, what to do) of a campaign that stalls, else empty strings. `open_places` are standing.Places or None."""
    if campaign_left and someone_works and not works_it:
        return "NOBODY", "none of its agents is at work", "Name an agent who is, or move the work."
    if campaign_left or open_places is None:
        return "", "", ""
    total = sum(place.rows for place in open_places)
    if not total:
        return "EMPTY", "nobody is enrolled any more", "It may be done: change its rule, or end it."
    waiting = sum(place.rows for place in open_places if place.code == NEXT_BUILD)
    if waiting:
        return "BUILD", f"its list is empty, {waiting:,} of {total:,} open wait for the next build", "Rebuild today’s call lists."
    most = sorted(open_places, key=lambda place: -place.rows)[:2]
    words = ", ".join(f"{place.label[:1].lower()}{place.label[1:]} ({place.rows:,})" for place in most)
    return "BLOCKED", f"its list is empty; of {total:,} open: {words}", "Its page counts every reason, and what helps."


def of_practice(*, practice, now, build, runs, data_on, silent=None, is_admin=False):
    """Alerts of what stands behind the calls: background work, lists of the night, EMR data.

    `build` is the newest one, `runs` says whether any campaign does, `data_on` dates the EMR data, `silent` is a
    heartbeat.Silent; who `is_admin` gets the way to what helps.
    """
    found = [
        _silent(silent),
        _missing_build(practice, now, build) if runs else None,
        _old_data(practice, now, data_on, is_admin=is_admin),
    ]
    return [alert for alert in found if alert]


def _state(row, *, practice, now):
    if row.spell is None:
        return None
    minutes = row.spell.seconds(now=now) // 60
    limits = {
        State.READY: (practice.idle_alert_minutes, "zzz", "Idle", "ready without a call"),
        State.WRAP_UP: (practice.wrap_up_alert_minutes, "clock-exclamation", "Long wrap-up", "in wrap-up"),
        State.BREAK: (practice.break_alert_minutes, "coffee", "Long break", f"on break ({row.spell.get_reason_display()})"),
    }
    limit, icon, short, words = limits.get(row.spell.state, (None, "", "", ""))
    if limit is None or minutes < limit:
        return None
    advice = {
        State.READY: "Ask what is in the way; if the list is empty, move work to them.",
        State.WRAP_UP: "Ask whether the outcome is unclear.",
        State.BREAK: "Send a message, and move their list if they don’t come back.",
    }[row.spell.state]
    return Alert(
        key=f"{row.spell.state} {row.member.pk}",
        tone="warn" if minutes < 2 * limit else "danger",
        icon=icon,
        title=f"{row.member.name}: {minutes} min {words}",
        short=f"{short}, {minutes} min",
        advice=advice,
        agent_id=row.member.pk,
        link=Link("Help", "reports:floor_agent", path={"membership_id": row.member.pk}),
    )


def _absent(row, *, practice, now):
    """On shift for longer than an agent may idle, and not at work."""
    member = row.member
    if row.spell is not None or not row.is_on_shift or not member.user.has_usable_password():
        return None  # who was invited and has not set a password yet can't be at work
    began = datetime.combine(practice.business_date(now), member.shift_starts, practice.zone)
    if now - max(began, row.seen_at or began) < timedelta(minutes=practice.idle_alert_minutes):
        return None
    since = f"last sign at {_clock(row.seen_at, practice)}" if row.seen_at else f"on shift since {_clock(began, practice)}"
    waits = f" {row.left} wait on the list." if row.left else ""
    return Alert(
        key=f"ABSENT {member.pk}",
        tone="warn",
        icon="user-off",
        title=f"{member.name} is not at work: {since}",
        short="Not at work",
        advice=f"{waits} Call them, or move the list to others.".strip(),
        agent_id=member.pk,
        link=Link("Help", "reports:floor_agent", path={"membership_id": member.pk}),
    )


def _dry(row, *, practice):
    """Somebody who calls now and soon has nobody left. Whose list was moved away for a break is not meant."""
    calls = row.spell is not None and not row.spell.is_break and row.member.is_agent
    if not calls or row.left >= practice.list_alert_patients:
        return None
    left = f"{row.left} patient{'' if row.left == 1 else 's'} left" if row.left else "nobody left"
    return Alert(
        key=f"DRY {row.member.pk}",
        tone="warn",
        icon="list",
        title=f"{row.member.name}: {left} on the list",
        short="List runs dry" if row.left else "List empty",
        advice="Move work to them. When the list is empty, they get patients of the shared pool while there are any.",
        agent_id=row.member.pk,
        link=Link("Move work here", "reports:floor_move", query={"to": row.member.pk}),
    )


def _silent(silent):
    if silent is None:
        return None
    minutes = f"no sign for {_long(silent.age)}" if silent.age is not None else "it never gave a sign"
    name, what = {
        "BEAT": ("The scheduler (beat) is not alive", "it"),
        "WORKER": ("The worker takes no work", "it, or for Redis"),
    }[silent.name]
    what = f"Call lists of the night, imports and callback handovers wait for {what}."
    return Alert(
        key=f"silent {silent.name}",
        tone="danger",
        icon="heart-off",
        title=f"{name}: {minutes}",
        advice=f"{what} Tell whoever runs the server; calling goes on meanwhile.",
    )


def _missing_build(practice, now, build):
    due = datetime.combine(practice.business_date(now), practice.build_at, practice.zone)
    if now < due + BUILD_TAKES or (build is not None and build.business_date >= due.date()):
        return None
    return Alert(
        key="build",
        tone="danger",
        icon="clock-off",
        title=f"Today’s call lists are missing: they were due at {_clock(due, practice)}",
        short="No call lists today",
        advice="Agents work the lists of the day before. Build them now, from the page of campaigns.",
        link=Link("Build the lists", "campaigns:list"),
    )


def _old_data(practice, now, data_on, *, is_admin):
    days = (practice.business_date(now) - data_on).days if data_on else 0
    helps = "Import a newer export." if is_admin else "Ask an admin for a newer import."
    if days <= practice.data_alert_days:
        return None
    return Alert(
        key="data",
        tone="warn",
        icon="database-off",
        title=f"The EMR data are {days} days old, as of {data_on:%b} {data_on.day}",
        short=f"EMR data {days} days old",
        advice=f"Patients may have booked since. {helps}",
        link=Link("Imports", "imports:list") if is_admin else None,
    )


def _clock(moment, practice):
    local = practice.local(moment)
    return f"{local:%I:%M %p}".lstrip("0") + f" {local:%Z}"


def _long(age):
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
