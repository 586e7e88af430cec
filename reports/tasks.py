"""What reports do by the clock. Tasks are thin; what is due stands in PostgreSQL."""

from celery import shared_task

from accounts import clock, report_mails
from accounts.tasks import PracticeTask

from . import mailing


@shared_task(base=PracticeTask, bind=True, name="reports.send_mails", own_transactions=True)
def send_mails(self):
    """Send the summaries of the practice that are due."""
    mailing.send_due(practice_id=self.practice_id, now=clock.now())


@shared_task(name="reports.mail_due_reports")
def mail_due_reports():
    """Each minute: ring for every practice with a summary that is due."""
    send_mails.ring_due(report_mails.is_due, now=clock.now())
