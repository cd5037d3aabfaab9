"""``leftshift backup``: one file with everything that the workspace keeps, taken while it runs or while it does not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

import leftshift
from leftshift.workspace.site.backup_file import BackupRefused, Manifest, private_folder, write_backup
from leftshift.workspace.site.contents import ASIDE, contents_of
from leftshift.workspace.site.embedded import RECOVERY_SECONDS, ROLES, EmbeddedPostgres, Say, StateInUse
from leftshift.workspace.site.programs import run_program
from leftshift.workspace.site.swapping import swap_is_planned

OWN_SERVER, OWN_SERVER_AS_OWNER, KEY = (
    "LEFTSHIFT_DATABASE_URL",
    "LEFTSHIFT_OWNER_DATABASE_URL",
    "LEFTSHIFT_KEY",
)


def back_up(file: Path, *, state: Path, at: datetime, say: Say) -> Manifest:
    """Write a backup of the workspace into a new file; gives what it holds.

    Of a server of one's own when the environment names one, else of the database in the state folder. Raises
    BackupRefused, and then there is no file; DatabaseFailed when the database does not start.
    """
    if file.exists():
        raise BackupRefused(f"{file} is already there: name another file")
    with _source(state, say) as (conninfo, secrets), private_folder(file.absolute().parent) as scratch:
        dump = scratch / "database.dump"
        say("Copying the database …")
        manifest = _dump(conninfo, dump, at=at, say=say)
        say("Writing the file …")
        write_backup(file, dump=dump, secrets=secrets, manifest=manifest)
    return manifest


@contextmanager
def _source(state: Path, say: Say) -> Iterator[tuple[str, Mapping[str, str]]]:
    """How to connect to what is to be backed up, and the secrets that belong to it."""
    if own := os.environ.get(OWN_SERVER):
        key = os.environ.get(KEY)
        yield os.environ.get(OWN_SERVER_AS_OWNER, own), {"key": key} if key else {}
        return
    database = EmbeddedPostgres(state, say=say)
    if not (database.data / "PG_VERSION").exists() and not swap_is_planned(state):
        raise BackupRefused(f"there is no database in {state}: say where it is with --state")
    try:
        database.acquire()
    except StateInUse:
        yield _once_it_answers(database), _secrets(database)
        return
    try:
        say("Starting the database …")
        database.start()
        yield database.conninfo(ROLES[0]), _secrets(database)
    finally:
        database.stop()
        database.release()


def _once_it_answers(database: EmbeddedPostgres) -> str:
    """The connection to a database that another process serves, which may still be starting it."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            conninfo = database.conninfo(ROLES[0])
            psycopg.connect(conninfo, connect_timeout=5).close()
        except (psycopg.OperationalError, OSError) as problem:
            if time.monotonic() > deadline:
                raise BackupRefused(f"the database does not answer. It said:\n{problem}") from problem
            time.sleep(0.2)
        else:
            return conninfo


def _secrets(database: EmbeddedPostgres) -> dict[str, str]:
    """What is needed to read the data elsewhere; the passwords of roles are made anew there."""
    return {name: value for name, value in database.secrets().items() if name not in ROLES}


def _dump(conninfo: str, dump: Path, *, at: datetime, say: Say) -> Manifest:
    """Dump the database and count it, both as one moment shows it."""
    try:
        with psycopg.connect(conninfo) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            manifest = _manifest(connection, at)
            arguments = [
                "--format=custom",
                "--enable-row-security",  # an owner is bound by policies as well, and may ask as the workspace itself
                f"--snapshot={snapshot}",
                f"--exclude-schema={ASIDE}*",
                f"--file={dump}",
            ]
            as_workspace = make_conninfo(conninfo, options="-c leftshift.actor=system")
            run_program("pg_dump", arguments, conninfo=as_workspace, say=say, words="Copying the database")
            return manifest
    except psycopg.Error as problem:
        raise BackupRefused(f"the database could not be read. It said:\n{problem}") from problem


def _manifest(connection: psycopg.Connection[tuple[object, ...]], at: datetime) -> Manifest:
    if not connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone() == (True,):
        raise BackupRefused("the database holds no workspace yet: there is nothing to back up")
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    migrations = tuple((str(app), str(name)) for app, name in rows)
    (server,) = connection.execute("SHOW server_version").fetchone() or ("",)
    return Manifest(leftshift.__version__, at, str(server), migrations, contents_of(connection))
