"""Bring a database up to date as its owner, and let the workspace in as a role that can do little more than add."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import psycopg
from psycopg import sql

# Columns of other people's tables that the workspace changes; our own models say it themselves.
_OF_LIBRARIES = {"django_session": ("session_data", "expire_date", "DELETE")}
_READ_ONLY = {"record_head", "people_accesshead", "django_migrations"}
_SECRET = (
    "accounts_",
    "django_session",
    "people_listed",
    "people_access",
)  # what the reading role does not see


def migrate(owner: str, *, to: Sequence[str] = (), say: Callable[[str], object] | None = None) -> None:
    """Apply the migrations over the owner's connection string; a lock that is not had soon is given up and tried again.

    ``to`` names an application, and a migration of it, to go to.
    """
    from django.db import connections

    from leftshift.workspace.site.settings import _database

    os.environ["LEFTSHIFT_OWNER_DATABASE_URL"] = owner
    settings = connections["default"].settings_dict
    app = dict(settings)
    try:
        connections["default"].close()
        settings.update(_database("LEFTSHIFT_OWNER_DATABASE_URL"))
        settings["OPTIONS"] |= {"options": f"-c lock_timeout={_parameter('lock_milliseconds')}"}
        _migrate_patiently(to, say or (lambda words: None))
    finally:
        connections["default"].close()
        settings.update(app)


def _migrate_patiently(to: Sequence[str], say: Callable[[str], object]) -> None:
    """Who waits for a lock holds up everybody behind it, and so waits briefly and often. What was applied stays."""
    from django.core.management import call_command
    from django.db import OperationalError, connections

    from leftshift.workspace.record.acting import SYSTEM, acting

    for left in reversed(range(_parameter("tries"))):
        try:
            with acting(SYSTEM):
                call_command("migrate", *to, verbosity=0, interactive=False)
            return
        except OperationalError as problem:
            if not isinstance(problem.__cause__, psycopg.errors.LockNotAvailable) or not left:
                raise
            say("A table is in use; trying again …")
            # Django leaves its transaction open where the last statements of a migration fail: it begins afresh
            connections["default"].close()
            del connections["default"]
        time.sleep(_parameter("lock_milliseconds") / 1000)


def _parameter(name: str) -> int:
    from leftshift.workspace.shared.jobs import parameter

    return parameter("migration", name)


def is_up_to_date() -> bool:
    """Whether every migration of this release is applied; one of a later release is no obstacle. Asks the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _migrations() <= set(cursor.fetchall())


@cache
def _migrations() -> set[tuple[str, str]]:
    """Application and name of every migration of this release."""
    from django.db.migrations.loader import MigrationLoader

    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


_POWERS = """
SELECT r.rolsuper OR r.rolbypassrls, EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_has_role(c.relowner, 'USAGE'))
FROM pg_roles r WHERE r.rolname = current_user
"""


def dangers_of_role() -> list[str]:
    """What the role that pages use may do and should not, in words for whoever runs the server."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_POWERS)
        bypasses, owns = cursor.fetchone()
    found = []
    if bypasses:
        found.append(
            "The role in LEFTSHIFT_DATABASE_URL may bypass row-level security: everybody could see every place. Use another."
        )
    if owns:
        found.append(
            "The role in LEFTSHIFT_DATABASE_URL owns the tables: what is stored could be altered. Use leftshift_app."
        )
    return found


def let_in(owner: str, *, app: str, reader: str) -> None:
    """Give the roles of the workspace their rights: to read and add, and to change only what a model names."""
    with psycopg.connect(owner) as connection:
        for role in (app, reader):
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(role)))
        for table, changed in _tables():
            name, who = sql.Identifier(table), sql.Identifier(app)
            connection.execute(
                sql.SQL("REVOKE ALL ON {} FROM {}, {}").format(name, who, sql.Identifier(reader))
            )
            for right in _rights(table, changed):
                connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(right, name, who))
            if not table.startswith(_SECRET):
                connection.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(name, sql.Identifier(reader)))
        connection.execute(
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(app))
        )


def _tables() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every table, with the columns of it that the workspace may change, and ``DELETE`` where it may remove rows."""
    from django.apps import apps

    yield "django_migrations", ()
    for model in apps.get_models():
        table = model._meta.db_table
        yield table, _OF_LIBRARIES.get(table, getattr(model, "database_rights", ()))


def _rights(table: str, changed: tuple[str, ...]) -> Iterator[sql.Composable]:
    yield sql.SQL("SELECT")
    if table in _READ_ONLY or table.startswith(("auth_", "django_content_type")):
        return
    yield sql.SQL("INSERT")
    if "DELETE" in changed:
        yield sql.SQL("DELETE")
    columns = [name for name in changed if name != "DELETE"]
    if columns:
        yield sql.SQL("UPDATE ({})").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
