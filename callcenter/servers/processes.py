"""Background processes and their ports."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .account import Account
from .environment import VAR, ServerError

LOGS = VAR / "log"
_START_SECONDS = 120  # long enough for PostgreSQL to recover after a crash


def is_free(port: int) -> bool:
    """Can a server listen on this port of the loopback address?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Does anything accept connections on this port of the loopback address?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def keep_or_choose_port(kept: int | None) -> int:
    """The port of the last start if it is still free, else a free one."""
    if kept and is_free(kept):
        return kept
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command: list[str], *, name: str, account: Account, ready: Callable[[], bool]) -> None:
    """Start a server that outlives this process and wait until it is ready.

    It gets its own session, so that Ctrl-C in this terminal does not reach it, and no pipe of ours, because a
    pipe it keeps open would make whoever reads it wait forever. Raises ServerError with the log's last line.
    """
    LOGS.mkdir(exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, **account.spawn_options()
        )
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise ServerError(f"{name} did not start: {last_line(log)} (more in {log})")
        if time.monotonic() > deadline:
            process.terminate()
            raise ServerError(f"{name} was not ready after {_START_SECONDS} s: see {log}")
        time.sleep(0.05)
    process.returncode = 0  # it is meant to live on: keeps Popen from warning about it


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll until the condition holds; False if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def last_line(log: Path) -> str:
    """The line of a log that most likely says what went wrong."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (fatal or lines or ["the log is empty"])[-1].strip()
