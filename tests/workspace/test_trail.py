"""The trail of events cannot be edited by the workspace, and shows when somebody who can do more has edited it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def app(database: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The database as the workspace's own role."""
    with psycopg.connect(database.conninfo(ROLES[2]), autocommit=True) as connection:
        yield connection


@pytest.fixture
def anything(database: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The database as somebody who may do anything: what they did is taken back afterwards."""
    with psycopg.connect(database.conninfo(ROLES[0])) as connection:
        yield connection
        connection.rollback()


def breaks(connection: psycopg.Connection) -> tuple[str, ...]:
    """What checking the trail finds while a transaction that tampered is open."""
    import contextlib
    from unittest import mock

    from leftshift.workspace.record import trail

    class Cursor:
        def __init__(self) -> None:
            self.cursor = connection.cursor()

        def __enter__(self) -> psycopg.Cursor:
            return self.cursor

        def __exit__(self, *_: object) -> None:
            self.cursor.close()

    head = connection.execute("SELECT events, digest FROM record_head").fetchone()
    assert head is not None
    fake = mock.Mock()
    fake.filter.return_value.first.return_value = mock.Mock(events=head[0], digest=head[1])
    with (
        mock.patch.object(trail, "connection", mock.Mock(cursor=Cursor)),
        mock.patch.object(trail, "acting", return_value=contextlib.nullcontext()),
        mock.patch("leftshift.workspace.record.models.Head.objects", fake),
    ):
        return trail.check_trail().breaks


def test_as_it_was_written_it_is_whole(anything: psycopg.Connection) -> None:
    from leftshift.workspace.record.trail import check_trail

    found = check_trail()

    assert found.is_whole, found.breaks
    assert found.events > 5
    assert breaks(anything) == ()


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE record_event SET by = 'somebody else' WHERE number = 3", "event 3 was altered"),
        ("UPDATE record_event SET at = at - interval '1 day' WHERE number = 3", "event 3 was altered"),
        ("UPDATE record_event SET detail = '{}' WHERE number = 3", "event 3 was altered"),
        ("DELETE FROM record_event WHERE number = 3", "event 3 is missing"),
        (
            "DELETE FROM record_event WHERE number = (SELECT max(number) FROM record_event)",
            "the trail ends at",
        ),
        (
            "INSERT INTO record_event (at, by, actor, action, subject, place, detail, previous, digest) VALUES (now(), 'x', '', 'x', 'x', '', '{}', '', '')",
            "one was added outside",
        ),
        (
            "UPDATE record_event SET by = 'x', digest = leftshift_event_digest(previous, number, at, 'x', actor, action, subject, place, detail) WHERE number = 3",
            "event 4 does not follow",
        ),
    ],
)
def test_tampering_shows(anything: psycopg.Connection, tampering: str, found: str) -> None:
    anything.execute("SET session_replication_role = replica")  # no trigger fires: more than the owner may
    anything.execute(tampering)

    assert any(found in entry for entry in breaks(anything))


def test_even_a_trail_written_wholly_anew_shows_beside_a_digest_that_was_noted(
    anything: psycopg.Connection,
) -> None:
    from leftshift.workspace.record.trail import check_trail

    found = check_trail()

    assert check_trail(noted=(found.events, found.digest[:16])).is_whole
    assert not check_trail(noted=(found.events, "0" * 16)).is_whole
    assert not check_trail(noted=(found.events + 5, found.digest)).is_whole


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE record_event SET by = 'somebody else'",
        "DELETE FROM record_event",
        "TRUNCATE record_event",
        "UPDATE record_head SET events = 0",
        "DELETE FROM record_head",
        "INSERT INTO record_head (events, digest) VALUES (0, '')",
        "ALTER TABLE record_event DISABLE TRIGGER ALL",
        "ALTER TABLE record_event DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON record_event",
        "DROP TRIGGER chain_event ON record_event",
        "SET session_replication_role = replica",
        "ALTER ROLE leftshift_app BYPASSRLS",
        "SET ROLE leftshift_owner",
        "CREATE OR REPLACE FUNCTION leftshift_chain_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ],
)
def test_the_role_of_the_workspace_can_do_none_of_it(app: psycopg.Connection, tampering: str) -> None:
    app.execute("SELECT set_config('leftshift.actor', 'system', false)")
    with pytest.raises(psycopg.Error) as refused:
        app.execute(tampering)

    assert isinstance(
        refused.value, psycopg.errors.InsufficientPrivilege | psycopg.errors.RestrictViolation
    ), refused.value


def test_the_role_of_the_workspace_cannot_choose_digest_time_or_actor(app: psycopg.Connection) -> None:
    app.execute("SELECT set_config('leftshift.actor', '77', false)")
    row = app.execute(
        "INSERT INTO record_event (at, by, actor, action, subject, place, detail, previous, digest, number)"
        " VALUES ('2001-01-01', 'x', 'system', 'tried', 'x', '', '{}', 'p', 'd', 1) RETURNING at, actor, digest, number"
    ).fetchone()
    assert row is not None

    assert row[0].year > 2001
    assert row[1] == "77"
    assert row[2] != "d"
    assert row[3] > 1


def test_the_role_of_the_workspace_sees_no_place_without_a_person_who_does(app: psycopg.Connection) -> None:
    tables = ["plan_storedplace", "plan_placeversion", "plan_run"]

    for actor, sees in (("", False), ("0", False), ("nobody'; --", False), ("system", True)):
        app.execute("SELECT set_config('leftshift.actor', %s, false)", [actor])
        for table in tables:
            row = app.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            assert (row[0] > 0) == sees, (actor, table)
    flags = app.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    assert flags == (False, False)


def test_every_table_of_plans_has_a_policy_that_binds_its_owner_too(app: psycopg.Connection) -> None:
    rows = app.execute(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE relkind = 'r' AND (relname LIKE 'plan\\_%' OR relname = 'record_event')"
    ).fetchall()

    assert len(rows) >= 5
    assert all(bound for _, bound in rows), rows


def test_a_place_cannot_be_added_by_somebody_who_would_not_see_it(app: psycopg.Connection) -> None:
    app.execute("SELECT set_config('leftshift.actor', '0', false)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("INSERT INTO plan_storedplace (code, added_at) VALUES ('elsewhere', now())")
