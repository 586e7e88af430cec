"""Whether beat and worker are alive: each says so once a minute, beat in its own process, the worker by a task of beat's.

So they are told apart: a beat that stands still writes nothing and sends nothing; behind a beat that writes, a worker that
doesn't is dead, or the broker between them is away.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from .models import Heartbeat

# Three signs missed: one may be late behind a long task.
SILENCE = timedelta(minutes=3)

Name = Heartbeat.Name


@dataclass(frozen=True)
class Silent:
    """A process of Heartbeat.Name without a sign for too long: for how long, None if it never gave any."""

    name: str
    age: timedelta | None


def give(name):
    """Note a sign of life of one of Heartbeat.Name, now."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def from_beat():
    """Beat's sign, given as it sends the tick."""
    give(Name.BEAT)


def silent():
    """The first process in the chain that stands still, as a Silent, or None. Behind a dead beat no worker can be judged."""
    ages = dict(Heartbeat.objects.values_list("name", Now() - F("at")))
    return next((Silent(name, ages.get(name)) for name in Name if ages.get(name, timedelta.max) > SILENCE), None)
