"""On whose behalf the database is asked: the row-level policies of every table read it.

The actor is kept for the running thread and told to its connection, so that a query that forgets to ask who
may see a row is still answered with that person's rows only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import InterfaceError, OperationalError, connection

SYSTEM = "system"  # the workspace's own work: taking in folders, jobs, signing people in
NOBODY = ""

_actor: ContextVar[str] = ContextVar("actor", default=NOBODY)


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Ask the database as this actor (``SYSTEM``, ``NOBODY`` or the number of an account) until the block ends."""
    before = _actor.get()
    _set(actor)
    try:
        yield
    finally:
        try:
            _set(before)
        except (OperationalError, InterfaceError):
            connection.close()  # it broke meanwhile; a new one is told when it is made


def actor() -> str:
    """Who asks at the moment."""
    return _actor.get()


def _set(actor: str) -> None:
    _actor.set(actor)
    if connection.connection is not None and not connection.needs_rollback:
        _tell(connection)


def tell_new_connection(sender: object, connection: Any, **_: object) -> None:
    """Tell a connection that was just made who asks."""
    if connection.alias == "default":
        _tell(connection)


def _tell(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('leftshift.actor', %s, false)", [_actor.get()])
