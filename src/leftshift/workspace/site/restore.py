"""``leftshift restore``: a backup becomes the workspace again, all of it or nothing."""

from __future__ import annotations

import os
import secrets as tokens
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from leftshift.workspace.site.backup import KEY, OWN_SERVER, OWN_SERVER_AS_OWNER
from leftshift.workspace.site.backup_file import (
    SCRATCH,
    BackupRefused,
    Manifest,
    Unpacked,
    private_folder,
    unpack_backup,
)
from leftshift.workspace.site.contents import ASIDE, checking_script, contents_of, differences
from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres, Say, StateInUse
from leftshift.workspace.site.programs import run_program, server_script
from leftshift.workspace.site.swapping import FRESH, finish_swap, plan_swap

_TIMEOUT_LINE = (
    b"SET transaction_timeout = 0;\n"  # PostgreSQL before 17 does not know it, and 0 is what it is
)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where what stood there before is kept (empty: nothing did), and the words that remain."""

    manifest: Manifest
    kept: str
    remark: str = ""


def restore(file: Path, *, state: Path, at: datetime, replace: bool, say: Say) -> Restored:
    """Restore a backup: into the server that the environment names, else into the state folder.

    What is there is refused, or with ``replace`` set aside and kept. Raises BackupRefused, and then nothing has
    changed; DatabaseFailed when the database does not start.
    """
    if not file.is_file():
        raise BackupRefused(f"there is no file {file}")
    own = os.environ.get(OWN_SERVER)
    with private_folder(state if not own else file.absolute().parent) as scratch:
        say("Checking the file …")
        unpacked = unpack_backup(file, scratch)
        _refuse_newer(unpacked.manifest)
        stamp = f"{at:%Y%m%dt%H%M%S}"
        if own:
            owner = os.environ.get(OWN_SERVER_AS_OWNER, own)
            return _into_server(unpacked, owner, app=own, stamp=stamp, replace=replace, say=say)
        return _into_state(unpacked, state, stamp=stamp, replace=replace, say=say)


def _refuse_newer(manifest: Manifest) -> None:
    unknown = sorted(set(manifest.migrations) - known_migrations())
    if unknown:
        app, name = unknown[0]
        raise BackupRefused(
            f"the backup was made by another leftshift ({manifest.leftshift}), which keeps more than this one knows "
            f"({app} {name}): install that one or a later"
        )


def known_migrations() -> set[tuple[str, str]]:
    """Every step of the schema that this release knows, as (app, name)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leftshift.workspace.site.settings")
    import django
    from django.db.migrations.loader import MigrationLoader

    django.setup()
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


# ------------------------------------------------------------------ the database that comes with leftshift
@dataclass
class FreshPostgres(EmbeddedPostgres):
    """A new server beside the one of a state folder, with passwords given: what is restored is made here."""

    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.data = self.home / FRESH
        self.sockets = self.sockets.with_name(
            f"{self.sockets.name}-fresh"
        )  # an orphan of it is in nobody's way

    def secrets(self) -> dict[str, str]:
        """The passwords and the key as they will be once it has taken its place."""
        return self.passwords

    def clear_restore(self) -> None:
        """Leave it: this is the restore."""


def _into_state(unpacked: Unpacked, state: Path, *, stamp: str, replace: bool, say: Say) -> Restored:
    old, fresh = EmbeddedPostgres(state, say=say), FreshPostgres(state, say=say)
    try:
        fresh.acquire()
    except StateInUse as other:
        raise BackupRefused(f"leftshift is running on {state}: stop it, then restore") from other
    try:
        has_data = (old.data / "PG_VERSION").exists()
        if has_data and not replace:
            raise BackupRefused(
                f"{state} holds data: choose another folder with --state, or say --replace, which keeps it aside"
            )
        fresh.passwords = _secrets(unpacked.secrets)
        old.stop_orphans()
        old.clear_restore()
        _remove_scratch(state, keep=unpacked.dump.parent)
        fresh.start()
        say("Restoring the database …")
        _load(unpacked, fresh.conninfo(ROLES[1]), say=say)
        _verify(unpacked.manifest, fresh.conninfo(ROLES[0]))
        fresh.stop()
        kept = plan_swap(state, fresh.home, secrets=fresh.passwords, stamp=stamp)
        finish_swap(state, fresh.home)
        return Restored(unpacked.manifest, str(kept) if has_data else "")
    finally:
        fresh.stop()
        old.clear_restore()
        fresh.release()


