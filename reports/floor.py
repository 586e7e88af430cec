"""The floor at this minute: who is in which state, what they did today, which campaign stalls, and what needs help."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts import heartbeat
from accounts.models import Membership
from campaigns import agent_state, pace
from campaigns.models import AgentSpell, Campaign, DeskMessage

from . import floor_alerts, floor_counts
from .floor_counts import Calls

State = AgentSpell.State
# Among those who need no help: who may need it next comes first.
ORDER = [None, State.READY, State.WRAP_UP, State.IN_CALL, State.BREAK]


@dataclass
class Row:
    """One agent now, and their day so far. `expected` dials are those of an even pace by now, None without a shift today.

    `holds` are ids of open holds; of the patients nothing is read. `message` is the last one they were sent today.
    """

    member: Membership
    spell: AgentSpell | None
    seen_at: datetime | None
    is_on_shift: bool
    works_today: bool
    calls: Calls
    expected: int | None
    left: int
    holds: list
    message: DeskMessage | None
    alerts: list = field(default_factory=list)

    @property
    def away(self):
        """(words, icon) for somebody who is not at work."""
        if self.is_on_shift:
            return ("Away", "user-off") if self.seen_at else ("Not signed in", "user-x")
        return ("Off shift", "moon") if self.works_today else ("Day off", "calendar-off")

    @property
    def tone(self):
        """That of the most urgent alert, or nothing."""
        tones = {alert.tone for alert in self.alerts}
        return "danger" if "danger" in tones else "warn" if tones else ""

    @property
    def target(self):
        return self.member.daily_capacity

    @property
    def is_behind(self):
        return self.expected is not None and self.calls.dials < self.expected

    @property
    def pace_words(self):
        """As in “12 behind pace”."""
        return "" if self.expected is None else pace.words(dials=self.calls.dials, expected=self.expected)

    @property
    def rank(self):
        urgency = ["danger", "warn", ""].index(self.tone)
        is_there = self.spell is not None or self.is_on_shift
        state = self.spell.state if self.spell else None
        return urgency, not is_there, ORDER.index(state), self.member.name, self.member.pk


@dataclass(frozen=True)
class Strip:
    """A running campaign today. `goal` is the day's share of its goal, None where that can't be told.

    `left` counts today's lists and the pool. `stalls` is a code with `why` and `advice` (floor_alerts.stalled), or empty.
    """

    campaign: Campaign
    calls: Calls
    goal: int | None
    left: int
    stalls: str
    why: str
    advice: str


@dataclass(frozen=True)
class Floor:
    """Everything the page shows. `elsewhere` counts alerts of agents of other teams."""

    rows: list
    strips: list
    alerts: list
    elsewhere: int


def floor(*, practice, viewer, everybody, now):
    """The floor as one who leads sees it: their own team, or everybody. In a fixed number of queries, without a patient."""
    by_agent, by_campaign = floor_counts.calls_today(practice=practice, now=now)
    listed, left = floor_counts.left_on_lists(practice=practice)
    rows = _rows(practice, by_agent, listed, now=now)
    promises = floor_counts.promises_at_risk(practice=practice, now=now)
    late = [floor_alerts.of_promises(each, practice=practice, now=now) for each in promises]
    for row in rows:
        row.alerts = [alert for alert in late if alert.agent_id == row.member.pk]
        row.alerts += floor_alerts.of_agent(row, practice=practice, now=now)
    strips = _strips(practice, by_campaign, left, rows, now=now)
    shown = [row for row in rows if everybody or row.member.supervisor_id == viewer.pk]
    team = {row.member.pk for row in shown}
    others = {row.member.pk for row in rows} - team
    of_agents = [alert for row in shown for alert in row.alerts]
    # A promise of somebody who is no agent any more is everybody's.
    of_agents += [alert for alert in late if alert.agent_id not in team | others]
    behind = floor_alerts.of_practice(
        practice=practice,
        now=now,
        build=practice.queuebuilds.newest(),
        runs=bool(strips),
        data_on=floor_counts.newest_data(practice=practice),
        silent=heartbeat.silent(),
        is_admin=viewer.is_admin,
    )
    stalls = [alert for alert in map(floor_alerts.of_campaign, strips) if alert]
    return Floor(
        rows=sorted(shown, key=lambda row: row.rank),
        strips=strips,
        alerts=sorted([*behind, *of_agents, *stalls], key=lambda alert: alert.tone != "danger"),
        elsewhere=sum(len(row.alerts) for row in rows if row.member.pk in others),
    )


def has_team(*, viewer):
    """Whether anybody active is led by this member."""
    return viewer.team.filter(is_active=True, user__is_active=True).exists()


def _rows(practice, by_agent, listed, *, now):
    spells = agent_state.at_work(practice=practice, now=now)
    seen = agent_state.last_seen(practice=practice, on=practice.business_date(now))
    holds = floor_counts.open_holds(practice=practice)
    sent = floor_counts.latest_messages(practice=practice, now=now)
    members = practice.memberships.select_related("user").order_by("pk")
    rows = []
    for member in members:
        member.practice = practice
        if member.pk in spells or (member.is_agent and member.is_active and member.user.is_active):
            rows.append(
                Row(
                    member=member,
                    spell=spells.get(member.pk),
                    seen_at=seen.get(member.pk),
                    is_on_shift=member.is_agent and member.works_at(now),
                    works_today=practice.local(now).isoweekday() in member.shift_days,
                    calls=by_agent.get(member.pk, Calls()),
                    expected=_expected(member, now=now),
                    left=listed.get(member.pk, 0),
                    holds=holds.get(member.pk, []),
                    message=sent.get(member.pk),
                )
            )
    return rows


def _expected(member, *, now):
    return pace.expected(
        target=member.daily_capacity,
        starts=member.shift_starts,
        ends=member.shift_ends,
        weekdays=member.shift_days if member.is_agent else [],
        local=member.practice.local(now),
    )


def _strips(practice, by_campaign, left, rows, *, now):
    named = floor_counts.named_agents(practice=practice)
    pool = floor_counts.left_in_pool(practice=practice)
    at_work = {row.member.pk for row in rows if row.spell is not None}
    running = list(practice.campaigns.running(on=practice.business_date(now)).order_by("name", "pk"))
    waiting = {campaign.pk: left.get(campaign.pk, 0) + pool.get(campaign.pk, 0) for campaign in running}
    empty = [campaign for campaign in running if not waiting[campaign.pk]]
    places = floor_counts.places_of(campaigns=empty, practice=practice, now=now)
    strips = []
    for campaign in running:
        stalls = floor_alerts.stalled(
            campaign_left=waiting[campaign.pk],
            open_places=places.get(campaign.pk),
            someone_works=bool(at_work),
            works_it=bool(at_work & named[campaign.pk] if campaign.pk in named else at_work),
        )
        calls, goal = by_campaign.get(campaign.pk, Calls()), goal_of_day(campaign, practice=practice)
        strips.append(Strip(campaign, calls, goal, waiting[campaign.pk], *stalls))
    return strips


def goal_of_day(campaign, *, practice):
    """The campaign's goal spread evenly over its days of calling, rounded up; None without a goal or a last day."""
    if not campaign.goal or not campaign.ends_on:
        return None
    dates = (campaign.ends_on - campaign.starts_on).days + 1
    over = [campaign.starts_on + timedelta(days=day) for day in range(dates % 7)]
    days = dates // 7 * len(practice.call_days) + sum(on.isoweekday() in practice.call_days for on in over)
    return -(-campaign.goal // days) if days else None
