"""Where settings come from: the environment, then `.env`, then what the servers package generated in `var/`."""

import hashlib
import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
LOCAL_ENV = VAR / "local.env"
STATE = VAR / "state.json"

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
_DATABASE_KEYS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")
_SOURCE_KEY = "DATABASE_SOURCE"


class ServerError(Exception):
    """Something the reader of the message can mend; the text is one line and holds no password."""


def read_env_file(path: Path) -> dict[str, str]:
    """The KEY=VALUE lines of a file; a value may stand in single or double quotes. A missing file is empty."""
    values = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _LINE.match(line):
                key, value = match.groups()
                quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
                values[key] = value[1:-1] if quoted else re.split(r"\s+#", value)[0]
    return values


def configured() -> dict[str, str]:
    """What the operator set, by environment variable or in `.env`. An empty value counts as not set."""
    values = read_env_file(ROOT / ".env") | os.environ
    return {key: value for key, value in values.items() if value}


def composed() -> dict[str, str]:
    """The whole environment for the app's processes.

    The generated database URLs stand for the very DATABASE_URL they were made from, so they give way as soon
    as the operator points somewhere else, and they win over an administrator's URL they were derived from.
    """
    theirs, ours = configured(), read_env_file(LOCAL_ENV)
    source = ours.pop(_SOURCE_KEY, None)
    databases = {key: ours.pop(key) for key in _DATABASE_KEYS if key in ours}
    if source == database_source(theirs):
        theirs = theirs | databases
    return ours | theirs


def load() -> None:
    """Put the composed environment into `os.environ`; settings call this first."""
    os.environ.update(composed())


def database_source(values: dict[str, str]) -> str:
    """A fingerprint of the operator's database URLs, to tell which ones the generated URLs were made from."""
    pair = "\n".join(values.get(key, "") for key in _DATABASE_KEYS[:2])
    return hashlib.sha256(pair.encode()).hexdigest()[:16]


def write_local_env(values: dict[str, str], *, source: str) -> None:
    """Write `var/local.env`, readable by its owner alone."""
    lines = [
        "# Written by `python -m callcenter.servers up`; changes are overwritten. Your own settings go to .env",
        f"{_SOURCE_KEY}={source}",
        *(f"{key}={value}" for key, value in values.items()),
    ]
    write_private(LOCAL_ENV, "\n".join(lines) + "\n")


def read_state() -> dict:
    """Ports and generated secrets of this checkout."""
    return json.loads(STATE.read_text(encoding="utf-8")) if STATE.exists() else {}


def write_state(state: dict) -> None:
    """Keep ports and generated secrets for the next start."""
    write_private(STATE, json.dumps(state, indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step with mode 0600; root leaves it to whoever owns the folder."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(fresh, folder.st_uid, folder.st_gid)
    fresh.replace(path)
