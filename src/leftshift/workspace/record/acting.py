"""On whose behalf the database is asked: the row-level policies of every table read it.

The actor is kept for the running thread. Its connection is told before the next query that it is not told yet, so
that a query that forgets to ask who may see a row is still answered with that person's rows only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

SYSTEM = "system"  # the workspace's own work: taking in folders, jobs, signing people in
NOBODY = ""

_actor: ContextVar[str] = ContextVar("actor", default=NOBODY)
TELLS_ITSELF: set[str] = set()
"""Queries that tell the connection who asks, and ask nothing that depends on it."""
_TELL = "SELECT set_config('leftshift.actor', %s, false)"


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Ask the database as this actor (``SYSTEM``, ``NOBODY`` or the number of an account) until the block ends."""
    before = _actor.get()
    _actor.set(actor)
    try:
        if actor == SYSTEM and connection.connection is not None and not connection.in_atomic_block:
            _tell(connection)  # writes follow: told before their transaction, it need not be told again in it
        yield
    finally:
        _actor.set(before)


def actor() -> str:
    """Who asks at the moment."""
    return _actor.get()


def as_told(told: str) -> None:
    """Note that a query has itself told the connection who asks."""
    connection.leftshift_told = None if connection.in_atomic_block else told  # type: ignore[attr-defined]


def watch_new_connection(sender: object, connection: Any, **_: object) -> None:
    """See to it that a connection that was just made is told who asks before any query."""
    if connection.alias == "default":
        connection.leftshift_told = None
        if _tell_first not in connection.execute_wrappers:
            connection.execute_wrappers.append(_tell_first)


def ask_prepared(query: str, parameters: Sequence[str | int | datetime]) -> tuple[Any, ...] | None:
    """The first row of a query that every page asks: the database plans it once a connection and not each time."""
    connection.ensure_connection()
    plain: Any = psycopg.Cursor(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors, wrap(plain) as cursor:
        cursor.execute(query, parameters)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def _tell_first(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Tell the connection who asks, where it was told of somebody else, and then ask."""
    if not context["connection"].needs_rollback and sql not in TELLS_ITSELF:
        _tell(context["connection"])
    return execute(sql, params, many, context)


def _tell(connection: Any) -> None:
    if connection.leftshift_told == _actor.get():
        return
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(_TELL, [_actor.get()])
    # a transaction that is undone takes this back: within one, nothing is taken for granted
    connection.leftshift_told = None if connection.in_atomic_block else _actor.get()
