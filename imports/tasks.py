"""Imports in the background. Tasks are thin; what is due stands in PostgreSQL."""

from celery import shared_task

from accounts import clock, tenancy
from accounts.models import Practice
from accounts.tasks import PracticeTask

from . import running


@shared_task(base=PracticeTask, bind=True, name="imports.run_import", own_transactions=True)
def run_import(self, *, import_id):
    """Run one import, then whatever of the practice has waited for it."""
    now = clock.now()
    if running.run(practice_id=self.practice_id, import_id=import_id, now=now):
        with tenancy.practice(self.practice_id):
            waiting = running.due_ids(now=now)
        for next_id in waiting[:1]:
            self.ring(self.practice_id, import_id=next_id)


@shared_task(name="imports.run_due_imports")
def run_due_imports():
    """Each minute: ring for the oldest import that is due in each practice."""
    now = clock.now()
    for practice in Practice.objects.order_by("pk"):
        with tenancy.practice(practice.pk):
            waiting = running.due_ids(now=now)
        for import_id in waiting[:1]:
            run_import.ring(practice.pk, import_id=import_id)
