"""How many agents a campaign's list needs, and whether those who work it speak with its patients.

One call a patient a week is the norm, so an agent needs as many patients a week as they dial: of 200 a day on five days,
1,000. More patients than that wait.
"""

from dataclasses import dataclass
from math import ceil

from django.db.models import Count

from accounts.models import Membership
from accounts.words import LANGUAGES

from .preview import to_call


@dataclass(frozen=True)
class Spoken:
    """So many patients of the list speak a language, and so many of the agents."""

    language: str
    patients: int
    agents: int


@dataclass(frozen=True)
class Staffing:
    """The agents (memberships) of a campaign against the patients whom it could call. Capacities are dials."""

    agents: list
    patients: int
    languages: list

    @property
    def daily(self):
        """Dials that all of them are planned for on one day on which all are there."""
        return sum(agent.daily_capacity for agent in self.agents)

    @property
    def weekly(self):
        return sum(_weekly(agent) for agent in self.agents)

    @property
    def weekly_each(self):
        """What one of them dials a week on average; what a new agent would, where there are none."""
        return self.weekly / len(self.agents) if self.weekly else _weekly(Membership())

    @property
    def needed(self):
        """Agents like these to call every patient once a week."""
        return ceil(self.patients / self.weekly_each)

    @property
    def is_enough(self):
        return self.weekly >= self.patients


def staffing(*, campaign, agents, on):
    """The Staffing of a campaign, stored or not, on a practice date; no `agents` (memberships) mean all of the practice."""
    if not agents:
        agents = campaign.practice.memberships.active().agents().select_related("user").order_by("user__full_name")
    agents = list(agents)
    rows = to_call(campaign=campaign, on=on).order_by().values_list("language").annotate(patients=Count("pk"))
    languages = [
        Spoken(LANGUAGES.get(code, code), patients, sum(code in agent.languages for agent in agents))
        for code, patients in sorted(rows, key=lambda row: (-row[1], row[0]))
    ]
    return Staffing(agents=agents, patients=sum(each.patients for each in languages), languages=languages)


def _weekly(agent):
    return agent.daily_capacity * len(agent.shift_days)
