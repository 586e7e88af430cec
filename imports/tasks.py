"""Imports in the background. Tasks are thin; what is due stands in PostgreSQL."""

from celery import shared_task

from accounts import clock, tenancy
from accounts.models import Practice
from accounts.tasks import PracticeTask

from . import inbox, running


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


@shared_task(base=PracticeTask, bind=True, name="imports.look_into_inbox", own_transactions=True)
def look_into_inbox(self):
    """Bring in what lies in the practice's watched folder."""
    for import_id in inbox.visit(practice_id=self.practice_id, now=clock.now()):
        run_import.ring(self.practice_id, import_id=import_id)


@shared_task(name="imports.look_into_inboxes")
def look_into_inboxes():
    """Each minute: ring for every practice that has a watched folder."""
    for practice_id in inbox.practice_ids():
        look_into_inbox.ring(practice_id)


@shared_task(name="imports.forget_cells")
def forget_cells():
    """Each hour: drop what each practice keeps of rejected and waiting rows for a time only."""
    now = clock.now()
    for practice in Practice.objects.order_by("pk"):
        with tenancy.practice(practice.pk):
            running.forget_cells(practice=practice, now=now)