def _remove_scratch(state: Path, *, keep: Path) -> None:
    """Remove the private folders of restores that were killed."""
    for folder in state.glob(SCRATCH + "*"):
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _secrets(restored: Mapping[str, str]) -> dict[str, str]:
    """New passwords for the roles of the new server; the key of the workspace from the backup, or new as well."""
    made = {name: tokens.token_urlsafe(32) for name in (*ROLES, "key")}
    return {**made, **restored}


def _load(unpacked: Unpacked, owner: str, *, say: Say) -> None:
    script = unpacked.dump.with_name("database.sql")
    server_script(unpacked.dump, script, rights=True, say=say)
    run_program(
        "psql", _in_one_transaction([script]), conninfo=owner, say=say, words="Restoring the database"
    )


def _in_one_transaction(scripts: list[Path]) -> list[str]:
    return [
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        *(f"--file={path}" for path in scripts),
    ]


def _verify(manifest: Manifest, conninfo: str) -> None:
    with psycopg.connect(conninfo) as connection:
        wrong = differences(manifest, contents_of(connection))
    if wrong:
        raise BackupRefused("what was restored is not what the backup holds: " + "; ".join(wrong[:5]))


# ------------------------------------------------------------------ a server of one's own
def _into_server(
    unpacked: Unpacked, owner: str, *, app: str, stamp: str, replace: bool, say: Say
) -> Restored:
    """In one transaction: set the old tables aside, make the new ones, check them. A kill or a fault undoes it all."""
    aside = f"{ASIDE}{stamp}"
    with psycopg.connect(owner) as connection:
        has_tables = bool(contents_of(connection))
        rights = _has_roles(connection)
        if has_tables and not replace:
            raise BackupRefused(
                "the database holds data: say --replace, which keeps it in a schema of its own"
            )
        if app != owner and _is_served(connection, app):
            raise BackupRefused("the workspace is connected to the database: stop it, then restore")
    folder = unpacked.dump.parent
    before, script, after = folder / "before.sql", folder / "database.sql", folder / "after.sql"
    before.write_text(_setting_aside(aside) if has_tables else "", "utf-8")
    after.write_text("SET search_path = '';\n" + checking_script(unpacked.manifest), "utf-8")
    server_script(unpacked.dump, script, rights=rights, say=say)
    _leave_out_timeout(script)
    say("Restoring the database …")
    run_program(
        "psql",
        _in_one_transaction([before, script, after]),
        conninfo=owner,
        say=say,
        words="Restoring the database",
    )
    return Restored(
        unpacked.manifest, f"the schema {aside}" if has_tables else "", _key_remark(unpacked.secrets)
    )


def _setting_aside(aside: str) -> str:
    name = sql.Identifier(aside).as_string(None)
    return f"ALTER SCHEMA public RENAME TO {name};\nCREATE SCHEMA public;\n"


def _has_roles(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES[2:])]
    ).fetchone()
    return found == (len(ROLES[2:]),)


def _is_served(connection: psycopg.Connection[tuple[object, ...]], app: str) -> bool:
    user = psycopg.conninfo.conninfo_to_dict(app).get("user")
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
    return connection.execute(asked, [user]).fetchone() != (0,)


def _leave_out_timeout(script: Path) -> None:
    with script.open("r+b") as file:
        head = file.read(_HEAD)
        file.seek(0)
        file.write(head.replace(_TIMEOUT_LINE, b" " * (len(_TIMEOUT_LINE) - 1) + b"\n", 1))


def _key_remark(secrets: Mapping[str, str]) -> str:
    if "key" not in secrets or os.environ.get(KEY) == secrets["key"]:
        return ""
    return f"Set {KEY} to the key in secrets.json of the backup before you serve the workspace"
