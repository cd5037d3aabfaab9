"""A finance lead agrees a plan for their organisation; a penny changes, and the agreement has lapsed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.test_edit import open_grid, status
from tests.journeys.walking import Workspace, follow, take_picture, then_axe_finds_nothing


def test_an_agreement_holds_to_the_penny(workspace: Workspace) -> None:
    place = workspace.plan("journey-agree")
    dora, femi = workspace.visit("dora"), workspace.visit("femi")
    dora.goto(f"{place}review/")
    follow(dora, dora.get_by_role("button", name="Send for review"))
    # when the lead of the hospital trust agrees, for that trust alone
    femi.goto(f"{place}review/")
    expect(femi.get_by_role("button", name="Agree")).to_have_count(1)
    femi.get_by_role("button", name="Agree version 1 for Northmoor Hospitals NHS Trust").click()
    femi.get_by_text("RN1 has agreed the plan.").wait_for()
    row = femi.get_by_role("row", name="Northmoor Hospitals NHS Trust")
    row.get_by_text("Agreed", exact=True).wait_for()
    then_axe_finds_nothing(femi)
    # and somebody changes a penny
    asha = open_grid(workspace, "asha", "journey-agree")
    asha.locator("#cell-r1-value").fill("60000.00001")
    asha.keyboard.press("Tab")
    status(asha, "Saved as edit 1")
    asha.goto(f"{place}draft/")
    follow(asha, asha.get_by_role("button", name="Only make a version"))
    # then the agreement has lapsed, with the difference shown
    femi.goto(f"{place}review/")
    expect(
        femi.get_by_role("row", name="Northmoor Hospitals NHS Trust").get_by_text("Lapsed")
    ).to_be_visible()
    lapsed = femi.get_by_role("table", name="Since version 1, which RN1 agreed: 1 input differs")
    assert "60000.00001" in lapsed.inner_text().replace(",", "")
    then_axe_finds_nothing(femi)
    take_picture(femi, "agree")
    femi.get_by_role("link", name="What differs").click()
    expect(femi.get_by_role("heading", name="Compare")).to_be_visible()
    for page in (asha, dora, femi):
        workspace.then_nothing_went_wrong(page)
        page.context.close()
