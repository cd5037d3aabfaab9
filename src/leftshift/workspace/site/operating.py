"""What a system of several servers needs beside its pages: the database brought up to date, and workers for jobs."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from leftshift.workspace.site.embedded import Say

APP, OWNER, KEY = "LEFTSHIFT_DATABASE_URL", "LEFTSHIFT_OWNER_DATABASE_URL", "LEFTSHIFT_KEY"


class NotSetUp(ValueError):
    """The environment does not say what is needed; the words say what is missing."""


def migrate_server(say: Say) -> None:
    """Bring the database that the environment names up to date as its owner, and let the roles of the workspace in."""
    from leftshift.workspace.site.serve import prepare

    for name in (APP, OWNER):
        if not os.environ.get(name):
            raise NotSetUp(f"{name} is not set: see docs/guide/operation.md")
    prepare(os.environ[APP], os.environ[OWNER])
    say("The database is up to date. Servers of this release may start now.")
    for words in dangers_now():
        say(f"Warning: {words}")


def dangers_now() -> list[str]:
    """What makes the role of the workspace dangerous, and then no connection is left open."""
    from django.db import connection

    from leftshift.workspace.site.database import dangers_of_role

    try:
        return dangers_of_role()
    finally:
        connection.close()


def work(state: Path, say: Say) -> None:
    """Do jobs until told to stop; one that is under way is finished first."""
    from leftshift.workspace.site.keeping import workspace

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with workspace(state):
        from leftshift.workspace.shared.jobs import work_until

        say("Doing jobs. Stop with Ctrl-C.")
        work_until(stopped)
    say("Stopped.")
