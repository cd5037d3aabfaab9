"""The API over HTTP: a token made on the page of an account, and asked with by a program beside a served workspace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.workspace.test_kill import ROOT, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A served workspace with Northmoor in it."""
    found = Workspace(
        tmp_path / "state", Path(shutil.copytree(ROOT / "examples" / "northmoor", tmp_path / "northmoor"))
    )
    found.start()
    yield found
    found.stop()
    if found.postgres.home.parent != found.postgres.state:
        shutil.rmtree(found.postgres.home, ignore_errors=True)


def test_a_program_asks_with_a_token_made_in_the_browser(workspace: Workspace) -> None:
    root = f"http://localhost:{workspace.port}"
    workspace.sign_in()
    with requests.Session() as browser:
        browser.cookies.update(workspace.jar)
        secret = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(f"{root}/account/", timeout=30).text
        )
        assert secret is not None
        form = {
            "do": "token",
            "token_name": "a test",
            "days": "1",
            "may_write": "on",
            "csrfmiddlewaretoken": secret.group(1),
        }
        made = re.search(r'app-token">([^<]+)<', browser.post(f"{root}/account/", data=form, timeout=30).text)
    assert made is not None

    with requests.Session() as program:
        program.headers["Authorization"] = f"Bearer {made.group(1)}"
        place = program.get(f"{root}/api/v1/places/northmoor", timeout=30).json()
        version = program.get(f"{root}/api/v1/places/northmoor/versions/current", timeout=30)
        again = program.get(version.url, headers={"If-None-Match": version.headers["ETag"]}, timeout=30)
        head = program.head(version.url, timeout=30)
        files = {
            **version.json()["files"],
            "place.toml": version.json()["files"]["place.toml"] + "# looked at\n",
        }
        sent = program.post(f"{root}/api/v1/places/northmoor/versions", json={"files": files}, timeout=60)
        wrong = program.post(
            f"{root}/api/v1/places/northmoor/file", files={"file": ("plan.zip", b"no zip")}, timeout=60
        )
        program.headers["Authorization"] = "Bearer none"
        stranger = program.get(f"{root}/api/v1/places", timeout=30)

    assert (place["name"], place["version"]) == ("Northmoor", 1)
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", version.headers["ETag"])
    assert sent.status_code == 200, sent.text  # a comment is no other content: the same version
    assert (wrong.status_code, wrong.json()["faults"][0]["file"]) == (422, "plan.zip")
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (401, "application/json")
