"""The base of every task that works for a practice, and the sign of life of the worker."""

import logging

from celery import Task, shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from . import heartbeat, tenancy
from .models import Practice

log = logging.getLogger(__name__)


class PracticeTask(Task):
    """Carries the practice in the message header and restores it around the run.

    Sent from inside `tenancy.practice(…)` the practice is taken from there; `for_practice(id)` names it. A message
    without one is refused with NoPractice. `run` gets its own transaction unless `own_transactions` is set: then it
    enters `tenancy.practice(self.practice_id)` itself, once a step, so that progress can be seen.
    """

    abstract = True
    own_transactions = False

    @property
    def practice_id(self):
        """The practice of the message at hand. Raises NoPractice where it carries none."""
        headers = self.request.headers or {}
        practice_id = headers.get("practice_id") or self.request.get("practice_id")
        if not practice_id:
            raise tenancy.NoPractice(f"task {self.name} was sent without a practice")
        return int(practice_id)

    def __call__(self, *args, **kwargs):
        practice_id = self.practice_id
        if self.own_transactions:
            return super().__call__(*args, **kwargs)
        with tenancy.practice(practice_id):
            return super().__call__(*args, **kwargs)

    def apply_async(self, *args, headers=None, **options):
        headers = headers or {}
        practice_id = headers.get("practice_id") or tenancy.current_practice_id()
        return super().apply_async(*args, headers={**headers, "practice_id": practice_id}, **options)

    def ring_due(self, is_due, *, now):
        """Ring for every practice of which `is_due(practice=…, now=…)`, asked inside it, says that there is something to do."""
        for practice in Practice.objects.order_by("pk"):
            with tenancy.practice(practice.pk):
                due = is_due(practice=practice, now=now)
            if due:
                self.ring(practice.pk)

    def ring(self, practice_id, **kwargs):
        """Ask a worker to run soon. If the broker is away nothing is lost: the row stays due for the next tick."""
        try:
            self.apply_async(kwargs=kwargs, headers={"practice_id": practice_id})
        except (OperationalError, RedisError):
            log.warning("broker away: %s waits for the next tick", self.name)


@shared_task(name="accounts.tick")
def tick(**_sent):
    """Each minute: the worker says that it is alive."""
    heartbeat.give(heartbeat.Name.WORKER)
