"""Which system account runs the servers, and where their files can live.

PostgreSQL refuses to run as root, so root hands both servers to a system account. A plain user runs them itself.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .environment import ROOT, VAR, ServerError

SYSTEM_ACCOUNT = "recall-desk"
_ELSEWHERE = Path("/var/lib/recall-desk") / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Account:
    """The account the servers run under; `uid` is None for "whoever runs this"."""

    uid: int | None = None
    gid: int | None = None

    def spawn_options(self) -> dict:
        """Keyword arguments for subprocess: the account, a neutral folder, and none of the caller's PG* variables."""
        options = {
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        }
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def own(self, path: Path) -> None:
        """Give a fresh file or folder to the account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid)

    def can_run(self, path: Path) -> bool:
        """Can the account enter this folder, or execute this file?"""
        command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(command, check=False, **self.spawn_options()).returncode == 0


def current() -> Account:
    """The account for the servers of this checkout. Raises ServerError if root cannot make one."""
    if os.geteuid() != 0:
        return Account()
    for place in (VAR, _ELSEWHERE):
        data = place / "postgres"
        if data.exists() and (owner := data.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        print(f"Making the system account {SYSTEM_ACCOUNT}: PostgreSQL does not run as root.")
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        try:
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerError(
                f"PostgreSQL does not run as root, and the account {SYSTEM_ACCOUNT} could not be made: "
                f"run as a plain user, or add the account with `useradd --system {SYSTEM_ACCOUNT}`."
            ) from error
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def home(account: Account) -> Path:
    """The folder of the servers' data: `var/`, or a folder of /var/lib if the account cannot reach the checkout.

    A checkout below a private folder such as /root is never opened up for the account.
    """
    if account.can_run(VAR):
        return VAR
    _ELSEWHERE.mkdir(parents=True, exist_ok=True)
    return _ELSEWHERE


def private_folder(path: Path, account: Account) -> Path:
    """Make a folder that only the account can enter."""
    if not path.exists():
        path.mkdir(mode=0o700)
        account.own(path)
    return path


def reachable(program: Path, folders: list[Path], *, account: Account, version: str) -> Path:
    """The program itself, or a copy beside the data if the account cannot execute it where it is installed.

    `folders` are the folders the program needs, `version` tells when the copy is out of date. All of them keep
    their place relative to each other.
    """
    if account.can_run(program):
        return program
    base = Path(os.path.commonpath([program, *(folder.parent for folder in folders)]))
    copies = home(account) / "programs" / version
    if not copies.exists():
        fresh = copies.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in folders:
            shutil.copytree(folder, fresh / folder.relative_to(base), symlinks=True)
        fresh.rename(copies)
    return copies / program.relative_to(base)
