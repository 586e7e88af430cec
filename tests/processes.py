"""Real processes for tests that need them: a Celery worker, beat and the web server, on the test database.

They talk through a Redis database of their own, so that a running demo neither takes nor gives them work.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connections

FIRST_TEST_DATABASE = 9  # of the sixteen that Redis has


def broker_url():
    """The test broker: the configured Redis, another database number, one for each parallel run of tests."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urlsplit(settings.CELERY_BROKER_URL)._replace(path=f"/{FIRST_TEST_DATABASE + worker}").geturl()


def environment(**extra):
    """The environment of a process that works on the test database."""
    return {
        **os.environ,
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "REDIS_URL": broker_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


def database_url(alias):
    """The URL of an alias as the test sees it, under the test database's name."""
    database = connections[alias].settings_dict
    name = connections["default"].settings_dict["NAME"]
    user, password = quote(database["USER"]), quote(database["PASSWORD"], safe="")
    return f"postgres://{user}:{password}@{database['HOST']}:{database['PORT']}/{name}"


@contextmanager
def running(*arguments, log, **extra):
    """Run a Python module, as in running("celery", "-A", …), until the block ends. Its output goes to the file `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=settings.BASE_DIR,
            env=environment(**extra),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def eventually(check, *, seconds=60, what="the condition"):
    """Wait until `check()` is true and return its value; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = check()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come about within {seconds} s")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(url):
    """Whether a web server answers there at all."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (an address of this machine, made by the test)
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
