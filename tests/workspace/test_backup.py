"""A backup brings back every row after the database is destroyed; a restore refuses what it should."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from leftshift.workspace.site.backup import back_up
from leftshift.workspace.site.backup_file import BackupRefused
from leftshift.workspace.site.embedded import ROLES
from leftshift.workspace.site.restore import restore
from leftshift.workspace.site.swapping import FRESH
from tests.workspace.restoring import (
    AT,
    PAGES,
    a_backup,
    a_workspace,
    changed,
    command,
    ended,
    filled,
    forget,
    held,
    manifest_with,
    quiet,
    rights_of,
    rows_of,
    started,
    swollen,
    without_a_server_of_ones_own,
)
from tests.workspace.test_kill import Workspace


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_server_of_ones_own(monkeypatch)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    yield from a_workspace(tmp_path)


@pytest.fixture
def backup(workspace: Workspace, tmp_path: Path) -> Path:
    return a_backup(workspace, tmp_path)


# ------------------------------------------------------------------ the point of it
def test_everything_comes_back_after_the_database_is_destroyed(workspace: Workspace, tmp_path: Path) -> None:
    workspace.start()
    pages = {address: shown(workspace, address) for address in PAGES}
    conninfo = workspace.postgres.conninfo(ROLES[0])
    before, rights = rows_of(conninfo), rights_of(conninfo)
    key = workspace.postgres.secrets()["key"]
    file = tmp_path / "backup.zip"

    made = command("backup", file, "--state", workspace.state)  # while it is served
    assert made.returncode == 0, made.stderr
    assert workspace.answers(PAGES[0]), "it is served all the while"
    workspace.kill_server()
    workspace.postgres.stop_orphans()
    shutil.rmtree(workspace.postgres.home)
    shutil.rmtree(workspace.state)
    done = command("restore", file, "--state", workspace.state)

    assert done.returncode == 0, done.stderr
    assert "every one checked" in done.stdout
    postgres = started(workspace.state)
    try:
        after = rows_of(postgres.conninfo(ROLES[0]))
        assert after == before
        assert len(after["plan_run"]) == 1
        assert after["record_event"]
        assert rights_of(postgres.conninfo(ROLES[0])) == rights
        assert postgres.secrets()["key"] == key
    finally:
        ended(postgres)
    workspace.start()
    assert {address: shown(workspace, address) for address in PAGES} == pages


def shown(workspace: Workspace, address: str) -> str:
    """A page, without the token of its forms, which is another each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", workspace.get(address) or "")


