"""Every page of a fund: whole for who reads, hears or uses a keyboard, on a desk and on a phone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    ROOT,
    Workspace,
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
)

FUND = "/places/southmoor/funds/southmoor-2025-26/"
PAGES = (
    "", "plan/", "plan/spend/", "plan/spend/grid/", "plan/spend/fill/?column=comments", "plan/schemes/", "plan/metrics/", "plan/narrative/",
    "plan/capacity_demand/", "plan/heading/", "parts/metrics-planned/", "parts/claims-beside/", "parts/room/", "parts/business-plans/", "parts/place/", "sign/", "returns/",
    "history/", "take-in/", "ledger/", "ledger/entries/", "ledger/holds/", "ledger/sharing/", "ledger/reconciling/", "ledger/reconciling/new/", "ledger/trial-balance/", "ledger/closes/", "ledger/post/", "ledger/post/pay/",
)  # fmt: skip


@pytest.fixture
def mina(workspace: Workspace, southmoor: None, tmp_path: Path) -> Page:
    """A fund manager of Southmoor, whose fund is brought in once."""
    page = workspace.visit("mina")
    page.goto("/places/southmoor/funds/")
    if page.get_by_role("link", name="Southmoor Better Care Fund 2025-26", exact=True).count() == 0:
        file = tmp_path / "southmoor-2025-26.zip"
        with zipfile.ZipFile(file, "w") as packed:
            for path in sorted((ROOT / "examples" / "southmoor-2025-26").glob("*.*")):
                packed.write(path, f"southmoor-2025-26/{path.name}")
        page.goto("/places/southmoor/funds/new/")
        page.get_by_label("Files of the plan").set_input_files(file)
        page.get_by_role("button", name="Bring it in").click()
        expect(page.get_by_text("was added.")).to_be_visible()
    return page


def test_every_page_of_a_fund_is_whole(workspace: Workspace, mina: Page) -> None:
    for address in PAGES:
        answer = mina.goto(FUND + address)
        assert answer is not None, address
        assert answer.status == 200, address
        expect(mina.get_by_role("heading", level=1)).to_be_visible()
        then_every_chart_is_drawn(mina)
        then_axe_finds_nothing(mina)
        then_it_fits_a_phone(mina)
    mina.goto(FUND)
    take_picture(mina, "fund")
    mina.goto(f"{FUND}ledger/")
    take_picture(mina, "fund-ledger")
    workspace.then_nothing_went_wrong(mina)
    mina.context.close()


def test_a_grid_keeps_the_balances_beside_it_true(workspace: Workspace, mina: Page) -> None:
    mina.goto(f"{FUND}plan/spend/grid/")
    cell = mina.locator("input[data-column=amount]").first
    before = cell.input_value()
    panel = mina.locator("#live-balances")
    expect(panel).not_to_contain_text("does not balance")
    cell.fill(str(int(float(before)) + 1000))
    mina.keyboard.press("Tab")
    expect(mina.locator("#grid-status")).to_contain_text("Saved as edit")
    expect(panel).to_contain_text("£1,000 off its lines")
    mina.get_by_role("button", name="Undo").click()
    expect(panel).not_to_contain_text("does not balance")
    workspace.then_nothing_went_wrong(mina)
    mina.context.close()
