"""Kill -9 in the middle of saves, of imports and of jobs: what was acknowledged is there, and nothing is half-written."""

from __future__ import annotations

import http.client
import io
import json
import os
import random
import re
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from leftshift.place.reading import folder_texts
from leftshift.place.schema import schema
from leftshift.place.sheets import apply_changes, change_of_document, sheet_of_document, sheet_of_text
from leftshift.workspace.site.embedded import ROLES
from tests.workspace.test_kill import Workspace, both, workspace

__all__ = ["workspace"]
ROUNDS = 100 if os.environ.get("LEFTSHIFT_DEEP") else 3
PLACE = "/places/northmoor"


def kills() -> list[Any]:
    return [pytest.param(Workspace.kill_server, id="server"), pytest.param(both, id="both")]


class Browser:
    """Sends what a browser sends, with the session of the keeper."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        if not workspace.jar:
            workspace.sign_in()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(workspace.jar))
        self.root = f"http://localhost:{workspace.port}"

    def get(self, address: str) -> str:
        for _ in range(100):
            try:
                with self.opener.open(self.root + address, timeout=10) as response:
                    return str(response.read().decode())
            except urllib.error.HTTPError as problem:
                if problem.code != 503:
                    raise
                time.sleep(0.2)  # the database is on its way back
        raise AssertionError("the database did not come back")

    def token(self, address: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(address))
        assert found is not None
        return found.group(1)

    def post(self, address: str, body: bytes, kind: str, token: str) -> tuple[int, str]:
        headers = {"Content-Type": kind, "X-CSRFToken": token, "Referer": self.root}
        request = urllib.request.Request(self.root + address, body, headers)
        try:
            with self.opener.open(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode(errors="replace")

    def form(self, address: str, token: str, **fields: str) -> tuple[int, str]:
        from urllib.parse import urlencode

        body = urlencode(fields).encode()
        return self.post(address, body, "application/x-www-form-urlencoded", token)


def rows(workspace: Workspace, query: str) -> list[Any]:
    """What the database holds, asked as its superuser."""
    with psycopg.connect(workspace.postgres.conninfo(ROLES[0])) as connection:
        return connection.execute(query).fetchall()


def meanwhile(act: Callable[[], object]) -> threading.Thread:
    """Do something until the server is gone."""

    def run() -> None:
        try:
            act()
        except (http.client.HTTPException, OSError):  # cut off in the middle
            return

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("kill", kills())
def test_a_save_that_was_acknowledged_is_there(
    workspace: Workspace, kill: Callable[[Workspace], None]
) -> None:
    """Two editors save without pause; the server is killed at any moment."""
    acknowledged: dict[int, str] = {}
    luck = random.Random(4)
    workspace.start()
    browser = Browser(workspace)
    browser.form(f"{PLACE}/draft/", browser.token(f"{PLACE}/draft/"), do="open")
    for turn in range(ROUNDS):
        token = browser.token(f"{PLACE}/draft/tables/contracts/")
        threads = [
            meanwhile(partial(save_on, browser, token, row, turn, acknowledged)) for row in ("r1", "r2")
        ]
        time.sleep(luck.uniform(0.2, 0.8))
        kill(workspace)
        for thread in threads:
            thread.join()
        workspace.start()
        check_draft(workspace, acknowledged)

    assert len(acknowledged) > ROUNDS


def save_on(browser: Browser, token: str, row: str, turn: int, acknowledged: dict[int, str]) -> None:
    """Write number after number into the source of a row; note what the server said it saved."""
    page = browser.get(f"{PLACE}/draft/tables/contracts/")
    found = re.search(rf'id="cell-{row}-source"[^>]*value="([^"]*)"', page)
    assert found is not None
    before = found.group(1)
    for number in range(100_000):
        after = f"{row} {turn} {number}"
        change = {"do": "set", "row": row, "column": "source", "before": before, "after": after}
        body = json.dumps({"changes": [change], "key": f"{turn}-{row}-{number}"}).encode()
        status, text = browser.post(f"{PLACE}/draft/tables/contracts/save", body, "application/json", token)
        if status != 200:
            continue  # the database is away for a moment: the same save again
        acknowledged[json.loads(text)["number"]] = after
        before = after


def check_draft(workspace: Workspace, acknowledged: dict[int, str]) -> None:
    """Every acknowledged save is an edit, edits have no holes, and the table is what the edits make of its file."""
    edits = rows(workspace, "SELECT number, changes FROM plan_edit ORDER BY number")
    assert [number for number, _ in edits] == list(range(1, len(edits) + 1))
    for number, after in acknowledged.items():
        assert edits[number - 1][1][0]["after"] == after
    (stored, count), *_ = rows(
        workspace,
        "SELECT content, d.edits FROM plan_draftfile f JOIN plan_draft d ON d.id = draft_id WHERE file = 'contracts.csv'",
    )
    assert count == len(edits)
    sheet = sheet_of_text(
        schema().tables["contracts"], (workspace.folder / "contracts.csv").read_text("utf-8-sig")
    )
    for _, changes in edits:
        sheet, clashes = apply_changes(sheet, [change_of_document(change) for change in changes])
        assert clashes == ()
    assert sheet_of_document(stored).text() == sheet.text()
    events, head = rows(workspace, "SELECT (SELECT count(*) FROM record_event), events FROM record_head")[0]
    assert events == head


def upload(folder: Path, code: str) -> tuple[bytes, str]:
    """The body of a form that sends a zip of a place, and its content type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in folder_texts(folder).items():
            archive.writestr(name, text.replace('code = "northmoor"', f'code = "{code}"'))
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + code.encode(),
        b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="plan.zip"\r\n'
        b"Content-Type: application/zip\r\n\r\n" + out.getvalue(),
        b"\r\n--x--\r\n",
    ]
    return b"".join(parts), "multipart/form-data; boundary=x"


@pytest.mark.parametrize("kill", kills())
def test_an_import_is_whole_or_not_there_and_is_done_once(
    workspace: Workspace, kill: Callable[[Workspace], None]
) -> None:
    """The server is killed at any moment of sending and importing; sent again, it is one import."""
    luck = random.Random(9)
    workspace.start()
    browser = Browser(workspace)
    for turn in range(ROUNDS):
        code = f"killed-{turn}"
        token = browser.token("/import/")
        body, kind = upload(workspace.folder, code)
        thread = meanwhile(partial(browser.post, "/import/", body, kind, token))
        time.sleep(luck.uniform(0.0, 0.5))
        kill(workspace)
        thread.join()
        workspace.start()
        browser.post("/import/", body, kind, browser.token("/import/"))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not over(workspace, code):
            time.sleep(0.1)

        versions = rows(
            workspace,
            "SELECT v.number, (SELECT count(*) FROM plan_run r WHERE r.version_id = v.id),"
            " (SELECT count(*) FROM plan_reading g WHERE g.version_id = v.id)"
            f" FROM plan_placeversion v JOIN plan_storedplace p ON p.id = place_id WHERE p.code = '{code}'",
        )
        assert versions == [(1, 1, 1)], rows(workspace, "SELECT id, state, words, attempts FROM shared_job")
        assert "Doing nothing leaves a gap" in browser.get(f"/places/{code}/overview/2027-28/")
    states = rows(workspace, "SELECT state, count(*) FROM shared_job GROUP BY state")
    assert states == [("done", ROUNDS)]


def over(workspace: Workspace, code: str) -> bool:
    """Whether the import of a place is over."""
    found = rows(workspace, f"SELECT state FROM shared_job WHERE key LIKE '%{code}'")
    return bool(found) and found[0][0] in ("done", "failed", "cancelled")
