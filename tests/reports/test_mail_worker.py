"""Summaries sent by a real worker to a real mail server, also where the worker is killed before it could note it."""

import os
import signal
import socket
import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from accounts import clock, report_mails, tenancy
from accounts.models import ReportMail
from reports.tasks import mail_due_reports
from tests.conftest import NOW
from tests.processes import eventually, running

WORKER = ("celery", "-A", "callcenter", "worker", "-P", "solo", "-l", "INFO")


class MailServer(threading.Thread):
    """Takes every mail; `holds` the answer to the first one back, as a server that is slow to say that it has it."""

    def __init__(self, *, holds):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.holds, self.mails = holds, []

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            connection, _address = self.listener.accept()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile("rw", newline="\r\n") as talk:
            print("220 ready", file=talk, flush=True)
            for line in talk:
                word = line[:4].upper()
                print("354 go on" if word == "DATA" else "250 ok", file=talk, flush=True)
                if word == "DATA":
                    self.mails.append("".join(iter(talk.readline, ".\r\n")))
                    if not (self.holds and len(self.mails) == 1):
                        print("250 taken", file=talk, flush=True)
                if word == "QUIT":
                    break


@pytest.fixture
def empty_broker():
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()


@pytest.fixture
def at_eleven(settings):
    """The clock of this process and of its workers at eleven in the morning of a Tuesday in New York."""
    settings.CLOCK_OFFSET_SECONDS = int((NOW - timezone.now()).total_seconds())
    return {"CLOCK_OFFSET_SECONDS": str(settings.CLOCK_OFFSET_SECONDS)}


def look(practice):
    with tenancy.practice(practice.pk):
        return ReportMail.objects.get()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_worker_killed_between_sending_and_noting_it_leaves_it_for_the_next(
    empty_broker, at_eleven, practice, supervisor, tmp_path
):
    server = MailServer(holds=True)
    server.start()
    with tenancy.practice(practice.pk):
        report_mails.choose(member=supervisor, daily=True, weekly=False)
    mail_settings = {"EMAIL_URL": server.url, "SITE_URL": "https://recall.example.com", **at_eleven}
    with running(*WORKER, log=tmp_path / "first.log", **mail_settings) as worker:
        mail_due_reports.apply()
        eventually(lambda: server.mails, what="the first mail")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(20)
    left = look(practice)
    assert (left.state, left.tries) == ("WAITING", 1)

    current_app.control.purge()
    with running(*WORKER, log=tmp_path / "second.log", **mail_settings):
        mail_due_reports.apply()  # the pause is not over: nobody else tries
        with tenancy.practice(practice.pk):
            assert not report_mails.is_due(practice=practice, now=clock.now())
            ReportMail.objects.update(next_try_at=clock.now() - timedelta(seconds=1))
        mail_due_reports.apply()
        eventually(lambda: look(practice).state == "SENT", what="the second try")
        mail_due_reports.apply()
    assert look(practice).tries == 2
    assert len(server.mails) == 2
    for sent in server.mails:
        assert f"To: {supervisor.user.email}" in sent
        assert "https://recall.example.com/p/bayview-eye/dashboard/" in sent
    log = (tmp_path / "first.log").read_text() + (tmp_path / "second.log").read_text()
    assert supervisor.user.email not in log
