"""The night shift. Tasks are thin; what is due stands in PostgreSQL."""

from celery import shared_task

from accounts import clock, tenancy
from accounts.models import Practice
from accounts.tasks import PracticeTask

from . import plan


@shared_task(base=PracticeTask, bind=True, name="campaigns.build_queue")
def build_queue(self):
    """Build today's queue of the practice, unless somebody already has."""
    practice = Practice.objects.get(pk=self.practice_id)
    now = clock.now()
    if plan.due_on(practice=practice, now=now):
        plan.build(practice=practice, now=now)


@shared_task(name="campaigns.build_due_queues")
def build_due_queues():
    """Each minute: ring for every practice whose plan of the day is missing."""
    now = clock.now()
    for practice in Practice.objects.order_by("pk"):
        with tenancy.practice(practice.pk):
            due = plan.due_on(practice=practice, now=now)
        if due:
            build_queue.ring(practice.pk)
