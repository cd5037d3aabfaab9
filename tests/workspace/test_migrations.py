"""A release can be brought in while servers of the one before go on: docs/decisions/0026-migrations.md."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import psycopg
import pytest
from psycopg import sql

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from tests.house.migrations import breaks

pytestmark = pytest.mark.usefixtures("database")

# No server of an earlier release runs beside these: they make the tables of the first one.
BEFORE_THE_FIRST_RELEASE = {
    ("accounts", "0001_initial"), ("accounts", "0002_who_sees_what"), ("plan", "0001_initial"), ("plan", "0002_keep_as_written"),
    ("plan", "0003_who_sees_what"), ("plan", "0004_drafts_and_steps"), ("record", "0001_initial"), ("record", "0002_chain"),
    ("shared", "0001_initial"),
}  # fmt: skip
OURS = ("accounts", "fund", "people", "plan", "programme", "record", "shared")


def loader() -> Any:
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None)


def test_no_migration_breaks_servers_of_the_release_before() -> None:
    found = loader()
    wrong = {
        f"{app}.{name}: {words}"
        for (app, name), migration in found.disk_migrations.items()
        if app in OURS and (app, name) not in BEFORE_THE_FIRST_RELEASE
        for words in breaks(migration, found.project_state(migration.dependencies))
    }

    assert not wrong, "\n".join(sorted(wrong))


def test_what_was_before_the_first_release_is_there() -> None:
    assert set(loader().disk_migrations) >= BEFORE_THE_FIRST_RELEASE


def _examples() -> dict[str, tuple[Any, bool]]:
    from django.contrib.postgres.operations import (
        AddConstraintNotValid,
        AddIndexConcurrently,
        ValidateConstraint,
    )
    from django.db import migrations as do
    from django.db import models

    text, longer = models.CharField(max_length=200), models.CharField(max_length=400)
    check = models.CheckConstraint(condition=models.Q(number__gt=0), name="positive")
    index = models.Index(fields=["added_by"], name="by_whom")
    foreign = models.ForeignKey("plan.placeversion", on_delete=models.PROTECT, null=True, related_name="+")
    return {
        "a column goes": (do.RemoveField("placeversion", "added_by"), False),
        "a column is renamed": (do.RenameField("placeversion", "added_by", "who"), False),
        "a table goes": (do.DeleteModel("mention"), False),
        "a table is renamed": (do.RenameModel("mention", "naming"), False),
        "a column without a default": (do.AddField("placeversion", "note", text), False),
        "a default that only Django knows": (
            do.AddField("placeversion", "note", models.CharField(max_length=9, default="x")), False,
        ),
        "a column with a default": (
            do.AddField("placeversion", "note", models.CharField(max_length=9, default="x", db_default="x")), True,
        ),
        "a column that may be empty": (do.AddField("placeversion", "note", models.TextField(null=True)), True),
        "a reference with its index": (do.AddField("placeversion", "other", foreign), False),
        "an index": (do.AddIndex("placeversion", index), False),
        "an index beside what goes on, in a transaction": (AddIndexConcurrently("placeversion", index), False),
        "a constraint": (do.AddConstraint("placeversion", check), False),
        "a constraint that is not looked at yet": (AddConstraintNotValid("placeversion", check), True),
        "looking at it": (ValidateConstraint("placeversion", "positive"), True),
        "a longer text": (do.AlterField("placeversion", "added_by", longer), True),
        "a shorter text": (do.AlterField("placeversion", "added_by", models.CharField(max_length=20)), False),
        "another type": (do.AlterField("placeversion", "number", models.TextField()), False),
        "no longer empty": (do.AlterField("reading", "version", models.IntegerField()), False),
        "code without a way back": (do.RunPython(lambda apps, editor: None), False),
        "code with one": (do.RunPython(lambda apps, editor: None, do.RunPython.noop), True),
        "SQL without a way back": (do.RunSQL("SELECT 1"), False),
        "SQL that drops": (do.RunSQL("ALTER TABLE plan_run DROP COLUMN result", do.RunSQL.noop), False),
        "SQL that makes an index": (do.RunSQL("CREATE INDEX x ON plan_run (ran_at)", do.RunSQL.noop), False),
        "SQL that makes a trigger": (do.RunSQL("CREATE TRIGGER x BEFORE INSERT ON y", do.RunSQL.noop), True),
        "what stands apart is looked at": (
            do.SeparateDatabaseAndState(database_operations=[do.AddIndex("placeversion", index)]), False,
        ),
    }  # fmt: skip


def test_the_rules_find_what_they_look_for() -> None:
    from django.db.migrations import Migration

    last = loader().graph.leaf_nodes("plan")
    for words, (operation, is_good) in _examples().items():
        migration: Any = Migration("9999_example", "plan")
        migration.operations = [operation]
        found = list(breaks(migration, loader().project_state(last)))
        assert (not found) == is_good, (words, found)


def test_the_second_step_may_remove_what_no_release_uses() -> None:
    from django.db import migrations as do

    migration: Any = do.Migration("9999_example", "plan")
    migration.operations = [do.RemoveField("placeversion", "added_by")]
    migration.unused_since = "0.2.0"

    assert not list(breaks(migration, loader().project_state(loader().graph.leaf_nodes("plan"))))


def test_nothing_is_to_be_migrated_that_no_migration_says() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# ---------------------------------------------------------------------- and really
@pytest.fixture
def another(database: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A second database on the server of the tests, as its owner."""
    monkeypatch.setenv("LEFTSHIFT_OWNER_DATABASE_URL", "")
    name = sql.Identifier("being_migrated")
    with psycopg.connect(database.conninfo(ROLES[0]), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(ROLES[1])))
        yield database.conninfo(ROLES[1], "being_migrated")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


