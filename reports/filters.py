"""What a report is about: dates, and perhaps one campaign, agent or location. Read from an address, and written into one."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, Practice
from campaigns.models import CallAttempt, Campaign, Enrollment

from . import period as periods
from .period import Period

# From one name to the next by index, however many enrollments each has.
LOCATIONS = """
WITH RECURSIVE names AS (
    SELECT min(location) AS name FROM campaigns_enrollment WHERE practice_id = %(practice)s AND location > ''
    UNION ALL
    SELECT (SELECT min(location) FROM campaigns_enrollment WHERE practice_id = %(practice)s AND location > name)
    FROM names WHERE name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL
"""
LONGEST_ID = 18  # digits of the largest number a key can have
GONE = {
    "campaign": "This campaign does not exist any more. All campaigns are shown.",
    "agent": "This agent does not belong to the practice. All agents are shown.",
    "location": "No patient of this location is or was on a list. All locations are shown.",
}


@dataclass(frozen=True)
class Filters:
    """The choices of a report; what is not chosen is None (or "" for the location) and means all.

    Of a call, `agent` made it and `location` is that of its enrollment; of an enrollment, `agent` is who it is assigned to;
    of a promise, who has to keep it.
    """

    practice: Practice
    period: Period
    now: datetime
    campaign: Campaign | None = None
    agent: Membership | None = None
    location: str = ""

    @property
    def before(self):
        """The same choices for the period just before."""
        return replace(self, period=self.period.before(practice=self.practice))

    @property
    def is_narrowed(self):
        """Whether anything but the period is chosen."""
        return bool(self.campaign or self.agent or self.location)

    def choose(self, rows, *, campaign="campaign", agent="agent", location="location"):
        """Those of the rows that belong to the chosen campaign, agent and location; the arguments are the columns that say so."""
        chosen = {campaign: self.campaign, agent: self.agent, location: self.location}
        return rows.filter(**{name: value for name, value in chosen.items() if value})

    def query(self, **changes):
        """The choices as the query of an address, as in "period=30&campaign=7"; changes replace some, None leaves one out."""
        asked = {"period": self.period.key}
        if self.period.key == "custom":
            asked |= {"from": self.period.first_on.isoformat(), "to": self.period.last_on.isoformat()}
        asked |= {
            "campaign": self.campaign and self.campaign.pk,
            "agent": self.agent and self.agent.pk,
            "location": self.location,
        }
        if changes.get("period", "custom") != "custom":
            changes = {"from": None, "to": None} | changes
        return urlencode({name: value for name, value in (asked | changes).items() if value not in (None, "")})


@dataclass(frozen=True)
class Choices:
    """What the form of the filters offers, each a list of (value, label): all that can be chosen, also the ended and gone."""

    periods: list
    campaigns: list
    agents: list
    locations: list


def read(query, *, practice, now):
    """(Filters, sentences about what could not be understood) of an address. `query` is a QueryDict or a dict.

    What is wrong or gone is left out, so that the rest is shown.
    """
    period, wrong = periods.read(query, practice=practice, now=now)
    problems = [wrong] if wrong else []
    chosen, missing = found(practice=practice, **{name: query.get(name) or "" for name in GONE})
    problems += [GONE[name] for name in missing]
    return Filters(practice, period, now, **chosen), problems


def found(*, practice, campaign="", agent="", location=""):
    """(what Filters take, names of what was asked for and is not there): two ids and a name, as an address says them."""
    chosen = {
        "campaign": _row(Campaign.objects.filter(practice=practice), campaign),
        "agent": _row(practice.memberships.select_related("user"), agent),
        "location": location if location and _is_location(practice, location) else "",
    }
    asked = {"campaign": campaign, "agent": agent, "location": location}
    return chosen, [name for name, value in asked.items() if value and not chosen[name]]


def choices(*, practice):
    """The Choices of a practice: campaigns as their pages list them, agents and whoever else ever called, locations by name."""
    return Choices(
        periods=list(periods.CHOICES.items()),
        campaigns=list(Campaign.objects.filter(practice=practice).in_order().values_list("pk", "name")),
        agents=_agents(practice),
        locations=[(name, name) for name in locations(practice=practice)],
    )


def locations(*, practice):
    """Names of the locations that enrollments of the practice belong to, in order."""
    with connection.cursor() as cursor:
        cursor.execute(LOCATIONS, {"practice": practice.pk})
        return [name for (name,) in cursor.fetchall()]


def _agents(practice):
    called = Exists(CallAttempt.objects.filter(practice=practice, agent=OuterRef("pk")))
    members = practice.memberships.select_related("user").order_by("user__full_name", "pk")
    told = members.filter(Q(role=Membership.Role.AGENT) | called)
    return [(member.pk, member.name if member.is_active else f"{member.name} (inactive)") for member in told]


def _row(rows, asked):
    """The row of this key, or None where it is no key or names none."""
    if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_ID):
        return None
    return rows.filter(pk=int(asked)).first()


def _is_location(practice, name):
    return "\x00" not in name and Enrollment.objects.filter(practice=practice, location=name).exists()
