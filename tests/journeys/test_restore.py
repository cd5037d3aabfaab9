"""The keeper backs the workspace up, loses everything, and restores it: people come in again and find their plan."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, expect

from leftshift.workspace.site.embedded import EmbeddedPostgres
from tests.journeys.test_edit import open_grid, status
from tests.journeys.walking import ROOT, Workspace, take_picture, then_axe_finds_nothing


def test_what_was_backed_up_is_there_again(browser: Browser, tmp_path: Path) -> None:
    found = Workspace(browser, tmp_path / "state", [ROOT / "examples" / "northmoor"])
    found.start()
    try:
        # given a workspace in which somebody has edited
        page = open_grid(found, "asha", "journey-restore")
        page.locator("#cell-r1-value").fill("61000")
        page.keyboard.press("Tab")
        status(page, "Saved as edit 1")
        page.context.close()
        found.said("backup", str(tmp_path / "backup.zip"))
        # when the database is destroyed
        found.stop()
        postgres = EmbeddedPostgres(found.state)
        shutil.rmtree(postgres.data)
        shutil.rmtree(found.state)
        # and the backup restored
        found.said("restore", str(tmp_path / "backup.zip"))
        found.start()
        # then the same session finds the same draft
        page = found.visit("asha")
        page.goto("/places/journey-restore/draft/tables/contracts/")
        expect(page.locator("#cell-r1-value")).to_have_value("61000")
        then_axe_finds_nothing(page)
        page.goto("/places/journey-restore/draft/history/")
        expect(page.get_by_text("value: 60000 became 61000")).to_be_visible()
        take_picture(page, "history", height=700)
        page.context.close()
        assert "The trail is whole" in found.said("trail")
    finally:
        found.stop()
        home = EmbeddedPostgres(found.state).home
        if home.parent != found.state:
            shutil.rmtree(home, ignore_errors=True)