class OldServer(threading.Thread):
    """Adds and reads rows as the release before does, until told to stop."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(daemon=True)
        self.conninfo, self.stopped = conninfo, threading.Event()
        self.added, self.failed = 0, list[BaseException]()

    def run(self) -> None:
        try:
            with psycopg.connect(self.conninfo, autocommit=True) as connection:
                connection.execute("SELECT set_config('leftshift.actor', 'system', false)")
                while not self.stopped.is_set():
                    self._add(connection)
                    self.added += 1
        except BaseException as problem:
            self.failed.append(problem)

    def _add(self, connection: psycopg.Connection) -> None:
        with connection.transaction():
            code = f"place-{self.added}"
            (place,) = connection.execute(
                "INSERT INTO plan_storedplace (code, added_at) VALUES (%s, now()) RETURNING id", [code]
            ).fetchone() or (0,)
            connection.execute(
                "INSERT INTO plan_placeversion (place_id, number, fingerprint, document, added_at, added_by) VALUES (%s, 1, %s, %s, now(), 'x')",
                [place, code, "{}"],
            )
            connection.execute(
                "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'x', 'stored', %s, '{}')",
                [code],
            )
        found = connection.execute(
            "SELECT count(*) FROM plan_placeversion WHERE place_id = %s", [place]
        ).fetchone()
        assert found == (1,)


def wait_for(server: OldServer, *, more: int) -> None:
    wanted = server.added + more
    while server.added < wanted and not server.failed and server.is_alive():
        server.stopped.wait(0.01)


def test_servers_of_the_release_before_go_on_while_the_last_migration_is_applied(another: str) -> None:
    """A reader that holds the table up makes the migration give way, and try again; nobody fails meanwhile."""
    from leftshift.workspace.shared import jobs
    from leftshift.workspace.site import database as site

    before, last = (
        "0003_who_sees_what",
        "0004_drafts_and_steps",
    )  # one that changes a table that servers write to
    site.migrate(another, to=("plan", before))
    short = {"lock_milliseconds": 200, "tries": 50}
    server, tries = OldServer(another), list[int]()
    fake_work = mock.patch("leftshift.model.from_document")  # versions of this test are empty
    with fake_work as read, mock.patch.object(site, "_parameter", side_effect=short.__getitem__):
        read.return_value.place.plan_fingerprint = "worked out"
        server.start()
        wait_for(server, more=20)
        with psycopg.connect(another) as holding:
            holding.execute("SELECT count(*) FROM plan_placeversion")
            release = threading.Timer(1, holding.rollback)
            release.start()
            site.migrate(another, to=("plan", last), say=lambda words: tries.append(1))
            release.join()
        wait_for(server, more=20)
    server.stopped.set()
    server.join()

    assert not server.failed, server.failed
    assert server.added >= 40
    assert tries
    assert jobs.parameter("migration", "tries") > 1
