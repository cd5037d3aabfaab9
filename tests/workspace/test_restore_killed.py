"""A restore that is killed, at any moment and between any two steps, leaves the old database or the new one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leftshift.workspace.site.embedded import ROLES
from leftshift.workspace.site.restore import restore
from leftshift.workspace.site.swapping import FRESH, finish_swap, plan_swap, write_private
from tests.workspace.restoring import (
    AT,
    a_backup,
    a_workspace,
    ended,
    filled,
    held,
    quiet,
    rows_of,
    started,
    without_a_server_of_ones_own,
)
from tests.workspace.test_kill import ROOT, Workspace, without_the_database_of_other_tests


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_server_of_ones_own(monkeypatch)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    yield from a_workspace(tmp_path)


@pytest.fixture
def backup(workspace: Workspace, tmp_path: Path) -> Path:
    return a_backup(workspace, tmp_path)


ROUNDS = 100 if os.environ.get("LEFTSHIFT_DEEP") else 5


# ------------------------------------------------------------------ kill -9
def restoring(backup: Path, state: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "leftshift.cli.main", "restore", str(backup), "--state", str(state), "--replace"], cwd=ROOT,
        env={**without_the_database_of_other_tests(), "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(workspace: Workspace, backup: Path) -> None:
    postgres = started(workspace.state)
    with psycopg.connect(postgres.conninfo(ROLES[2])) as app:
        app.execute(
            "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'newer', 'it', '{}')"
        )
    newer = rows_of(postgres.conninfo(ROLES[0]))
    ended(postgres)
    began = time.monotonic()
    assert restoring(backup, workspace.state).wait(120) == 0
    takes = time.monotonic() - began
    older = held(workspace.state)
    assert len(older["record_event"]) + 1 == len(newer["record_event"])
    chance = random.Random(1)
    for number in range(ROUNDS):
        postgres = started(workspace.state)
        with psycopg.connect(postgres.conninfo(ROLES[2])) as app:
            app.execute(
                "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'round', 'it', '{}')"
            )
        before = rows_of(postgres.conninfo(ROLES[0]))
        ended(postgres)

        process = restoring(backup, workspace.state)
        time.sleep(takes * (number + chance.random()) / ROUNDS)
        process.kill()
        process.wait(30)

        after = held(workspace.state)
        assert after in (before, older)
        assert not (workspace.postgres.home / FRESH).exists(), "the next start clears away what was left"
    assert restoring(backup, workspace.state).wait(120) == 0
    assert held(workspace.state) == older
    assert not list(workspace.state.glob(".leftshift-*"))


STEPS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from leftshift.workspace.site.restore import restore
left = int(sys.argv[3])
def counted(name):
    real = getattr(Path, name)
    def step(self, *rest, **named):
        global left
        if any(word in str(self) for word in ("restoring", "data", "secrets")):
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
        return real(self, *rest, **named)
    setattr(Path, name, step)
import leftshift.workspace.site.restore as module
real_plan = module.plan_swap
def plan(*rest, **named):
    counted("rename"), counted("unlink")
    return real_plan(*rest, **named)
module.plan_swap = plan
restore(Path(sys.argv[1]), state=Path(sys.argv[2]), at=datetime.now(UTC), replace=True, say=print)
"""


def test_killed_between_any_two_steps_of_the_swap(workspace: Workspace, backup: Path) -> None:
    """Each rename and each removal of the swap in turn is the one before which the process dies."""
    older = held(workspace.state)
    died = []
    for step in range(20):
        postgres = started(workspace.state)
        with psycopg.connect(postgres.conninfo(ROLES[2])) as app:
            app.execute(
                "INSERT INTO record_event (at, by, action, subject, detail) VALUES (now(), 'me', 'step', 'it', '{}')"
            )
        before = rows_of(postgres.conninfo(ROLES[0]))
        ended(postgres)

        done = subprocess.run(
            [sys.executable, "-c", STEPS, str(backup), str(workspace.state), str(step)], capture_output=True, check=False, cwd=ROOT,
            env={**without_the_database_of_other_tests(), "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip

        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        after = held(workspace.state)
        assert after == (before if step == 0 else older), "the plan, once written, is carried out"
        died.append(step)
    assert len(died) >= 5


def test_a_plan_may_be_carried_out_from_wherever_it_stopped(tmp_path: Path) -> None:
    """Every prefix of the steps, then the whole: the end is the same."""
    for stopped_after in range(4):
        state = tmp_path / str(stopped_after)
        for folder, text in (("data", "old"), (FRESH, "new")):
            (state / folder).mkdir(parents=True)
            (state / folder / "PG_VERSION").write_text(text)
        write_private(state / "secrets.json", '{"key": "old"}')
        old = plan_swap(state, state, secrets={"key": "new"}, stamp="now")
        if stopped_after > 0:
            (state / "data").rename(old)
        if stopped_after > 1:
            (state / FRESH).rename(state / "data")
        if stopped_after > 2:
            write_private(state / "secrets.before-restore-now.json", '{"key": "old"}')
            write_private(state / "secrets.json", '{"key": "new"}')

        assert finish_swap(state, state)

        assert (state / "data" / "PG_VERSION").read_text() == "new"
        assert (old / "PG_VERSION").read_text() == "old"
        assert json.loads((state / "secrets.json").read_text()) == {"key": "new"}
        assert json.loads((state / "secrets.before-restore-now.json").read_text()) == {"key": "old"}
        assert not finish_swap(state, state)


def test_a_backup_that_is_killed_leaves_a_whole_file_or_none(workspace: Workspace, tmp_path: Path) -> None:
    filled(workspace)
    expected = held(workspace.state)
    chance = random.Random(2)
    for number in range(3):
        file = tmp_path / f"{number}.zip"
        process = subprocess.Popen(
            [sys.executable, "-m", "leftshift.cli.main", "backup", str(file), "--state", str(workspace.state)], cwd=ROOT,
            env={**without_the_database_of_other_tests(), "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.random() * 3)
        process.kill()
        process.wait(30)

        if file.exists():
            restore(file, state=workspace.state, at=AT, replace=True, say=quiet)
        assert held(workspace.state) == expected
