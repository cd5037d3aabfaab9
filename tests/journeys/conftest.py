"""What every journey needs: Chromium, and the workspace with the cast of people."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from leftshift.place.reading import folder_texts
from leftshift.workspace.site.embedded import EmbeddedPostgres
from tests.journeys.walking import ARGUMENTS, ROOT, Workspace


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = (
        os.environ.get("LEFTSHIFT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    assert path, "the browser tests need Chromium: make test installs it, or says how"
    expect.set_options(
        timeout=30_000
    )  # a loaded machine is slow, not wrong; a click does not wait for a page
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="package")
def workspace(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The workspace with both example places, and a folder that has faults."""
    scratch = tmp_path_factory.mktemp("journeys")
    broken = Path(shutil.copytree(ROOT / "examples" / "northmoor", scratch / "broken"))
    (broken / "contracts.csv").write_text((broken / "contracts.csv").read_text().replace("60000", "sixty"))
    folders = [ROOT / "examples" / "llr-2014", ROOT / "examples" / "northmoor", broken]
    found = Workspace(browser, scratch / "state", folders)
    found.start()
    yield found
    found.stop()
    home = EmbeddedPostgres(found.state).home
    if home.parent != found.state:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def page(workspace: Workspace) -> Iterator[Page]:
    """What the programme director sees; at the end nothing may have gone wrong."""
    found = workspace.visit("dora")
    yield found
    found.context.close()
    workspace.then_nothing_went_wrong(found)


@pytest.fixture
def southmoor(workspace: Workspace) -> None:
    """Southmoor, imported as a person does; once for all journeys."""
    if "southmoor" in workspace.plans:
        return
    file = workspace.state.parent / "southmoor.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in folder_texts(ROOT / "examples" / "southmoor").items():
            archive.writestr(f"southmoor/{name}", text)
    asha = workspace.visit("asha")
    asha.goto("/import/")
    asha.get_by_label("The file, or the files of the folder").set_input_files(file)
    asha.get_by_role("button", name="Import").click()
    asha.wait_for_url("**/places/southmoor/overview/2029-30/")
    asha.context.close()
    workspace.plans.add("southmoor")


@pytest.fixture
def vera(workspace: Workspace, southmoor: None) -> Iterator[Page]:
    """What a viewer sees; at the end nothing may have gone wrong."""
    found = workspace.visit("vera")
    yield found
    workspace.then_nothing_went_wrong(found)
    found.context.close()
