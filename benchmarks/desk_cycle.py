"""Save an outcome and open the next patient: twenty agents on a real server of two workers, and one against its own bare queries.

The server is that of the Procfile. First the agents work at a pace, each a save every few seconds, some thirty times as fast as
people do: the time is what the server spends on both requests of a cycle (POST, and the page it leads to), from its own log. Then
they save as fast as they are answered, for the throughput. The ratio is the time of a cycle in one process, without a network,
to the statements of that very cycle sent again, from the same state of the database, with the same ids.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership

from .database import NOW, clock_at, make_practices, scratch_database

# Of the size of the demo's two practices together.
PATIENTS = 3_500
AGENTS, PACED, FAST, BARE = 20, 12, 20, 60
PACE = 4.0  # seconds from one save of an agent to the next
# Calling hours are open from coast to coast.
AFTERNOON = NOW + timedelta(hours=4)
SEQUENCES = """
SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public'
"""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LOG = "%(D)s %({x-agent}i)s %(m)s %(s)s"


def run():
    """The 95th percentile of the server's time for a cycle, cycles per second, and the ratio to the bare queries."""
    with scratch_database(), clock_at(AFTERNOON), TemporaryDirectory() as folder:
        (practice,) = make_practices(count=1, patients=PATIENTS)
        members = list(Membership.objects.filter(practice=practice).select_related("user", "practice").order_by("pk"))[:AGENTS]
        ours, floor = _in_one_process(members[0])
        desks = [_Desk(member, number) for number, member in enumerate(members)]
        log = Path(folder) / "access.log"
        with _server(log) as port:
            _all(desks, lambda desk: desk.work(port, cycles=2, pace=0))
            start = log.stat().st_size
            _all(desks, lambda desk: desk.work(port, cycles=PACED, pace=PACE))
            taken = _cycles(log, start)
            began = time.perf_counter()
            _all(desks, lambda desk: desk.work(port, cycles=FAST, pace=0))
            elapsed = time.perf_counter() - began
    if len(taken) != AGENTS * PACED:
        raise AssertionError(f"{len(taken)} cycles in the server's log instead of {AGENTS * PACED}")
    return (
        f"desk_cycle ours={ours * 1000:.1f}ms floor={floor * 1000:.1f}ms ratio={ours / floor:.2f} "
        f"(agents={AGENTS}, workers=2, server p95={quantiles(taken, n=20)[-1]:.0f}ms, median={median(taken):.0f}ms, "
        f"requests={2 * AGENTS * FAST / elapsed:.0f}/s)"
    )


class _Desk:
    """An agent's browser: one connection, one session."""

    def __init__(self, member, number):
        client = Client()
        client.force_login(member.user, backend=BACKEND)
        self.number, self.slug = number, member.practice.slug
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def work(self, port, *, cycles, pace):
        """Open the next patient, then save and go on, at times of its own."""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(pace * self.number / AGENTS)
        page = self._ask("GET", f"/p/{self.slug}/desk/call/", agent="-")
        if "outcome-form" not in page:
            self._ask("POST", f"/p/{self.slug}/desk/next/", {"csrfmiddlewaretoken": self._token(page)}, agent="-")
            page = self._ask("GET", f"/p/{self.slug}/desk/call/", agent="-")
        for _ in range(cycles):
            began = time.perf_counter()
            page = self._cycle(page)
            self.line.close()  # the server does so too while an agent talks
            time.sleep(max(0, pace - (time.perf_counter() - began)))
        self.line.close()

    def _cycle(self, page):
        address, form = _no_answer(page)
        self._ask("POST", address, form, agent=self.number)
        return self._ask("GET", f"/p/{self.slug}/desk/call/", agent=self.number)

    def _token(self, page):
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    def _ask(self, method, path, form=None, *, agent):
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "X-Agent": str(agent)}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, urlencode(form) if form else None, headers)
        answer = self.line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        body = answer.read().decode()
        if answer.status not in (200, 302):
            raise AssertionError(f"the server answered {answer.status}")
        return body


def _no_answer(page):
    """(address, fields) of the outcome form of a call page, filled in with “No answer”."""
    address = re.search(r'id="outcome-form" method="post" action="([^"]+)"', page)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page[page.index('id="outcome-form"') :]))
    number = re.search(r'name="phone_id" value="(\d+)"', page)[1]
    return address, {**hidden, "code": "NOANS", "phone_id": number, "then": "next"}


def _all(desks, work):
    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(work, desks))


def _cycles(log, start):
    """Milliseconds of the server for each cycle: those of a POST and of the page after it, agent by agent."""
    waiting, taken = {}, []
    for line in log.read_text()[start:].splitlines():
        microseconds, agent, method, _status = line.split()
        if agent == "-":
            continue
        if method == "POST":
            waiting[agent] = int(microseconds)
        elif agent in waiting:
            taken.append((waiting.pop(agent) + int(microseconds)) / 1000)
    return taken


@contextmanager
def _server(log):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [
        "callcenter.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "8",
    ]
    arguments += ["--no-control-socket", "--access-logfile", str(log), "--access-logformat", LOG, "--log-level", "warning"]
    environment = {
        **os.environ,
        "DATABASE_URL": _url("default"),
        "SECRET_KEY": settings.SECRET_KEY,
        "CLOCK_OFFSET_SECONDS": str(int((AFTERNOON - timezone.now()).total_seconds())),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", *arguments]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603 all of it is written above
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _url(alias):
    database = connections[alias].settings_dict
    user, password = quote(database["USER"]), quote(database["PASSWORD"], safe="")
    return f"postgres://{user}:{password}@{database['HOST']}:{database['PORT']}/{connections['default'].settings_dict['NAME']}"


def _wait_for(port):
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def _in_one_process(member):
    """(seconds of a cycle, seconds of its statements alone), medians over many cycles; both leave the same attempts."""
    client, ours, floor = Client(SERVER_NAME="localhost"), [], []
    client.force_login(member.user, backend=BACKEND)
    pages = f"/p/{member.practice.slug}/desk/"
    client.post(f"{pages}next/")
    for _ in range(BARE):
        page = client.get(f"{pages}call/").content.decode()
        address, form = _no_answer(page)
        sequences = _sequences()
        said = _recorded(client, pages, address, form)
        _rewind(sequences)
        floor.append(_replayed(said))
        _rewind(sequences)
        ours.append(_timed(client, pages, address, form))
    return median(ours), median(floor)


def _recorded(client, pages, address, form):
    """The statements of a cycle, which is taken back."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as said:
            _cycle(client, pages, address, form)
        transaction.set_rollback(True)
    return [query["sql"] for query in said]


def _replayed(statements):
    """Seconds of the same statements without anything around them; taken back, too. Savepoints stand for transactions."""
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for statement in statements:
            cursor.cursor.execute(statement)
            if cursor.cursor.description:
                cursor.cursor.fetchall()
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return taken


def _timed(client, pages, address, form):
    began = time.perf_counter()
    _cycle(client, pages, address, form)
    return time.perf_counter() - began


def _cycle(client, pages, address, form):
    saved = client.post(address, form)
    page = client.get(f"{pages}call/")
    if (saved.status_code, b"outcome-form" in page.content) != (302, True):
        raise AssertionError("the cycle did not open the next patient")


def _sequences():
    """Where the ids of all tables stand, so that a repeat gets the same ones."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public'"
        )
        return cursor.fetchall()


def _rewind(sequences):
    with connections["owner"].cursor() as cursor:
        cursor.executemany("SELECT setval(%s, %s, %s)", sequences)
