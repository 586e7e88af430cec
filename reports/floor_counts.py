"""What the floor counts: a handful of grouped queries, whatever the size of the practice. No function reads a patient."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import Now

from campaigns.day import bounds
from campaigns.figures import CALLED, CONTACTS
from campaigns.models import CallAttempt, Callback, CampaignAgent, DeskMessage, Lease, QueueItem
from campaigns.standing import standing

from .lists import data_as_of

COUNTS = {"dials": CALLED["dials"], "contacts": CONTACTS, "booked": CALLED["booked"]}
# A promise not begun so shortly before its minute needs somebody's eye.
SOON = timedelta(minutes=5)
# What takes a look at every row of a large practice is asked for now and then.
POOL_KEPT, STANDING_KEPT, DATA_KEPT = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=10))


@dataclass
class Calls:
    """Calls of today: dials, those that reached the right party, and bookings, also of patients who rang back."""

    dials: int = 0
    contacts: int = 0
    booked: int = 0

    def __add__(self, other):
        return Calls(self.dials + other.dials, self.contacts + other.contacts, self.booked + other.booked)


@dataclass(frozen=True)
class Promises:
    """Callbacks of one owner that are due within five minutes or past their minute, and that nobody has begun."""

    owner_id: int
    owner: str
    count: int
    past: int
    first_at: object


def calls_today(*, practice, now):
    """({agent id → Calls}, {campaign id → Calls}) of the practice's date, in one query."""
    start, end = bounds(practice=practice, on=practice.business_date(now))
    rows = CallAttempt.objects.filter(practice=practice, ended_at__gte=start, ended_at__lt=end).order_by()
    by_agent, by_campaign = defaultdict(Calls), defaultdict(Calls)
    for row in rows.values("agent", "campaign").annotate(**COUNTS):
        agent, campaign = row.pop("agent"), row.pop("campaign")
        by_agent[agent] += Calls(**row)
        by_campaign[campaign] += Calls(**row)
    return by_agent, by_campaign


def left_on_lists(*, practice):
    """({agent id → left}, {campaign id → left}) of today's lists, without the pool."""
    waiting = QueueItem.objects.filter(practice=practice, done_at__isnull=True, agent__isnull=False).order_by()
    by_agent, by_campaign = Counter(), Counter()
    for agent, campaign, left in waiting.values_list("agent", "enrollment__campaign").annotate(Count("pk")):
        by_agent[agent] += left
        by_campaign[campaign] += left
    return by_agent, by_campaign


def left_in_pool(*, practice):
    """Campaign id → left in the pool; up to half a minute old."""

    def count():
        waiting = QueueItem.objects.filter(practice=practice, done_at__isnull=True, agent__isnull=True).order_by()
        return dict(waiting.values_list("enrollment__campaign").annotate(Count("pk")))

    return _kept(f"floor:pool:{practice.pk}", count, POOL_KEPT)


def newest_data(*, practice):
    """Date of the newest EMR data, or None; up to ten minutes old."""
    return _kept(f"floor:data:{practice.pk}", lambda: data_as_of(practice=practice), DATA_KEPT)


def places_of(*, campaigns, practice, now):
    """Campaign id → where its open work stands (standing.Places); up to five minutes old."""
    keys = {f"floor:standing:{practice.pk}:{campaign.pk}": campaign for campaign in campaigns}
    kept = cache.get_many(keys) if keys else {}
    for key in keys.keys() - kept.keys():
        kept[key] = standing(practice=practice, now=now, campaign=keys[key])
        cache.set(key, kept[key], STANDING_KEPT.total_seconds())
    return {campaign.pk: kept[key] for key, campaign in keys.items()}


def promises_at_risk(*, practice, now):
    """Promises for each owner who has any, the most urgent first."""
    held = Lease.objects.open().filter(patient=OuterRef("patient"), expires_at__gt=Now())
    soon = Callback.objects.pending().filter(~Exists(held), practice=practice, due_at__lte=now + SOON).order_by()
    rows = soon.values_list("owner", "owner__user__full_name").annotate(
        count=Count("pk"), past=Count("pk", filter=Q(due_at__lt=now)), first_at=Min("due_at")
    )
    return sorted((Promises(*row) for row in rows), key=lambda each: each.first_at)


def open_holds(*, practice):
    """Agent id → ids of the holds they have, that of a call we make first. Says nothing of the patients."""
    held = Lease.objects.open().filter(practice=practice, expires_at__gt=Now()).order_by("pk")
    found = defaultdict(list)
    for pk, agent in held.values_list("pk", "agent"):
        found[agent].append(pk)
    return found


def latest_messages(*, practice, now):
    """Agent id → the last DeskMessage they were sent today."""
    start, _end = bounds(practice=practice, on=practice.business_date(now))
    sent = DeskMessage.objects.filter(practice=practice, sent_at__gte=start).order_by("agent", "-sent_at", "-pk")
    return {message.agent_id: message for message in sent.distinct("agent")}


def named_agents(*, practice):
    """Campaign id → ids of the agents it names; one that all work is absent."""
    named = defaultdict(set)
    for campaign, agent in CampaignAgent.objects.filter(practice=practice).values_list("campaign", "agent"):
        named[campaign].add(agent)
    return named


def _kept(key, count, for_how_long):
    """What `count` returned within that time. Keys and values are ids, dates and counts."""
    return cache.get_or_set(key, count, for_how_long.total_seconds())
