"""What campaigns do by the clock. Tasks are thin; what is due stands in PostgreSQL."""

from celery import shared_task

from accounts import clock, tenancy
from accounts.models import Practice
from accounts.tasks import PracticeTask

from . import bulk, callbacks, campaign_drafts, drafts, plan, taking_back


@shared_task(base=PracticeTask, bind=True, name="campaigns.build_queue")
def build_queue(self):
    """Build today's queue of the practice, unless somebody already has."""
    plan.build_due(practice=Practice.objects.get(pk=self.practice_id), now=clock.now())


@shared_task(name="campaigns.build_due_queues")
def build_due_queues():
    """Each minute: ring for every practice whose plan of the day is missing."""
    build_queue.ring_due(plan.due_on, now=clock.now())


@shared_task(base=PracticeTask, bind=True, name="campaigns.keep_callbacks")
def keep_callbacks(self):
    """Hand over promises whose owner is off at their minute, and write off those of earlier days."""
    callbacks.take_care(practice=Practice.objects.get(pk=self.practice_id), now=clock.now())


@shared_task(name="campaigns.keep_due_callbacks")
def keep_due_callbacks():
    """Each minute: ring for every practice with a promise that its owner can't keep, or that nobody kept."""
    keep_callbacks.ring_due(callbacks.is_care_due, now=clock.now())


@shared_task(name="campaigns.forget_effects")
def forget_effects():
    """Each hour: drop what it would take to undo what nobody may undo any more, and drafts nobody came back to."""
    now = clock.now()
    for practice in Practice.objects.order_by("pk"):
        with tenancy.practice(practice.pk):
            taking_back.forget(now=now)
            drafts.forget(now=now)
            bulk.forget(now=now)
            campaign_drafts.forget(now=now)
