"""What the tests of backup and restore share: a served workspace, what its database holds, and a backup of it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from leftshift.workspace.site.backup import back_up
from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from tests.workspace.test_kill import ROOT, Workspace, without_the_database_of_other_tests

AT = datetime(2026, 4, 1, 12, 30, tzinfo=UTC)
PAGES = (
    "/places/northmoor/overview/2027-28/", "/places/northmoor/organisations/2027-28/", "/places/northmoor/tie-out/2027-28/",
)  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


def without_a_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests back up is the state folder they name, not the database of the session."""
    for name in os.environ.keys() - without_the_database_of_other_tests().keys():
        monkeypatch.delenv(name)


def a_workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on Northmoor that has not started yet; gone afterwards."""
    folder = Path(shutil.copytree(ROOT / "examples" / "northmoor", tmp_path / "northmoor"))
    found = Workspace(tmp_path / "state", folder)
    yield found
    found.stop()
    forget(found.postgres)


def forget(postgres: EmbeddedPostgres) -> None:
    """Remove what stands outside the state folder."""
    postgres.stop_orphans()
    if postgres.home.parent != postgres.state:
        shutil.rmtree(postgres.home, ignore_errors=True)


def quiet(_: str) -> None:
    """Say nothing."""


def command(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leftshift.cli.main", *map(str, arguments)], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**without_the_database_of_other_tests(), "PYTHONPATH": str(ROOT / "src"), **settings},
    )  # fmt: skip


def rows_of(conninfo: str) -> Rows:
    """Every row of every table and every sequence, as the database gives them."""
    with psycopg.connect(conninfo) as connection:
        names = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 2"
        ).fetchall()
        found = {
            name: sorted(connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, name))).fetchall(), key=repr)
            for schema, name in names
        }  # fmt: skip
        found["sequences"] = connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
    return found


def rights_of(conninfo: str) -> list[tuple[Any, ...]]:
    """Who may do what on which table, who owns it, and which triggers guard it."""
    with psycopg.connect(conninfo) as connection:
        return [
            *connection.execute("SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges WHERE table_schema = 'public' ORDER BY 1, 2, 3").fetchall(),
            *connection.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall(),
            *connection.execute("SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2").fetchall(),
            *connection.execute("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2").fetchall(),
            *connection.execute("SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname = 'public'").fetchall(),
        ]  # fmt: skip


def started(state: Path) -> EmbeddedPostgres:
    postgres = EmbeddedPostgres(state)
    postgres.acquire()
    postgres.start()
    return postgres


def ended(postgres: EmbeddedPostgres) -> None:
    postgres.stop()
    postgres.release()


def held(state: Path) -> Rows:
    """What the database in a state folder holds, after whatever start it needs."""
    postgres = started(state)
    try:
        return rows_of(postgres.conninfo(ROLES[0]))
    finally:
        ended(postgres)


def filled(workspace: Workspace) -> None:
    """Serve once, so that there is something to lose."""
    workspace.start()
    workspace.stop()


def a_backup(workspace: Workspace, tmp_path: Path) -> Path:
    """A backup of a workspace that has been served."""
    filled(workspace)
    file = tmp_path / "kept" / "backup.zip"
    back_up(file, state=workspace.state, at=AT, say=quiet)
    return file


def changed(backup: Path, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The backup, with some of its parts replaced."""
    with zipfile.ZipFile(backup) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def manifest_with(parts: dict[str, bytes], **changes: Any) -> None:
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()


def swollen(parts: dict[str, bytes]) -> None:
    tables = json.loads(parts["manifest.json"])["tables"]
    tables["public.record_event"]["rows"] += 1
    manifest_with(parts, tables=tables)
