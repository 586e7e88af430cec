"""The embedded servers, run the way make runs them, in a checkout of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from callcenter.servers import demo, environment, postgresql

OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL", "SECRET_KEY", "PORT"}
SHOW_URLS = "import os; print(os.environ['DATABASE_URL'], os.environ['DATABASE_OWNER_URL'])"


class Checkout:
    """A copy of the servers package in a folder of its own, which is all that `python -m callcenter.servers` needs."""

    def __init__(self, root: Path):
        self.root = root
        package = root / "callcenter"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        shutil.copytree(environment.ROOT / "callcenter" / "servers", package / "servers")

    def try_run(self, *arguments, **variables):
        clean = {key: value for key, value in os.environ.items() if key not in OURS}
        command = [sys.executable, "-m", "callcenter.servers", *arguments]
        # Files, not pipes: a server that inherited a pipe would keep this call waiting.
        with (self.root / "out").open("w+") as out, (self.root / "err").open("w+") as err:
            result = subprocess.run(command, cwd=self.root, env=clean | variables, stdout=out, stderr=err, check=False)
        return result.returncode, (self.root / "out").read_text(), (self.root / "err").read_text()

    def run(self, *arguments, **variables):
        code, out, err = self.try_run(*arguments, **variables)
        assert (code, err) == (0, "")
        return out

    @property
    def env(self):
        return environment.read_env_file(self.root / "var" / "local.env")

    @property
    def state(self):
        return json.loads((self.root / "var" / "state.json").read_text())

    @property
    def data(self):
        for line in self.run("status").splitlines():
            if line.startswith("PostgreSQL: runs"):
                return Path(line.partition("data in ")[2])
        raise AssertionError("PostgreSQL does not run")

    @property
    def administrator_url(self):
        state = self.state
        return f"postgres://postgres:{state['postgres_password']}@127.0.0.1:{state['postgres_port']}/recall_desk"


@pytest.fixture
def make_checkout(tmp_path):
    made = []

    def make(name="a checkout"):
        made.append(Checkout(tmp_path / name))
        return made[-1]

    yield make
    for checkout in reversed(made):
        checkout.run("reset")


@pytest.fixture
def checkout(make_checkout):
    """Servers that a test may stop, kill and change."""
    checkout = make_checkout()
    checkout.run("up")
    return checkout


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """Servers that tests only look at: making a cluster takes a second."""
    checkout = Checkout(tmp_path_factory.mktemp("steady") / "a checkout")
    checkout.run("up")
    yield checkout
    checkout.run("reset")


def query(url, text, *values):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(text, values)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def test_a_second_up_reuses_the_servers_and_a_restart_keeps_address_and_data(checkout):
    before = checkout.env
    query(before["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 7 AS answer")
    assert "started" not in checkout.run("up")
    checkout.run("down")
    assert checkout.run("status") == "PostgreSQL: stopped\nRedis: stopped\n"
    checkout.run("up")
    assert checkout.env == before
    assert query(before["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(7,)]


def test_secrets_are_readable_by_their_owner_alone(steady):
    modes = {name: (steady.root / "var" / name).stat().st_mode & 0o777 for name in ("local.env", "state.json")}
    assert modes == {"local.env": 0o600, "state.json": 0o600}


def test_servers_come_back_after_kill_9(checkout):
    query(checkout.env["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 7 AS answer")
    broker = redis.Redis.from_url(checkout.env["REDIS_URL"])
    broker.rpush("celery", "job")
    kill(postgresql.running_pid(checkout.data))
    kill(broker.info()["process_id"])
    checkout.run("up")
    assert query(checkout.env["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(7,)]
    assert redis.Redis.from_url(checkout.env["REDIS_URL"]).lrange("celery", 0, -1) == [b"job"]


def test_a_lock_file_whose_pid_now_belongs_to_another_program_is_cleared(checkout):
    pid_file = checkout.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    checkout.run("down")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert checkout.run("status").startswith("PostgreSQL: stopped")
    assert "PostgreSQL: started" in checkout.run("up")


def test_a_port_taken_meanwhile_is_replaced(checkout):
    taken = checkout.state["postgres_port"]
    checkout.run("down")
    with socket.create_server(("127.0.0.1", taken)):
        checkout.run("up")
        assert checkout.state["postgres_port"] != taken
        assert query(checkout.env["DATABASE_URL"], "SELECT current_user") == [("recall_app",)]


def test_roles_have_exactly_the_rights_the_wall_needs(steady):
    rights = """
        SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
               has_database_privilege(rolname, current_database(), 'CREATE'),
               has_database_privilege(rolname, current_database(), 'TEMPORARY'),
               has_schema_privilege(rolname, 'public', 'CREATE'),
               pg_has_role(rolname, 'pg_read_all_data', 'MEMBER')
        FROM pg_roles WHERE rolname LIKE 'recall%%' ORDER BY rolname"""
    assert query(steady.env["DATABASE_URL"], rights) == [
        ("recall_app", False, False, False, False, False, False, False, False),
        ("recall_backup", False, True, False, False, False, False, False, True),
        ("recall_owner", False, False, False, True, True, True, True, False),
    ]
    assert query(steady.env["DATABASE_URL"], "SELECT pg_has_role('recall_app', 'recall_owner', 'MEMBER')") == [(False,)]


def test_nobody_connects_without_the_password(steady):
    port = steady.state["postgres_port"]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"postgres://recall_app:wrong@127.0.0.1:{port}/recall_desk")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=steady.state["redis_port"]).ping()


def test_redis_neither_evicts_nor_forgets_queued_jobs(steady):
    settings = redis.Redis.from_url(steady.env["REDIS_URL"]).config_get()
    assert (settings["maxmemory-policy"], settings["appendonly"]) == ("noeviction", "yes")


def test_an_error_leaves_no_row_values_in_the_servers_log(steady):
    query(steady.env["DATABASE_OWNER_URL"], "CREATE TABLE patient (name text UNIQUE, visits int)")
    query(steady.env["DATABASE_OWNER_URL"], "INSERT INTO patient VALUES ('Canary Zimmerman', 1)")
    with pytest.raises(psycopg2.IntegrityError, match="Canary Zimmerman"):
        query(steady.env["DATABASE_OWNER_URL"], "INSERT INTO patient VALUES (%s, 2)", "Canary Zimmerman")
    log = (steady.root / "var" / "log" / "postgresql.log").read_text()
    assert "duplicate key value" in log
    assert "Canary" not in log


def test_run_stops_what_it_started_and_leaves_what_was_kept_up(make_checkout):
    checkout = make_checkout()
    script = "import os, psycopg2; psycopg2.connect(os.environ['DATABASE_URL']); print('connected'); raise SystemExit(3)"
    code, out, _err = checkout.try_run("run", "--", sys.executable, "-c", script)
    assert (code, out.splitlines()[-1]) == (3, "PostgreSQL: stopped")
    assert "connected" in out.splitlines()
    checkout.run("up")
    checkout.run("run", "--", "true")
    assert "stopped" not in checkout.run("status")


def test_run_leaves_the_servers_to_another_run_that_still_needs_them(make_checkout):
    checkout = make_checkout()
    nested = [sys.executable, "-m", "callcenter.servers", "run", "--", "true"]
    out = checkout.run("run", "--", sys.executable, "-c", f"import subprocess; subprocess.run({nested}, check=True)")
    assert out.splitlines().count("PostgreSQL: stopped") == 1


def test_an_administrators_url_makes_the_roles_there_and_is_never_used_at_run_time(checkout, make_checkout):
    theirs = make_checkout("theirs")
    urls = {"DATABASE_URL": checkout.administrator_url, "REDIS_URL": checkout.env["REDIS_URL"]}
    theirs.run("up", **urls)
    app, owner = theirs.run("run", "--", sys.executable, "-c", SHOW_URLS, **urls).split()
    assert query(app, "SELECT current_user, current_database()") == [("recall_app", "recall_desk")]
    assert query(owner, "SELECT current_user, current_database()") == [("recall_owner", "recall_desk")]
    assert theirs.run("status", **urls) == "PostgreSQL: your own (DATABASE_URL)\nRedis: your own (REDIS_URL)\n"
    assert not (theirs.root / "var" / "postgres").exists()


def test_provision_makes_the_roles_with_the_passwords_of_the_urls(checkout, make_checkout):
    port = checkout.state["postgres_port"]
    roles = {"DATABASE_URL": "recall_app", "DATABASE_OWNER_URL": "recall_owner", "DATABASE_BACKUP_URL": "recall_backup"}
    urls = {key: f"postgres://{role}:chosen%2Bone@127.0.0.1:{port}/recall_desk" for key, role in roles.items()}
    make_checkout("theirs").run("provision", **urls, DATABASE_ADMIN_URL=checkout.administrator_url)
    assert {key: query(url, "SELECT current_user")[0][0] for key, url in urls.items()} == roles


def test_both_urls_are_used_as_they_are(steady, make_checkout):
    theirs = make_checkout("theirs")
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    (theirs.root / ".env").write_text("".join(f'{name}="{steady.env[name]}"\n' for name in names))
    out = theirs.run("run", "--", sys.executable, "-c", SHOW_URLS)
    assert out.splitlines()[0].split() == [steady.env["DATABASE_URL"], steady.env["DATABASE_OWNER_URL"]]


def test_an_ordinary_role_alone_is_refused_with_the_mend(steady, make_checkout):
    code, _out, err = make_checkout("theirs").try_run("up", DATABASE_URL=steady.env["DATABASE_URL"])
    assert code == 1
    assert err == (
        "DATABASE_URL names an ordinary role: set DATABASE_OWNER_URL too, the role that migrates, "
        "or name an administrator and both roles are made (.env.example).\n"
    )


@pytest.mark.parametrize(
    "urls",
    [
        {"DATABASE_URL": "postgres://me:hushhush@127.0.0.1:1/db"},
        {"DATABASE_URL": "mysql://me:hushhush@127.0.0.1/db"},
        {"DATABASE_OWNER_URL": "postgres://me:hushhush@127.0.0.1/db"},
    ],
)
def test_a_url_that_cannot_work_is_one_line_without_the_password(make_checkout, urls):
    code, _out, err = make_checkout().try_run("up", **urls)
    assert (code, err.count("\n")) == (1, 1)
    assert err.split()[0] in {"The", "DATABASE_URL", "DATABASE_OWNER_URL"}
    assert "hushhush" not in err


def test_generated_urls_give_way_as_soon_as_the_operator_names_others(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "LOCAL_ENV", tmp_path / "local.env")
    for key in OURS:
        monkeypatch.delenv(key, raising=False)
    environment.write_local_env({"DATABASE_URL": "generated"}, source=environment.database_source({}))
    assert environment.composed()["DATABASE_URL"] == "generated"
    (tmp_path / ".env").write_text("DATABASE_URL=from-file # theirs\n")
    assert environment.composed()["DATABASE_URL"] == "from-file"
    monkeypatch.setenv("DATABASE_URL", "from-environment")
    assert environment.composed()["DATABASE_URL"] == "from-environment"


def test_lost_passwords_are_told_apart_from_a_fresh_start(checkout):
    state = checkout.root / "var" / "state.json"
    kept = state.read_text()
    state.unlink()
    code, _out, err = checkout.try_run("up")
    state.write_text(kept)
    assert (code, err) == (
        1,
        f"{state} is gone, and with it the passwords of the data: bring it back, or `make reset`.\n",
    )


def test_preflight_names_a_taken_port_and_a_demo_that_runs_already(make_checkout):
    checkout = make_checkout()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _out, err = checkout.try_run("preflight", PORT=str(port))
        assert (code, err.startswith(f"Port {port} is taken: ")) == (1, True)
    checkout.run("preflight", PORT=str(port))
    assert checkout.try_run("preflight", PORT="eighty")[2] == "PORT must be a number from 1024 to 65535, not eighty.\n"


def test_mails_of_the_demo_lead_to_the_port_of_its_web_server(monkeypatch):
    """Honcho gives the worker, which mails, another PORT than the web server."""
    monkeypatch.delenv("SITE_URL", raising=False)
    assert demo._environment(8123)["SITE_URL"] == "http://127.0.0.1:8123"
    monkeypatch.setenv("SITE_URL", "https://recall.example.com")
    assert demo._environment(8123)["SITE_URL"] == "https://recall.example.com"
