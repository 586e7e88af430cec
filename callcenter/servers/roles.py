"""The database roles: an owner that migrates, an app role that row-level security binds, and a backup role.

Used on the embedded cluster and on a server of the operator's own when DATABASE_URL names its administrator.
"""

from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import encrypt_password

from .environment import ServerError
from .postgresql import PRIVATE_LOG

OWNER, APP, BACKUP = "recall_owner", "recall_app", "recall_backup"

_ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB",
}


class Rights(NamedTuple):
    """What the role of a URL may do."""

    superuser: bool
    creates_roles: bool

    @property
    def administers(self) -> bool:
        """Can it make the roles?"""
        return self.superuser or self.creates_roles


def connect(url: str, *, name: str) -> Connection:
    """Connect in autocommit mode. Raises ServerError that calls the URL by `name` and shows no password."""
    scheme, rest = url.split("://", 1) if "://" in url else ("", url)
    if scheme not in {"postgres", "postgresql", "psql", "pgsql"}:
        raise ServerError(f"{name} is not a PostgreSQL address: it must look like postgres://user:password@host/db")
    try:
        connection = psycopg2.connect(f"postgresql://{rest}", connect_timeout=10)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise ServerError(f"The PostgreSQL of {name} cannot be used: {reason}") from None
    except psycopg2.ProgrammingError:
        raise ServerError(f"{name} cannot be read: percent-encode special characters of the password.") from None
    connection.autocommit = True
    return connection


def rights(connection: Connection) -> Rights:
    """What the connected role may do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        return Rights(*cursor.fetchone())


def create_database(connection: Connection, name: str) -> None:
    """Make the database for the owner role unless it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))


def provision_roles(connection: Connection, passwords: dict[str, str]) -> None:
    """Make the three roles, or give the existing ones these passwords and attributes. Raises ServerError."""
    superuser = rights(connection).superuser
    for role, attributes in _ATTRIBUTES.items():
        try:
            _provision_role(connection, role, attributes, passwords[role], superuser=superuser)
        except errors.InsufficientPrivilege:
            if role != BACKUP:
                raise ServerError(
                    f"The role of DATABASE_URL may not make or change the role {role}: name a superuser, "
                    "or make the roles by hand and set DATABASE_OWNER_URL too (docs/operators.md)."
                ) from None
            print(f"PostgreSQL: only a superuser can make the role {BACKUP}; backups need it (docs/operators.md).")


def _provision_role(connection: Connection, role: str, attributes: str, password: str, *, superuser: bool) -> None:
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        # The password is hashed here, so that the clear text never reaches a log of the server.
        verifier = encrypt_password(password, role, scope=connection, algorithm="scram-sha-256")
        if not superuser:  # naming an attribute one does not hold is an error, even to deny it
            attributes = attributes.replace("NOSUPERUSER ", "").replace("NOBYPASSRLS ", "")
        cursor.execute(
            sql.SQL("{} ROLE {} {} PASSWORD {}").format(sql.SQL(verb), name, sql.SQL(attributes), sql.Literal(verifier))
        )
        if role == BACKUP:
            cursor.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(name))
        defaults = {"idle_in_transaction_session_timeout": "60s"} if role != BACKUP else {}
        for key, value in (defaults | (PRIVATE_LOG if superuser else {})).items():
            cursor.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(key), sql.Literal(value)))


def is_provisioned(connection: Connection, *role_urls: str) -> bool:
    """Does the owner role own the connected database, and do the roles' URLs sign in?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        if cursor.fetchone() != (OWNER,):
            return False
    try:
        for url in role_urls:
            connect(url, name="var/local.env").close()
    except ServerError:
        return False
    return True


def provision_database(connection: Connection) -> None:
    """Hand the connected database and its public schema to the owner role; the app role may only connect."""
    database = sql.Identifier(connection.info.dbname)
    owner, app, backup = (sql.Identifier(role) for role in (OWNER, APP, BACKUP))
    with connection.cursor() as cursor:
        try:
            cursor.execute("BEGIN")
            if not rights(connection).superuser:  # handing over needs membership in the new owner
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
            cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
            cursor.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
            cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            cursor.execute(sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [BACKUP])
            users = [app, backup] if cursor.fetchone() else [app]
            for user in users:
                cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, user))
                cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(user))
            cursor.execute("COMMIT")
        except errors.InsufficientPrivilege as error:
            raise ServerError(
                f"The role of DATABASE_URL cannot hand the database to {OWNER} ({error.diag.message_primary}): "
                "name the owner of the database or a superuser (docs/operators.md)."
            ) from None


def with_role(url: str, role: str, password: str) -> str:
    """The same server, database and options, signed in as another role."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{host}"))


def password_of(url: str, *, name: str, role: str) -> str:
    """The password in a URL that must name this role. Raises ServerError."""
    parts = urlsplit(url)
    if parts.username != role or not parts.password:
        raise ServerError(f"{name} must name the role {role} and its password.")
    return unquote(parts.password)
