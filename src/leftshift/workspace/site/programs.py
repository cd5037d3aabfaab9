"""The programs that come with PostgreSQL, run with words for a person who waits."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from leftshift.workspace.site.backup_file import BackupRefused
from leftshift.workspace.site.embedded import Say, packaged_server

_PATIENCE = 2.0  # seconds without a word
_VARIABLES = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}


def run_program(name: str, arguments: Sequence[str], *, conninfo: str = "", say: Say, words: str) -> None:
    """Run one of PostgreSQL's programs; raises BackupRefused with what it said when it fails.

    ``conninfo`` goes by the environment, for the arguments of a program can be read by everybody.
    """
    command = [str(packaged_server() / "bin" / name), *arguments]
    started = told = time.monotonic()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(conninfo),
    ) as process:
        said = b""
        while True:
            try:
                said = process.communicate(timeout=0.2)[1]
                break
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                if now - told > _PATIENCE:
                    say(f"{words} … {now - started:.0f} seconds so far")
                    told = now
    if process.returncode:
        tail = said.decode("utf-8", "replace").strip()[-800:]
        raise BackupRefused(f"{name} could not do it. It said:\n{tail}")


def _environment(conninfo: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given: Mapping[str, object] = conninfo_to_dict(conninfo)
    names = {name: _VARIABLES.get(name, "PG" + name.upper().replace("_", "")) for name in given}
    return plain | {names[name]: str(value) for name, value in given.items() if value is not None}


def server_script(dump: Path, script: Path, *, rights: bool, say: Say) -> None:
    """Turn a dump into SQL in a file, without owners; without the rights of roles either, where they are not there."""
    arguments = ["--no-owner", *([] if rights else ["--no-acl"]), f"--file={script}", str(dump)]
    run_program("pg_restore", arguments, say=say, words="Unpacking the database")
