"""A server of one's own as docs/guide/operation.md has it: gunicorn with two workers, a PostgreSQL, a proxy that speaks HTTPS."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from tests.workspace.test_kill import PATIENCE, ROOT, free_port, without_the_database_of_other_tests

HOST = "plans.example"
WORDS = "three words that differ"


class Proxy:
    """A proxy as small as one can be: says that it was spoken to by HTTPS, and by whom."""

    def __init__(self, behind: int) -> None:
        class Pass(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                passed = {
                    name: value for name, value in self.headers.items() if not name.startswith("X-Forwarded")
                }
                passed |= {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
                asked = http.client.HTTPConnection("127.0.0.1", behind, timeout=PATIENCE)
                asked.request(self.command, self.path, body or None, passed)
                answer = asked.getresponse()
                text = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "server", "date"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)
                answer.close()
                asked.close()

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pass)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Browser:
    """Keeps cookies, and sends what a browser sends."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def ask(
        self, address: str, form: dict[str, str] | None = None, origin: str = f"https://{HOST}"
    ) -> tuple[int, str, dict[str, list[str]]]:
        sent = {"Host": HOST, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(form) if form is not None else None
        if body is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET" if body is None else "POST", address, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        found: dict[str, list[str]] = {}
        for name, value in answer.getheaders():
            found.setdefault(name.lower(), []).append(value)
        for cookie in found.get("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer.close()
        connection.close()
        return answer.status, text, found


def token_of(page: str) -> str:
    found = re.search('name="csrfmiddlewaretoken" value="([^"]*)"', page)
    assert found is not None, page
    return found.group(1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL with the roles of the workspace and nothing else in it."""
    own = EmbeddedPostgres(tmp_path / "own")
    own.acquire()
    own.start()
    yield own
    own.stop()
    own.release()
    if own.home.parent != own.state:
        shutil.rmtree(own.home, ignore_errors=True)


def environment(server: EmbeddedPostgres, role: str = ROLES[2]) -> dict[str, str]:
    return {
        **without_the_database_of_other_tests(),
        "PYTHONPATH": str(ROOT / "src"),
        "LEFTSHIFT_DATABASE_URL": server.conninfo(role),
        "LEFTSHIFT_KEY": "a long key of this test, and of nothing else",
        "LEFTSHIFT_HOSTS": HOST,
        "LEFTSHIFT_HTTPS": "yes",
        "LEFTSHIFT_PROXIES": "1",
        "LEFTSHIFT_ADDRESS": f"https://{HOST}",
    }


def command(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "leftshift.cli.main", *words]
    return subprocess.run(line, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


class Gunicorn:
    """The WSGI application in processes of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self.log = free_port(), log
        line = [
            sys.executable, "-m", "gunicorn", "leftshift.workspace.site.wsgi:application", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--threads", "4", "--no-control-socket",
        ]  # fmt: skip
        with log.open("w") as out:
            self.process = subprocess.Popen(line, stdout=out, stderr=out, cwd=ROOT, env=environment)

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with (
                closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as asked,
                suppress(OSError),
            ):
                asked.request("GET", "/health", headers={"Host": "localhost"})
                with asked.getresponse() as answer:
                    if answer.status == 200:
                        return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def test_behind_a_proxy_with_two_workers(server: EmbeddedPostgres, tmp_path: Path) -> None:
    given = environment(server)
    owner = {**given, "LEFTSHIFT_OWNER_DATABASE_URL": server.conninfo(ROLES[1])}
    migrated = command("migrate", environment=owner)
    assert migrated.returncode == 0, migrated.stderr
    assert "up to date" in migrated.stdout
    assert "Warning" not in migrated.stdout
    gunicorn = Gunicorn(given, tmp_path / "log")
    proxy = Proxy(gunicorn.port)
    try:
        gunicorn.wait()
        _check_https(gunicorn.port, proxy.port)
        invited = command("invite", "nina@plans.example", "--role", "viewer", environment=given)
        assert invited.returncode == 0, invited.stderr
        found = re.search(rf"https://{HOST}(/invitation/\S+)", invited.stdout)
        assert found is not None, invited.stdout
        _sign_in(Browser(proxy.port), found.group(1))
    finally:
        gunicorn.stop()
        proxy.server.shutdown()
        proxy.server.server_close()
    said = (tmp_path / "log").read_text()
    assert '"page": "invitation"' in said
    assert "nina" not in said
    assert "203.0.113.7" not in said
    assert "Traceback" not in said


def _check_https(behind: int, proxied: int) -> None:
    """Who comes past the proxy is sent to HTTPS; who comes by it gets what only HTTPS should carry."""
    status, _, headings = Browser(behind).ask("/sign-in/")
    assert (status, headings["location"]) == (301, [f"https://{HOST}/sign-in/"])

    status, _, headings = Browser(proxied).ask("/sign-in/")
    assert status == 200
    assert headings["strict-transport-security"][0].startswith("max-age=31536000")
    (cookie,) = headings["set-cookie"]
    assert cookie.startswith("__Host-leftshift-csrf=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


def _sign_in(browser: Browser, invitation: str) -> None:
    _, page, _ = browser.ask(invitation)
    form = {"csrfmiddlewaretoken": token_of(page), "name": "Nina Invented", "password": WORDS}
    status, _, _ = browser.ask(invitation, form, origin="https://evil.example")
    assert status == 403
    status, said, headings = browser.ask(invitation, form)
    assert (status, headings.get("location")) == (302, ["/account/second-factor/"]), said
    session = next(cookie for cookie in headings["set-cookie"] if cookie.startswith("__Host-leftshift="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    for _ in range(6):  # by either worker
        status, page, _ = browser.ask("/account/second-factor/")
        assert status == 200
    status, _, headings = browser.ask("/sign-out/", {"csrfmiddlewaretoken": token_of(page)})
    assert (status, headings["location"]) == (302, ["/sign-in/"])


def test_the_application_does_not_start_without_a_key(server: EmbeddedPostgres) -> None:
    given = {name: value for name, value in environment(server).items() if name != "LEFTSHIFT_KEY"}
    line = [sys.executable, "-c", "import leftshift.workspace.site.wsgi"]
    done = subprocess.run(line, capture_output=True, text=True, env=given, check=False)

    assert done.returncode != 0
    assert "LEFTSHIFT_KEY is not set" in done.stderr


@pytest.mark.parametrize(
    ("role", "words"), [(ROLES[0], "bypass row-level security"), (ROLES[1], "owns the tables")]
)
def test_a_role_that_may_too_much_is_warned_of(server: EmbeddedPostgres, role: str, words: str) -> None:
    owner = {**environment(server, role), "LEFTSHIFT_OWNER_DATABASE_URL": server.conninfo(ROLES[1])}
    said = command("migrate", environment=owner).stdout
    started = subprocess.run(
        [sys.executable, "-c", "import leftshift.workspace.site.wsgi"],
        capture_output=True,
        text=True,
        env=owner,
        check=True,
    )

    assert words in said
    assert words in started.stderr


def test_migrate_says_what_is_missing() -> None:
    done = command("migrate", environment=without_the_database_of_other_tests())

    assert done.returncode == 1
    assert "LEFTSHIFT_DATABASE_URL is not set" in done.stderr


def test_a_worker_does_jobs_and_stops_when_told(server: EmbeddedPostgres) -> None:
    given = environment(server)
    owner = {**given, "LEFTSHIFT_OWNER_DATABASE_URL": server.conninfo(ROLES[1])}
    assert command("migrate", environment=owner).returncode == 0
    line = [sys.executable, "-m", "leftshift.cli.main", "work"]
    worker = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=given)
    assert worker.stdout is not None
    assert "Doing jobs" in worker.stdout.readline()
    worker.terminate()

    assert "Stopped." in worker.communicate(timeout=PATIENCE)[0]
    assert worker.returncode == 0
