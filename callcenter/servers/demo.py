"""`make demo`: the servers, the demo data, then web, worker and beat in the foreground until Ctrl-C."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from . import control
from .environment import ROOT, VAR, ServerError, composed, configured
from .processes import answers, is_free, wait_until

_LOCK = VAR / "demo.lock"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STOP_SECONDS = 20  # honcho kills what has not ended after 5 s


def preflight() -> None:
    """Raises ServerError if the demo could not listen; runs before the long steps and needs no package installed."""
    with _only_one():
        port = _port()
        if not 1024 <= port <= 65535 and os.geteuid() != 0:
            raise ServerError(f"PORT must be a number from 1024 to 65535, not {port}.")
        if not is_free(port):
            raise ServerError(f"Port {port} is taken: stop what uses it, or choose another: make demo PORT={port + 1}")


def run() -> int:
    """Run the demo until a signal or until one of its processes ends; the exit code says which."""
    preflight()
    with _only_one() as lock:
        for number in _SIGNALS:
            signal.signal(number, _interrupt)
        try:
            with control.running():
                _prepare()
                return _serve(lock)
        except KeyboardInterrupt:
            print("Stopped.")
            return 0


def stop() -> None:
    """Stop a demo that runs in another terminal, or what a killed one left behind. Raises ServerError."""
    if not _LOCK.exists() or _lock_is_free():
        return
    pid = int(_LOCK.read_text(encoding="utf-8"))
    os.kill(pid, signal.SIGTERM)
    if not wait_until(_lock_is_free, seconds=_STOP_SECONDS + 10):
        raise ServerError(f"The demo (process {pid}) did not stop: end it by hand.")
    print("Demo: stopped")


def _prepare() -> None:
    print("Demo: bringing the database up to date")
    _manage("migrate", "--database", "owner", "--verbosity", "0")
    print("Demo: collecting the static files")
    _manage("collectstatic", "--no-input", "--verbosity", "0")
    print("Demo: loading the demo practices (the first time takes a minute or two)")
    if "CLOCK_OFFSET_SECONDS" not in configured():  # data, pages and tasks must agree on what time it is
        os.environ["CLOCK_OFFSET_SECONDS"] = _manage("demo_clock").strip()
    _manage("load_demo")


def _manage(*arguments: str) -> str:
    """Run a management command in a session of its own, so that Ctrl-C ends it through us, without a traceback."""
    command = [sys.executable, "manage.py", *arguments]
    capture = subprocess.PIPE if arguments[0] == "demo_clock" else None
    result = subprocess.run(command, check=False, cwd=ROOT, env=composed(), stdout=capture, text=True, start_new_session=True)
    if result.returncode:
        raise ServerError(f"`manage.py {' '.join(arguments)}` failed: see the lines above.")
    return result.stdout or ""


def _serve(lock: int) -> int:
    """Run the Procfile under honcho, which holds the lock too: a killed launcher leaves it findable."""
    port = _port()
    honcho = subprocess.Popen(
        [sys.executable, "-m", "honcho", "-e", os.devnull, "-d", str(ROOT), "start"],
        cwd=ROOT,
        env=_environment(port),
        start_new_session=True,
        pass_fds=[lock],
    )
    _LOCK.write_text(str(honcho.pid), encoding="utf-8")
    try:
        wait_until(lambda: answers(port) or honcho.poll() is not None, seconds=60)
        if honcho.poll() is None:
            print(f"\nRecall Desk is at http://127.0.0.1:{port} — Ctrl-C stops it\n", flush=True)
        code = honcho.wait()
    finally:
        if honcho.poll() is None:
            honcho.terminate()
            honcho.wait(_STOP_SECONDS)
    if code in {-signal.SIGTERM, 128 + signal.SIGTERM}:
        raise KeyboardInterrupt
    raise ServerError("One of web, worker and beat ended, so the others were stopped: see the lines above.")


def _environment(port: int) -> dict[str, str]:
    """What the Procfile runs with. Honcho gives each process a PORT of its own, so mails of the worker need the address told."""
    return {"SITE_URL": f"http://127.0.0.1:{port}"} | composed() | {"PORT": str(port), "PYTHON": sys.executable}


def _port() -> int:
    text = configured().get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ServerError(f"PORT must be a number from 1024 to 65535, not {text}.")
    return int(text)


def _interrupt(_number: int, _frame: object) -> None:
    for number in _SIGNALS:  # stopping takes a few seconds; a second Ctrl-C must not leave servers behind
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def _only_one() -> Iterator[int]:
    VAR.mkdir(exist_ok=True)
    with _LOCK.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerError("The demo of this checkout runs already: use it, or stop it with `make stop`.") from None
        _LOCK.write_text(str(os.getpid()), encoding="utf-8")
        yield lock.fileno()


def _lock_is_free() -> bool:
    with _LOCK.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
