"""Bring a database up to date as its owner, and let the workspace in as a role that can only add."""

from __future__ import annotations

import os

import psycopg
from psycopg import sql

# What the workspace may do, table by table: places and their versions are added to and never altered.
_ADDED_TO = ("record_event", "plan_storedplace", "plan_placeversion", "plan_run", "plan_reading")


def migrate(owner: str) -> None:
    """Apply the migrations over the owner's connection string."""
    from django.core.management import call_command
    from django.db import connections

    from leftshift.workspace.site.settings import _database

    os.environ["LEFTSHIFT_OWNER_DATABASE_URL"] = owner
    default = connections["default"]
    app = dict(default.settings_dict)
    try:
        default.close()
        default.settings_dict.update(_database("LEFTSHIFT_OWNER_DATABASE_URL"))
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        default.close()
        default.settings_dict.update(app)


def let_in(owner: str, *, app: str, reader: str) -> None:
    """Give the roles of the workspace their rights: to add and to read, or to read."""
    tables = sql.SQL(", ").join(map(sql.Identifier, _ADDED_TO))
    with psycopg.connect(owner) as connection:
        for role, rights in ((app, "SELECT, INSERT"), (reader, "SELECT")):
            name = sql.Identifier(role)
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
            connection.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(tables, name))
            connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), tables, name))
            connection.execute(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(name))
        connection.execute(
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(app))
        )
