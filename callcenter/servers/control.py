"""Starting, stopping and describing both servers of this checkout."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from . import account as accounts
from . import postgresql, redis_server
from .account import Account
from .environment import (
    LOCAL_ENV,
    STATE,
    VAR,
    ServerError,
    configured,
    database_source,
    read_env_file,
    read_state,
    write_local_env,
    write_state,
)

DATABASE = "recall_desk"
_KEEP = VAR / "servers.keep"
_SECRETS = ("postgres_password", "redis_password", "secret_key", "recall_owner", "recall_app", "recall_backup")
_PROVISIONED = 1  # raise it when roles.py grants something else, so that existing clusters get it too


def up() -> None:
    """Start what is not running, make roles and database, write `var/local.env`. Raises ServerError."""
    with _locked():
        _start()
        _KEEP.touch()


def down() -> None:
    """Stop the servers this checkout started."""
    with _locked():
        if not _stop():
            print("The servers of this checkout are not running.")


def reset() -> None:
    """Stop the servers and delete their data, logs and passwords."""
    with _locked():
        _stop()
        _delete()


@contextmanager
def running() -> Iterator[None]:
    """Servers for the length of a block.

    Whoever leaves last stops them, unless `up` asked for them to stay.
    """
    _make_var()
    with (VAR / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _locked():
                _start()
            yield
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still works with them
            if not _KEEP.exists():
                with _locked():
                    _stop()


def provision() -> None:
    """Make the roles of the three database URLs, with the passwords they hold, on the server of DATABASE_ADMIN_URL.

    For a server that this package does not start, such as the one of docker-compose.yml. Raises ServerError.
    """
    from . import roles

    theirs, passwords = configured(), {}
    for name, role in (
        ("DATABASE_URL", roles.APP),
        ("DATABASE_OWNER_URL", roles.OWNER),
        ("DATABASE_BACKUP_URL", roles.BACKUP),
    ):
        passwords[role] = roles.password_of(theirs.get(name, ""), name=name, role=role)
    connection = roles.connect(theirs.get("DATABASE_ADMIN_URL", ""), name="DATABASE_ADMIN_URL")
    roles.provision_roles(connection, passwords)
    roles.provision_database(connection)
    connection.close()
    print(f"PostgreSQL: made the roles {', '.join(passwords)}")


def status() -> list[str]:
    """One line about each server."""
    theirs, state = configured(), read_state()
    data = postgresql.data_folder(accounts.current()) if VAR.exists() else VAR
    lines = []
    if "DATABASE_URL" in theirs:
        lines.append("PostgreSQL: your own (DATABASE_URL)")
    elif postgresql.running_pid(data):
        lines.append(f"PostgreSQL: runs on 127.0.0.1:{state['postgres_port']}, data in {data}")
    else:
        lines.append("PostgreSQL: stopped")
    if "REDIS_URL" in theirs:
        lines.append("Redis: your own (REDIS_URL)")
    elif redis_server.answers(state):
        lines.append(f"Redis: runs on 127.0.0.1:{state['redis_port']}")
    else:
        lines.append("Redis: stopped")
    return lines


def _start() -> None:
    theirs, state, account = configured(), read_state(), accounts.current()
    before = dict(state)
    if not state and (postgresql.data_folder(account) / "PG_VERSION").exists():
        raise ServerError(f"{STATE} is gone, and with it the passwords of the data: bring it back, or `make reset`.")
    for name in _SECRETS:
        state.setdefault(name, secrets.token_urlsafe(24 if name != "secret_key" else 48))
    write_state(state)  # before the cluster is made with these passwords
    values = {"SECRET_KEY": state["secret_key"]}
    if "REDIS_URL" in theirs:
        redis_server.check(theirs["REDIS_URL"])
    if "DATABASE_URL" in theirs:
        values |= _use_own_database(theirs, state)
    elif "DATABASE_OWNER_URL" in theirs:
        raise ServerError("DATABASE_OWNER_URL is set but DATABASE_URL is not: set both or neither.")
    else:
        values |= _use_embedded_database(state, account)
    if "REDIS_URL" not in theirs:
        redis_server.ensure_running(state, account)
        values["REDIS_URL"] = redis_server.url(state)
    if state != before:
        write_state(state)
    write_local_env(values, source=database_source(theirs))


def _use_embedded_database(state: dict, account: Account) -> dict[str, str]:
    postgresql.ensure_running(state, account)
    if state.get("provisioned") != _PROVISIONED:
        from . import roles  # needs psycopg2

        for database in ("postgres", DATABASE):
            address = postgresql.url(state, postgresql.SUPERUSER, state["postgres_password"], database)
            connection = roles.connect(address, name="var/")
            if database == DATABASE:
                roles.provision_database(connection)
            else:
                roles.provision_roles(connection, state)
                roles.create_database(connection, DATABASE)
            connection.close()
        state["provisioned"] = _PROVISIONED
        print(f"PostgreSQL: made the database {DATABASE} and its roles")
    return {
        "DATABASE_URL": postgresql.url(state, "recall_app", state["recall_app"], DATABASE),
        "DATABASE_OWNER_URL": postgresql.url(state, "recall_owner", state["recall_owner"], DATABASE),
        "DATABASE_BACKUP_URL": postgresql.url(state, "recall_backup", state["recall_backup"], DATABASE),
    }


def _use_own_database(theirs: dict[str, str], state: dict) -> dict[str, str]:
    """Check the operator's URLs, or derive bound ones from an administrator's DATABASE_URL."""
    from . import roles

    if "DATABASE_OWNER_URL" in theirs:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            roles.connect(theirs[name], name=name).close()
        return {}
    address = theirs["DATABASE_URL"]
    connection = roles.connect(address, name="DATABASE_URL")
    if not roles.rights(connection).administers:
        raise ServerError(
            "DATABASE_URL names an ordinary role: set DATABASE_OWNER_URL too, the role that migrates, "
            "or name an administrator and both roles are made (.env.example)."
        )
    derived = {
        "DATABASE_URL": roles.with_role(address, roles.APP, state[roles.APP]),
        "DATABASE_OWNER_URL": roles.with_role(address, roles.OWNER, state[roles.OWNER]),
        "DATABASE_BACKUP_URL": roles.with_role(address, roles.BACKUP, state[roles.BACKUP]),
    }
    if not roles.is_provisioned(connection, derived["DATABASE_URL"], derived["DATABASE_OWNER_URL"]):
        roles.provision_roles(connection, state)
        roles.provision_database(connection)
        print(f"PostgreSQL: made the roles {roles.OWNER} and {roles.APP} on the server of DATABASE_URL")
    connection.close()
    return derived


def _stop() -> bool:
    _KEEP.unlink(missing_ok=True)
    stopped = [redis_server.stop(read_state()), postgresql.stop(accounts.current())]
    return any(stopped)


def _delete() -> None:
    home = accounts.home(accounts.current())
    for place in {home, VAR}:
        for entry in place.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.suffix != ".lock":  # a lock file is in use, by this very command
                entry.unlink()
    if home != VAR:
        home.rmdir()
    print(f"Deleted the data in {home}")


def _make_var() -> None:
    VAR.mkdir(exist_ok=True)
    if not os.access(VAR, os.W_OK):
        raise ServerError(f"{VAR} belongs to another user: run as that user, or delete the folder.")


@contextmanager
def _locked() -> Iterator[None]:
    """One start or stop at a time."""
    _make_var()
    with (VAR / "servers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def env_lines() -> list[str]:
    """The generated settings as KEY=VALUE lines."""
    return [f"{key}={value}" for key, value in read_env_file(LOCAL_ENV).items()]