def test_afterwards_the_workspace_can_still_only_add(workspace: Workspace, backup: Path) -> None:
    restore(backup, state=workspace.state, at=AT, replace=True, say=quiet)

    postgres = started(workspace.state)
    try:
        with psycopg.connect(postgres.conninfo(ROLES[2]), autocommit=True) as app:
            app.execute(
                "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'did', 'it', '{}')"
            )
            for wrong in (
                "UPDATE record_event SET by = 'you'",
                "DELETE FROM record_event",
                "TRUNCATE record_event",
                "DROP TABLE record_event",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(wrong)
        with (
            psycopg.connect(postgres.conninfo(ROLES[1]), autocommit=True) as owner,
            pytest.raises(psycopg.errors.RestrictViolation),
        ):
            owner.execute("UPDATE record_event SET by = 'you'")
        with (
            psycopg.connect(postgres.conninfo(ROLES[3])) as reader,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            reader.execute("INSERT INTO plan_storedplace (code, added_at) VALUES ('x', now())")
    finally:
        ended(postgres)


def test_tables_that_nobody_thought_of_are_kept_with_their_rights(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Accounts, audit, row-level security, odd types and odd texts: a backup takes whatever tables there are."""
    filled(workspace)
    postgres = started(workspace.state)
    with psycopg.connect(postgres.conninfo(ROLES[1])) as owner:
        owner.execute(
            'CREATE TABLE "Odd name" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, who text, at timestamptz, raw bytea, much numeric, doc jsonb, real8 float8)'
        )
        owner.execute(
            "INSERT INTO \"Odd name\" (who, at, raw, much, doc, real8) SELECT E'a\\tb\\\\.\\n' || n, now(), sha256(n::text::bytea), n / 3.0, '{\"a\": [1]}', 1.0 / n FROM generate_series(1, 5000) n"
        )
        owner.execute(
            'ALTER TABLE "Odd name" ENABLE ROW LEVEL SECURITY; ALTER TABLE "Odd name" FORCE ROW LEVEL SECURITY'
        )
        owner.execute("CREATE POLICY own ON \"Odd name\" TO leftshift_app USING (who = 'nobody')")
        owner.execute('GRANT SELECT, INSERT, UPDATE (who) ON "Odd name" TO leftshift_app')
    before = rows_of(postgres.conninfo(ROLES[0]))
    rights = rights_of(postgres.conninfo(ROLES[0]))
    ended(postgres)
    file = tmp_path / "backup.zip"

    manifest = back_up(file, state=workspace.state, at=AT, say=quiet)
    restore(file, state=workspace.state, at=AT, replace=True, say=quiet)

    assert manifest.tables["public.Odd name"].rows == 5000
    postgres = started(workspace.state)
    try:
        assert rows_of(postgres.conninfo(ROLES[0])) == before
        assert rights_of(postgres.conninfo(ROLES[0])) == rights
        with psycopg.connect(postgres.conninfo(ROLES[2])) as app:
            assert app.execute('SELECT count(*) FROM "Odd name"').fetchone() == (0,)
    finally:
        ended(postgres)


def test_a_backup_holds_one_moment(workspace: Workspace, tmp_path: Path) -> None:
    """Rows that come in while it is taken are in it altogether or not at all."""
    filled(workspace)
    postgres = started(workspace.state)
    stop = tmp_path / "stop"
    code = (
        f"import psycopg, pathlib\nc = psycopg.connect({postgres.conninfo(ROLES[2])!r}, autocommit=True)\n"
        f"while not pathlib.Path({str(stop)!r}).exists():\n"
        " c.execute(\"INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'did', 'it', '{}')\")"
    )
    writer = subprocess.Popen([sys.executable, "-c", code])
    time.sleep(1)
    try:
        manifest = back_up(tmp_path / "backup.zip", state=workspace.state, at=AT, say=quiet)
    finally:
        stop.touch()
        writer.wait(30)
        ended(postgres)

    restore(tmp_path / "backup.zip", state=workspace.state, at=AT, replace=True, say=quiet)

    assert len(held(workspace.state)["record_event"]) == manifest.tables["public.record_event"].rows > 1


# ------------------------------------------------------------------ the file
def test_the_file_says_what_it_holds_and_only_its_owner_reads_it(workspace: Workspace, backup: Path) -> None:
    with zipfile.ZipFile(backup) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        secrets = json.loads(packed.read("secrets.json"))

    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == ["backup.zip"]
    assert manifest["at"] == AT.isoformat()
    assert ["plan", "0001_initial"] in manifest["migrations"]
    assert manifest["tables"]["public.plan_placeversion"]["rows"] == 1
    assert set(secrets) == {"key"}, "the passwords of roles are of no use elsewhere"
    assert secrets["key"] == workspace.postgres.secrets()["key"]


def test_a_file_that_is_there_is_not_written_over(workspace: Workspace, backup: Path) -> None:
    before = backup.read_bytes()

    with pytest.raises(BackupRefused, match="already there"):
        back_up(backup, state=workspace.state, at=AT, say=quiet)

    assert backup.read_bytes() == before


def test_where_there_is_no_database_there_is_no_backup(tmp_path: Path) -> None:
    done = command("backup", tmp_path / "b.zip", "--state", tmp_path / "nothing")

    assert done.returncode == 1
    assert "there is no database" in done.stderr
    assert list(tmp_path.iterdir()) == []


WRONG: list[tuple[str, Callable[[Path], bytes], str]] = [
    ("cut off", lambda path: path.read_bytes()[:-500], "damaged"),
    ("a bit that fell over", lambda path: path.read_bytes().replace(b"PGDMP", b"PGDMQ", 1), "damaged"),
    ("another dump", lambda path: changed(path, lambda parts: parts.update({"database.dump": parts["database.dump"][:-1]})), "database.dump"),
    ("another key", lambda path: changed(path, lambda parts: parts.update({"secrets.json": b"{}"})), "secrets.json"),
    ("a part missing", lambda path: changed(path, lambda parts: parts.pop("secrets.json")), "damaged"),
    ("no backup", lambda path: b"hello", "no backup"),
    ("no sums", lambda path: changed(path, lambda parts: manifest_with(parts, files={})), "damaged"),
    ("a newer form", lambda path: changed(path, lambda parts: manifest_with(parts, form=2)), "newer leftshift"),
    ("a newer schema", lambda path: changed(path, lambda parts: manifest_with(parts, migrations=[["plan", "0999_later"]])), "another leftshift"),
    ("rows that are not in it", lambda path: changed(path, swollen), "record_event"),
]  # fmt: skip


def test_a_wrong_file_changes_nothing(workspace: Workspace, backup: Path, tmp_path: Path) -> None:
    before = held(workspace.state)
    secrets = (workspace.state / "secrets.json").read_bytes()
    file = tmp_path / "wrong.zip"
    for name, make, words in WRONG:
        file.write_bytes(make(backup))

        with pytest.raises(BackupRefused, match=words):
            restore(file, state=workspace.state, at=AT, replace=True, say=quiet)

        assert held(workspace.state) == before, name
        assert (workspace.state / "secrets.json").read_bytes() == secrets
        assert not (workspace.postgres.home / FRESH).exists()
        assert not list(workspace.state.glob(".leftshift-*"))


# ------------------------------------------------------------------ what is there already
def test_data_is_not_replaced_unless_it_is_said_and_then_it_is_kept(
    workspace: Workspace, backup: Path, tmp_path: Path
) -> None:
    rates = workspace.folder / "assumptions.csv"
    rates.write_text(rates.read_text().replace("all,demographic_growth,,1%", "all,demographic_growth,,2%"))
    filled(workspace)
    newer = held(workspace.state)
    assert len(newer["plan_placeversion"]) == 2

    refused = command("restore", backup, "--state", workspace.state)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert held(workspace.state) == newer
    done = command("restore", backup, "--state", workspace.state, "--replace")

    assert done.returncode == 0, done.stderr
    assert len(held(workspace.state)["plan_placeversion"]) == 1
    kept = next(workspace.postgres.home.glob("data.before-restore-*"))
    assert str(kept) in "".join(done.stdout.split("\n"))
    old = next(workspace.state.glob("secrets.before-restore-*.json"))
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    shutil.rmtree(workspace.postgres.data)
    kept.rename(workspace.postgres.data)
    old.replace(workspace.state / "secrets.json")
    assert held(workspace.state) == newer, "what was kept can be put back"


def test_nothing_is_restored_under_a_workspace_that_is_served(workspace: Workspace, tmp_path: Path) -> None:
    workspace.start()
    file = tmp_path / "backup.zip"
    back_up(file, state=workspace.state, at=AT, say=quiet)

    done = command("restore", file, "--state", workspace.state, "--replace")

    assert done.returncode == 1
    assert "stop it" in done.stderr
    assert workspace.answers(PAGES[0])


# ------------------------------------------------------------------ a server of one's own
def test_a_server_of_ones_own_is_backed_up_and_restored(workspace: Workspace, tmp_path: Path) -> None:
    own = started(tmp_path / "own")
    urls = {
        "LEFTSHIFT_DATABASE_URL": own.conninfo(ROLES[2]), "LEFTSHIFT_OWNER_DATABASE_URL": own.conninfo(ROLES[1]), "LEFTSHIFT_KEY": "a key",
    }  # fmt: skip
    file = tmp_path / "backup.zip"
    try:
        workspace.start(urls)
        made = command("backup", file, **urls)
        assert made.returncode == 0, made.stderr
        served = command("restore", file, "--replace", **urls)
        assert served.returncode == 1
        assert "stop it" in served.stderr
        workspace.stop()
        before, rights = rows_of(own.conninfo(ROLES[0])), rights_of(own.conninfo(ROLES[0]))
        with psycopg.connect(own.conninfo(ROLES[2])) as app:
            app.execute(
                "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'newer', 'it', '{}')"
            )
        newer = rows_of(own.conninfo(ROLES[0]))

        refused = command("restore", file, **urls)
        assert "--replace" in refused.stderr
        wrong = tmp_path / "wrong.zip"
        wrong.write_bytes(changed(file, swollen))
        undone = command("restore", wrong, "--replace", **urls)
        assert "record_event" in undone.stderr, undone.stderr
        assert rows_of(own.conninfo(ROLES[0])) == newer, "one transaction: undone altogether"
        done = command("restore", file, "--replace", **{**urls, "LEFTSHIFT_KEY": ""})

        assert done.returncode == 0, done.stderr
        assert "LEFTSHIFT_KEY" in done.stdout
        assert rows_of(own.conninfo(ROLES[0])) == before
        assert rights_of(own.conninfo(ROLES[0]))[:-1] == rights[:-1]
        with psycopg.connect(own.conninfo(ROLES[0])) as connection:
            (aside,) = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'leftshift_before%'"
            ).fetchone() or ("",)
            kept = connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(aside, "record_event"))
            ).fetchone()
        assert kept == (len(newer["record_event"]),)
        again = tmp_path / "again.zip"
        assert command("backup", again, **urls).returncode == 0, "what is kept aside is not part of the next"
        workspace.start(urls)
        assert workspace.answers(PAGES[0])
        # and from a server of one's own into a state folder
        workspace.stop()
        assert command("restore", again, "--state", workspace.state).returncode == 0
        assert held(workspace.state)["plan_run"] == before["plan_run"]
    finally:
        workspace.stop()
        ended(own)
        forget(own)
