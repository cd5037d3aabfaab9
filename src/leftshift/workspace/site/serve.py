"""``leftshift serve``: start the database, take in the places, serve the workspace on this machine."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from leftshift.workspace.site.embedded import ROLES, DatabaseFailed, EmbeddedPostgres, StateInUse
from leftshift.workspace.site.operating import dangers_now

_ADDRESS = "127.0.0.1"
_OWN_SERVER = "LEFTSHIFT_DATABASE_URL"


def serve(folders: Sequence[Path], *, port: int, state: Path) -> int:
    """Serve places until told to stop; gives the exit code. Prints one sentence for anything that is in the way."""
    url = f"http://localhost:{port}/"
    os.environ.setdefault("LEFTSHIFT_LOG", "problems")
    if os.environ.get(_OWN_SERVER):
        _set_key()
        return _serve_on(
            os.environ[_OWN_SERVER],
            os.environ.get("LEFTSHIFT_OWNER_DATABASE_URL", os.environ[_OWN_SERVER]),
            folders,
            port,
            None,
        )
    database = EmbeddedPostgres(state, say=_say)
    try:
        database.acquire()
    except StateInUse as other:
        _say(
            f"leftshift already runs here{': open ' + other.url if other.url else ', and is just starting'}. Nothing was changed."
        )
        return 0
    try:
        if _is_taken(port):
            _say(
                f"Port {port} is taken by another program. Choose another: leftshift serve … --port {port + 1}, or make run PORT={port + 1}"
            )
            return 1
        database.start()
        os.environ.setdefault("LEFTSHIFT_KEY", database.secrets()["key"])
        database.announce(url)
        _, owner, app, _ = ROLES
        return _serve_on(database.conninfo(app), database.conninfo(owner), folders, port, database)
    except DatabaseFailed as problem:
        _say(str(problem))
        return 1
    finally:
        database.stop()
        database.release()


def _set_key() -> None:
    """A key for this start, where the environment names none."""
    if not os.environ.get("LEFTSHIFT_KEY"):
        _say(
            "LEFTSHIFT_KEY is not set. Everybody has to sign in anew after this start, and second factors cannot be read."
        )
        os.environ["LEFTSHIFT_KEY"] = secrets.token_urlsafe(32)


def _say(words: str) -> None:
    print(words, flush=True)


def _is_taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError:
            return True
    return False


def _serve_on(
    app: str, owner: str, folders: Sequence[Path], port: int, database: EmbeddedPostgres | None
) -> int:
    prepare(app, owner)
    for words in dangers_now():
        _say(f"Warning: {words}")
    take_in(folders)
    if database is not None:  # this process alone serves it: whoever held a job is gone
        from leftshift.workspace.shared.jobs import let_go

        let_go()
    _say(f"Open {link(f'http://localhost:{port}')}")
    _say("It signs you in as the keeper of this workspace, once, within the hour. Stop with Ctrl-C.")
    return _run_server(port, database)


def link(address: str) -> str:
    """A link that signs whoever runs the workspace in."""
    from django.db import connection

    from leftshift.workspace.accounts.actions import link_for_keeper
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        token = link_for_keeper(by="leftshift serve")
    connection.close()
    return f"{address}/sign-in/link/{token}/"


def prepare(app: str, owner: str) -> None:
    """Set Django up on the app's connection, and bring the database up to date as its owner."""
    os.environ[_OWN_SERVER] = app
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leftshift.workspace.site.settings")
    import django

    django.setup()
    from leftshift.workspace.site.database import let_in, migrate

    migrate(owner)
    if app != owner:
        _, _, app_role, reader = ROLES
        let_in(owner, app=app_role, reader=reader)


def take_in(folders: Sequence[Path]) -> None:
    """Read each folder into the workspace, and say what came of it."""
    from django.db import connection

    from leftshift.reports.words import headline
    from leftshift.workspace.plan.actions.storing import import_place, serve_folders
    from leftshift.workspace.plan.queries import latest_run
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        serve_folders([folder.name for folder in folders], by="leftshift serve")
        for folder in folders:
            reading = import_place(folder, by="leftshift serve")
            if reading.version is None:
                _say(
                    f"{folder}: {reading.faults['total']} faults, not taken in. List them with: leftshift check {folder}"
                )
                continue
            run = latest_run(reading.version.place.code)
            assert run is not None
            _say(f"{run.result['name']}: {headline(run.result, run.result['headline_year'])}")
            _serve_programme(folder, reading.version.place.code)
    connection.close()


def _serve_programme(folder: Path, code: str) -> None:
    """Take in the programme that stands in the folder of a place, the first time it is served."""
    from leftshift.foundation.faults import FaultsFound
    from leftshift.workspace.programme.actions.storing import ProgrammeKnown, serve_programme

    try:
        made = serve_programme(folder, code, by="leftshift serve")
    except FaultsFound as found:
        _say(f"{folder}: its programme has {found.faults.total} faults and was not taken in. List them with: leftshift programme check {folder}")  # fmt: skip
    except ProgrammeKnown as refused:
        _say(f"{folder}: its programme was not taken in. {refused}.")
    else:
        if made is not None:
            _say(f"{made.name}: taken in, at /places/{code}/programme/")


def _run_server(port: int, database: EmbeddedPostgres | None) -> int:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        """The web server, in this process: it ends when this process ends."""

        def load_config(self) -> None:
            """Set what gunicorn needs."""
            settings: dict[str, Any] = {
                "bind": f"{_ADDRESS}:{port}", "workers": 1, "threads": 4, "worker_class": "gthread", "proc_name": "leftshift",
                "loglevel": "warning", "graceful_timeout": 5, "control_socket_disable": True, "when_ready": lambda _: _watch(database), "post_worker_init": lambda _: _work(),
            }  # fmt: skip
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Give the application."""
            from leftshift.workspace.site.wsgi import application

            return application

    try:
        Server().run()
    except SystemExit as stopped:
        return int(stopped.code or 0) if isinstance(stopped.code, int | None) else 1
    return 0


def _work() -> None:
    """Do jobs in a thread beside the pages, as long as the process lives; load what takes long before somebody waits for it."""
    from leftshift.workspace.shared.jobs import work_until

    def work() -> None:
        import_module("leftshift.measures.statistics.intervals")  # and SciPy with it
        work_until(threading.Event())

    threading.Thread(target=work, name="jobs", daemon=True).start()


def _watch(database: EmbeddedPostgres | None) -> None:
    """Start the database again when it dies while the workspace is served."""
    if database is None:
        return

    def watch() -> None:
        while database.is_held():
            if database.has_died():
                _say("The database stopped; starting it again …")
                try:
                    database.start()
                except DatabaseFailed as problem:
                    _say(str(problem))  # and try again: as long as the workspace runs, so should its database
            threading.Event().wait(0.5)

    threading.Thread(target=watch, name="database watch", daemon=True).start()


if __name__ == "__main__":
    sys.exit(serve([Path(argument) for argument in sys.argv[1:]], port=8000, state=Path("var")))
