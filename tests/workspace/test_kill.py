"""Kill -9 of server, database or both, and two starts at once: the next start works and nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres

ROOT = Path(__file__).parents[2]


def without_the_database_of_other_tests() -> dict[str, str]:
    """The environment without what the workspace of this very process was told: a start of its own has none."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LEFTSHIFT_DATABASE", "LEFTSHIFT_OWNER", "LEFTSHIFT_KEY"))
    }


ROUNDS = 25 if os.environ.get("LEFTSHIFT_DEEP") else 3
PATIENCE = 120


class Workspace:
    """``leftshift serve`` in a process of its own, on a state folder that outlives it."""

    def __init__(self, state: Path, folder: Path) -> None:
        self.state, self.folder = state, folder
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.postgres = EmbeddedPostgres(state)
        self.jar = CookieJar()
        self.settings: dict[str, str] = {}

    def launch(self, settings: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """Start it; do not wait."""
        command = [
            sys.executable,
            "-m",
            "leftshift.cli.main",
            "serve",
            str(self.folder),
            "--port",
            str(self.port),
            "--state",
            str(self.state),
        ]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**self.environment, **(settings or {})},
        )

    def start(self, settings: dict[str, str] | None = None) -> None:
        """Start it and wait until it answers."""
        self.settings = settings or {}
        self.process = self.launch(settings)
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.answers("/health"):
                return
            assert self.process is not None
            assert self.process.poll() is None, self.process.stdout.read() if self.process.stdout else ""
            time.sleep(0.1)
        pytest.fail("the workspace did not start")

    def answers(self, address: str) -> bool:
        """Whether a page is there."""
        return self.get(address) is not None

    def get(self, address: str) -> str | None:
        """The text of a page, or None."""
        if not self.jar and address != "/health":
            self.sign_in()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            with opener.open(f"http://localhost:{self.port}{address}", timeout=10) as response:
                assert "/sign-in/" not in response.url, "the session was lost"
                return str(response.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def sign_in(self) -> None:
        """Sign in by the link that the command prints; the session outlives any kill."""
        command = [sys.executable, "-m", "leftshift.cli.main", "link", "--state", str(self.state)]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=self.environment, check=True
        )
        token = done.stdout.strip().rstrip("/").rpartition("/")[2]
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        opener.open(f"http://localhost:{self.port}/sign-in/link/{token}/", timeout=10).close()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        return {
            **without_the_database_of_other_tests(),
            "PYTHONPATH": str(ROOT / "src"),
            **self.settings,
        }

    def database_pid(self) -> int:
        """The process of the database server."""
        return int((self.postgres.data / "postmaster.pid").read_text().splitlines()[0])

    def kill_server(self) -> None:
        """Kill -9 the server and its workers."""
        assert self.process is not None
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        database = self.database_pid()
        for pid in [self.process.pid, *(int(child) for child in children)]:
            if pid != database:
                os.kill(pid, signal.SIGKILL)
        self.end()

    def kill_database(self) -> None:
        """Kill -9 the database server."""
        os.kill(self.database_pid(), signal.SIGKILL)

    def end(self) -> None:
        """Wait for the end of the process, and let its output go."""
        assert self.process is not None
        self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()

    def stop(self) -> None:
        """Stop it in order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.end()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = Path(shutil.copytree(ROOT / "examples" / "northmoor", tmp_path / "northmoor"))
    found = Workspace(tmp_path / "state", folder)
    yield found
    found.stop()
    if found.postgres.home.parent != found.postgres.state:
        shutil.rmtree(found.postgres.home, ignore_errors=True)


def both(workspace: Workspace) -> None:
    """Kill the database, then the server."""
    pid = workspace.database_pid()
    assert workspace.process is not None
    workspace.process.send_signal(signal.SIGSTOP)  # so that its watch does not start the database again
    os.kill(pid, signal.SIGKILL)
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(workspace.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    for child in children:
        if int(child) != pid:
            os.kill(int(child), signal.SIGKILL)
    os.kill(workspace.process.pid, signal.SIGKILL)
    workspace.end()


@pytest.mark.parametrize("kill", [Workspace.kill_server, both], ids=["server", "both"])
def test_the_next_start_works_and_nothing_is_lost(
    workspace: Workspace, kill: Callable[[Workspace], None]
) -> None:
    rates = workspace.folder / "assumptions.csv"
    for number in range(1, ROUNDS + 1):
        text = rates.read_text()
        rates.write_text(
            text.replace("all,pay_inflation,,", f"all,pay_inflation,,{number}", 1)
            if number == 1
            else text.replace(f"pay_inflation,,{number - 1}", f"pay_inflation,,{number}", 1)
        )
        workspace.start()
        page = workspace.get("/places/northmoor/overview/2027-28/")
        assert page is not None
        assert f"Version {number}, shown here" in page
        kill(workspace)

    workspace.start()
    page = workspace.get("/places/northmoor/overview/2027-28/")
    assert page is not None
    assert all(f"Version {number}" in page for number in range(1, ROUNDS + 1))


def test_a_killed_database_is_started_again_under_the_running_server(workspace: Workspace) -> None:
    workspace.start()
    for _ in range(ROUNDS):
        before = workspace.database_pid()
        workspace.kill_database()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not (
            workspace.answers("/health") and workspace.database_pid() != before
        ):
            time.sleep(0.1)

        assert workspace.get("/places/northmoor/overview/2027-28/") is not None


def test_two_starts_at_once(workspace: Workspace) -> None:
    for _ in range(ROUNDS):
        first, second = workspace.launch(), workspace.launch()
        workspace.process = first
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not (
            workspace.answers("/health") and (first.poll() is not None or second.poll() is not None)
        ):
            time.sleep(0.1)
        loser, workspace.process = (first, second) if first.poll() is not None else (second, first)
        assert workspace.process.poll() is None
        said = loser.communicate()[0]

        assert loser.returncode == 0
        assert "already runs" in said
        assert "Traceback" not in said
        assert workspace.get("/places/northmoor/overview/2027-28/") is not None
        workspace.stop()


def test_a_taken_port_is_told_in_a_sentence(workspace: Workspace) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", workspace.port))
        other.listen()
        process = workspace.launch()
        said = process.communicate(timeout=PATIENCE)[0]

    assert process.returncode == 1
    assert "is taken by another program" in said


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(workspace: Workspace) -> None:
    workspace.start()
    both(workspace)
    pid_file = workspace.postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    workspace.start()

    assert workspace.answers("/places/northmoor/overview/2027-28/")


def test_a_server_of_ones_own(tmp_path: Path, workspace: Workspace) -> None:
    """Another PostgreSQL, reached by connection strings: the workspace makes its tables there and serves."""
    own = EmbeddedPostgres(tmp_path / "own")
    own.acquire()
    own.start()
    urls = {
        "LEFTSHIFT_DATABASE_URL": own.conninfo(ROLES[2]),
        "LEFTSHIFT_OWNER_DATABASE_URL": own.conninfo(ROLES[1]),
    }
    try:
        workspace.start(urls)

        assert workspace.answers("/places/northmoor/overview/2027-28/")
        assert not workspace.state.exists()
    finally:
        workspace.stop()
        own.stop()
        own.release()
        if own.home.parent != own.state:
            shutil.rmtree(own.home, ignore_errors=True)
